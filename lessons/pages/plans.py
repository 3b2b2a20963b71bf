"""Earlier plans: what was asked, why, and how it went. Old plans stay readable."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from lessons import dashboards
from lessons.models import Classroom, User
from lessons.pages.doors import player_required

PLANS_A_PAGE = 10


@player_required
def plans(request: HttpRequest) -> HttpResponse:
    return render(request, "plans/plans.html", {"here": "home", **_page_of(request, request.user)})


@login_required
def plans_of_student(request: HttpRequest, pk: int, student_pk: int) -> HttpResponse:
    group = get_object_or_404(Classroom.objects.taught_by(request.user), pk=pk)
    student = get_object_or_404(group.students, pk=student_pk)
    context = {"classroom": group, "student": student, **_page_of(request, student)}
    return render(request, "plans/plans.html", context)


def _page_of(request: HttpRequest, student: User) -> dict[str, Any]:
    every = dashboards.plans_of(student)
    page = Paginator(every, PLANS_A_PAGE).get_page(request.GET.get("page"))
    return {"page": page, "lines": dashboards.plan_lines(page), "newest": every.first()}
