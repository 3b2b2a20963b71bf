"""What the pages and the API show of assignments, gathered in a constant number of queries."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.utils import timezone

from lessons.assigning.audience import audiences_of
from lessons.assigning.marking import Mark, Piece, State
from lessons.assigning.marks import marks_of
from lessons.gradebook.standing import cells_of
from lessons.gradebook.weighing import Cell
from lessons.models import Assessment, Assignment, Classroom, Exercise, Submission, TestSitting, User
from lessons.models.curriculum import Status

# In the order of a student's list: what can be done now first.
SECTIONS = ("open", "late", "coming", "done")


@dataclass(frozen=True, slots=True)
class Line:
    """An assignment in its student's list. `tells`: its mark may be shown to them."""

    assignment: Assignment
    mark: Mark
    now: datetime
    cell: Cell

    @property
    def section(self) -> str:
        if self.mark.state == State.NOT_OPEN:
            return "coming"
        if self.mark.finished or self.settled:
            return "done"
        if self.assignment.is_over(self.now):
            return "done" if self.is_closed else "late"
        return "open"

    @property
    def is_closed(self) -> bool:
        return self.assignment.is_closed(self.now)

    @property
    def tells(self) -> bool:
        test = self.assignment
        return not test.is_test or test.told == Assignment.Told.AT_ONCE or test.is_over(self.now)

    @property
    def overall(self) -> float | None:
        """What stands beside it, as the gradebook has it; None where nothing may be told yet."""
        return shown(self.mark, self.cell) if self.tells else None

    @property
    def settled(self) -> str:
        """What its teacher decided, whatever was played: "excused", "by hand"; or nothing."""
        return settled(self.cell) if self.tells else ""

    @property
    def tries_left(self) -> int | None:
        """Of work of one piece; None: any number, or several pieces with tries of their own."""
        if self.assignment.tries is None or self.mark.of != 1:
            return None
        return max(0, self.assignment.tries - self.mark.tries_used)


@dataclass(frozen=True, slots=True)
class ClassLine:
    """An assignment in its class's list: how many of its students stand how."""

    assignment: Assignment
    of: int
    states: Mapping[State, int]

    @property
    def done(self) -> int:
        return self.states[State.DONE] + self.states[State.GOAL_REACHED]

    @property
    def late(self) -> int:
        return self.states[State.LATE]

    @property
    def missing(self) -> int:
        return self.states[State.MISSING]

    @property
    def not_heard(self) -> int:
        return self.states[State.NOT_HEARD]

    @property
    def begun(self) -> int:
        return self.states[State.BEGUN]


@dataclass(frozen=True, slots=True)
class StudentLine:
    """One student of an assignment, as the teacher sees them. `takes`: what was sent for it, newest first."""

    student: User
    mark: Mark
    cell: Cell
    takes: list[Submission] = field(default_factory=list)
    sittings: list[TestSitting] = field(default_factory=list)

    @property
    def counting(self) -> Collection[Any]:
        return self.mark.take_ids

    @property
    def overall(self) -> float | None:
        return shown(self.mark, self.cell)

    @property
    def settled(self) -> str:
        return settled(self.cell)


def shown(mark: Mark, cell: Cell) -> float | None:
    """The one mark that every page and the API give: the gradebook's. A zero for what was not begun is the course
    mark's: beside the work itself stands that it is missing."""
    return cell.mark if mark.done or cell.override else None


def settled(cell: Cell) -> str:
    return "excused" if cell.excused else "by hand" if cell.by_hand else ""


def for_student(student: User, now: datetime | None = None, *, told: bool = False) -> list[Line]:
    """All that stands for this student, as it is due; `told` also what they are not to know yet."""
    now = now or timezone.now()
    assignments = list(_with_what(Assignment.objects.for_student(student)))
    marks = marks_of(assignments, [student], now)
    theirs = [one for one in assignments if (one.pk, student.pk) in marks and is_offered(one)]
    cells = cells_of(theirs, [student], {(one.pk, student.pk): marks[one.pk, student.pk] for one in theirs})
    lines = [Line(one, marks[one.pk, student.pk], now, cells[one.pk, student.pk]) for one in theirs]
    return lines if told else [_told(line) for line in lines]


