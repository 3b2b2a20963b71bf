"""The gradebook of a class as it stands, in a constant number of queries."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Any

from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone

from lessons.assigning.marks import Mark, marks_of
from lessons.gradebook.weighing import ZERO, Cell, Weighing, cell_of, course_mark, with_override
from lessons.models import Assessment, Assignment, Classroom, Gradebook, MarkOverride, StudentGroup, User
from lessons.namesakes import told_apart


@dataclass(frozen=True, slots=True)
class Filters:
    """What of the book is looked at. `since`, `until`: when work is due, or opens if it is never due."""

    group: int | None = None
    assignment: int | None = None
    since: date | None = None
    until: date | None = None
    shown: str = ""  # "missing", "late" or "not_heard": students with such a mark alone
    sort: str = "name"  # "name", "mark", "missing", or an assignment's number
    down: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One student: a cell for each assignment, None for one that is not for them."""

    student: User
    cells: tuple[Cell | None, ...]
    mark: float | None

    @property
    def missing(self) -> int:
        return sum(cell.missing for cell in self.cells if cell)

    @property
    def late(self) -> int:
        return sum(cell.late for cell in self.cells if cell)

    @property
    def not_heard(self) -> int:
        return sum(cell.not_heard for cell in self.cells if cell)


@dataclass(frozen=True, slots=True)
class Column:
    assignment: Assignment
    weight: float
    mean: float | None
    missing: int
    not_heard: int


@dataclass(frozen=True)
class Book:
    """All that a page of marks is made of, fetched. What it comes to depends on how it is weighed."""

    classroom: Classroom
    assignments: list[Assignment]
    students: list[User]
    marks: Mapping[tuple[int, int], Mark]
    parts: Mapping[Any, Mapping[str, float | None]]
    overrides: Mapping[tuple[int, int], MarkOverride]
    weighing: Weighing
    filters: Filters = field(default_factory=Filters)

    @cached_property
    def rows(self) -> list[Row]:
        """As they were asked for: filtered and sorted."""
        rows = [row for row in self.all_rows if self._is_shown(row)]
        return sorted(self._by_name(rows), key=self._key) if self.filters.sort != "name" else self._by_name(rows)

    @cached_property
    def all_rows(self) -> list[Row]:
        return self.weighed(self.weighing)

    def weighed(self, weighing: Weighing, weights: Mapping[int, float] | None = None) -> list[Row]:
        """Everybody's rows under these weights, whether they are kept or only tried."""
        weights = {one.pk: one.weight for one in self.assignments} | dict(weights or {})
        rows = []
        for student in self.students:
            cells = tuple(self._cell(one.pk, student.pk, weighing) for one in self.assignments)
            rows.append(Row(student, cells, course_mark(cells, weights)))
        return rows

    @cached_property
    def columns(self) -> list[Column]:
        columns = []
        for place, one in enumerate(self.assignments):
            cells = [cell for row in self.all_rows if (cell := row.cells[place])]
            counted = [cell.mark for cell in cells if cell.counts and cell.mark is not None]
            mean = round(sum(counted) / len(counted), 1) if counted else None
            missing, not_heard = sum(cell.missing for cell in cells), sum(cell.not_heard for cell in cells)
            columns.append(Column(one, one.weight, mean, missing, not_heard))
        return columns

    @property
    def mean(self) -> float | None:
        marks = [row.mark for row in self.all_rows if row.mark is not None]
        return round(sum(marks) / len(marks), 1) if marks else None

    def _cell(self, assignment: int, student: int, weighing: Weighing) -> Cell | None:
        mark = self.marks.get((assignment, student))
        if mark is None:
            return None
        cell = cell_of(assignment, student, mark, self.parts, weighing)
        return with_override(cell, self.overrides.get((assignment, student)))

    def _is_shown(self, row: Row) -> bool:
        shown = {"missing": row.missing, "late": row.late, "not_heard": row.not_heard}
        return shown.get(self.filters.shown, 1) > 0

    def _by_name(self, rows: list[Row]) -> list[Row]:
        return rows[::-1] if self.filters.sort == "name" and self.filters.down else rows

    def _key(self, row: Row) -> tuple[bool, float]:
        """Whoever has no mark comes last, whichever way it is sorted."""
        value = self._value(row)
        return value is None, (-value if self.filters.down else value) if value is not None else 0.0

    def _value(self, row: Row) -> float | None:
        if self.filters.sort == "mark":
            return row.mark
        if self.filters.sort == "missing":
            return float(row.missing)
        places = {str(one.pk): place for place, one in enumerate(self.assignments)}
        place = places.get(self.filters.sort)
        cell = row.cells[place] if place is not None else None
        return cell.mark if cell else None


