"""What teachers assigned: in each assigned lesson the first exercise that has not gone well yet."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import date, timedelta

from django.db.models import Q

from lessons.models import Assignment, Exercise, Membership, Submission
from lessons.models.curriculum import Status
from tutor.composing.choice import SUCCESS_FROM

FORGOTTEN = timedelta(days=30)

Assigned = dict[int, dict[int, str]]


def assigned_to(students: Collection[int], today: date) -> Assigned:
    """Student -> exercise -> the sentence that says so. Four queries for any number of students."""
    classes = _classes_of(students)
    assignments = _assignments({one for taken in classes.values() for one in taken}, today)
    exercises = _exercises({one.lesson_id for each in assignments.values() for one in each})
    well = _gone_well(students, {pk for pks in exercises.values() for pk in pks})
    return {
        student: {
            first: sentence(one)
            for classroom in classes[student]
            for one in assignments[classroom]
            if (first := next((pk for pk in exercises[one.lesson_id] if (student, pk) not in well), None))
        }
        for student in students
    }


def sentence(assignment: Assignment) -> str:
    due = assignment.due_on
    return f"Assigned: {assignment.lesson.title}{f', for {due.day} {due:%B}' if due else ''}."


def _classes_of(students: Collection[int]) -> defaultdict[int, list[int]]:
    found: defaultdict[int, list[int]] = defaultdict(list)
    places = Membership.objects.filter(user__in=students, role=Membership.Role.STUDENT)
    for student, classroom in places.values_list("user", "classroom"):
        found[student].append(classroom)
    return found


def _assignments(classes: Collection[int], today: date) -> defaultdict[int, list[Assignment]]:
    found: defaultdict[int, list[Assignment]] = defaultdict(list)
    current = Q(due_at=None) | Q(due_at__date__gte=today - FORGOTTEN)
    rows = Assignment.objects.standing().filter(current, classroom__in=classes, lesson__status=Status.PUBLISHED)
    for one in rows.select_related("lesson"):
        found[one.classroom_id].append(one)
    return found


def _exercises(lessons: Collection[int]) -> defaultdict[int, list[int]]:
    found: defaultdict[int, list[int]] = defaultdict(list)
    rows = Exercise.objects.filter(lesson__in=lessons, status=Status.PUBLISHED, composed_for=None)
    for lesson, pk in rows.order_by("position", "pk").values_list("lesson", "pk"):
        found[lesson].append(pk)
    return found


def _gone_well(students: Collection[int], exercises: Collection[int]) -> set[tuple[int, int]]:
    if not exercises:
        return set()
    takes = Submission.objects.filter(student__in=students, exercise__in=exercises)
    takes = takes.filter(assessments__counts=True, assessments__overall__gte=SUCCESS_FROM)
    return set(takes.order_by().values_list("student", "exercise").distinct())
