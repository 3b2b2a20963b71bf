"""What every page's masthead shows: who is here, with which instrument, and the classes they teach."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from lessons.models import Classroom
from tutor.notation.instruments import INSTRUMENTS


def masthead(request: HttpRequest) -> dict[str, Any]:
    """Lazy, so that a page without a masthead asks the database nothing."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {}
    return {
        "taught": SimpleLazyObject(lambda: list(Classroom.objects.taught_by(user))),
        "instrument": INSTRUMENTS.get(user.instrument),
    }
