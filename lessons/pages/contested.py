"""The queue of contested notes: a teacher hears each and answers it, over all their classes."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lessons import contests, verdicts
from lessons.classroom import ClassroomError
from lessons.heard_words import heard_in_words
from lessons.models import Classroom, Contest, Membership
from lessons.pages.queues import on_round
from lessons.rulings import CLEARABLE, kinds_of
from tutor.grading.assessment import CORRECT, MISSING, NOT_HEARD, WRONG

PAGE = 25
# What is played of a contested note: enough before it to hear where it comes from.
BEFORE_S, AFTER_S = 1.5, 2.0


@login_required
def contested(request: HttpRequest) -> HttpResponse:
    taught = list(Classroom.objects.taught_by(request.user).order_by("name"))
    if not taught:
        raise Http404
    chosen = _chosen(request, taught)
    waiting = _of_class(contests.open_for(request.user), chosen)
    answered = request.GET.get("shown") == "answered"
    found = _of_class(contests.answered_for(request.user), chosen) if answered else waiting
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    context = {
        "here": "contested",
        "taught_classes": taught,
        "chosen": chosen,
        "answered": answered,
        "waiting_count": waiting.count() if answered else page.paginator.count,
        "page": page,
        "lines": [_line(one, [each.assessment.submission_id for each in page]) for one in page],
    }
    return render(request, "contested/queue.html", context)


@require_POST
@login_required
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """The short answer: the student is right, or it stands. Any other ruling is made on the take's page."""
    seen = Contest.objects.visible_to(request.user).select_related("assessment__submission__exercise")
    one = get_object_or_404(seen, pk=pk)
    verdict, cleared = ("", []) if request.POST.get("stands") else _granted(one)
    words = request.POST.get("answer", "").replace("\x00", "")[:300]
    try:
        done = verdicts.answer(one, request.user, verdict, words, cleared)
    except ClassroomError as trouble:
        messages.error(request, str(trouble))
    else:
        granted = done.state == Contest.State.GRANTED
        messages.success(request, _("Answered: the student was right.") if granted else _("Answered: it stands."))
    # Back to where they were in the list, of which this one is gone.
    kept = "&".join(
        f"{name}={value}" for name in ("class", "page") if (value := request.POST.get(name, "")).isdecimal()
    )
    return redirect(f"{reverse('contested')}?{kept}" if kept else "contested")


def _granted(one: Contest) -> tuple[str, list[str]]:
    """The verdict that the student asks for: right, and free of all that was said; or wrong, if it was called right."""
    said = kinds_of(one.heard)
    if said == ["right"]:
        return WRONG, []
    faults = {fault["kind"] for fault in one.heard["faults"]}
    return CORRECT, sorted(faults.intersection(CLEARABLE))


def _chosen(request: HttpRequest, taught: list[Classroom]) -> Classroom | None:
    asked = request.GET.get("class", "")
    if not asked:
        return None
    chosen = next((classroom for classroom in taught if str(classroom.pk) == asked), None)
    if chosen is None:
        raise Http404
    return chosen


def _of_class(found: QuerySet[Contest], classroom: Classroom | None) -> QuerySet[Contest]:
    if classroom is None:
        return found
    students = Membership.objects.filter(classroom=classroom, role=Membership.Role.STUDENT).values("user")
    return found.filter(assessment__submission__student__in=students)


def _line(one: Contest, takes: list[Any]) -> dict[str, Any]:
    """`takes`: of the whole page, to go through them from the take's own page too."""
    take = one.assessment.submission
    at_s = one.heard.get("at_s")
    recording = reverse("api-recording", args=[take.pk])
    if at_s is not None:
        recording += f"#t={max(0.0, at_s - BEFORE_S):.2f},{at_s + AFTER_S:.2f}"
    return {
        "one": one,
        "take": take,
        "heard": heard_in_words(one.heard),
        "address": on_round(contests.address_of(take, one.note_id), takes),
        "recording": recording,
        "clapped": take.clapped,
        "was_right": kinds_of(one.heard) == ["right"],
        "heard_again": one.heard.get("engine") != one.assessment.engine,
        "ruling": _verdict_words().get(one.ruling.verdict) if one.ruling else None,
    }


def _verdict_words() -> dict[str, str]:
    return {CORRECT: _("right"), WRONG: _("wrong note"), MISSING: _("left out"), NOT_HEARD: _("not heard")}
