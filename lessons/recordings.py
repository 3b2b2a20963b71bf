"""What an uploaded recording is, told by its first bytes, and how it gets to disk for good."""

from __future__ import annotations

import hashlib
import logging
import os
import time
from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db.models.fields.files import FieldFile

log = logging.getLogger(__name__)

FOLDER = "recordings"
# An upload takes seconds between its file and its row.
ORPHAN_AFTER_S = 24 * 3600
# A killed process leaves one file or a few. More than this, and more than are known: that is no leftover, but a
# school that was started with another database.
FEW_ORPHANS = 20

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


def clear_orphans(known: Callable[[Collection[UUID]], Collection[UUID]], folder: str = FOLDER) -> int:
    """Removes recordings that no row has: left by a process that was killed between file and row. `known` says which
    of these there are. Where most files would go, none goes: then it is the database that is wrong."""
    files = list(_old_recordings(folder))
    kept = set(known([take for take, _ in files]))
    orphans = [path for take, path in files if take not in kept]
    if len(orphans) > max(FEW_ORPHANS, len(kept)):
        log.error("%s: %d recordings have no row, and %d have one: none is removed", folder, len(orphans), len(kept))
        return 0
    for path in orphans:
        log.warning("%s has no row: removed", path.name)
        path.unlink(missing_ok=True)
    return len(orphans)


def _old_recordings(folder: str) -> Iterator[tuple[UUID, Path]]:
    """Files a day old that are named as `recording_path` names them; what anybody else put there is left alone."""
    before = time.time() - ORPHAN_AFTER_S
    for path in (Path(settings.MEDIA_ROOT) / folder).glob("??/*"):
        try:
            take = UUID(path.stem)
            old = path.is_file() and path.stat().st_mtime < before
        except (ValueError, OSError):
            continue
        if old and path.stem == str(take):
            yield take, path
