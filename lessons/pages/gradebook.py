"""The gradebook of a class: everybody's marks on one page, and one mark with all that it came from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lessons import jobs
from lessons.classroom import ClassroomError
from lessons.gradebook import writing
from lessons.gradebook.book import Book, Column, Filters, Row, assignments_of, book_of, students_of
from lessons.gradebook.weighing import Cell, weigh_parts
from lessons.models import Assignment, Classroom, MarkOverride, Submission, TestSitting, User
from lessons.pages.gradebook_forms import MarkForm

STUDENTS_A_PAGE = 50
# More than these are looked at a part at a time; the course mark is over all of them.
COLUMNS_A_PAGE = 40
MOST_UNHEARD = 20


@login_required
def gradebook(request: HttpRequest, pk: int) -> HttpResponse:
    room = classroom_read(request, pk)
    filters = filters_asked(request, room)
    book = book_of(room, filters)
    page = Paginator(book.rows, STUDENTS_A_PAGE).get_page(request.GET.get("page"))
    works = Paginator(book.columns, COLUMNS_A_PAGE, allow_empty_first_page=True)
    work = works.get_page(request.GET.get("work") or works.num_pages)
    first = max(work.start_index() - 1, 0)
    here = reverse("class-gradebook", args=[room.pk])
    context = {
        "here": "gradebook",
        "classroom": room,
        "book": book,
        "filters": filters,
        "groups": list(room.groups.order_by("name")),
        "choices": list(assignments_of(room)),
        "page": page,
        "work": work,
        "heads": [_head(book, column) for column in work],
        "lines": [_line(row, first, len(work.object_list), here) for row in page],
        "sorts": {name: _sort(filters, name) for name in ("name", "mark", "missing")},
        "kept": urlencode(as_query(filters)),
        "filtered": not {"group", "assignment", "since", "until", "shown"}.isdisjoint(as_query(filters)),
        "means": book.mean,
        "departures": room.departures.select_related("student", "moved_to")[:STUDENTS_A_PAGE],
    }
    return render(request, "gradebook/book.html", context)


@login_required
def mark(request: HttpRequest, pk: int, assignment_pk: int, student_pk: int) -> HttpResponse:
    """One mark: the takes it came from, and a teacher's own word over it."""
    room = classroom_read(request, pk)
    assignment, student, book = _one(room, assignment_pk, student_pk)
    cell = book.all_rows[0].cells[0]
    if cell is None:
        raise Http404
    form = MarkForm(request.POST or None, initial={"overall": cell.mark}, label_suffix="")
    if request.method == "POST" and form.is_valid():
        try:
            _write(request.user, assignment, student, form)
        except ClassroomError as trouble:
            form.add_error(None, str(trouble))
        else:
            return redirect("class-mark", room.pk, assignment.pk, student.pk)
    context = {
        "here": "gradebook",
        "classroom": room,
        "assignment": assignment,
        "student": student,
        "cell": cell,
        "takes": _takes(book, cell),
        "unheard": _unheard(assignment, student, cell),
        "again": _may_be_given_again(cell),
        "weighing": book.weighing,
        "log": MarkOverride.objects.filter(assignment=assignment, student=student).select_related("by").reverse(),
        "form": form,
    }
    return render(request, "gradebook/mark.html", context, status=400 if form.errors else 200)


def _unheard(assignment: Assignment, student: User, cell: Cell) -> QuerySet[Submission]:
    """Who sent something is not to be taken for somebody who sent nothing: the teacher listens, and sets the mark."""
    sent = Submission.objects.not_heard().filter(assignment=assignment, student=student)
    counted = Submission.objects.filter(pk__in=cell.not_heard_ids)
    both = (sent | counted).select_related("exercise").defer("score", "clock")
    return both.order_by("-created_at")[:MOST_UNHEARD]


def _may_be_given_again(cell: Cell) -> QuerySet[TestSitting]:
    """Of a test, what could not be heard."""
    return TestSitting.objects.filter(submission__in=cell.not_heard_ids, set_aside_at=None).select_related("exercise")


@require_POST
@login_required
def undo(request: HttpRequest, pk: int, assignment_pk: int, student_pk: int) -> HttpResponse:
    room = classroom_read(request, pk)
    assignment, student, _book = _one(room, assignment_pk, student_pk)
    try:
        writing.undo(assignment, student, request.user)
    except ClassroomError as trouble:
        messages.error(request, str(trouble))
    return redirect("class-mark", room.pk, assignment.pk, student.pk)


@require_POST
@login_required
def export(request: HttpRequest, pk: int) -> HttpResponse:
    """As a table for other programs: the same marks that are looked at."""
    room = classroom_read(request, pk)
    kind = request.POST.get("as")
    if kind not in ("csv", "xlsx"):
        raise Http404
    params = {"classroom": room.pk, "as": kind, "filters": as_query(filters_asked(request, room))}
    title = _("Gradebook of %(name)s") % {"name": room.name}
    return redirect(jobs.start("gradebook-export", request.user, title, params))


