"""Reference recordings: what an author uploads so that students hear how it may sound."""

from __future__ import annotations

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from lessons.recordings import SUFFIXES, audio_type, head_of

LARGEST_BYTES = 15_000_000
LONGEST_S = 300


class ReferenceTrouble(Exception):
    """It can't be a reference; str() is one plain sentence."""


def checked(upload: UploadedFile) -> UploadedFile:
    """The upload under a harmless name, once it is known to be sound of a fair length. Raises ReferenceTrouble."""
    from tutor.listening.decoding import decode
    from tutor.listening.errors import RecordingError

    if (upload.size or 0) > LARGEST_BYTES:
        raise ReferenceTrouble(_("The recording is too large: 15 MB is the most."))
    kind = audio_type(head_of(upload))
    if kind is None:
        raise ReferenceTrouble(_("This is no recording that can be played: send WAV, FLAC, MP3, OGG, M4A or WebM."))
    try:
        # Coarsely: only its length is asked, and whether there is anything to hear.
        sound = decode(upload.read(), rate_hz=8000)
    except RecordingError as trouble:
        raise ReferenceTrouble(str(trouble)) from None
    if sound.duration_s > LONGEST_S:
        raise ReferenceTrouble(_("The recording is longer than five minutes: bring the passage alone."))
    upload.seek(0)
    upload.name = f"reference.{SUFFIXES[kind]}"
    return upload
