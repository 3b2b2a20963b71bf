"""A whole course as one file: to keep, to hand to another school, to take in again without loss.

    course.json                 what the course holds, in order, with the number of this layout
    exercises/<uid>.json        one exercise: what it is, its pending edit, all its versions
    music/01 Title.musicxml     the same music for any notation program; nothing reads it back
    recordings/<name>           reference recordings, as they were uploaded

Everything has its uid: an archive that comes back updates what it came from. No person is in it."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Iterable
from typing import Any

from django.core.files.storage import default_storage
from django.utils.text import slugify
from django.utils.translation import gettext as _

from lessons.jobs import JobTrouble, Progress
from lessons.models import Course, Exercise, ExerciseVersion, Job, Lesson, LessonVersion

FORMAT, SCHEMA = "woodshed-course", 1
MANIFEST = "course.json"


def run(job: Job, progress: Progress) -> None:
    """The job: writes the archive of the course that it is asked for."""
    course = Course.objects.filter(pk=job.params.get("course")).first()
    if course is None:
        raise JobTrouble(_("The course is gone."))
    job.keep_output(f"{slugify(course.title) or 'course'}.zip", archive_of(course, progress))
    progress(job.total, job.total, _("Ready to download."))


def archive_of(course: Course, progress: Progress | None = None) -> bytes:
    held = Exercise.objects.filter(lesson__course=course, composed_for=None).order_by(
        "lesson__position", "position", "pk"
    )
    # One at a time: a course may hold more music than memory.
    keys = list(held.values_list("pk", flat=True))
    file = io.BytesIO()
    recordings: set[str] = set()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as out:
        out.writestr(MANIFEST, _json(_manifest(course)))
        for number, pk in enumerate(keys, start=1):
            exercise = Exercise.objects.prefetch_related("versions").get(pk=pk)
            told = _exercise(exercise)
            out.writestr(f"exercises/{exercise.uid}.json", _json(told))
            out.writestr(f"music/{number:03} {_file_name(exercise.title)}.musicxml", _musicxml(exercise))
            recordings |= _recordings(told)
            if progress is not None:
                progress(number, len(keys), exercise.title)
        for name in sorted(recordings):
            with default_storage.open(stored_name(name)) as sound:
                out.writestr(f"recordings/{name}", sound.read())
    return file.getvalue()


def _manifest(course: Course) -> dict[str, Any]:
    lessons = course.lessons.select_related("unit").prefetch_related("versions", "needs__other")
    return {
        "format": FORMAT,
        "schema": SCHEMA,
        "course": {"uid": str(course.uid), "title": course.title, "summary": course.summary, "status": course.status},
        "units": [{"uid": str(one.uid), "title": one.title, "text": one.text} for one in course.units.all()],
        "lessons": [_lesson(one) for one in lessons.order_by("position", "pk")],
    }


def _lesson(lesson: Lesson) -> dict[str, Any]:
    exercises = lesson.exercises.filter(composed_for=None).order_by("position", "pk")
    return {
        "uid": str(lesson.uid),
        "unit": str(lesson.unit.uid) if lesson.unit else None,
        "title": lesson.title,
        "text": lesson.text,
        "status": lesson.status,
        "needs": [one.as_dict() for one in lesson.needs.all()],
        "draft": lesson.draft,
        "exercises": [str(uid) for uid in exercises.values_list("uid", flat=True)],
        "versions": [_version(one) for one in _oldest_first(lesson.versions.all())],
    }


def _exercise(exercise: Exercise) -> dict[str, Any]:
    told = _with_recording_named(exercise.content())
    return told | {
        "uid": str(exercise.uid),
        "status": exercise.status,
        "origin": exercise.origin,
        "draft": _with_recording_named(exercise.draft),
        "versions": [_version(one) for one in _oldest_first(exercise.versions.all())],
    }


def _version(version: ExerciseVersion | LessonVersion) -> dict[str, Any]:
    told = _with_recording_named(version.content())
    return told | {"number": version.number, "published_at": version.published_at.isoformat(), "words": version.words}


def _oldest_first(versions: Iterable[Any]) -> list[Any]:
    return sorted(versions, key=lambda one: one.number)


def _with_recording_named(content: dict[str, Any]) -> dict[str, Any]:
    """A recording goes by its path below `references/`, with the folder folded into the name."""
    if not content.get("reference"):
        return dict(content)
    return content | {"reference": archived_name(content["reference"])}


def archived_name(stored: str) -> str:
    return stored.removeprefix("references/").replace("/", "_")


def stored_name(archived: str) -> str:
    return f"references/{archived.replace('_', '/', 1)}"


def _recordings(told: dict[str, Any]) -> set[str]:
    names = [told["reference"], told["draft"].get("reference"), *(one["reference"] for one in told["versions"])]
    return {name for name in names if name}


def _musicxml(exercise: Exercise) -> str:
    from tutor.notation.musicxml import to_musicxml

    return to_musicxml(exercise.as_score())


def _file_name(title: str) -> str:
    return re.sub(r"[^\w ,()'-]+", " ", title).strip()[:60] or "exercise"


def _json(told: dict[str, Any]) -> str:
    return json.dumps(told, ensure_ascii=False, indent=1)
