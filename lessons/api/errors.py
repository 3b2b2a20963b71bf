"""Every refusal is one plain sentence in `detail`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rest_framework.exceptions import APIException, ValidationError
from rest_framework.response import Response
from rest_framework.views import exception_handler

from lessons.classroom import ClassroomError
from lessons.submissions import Refusal
from tutor.notation.errors import ScoreError
from tutor.notation.instruments import UnknownInstrument


def one_sentence(problem: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's exception handler: what the school refuses becomes an answer, and a list of faults a sentence."""
    response = exception_handler(_as_answer(problem), context)
    if response is not None and isinstance(problem, ValidationError):
        response.data = {"detail": " ".join(_sentences(problem.detail))}
    return response


def _as_answer(problem: Exception) -> Exception:
    if isinstance(problem, (Refusal, ClassroomError, ScoreError, UnknownInstrument)):
        answer = APIException(str(problem))
        answer.status_code = getattr(problem, "status", 400)
        return answer
    return problem


def _sentences(detail: Any, field: str = "") -> Iterator[str]:
    if isinstance(detail, dict):
        for name, inner in detail.items():
            yield from _sentences(inner, "" if name == "non_field_errors" else str(name))
    elif isinstance(detail, list):
        for inner in detail:
            yield from _sentences(inner, field)
    else:
        yield f"{field}: {detail}" if field else str(detail)
