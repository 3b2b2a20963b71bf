"""What there is to play: courses of lessons, and one lesson's exercises."""

from __future__ import annotations

from itertools import groupby

from django.db.models import Max, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from lessons import dashboards
from lessons.assigning.sittings import withheld
from lessons.models import Exercise, Lesson
from lessons.models.curriculum import Status
from lessons.pages.doors import player_required


@player_required
def lessons(request: HttpRequest) -> HttpResponse:
    lines = dashboards.home_for(request.user).lessons
    courses = [(course, list(group)) for course, group in groupby(lines, key=lambda line: line.course)]
    return render(request, "library/lessons.html", {"here": "lessons", "courses": courses})


@player_required
def lesson(request: HttpRequest, pk: int) -> HttpResponse:
    published = Lesson.objects.select_related("course").filter(status=Status.PUBLISHED)
    found = get_object_or_404(published, pk=pk)
    exercises = Exercise.objects.visible_to(request.user).filter(lesson=found)
    best = dict(
        request.user.submissions.filter(exercise__lesson=found)
        .exclude(withheld())
        .values_list("exercise")
        .annotate(best=Max("assessments__overall", filter=Q(assessments__counts=True)))
        .order_by()
    )
    played = [(exercise, exercise.pk in best, best.get(exercise.pk)) for exercise in exercises]
    return render(request, "library/lesson.html", {"here": "lessons", "lesson": found, "exercises": played})
