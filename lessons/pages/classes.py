"""The teacher's ten minutes before class: who is stuck, on what, and what to listen to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lessons import aside, contests, dashboards, rubrics
from lessons.models import Classroom, Membership, PutAside, StudentGroup, User
from lessons.pages import class_drawing
from lessons.pages.heat_map import BY_NAME, heat_map, in_order
from lessons.pages.home import charts
from lessons.pages.limits import panel_of
from lessons.pages.need_words import KIND_WORDS, need_in_words
from lessons.pages.queues import on_round
from lessons.pages.skill_map import map_of
from lessons.pages.take_filter import TakeFilterForm
from tutor.composing.skills import describe

# A class that fills more than one screen many times over is shown in parts.
STUDENTS_A_PAGE = 60
CLASSES_A_PAGE = 30
# As many as can be seen to before a lesson begins.
NEEDS_SHOWN = 8


@login_required
def classes(request: HttpRequest) -> HttpResponse:
    taught = Classroom.objects.taught_by(request.user).order_by("name", "pk")
    page = Paginator(taught, CLASSES_A_PAGE).get_page(request.GET.get("page"))
    _count(page.object_list, request.user)
    return render(request, "class/classes.html", {"here": "classes", "classrooms": page, "page": page})


def _count(rooms: Iterable[Classroom], teacher: User) -> None:
    """How many are in each, and how many notes wait there for an answer. Two queries."""
    places = Membership.objects.filter(classroom__in=[room.pk for room in rooms], role=Membership.Role.STUDENT)
    contested = Counter(contests.open_for(teacher).values_list("assessment__submission__student", flat=True))
    students: Counter[int] = Counter()
    waiting: Counter[int] = Counter()
    for room_pk, student in places.values_list("classroom", "user"):
        students[room_pk] += 1
        waiting[room_pk] += contested[student]
    for room in rooms:
        room.students_counted, room.contested_counted = students[room.pk], waiting[room.pk]


@login_required
def classroom(request: HttpRequest, pk: int) -> HttpResponse:
    room = get_object_or_404(Classroom.objects.taught_by(request.user), pk=pk)
    groups = list(room.groups.all())
    chosen = _group(request, groups)
    overview = dashboards.class_overview(room, group=chosen)
    order = request.GET.get("sort", BY_NAME)
    page = Paginator(in_order(overview.students, order), STUDENTS_A_PAGE).get_page(request.GET.get("page"))
    everything = request.GET.get("skills") == "all"
    context = {
        "classroom": room,
        "groups": groups,
        "group": chosen,
        "order": order,
        "page": page,
        "needs": _needs(dashboards.needs_of(request.user, overview)),
        "heat": heat_map(room, page.object_list, overview.students, settled=everything),
        "everything": everything,
        "lines": class_drawing.lines(page.object_list),
        "sum": class_drawing.in_sum(overview.students),
        "word_since": dashboards.waiting_since(),
        "rubric": rubrics.rubric_of_class(room),
    }
    return render(request, "class/class.html", context)


@require_POST
@login_required
def set_aside(request: HttpRequest, pk: int) -> HttpResponse:
    """A line of "needs you" is seen, or taken up again."""
    room = get_object_or_404(Classroom.objects.taught_by(request.user), pk=pk)
    found = get_object_or_404(room.students, pk=_number(request.POST.get("student")))
    kind, about = request.POST.get("kind", ""), request.POST.get("about", "")[:60]
    if kind not in PutAside.Kind:
        raise Http404
    if "again" in request.POST:
        aside.take_up(request.user, found, kind, about)
        messages.success(request, _("%(name)s is on your list again.") % {"name": found.display_name})
    else:
        aside.put_aside(request.user, found, kind, about)
        messages.success(
            request, _("%(name)s is put aside until there is something new.") % {"name": found.display_name}
        )
    return redirect(f"{reverse('class', args=[room.pk])}{_as_it_was(request)}#needs")


@login_required
def student(request: HttpRequest, pk: int, student_pk: int) -> HttpResponse:
    room = get_object_or_404(Classroom.objects.taught_by(request.user), pk=pk)
    found = get_object_or_404(room.students, pk=student_pk)
    progress = dashboards.progress_of(found)
    context = {
        "classroom": room,
        "student": found,
        "charts": charts(progress),
        "map": map_of(progress),
        "limits": panel_of(request, room, found),
        **_takes(request, room, found),
    }
    return render(request, "class/student.html", context)


def _as_it_was(request: HttpRequest) -> str:
    """The group, the order and the page that the class was looked at in."""
    asked = QueryDict(request.POST.get("query", ""))
    kept = {name: asked[name] for name in ("group", "sort", "skills", "page") if name in asked}
    return f"?{urlencode(kept)}" if kept else ""


def _group(request: HttpRequest, groups: list[StudentGroup]) -> StudentGroup | None:
    asked = _number(request.GET.get("group"))
    return next((one for one in groups if one.pk == asked), None)


def _needs(needs: dashboards.Needs) -> dict[str, Any]:
    """Each line with its words and its take, one of a round of all; the first ones, the rest, and those put aside."""

    def lines(of: list[dashboards.Need]) -> list[tuple[dashboards.Need, Any, str, str]]:
        takes = [need.take for need in of]
        return [(need, KIND_WORDS[need.kind], need_in_words(need), on_round(need.url, takes)) for need in of]

    waiting = lines(needs.open)
    return {"first": waiting[:NEEDS_SHOWN], "rest": waiting[NEEDS_SHOWN:], "many": len(waiting)} | {
        "aside": lines(needs.aside)
    }


def _takes(request: HttpRequest, room: Classroom, found: User) -> dict[str, Any]:
    form = TakeFilterForm(request.GET, exercises=dashboards.exercises_played(found))
    wanted = form.wanted()
    takes = dashboards.takes_to_look_at(found, room, wanted)
    page = Paginator(takes.only("pk"), dashboards.TAKES_A_PAGE).get_page(request.GET.get("page"))
    return {
        "filter": form,
        "filtered": bool(wanted),
        "skill": describe(wanted.skill) if wanted.skill else "",
        "page": page,
        "takes": dashboards.shown(page.object_list, wanted.skill),
    }


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isdecimal() and len(text) < 18 else None
