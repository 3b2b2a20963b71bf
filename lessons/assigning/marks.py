"""The marks of many students for many assignments, in a constant number of queries. What a mark is, `marking` says."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from django.db.models import OuterRef, Q, Subquery
from django.utils import timezone

from lessons.assigning.audience import audiences_of
from lessons.assigning.marking import Mark, Played, Rules, State, mark
from lessons.models import Assessment, AssignedPiece, Assignment, Exercise, Submission, TestSitting, User
from lessons.models.curriculum import Status

__all__ = ["Mark", "State", "exercises_of", "marks_of", "rules_of", "work_of"]

Marks = dict[tuple[int, int], Mark]
OVER = (Submission.State.DONE, Submission.State.FAILED)


def marks_of(
    assignments: Iterable[Assignment],
    students: Iterable[User | int],
    now: datetime | None = None,
    until: datetime | None = None,
) -> Marks:
    """(assignment, student) -> mark, for those that each one is for. At most seven queries. `until`: as it stood then,
    when their class went to the archive; what was played since is not its teachers' to know."""
    assignments, now = list(assignments), now or timezone.now()
    wanted = {one.pk if isinstance(one, User) else one for one in students}
    audiences = {pk: theirs & wanted for pk, theirs in audiences_of(assignments).items()}
    students = set().union(*audiences.values())
    work = Work(assignments, students)
    takes = _takes(work, assignments, students, until)
    return {
        (one.pk, student): mark(
            rules_of(one, work), work.of(one, student), _those_that_count(one, work, takes[student], student), now
        )
        for one in assignments
        for student in audiences[one.pk]
    }


def rules_of(one: Assignment, work: Work) -> Rules:
    return Rules(
        opens_at=one.opens_at,
        due_at=one.due_at,
        tries=one.tries,
        last=one.counts == Assignment.Counts.LAST,
        late=one.late,
        penalty=one.late_penalty,
        goal=one.goal,
        playable=work.is_playable(one),
    )


def exercises_of(assignment: Assignment, student: User) -> list[int]:
    """What it is for this student to play, in order; of what is composed, nothing before it is opened."""
    return [pk for pk in Work([assignment], {student.pk}).of(assignment, student.pk) if pk]


def work_of(assignments: Collection[Assignment], students: Collection[int]) -> Work:
    """Two queries."""
    return Work(assignments, students)


class Work:
    """Which exercises an assignment has, for whom."""

    NOT_COMPOSED = 0  # One exercise is to be played, whichever it will be.

    def __init__(self, assignments: Collection[Assignment], students: Collection[int]) -> None:
        lessons = {one.lesson_id for one in assignments if one.lesson_id}
        self.lessons, self.playable = _exercises(lessons, {one.exercise_id for one in assignments if one.exercise_id})
        self.pieces = _pieces([one.pk for one in assignments if one.order is not None], students)

    def of(self, one: Assignment, student: int) -> list[int]:
        if one.lesson_id is not None:
            return self.lessons[one.lesson_id]
        if one.exercise_id is not None:
            return [one.exercise_id]
        return [self.pieces.get((one.pk, student), self.NOT_COMPOSED)]

    def is_playable(self, one: Assignment) -> bool:
        """Whether there is anything of it at present: its author may have taken it back."""
        if one.order is not None:
            return True
        exercises = self.lessons[one.lesson_id] if one.lesson_id is not None else [one.exercise_id]
        return not self.playable.isdisjoint(exercises)


def _exercises(lessons: Collection[int], alone: Collection[int]) -> tuple[defaultdict[int, list[int]], set[int]]:
    """Lesson -> its exercises in order; and which of them, and of those assigned alone, students can open."""
    found: defaultdict[int, list[int]] = defaultdict(list)
    playable: set[int] = set()
    if not lessons and not alone:
        return found, playable
    rows = Exercise.objects.filter(Q(lesson__in=lessons, composed_for=None) | Q(pk__in=alone), status=Status.PUBLISHED)
    for lesson, status, pk, own in rows.order_by("position", "pk").values_list(
        "lesson", "lesson__status", "pk", "composed_for"
    ):
        if lesson in lessons and own is None:
            found[lesson].append(pk)
        if lesson is None or status == Status.PUBLISHED:
            playable.add(pk)
    return found, playable


def _pieces(assignments: Collection[int], students: Collection[int]) -> dict[tuple[int, int], int]:
    if not assignments:
        return {}
    rows = AssignedPiece.objects.filter(assignment__in=assignments, student__in=students)
    return {
        (one, student): exercise for one, student, exercise in rows.values_list("assignment", "student", "exercise")
    }


def _takes(
    work: Work, assignments: Collection[Assignment], students: Collection[int], until: datetime | None
) -> defaultdict[int, list[dict[str, Any]]]:
    """Student -> rows of takes that may count: those sent for one of these, and those of music of which any counts."""
    found: defaultdict[int, list[dict[str, Any]]] = defaultdict(list)
    if not students:
        return found
    free = [one for one in assignments if one.takes_any]
    played = {pk for one in free for student in students for pk in work.of(one, student) if pk}
    counted = Q(assignment__in=[one.pk for one in assignments])
    if played:
        counted |= Q(exercise__in=played, created_at__gte=min(one.opens_at for one in free))
    hearing = Assessment.objects.filter(submission=OuterRef("pk"), counts=True)
    rows = Submission.objects.filter(counted, student__in=students)
    rows = rows.filter(created_at__lte=until) if until else rows
    rows = rows.annotate(overall=Subquery(hearing.values("overall")[:1])).order_by()
    aside = _set_aside([one.pk for one in assignments if one.is_test])
    for row in rows.values("pk", "student_id", "exercise_id", "assignment_id", "created_at", "state", "overall"):
        # What could not be heard was sent all the same, and another try makes it no missing work.
        if row["pk"] not in aside or _is_not_heard(row):
            found[row["student_id"]].append(row)
    return found


def _is_not_heard(row: dict[str, Any]) -> bool:
    return row["overall"] is None and row["state"] in OVER


def _set_aside(tests: Collection[int]) -> set[Any]:
    """Takes of a test after which the teacher gave another try."""
    if not tests:
        return set()
    rows = TestSitting.objects.filter(assignment__in=tests, set_aside_at__isnull=False, submission__isnull=False)
    return set(rows.values_list("submission", flat=True))


def _those_that_count(one: Assignment, work: Work, rows: list[dict[str, Any]], student: int) -> list[Played]:
    theirs = set(work.of(one, student))
    return [
        Played(
            id=row["pk"],
            exercise=row["exercise_id"],
            at=row["created_at"],
            overall=row["overall"],
            waiting=row["overall"] is None and row["state"] not in OVER,
        )
        for row in rows
        if row["assignment_id"] == one.pk or (one.takes_any and row["exercise_id"] in theirs and _is_free(row))
    ]


def _is_free(row: dict[str, Any]) -> bool:
    """Heard, a take counts wherever it was begun; not heard, it is of what it was sent for alone."""
    return row["assignment_id"] is None or not _is_not_heard(row)