def classroom_read(request: HttpRequest, pk: int) -> Classroom:
    """Of a class in the archive the marks can still be read."""
    return get_object_or_404(Classroom.objects.taught_by(request.user, archived=True), pk=pk)


def filters_asked(request: HttpRequest, room: Classroom) -> Filters:
    return filters_of(request.GET, room)


def filters_of(asked: Any, room: Classroom) -> Filters:
    """What makes no sense is passed over: a link from long ago still opens."""
    group = _number(asked.get("group"))
    shown, sort = asked.get("shown", ""), asked.get("sort", "name")
    return Filters(
        group=group if group and room.groups.filter(pk=group).exists() else None,
        assignment=_number(asked.get("assignment")),
        since=day_asked(asked.get("since")),
        until=day_asked(asked.get("until")),
        shown=shown if shown in ("missing", "late", "not_heard") else "",
        sort=sort if sort in ("name", "mark", "missing") or sort.isdecimal() else "name",
        down=bool(asked.get("down")),
    )


def as_query(filters: Filters) -> dict[str, str]:
    """The same filters as a query, without those that ask for nothing."""
    asked = {
        "group": filters.group,
        "assignment": filters.assignment,
        "since": filters.since,
        "until": filters.until,
        "shown": filters.shown,
        "sort": filters.sort if filters.sort != "name" else "",
        "down": "1" if filters.down else "",
    }
    return {name: str(value) for name, value in asked.items() if value}


def _number(text: Any) -> int | None:
    return int(text) if text and str(text).isdecimal() and len(str(text)) < 19 else None


def day_asked(text: Any) -> date | None:
    try:
        found = parse_date(str(text)) if text else None
    except ValueError:
        return None
    return found if found and 1970 <= found.year <= 2999 else None


@dataclass(frozen=True, slots=True)
class Sort:
    """A head that sorts by its column: where it leads, and how the table is sorted by it now."""

    address: str
    now: str  # "ascending", "descending" or ""


def _sort(filters: Filters, name: str) -> Sort:
    """Pressed once marks come from the lowest, who needs help first; pressed again the other way round."""
    chosen = filters.sort == name
    down = (chosen and not filters.down) or (not chosen and name == "missing")
    query = {**as_query(filters), "sort": name, "down": "1" if down else ""}
    now = ("descending" if filters.down else "ascending") if chosen else ""
    return Sort(f"?{urlencode({key: value for key, value in query.items() if value})}", now)


def _head(book: Book, column: Column) -> dict[str, Any]:
    one = column.assignment
    return {
        "column": column,
        "one": one,
        "sort": _sort(book.filters, str(one.pk)),
        "address": reverse("assignment-of-class", args=[one.classroom_id, one.pk]),
    }


def _line(row: Row, first: int, count: int, here: str) -> dict[str, Any]:
    return {
        "row": row,
        "cells": [_shown(cell, here) for cell in row.cells[first : first + count]],
    }


def _shown(cell: Cell | None, here: str) -> dict[str, Any] | None:
    """One take is a click away, be it heard or not; several stand on the mark's page."""
    if cell is None:
        return None
    page = f"{here}{cell.assignment}/{cell.student}/"
    takes = cell.take_ids + cell.not_heard_ids
    take = reverse("take", args=[takes[0]]) if len(takes) == 1 else page
    return {"cell": cell, "page": page, "take": take}


def _one(room: Classroom, assignment_pk: int, student_pk: int) -> tuple[Assignment, User, Book]:
    assignment = get_object_or_404(assignments_of(room), pk=assignment_pk)
    student = next((one for one in students_of(room) if one.pk == student_pk), None)
    if student is None:
        raise Http404
    book = book_of(room, Filters(assignment=assignment.pk), students=[student])
    return assignment, student, book


def _write(teacher: User, assignment: Assignment, student: User, form: MarkForm) -> None:
    said = form.cleaned_data
    if said["excused"]:
        writing.excuse(assignment, student, teacher, said["reason"])
    else:
        writing.set_mark(assignment, student, teacher, said["overall"], said["reason"])


def _takes(book: Book, cell: Cell) -> list[dict[str, Any]]:
    """The takes that count, with what each came to and why."""
    mark = book.marks[cell.assignment, cell.student]
    takes = Submission.objects.filter(pk__in=mark.take_ids).select_related("exercise")
    by_pk = {take.pk: take for take in takes.defer("score", "clock", "exercise__score", "exercise__musicxml")}
    found = []
    for piece in mark.pieces.values():
        take = by_pk.get(piece.take)
        if take is None or piece.overall is None:
            continue
        heard = piece.overall + piece.penalty
        parts = book.parts.get(take.pk) or {}
        weighed = weigh_parts(parts, heard, book.weighing.parts)
        found.append({"take": take, "piece": piece, "heard": heard, "weighed": weighed, "parts": parts})
    return found
