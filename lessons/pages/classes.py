"""The teacher's ten minutes before class: who is stuck, on what, and what to listen to."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from lessons import dashboards
from lessons.models import Classroom, User
from lessons.pages import drawing
from lessons.pages.home import charts, skill_lines


@login_required
def classroom(request: HttpRequest, pk: int) -> HttpResponse:
    group = get_object_or_404(Classroom.objects.taught_by(request.user), pk=pk)
    overview = dashboards.class_overview(group)
    students = [(line, drawing.sparkline(line.last_grades)) for line in overview.students]
    rows = [(line, dots, drawing.points(dots)) for line, dots in students]
    return render(request, "class/class.html", {"classroom": group, "overview": overview, "rows": rows})


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
        "skills": skill_lines(seen.progress.skills),
        "takes": seen.takes,
    }
    return render(request, "class/student.html", context)
