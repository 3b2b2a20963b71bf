"""Every refusal is one plain sentence in `detail`."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.db import OperationalError
from django.utils.translation import gettext as _
from rest_framework.exceptions import APIException, ValidationError
from rest_framework.response import Response
from rest_framework.views import exception_handler

from lessons.classroom import ClassroomError
from lessons.submissions import Refusal
from lessons.words import sentence_of
from tutor.composing.refusal import CannotCompose
from tutor.notation.errors import ScoreError
from tutor.notation.instruments import UnknownInstrument

log = logging.getLogger(__name__)


def one_sentence(problem: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's exception handler: what the school refuses becomes an answer, and a list of faults a sentence."""
    response = exception_handler(_as_answer(problem), context)
    if response is not None and isinstance(problem, ValidationError):
        response.data = {"detail": " ".join(_sentences(problem.detail))}
    return response


def _as_answer(problem: Exception) -> Exception:
    if isinstance(problem, (Refusal, ClassroomError, ScoreError, UnknownInstrument)):
        return _answer(sentence_of(problem), getattr(problem, "status", 400))
    if isinstance(problem, CannotCompose):
        return _answer(sentence_of(problem), 422)
    if isinstance(problem, RequestDataTooBig):
        return _answer(_("There is more in this request than any form has."), 413)
    if isinstance(problem, RecursionError):
        return _answer(_("The JSON is nested too deep."), 400)
    if isinstance(problem, SuspiciousOperation):
        return _answer(_("This request can't be read."), 400)
    if isinstance(problem, (OSError, OperationalError)):
        # A full disk, a locked database: the caller did nothing wrong, and may come back.
        log.error("The school could not read or write", exc_info=problem)
        return _answer(_("The school can't keep or find anything just now. Try again in a minute."), 503)
    return problem


def _answer(sentence: str, status: int) -> APIException:
    answer = APIException(sentence)
    answer.status_code = status
    return answer


def _sentences(detail: Any, field: str = "") -> Iterator[str]:
    if isinstance(detail, dict):
        for name, inner in detail.items():
            yield from _sentences(inner, "" if name == "non_field_errors" else str(name))
    elif isinstance(detail, list):
        for inner in detail:
            yield from _sentences(inner, field)
    else:
        yield f"{field}: {detail}" if field else str(detail)
