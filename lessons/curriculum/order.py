"""What comes after what: units and lessons of a course, exercises of a lesson. Each move is one transaction.

A lesson's `position` counts through the whole course: first the lessons that stand in no unit, then unit by unit. So
whatever reads lessons in order need not know of units. Order is not content: it holds at once, for all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from django.db import transaction
from django.utils.translation import gettext as _

from lessons.curriculum.refusal import Refused
from lessons.models import Course, Exercise, Lesson, Unit, User
from lessons.models.curriculum import Status
from lessons.models.versions import keep_version

Way = Literal["up", "down"]


@dataclass(slots=True)
class Shelf:
    """A unit (None: what stands in none) and its lessons, by primary key."""

    unit: int | None
    lessons: list[int] = field(default_factory=list)


def tree_of(course: Course) -> list[Shelf]:
    """The course in order; the first shelf is the one without a unit, empty or not."""
    shelves = {None: Shelf(None)} | {pk: Shelf(pk) for pk in course.units.values_list("pk", flat=True)}
    for pk, unit in course.lessons.order_by("position", "pk").values_list("pk", "unit"):
        shelves[unit].lessons.append(pk)
    return list(shelves.values())


def arrange(course: Course, shelves: Sequence[Shelf]) -> None:
    """The whole course in this order. Raises Refused where it doesn't hold just what the course holds now."""
    with transaction.atomic():
        Course.objects.select_for_update().get(pk=course.pk)
        now = tree_of(course)
        if _held(now) != _held(shelves) or [one.unit for one in shelves].count(None) > 1:
            raise Refused(_("The course was changed while you had it open. Reload the page and move it again."))
        # What stands in no unit comes first, wherever it was put.
        shelves = sorted(shelves, key=lambda one: one.unit is not None)
        units = [Unit(pk=one.unit, position=place) for place, one in enumerate(shelves) if one.unit is not None]
        Unit.objects.bulk_update(units, ["position"])
        places = [(pk, one.unit) for one in shelves for pk in one.lessons]
        rows = [Lesson(pk=pk, unit_id=unit, position=place) for place, (pk, unit) in enumerate(places)]
        Lesson.objects.bulk_update(rows, ["unit", "position"])


def settle(course: Course) -> None:
    """Numbers the course through after something came or went."""
    arrange(course, tree_of(course))


def move_lesson(lesson: Lesson, way: Way) -> None:
    """One place up or down; past the end of a unit into the next."""
    shelves = tree_of(lesson.course)
    at = next(place for place, one in enumerate(shelves) if lesson.pk in one.lessons)
    here = shelves[at].lessons
    place, step = here.index(lesson.pk), -1 if way == "up" else 1
    if 0 <= place + step < len(here):
        here[place], here[place + step] = here[place + step], here[place]
    elif 0 <= at + step < len(shelves):
        here.remove(lesson.pk)
        there = shelves[at + step].lessons
        there.insert(len(there) if way == "up" else 0, lesson.pk)
    arrange(lesson.course, shelves)


def move_unit(unit: Unit, way: Way) -> None:
    shelves = tree_of(unit.course)
    keyed = [one.unit for one in shelves]
    at, step = keyed.index(unit.pk), -1 if way == "up" else 1
    # The first shelf is no unit, and stays.
    if 1 <= at + step < len(shelves):
        shelves[at], shelves[at + step] = shelves[at + step], shelves[at]
    arrange(unit.course, shelves)


def move_course(course: Course, way: Way) -> None:
    with transaction.atomic():
        keys = list(Course.objects.select_for_update().order_by("position", "pk").values_list("pk", flat=True))
        Course.objects.bulk_update(
            [Course(pk=pk, position=place) for place, pk in enumerate(_swapped(keys, course.pk, way))], ["position"]
        )


def move_exercise(exercise: Exercise, way: Way, by: User | None = None) -> None:
    lesson = exercise.lesson
    if lesson is None:
        raise Refused(_("This exercise is in no lesson: it has no place in an order."))
    keys = list(lesson.exercises.filter(composed_for=None).order_by("position", "pk").values_list("pk", flat=True))
    arrange_exercises(lesson, _swapped(keys, exercise.pk, way), by)


def arrange_exercises(lesson: Lesson, keys: Sequence[int], by: User | None = None) -> None:
    """The exercises of a lesson in this order; its students see it at once, as a new version."""
    with transaction.atomic():
        Lesson.objects.select_for_update().get(pk=lesson.pk)
        now = set(lesson.exercises.filter(composed_for=None).values_list("pk", flat=True))
        if len(keys) != len(now) or set(keys) != now:
            raise Refused(_("The lesson was changed while you had it open. Reload the page and move it again."))
        Exercise.objects.bulk_update([Exercise(pk=pk, position=place) for place, pk in enumerate(keys)], ["position"])
        if lesson.status == Status.PUBLISHED:
            keep_version(lesson, by, _("Another order"))


def _held(shelves: Sequence[Shelf]) -> tuple[list[Any], list[int]]:
    units = sorted(one.unit for one in shelves if one.unit is not None)
    return units, sorted(pk for one in shelves for pk in one.lessons)


def _swapped(keys: list[int], key: int, way: Way) -> list[int]:
    at, step = keys.index(key), -1 if way == "up" else 1
    if 0 <= at + step < len(keys):
        keys[at], keys[at + step] = keys[at + step], keys[at]
    return keys
