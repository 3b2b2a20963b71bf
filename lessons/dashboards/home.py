"""What a student sees first: what to play now, what is assigned, what went before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Avg, Count, Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone

from lessons import practice
from lessons.assigning.reading import Line, for_student
from lessons.assigning.sittings import withheld
from lessons.dashboards.takes import Take, as_take, take_rows
from lessons.models import Exercise, Lesson, PlanItem, Submission, User
from lessons.models.curriculum import Status

TAKES_SHOWN = 8


@dataclass(frozen=True, slots=True)
class LessonLine:
    """A published lesson: how many of its exercises this student has played."""

    id: int
    title: str
    course: str
    played: int
    exercises: int
    grade: float | None

    @property
    def url(self) -> str:
        return reverse("lesson", args=[self.id])


@dataclass(frozen=True, slots=True)
class Home:
    """`next` is None only if the school has nothing at all to play."""

    student: User
    next: PlanItem | None
    then: list[PlanItem]
    assignments: list[Line]
    recent: list[Take]
    lessons: list[LessonLine]


def home_for(student: User, now: datetime | None = None) -> Home:
    """What the student sees first. Makes a plan if there is none yet: nobody arrives at an empty stand."""
    now = now or timezone.now()
    items = practice.open_items(student)
    recent = take_rows(Submission.objects.filter(student=student).exclude(withheld(now)))[:TAKES_SHOWN]
    return Home(
        student=student,
        next=items[0] if items else None,
        then=items[1:],
        assignments=[line for line in for_student(student, now) if line.section != "done"],
        recent=[as_take(row) for row in recent],
        lessons=_lessons_for(student),
    )


def _lessons_for(student: User) -> list[LessonLine]:
    shown = Q(exercises__status=Status.PUBLISHED, exercises__composed_for=None)
    played = Exercise.objects.filter(
        Exists(Submission.objects.filter(student=student, exercise=OuterRef("pk"), state=Submission.State.DONE))
    )
    lessons = (
        Lesson.objects.filter(status=Status.PUBLISHED)
        .select_related("course")
        .annotate(
            shown=Count("exercises", filter=shown),
            played=Count("exercises", filter=shown & Q(exercises__in=played)),
            grade=Avg("exercises__grade", filter=shown),
        )
        .filter(shown__gt=0)
    )
    return [LessonLine(row.pk, row.title, row.course.title, row.played, row.shown, row.grade) for row in lessons]
