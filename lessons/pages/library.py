"""What there is to play: courses of units of lessons, and one lesson's exercises. What is locked is shown, and why."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import groupby

from django.core.paginator import Paginator
from django.db.models import Max, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from lessons.assigning.sittings import withheld
from lessons.curriculum.prerequisites import locks_of, progress_in, suits_player
from lessons.models import Course, Exercise, Lesson, Unit, User
from lessons.models.curriculum import Status
from lessons.pages.doors import player_required

COURSES_A_PAGE = 10


@dataclass(slots=True)
class Line:
    """A lesson as this student finds it. `done` of `of` exercises went well; `missing`: what it needs first."""

    lesson: Lesson
    done: int
    of: int
    missing: list[str]
    is_next: bool = False

    @property
    def is_done(self) -> bool:
        return self.of > 0 and self.done >= self.of


@dataclass(slots=True)
class Shelf:
    course: Course
    units: list[tuple[Unit | None, list[Line]]] = field(default_factory=list)


@player_required
def lessons(request: HttpRequest) -> HttpResponse:
    """By course, a page of them at a time."""
    shown = Course.objects.filter(lessons__status=Status.PUBLISHED).distinct()
    page = Paginator(shown, COURSES_A_PAGE).get_page(request.GET.get("page"))
    context = {"here": "lessons", "page": page, "shelves": _shelves(request.user, list(page))}
    return render(request, "library/lessons.html", context)


@player_required
def lesson(request: HttpRequest, pk: int) -> HttpResponse:
    published = Lesson.objects.select_related("course", "unit").filter(status=Status.PUBLISHED)
    found = get_object_or_404(published, pk=pk)
    exercises = Exercise.objects.visible_to(request.user).filter(lesson=found, status=Status.PUBLISHED)
    best = dict(
        request.user.submissions.filter(exercise__lesson=found)
        .exclude(withheld())
        .values_list("exercise")
        .annotate(best=Max("assessments__overall", filter=Q(assessments__counts=True)))
        .order_by()
    )
    played = [
        (exercise, exercise.pk in best, best.get(exercise.pk))
        for exercise in exercises.defer("score", "musicxml", "recipe")
        if suits_player(exercise.instruments, request.user) or exercise.pk in best
    ]
    locked = locks_of(request.user, [found.pk]).get(found.pk, [])
    context = {"here": "lessons", "lesson": found, "exercises": played, "missing": locked}
    return render(request, "library/lesson.html", context)


def _shelves(student: User, courses: list[Course]) -> list[Shelf]:
    rows = list(
        Lesson.objects.filter(course__in=courses, status=Status.PUBLISHED)
        .select_related("unit")
        .order_by("course__position", "course", "position", "pk")
    )
    keys = [one.pk for one in rows]
    progress, locks = progress_in(student, keys), locks_of(student, keys)
    by_course: dict[int, list[Line]] = {one.pk: [] for one in courses}
    for one in rows:
        done, of = progress[one.pk]
        by_course[one.course_id].append(Line(one, done, of, locks.get(one.pk, [])))
    if (onward := _onward([by_course[one.pk] for one in courses])) is not None:
        onward.is_next = True
    return [Shelf(course, _by_unit(by_course[course.pk])) for course in courses]


def _onward(courses: list[list[Line]]) -> Line | None:
    """The one lesson to go on with: in a course that was begun, else in the first."""
    open_ones = [[line for line in lines if line.of and not line.is_done and not line.missing] for lines in courses]
    begun = [found for found, lines in zip(open_ones, courses, strict=True) if any(line.done for line in lines)]
    return next((found[0] for found in [*begun, *open_ones] if found), None)


def _by_unit(lines: list[Line]) -> list[tuple[Unit | None, list[Line]]]:
    return [(unit, list(group)) for unit, group in groupby(lines, key=lambda line: line.lesson.unit)]
