"""What the models call themselves and their fields, in the reader's language: the office's admin shows it.

The models say it in English, as Django makes it of their names or as they write it. scripts/messages.py collects it
from here (`labels`), each under the context "admin"; migrations go on seeing the English alone.
"""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.db.models import Field, Model
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext_noop, pgettext_lazy

CONTEXT = "admin"
_collected: set[str] = set()
# Shown by the theme and the log without a German of their own.
OF_OTHERS = (
    gettext_noop("Search apps and models..."),
    gettext_noop("Type to search"),
    gettext_noop("Select action"),
    gettext_noop("Select action to run"),
    gettext_noop("Select all rows"),
    gettext_noop("Select record"),
    gettext_noop("This item will be deleted."),
    gettext_noop("Click to cancel"),
    gettext_noop("After you've created a user, you’ll be able to edit more user options."),
    gettext_noop("Password-based authentication"),
    gettext_noop(
        "Whether the user will be able to authenticate using a password or not. If disabled, they may still be able to"
        " authenticate using other backends, such as Single Sign-On or LDAP."
    ),
    gettext_noop(
        "Raw passwords are not stored, so there is no way to see this user’s password, but you can change the password"
        ' using <a href="{}" class="text-primary-600 dark:text-primary-500">this form</a>.'
    ),
    gettext_noop("Choose file to upload"),
    gettext_noop("No results found"),
    gettext_noop("This page yielded into no results. Create a new item or reset your filters."),
    gettext_noop("Add row"),
    gettext_noop("All applications"),
    gettext_noop("Apply Filters"),
    gettext_noop("Audit log"),
    gettext_noop("Cancel"),
    gettext_noop("Click to download"),
    gettext_noop("Dark"),
    gettext_noop("Light"),
    gettext_noop("System"),
    gettext_noop("Date from"),
    gettext_noop("Date to"),
    gettext_noop("Expand row"),
    gettext_noop("False"),
    gettext_noop("True"),
    gettext_noop("Field"),
    gettext_noop("General"),
    gettext_noop("Go back"),
    gettext_noop("Loading more results..."),
    gettext_noop("More actions"),
    gettext_noop("No data"),
    gettext_noop("No field changes"),
    gettext_noop("No log entries found."),
    gettext_noop("No recent searches"),
    gettext_noop("No results matching your query"),
    gettext_noop("Recent searches"),
    gettext_noop("Reset filters"),
    gettext_noop("Resource"),
    gettext_noop("Return to site"),
    gettext_noop("Run"),
    gettext_noop("Submit"),
    gettext_noop("Toggle password visibility"),
    gettext_noop("Value"),
    gettext_noop("action"),
    gettext_noop("object representation"),
    gettext_noop("timestamp"),
    gettext_noop("actor"),
    gettext_noop("Welcome back to"),
    gettext_noop("You have been successfully logged out from the administration"),
    gettext_noop("Next"),
    gettext_noop("Previous"),
    gettext_noop("create"),
    gettext_noop("update"),
    gettext_noop("delete"),
    gettext_noop("Created {repr:s}"),
    gettext_noop("Updated {repr:s}"),
    gettext_noop("Deleted {repr:s}"),
)


def translate_labels() -> None:
    """Called once, when the apps are ready."""
    for model in _models():
        if not isinstance(model._meta.verbose_name, Promise):
            # Django makes the plural of the name as it is: before that is another.
            model._meta.verbose_name_plural = _lazy(str(model._meta.verbose_name_plural))
            model._meta.verbose_name = _lazy(model._meta.verbose_name)
        for field in _fields(model):
            field.verbose_name = _lazy(field.verbose_name)
            field.help_text = _lazy(field.help_text)
            if field.choices:
                field.choices = [(value, _lazy(label)) for value, label in field.choices]


def labels() -> list[str]:
    """All that is to be translated, in English."""
    return sorted(_collected)


def of_fields(model: type[Model]) -> dict[str, Any]:
    """Field -> its label, as the log of changes shows it."""
    return {field.name: capfirst(field.verbose_name) for field in model._meta.concrete_fields}


def _models() -> list[type[Model]]:
    return list(apps.get_app_config("lessons").get_models())


def _fields(model: type[Model]) -> list[Field[Any, Any]]:
    """Those that the office reads: of what it has pages for, and of what the log watches."""
    from lessons.audit import LEFT_OUT, WATCHED
    from lessons.models import Job, LearnerParameters, Submission

    read = model.__name__ in WATCHED or model in (Job, LearnerParameters, Submission)
    hidden = {"id", "uid", *(LEFT_OUT.get(model.__name__, ()) if model.__name__ != "User" else ())}
    own = [*model._meta.local_fields, *model._meta.local_many_to_many]
    return [field for field in own if read and field.name not in hidden]


def _lazy(said: Any) -> Any:
    """Django's own words are lazy already, and know their languages."""
    if not said or isinstance(said, Promise):
        return said
    _collected.add(str(said))
    return pgettext_lazy(CONTEXT, str(said))
