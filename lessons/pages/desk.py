"""The author's desk: all courses, and one course as a tree of units and lessons. A lesson has a page of its own
(desk_lessons.py), and so have reviews and versions (desk_reviews.py)."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Count, Max, Q, QuerySet
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from lessons.curriculum import figures, order, publishing
from lessons.curriculum.refusal import Refused
from lessons.models import Course, Exercise, Lesson, Unit
from lessons.models.curriculum import Status
from lessons.pages.desk_forms import CourseForm, TitleForm, UnitForm
from lessons.pages.doors import author_required

A_PAGE = 25
STATES = (*Status.values, "waiting")


@author_required
def desk(request: HttpRequest) -> HttpResponse:
    """All courses; or, searched for, the lessons and exercises of that name."""
    form = TitleForm(request.POST or None, prefix="course")
    if request.method == "POST" and "move" in request.POST:
        return _moved(request, get_object_or_404(Course, pk=_number(request, "move")))
    if form.is_bound and form.is_valid():
        last = Course.objects.aggregate(last=Max("position"))["last"]
        course = Course.objects.create(
            title=form.cleaned_data["title"], position=0 if last is None else last + 1, edited_by=request.user
        )
        return redirect("desk-course", course.pk)
    words, state = request.GET.get("q", "").replace("\x00", "").strip(), request.GET.get("state", "")
    courses = Course.objects.annotate(lesson_count=Count("lessons", filter=~Q(lessons__status=Status.RETIRED)))
    courses = courses.order_by("position", "pk")  # To count makes Django forget the model's own order.
    page = Paginator(_in_state(courses, state), A_PAGE).get_page(request.GET.get("page"))
    context = {
        "here": "desk",
        "form": form,
        "page": page,
        "courses": _with_figures(list(page)),
        "q": words,
        "state": state,
        "states": _state_words(),
        "found": _found(request, words, state) if words or state else None,
        "waiting": len(publishing.waiting_for_review()),
        "loose": Exercise.objects.filter(lesson=None, composed_for=None).exclude(status=Status.RETIRED).count(),
    }
    return render(request, "desk/desk.html", context, status=400 if form.errors else 200)


@author_required
def course(request: HttpRequest, pk: int) -> HttpResponse:
    """The course as a tree. One form holds the tree: what is ticked, and every arrow."""
    found = get_object_or_404(Course, pk=pk)
    if request.method == "POST":
        return _did(request, found)
    shelves = _shelves(request, found)
    context = {
        "here": "desk",
        "course": found,
        "shelves": shelves,
        "can_move": not any(request.GET.get(name) for name in ("q", "state")),
        "lesson_form": TitleForm(prefix="lesson"),
        "unit_form": TitleForm(prefix="unit"),
        "q": request.GET.get("q", ""),
        "state": request.GET.get("state", ""),
        "states": _state_words(),
        "may_publish": publishing.may_publish(request.user, found),
        "moved": request.GET.get("moved", ""),
        "notes": publishing.notes_of(found)[:5],
    }
    return render(request, "desk/course.html", context)


@author_required
def course_words(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Course, pk=pk)
    form = CourseForm(request.POST or None, instance=found)
    if form.is_bound and form.is_valid():
        form.save()
        messages.success(request, _("Saved."))
        return redirect("desk-course", found.pk)
    return render(
        request,
        "desk/words.html",
        {"here": "desk", "course": found, "form": form, "heading": _("The course's words")},
        status=400 if form.errors else 200,
    )


@author_required
def unit(request: HttpRequest, pk: int) -> HttpResponse:
    """A unit's heading; or away with the heading: its lessons stay in the course."""
    found = get_object_or_404(Unit.objects.select_related("course"), pk=pk)
    form = UnitForm(request.POST if request.method == "POST" and "delete" not in request.POST else None, instance=found)
    if "delete" in request.POST:
        with transaction.atomic():
            found.delete()
            order.settle(found.course)
        messages.success(request, _("The unit is gone; its lessons stand at the beginning of the course."))
        return redirect("desk-course", found.course_id)
    if form.is_bound and form.is_valid():
        form.save()
        messages.success(request, _("Saved."))
        return redirect("desk-course", found.course_id)
    context = {"here": "desk", "course": found.course, "unit": found, "form": form, "heading": _("The unit's words")}
    return render(request, "desk/words.html", context, status=400 if form.errors else 200)


@author_required
@require_POST
def course_order(request: HttpRequest, pk: int) -> HttpResponse:
    """The whole tree at once, after something was dragged: [{"unit": 3, "lessons": [1, 2]}, …]."""
    found = get_object_or_404(Course, pk=pk)
    try:
        tree = [order.Shelf(_key(one["unit"]), [int(pk) for pk in one["lessons"]]) for one in json.loads(request.body)]
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError):
        return JsonResponse({"detail": _("This order can't be read. Reload the page.")}, status=400)
    try:
        order.arrange(found, tree)
    except Refused as refused:
        return JsonResponse({"detail": str(refused)}, status=409)
    return JsonResponse({"detail": _("Moved.")})


def _key(sent: Any) -> int | None:
    return None if sent is None else int(sent)


# What the tree's form asks for


def _did(request: HttpRequest, found: Course) -> HttpResponse:
    here = reverse("desk-course", args=[found.pk])
    try:
        if "move" in request.POST:
            what, pk, way = [*request.POST["move"].split(":"), "", ""][:3]
            _move(found, what, pk, way)
            return redirect(f"{here}?moved={what}:{pk}:{way}#{what}-{pk}")
        if "lesson-title" in request.POST:
            return _add_lesson(request, found)
        if "unit-title" in request.POST:
            return _add_unit(request, found)
        _in_bulk(request, found)
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect(here)


