"""Every address of the school, by door: the pages, the API, the admin."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("admin/", admin.site.urls),
    path("api/v1/", include("lessons.api.urls")),
    path("", include("lessons.pages.urls")),
]
