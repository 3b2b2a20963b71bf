"""The author's desk and the office: Django's own admin, in our words."""

from django.contrib import admin

from lessons.admin import curriculum, people, takes  # noqa: F401  each registers its own

admin.site.site_header = "Woodshed"
admin.site.site_title = "Woodshed"
admin.site.index_title = "The author's desk"
