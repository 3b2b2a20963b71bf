"""Who changed what: which rows are watched. Takes, grades and rulings keep their own history and are not here; nor is
anything that a person plays or says."""

from __future__ import annotations

from typing import Any

from auditlog.middleware import AuditlogMiddleware
from auditlog.models import LogEntry
from auditlog.registry import auditlog
from auditlog.signals import post_log, pre_log
from django.core.exceptions import ValidationError
from django.core.validators import validate_ipv46_address
from django.db.models.signals import post_delete, pre_delete

from lessons import labels, login_guard, models

# Too large to be read as a change, and kept whole elsewhere; or a secret.
LEFT_OUT: dict[str, list[str]] = {
    "User": ["password", "last_login", "level", "instrument"],
    "Exercise": ["score", "musicxml", "recipe", "recipe_digest", "skills", "dropped", "harder", "draft"],
    "Lesson": ["draft"],
    "Classroom": ["members"],
}
WATCHED = [
    *("User", "Classroom", "Membership", "StudentGroup", "Assignment", "PracticeLimits", "SchoolSettings"),
    *("Course", "Unit", "Lesson", "Prerequisite", "Exercise"),
]


class WhoDidIt(AuditlogMiddleware):  # type: ignore[misc]
    """The address beside an entry is the one that throttles count, not what a header says that anybody may send; such
    a header may hold what no database takes for an address."""

    @staticmethod
    def _get_remote_addr(request: Any) -> str | None:
        try:
            validate_ipv46_address(address := login_guard.address_of(request))
        except ValidationError:
            return None
        return address

    @staticmethod
    def _get_remote_port(request: Any) -> None:
        return None


def watch() -> None:
    """Called once, when the apps are ready."""
    for name in WATCHED:
        model = getattr(models, name, None)
        if model is not None and not auditlog.contains(model):
            fields = {field.name for field in model._meta.get_fields()}
            left_out = [one for one in LEFT_OUT.get(name, []) if one in fields]
            # What points here from other rows is theirs.
            left_out += [field.name for field in model._meta.get_fields() if field.auto_created and not field.concrete]
            auditlog.register(model, exclude_fields=left_out, mapping_fields=labels.of_fields(model))
    pre_log.connect(_made_by_somebody, dispatch_uid="lessons.audit.made")
    post_log.connect(_note_whom, dispatch_uid="lessons.audit.whom")
    pre_delete.connect(_forget_who_did_it, sender=models.User, dispatch_uid="lessons.audit.forget_who")
    post_delete.connect(_forget, sender=models.User, dispatch_uid="lessons.audit.forget")


def _made_by_somebody(instance: Any, **_: Any) -> bool:
    """What is composed for a student is made and cleared away by the school itself, by the hundred."""
    return not (isinstance(instance, models.Exercise) and instance.composed_for_id)


def _note_whom(instance: Any, log_entry: LogEntry | None, **_: Any) -> None:
    """Whom a row is about: an entry keeps its words after the row is gone, and there is a name in them."""
    person = getattr(instance, "user_id", None) or getattr(instance, "student_id", None)
    if log_entry is not None and person:
        log_entry.additional_data = {"person": person}
        log_entry.save(update_fields=["additional_data"])


def _forget_who_did_it(instance: models.User, **_: Any) -> None:
    """What they changed stays in the log, as somebody's: their address is kept beside it otherwise."""
    LogEntry.objects.filter(actor=instance.pk).update(actor_email=None, remote_addr=None, remote_port=None)


def _forget(instance: models.User, **_: Any) -> None:
    """Who asked to be forgotten stands in no log."""
    LogEntry.objects.get_for_object(instance).delete()
    LogEntry.objects.filter(additional_data__person=instance.pk).delete()
