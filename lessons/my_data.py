"""All that is kept of a person, as one file: theirs to take along. What others wrote about their takes is in it; what
is others' is not; and what a test or an exercise by ear still keeps from them is not yet."""

from __future__ import annotations

import csv
import io
import json
import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from pathlib import PurePath
from typing import Any

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db.models import Prefetch
from django.utils import timezone
from django.utils.translation import gettext as _

from lessons import jobs
from lessons.assigning.sittings import withheld
from lessons.models import (
    Assessment,
    Comment,
    Contest,
    Departure,
    Exercise,
    Job,
    MarkOverride,
    Membership,
    Notice,
    PracticeFeedback,
    PracticePlan,
    SkillState,
    Submission,
    User,
)
from lessons.rulings import effective_assessment

# Sound does not get smaller, text does.
PACKED, AS_IT_IS = zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED


def run(job: Job, progress: jobs.Progress) -> None:
    """Into a file on disk: a year's sound does not fit into memory."""
    with tempfile.TemporaryFile() as file:
        with zipfile.ZipFile(file, "w") as archive:
            write(archive, job.owner, progress)
        file.seek(0)
        job.keep_output(f"woodshed-{job.owner.pk}-{timezone.localdate().isoformat()}.zip", File(file))
    progress(job.total, job.total, _("Ready to download."))
    # A year's sound is kept once, not once for each time that somebody asked for it.
    for earlier in Job.objects.filter(owner=job.owner, kind=job.kind, finished_at__isnull=False).exclude(pk=job.pk):
        earlier.delete()


def write(archive: zipfile.ZipFile, user: User, progress: jobs.Progress = lambda *_: None) -> None:
    takes = Submission.objects.filter(student=user).select_related("exercise").order_by("created_at")
    total, lines, hidden = takes.count(), [], _hidden_from(user)
    for number, take in enumerate(_with_all(takes), start=1):
        progress(number, total, _("Packing takes"))
        folder = f"takes/{take.created_at:%Y-%m-%d}-{str(take.pk)[:8]}"
        lines.append(_take_line(take, folder))
        _put(archive, f"{folder}/take.json", _take(take, take.exercise_id in hidden))
        _put_sound(archive, f"{folder}/recording", take.recording)
        for comment in take.comments.all():
            _put_sound(archive, f"{folder}/comment-{comment.pk}", comment.voice)
    _table(archive, "takes.csv", lines)
    _table(archive, "skills.csv", _skills(user))
    _table(archive, "said-by-you.csv", _said(user))
    for name, value in _rest(user).items():
        _put(archive, f"{name}.json", value)


def _with_all(takes: Any) -> Iterator[Submission]:
    hearings = Assessment.objects.exclude(submission__in=Submission.objects.filter(withheld()).values("pk"))
    hearings = hearings.prefetch_related("rulings__ruled_by", "contests")
    comments = Comment.objects.select_related("author")
    yield from takes.prefetch_related(Prefetch("assessments", hearings), Prefetch("comments", comments)).iterator(50)


def _take_line(take: Submission, folder: str) -> dict[str, Any]:
    counting = next((one for one in take.assessments.all() if one.counts), None)
    grade = effective_assessment(counting).grade if counting else None
    return {
        "played_at": take.created_at.isoformat(),
        "exercise": take.exercise.title,
        "instrument": take.instrument,
        "tempo_bpm": take.tempo_bpm,
        "state": take.state,
        "overall": counting.overall if counting else None,
        **{part: getattr(grade, part, None) for part in ("pitch", "intonation", "rhythm", "tempo", "completeness")},
        "comments": len(take.comments.all()),
        "sound_deleted_at": _said_at(take.sound_deleted_at),
        "folder": folder,
    }


def _hidden_from(user: User) -> set[int]:
    """Played in vain so far: what is in them is still to be heard, or to be read in a test."""
    readable = Exercise.objects.readable_by(user)
    played = Exercise.objects.filter(submissions__student=user).exclude(pk__in=readable.values("pk"))
    return set(played.values_list("pk", flat=True))


def _take(take: Submission, hidden: bool) -> dict[str, Any]:
    return {
        "id": str(take.pk),
        "exercise": take.exercise.title,
        "score": None if hidden else take.score,
        "tempo_bpm": take.tempo_bpm,
        "clapped": take.clapped,
        "played_at": take.created_at,
        "graded_at": take.graded_at,
        "trouble": take.trouble,
        "hearings": [] if hidden else [_hearing(one) for one in take.assessments.all()],
        "comments": [
            {"at_s": one.at_s, "note": one.note_id, "text": one.text, "by": str(one.author), "at": one.created_at}
            for one in take.comments.all()
        ],
    }


