"""Taking an archive in: first what would come of it, then, once that is confirmed, all of it or nothing.

What the school doesn't have is made, versions and all. What it has is told by its uid: if students see it, what is
new in the archive becomes an edit that waits to be published, so that nothing changes under anybody. What an author
may not publish comes in as a draft."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from lessons.curriculum import order, prerequisites, publishing
from lessons.curriculum.archive import stored_name
from lessons.curriculum.archive_reading import LARGEST_ARCHIVE_BYTES, Archive, read_archive
from lessons.curriculum.refusal import Refused
from lessons.jobs import JobTrouble, Progress
from lessons.models import Course, Exercise, ExerciseVersion, Job, Lesson, LessonVersion, ReviewNote, Unit, User
from lessons.models.curriculum import CONTENT, Status
from lessons.models.versions import digest_of

NEW, CHANGED, SAME = "new", "changed", "same"
CONTENT_OF_LESSON = ("title", "text", "needs")


@dataclass(frozen=True, slots=True)
class Line:
    """What would become of one piece. `kind`: course, unit, lesson or exercise."""

    kind: str
    title: str
    state: str
    note: str = ""


# The jobs


def look(job: Job, progress: Progress) -> None:
    """Reads an uploaded archive and keeps what would come of it. Nothing of the school changes."""
    progress(0, 2, _("Reading the archive."))
    archive = _read(job)
    progress(1, 2, _("Comparing it with what the school has."))
    try:
        lines = [asdict(line) for line in compare(archive)]
    except Refused as refused:
        raise JobTrouble(str(refused)) from None
    job.result = {"title": archive.course["title"], "lines": lines, "trusted": publishing.needs_no_reader(job.owner)}
    job.next_url = reverse("desk-archive-preview", args=[job.pk])
    progress(2, 2, _("Read. Nothing is saved yet: look at what would happen."))


def run(job: Job, progress: Progress) -> None:
    """Takes in the archive that an earlier job looked at, after its owner said yes."""
    looked_at = Job.objects.filter(pk=job.params.get("archive"), owner=job.owner).first()
    if looked_at is None or not looked_at.upload:
        raise JobTrouble(_("The archive is no longer here: upload it again."))
    archive = _read(looked_at)
    try:
        course = take_in(archive, job.owner, progress)
    except Refused as refused:
        raise JobTrouble(str(refused)) from None
    job.next_url, job.sentence = reverse("desk-course", args=[course.pk]), ""


def _read(job: Job) -> Archive:
    with job.upload.open("rb") as file:
        data = file.read(LARGEST_ARCHIVE_BYTES + 1)
    try:
        return read_archive(data)
    except Refused as refused:
        raise JobTrouble(str(refused)) from None


# What would come of it


def compare(archive: Archive) -> list[Line]:
    """In the order of the course. Raises Refused: also what could not be brought in after all."""
    for told in (archive.lessons, [_newest(one) for one in archive.lessons]):
        prerequisites.check_among({one["uid"]: (one["title"], one["needs"]) for one in told})
    return list(_lines(archive))


def _lines(archive: Archive) -> Iterator[Line]:
    courses, units, lessons, exercises = _present(archive)
    has = courses.get(archive.course["uid"])
    words = ("title", "summary")
    yield Line("course", archive.course["title"], _state(has, words, archive.course))
    for one in archive.units:
        yield Line("unit", one["title"], _state(units.get(one["uid"]), ("title", "text"), one))
    for one in archive.lessons:
        lesson = lessons.get(one["uid"])
        yield Line("lesson", one["title"], _state_of_lesson(lesson, one, archive), _note(lesson, archive))
        for uid in one["exercises"]:
            told = archive.exercises[uid]
            exercise = exercises.get(uid)
            yield Line("exercise", _newest(told)["title"], _state_of_exercise(exercise, told), _place(exercise, lesson))


def _present(archive: Archive) -> tuple[dict[str, Any], ...]:
    """What the school has already of each kind, by uid. Raises Refused where the archive would take what isn't its."""
    courses = {str(one.uid): one for one in Course.objects.filter(uid=archive.course["uid"])}
    units = {str(one.uid): one for one in Unit.objects.filter(uid__in=[one["uid"] for one in archive.units])}
    lessons = {str(one.uid): one for one in Lesson.objects.filter(uid__in=[one["uid"] for one in archive.lessons])}
    rows = Exercise.objects.filter(uid__in=list(archive.exercises)).select_related("lesson")
    exercises = {str(one.uid): one for one in rows}
    if any(one.composed_for_id for one in exercises.values()):
        raise Refused(_("The archive claims an exercise that was composed for a student here."))
    course = courses.get(archive.course["uid"])
    for one in (*units.values(), *lessons.values()):
        if course is None or one.course_id != course.pk:
            raise Refused(_("“%(title)s” stands in another course here.") % {"title": one.title})
    return courses, units, lessons, exercises


