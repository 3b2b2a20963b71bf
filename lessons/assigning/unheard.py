"""Work that was sent and could not be heard, and that nobody has decided on: its student did what was asked, and only a
teacher who listens knows what it comes to. It waits for that however long it takes."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lessons.assigning.marks import marks_of, work_of
from lessons.gradebook.book import standing_overrides
from lessons.models import Assignment, Classroom, Submission


@dataclass(frozen=True, slots=True)
class Unheard:
    """One take of a student for an assignment, the newest of its piece."""

    student: int
    assignment: Assignment
    exercise: int
    take: Any
    title: str
    at: datetime


def unheard_in(classroom: Classroom, students: Collection[int], now: datetime) -> list[Unheard]:
    """Oldest first. One query where nothing is assigned; at most eleven, however many students and takes."""
    assignments = list(Assignment.objects.filter(classroom=classroom, withdrawn_at=None, opens_at__lte=now))
    takes = {take.pk: take for take in _suspects(assignments, students)}
    if not takes:
        return []
    found = _undecided(assignments, {take.student_id for take in takes.values()}, now)
    lines = [
        Unheard(student, assignment, take.exercise_id, take.pk, take.exercise.title, take.created_at)
        for assignment, student, pk in found
        if (take := takes.get(pk))
    ]
    return sorted(lines, key=lambda one: one.at)


def _suspects(assignments: Collection[Assignment], students: Collection[int]) -> list[Submission]:
    """Takes without a grade that may be of this work; not those after which another try was given."""
    theirs = _not_heard_of(students) if assignments else []
    if not theirs:
        return []
    work, sent_for = work_of(assignments, students), {one.pk for one in assignments}
    free = {pk for one in assignments if one.takes_any for student in students for pk in work.of(one, student)}
    rows = Submission.objects.filter(pk__in=theirs).exclude(sitting__set_aside_at__isnull=False)
    rows = rows.select_related("exercise").only("student", "assignment", "created_at", "exercise__title")
    return [
        take
        for take in rows
        if take.assignment_id in sent_for or (take.assignment_id is None and take.exercise_id in free)
    ]


def _not_heard_of(students: Collection[int]) -> list[Any]:
    """Of the whole school first: they are few, and a class has played twenty thousand."""
    wanted = set(students)
    rows = Submission.objects.not_heard().order_by().values_list("pk", "student")
    return [pk for pk, student in rows if student in wanted]


def _undecided(
    assignments: Collection[Assignment], students: Collection[int], now: datetime
) -> Iterator[tuple[Assignment, int, Any]]:
    marks, overrides = marks_of(assignments, students, now), standing_overrides(assignments, students)
    for one in assignments:
        for student in students:
            mark, word = marks.get((one.pk, student)), overrides.get((one.pk, student))
            if mark and (word is None or word.kind == word.Kind.UNDONE):
                yield from ((one, student, take) for take in mark.not_heard_ids)
