"""What teachers assigned, for plans: of each piece of work the first exercise that has not gone well yet. Tests are
never planned, and work that is not open yet not either, nor what its teacher has excused or set by hand; of what is
composed, what its student has opened."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime, timedelta

from django.db.models import Q

from lessons.assigning.audience import audiences_of
from lessons.assigning.marks import work_of
from lessons.assigning.sittings import withheld
from lessons.gradebook.book import standing_overrides
from lessons.models import Assignment, Exercise, MarkOverride, Membership, Submission, TestSitting
from lessons.models.curriculum import SHOWN
from tutor.composing.choice import SUCCESS_FROM
from tutor.saying import day, phrase

FORGOTTEN = timedelta(days=30)

Assigned = dict[int, dict[int, str]]


def assigned_to(students: Collection[int], now: datetime) -> Assigned:
    """Student -> exercise -> the sentence that says so. At most ten queries, for any number of students."""
    assignments = _open_now(students, now)
    audiences = audiences_of(assignments)
    work, settled = work_of(assignments, students), _settled(assignments, students)
    theirs = {
        student: [
            (one, work.of(one, student))
            for one in assignments
            if student in audiences[one.pk] and (one.pk, student) not in settled
        ]
        for student in students
    }
    playable = _playable({pk for lines in theirs.values() for _, pks in lines for pk in pks})
    well = _gone_well(students, playable)
    found: defaultdict[int, dict[int, str]] = defaultdict(dict)
    for student, lines in theirs.items():
        for one, pks in lines:
            first = next((pk for pk in pks if pk in playable and (student, pk) not in well), None)
            if first is not None:
                found[student].setdefault(first, sentence(one))
    return {student: found[student] for student in students}


def in_tests(students: Collection[int], now: datetime) -> dict[int, set[int]]:
    """Student -> what a test of theirs is still about: not to be practised by plan. One query where there is none."""
    classes = Membership.objects.studying().filter(user__in=students).values("classroom")
    over = Q(late=Assignment.Late.REFUSE, due_at__lt=now)
    rows = Assignment.objects.standing().filter(mode=Assignment.Mode.TEST, classroom__in=classes).exclude(over)
    tests = list(rows)
    if not tests:
        return {}
    audiences, work = audiences_of(tests), work_of(tests, students)
    sat = TestSitting.objects.filter(assignment__in=tests, set_aside_at=None, submission__isnull=False)
    sat = sat.exclude(submission__in=Submission.objects.not_heard().filter(assignment__in=tests).values("pk"))
    done = set(sat.values_list("assignment", "student", "exercise"))
    return {
        student: {
            pk
            for one in tests
            if student in audiences[one.pk]
            for pk in work.of(one, student)
            if (one.pk, student, pk) not in done
        }
        for student in students
    }


def sentence(assignment: Assignment) -> str:
    due = assignment.due_on
    if due is None:
        return phrase("Assigned: {title}.", title=assignment.title)
    return phrase("Assigned: {title}, for {day}.", title=assignment.title, day=day(due))


def _open_now(students: Collection[int], now: datetime) -> list[Assignment]:
    """As they are due."""
    classes = Membership.objects.studying().filter(user__in=students).values("classroom")
    current = Q(due_at=None) | Q(due_at__gte=now) | Q(due_at__gte=now - FORGOTTEN) & ~Q(late=Assignment.Late.REFUSE)
    rows = Assignment.objects.standing().filter(
        current, mode=Assignment.Mode.PRACTICE, classroom__in=classes, opens_at__lte=now
    )
    return list(rows.select_related("lesson", "exercise"))


def _settled(assignments: Collection[Assignment], students: Collection[int]) -> set[tuple[int, int]]:
    """Excused, or marked by hand: whatever is played, nothing comes of it."""
    words = standing_overrides(assignments, students) if assignments else {}
    return {key for key, word in words.items() if word.kind != MarkOverride.Kind.UNDONE}


def _playable(exercises: Collection[int]) -> set[int]:
    """Not what its author has taken back since."""
    rows = Exercise.objects.filter(SHOWN, pk__in=exercises) if exercises else None
    return set(rows.order_by().values_list("pk", flat=True)) if rows is not None else set()


def _gone_well(students: Collection[int], exercises: Collection[int]) -> set[tuple[int, int]]:
    if not exercises:
        return set()
    takes = Submission.objects.filter(student__in=students, exercise__in=exercises)
    # What went well in a test is not said before its result is.
    takes = takes.filter(assessments__counts=True, assessments__overall__gte=SUCCESS_FROM).exclude(withheld())
    return set(takes.order_by().values_list("student", "exercise").distinct())
