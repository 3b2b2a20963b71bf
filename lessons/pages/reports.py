"""Reports to print: one student's, with room for the teacher's words, and those of a whole class in one go."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from lessons.classroom import ClassroomError
from lessons.gradebook import writing
from lessons.gradebook.book import students_of
from lessons.gradebook.reports import Report, reports_of
from lessons.models import Classroom, ReportNote
from lessons.pages import drawing
from lessons.pages.gradebook import classroom_read, day_asked, filters_asked
from lessons.pages.skill_map import SkillMap, skill_map
from lessons.words import said
from tutor.notation.instruments import INSTRUMENTS

A_TERM = timedelta(days=120)
LONGEST = timedelta(days=400)


@login_required
def report(request: HttpRequest, pk: int, student_pk: int) -> HttpResponse:
    room = classroom_read(request, pk)
    student = next((one for one in students_of(room) if one.pk == student_pk), None)
    if student is None:
        raise Http404
    since, until = _period(request, room)
    if request.method == "POST":
        try:
            writing.keep_note(room, student, request.user, request.POST.get("text", ""))
        except ClassroomError as trouble:
            messages.error(request, str(trouble))
        address = reverse("class-report", args=[room.pk, student.pk])
        return redirect(f"{address}?since={since}&until={until}#words")
    (found,) = reports_of(room, since, until, [student])
    context = {
        "here": "gradebook",
        "classroom": room,
        "student": student,
        "since": since,
        "until": until,
        "reports": [_drawn(found)],
        "earlier": ReportNote.objects.filter(classroom=room, student=student).select_related("by").reverse()[1:],
    }
    return render(request, "report/one.html", context)


@login_required
def reports(request: HttpRequest, pk: int) -> HttpResponse:
    """Everybody's, or a group's, each on a page of its own."""
    room = classroom_read(request, pk)
    since, until = _period(request, room)
    group = filters_asked(request, room).group
    found = reports_of(room, since, until, students_of(room, group))
    context = {
        "here": "gradebook",
        "classroom": room,
        "since": since,
        "until": until,
        "groups": list(room.groups.order_by("name")),
        "group": group,
        "reports": [_drawn(one) for one in found],
    }
    return render(request, "report/all.html", context)


def _period(request: HttpRequest, room: Classroom) -> tuple[date, date]:
    """As asked; of a class in the archive no day since it went there."""
    last = timezone.localdate(room.archived_at)
    until = day_asked(request.GET.get("until")) or last
    since = day_asked(request.GET.get("since")) or until - A_TERM
    since, until = min(since, until), max(since, until)
    if room.is_archived:
        since, until = min(since, last), min(until, last)
    return max(since, until - LONGEST), until


def _drawn(one: Report) -> dict[str, Any]:
    """With its plots, ready for the template."""
    dots = drawing.line([grade.overall for grade in one.grades])
    played_on = INSTRUMENTS.get(one.student.instrument)
    return {
        "report": one,
        "instrument": said(played_on.label) if played_on else "",
        "bars": list(zip(one.practice, drawing.bars([stretch.minutes for stretch in one.practice]), strict=True)),
        "busiest": max((stretch.minutes for stretch in one.practice), default=0.0),
        "dots": list(zip(one.grades, dots, strict=True)),
        "trend": drawing.points(dots),
        "map": in_sight(skill_map(one.skill_map, one.skills, one.working_grade or 1.0)),
        "width": drawing.WIDTH,
        "height": drawing.HEIGHT,
        "tall": drawing.HEIGHT + 18,
        "floor": drawing.HEIGHT - drawing.FOOT,
    }


def in_sight(whole: SkillMap) -> SkillMap:
    """Up to the last grade with anything to show: paper is short."""
    last = max((mark.skill.grade for mark in whole.marks if mark.skill.heard or not mark.beyond), default=1)
    families = tuple(replace(family, steps=family.steps[:last]) for family in whole.families)
    return replace(whole, grades=whole.grades[:last], families=families)
