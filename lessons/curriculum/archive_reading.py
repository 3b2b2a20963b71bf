"""What an archive says, checked to the last field before anything of it is used. A stranger may have made it.

A file that is not what it should be is refused with one sentence; nothing is unpacked to disk."""

from __future__ import annotations

import io
import json
import re
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from lessons import recordings
from lessons.curriculum.archive import FORMAT, MANIFEST, SCHEMA
from lessons.curriculum.archive_score import checked_score
from lessons.curriculum.refusal import Refused
from lessons.models.curriculum import CONTENT, Exercise, Status
from tutor.grading.rubric import RUBRICS
from tutor.notation.instruments import INSTRUMENTS

LARGEST_ARCHIVE_BYTES = 200 * 2**20
LARGEST_JSON_BYTES = 8 * 2**20
LARGEST_RECORDING_BYTES = 25 * 2**20
UNPACKED_BYTES = 400 * 2**20
MOST_FILES = 5000
MOST_VERSIONS = 1000

UID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
SURROGATE = re.compile("[\ud800-\udfff]")
RECORDING = re.compile(rf"{UID}_[0-9a-f]{{32}}\.[a-z0-9]{{1,8}}")
KNOWN = re.compile(
    rf"course\.json|exercises/{UID}\.json|music/[^/\\\x00]{{1,100}}\.musicxml|recordings/{RECORDING.pattern}"
)


@dataclass(frozen=True, slots=True)
class Archive:
    """As it was found good. `exercises` by uid; `recording` reads one by its name."""

    course: dict[str, Any]
    units: list[dict[str, Any]]
    lessons: list[dict[str, Any]]
    exercises: dict[str, dict[str, Any]]
    recording: Callable[[str], bytes]