def _state(row: Any, names: tuple[str, ...], told: dict[str, Any]) -> str:
    if row is None:
        return NEW
    return SAME if all(getattr(row, name) == told[name] for name in names) else CHANGED


def _state_of_lesson(row: Lesson | None, told: dict[str, Any], archive: Archive) -> str:
    if row is None:
        return NEW
    wanted = {name: _newest(told)[name] for name in CONTENT_OF_LESSON}
    wanted["needs"], _left_out = _needs_here(wanted["needs"], archive)
    now = row.content() | row.draft
    return SAME if all(now[name] == wanted[name] for name in CONTENT_OF_LESSON) else CHANGED


def _state_of_exercise(row: Exercise | None, told: dict[str, Any]) -> str:
    if row is None:
        return NEW
    now, wanted = row.content() | row.draft, _content(_newest(told))
    return SAME if digest_of(now) == digest_of(wanted) else CHANGED


def _note(row: Lesson | None, archive: Archive) -> str:
    if row is not None and row.status == Status.PUBLISHED:
        return _("Students see it: a change waits as an edit.")
    return ""


def _place(exercise: Exercise | None, lesson: Lesson | None) -> str:
    if exercise is not None and (lesson is None or exercise.lesson_id != lesson.pk):
        where = exercise.lesson.title if exercise.lesson else _("no lesson")
        return _("It stays where it is here: in %(where)s.") % {"where": where}
    return ""


# Doing it


def take_in(archive: Archive, by: User, progress: Progress | None = None) -> Course:
    """All of it, or nothing. Raises Refused."""
    with transaction.atomic():
        courses, units, lessons, exercises = _present(archive)
        trusted = publishing.needs_no_reader(by)
        course = _course(courses.get(archive.course["uid"]), archive.course, trusted, by)
        unit_rows = {one["uid"]: _unit(units.get(one["uid"]), course, one) for one in archive.units}
        rows = [_lesson(lessons.get(one["uid"]), course, one, trusted, by) for one in archive.lessons]
        total = len(archive.exercises)
        done = 0
        for told, row in zip(archive.lessons, rows, strict=True):
            for place, uid in enumerate(told["exercises"]):
                _exercise(exercises.get(uid), row, place, archive.exercises[uid], archive, trusted, by)
                done += 1
                if progress is not None:
                    progress(done, total, archive.exercises[uid]["title"])
        # What each needs, once all are there; then where they stand: a version of a lesson names its exercises.
        for told, row in zip(archive.lessons, rows, strict=True):
            _settle_lesson(row, told, archive, trusted, is_new=told["uid"] not in lessons, by=by)
        _arrange(course, archive, unit_rows, rows)
        ReviewNote.objects.create(course=course, step=ReviewNote.Step.IMPORTED, by=by)
    return course


def _arriving(status: str, trusted: bool) -> str:
    """Nobody here was asked for a review, and what an author may not publish arrives as a draft."""
    return status if trusted and status != Status.REVIEW else Status.DRAFT


def _course(row: Course | None, told: dict[str, Any], trusted: bool, by: User) -> Course:
    if row is None:
        last = Course.objects.order_by("-position").values_list("position", flat=True).first()
        status = _arriving(told["status"], trusted)
        row = Course(uid=told["uid"], status=status, position=0 if last is None else last + 1)
    row.title, row.summary, row.edited_by = told["title"], told["summary"], by
    row.save()
    return row


def _unit(row: Unit | None, course: Course, told: dict[str, Any]) -> Unit:
    row = row or Unit(uid=told["uid"], course=course)
    row.title, row.text = told["title"], told["text"]
    row.save()
    return row


def _lesson(row: Lesson | None, course: Course, told: dict[str, Any], trusted: bool, by: User) -> Lesson:
    """The row, so far as a draft: it is settled once its exercises are there."""
    if row is not None:
        return row
    return Lesson.objects.create(
        uid=told["uid"], course=course, title=told["title"], text=told["text"], edited_by=by, status=Status.DRAFT
    )


