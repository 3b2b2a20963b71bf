"""`manage.py seed`: the authored ladder of lessons, and with WOODSHED_DEMO=1 a demo school to try it in."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import transaction

from lessons.authoring import set_score
from lessons.demo import DemoExercise, ladder
from lessons.models import (
    Assignment,
    Classroom,
    Course,
    Exercise,
    ExerciseVersion,
    Lesson,
    LessonVersion,
    Membership,
    Prerequisite,
    Unit,
    User,
)
from lessons.models.curriculum import Status
from lessons.models.versions import version_of

# Public, and printed at every start: only where the school is a demo.
DEMO_PASSWORD = "play-it-again"  # noqa: S105
CLASS_NAME = "Thursday class"
PEOPLE: dict[str, dict[str, Any]] = {
    "ada": {"first_name": "Ada", "last_name": "Brook", "instrument": "violin", "level": 2},
    "ben": {"first_name": "Ben", "last_name": "Marsh", "instrument": "clarinet", "level": 1},
    "ms_clark": {"first_name": "Joan", "last_name": "Clark", "instrument": "flute", "level": 5, "is_author": True},
    "admin": {"first_name": "Sam", "last_name": "Office", "is_staff": True, "is_superuser": True, "is_author": True},
}
ROLES = {"ada": Membership.Role.STUDENT, "ben": Membership.Role.STUDENT, "ms_clark": Membership.Role.TEACHER}


class Command(BaseCommand):
    help = "Fill an empty school with the authored lessons; with WOODSHED_DEMO=1, also with people to log in as."

    def handle(self, *args: Any, **options: Any) -> None:
        with transaction.atomic():
            self._lessons()
            if settings.DEMO:
                self._people()
        if settings.DEMO:
            self._tell()
        else:
            self.stdout.write("No demo logins: their password is public. Set WOODSHED_DEMO=1 for a school to try out.")

    def _lessons(self) -> None:
        """Into a school without courses only: what an author changed, renamed or deleted stays so."""
        if Course.objects.exists():
            return
        courses: dict[str, Course] = {}
        units: dict[tuple[str, str], Unit] = {}
        lessons: dict[tuple[str, str], Lesson] = {}
        exercises: list[Exercise] = []
        for item in ladder():
            if item.course not in courses:
                courses[item.course] = _course(item, len(courses))
            if item.unit and (item.course, item.unit) not in units:
                units[item.course, item.unit] = _unit(item, courses[item.course], len(units))
            if (item.course, item.lesson) not in lessons:
                unit = units.get((item.course, item.unit))
                lessons[item.course, item.lesson] = _lesson(item, courses[item.course], unit, len(lessons))
            exercises.append(_exercise(item, lessons[item.course, item.lesson], len(exercises)))
        Exercise.objects.bulk_create(exercises)
        ExerciseVersion.objects.bulk_create(version_of(one) for one in exercises if one.is_published)
        _need_what_comes_before(list(lessons.values()))
        LessonVersion.objects.bulk_create(version_of(one) for one in lessons.values())
        self.stdout.write(f"{len(exercises)} exercises in {len(lessons)} lessons.")

    def _people(self) -> None:
        """Who is missing is made; nobody's password, instrument or class is set back."""
        new = [_person(name) for name in PEOPLE if not User.objects.filter(username=name).exists()]
        if not new or Classroom.objects.filter(memberships__user__username__in=ROLES).exists():
            return
        classroom = Classroom.objects.create(name=CLASS_NAME)
        for name, role in ROLES.items():
            Membership.objects.create(classroom=classroom, user=User.objects.get(username=name), role=role)
        teacher = User.objects.get(username="ms_clark")
        if lesson := Lesson.objects.filter(status=Status.PUBLISHED).first():
            Assignment.objects.create(classroom=classroom, lesson=lesson, assigned_by=teacher, note="For Thursday.")

    def _tell(self) -> None:
        for name, who in (("ada", "student"), ("ms_clark", "teacher"), ("admin", "admin")):
            user = User.objects.filter(username=name).first()
            if user and user.check_password(DEMO_PASSWORD):
                self.stdout.write(f"{who:8}  {name:9}  {DEMO_PASSWORD}")
        for classroom in Classroom.objects.filter(memberships__user__username="ms_clark"):
            self.stdout.write(f"class     {classroom.name}, code {classroom.join_code}")


def _course(item: DemoExercise, position: int) -> Course:
    words = {"title": item.course, "summary": item.course_summary}
    return Course.objects.create(position=position, status=Status.PUBLISHED, **words)


def _unit(item: DemoExercise, course: Course, position: int) -> Unit:
    return Unit.objects.create(course=course, title=item.unit, position=position)


def _lesson(item: DemoExercise, course: Course, unit: Unit | None, position: int) -> Lesson:
    """A draft until it has its exercises: its first version is the whole lesson."""
    words = {"title": item.lesson, "text": item.lesson_text}
    return Lesson.objects.create(course=course, unit=unit, position=position, **words)


def _need_what_comes_before(lessons: list[Lesson]) -> None:
    """Within the last two courses each lesson needs the one before it: there one step rests on the other."""
    last_two = list(dict.fromkeys(one.course_id for one in lessons))[-2:]
    pairs = pairwise(lessons)
    steps = [(one, after) for one, after in pairs if one.course_id == after.course_id and one.course_id in last_two]
    Prerequisite.objects.bulk_create(Prerequisite(lesson=after, other=one) for one, after in steps)
    for one in lessons:
        one.status = Status.PUBLISHED
    Lesson.objects.bulk_update(lessons, ["status"])


def _exercise(item: DemoExercise, lesson: Lesson, position: int) -> Exercise:
    exercise = Exercise(
        title=item.title,
        lesson=lesson,
        position=position,
        status=Status.PUBLISHED if item.published else Status.DRAFT,
        source=item.source,
        tempo_bpm=item.tempo_bpm,
    )
    set_score(exercise, item.score)
    return exercise


def _person(name: str) -> User:
    return User.objects.create_user(name, f"{name}@example.org", DEMO_PASSWORD, **PEOPLE[name])
