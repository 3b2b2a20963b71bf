"""What an uploaded recording is, told by its first bytes, and how it gets to disk for good."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from django.core.files.uploadedfile import UploadedFile
from django.db.models.fields.files import FieldFile

# The containers that the ear decodes; the browser's own word for a file is not asked.
WEBM, MP4, OGG, WAV, FLAC, MP3 = "audio/webm", "audio/mp4", "audio/ogg", "audio/wav", "audio/flac", "audio/mpeg"
SUFFIXES = {WEBM: "webm", MP4: "m4a", OGG: "ogg", WAV: "wav", FLAC: "flac", MP3: "mp3"}


def audio_type(head: bytes) -> str | None:
    """The content type of a recording by its first dozen bytes, None if it is none we can hear."""
    if head.startswith(b"\x1aE\xdf\xa3"):
        return WEBM
    if head[4:8] == b"ftyp":
        return MP4
    if head.startswith(b"OggS"):
        return OGG
    if head.startswith((b"RIFF", b"RF64")) and head[8:12] == b"WAVE":
        return WAV
    if head.startswith(b"fLaC"):
        return FLAC
    # MPEG audio, layer 3: eleven bits of sync, then version and layer.
    if head.startswith(b"ID3") or (len(head) > 1 and head[0] == 0xFF and head[1] & 0xE6 == 0xE2):
        return MP3
    return None


def head_of(upload: UploadedFile) -> bytes:
    upload.seek(0)
    head = upload.read(12)
    upload.seek(0)
    return bytes(head)


def sha256_of(upload: UploadedFile) -> str:
    digest = hashlib.sha256()
    for chunk in upload.chunks():
        digest.update(chunk)
    upload.seek(0)
    return digest.hexdigest()


def make_durable(file: FieldFile) -> None:
    """Returns when the bytes, and the name they go by, would survive a power cut. A store that is not a file
    system keeps its own promise."""
    try:
        path = Path(file.path)
    except NotImplementedError:
        return
    for what in (path, path.parent, path.parent.parent):
        descriptor = os.open(what, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