def line_for(assignment: Assignment, student: User, now: datetime | None = None) -> Line | None:
    now = now or timezone.now()
    marks, key = marks_of([assignment], [student], now), (assignment.pk, student.pk)
    if key not in marks:
        return None
    return _told(Line(assignment, marks[key], now, cells_of([assignment], [student], marks)[key]))


def of_class(classroom: Classroom) -> QuerySet[Assignment]:
    """Newest first, what was withdrawn last."""
    theirs = _with_what(Assignment.objects.filter(classroom=classroom)).select_related("assigned_by", "group")
    return theirs.order_by("withdrawn_at", "-opens_at", "-pk")


def class_lines(assignments: Iterable[Assignment], now: datetime | None = None) -> list[ClassLine]:
    """For a page of them, all of one class."""
    assignments = list(assignments)
    audiences = audiences_of(assignments)
    until = assignments[0].classroom.archived_at if assignments else None
    marks = marks_of(assignments, set().union(*audiences.values()), now, until)
    states: dict[int, Counter[State]] = {one.pk: Counter() for one in assignments}
    for (pk, _student), mark in marks.items():
        states[pk][mark.state] += 1
    return [ClassLine(one, len(audiences[one.pk]), states[one.pk]) for one in assignments]


def student_lines(assignment: Assignment, students: Iterable[User], now: datetime | None = None) -> list[StudentLine]:
    """For a page of its students."""
    students = list(students)
    marks = marks_of([assignment], students, now, until=assignment.classroom.archived_at)
    cells = cells_of([assignment], students, marks)
    takes = _by_student(_takes(assignment, students, marks.values()))
    sittings = _by_student(TestSitting.objects.filter(assignment=assignment, student__in=students))
    return [
        StudentLine(one, marks[key], cells[key], takes.get(one.pk, []), sittings.get(one.pk, []))
        for one in students
        if (key := (assignment.pk, one.pk)) in marks
    ]


def pieces_of(line: Line) -> list[tuple[Exercise, Piece]]:
    """What there is to play, in order, with how each went. Of what is to be composed, nothing before it is opened."""
    found = Exercise.objects.filter(pk__in=line.mark.pieces).defer("musicxml").in_bulk()
    return [(found[pk], piece) for pk, piece in line.mark.pieces.items() if pk in found]


def _told(line: Line) -> Line:
    """Without what its student is not to know yet: how it went, and so that it reached its goal."""
    if line.tells:
        return line
    state = State.DONE if line.mark.state == State.GOAL_REACHED else line.mark.state
    return replace(line, mark=replace(line.mark, state=state, overall=None, goal_reached=False))


def _with_what(assignments: QuerySet[Assignment]) -> QuerySet[Assignment]:
    return assignments.select_related("lesson", "exercise", "classroom", "assigned_by").defer(
        "exercise__score", "exercise__musicxml", "exercise__recipe"
    )


def is_offered(one: Assignment) -> bool:
    """What an author took back can't be played: it is not on the list while that lasts."""
    if one.lesson is not None:
        return one.lesson.status == Status.PUBLISHED
    return one.exercise is None or one.exercise.status == Status.PUBLISHED


def _takes(assignment: Assignment, students: list[User], marks: Iterable[Mark]) -> QuerySet[Submission]:
    """Sent for it, and whatever else counts."""
    counting = [pk for mark in marks for pk in mark.take_ids]
    hearings = Assessment.objects.filter(counts=True).only("submission_id", "overall")
    sent = Submission.objects.filter(assignment=assignment) | Submission.objects.filter(pk__in=counting)
    takes = sent.filter(student__in=students).select_related("exercise").order_by("-created_at")
    return takes.only("student", "state", "created_at", "exercise__title").prefetch_related(
        Prefetch("assessments", hearings)
    )


def _by_student(rows: Iterable[Any]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for row in rows:
        found.setdefault(row.student_id, []).append(row)
    return found
