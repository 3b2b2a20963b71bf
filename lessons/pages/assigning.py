"""The teacher's side of assignments: assign, see how it goes, change, withdraw, copy."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lessons import music_stand
from lessons.assigning import examining, orders, reading, writing
from lessons.assigning.audience import students_of
from lessons.assigning.marking import State
from lessons.classroom import ClassroomError
from lessons.models import Assignment, Classroom, Membership, TestSitting, User
from lessons.models.curriculum import Status
from lessons.pages.assign_forms import EXERCISE, LESSON, AssignForm
from lessons.words import sentence_of
from tutor.composing.refusal import CannotCompose
from tutor.notation.errors import ScoreError
from tutor.notation.instruments import INSTRUMENTS

A_PAGE, STUDENTS_A_PAGE = 25, 50
FOUND = 12  # results under the search box
PREVIEW_PX = 560


@login_required
def of_class(request: HttpRequest, pk: int) -> HttpResponse:
    classroom = _classroom(request, pk, archived=True)
    page = Paginator(reading.of_class(classroom), A_PAGE).get_page(request.GET.get("page"))
    lines = reading.class_lines(page.object_list)
    return render(request, "assign/list.html", {"classroom": classroom, "lines": lines, "page": page})


@login_required
def of_student(request: HttpRequest, pk: int, student_pk: int) -> HttpResponse:
    """What one student has, as it is due, with how each went."""
    classroom = _classroom(request, pk, archived=True)
    studying = Membership.objects.filter(classroom=classroom, role=Membership.Role.STUDENT)
    student = get_object_or_404(User.objects.filter(memberships__in=studying), pk=student_pk)
    lines = [line for line in reading.for_student(student, told=True) if line.assignment.classroom_id == classroom.pk]
    page = Paginator(lines, A_PAGE).get_page(request.GET.get("page"))
    return render(request, "assign/of_student.html", {"classroom": classroom, "student": student, "page": page})


@login_required
def new(request: HttpRequest, pk: int) -> HttpResponse:
    classroom = _classroom(request, pk)
    asked = {"what": request.GET["what"]} if "what" in request.GET else {}
    form = AssignForm(classroom, request.POST if request.method == "POST" else None, initial=asked)
    if form.is_bound and form.is_valid():
        try:
            made = writing.assign(request.user, classroom, **form.fields_to_write)
        except ClassroomError as why:
            form.add_error(None, sentence_of(why))
        else:
            words = _("“%(title)s” is assigned to %(who)s.") % {"title": made.title, "who": classroom.name}
            messages.success(request, words)
            return redirect("assignment-of-class", classroom.pk, made.pk)
    return _form(request, classroom, form)


@login_required
def change(request: HttpRequest, pk: int, assignment_pk: int) -> HttpResponse:
    classroom = _classroom(request, pk)
    assignment = _assignment(classroom, assignment_pk)
    form = AssignForm(classroom, request.POST if request.method == "POST" else None, assignment=assignment)
    if form.is_bound and form.is_valid():
        try:
            writing.change(request.user, assignment, **form.fields_to_write)
        except ClassroomError as why:
            form.add_error(None, sentence_of(why))
        else:
            messages.success(request, _("Changed. The marks follow."))
            return redirect("assignment-of-class", classroom.pk, assignment.pk)
    return _form(request, classroom, form, assignment)


@login_required
def one(request: HttpRequest, pk: int, assignment_pk: int) -> HttpResponse:
    """Every student of one piece of work."""
    classroom = _classroom(request, pk, archived=True)
    assignment = _assignment(classroom, assignment_pk)
    page = Paginator(students_of(assignment), STUDENTS_A_PAGE).get_page(request.GET.get("page"))
    (total,) = reading.class_lines([assignment])
    context = {
        "classroom": classroom,
        "assignment": assignment,
        "total": total,
        "lines": reading.student_lines(assignment, page.object_list),
        "page": page,
        "states": State,
        "others": Classroom.objects.taught_by(request.user).exclude(pk=classroom.pk).order_by("name"),
    }
    return render(request, "assign/one.html", context)


@require_POST
@login_required
def withdraw(request: HttpRequest, pk: int, assignment_pk: int) -> HttpResponse:
    """Or, with `back`, bring it back."""
    assignment = _assignment(_classroom(request, pk), assignment_pk)
    if "back" in request.POST:
        writing.bring_back(request.user, assignment)
        messages.success(request, _("It is on their lists again."))
    else:
        writing.withdraw(request.user, assignment)
        messages.success(request, _("Withdrawn. Takes and marks are kept."))
    return redirect("assignment-of-class", pk, assignment_pk)


@require_POST
@login_required
def copy(request: HttpRequest, pk: int, assignment_pk: int) -> HttpResponse:
    assignment = _assignment(_classroom(request, pk), assignment_pk)
    target = str(request.POST.get("classroom", ""))
    other = get_object_or_404(Classroom.objects.taught_by(request.user), pk=target if target.isdecimal() else 0)
    try:
        made = writing.copy(request.user, assignment, other)
    except ClassroomError as why:
        messages.error(request, sentence_of(why))
        return redirect("assignment-of-class", pk, assignment_pk)
    messages.success(request, _("Copied to %(who)s: see when it is due there.") % {"who": other.name})
    return redirect("assignment-change", other.pk, made.pk)


@require_POST
@login_required
def give_again(request: HttpRequest, pk: int, assignment_pk: int, sitting_pk: int) -> HttpResponse:
    """Another try of a test, for one whose recording went wrong."""
    assignment = _assignment(_classroom(request, pk), assignment_pk)
    sitting = get_object_or_404(TestSitting.objects.select_related("student"), assignment=assignment, pk=sitting_pk)
    examining.give_again(request.user, sitting)
    words = _("%(name)s may take the test again. The take of before is kept, and doesn’t count.")
    messages.success(request, words % {"name": sitting.student.display_name})
    return redirect("assignment-of-class", pk, assignment_pk)


@login_required
def find(request: HttpRequest, pk: int) -> HttpResponse:
    """Lessons and exercises whose titles hold what was typed: the list under the search box."""
    _classroom(request, pk)
    return render(request, "assign/found.html", _found(request.GET.get("q", ""), request.GET.get("what", "")))


@login_required
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """What a kind to compose may look like: the engraved page, or one sentence why it can't be had."""
    classroom = _classroom(request, pk)
    asked = request.GET.copy()
    asked.update({"what": "order", "whom": "class"})
    form = AssignForm(classroom, asked)
    form.is_valid()
    order = form.cleaned_data.get("work", {}).get("order") or {}
    player = next((one.instrument for one in form.members if one.instrument in INSTRUMENTS), "violin")
    try:
        made = orders.sample(orders.checked(order, []), player)
    except (ClassroomError, CannotCompose, ScoreError) as why:
        return HttpResponse(sentence_of(why), status=422, content_type="text/plain; charset=utf-8")
    return HttpResponse(music_stand.engraved(made.score, PREVIEW_PX), content_type="image/svg+xml; charset=utf-8")