def _move(found: Course, what: str, pk: str, way: str) -> None:
    if what not in ("lesson", "unit") or way not in ("up", "down") or not pk.isdecimal() or len(pk) > 18:
        raise Refused(_("This order can't be read. Reload the page."))
    if what == "unit":
        order.move_unit(get_object_or_404(found.units, pk=pk), way)
    else:
        order.move_lesson(get_object_or_404(found.lessons, pk=pk), way)


def _add_lesson(request: HttpRequest, found: Course) -> HttpResponse:
    form = TitleForm(request.POST, prefix="lesson")
    if not form.is_valid():
        raise Refused(_("Give the lesson a title."))
    key = request.POST.get("in_unit", "")
    with transaction.atomic():
        unit = found.units.filter(pk=key).first() if key.isdecimal() and len(key) < 19 else None
        last = found.lessons.aggregate(last=Max("position"))["last"] or 0
        lesson = Lesson.objects.create(
            course=found, unit=unit, title=form.cleaned_data["title"], position=last + 1, edited_by=request.user
        )
        order.settle(found)
    return redirect("desk-lesson", lesson.pk)


def _add_unit(request: HttpRequest, found: Course) -> HttpResponse:
    form = TitleForm(request.POST, prefix="unit")
    if not form.is_valid():
        raise Refused(_("Give the unit a title."))
    last = found.units.aggregate(last=Max("position"))["last"] or 0
    unit = found.units.create(title=form.cleaned_data["title"], position=last + 1)
    return redirect(f"{reverse('desk-course', args=[found.pk])}#unit-{unit.pk}")


def _in_bulk(request: HttpRequest, found: Course) -> None:
    """What is ticked, one after the other; what can't be done is said, and the rest is."""
    does = {"publish": publishing.publish, "review": publishing.submit, "retire": publishing.retire}
    what = does.get(request.POST.get("do", ""))
    keys = [key for key in request.POST.getlist("lesson") if key.isdecimal() and len(key) < 19]
    if what is None or not keys:
        raise Refused(_("Tick the lessons that are meant, and choose what to do with them."))
    done = 0
    for lesson in found.lessons.filter(pk__in=keys):
        try:
            what(lesson, request.user)
            done += 1
        except Refused as refused:
            messages.error(request, f"{lesson.title}: {refused}")
    if done:
        words = {
            "publish": ngettext("%(n)d lesson published.", "%(n)d lessons published.", done),
            "review": ngettext("%(n)d lesson waits for its review.", "%(n)d lessons wait for their review.", done),
            "retire": ngettext("%(n)d lesson retired.", "%(n)d lessons retired.", done),
        }[request.POST["do"]]
        messages.success(request, words % {"n": done})


def _moved(request: HttpRequest, found: Course) -> HttpResponse:
    way = request.POST["move"].rpartition(":")[2]
    if way in ("up", "down"):
        order.move_course(found, way)  # type: ignore[arg-type]
    return redirect(f"{reverse('desk')}?moved={found.pk}:{way}#course-{found.pk}")


def _number(request: HttpRequest, name: str) -> int:
    key = request.POST.get(name, "").partition(":")[0]
    return int(key) if key.isdecimal() and len(key) < 19 else 0


# What is shown


def _with_figures(courses: list[Course]) -> list[tuple[Course, figures.Figures]]:
    found = figures.of_courses([one.pk for one in courses])
    return [(one, found.get(one.pk, figures.NONE)) for one in courses]


def _shelves(request: HttpRequest, found: Course) -> list[dict[str, Any]]:
    """Units with their lessons, filtered as asked; first those in no unit."""
    rows = _in_state(found.lessons.annotate(need_count=Count("needs")), request.GET.get("state", ""))
    for word in request.GET.get("q", "").replace("\x00", "").split():
        rows = rows.filter(Q(title__icontains=word) | Q(exercises__title__icontains=word)).distinct()
    rows = list(rows.order_by("position", "pk"))
    counts, played = figures.exercises_in([one.pk for one in rows]), figures.of_lessons([one.pk for one in rows])
    lines = [
        {
            "lesson": one,
            "counts": counts.get(one.pk, figures.Counts()),
            "figures": played.get(one.pk, figures.NONE),
        }
        for one in rows
    ]
    units = list(found.units.all())
    shelves = [{"unit": unit, "lines": [line for line in lines if line["lesson"].unit_id == unit.pk]} for unit in units]
    return [{"unit": None, "lines": [line for line in lines if line["lesson"].unit_id is None]}, *shelves]


def _found(request: HttpRequest, words: str, state: str) -> Any:
    lessons = _in_state(Lesson.objects.select_related("course"), state)
    exercises = _in_state(Exercise.objects.filter(composed_for=None).select_related("lesson__course"), state)
    exercises = exercises.defer("score", "musicxml", "recipe")
    for word in words.split():
        lessons = lessons.filter(title__icontains=word)
        exercises = exercises.filter(Q(title__icontains=word) | Q(source__icontains=word))
    return {
        "lessons": Paginator(lessons, A_PAGE).get_page(request.GET.get("page")),
        "exercises": Paginator(exercises, A_PAGE).get_page(request.GET.get("page")),
    }


def _in_state(rows: QuerySet[Any], state: str) -> QuerySet[Any]:
    """`waiting`: with an edit that students don't see yet."""
    if state == "waiting" and hasattr(rows.model, "draft"):
        return rows.filter(Q(status__in=[Status.DRAFT, Status.REVIEW]) | ~Q(draft={}))
    if state == "review":
        return rows.filter(asked_at__isnull=False)
    return rows.filter(status=state) if state in Status.values else rows


def _state_words() -> list[tuple[str, str]]:
    return [("", _("Any state")), *((one.value, str(one.label)) for one in Status), ("waiting", _("Not yet published"))]
