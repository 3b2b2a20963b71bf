"""What an author decided about a piece becomes exercises: one a passage, in a lesson, as drafts or for all to see."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

from django.core.files.base import File
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from lessons import authoring
from lessons.curriculum import publishing
from lessons.models import Course, Exercise, ImportedPiece, Lesson, User
from lessons.models.curriculum import Status
from lessons.words import said
from tutor.notation.errors import ScoreError
from tutor.notation.excerpt import excerpt, upbeat_of
from tutor.notation.score import Score
from tutor.saying import from_json


@dataclass(frozen=True, slots=True)
class Passage:
    """Places in the score's bars, both in it; `title` "" for the piece's own."""

    first: int
    last: int
    title: str = ""


@dataclass(frozen=True, slots=True)
class Wishes:
    """What holds for every exercise of a piece."""

    title: str = ""
    tempo_bpm: int | None = None
    rubric: str = ""
    instruments: Sequence[str] = ()
    hints: str = ""
    source: str = ""
    licence: str = ""
    with_upbeat: bool = False
    reference: File[Any] | None = None
    reference_source: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """Where exercises go: a lesson, or a new one in a course, or a new one in a new course; or none yet."""

    lesson: Lesson | None = None
    course: Course | None = None
    new_lesson: str = ""
    new_course: str = ""


@dataclass(slots=True)
class Saved:
    """What came of it: the exercises, and sentences on what is to be known about them."""

    exercises: list[Exercise] = field(default_factory=list)
    lesson: Lesson | None = None
    published: bool = False
    notes: list[str] = field(default_factory=list)


def place_of(place: Place, by: User) -> Lesson | None:
    """The lesson, made where it is new."""
    if not place.new_lesson:
        return place.lesson
    course = place.course
    if course is None:
        last = Course.objects.aggregate(last=Max("position"))["last"] or 0
        course = Course.objects.create(title=place.new_course or _("Imported music"), position=last + 1, edited_by=by)
    last = course.lessons.aggregate(last=Max("position"))["last"] or 0
    return Lesson.objects.create(course=course, title=place.new_lesson, position=last + 1, edited_by=by)


def save(
    piece: ImportedPiece, part: int, passages: Sequence[Passage], wishes: Wishes, lesson: Lesson | None, by: User
) -> Saved:
    """One exercise a passage, as drafts, in order behind what the lesson has. Raises ScoreError."""
    saved = Saved(lesson=lesson)
    whole = piece.score(part)
    with transaction.atomic():
        position = 0
        if lesson is not None:
            position = (lesson.exercises.aggregate(last=Max("position"))["last"] or 0) + 1
        for number, passage in enumerate(passages):
            score = cut(whole, passage, with_upbeat=wishes.with_upbeat, notes=saved.notes)
            exercise = _exercise(piece, part, score, passage, wishes)
            exercise.lesson, exercise.position, exercise.edited_by = lesson, position + number, by
            exercise.save()
            saved.exercises.append(exercise)
        _put_reference(saved.exercises, wishes)
        piece.saved = [*piece.saved, *(exercise.pk for exercise in saved.exercises)]
        piece.save(update_fields=["saved"])
    return saved


def publish(saved: Saved, by: User, *, new_lesson: bool) -> None:
    """For students to see: the exercises, and the lesson if it was made for them. Where a reader is asked for first,
    that is done instead, and said."""
    rows: list[Any] = [saved.lesson] if new_lesson and saved.lesson else list(saved.exercises)
    for row in rows:
        row.refresh_from_db()
        if not publishing.needs_publishing(row):
            saved.published = True  # By an attempt before this one.
        elif publishing.may_publish(by, row):
            publishing.publish(row, by)
            saved.published = True
        else:
            publishing.submit(row, by)
    if not saved.published:
        saved.notes.append(_("Another author or the office reads it now; then students see it."))
    if saved.published and saved.lesson:
        saved.lesson.refresh_from_db()
        if saved.lesson.status != Status.PUBLISHED:
            saved.notes.append(
                _("Students see it once its lesson, “%(title)s”, is published.") % {"title": saved.lesson.title}
            )


def cut(whole: Score, passage: Passage, *, with_upbeat: bool, notes: list[str] | None = None) -> Score:
    """A passage as a score; a tie that was cut is said. Raises ScoreError."""
    if (passage.first, passage.last) == (0, len(whole.bars) - 1):
        return whole
    found = excerpt(whole, passage.first, passage.last, upbeat_of(whole) if with_upbeat else Fraction(0))
    dropped = list(_cut_ties(found.cut_start, found.cut_end, whole, passage))
    if notes is not None:
        notes += dropped
    return replace(found.score, dropped=(*whole.dropped, *dropped))


def _cut_ties(start: bool, end: bool, whole: Score, passage: Passage) -> list[str]:
    said = []
    if start:
        first = {"bar": whole.bars[passage.first].number}
        said.append(_("A tie into bar %(bar)s was cut: the note is struck anew there.") % first)
    if end:
        last = {"bar": whole.bars[passage.last].number}
        said.append(_("A tie out of bar %(bar)s was cut: the note ends with the bar.") % last)
    return said


def _exercise(piece: ImportedPiece, part: int, score: Score, passage: Passage, wishes: Wishes) -> Exercise:
    title = (passage.title or wishes.title or str(piece))[:200]
    tempo = wishes.tempo_bpm or max(20, min(300, round(score.bpm)))
    exercise = Exercise(
        title=title,
        origin=Exercise.Origin.IMPORTED,
        rubric=wishes.rubric,
        instruments=list(wishes.instruments),
        hints=wishes.hints,
        source=wishes.source[:300],
        licence=wishes.licence,
        reference_source=wishes.reference_source[:300],
        tempo_bpm=tempo,
    )
    # The tempo counts for the difficulty, and a student sees the exercise's title, not the file's.
    authoring.set_score(exercise, replace(score, title=title, bpm=float(tempo)))
    is_whole = (passage.first, passage.last) == (0, len(piece.scores[part]["bars"]) - 1)
    exercise.musicxml = piece.text if is_whole and len(piece.scores) == 1 else ""
    exercise.dropped = [*_left_out(piece.parts[part]["dropped"], is_whole), *exercise.dropped]
    return exercise


def _left_out(kept: list[Any], is_whole: bool) -> list[str]:
    """What the file has more than the page, in the author's language; its bars are counted as the file does."""
    lines = [said(from_json(line)) for line in kept]
    return lines if is_whole else [_("In the whole piece: %(sentence)s") % {"sentence": line} for line in lines]


def _put_reference(exercises: Sequence[Exercise], wishes: Wishes) -> None:
    """A recording is of one exercise: of a piece that was split it would play the whole in each."""
    if wishes.reference is None:
        return
    if len(exercises) != 1:
        raise ScoreError(_("A recording goes with one exercise: split the piece first, then add one to each exercise."))
    exercises[0].reference.save(wishes.reference.name or "reference", wishes.reference, save=True)