def _form(
    request: HttpRequest, classroom: Classroom, form: AssignForm, assignment: Assignment | None = None
) -> HttpResponse:
    chosen = str(form["what"].value() or "")
    context = {"classroom": classroom, "form": form, "assignment": assignment, **_found("", chosen)}
    return render(request, "assign/form.html", context, status=422 if form.is_bound else 200)


def _found(words: str, chosen: str) -> dict[str, Any]:
    """Lessons first. What is chosen already stays in sight, first of all."""
    lessons = writing.choosable_lessons().select_related("course")
    exercises = writing.choosable_exercises().select_related("lesson").defer("score", "musicxml", "recipe")
    for word in words.replace("\x00", "").split():
        lessons = lessons.filter(Q(title__icontains=word) | Q(course__title__icontains=word))
        exercises = exercises.filter(Q(title__icontains=word) | Q(lesson__title__icontains=word))
    playable = Q(exercises__status=Status.PUBLISHED, exercises__composed_for=None)
    lessons = lessons.annotate(playable=Count("exercises", filter=playable)).filter(playable__gt=0)
    what, _dash, pk = chosen.partition("-")
    kept = int(pk) if pk.isdecimal() and len(pk) < 10 else 0
    return {
        "q": words,
        "chosen": chosen,
        "lessons": _kept_first(lessons, kept if what == LESSON else 0),
        "exercises": _kept_first(exercises, kept if what == EXERCISE else 0),
    }


def _kept_first(rows: Any, kept: int) -> list[Any]:
    found = list(rows[:FOUND])
    first = [one for one in found if one.pk == kept] or (list(rows.model.objects.filter(pk=kept)) if kept else [])
    for one in first:
        one.is_chosen = True
    return [*first, *(one for one in found if one.pk != kept)]


def _classroom(request: HttpRequest, pk: int, *, archived: bool = False) -> Classroom:
    return get_object_or_404(Classroom.objects.taught_by(request.user, archived=archived), pk=pk)


def _assignment(classroom: Classroom, pk: int) -> Assignment:
    rows = classroom.assignments.select_related("lesson", "exercise", "classroom", "assigned_by", "group")
    return get_object_or_404(rows, pk=pk)
