"""The teacher's ten minutes before class: who is stuck, on what, and what to listen to."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from lessons import dashboards, rubrics
from lessons.models import Classroom, User
from lessons.pages import drawing
from lessons.pages.home import charts
from lessons.pages.limits import panel_of
from lessons.pages.skill_map import map_of
from tutor.notation.instruments import INSTRUMENTS


@login_required
def classes(request: HttpRequest) -> HttpResponse:
    taught = Classroom.objects.taught_by(request.user)
    return render(request, "class/classes.html", {"here": "classes", "classrooms": taught})


@login_required
def classroom(request: HttpRequest, pk: int) -> HttpResponse:
    group = get_object_or_404(Classroom.objects.taught_by(request.user), pk=pk)
    overview = dashboards.class_overview(group)
    rows = [_row(line) for line in overview.students]
    context = {"rubric": rubrics.rubric_of_class(group), "limits": panel_of(request, group)}
    return render(request, "class/class.html", {"classroom": group, "rows": rows} | context)


@login_required
def student(request: HttpRequest, pk: int, student_pk: int) -> HttpResponse:
    group = get_object_or_404(Classroom.objects.taught_by(request.user), pk=pk)
    students = User.objects.filter(memberships__classroom=group, memberships__role="student")
    found = get_object_or_404(students, pk=student_pk)
    seen = dashboards.student_overview(found)
    context = {
        "classroom": group,
        "student": found,
        "charts": charts(seen.progress),
        "map": map_of(seen.progress),
        "takes": seen.takes,
        "limits": panel_of(request, group, found),
    }
    return render(request, "class/student.html", context)


def _row(line: dashboards.ClassStudent) -> tuple[dashboards.ClassStudent, str, list[drawing.Dot], str]:
    """One student's line: what is known, what they play, and the sparkline as dots and as a polyline."""
    played = INSTRUMENTS.get(line.instrument)
    dots = drawing.sparkline(line.last_grades)
    return line, played.label if played else line.instrument, dots, drawing.points(dots)