def _hearing(one: Assessment) -> dict[str, Any]:
    return {
        "engine": one.engine,
        "counts": one.counts,
        "overall": one.overall,
        "rubric": one.rubric,
        "result": one.result,
        "trace": one.trace,
        "rulings": [
            {"note": ruling.note_id, "verdict": ruling.verdict, "why": ruling.why, "by": str(ruling.ruled_by or "")}
            for ruling in one.rulings.all()
        ],
        "contests": [_contest(contest) for contest in one.contests.all()],
    }


def _contest(one: Contest) -> dict[str, Any]:
    return {"note": one.note_id, "why": one.why, "state": one.state, "answer": one.answer, "at": one.created_at}


def _skills(user: User) -> Iterator[dict[str, Any]]:
    for one in SkillState.objects.filter(student=user):
        yield {
            "skill": one.skill,
            "ability": round(one.ability, 3),
            "variance": round(one.variance, 3),
            "right": one.right,
            "heard": one.heard,
            "last_met_at": _said_at(one.last_met_at),
            "due_at": _said_at(one.due_at),
        }


def _said(user: User) -> Iterator[dict[str, Any]]:
    """What they wrote on others' takes, without saying whose these are."""
    for one in Comment.objects.filter(author=user).exclude(submission__student=user):
        yield {"written_at": _said_at(one.created_at), "at_s": one.at_s, "text": one.text}


def _rest(user: User) -> dict[str, Any]:
    places = Membership.objects.filter(user=user).select_related("classroom")
    left = Departure.objects.filter(student=user).select_related("classroom")
    plans = PracticePlan.objects.filter(student=user).prefetch_related("items")
    return {
        "you": {
            **{name: getattr(user, name) for name in ("username", "first_name", "last_name", "email")},
            **{name: getattr(user, name) for name in ("instrument", "level", "time_zone", "language", "wants_mail")},
            "joined_at": user.date_joined,
            "last_login": user.last_login,
            "classes": [{"name": one.classroom.name, "role": one.role, "since": one.joined_at} for one in places],
            "classes_left": [{"name": one.classroom.name, "left_at": one.left_at} for one in left],
        },
        "plans": [
            {"made_at": one.created_at, "items": [[item.title, item.reason] for item in one.items.all()]}
            for one in plans
        ],
        "exercises-written-for-you": list(
            Exercise.objects.filter(composed_for=user)
            .readable_by(user)
            .values("title", "recipe", "score", "created_at")
        ),
        "your-words-on-exercises": list(PracticeFeedback.objects.filter(student=user).values("said", "created_at")),
        "marks-set-by-hand": list(
            MarkOverride.objects.filter(student=user).values("assignment", "kind", "overall", "reason", "at")
        ),
        "notices": list(Notice.objects.filter(reader=user).values("kind", "facts", "created_at")),
    }


def _put(archive: zipfile.ZipFile, name: str, value: Any) -> None:
    text = json.dumps(value, ensure_ascii=False, indent=1, default=_plain)
    archive.writestr(name, text, compress_type=PACKED)


def _put_sound(archive: zipfile.ZipFile, name: str, sound: Any) -> None:
    if not sound or not default_storage.exists(sound.name):
        return
    entry = zipfile.ZipInfo(name + PurePath(sound.name).suffix, date_time=timezone.localtime().timetuple()[:6])
    entry.compress_type = AS_IT_IS
    with sound.open("rb") as source, archive.open(entry, "w") as target:
        for chunk in iter(lambda: source.read(1 << 16), b""):
            target.write(chunk)


def _table(archive: zipfile.ZipFile, name: str, lines: Iterable[Mapping[str, Any]]) -> None:
    """With the mark by which Excel knows UTF-8; what would be a formula there is text."""
    rows = list(lines)
    text = io.StringIO()
    if rows:
        table = csv.DictWriter(text, list(rows[0]))
        table.writeheader()
        table.writerows({key: _cell(value) for key, value in row.items()} for row in rows)
    archive.writestr(name, "\ufeff" + text.getvalue(), compress_type=PACKED)


def _cell(value: Any) -> Any:
    return f"'{value}" if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r") else value


def _said_at(when: datetime | None) -> str:
    return when.isoformat() if when else ""


def _plain(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
