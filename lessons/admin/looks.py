"""How the office's admin looks and what stands beside it: the theme's settings (tutor/settings.py) name these."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from auditlog.models import LogEntry
from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from lessons.models import Classroom, Exercise, Job, SchoolSettings, Submission, User

# Heading, and its doors: label, icon (Material Symbols' name), address.
DOORS = (
    (
        gettext_noop("People"),
        (
            (gettext_noop("People"), "person", "admin:lessons_user_changelist"),
            (gettext_noop("Classes"), "groups", "admin:lessons_classroom_changelist"),
            (gettext_noop("Assignments"), "assignment", "admin:lessons_assignment_changelist"),
        ),
    ),
    (
        gettext_noop("Music"),
        (
            (gettext_noop("Author's desk"), "edit_note", "desk"),
            (gettext_noop("Courses"), "library_books", "admin:lessons_course_changelist"),
            (gettext_noop("Units"), "segment", "admin:lessons_unit_changelist"),
            (gettext_noop("Lessons"), "menu_book", "admin:lessons_lesson_changelist"),
            (gettext_noop("Exercises"), "music_note", "admin:lessons_exercise_changelist"),
        ),
    ),
    (
        gettext_noop("The ear"),
        (
            (gettext_noop("How often it is overruled"), "hearing", "ear-report"),
            (gettext_noop("Takes"), "mic", "admin:lessons_submission_changelist"),
            (gettext_noop("Learner parameters"), "tune", "admin:lessons_learnerparameters_changelist"),
        ),
    ),
    (
        gettext_noop("The school"),
        (
            (gettext_noop("School settings"), "settings", "admin:lessons_schoolsettings_changelist"),
            (gettext_noop("Who changed what"), "history", "admin:auditlog_logentry_changelist"),
            (gettext_noop("Jobs"), "hourglass_empty", "admin:lessons_job_changelist"),
        ),
    ),
)


def school_name(request: HttpRequest) -> str:
    return SchoolSettings.current().name


def subheader(request: HttpRequest) -> str:
    return _("The office")


def stylesheet(request: HttpRequest) -> str:
    return static("pages/admin.css")


def script(request: HttpRequest) -> str:
    return static("pages/admin.js")


def navigation(request: HttpRequest) -> list[dict[str, Any]]:
    """The sidebar; what this person may not see, or this version does not have, is left out."""
    groups = ((_(title), [_door(*door) for door in doors]) for title, doors in DOORS)
    return [{"title": title, "separator": True, "items": [door for door in doors if door]} for title, doors in groups]


def dashboard(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """What the office sees first: how the school is doing, in figures, and what is stuck."""
    week = timezone.now() - timedelta(days=7)
    takes = Submission.objects.all()
    context["school_figures"] = [
        (_("People"), User.objects.filter(is_active=True).count(), "admin:lessons_user_changelist"),
        (_("Classes"), Classroom.objects.filter(archived_at=None).count(), "admin:lessons_classroom_changelist"),
        (_("Exercises"), Exercise.objects.filter(composed_for=None).count(), "admin:lessons_exercise_changelist"),
        (_("Takes this week"), takes.filter(created_at__gt=week).count(), "admin:lessons_submission_changelist"),
    ]
    hour_ago = timezone.now() - timedelta(hours=1)
    unfinished = takes.exclude(state__in=[Submission.State.DONE, Submission.State.FAILED])
    context["stuck"] = [
        (_("Takes waiting for an hour"), unfinished.filter(created_at__lt=hour_ago).count()),
        (_("Takes that failed this week"), takes.filter(state="failed", created_at__gt=week).count()),
        (_("Jobs that failed this week"), Job.objects.filter(state="failed", created_at__gt=week).count()),
    ]
    context["changes"] = LogEntry.objects.select_related("content_type", "actor")[:12]
    return context


def _door(label: str, icon: str, name: str) -> dict[str, Any] | None:
    try:
        link = reverse(name)
    except NoReverseMatch:
        return None
    return {"title": _(label), "icon": icon, "link": link}
