"""Where a student begins: what to play now and why, and how it has been going."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from lessons import dashboards
from lessons.pages import drawing
from lessons.pages.choosing_forms import LENGTHS, STYLES, ChoiceForm, kinds_for
from lessons.pages.doors import player_required
from lessons.pages.limit_words import student_words
from lessons.pages.placing import placing_of
from lessons.pages.skill_map import map_of
from lessons.practice.limits import limits_of
from lessons.skill_states import FIRM, Skill
from tutor.notation.instruments import get_instrument

# As many weak skills as one can think about at once.
SKILLS_ON_HOME = 5


@player_required
def home(request: HttpRequest) -> HttpResponse:
    return show_home(request, ChoiceForm())


def show_home(request: HttpRequest, choice: ChoiceForm, status: int = 200) -> HttpResponse:
    """`choice`: what the student asks for; bound and refused, it says why."""
    seen, limits = dashboards.progress_of(request.user), limits_of(request.user)
    found = dashboards.home_for(request.user)
    older = found.next is not None and dashboards.is_older_than_limits(found.next.plan)
    kinds = kinds_for(get_instrument(request.user.instrument).family)
    context = {
        "here": "home",
        "home": found,
        "placing": placing_of(request.user),
        "choice": choice,
        "limit": student_words(limits.floor, limits.ceiling, limits.focus, limits.style, after_this=older),
        "choosing": {"kinds": kinds.items(), "styles": STYLES.items(), "lengths": LENGTHS.items()},
        "charts": charts(seen),
        "skills": skill_lines([skill for skill in seen.skills if skill.state != FIRM][:SKILLS_ON_HOME]),
    }
    return render(request, "home/home.html", context, status=status)


@player_required
def progress(request: HttpRequest) -> HttpResponse:
    seen = dashboards.progress_of(request.user)
    context = {
        "here": "progress",
        "charts": charts(seen),
        "map": map_of(seen),
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


def skill_lines(skills: list[Skill]) -> list[tuple[Skill, drawing.Span]]:
    return [(skill, drawing.span(skill.low, skill.strength, skill.high)) for skill in skills]
