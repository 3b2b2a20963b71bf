"""A student's assignments: the list of them, one of them, and the way from there to the stand."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from lessons.assigning import examining, orders, reading, sittings
from lessons.assigning.claiming import not_counted
from lessons.assigning.marking import Piece
from lessons.assigning.marks import exercises_of
from lessons.assigning.reading import Line
from lessons.classroom import ClassroomError
from lessons.models import Assignment, Exercise, Submission, TestSitting
from lessons.pages.doors import player_required
from lessons.words import sentence_of
from tutor.composing.refusal import CannotCompose

A_PAGE = 30


@player_required
def mine(request: HttpRequest) -> HttpResponse:
    lines = sorted(reading.for_student(request.user), key=lambda line: reading.SECTIONS.index(line.section))
    page = Paginator(lines, A_PAGE).get_page(request.GET.get("page"))
    sections = [(name, [line for line in page if line.section == name]) for name in reading.SECTIONS]
    context = {"here": "home", "sections": [section for section in sections if section[1]], "page": page}
    return render(request, "assign/mine.html", context)


@player_required
def one(request: HttpRequest, pk: int) -> HttpResponse:
    line = _line(request, pk)
    context = {
        "here": "home",
        "line": line,
        "assignment": line.assignment,
        "pieces": _pieces(request, line),
        "open": line.assignment.is_open(line.now),
        "offered": reading.is_offered(line.assignment),
    }
    return render(request, "assign/work.html", context)


@player_required
def play(request: HttpRequest, pk: int, exercise_pk: int = 0) -> HttpResponse:
    """On the stand, for the assignment; what is to be composed is composed when it is first opened."""
    line = _line(request, pk)
    assignment = line.assignment
    if assignment.is_test:
        return redirect("assignment-test", pk, exercise_pk)
    if line.mark.state == reading.State.NOT_OPEN:
        return redirect(assignment)
    try:
        exercise = _exercise(request, assignment, exercise_pk) or orders.piece_of(assignment, request.user)
    except CannotCompose as why:
        messages.error(request, sentence_of(why))
        return redirect(assignment)
    return redirect(stand_url(exercise.pk, assignment))


@player_required
def test(request: HttpRequest, pk: int, exercise_pk: int = 0) -> HttpResponse:
    """The rules; and, when the student begins, the score."""
    line = _line(request, pk)
    assignment = line.assignment
    if not assignment.is_test:
        return redirect("assignment-play", pk, exercise_pk)
    exercise = _exercise(request, assignment, exercise_pk)
    if request.method == "POST":
        try:
            sitting = examining.begin(assignment, request.user, exercise)
        except (ClassroomError, CannotCompose) as why:
            messages.error(request, sentence_of(why))
            return redirect(assignment)
        return redirect(stand_url(sitting.exercise_id, assignment))
    if exercise and (sitting := sittings.sitting_now(exercise, request.user)) and sittings.awaits_take(sitting):
        return redirect(stand_url(exercise.pk, assignment))
    if exercise and _sitting(assignment, exercise, request):
        return redirect(assignment)
    context = {"here": "home", "line": line, "assignment": assignment, "exercise": exercise}
    return render(request, "assign/test.html", context)


def on_stand(request: HttpRequest, exercise: Exercise) -> dict[str, Any]:
    """What the practice page says of assignments: the one that it was opened from (`?for=`), else one that has this
    piece. `sends` is what goes along with the take."""
    asked = request.GET.get("for", "")
    held = Assignment.objects.for_student(request.user).of_exercise(exercise)
    held = held.select_related("lesson", "exercise", "classroom", "assigned_by")
    assignment = held.filter(pk=asked).first() if asked.isdecimal() and len(asked) < 10 else None
    others = [] if assignment else list(held.order_by("due_at", "pk")[:10])
    line = _first_that_matters(request, [assignment] if assignment else others)
    if line is None:
        return {}
    why_not = not_counted(line.assignment, exercise.pk, request.user, line.now)
    opened_from_it = assignment is not None
    sitting = _sitting(line.assignment, exercise, request) if line.assignment.is_test else None
    return {
        "assigned": line,
        "assigned_piece": line.mark.pieces.get(exercise.pk),
        "assigned_why_not": why_not,
        "assigned_here": opened_from_it,
        "sitting": sitting,
        "sends": line.assignment.pk if opened_from_it and not why_not else None,
    }


def before_test(assigned: dict[str, Any]) -> Assignment | None:
    """The test that hides the score, of which the student is still to begin."""
    line = assigned.get("assigned")
    return line.assignment if line and line.assignment.is_test and assigned["sitting"] is None else None


def exam_of(sitting: TestSitting | None) -> dict[str, Any] | None:
    """What the script counts down from: the school's clock, not the browser's. None where no test is on."""
    if sitting is None or not sittings.awaits_take(sitting):
        return None
    left = (sittings.looks_until(sitting) - timezone.now()).total_seconds()
    return {"look_s": sitting.look_s, "left_s": max(0.0, round(left, 1))}


def _first_that_matters(request: HttpRequest, assignments: list[Assignment]) -> Line | None:
    """A test before all else: it says why there is no score."""
    lines = [line for one in assignments if (line := reading.line_for(one, request.user))]
    asked = [line for line in lines if len(assignments) == 1 or line.assignment.is_open(line.now)]
    return min(asked, key=lambda line: not line.assignment.is_test, default=None)


def _sitting(assignment: Assignment, exercise: Exercise, request: HttpRequest) -> TestSitting | None:
    theirs = assignment.sittings.filter(exercise=exercise, student=request.user, set_aside_at=None)
    return theirs.select_related("submission", "assignment").first()


def _line(request: HttpRequest, pk: int) -> Line:
    theirs = Assignment.objects.for_student(request.user)
    found = get_object_or_404(theirs.select_related("lesson", "exercise", "classroom", "assigned_by"), pk=pk)
    line = reading.line_for(found, request.user)
    if line is None:
        raise Http404
    return line


def _exercise(request: HttpRequest, assignment: Assignment, pk: int) -> Exercise | None:
    """The one that was asked for, if the assignment has it; without one, its only one. None: it is to be composed."""
    theirs = exercises_of(assignment, request.user)
    if not theirs and assignment.order is not None:
        return None
    if pk == 0 and len(theirs) == 1:
        pk = theirs[0]
    if pk not in theirs:
        raise Http404
    return get_object_or_404(Exercise.objects.visible_to(request.user), pk=pk)


def _pieces(request: HttpRequest, line: Line) -> list[dict[str, Any]]:
    """Each to play, with its address; before it is opened, the one that is to be composed."""
    found = [_piece(request, line.assignment, exercise, piece) for exercise, piece in reading.pieces_of(line)]
    return found or [{"exercise": None, "piece": None, "url": _way(line.assignment, 0), "hidden": True}]


def _piece(request: HttpRequest, assignment: Assignment, exercise: Exercise, piece: Piece) -> dict[str, Any]:
    sitting = _sitting(assignment, exercise, request) if assignment.is_test else None
    return {
        "exercise": exercise,
        "piece": piece,
        "url": _way(assignment, exercise.pk),
        "hidden": exercise.score_hidden_from(request.user),
        "begun": sitting is not None,
        "take": sitting.submission_id if sitting and not sittings.awaits_take(sitting) else None,
    }


def _way(assignment: Assignment, exercise: int) -> str:
    name = "assignment-test" if assignment.is_test else "assignment-play"
    return reverse(name, args=[assignment.pk, exercise])


def again_url(take: Submission) -> str:
    """Where it is played once more, for what it was sent for."""
    if take.assignment is not None:
        return stand_url(take.exercise_id, take.assignment)
    clapping = {"clap": 1} if take.clapped else {"play": 1} if take.exercise.can_be_clapped else {}
    return f"{reverse('practice', args=[take.exercise_id])}{f'?{urlencode(clapping)}' if clapping else ''}"


def stand_url(exercise: int, assignment: Assignment) -> str:
    return f"{reverse('practice', args=[exercise])}?{urlencode({'for': assignment.pk})}"