def book_of(
    classroom: Classroom,
    filters: Filters | None = None,
    now: datetime | None = None,
    students: list[User] | None = None,
) -> Book:
    """At most fourteen queries, however many students and assignments. `students`: some of the class alone."""
    filters = filters or Filters()
    assignments = list(_asked(assignments_of(classroom), filters))
    students = students_of(classroom, filters.group) if students is None else students
    marks = marks_of(assignments, students, now, until=classroom.archived_at)
    return Book(
        classroom=classroom,
        assignments=assignments,
        students=students,
        marks=marks,
        parts=parts_of([take for mark in marks.values() for take in mark.take_ids]),
        overrides=standing_overrides(assignments, students),
        weighing=weighing_of(classroom),
        filters=filters,
    )


def assignments_of(classroom: Classroom) -> QuerySet[Assignment]:
    """In the order they are due, then of those never due as they were opened; what was withdrawn is left out."""
    found = Assignment.objects.filter(classroom=classroom, withdrawn_at=None).select_related("lesson", "exercise")
    heavy = ("score", "musicxml", "recipe", "draft")
    found = found.defer(*(f"exercise__{name}" for name in heavy))
    return found.annotate(by=Coalesce("due_at", "opens_at")).order_by("by", "pk")


def students_of(classroom: Classroom, group: int | None = None) -> list[User]:
    found = classroom.students
    if group is not None:
        in_group = StudentGroup.members.through.objects.filter(studentgroup=group, studentgroup__classroom=classroom)
        found = found.filter(pk__in=in_group.values("user"))
    return told_apart(found.order_by("first_name", "last_name", "username"))


def weighing_of(classroom: Classroom) -> Weighing:
    kept = Gradebook.objects.filter(classroom=classroom).first()
    return Weighing(kept.part_weights, kept.missing) if kept else Weighing({}, ZERO)


def standing_overrides(
    assignments: Collection[Assignment], students: Collection[User | int]
) -> dict[tuple[int, int], MarkOverride]:
    """The newest for each mark. They come in the order they were made."""
    rows = MarkOverride.objects.filter(assignment__in=assignments, student__in=students).select_related("by")
    return {(row.assignment_id, row.student_id): row for row in rows}


def _asked(assignments: QuerySet[Assignment], filters: Filters) -> QuerySet[Assignment]:
    wanted = Q()
    if filters.assignment is not None:
        wanted &= Q(pk=filters.assignment)
    if filters.since:
        wanted &= Q(by__gte=_midnight(filters.since))
    if filters.until:
        wanted &= Q(by__lt=_midnight(filters.until + timedelta(days=1)))
    return assignments.filter(wanted)


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))


def parts_of(takes: list[Any]) -> dict[Any, Mapping[str, float | None]]:
    """Asked in parts: SQLite takes only so many values at once."""
    found: dict[Any, Mapping[str, float | None]] = {}
    for first in range(0, len(takes), 10_000):
        rows = Assessment.objects.filter(submission__in=takes[first : first + 10_000], counts=True)
        found.update(rows.values_list("submission", "parts"))
    return found
