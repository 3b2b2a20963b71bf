"""What every page's masthead shows: who is here, with which instrument, and the classes they teach."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from lessons import notices
from lessons.models import Classroom, SchoolSettings
from lessons.reader import offered_languages
from tutor.notation.instruments import INSTRUMENTS


def masthead(request: HttpRequest) -> dict[str, Any]:
    """Lazy, so that a page without a masthead asks the database nothing."""
    user = getattr(request, "user", None)
    school = {
        "school_name": SimpleLazyObject(lambda: school_of(request).name),
        "languages": SimpleLazyObject(lambda: offered_languages(school_of(request))),
    }
    if user is None or not user.is_authenticated:
        return school
    taught = SimpleLazyObject(lambda: list(Classroom.objects.taught_by(user)))
    return {
        **school,
        "taught": taught,
        # More than fit beside each other on a phone.
        "many_doors": SimpleLazyObject(lambda: bool(taught) or user.writes_lessons),
        "unread_notices": SimpleLazyObject(lambda: notices.unread(user)),
        "instrument": INSTRUMENTS.get(user.instrument),
    }


def school_of(request: HttpRequest) -> SchoolSettings:
    """As lessons/reader.py found it; of a request that came by no middleware it is asked for."""
    return getattr(request, "school", None) or SchoolSettings.current()
