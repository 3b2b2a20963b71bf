"""Answers that are not JSON: pages of music, and recordings of which a part may be asked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, BinaryIO

from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.cache import get_conditional_response
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.request import Request

from lessons import music_stand
from lessons.models import Submission
from tutor.notation.score import Score

CHUNK_BYTES = 64 * 1024


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
    """The sound, whole or the one range that was asked for (RFC 9110, 14.2). More than one range: the whole."""
    size = submission.recording.size
    asked = request.headers.get("Range", "")
    etag = f'"{submission.recording_sha256 or submission.pk}"'
    if request.headers.get("If-Range", etag) != etag:
        asked = ""
    span = _span(asked, size)
    if span is None:
        response: HttpResponseBase = HttpResponse(status=416)
        response["Content-Range"] = f"bytes */{size}"
        return response
    first, last = span
    partial = span != (0, size - 1) or asked.startswith("bytes=")
    response = StreamingHttpResponse(
        _chunks(submission.recording.open("rb"), first, last - first + 1), status=206 if partial else 200
    )
    if partial:
        response["Content-Range"] = f"bytes {first}-{last}/{size}"
    response["Content-Length"] = str(last - first + 1)
    response["Content-Type"] = submission.content_type
    response["Content-Disposition"] = f'inline; filename="take.{submission.recording.name.rpartition(".")[2]}"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Accept-Ranges"] = "bytes"
    response["ETag"] = etag
    response["Cache-Control"] = "private, no-store"
    return response


def _span(asked: str, size: int) -> tuple[int, int] | None:
    """First and last byte to send; None if the range lies outside. What can't be understood is ignored."""
    match = re.fullmatch(r"bytes=(\d*)-(\d*)", asked.replace(" ", ""))
    if match is None or match.groups() == ("", ""):
        return 0, size - 1
    start, end = match.groups()
    if start == "":
        first, last = max(0, size - int(end)), size - 1
    else:
        first, last = int(start), min(int(end), size - 1) if end else size - 1
    if end and start and int(end) < int(start):
        return 0, size - 1
    return (first, last) if first <= last else None


def _chunks(file: BinaryIO, first: int, length: int) -> Iterator[bytes]:
    with file:
        file.seek(first)
        while length > 0 and (chunk := file.read(min(CHUNK_BYTES, length))):
            length -= len(chunk)
            yield chunk
