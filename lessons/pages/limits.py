"""What they get: a teacher fixes floor, ceiling, focus and style, for a class or for one student."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.formats import localize_input
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lessons.classroom import ClassroomError
from lessons.models import Classroom, PracticeLimits, User
from lessons.pages.choosing_forms import STYLES
from lessons.pages.limit_words import limit_words
from lessons.pages.skill_map import FAMILIES
from lessons.practice.limits import limits_of, set_for_class, set_for_student, settable_tags
from lessons.words import said, sentence_of
from tutor.composing.skills import describe
from tutor.learner.syllabus import first_grade

GRADES = [f"{half / 2:g}" for half in range(2, 17)]


def grade_choices() -> list[tuple[str, str]]:
    """By halves, in the reader's figures."""
    words = _("grade %(grade)s")
    return [("", _("no limit")), *((grade, words % {"grade": localize_input(grade)}) for grade in GRADES)]


class LimitsForm(forms.Form):
    floor = forms.TypedChoiceField(
        label=gettext_lazy("Nothing easier than"), choices=grade_choices, coerce=float, empty_value=None, required=False
    )
    ceiling = forms.TypedChoiceField(
        label=gettext_lazy("Nothing harder than"), choices=grade_choices, coerce=float, empty_value=None, required=False
    )
    style = forms.ChoiceField(choices=list(STYLES.items()), required=False)
    focus = forms.MultipleChoiceField(choices=sorted((tag, tag) for tag in settable_tags()), required=False)

    def __init__(self, *args: Any, row: PracticeLimits | None = None, **kwargs: Any) -> None:
        """They begin as what is in force."""
        set_now = (
            {"floor": _as_choice(row.floor), "ceiling": _as_choice(row.ceiling), "style": row.style, "focus": row.focus}
            if row
            else {}
        )
        super().__init__(*args, initial=set_now, **kwargs)

    @property
    def families(self) -> Iterator[tuple[str, int, list[tuple[str, str, bool]]]]:
        """(family, how many of it are worked on, its skills: tag, words, whether), each family from the easiest on."""
        chosen = self["focus"].value() or []
        tags = sorted(settable_tags(), key=lambda tag: (first_grade(tag), tag))
        for family in dict.fromkeys(FAMILIES.values()):
            members = [tag for tag in tags if FAMILIES.get(tag.partition(":")[0]) == family]
            yield (
                family,
                sum(tag in chosen for tag in members),
                [(tag, said(describe(tag)), tag in chosen) for tag in members],
            )


@login_required
def of_class(request: HttpRequest, pk: int) -> HttpResponse:
    group = get_object_or_404(Classroom.objects.taught_by(request.user), pk=pk)
    panel = panel_of(request, group)
    if panel["form"].is_bound and panel["form"].is_valid():
        try:
            return _set(request, set_for_class(group, request.user, **panel["form"].cleaned_data), panel["back"])
        except ClassroomError as why:
            panel["form"].add_error(None, sentence_of(why))
    return render(request, "limits/page.html", {"classroom": group, "limits": panel}, status=_status(panel))


@login_required
def of_student(request: HttpRequest, pk: int, student_pk: int) -> HttpResponse:
    group = get_object_or_404(Classroom.objects.taught_by(request.user), pk=pk)
    student = get_object_or_404(group.students, pk=student_pk)
    panel = panel_of(request, group, student)
    if panel["form"].is_bound and panel["form"].is_valid():
        try:
            return _set(request, set_for_student(student, request.user, **panel["form"].cleaned_data), panel["back"])
        except ClassroomError as why:
            panel["form"].add_error(None, sentence_of(why))
    context = {"classroom": group, "student": student, "limits": panel}
    return render(request, "limits/page.html", context, status=_status(panel))


def panel_of(request: HttpRequest, group: Classroom, student: User | None = None) -> dict[str, Any]:
    """The form, and what is in force of whom: the student's own before their classes'."""
    in_force = list(_rows(group, student))
    own = next((row for row in in_force if row.student_id == (student and student.pk)), None)
    return {
        "form": LimitsForm(request.POST if request.method == "POST" else None, row=own),
        "in_force": [(row, _words(row)) for row in in_force if _words(row)],
        "in_sum": limit_words(*_what_holds(student)) if student else _words(own) if own else "",
        "who": student or group,
        "url": reverse("class-student-limits", args=[group.pk, student.pk])
        if student
        else reverse("class-limits", args=[group.pk]),
        "back": ["class-student", group.pk, student.pk] if student else ["class", group.pk],
    }


def _what_holds(student: User) -> tuple[float, float, Sequence[str], str]:
    """Of the student's own limits and their classes' together."""
    limits = limits_of(student)
    return limits.floor, limits.ceiling, limits.focus, limits.style


def _rows(group: Classroom, student: User | None) -> Iterator[PracticeLimits]:
    rows = PracticeLimits.objects.select_related("set_by", "classroom", "student")
    if student is not None:
        yield from rows.filter(student=student)
        yield from rows.filter(classroom__memberships__user=student).order_by("-set_at")
    else:
        yield from rows.filter(classroom=group)


def _set(request: HttpRequest, row: PracticeLimits, back: list[Any]) -> HttpResponse:
    limits = _words(row)
    who = row.student.display_name if row.student else row.classroom.name
    told = _("From the next exercise on, %(who)s: %(limits)s.") if limits else _("Nothing is set for %(who)s now.")
    messages.success(request, told % {"who": who, "limits": limits})
    return redirect(back[0], *back[1:])


def _words(row: PracticeLimits) -> str:
    return limit_words(row.floor, row.ceiling, row.focus, row.style)


def _as_choice(grade: float | None) -> str:
    return "" if grade is None else f"{grade:g}"


def _status(panel: dict[str, Any]) -> int:
    return 422 if panel["form"].is_bound else 200
