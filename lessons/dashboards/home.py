"""What a student sees first: what to play now, what is assigned, what went before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Avg, Count, Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone

from lessons import practice
from lessons.dashboards.takes import Take, as_take, take_rows
from lessons.models import Assignment, Exercise, Lesson, PlanItem, Submission, User
from lessons.models.curriculum import Status

TAKES_SHOWN = 8


@dataclass(frozen=True, slots=True)
class AssignedLesson:
    lesson_id: int
    title: str
    classroom: str
    note: str
    due_on: date | None
    overdue: bool
    played: int
    exercises: int

    @property
    def url(self) -> str:
        return reverse("lesson", args=[self.lesson_id])


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
    assignments: list[AssignedLesson]
    recent: list[Take]
    lessons: list[LessonLine]


def home_for(student: User, now: datetime | None = None) -> Home:
    """What the student sees first. Makes a plan if there is none yet: nobody arrives at an empty stand."""
    today = timezone.localdate(now or timezone.now())
    items = practice.open_items(student)
    recent = take_rows(Submission.objects.filter(student=student))[:TAKES_SHOWN]
    lessons = _lessons_for(student)
    return Home(
        student=student,
        next=items[0] if items else None,
        then=items[1:],
        assignments=_assignments_for(student, {lesson.id: lesson for lesson in lessons}, today),
        recent=[as_take(row) for row in recent],
        lessons=lessons,
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


def _assignments_for(student: User, lessons: dict[int, LessonLine], today: date) -> list[AssignedLesson]:
    rows = Assignment.objects.for_student(student).filter(lesson__isnull=False).select_related("classroom")
    return [
        AssignedLesson(
            lesson_id=row.lesson_id,
            title=lesson.title,
            classroom=row.classroom.name,
            note=row.note,
            due_on=row.due_on,
            overdue=bool(row.due_on and row.due_on < today and lesson.played < lesson.exercises),
            played=lesson.played,
            exercises=lesson.exercises,
        )
        for row in rows
        if (lesson := lessons.get(row.lesson_id or 0))
    ]