def read_archive(data: bytes) -> Archive:
    """Raises Refused."""
    if len(data) > LARGEST_ARCHIVE_BYTES:
        raise Refused(_("The archive is larger than %(mb)d MB.") % {"mb": LARGEST_ARCHIVE_BYTES // 2**20})
    try:
        packed = zipfile.ZipFile(io.BytesIO(data))
        files = _files(packed)
    except (zipfile.BadZipFile, NotImplementedError, UnicodeDecodeError, OSError, ValueError) as bad:
        if isinstance(bad, Refused):
            raise
        raise Refused(_("This is not an archive of a course, or it is damaged.")) from None
    if MANIFEST not in files:
        raise Refused(_("This is not an archive of a course: it holds no course.json."))
    manifest = _json(packed, files[MANIFEST])
    _check_format(manifest)
    return _archive(packed, files, manifest)


def _files(packed: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    infos = packed.infolist()
    if len(infos) > MOST_FILES:
        raise Refused(_("The archive holds more than %(most)d files.") % {"most": MOST_FILES})
    if sum(one.file_size for one in infos) > UNPACKED_BYTES:
        raise Refused(_("The archive is too large once it is unpacked."))
    files = {one.filename: one for one in infos}
    if len(files) != len(infos):
        raise Refused(_("The archive holds a file twice."))
    for name, info in files.items():
        if not KNOWN.fullmatch(name):
            raise Refused(_("The archive holds a file that doesn't belong there: %(name)s") % {"name": name[:80]})
        if info.flag_bits & 1 or info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise Refused(_("The archive is locked or packed in a way that we can't read."))
    return files


def _read(packed: zipfile.ZipFile, info: zipfile.ZipInfo, most: int) -> bytes:
    """No more than that, whatever the archive says of its size."""
    too_large = _("%(name)s is too large.") % {"name": info.filename[:80]}
    if info.file_size > most:
        raise Refused(too_large)
    try:
        with packed.open(info) as file:
            data = file.read(most + 1)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError, ValueError, zlib.error):
        raise Refused(_("%(name)s is damaged.") % {"name": info.filename[:80]}) from None
    if len(data) > most:
        raise Refused(too_large)
    return data


def _json(packed: zipfile.ZipFile, info: zipfile.ZipInfo) -> Any:
    try:
        return json.loads(_read(packed, info, LARGEST_JSON_BYTES), parse_constant=_no_constant)
    except (ValueError, RecursionError) as bad:
        if isinstance(bad, Refused):
            raise
        raise Refused(_("%(name)s can't be read.") % {"name": info.filename}) from None


def _no_constant(name: str) -> None:
    raise ValueError(name)


def _check_format(manifest: Any) -> None:
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        raise Refused(_("This is not an archive of a course."))
    schema = manifest.get("schema")
    if not isinstance(schema, int) or schema < SCHEMA:
        raise Refused(_("This is not an archive of a course."))
    if schema != SCHEMA:
        raise Refused(_("The archive was made by a newer Woodshed than this one: this school can't read it yet."))


def _archive(packed: zipfile.ZipFile, files: dict[str, zipfile.ZipInfo], manifest: dict[str, Any]) -> Archive:
    read = _Reader(MANIFEST)
    course = read.record(manifest.get("course"), {"title": read.title, "summary": read.text, "status": read.status})
    units = [read.record(one, {"title": read.title, "text": read.text}) for one in read.list(manifest.get("units"))]
    shape = {
        "title": read.title,
        "text": read.text,
        "status": read.status,
        "unit": read.uid_or_none,
        "needs": read.needs,
        "draft": read.lesson_draft,
        "exercises": read.uids,
        "versions": read.lesson_versions,
    }
    lessons = [read.record(one, shape) for one in read.list(manifest.get("lessons"))]
    held = [uid for one in lessons for uid in one["exercises"]]
    _check_references(course, units, lessons, held, files)
    exercises = {uid: _exercise(packed, files[f"exercises/{uid}.json"], uid) for uid in held}
    for name in {name for one in exercises.values() for name in _recordings(one)}:
        if f"recordings/{name}" not in files:
            raise Refused(_("A recording is missing: %(name)s") % {"name": name})
        _sound(packed, files[f"recordings/{name}"])
    return Archive(course, units, lessons, exercises, lambda name: _sound(packed, files[f"recordings/{name}"]))


def _check_references(course: Any, units: Any, lessons: Any, held: list[str], files: Any) -> None:
    every = [course["uid"], *(one["uid"] for one in (*units, *lessons)), *held]
    if len(set(every)) != len(every):
        raise Refused(_("Something stands twice in the archive."))
    there = {one["uid"] for one in units}
    for one in lessons:
        if one["unit"] is not None and one["unit"] not in there:
            raise Refused(_("“%(title)s” stands in a unit that is not in the archive.") % {"title": one["title"]})
        for uid in one["exercises"]:
            if f"exercises/{uid}.json" not in files:
                raise Refused(_("An exercise of “%(title)s” is missing.") % {"title": one["title"]})


def _exercise(packed: zipfile.ZipFile, info: zipfile.ZipInfo, uid: str) -> dict[str, Any]:
    read = _Reader(info.filename)
    shape = {**read.content, "status": read.status, "origin": read.origin}
    shape |= {"draft": read.exercise_draft, "versions": read.exercise_versions}
    found = read.record(_json(packed, info), shape)
    if found["uid"] != uid:
        read.refuse()
    return found


def _recordings(exercise: dict[str, Any]) -> set[str]:
    names = [
        exercise["reference"],
        exercise["draft"].get("reference"),
        *(one["reference"] for one in exercise["versions"]),
    ]
    return {name for name in names if name}


def _sound(packed: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    data = _read(packed, info, LARGEST_RECORDING_BYTES)
    if recordings.audio_type(data[:12]) is None:
        raise Refused(_("%(name)s is not a recording that we can play.") % {"name": info.filename})
    return data


class _Reader:
    """Checks one file's fields: each method answers with what it was given, or refuses the file."""

    def __init__(self, name: str) -> None:
        self.name, self.field = name, ""
        self.content: dict[str, Callable[[Any], Any]] = {
            "title": self.title,
            "score": self.score,
            "musicxml": self.text,
            "dropped": self.texts,
            "source": self.line,
            "tempo_bpm": self.tempo,
            "grade": self.grade,
            "skills": self.skills,
            "rubric": self.rubric,
            "hints": self.text,
            "instruments": self.instruments,
            "reference_source": self.line,
            "reference": self.reference,
        }
        assert self.content.keys() == {*CONTENT, "reference"}

    def refuse(self) -> Any:
        facts = {"name": self.name, "field": self.field}
        if not self.field:
            raise Refused(_("%(name)s holds what an archive of a course doesn't hold.") % facts)
        raise Refused(_("%(name)s holds what an archive of a course doesn't hold, at “%(field)s”.") % facts)

    def record(self, sent: Any, shape: dict[str, Callable[[Any], Any]]) -> dict[str, Any]:
        if not isinstance(sent, dict):
            self.refuse()
        found = {}
        for name, check in ({"uid": self.uid} | shape).items():
            self.field = name  # Whoever wrote it by hand is told which one is wrong.
            found[name] = check(sent.get(name))
        self.field = ""
        return found

    def list(self, sent: Any, most: int = MOST_FILES) -> list[Any]:
        return sent if isinstance(sent, list) and len(sent) <= most else self.refuse()

    def text(self, sent: Any, most: int = LARGEST_JSON_BYTES) -> str:
        fine = isinstance(sent, str) and len(sent) <= most and "\x00" not in sent
        # Half a surrogate pair is no text.
        return str(sent) if fine and not SURROGATE.search(sent) else self.refuse()

    def line(self, sent: Any) -> str:
        return self.text(sent, 300)

    def title(self, sent: Any) -> str:
        return self.text(sent, 200) if self.text(sent, 200).strip() else self.refuse()

    def texts(self, sent: Any) -> Any:
        return [self.text(one) for one in self.list(sent)]

    def uid(self, sent: Any) -> str:
        return sent if isinstance(sent, str) and re.fullmatch(UID, sent) else self.refuse()

    def uid_or_none(self, sent: Any) -> str | None:
        return None if sent is None else self.uid(sent)

    def uids(self, sent: Any) -> Any:
        return [self.uid(one) for one in self.list(sent)]

    def status(self, sent: Any) -> str:
        return str(sent) if isinstance(sent, str) and sent in Status.values else self.refuse()

    def origin(self, sent: Any) -> str:
        known = (Exercise.Origin.AUTHORED, Exercise.Origin.IMPORTED)
        return str(sent) if isinstance(sent, str) and sent in known else self.refuse()

    def whole(self, sent: Any, low: int, high: int) -> int:
        fine = isinstance(sent, int) and not isinstance(sent, bool) and low <= sent <= high
        return int(sent) if fine else self.refuse()

    def tempo(self, sent: Any) -> int:
        return self.whole(sent, 10, 400)

    def grade(self, sent: Any) -> float:
        fine = isinstance(sent, int | float) and not isinstance(sent, bool) and 0 <= sent <= 20
        return float(sent) if fine else self.refuse()

    def skills(self, sent: Any) -> Any:
        if not isinstance(sent, dict) or len(sent) > 500:
            self.refuse()
        return {self.text(tag, 60): self.whole(count, 0, 100_000) for tag, count in sent.items()}

    def rubric(self, sent: Any) -> str:
        return sent if sent == "" or (isinstance(sent, str) and sent in RUBRICS) else self.refuse()

    def instruments(self, sent: Any) -> Any:
        return [one if isinstance(one, str) and one in INSTRUMENTS else self.refuse() for one in self.list(sent)]

    def reference(self, sent: Any) -> str:
        return sent if sent == "" or (isinstance(sent, str) and RECORDING.fullmatch(sent)) else self.refuse()

    def score(self, sent: Any) -> Any:
        """Read and written again: nothing but music comes through."""
        try:
            return checked_score(sent)
        except Exception:
            return self.refuse()

    def needs(self, sent: Any) -> Any:
        return [self.need(one) for one in self.list(sent, 50)]

    def need(self, sent: Any) -> dict[str, Any]:
        if not isinstance(sent, dict):
            self.refuse()
        if "lesson" in sent:
            return {"lesson": self.uid(sent["lesson"])}
        return {"skill": self.text(sent.get("skill"), 60), "strength": self.whole(sent.get("strength"), 1, 99)}

    def lesson_draft(self, sent: Any) -> Any:
        return self._some(sent, {"title": self.title, "text": self.text, "needs": self.needs})

    def exercise_draft(self, sent: Any) -> Any:
        return self._some(sent, self.content)

    def lesson_versions(self, sent: Any) -> Any:
        shape = {"title": self.title, "text": self.text, "needs": self.needs, "exercises": self.named}
        return self._versions(sent, shape)

    def exercise_versions(self, sent: Any) -> Any:
        return self._versions(sent, self.content)

    def named(self, sent: Any) -> Any:
        found = self.list(sent)
        if not all(isinstance(one, dict) for one in found):
            self.refuse()
        return [{"uid": self.uid(one.get("uid")), "title": self.text(one.get("title"), 200)} for one in found]

    def when(self, sent: Any) -> str:
        try:
            return str(sent) if datetime.fromisoformat(sent).tzinfo else self.refuse()
        except (TypeError, ValueError):
            return str(self.refuse())

    def _some(self, sent: Any, shape: dict[str, Callable[[Any], Any]]) -> dict[str, Any]:
        if not isinstance(sent, dict) or set(sent) - shape.keys():
            self.refuse()
        return {name: shape[name](value) for name, value in sent.items()}

    def _versions(self, sent: Any, shape: dict[str, Callable[[Any], Any]]) -> list[dict[str, Any]]:
        found = []
        for number, one in enumerate(self.list(sent, MOST_VERSIONS), start=1):
            if not isinstance(one, dict) or one.get("number") != number:
                self.refuse()
            content = {name: check(one.get(name)) for name, check in shape.items()}
            found.append(
                content
                | {
                    "number": number,
                    "published_at": self.when(one.get("published_at")),
                    "words": self.line(one.get("words")),
                }
            )
        return found
