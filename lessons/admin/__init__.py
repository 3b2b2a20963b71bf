"""The office: Django's own admin in a theme (django-unfold), in our words."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from lessons.admin import curriculum, office, people, takes  # noqa: F401  each registers its own

admin.site.index_title = _("The office")
