"""Answers that are not JSON: pages of music, and recordings of which a part may be asked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, BinaryIO

from django.db.models.fields.files import FieldFile
from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.cache import get_conditional_response
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.request import Request

from lessons import music_stand
from lessons.api.shapes import Sentence
from lessons.models import Submission
from tutor.notation.score import Score

CHUNK_BYTES = 64 * 1024
# How the API's description tells of `sound`.
SOUND_IN_PARTS = extend_schema(
    parameters=[OpenApiParameter("Range", str, OpenApiParameter.HEADER, description="bytes=first-last")],
    responses={(200, "audio/*"): OpenApiTypes.BINARY, (206, "audio/*"): OpenApiTypes.BINARY, 404: Sentence, 416: None},
)


class AsItComes(BaseContentNegotiation):
    """An <audio> or <img> asks for its own types; the address alone says what comes, and refusals come as JSON."""

    def select_parser(self, request: Request, parsers: Any) -> Any:
        return parsers[0]

    def select_renderer(self, request: Request, renderers: Any, format_suffix: str | None = None) -> Any:
        return renderers[0], renderers[0].media_type


def svg(request: Request, score: Score, width_px: int, *, fixed: bool) -> HttpResponseBase:
    """The engraved page. A take's score never changes; an exercise's may, so the browser asks each time."""
    etag = f'"{music_stand.digest(score)}-{width_px}"'
    if (unchanged := get_conditional_response(request._request, etag)) is not None:
        return unchanged
    response = HttpResponse(music_stand.engraved(score, width_px), content_type="image/svg+xml; charset=utf-8")
    response["ETag"] = etag
    response["Cache-Control"] = "private, max-age=86400, immutable" if fixed else "private, no-cache"
    # A title comes from whoever wrote the file: nothing in a page of music may run.
    response["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; font-src data:"
    return response


def recording(request: Request, submission: Submission) -> HttpResponseBase:
    """A take's sound."""
    version = submission.recording_sha256 or str(submission.pk)
    return sound(request, submission.recording, submission.content_type, version, "take")


def sound(request: Request, file: FieldFile, content_type: str, version: str, called: str) -> HttpResponseBase:
    """Somebody's voice, whole or the one range that was asked for (RFC 9110, section 14). No cache may keep it."""
    size = file.size
    etag = f'"{version}"'
    # A range of what the browser had before is no use if that has changed.
    asked = request.headers.get("Range", "") if request.headers.get("If-Range", etag) == etag else ""
    try:
        span = _span(asked, size)
    except _NotThere:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    first, last = span or (0, size - 1)
    chunks = _chunks(file.open("rb"), first, last - first + 1)
    response = StreamingHttpResponse(chunks, status=206 if span else 200, content_type=content_type)
    if span:
        response["Content-Range"] = f"bytes {first}-{last}/{size}"
    response["Content-Length"] = str(last - first + 1)
    response["Content-Disposition"] = f'inline; filename="{called}.{file.name.rpartition(".")[2]}"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Accept-Ranges"] = "bytes"
    response["ETag"] = etag
    response["Cache-Control"] = "private, no-store"
    return response


class _NotThere(Exception):
    """A range beyond the end."""


def _span(asked: str, size: int) -> tuple[int, int] | None:
    """First and last byte of the one range asked for; None, the whole, for several or for what makes no sense."""
    match = re.fullmatch(r"bytes=(\d{0,15})-(\d{0,15})", asked.strip())
    start, end = match.groups() if match else ("", "")
    if not start and not end:
        return None
    if start and end and int(end) < int(start):
        return None
    if start:
        first, last = int(start), min(int(end), size - 1) if end else size - 1
    else:
        first, last = max(0, size - int(end)), size - 1
    if first > last:
        raise _NotThere
    return first, last


def _chunks(file: BinaryIO, first: int, length: int) -> Iterator[bytes]:
    with file:
        file.seek(first)
        while length > 0 and (chunk := file.read(min(CHUNK_BYTES, length))):
            length -= len(chunk)
            yield chunk
