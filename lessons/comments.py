"""What people say to each other about a take, pinned to a time or to a note: written, or up to a minute of speech.

Whoever may hear the take may speak. Their own words anyone may take back at any time: nothing that is graded hangs on
them. A spoken comment is as private as a recording, and is stored, checked and served like one.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable
from pathlib import PurePath
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lessons import notices, recordings
from lessons.classroom import ClassroomError
from lessons.contests import address_of, teachers_of
from lessons.models import Comment, Notice, Submission, User
from lessons.words import sentence_of
from tutor.listening.errors import RecordingError, TooLong

log = logging.getLogger(__name__)

# A browser's player counts a compressed recording a little longer than it is.
A_PLAYERS_ROUNDING_S = 1.0
LONGEST_VOICE_S = 60.0
MOST_VOICE_BYTES = 2 * 1024 * 1024
_TOO_LONG = gettext_lazy("A spoken comment takes a minute at most. Say it in fewer words.")
# Enough for a notice: the rest is on the page.
TOLD = 200


def comment(
    submission: Submission,
    author: User,
    at_s: float | None = None,
    text: str = "",
    note_id: str = "",
    voice: UploadedFile | None = None,
) -> Comment:
    """Said by who played the take or teaches them; the other side is told. In a class that went to the archive it can
    be heard, and nothing more is said. Without a time it stands where the note was heard."""
    taught = Submission.objects.taught_by(author).filter(pk=submission.pk)
    if submission.student_id != author.pk and not taught.exists():
        raise PermissionDenied
    if not (text.strip() or voice):
        raise ClassroomError(_("Write something first."))
    said = Comment(
        submission=submission,
        author=author,
        note_id=note_id,
        at_s=_within(submission, _time_of(submission, note_id) if at_s is None else at_s),
        text=text.strip(),
    )
    if voice:
        said.voice_type, said.voice_s = _listen_to(voice)
    _keep(said, voice)
    return said


def take_back(said: Comment, author: User) -> None:
    """By its author, at any time; its sound goes with it."""
    if said.author_id != author.pk:
        raise PermissionDenied
    said.delete()


def _time_of(submission: Submission, note_id: str) -> float:
    """Where this note was heard; where it was not, the note before it that was."""
    ids = [note.id for note in submission.as_score().notes]
    if not note_id:
        return 0.0
    if note_id not in ids:
        raise ClassroomError(_("There is no such note in this score."))
    assessment = submission.current_assessment
    notes: list[dict[str, Any]] = assessment.result["notes"] if assessment else []
    heard = {note["id"]: note["onset_s"] for note in notes if note["onset_s"] is not None}
    before = [heard[one] for one in ids[: ids.index(note_id) + 1] if one in heard]
    return float(before[-1]) if before else 0.0


def _within(submission: Submission, at_s: float) -> float:
    end_s = submission.duration_s
    if end_s is not None and at_s > end_s + A_PLAYERS_ROUNDING_S:
        raise ClassroomError(_("The recording is only %(seconds)s seconds long.") % {"seconds": f"{end_s:.0f}"})
    return max(0.0, min(at_s, end_s) if end_s is not None else at_s)


def _listen_to(voice: UploadedFile) -> tuple[str, float]:
    """What it is and how long it takes, by its own bytes."""
    from tutor.listening.decoding import decode

    if (voice.size or 0) > MOST_VOICE_BYTES:
        raise ClassroomError(_("A spoken comment has room for 2 MB. Say it in fewer words."))
    kind = recordings.audio_type(recordings.head_of(voice))
    if kind is None:
        raise ClassroomError(_("This file is no sound that can be played here."))
    try:
        # How much there is of it: the pitch is nobody's affair.
        duration_s = decode(voice.read(), rate_hz=8000).duration_s
    except TooLong as trouble:
        raise ClassroomError(_TOO_LONG) from trouble
    except RecordingError as trouble:
        raise ClassroomError(sentence_of(trouble)) from trouble
    voice.seek(0)
    if duration_s > LONGEST_VOICE_S + A_PLAYERS_ROUNDING_S:
        raise ClassroomError(_TOO_LONG)
    return kind, round(duration_s, 2)


def _keep(said: Comment, voice: UploadedFile | None) -> None:
    """Row and sound, or neither; and whoever should hear of it."""
    try:
        if voice:
            said.voice.save(f"voice.{recordings.SUFFIXES[said.voice_type]}", voice, save=False)
            recordings.make_durable(said.voice)
        with transaction.atomic():
            said.save(force_insert=True)
            notices.tell(_other_side(said), Notice.Kind.COMMENTED, _facts(said), _address(said), f"comment-{said.pk}")
    except BaseException:
        if said.voice:
            said.voice.delete(save=False)
        raise


def _other_side(said: Comment) -> Iterable[User]:
    student = said.submission.student
    return teachers_of(student) if said.author_id == student.pk else [student]


def _facts(said: Comment) -> dict[str, Any]:
    words = said.text if len(said.text) <= TOLD else f"{said.text[: TOLD - 1]}…"
    title = said.submission.exercise.title
    return {"by": said.author.display_name, "title": title, "text": words, "spoken": bool(said.voice)}


def _address(said: Comment) -> str:
    if said.note_id:
        return address_of(said.submission, said.note_id)
    return f"{said.submission.get_absolute_url()}#at={said.at_s:.2f}"


def clear_orphans() -> int:
    """Removes spoken comments that a killed process left without a row, and says how many."""
    return recordings.clear_orphans(_known, "voices")


def _known(voices: Collection[UUID]) -> set[UUID]:
    """All are asked for at once: there are far fewer of them than of takes."""
    names = Comment.objects.exclude(voice="").values_list("voice", flat=True)
    return {UUID(PurePath(name).stem) for name in names.iterator()} & set(voices)