def _settle_lesson(
    row: Lesson, told: dict[str, Any], archive: Archive, trusted: bool, *, is_new: bool, by: User
) -> None:
    if not is_new:
        newest = {name: _newest(told)[name] for name in CONTENT_OF_LESSON}
        newest["needs"], _left_out = _needs_here(newest["needs"], archive)
        publishing.save_draft(row, newest, by)
        return
    prerequisites.set_needs(row, _needs_here(told["needs"], archive)[0])
    for one in told["versions"]:
        content = {name: one[name] for name in (*CONTENT_OF_LESSON, "exercises")}
        LessonVersion.objects.create(lesson=row, digest=digest_of(content), **_of_version(one), **content)
    row.status, row.draft = _arriving(told["status"], trusted), told["draft"]
    if "needs" in row.draft:
        row.draft["needs"] = prerequisites.checked(row, _needs_here(row.draft["needs"], archive)[0])
    row.save()


def _exercise(
    row: Exercise | None, lesson: Lesson, place: int, told: dict[str, Any], archive: Archive, trusted: bool, by: User
) -> None:
    for name in _recordings(told):
        _keep_recording(name, archive)
    if row is not None:
        publishing.save_draft(row, _content(_newest(told)), by)
        if row.lesson_id == lesson.pk:
            Exercise.objects.filter(pk=row.pk).update(position=place)
        return
    row = Exercise(uid=told["uid"], lesson=lesson, position=place, origin=told["origin"], edited_by=by)
    for name, value in _content(told).items():
        setattr(row, name, value)
    # A draft until its versions stand: so that saving it as published adds none.
    row.save()
    for one in told["versions"]:
        content = _content(one)
        ExerciseVersion.objects.create(exercise=row, digest=digest_of(content), **_of_version(one), **content)
    row.status = _arriving(told["status"], trusted)
    row.draft = _with_recording(told["draft"])
    row.save()


def _arrange(course: Course, archive: Archive, units: dict[str, Unit], rows: list[Lesson]) -> None:
    """As the archive has it; what the school has besides stands behind, each in its unit."""
    wanted = {row.pk: told["unit"] for told, row in zip(archive.lessons, rows, strict=True)}
    by_key = {units[uid].pk: uid for uid in units}
    shelves: dict[int | None, order.Shelf] = {None: order.Shelf(None)}
    shelves |= {units[one["uid"]].pk: order.Shelf(units[one["uid"]].pk) for one in archive.units}
    before = order.tree_of(course)
    for one in before:
        shelves.setdefault(one.unit, order.Shelf(one.unit))
    keys = {uid: key for key, uid in by_key.items()}
    for pk, uid in wanted.items():
        shelves[keys[uid] if uid is not None else None].lessons.append(pk)
    for one in before:
        shelves[one.unit].lessons += [pk for pk in one.lessons if pk not in wanted]
    order.arrange(course, list(shelves.values()))


def _newest(told: dict[str, Any]) -> dict[str, Any]:
    """What its author had last: the pending edit over what stands."""
    return told | told["draft"]


def _content(told: dict[str, Any]) -> dict[str, Any]:
    return _with_recording({name: told[name] for name in (*CONTENT, "reference")})


def _with_recording(content: dict[str, Any]) -> dict[str, Any]:
    return content | {"reference": stored_name(content["reference"])} if content.get("reference") else content


def _of_version(told: dict[str, Any]) -> dict[str, Any]:
    when = datetime.fromisoformat(told["published_at"])
    return {"number": told["number"], "published_at": when, "words": told["words"]}


def _recordings(told: dict[str, Any]) -> set[str]:
    names = [told["reference"], told["draft"].get("reference"), *(one["reference"] for one in told["versions"])]
    return {name for name in names if name}


def _keep_recording(name: str, archive: Archive) -> None:
    """Under the name that it had: names are never used twice, so what is there already is the same."""
    if not default_storage.exists(stored_name(name)):
        default_storage.save(stored_name(name), ContentFile(archive.recording(name)))


def _needs_here(needs: list[dict[str, Any]], archive: Archive) -> tuple[list[dict[str, Any]], int]:
    """Without lessons that are neither in the archive nor in this school; and how many those are."""
    named = {one["lesson"] for one in needs if "lesson" in one}
    there = {one["uid"] for one in archive.lessons}
    there |= {str(uid) for uid in Lesson.objects.filter(uid__in=named).values_list("uid", flat=True)}
    kept = [one for one in needs if "skill" in one or one["lesson"] in there]
    return kept, len(needs) - len(kept)
