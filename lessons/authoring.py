"""Putting music into the school: what a file holds, and what follows from it for the exercise."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from dataclasses import dataclass, replace

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

from lessons.models import Exercise
from tutor.notation.errors import ScoreError
from tutor.notation.reading import TOO_LARGE
from tutor.notation.score import Score
from tutor.notation.xml_tree import LARGEST_FILE_BYTES

# The largest file takes a few seconds; one that takes longer is meant to. The web server waits no longer either.
READ_WITHIN_S = 20

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Music:
    """What an uploaded file holds: the score, and the file itself as text ("" for MIDI, which has none)."""

    score: Score
    text: str


def read_upload(upload: UploadedFile) -> Music:
    """The music in an uploaded file; raises ScoreError, which says where it can't be read."""
    if (upload.size or 0) > LARGEST_FILE_BYTES:
        raise ScoreError(TOO_LARGE)
    return _read_apart(upload.read(), upload.name or "")


def _read_apart(data: bytes, filename: str) -> Music:
    """The reader's answer.

    In a process of its own: MIDI and ABC need a library that has no place in a web server's memory, and a hostile
    file can exhaust nothing but its own time."""
    try:
        done = subprocess.run(  # noqa: S603
            [sys.executable, "-m", "lessons.read_score_file", filename],
            input=data,
            capture_output=True,
            cwd=settings.ROOT,
            timeout=READ_WITHIN_S,
            check=True,
        )
    except subprocess.TimeoutExpired:
        raise ScoreError("The file takes too long to read: it may be damaged. Export it again.") from None
    except subprocess.CalledProcessError as crash:
        log.error("The reader fell over %s: %s", filename, crash.stderr.decode(errors="replace")[-2000:])
        raise ScoreError(
            "The file could not be read, and we can't say where. Export it as MusicXML, or tell us."
        ) from None
    answer = json.loads(done.stdout)
    if "error" in answer:
        raise ScoreError(answer["error"])
    return Music(replace(Score.from_dict(answer["score"]), dropped=tuple(answer["dropped"])), answer["text"])


def set_music(exercise: Exercise, music: Music) -> None:
    """The music of an uploaded file, and the file itself."""
    set_score(exercise, music.score)
    exercise.musicxml = music.text


def set_score(exercise: Exercise, score: Score) -> None:
    """The music, and what can be told from it: the skills it shows, how hard it is, what was left out."""
    from tutor.composing.difficulty import difficulty
    from tutor.composing.skills import skill_counts

    exercise.score = score.to_dict()
    exercise.dropped = list(score.dropped)
    exercise.skills = skill_counts(score)
    exercise.grade = round(difficulty(score), 2)
