"""Where a student begins: what to play now and why, and how it has been going. A teacher begins with the classes."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from lessons import dashboards
from lessons.models import Classroom
from lessons.pages import drawing
from lessons.pages.doors import player_required

# As many weak skills as one can think about at once.
SKILLS_ON_HOME = 5


@login_required
def home(request: HttpRequest) -> HttpResponse:
    if not request.user.instrument:
        return _home_without_instrument(request)
    seen = dashboards.progress_of(request.user)
    context = {
        "here": "home",
        "home": dashboards.home_for(request.user),
        "charts": charts(seen),
        "skills": skill_lines(seen.skills[:SKILLS_ON_HOME]),
    }
    return render(request, "home/home.html", context)


def _home_without_instrument(request: HttpRequest) -> HttpResponse:
    """A teacher need not play; a student must choose first."""
    taught = list(Classroom.objects.taught_by(request.user))
    if len(taught) == 1:
        return redirect("class", taught[0].pk)
    if taught:
        return render(request, "home/classes.html", {"classrooms": taught})
    return redirect("setup")


@player_required
def progress(request: HttpRequest) -> HttpResponse:
    seen = dashboards.progress_of(request.user)
    context = {
        "here": "progress",
        "charts": charts(seen),
        "skills": skill_lines(seen.skills),
        "takes": seen.grades[::-1],
    }
    return render(request, "home/progress.html", context)


def charts(seen: dashboards.Progress) -> dict[str, Any]:
    """The two drawings of a student's weeks, with the words that say the same."""
    graded = [take for take in seen.grades if take.overall is not None]
    dots = drawing.line([take.overall for take in graded])
    return {
        "progress": seen,
        "days": list(zip(seen.days, drawing.bars([day.minutes for day in seen.days]), strict=True)),
        "minutes": sum(day.minutes for day in seen.days),
        "busiest": max((day.minutes for day in seen.days), default=0.0),
        "dots": list(zip(graded, dots, strict=True)),
        "trend": drawing.points(dots),
        "width": drawing.WIDTH,
        "height": drawing.HEIGHT,
        "tall": drawing.HEIGHT + 18,  # room above for a label
        "floor": drawing.HEIGHT - drawing.FOOT,
    }


def skill_lines(skills: list[dashboards.Skill]) -> list[tuple[dashboards.Skill, drawing.Span]]:
    return [(skill, drawing.span(skill.low, skill.strength, skill.high)) for skill in skills]
