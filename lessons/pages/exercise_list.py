"""The list of exercises: searched, narrowed, and several changed at once."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lessons.curriculum import publishing
from lessons.curriculum.refusal import NotYours, Refused
from lessons.models import Exercise, Lesson, Submission
from lessons.models.curriculum import Status
from lessons.words import said


class Filters:
    """What is asked for in the address; what makes no sense is not asked."""

    def __init__(self, asked: QueryDict) -> None:
        self.search = asked.get("search", "").replace("\x00", "").strip()[:100]
        lesson = asked.get("lesson", "")[:12]
        self.lesson = lesson if lesson.isdecimal() or lesson == "none" else ""
        self.status = asked.get("status", "") if asked.get("status") in Status.values else ""
        self.origin = asked.get("origin", "") if asked.get("origin") in Exercise.Origin.values else ""
        self.grade_min, self.grade_max = _grade(asked.get("grade_min")), _grade(asked.get("grade_max"))
        self.skill = asked.get("skill", "").replace("\x00", "")[:60]

    @property
    def any(self) -> bool:
        narrowed = (self.search, self.lesson, self.status, self.origin, self.skill)
        return any(narrowed) or self.grade_min is not None or self.grade_max is not None

    @property
    def statuses(self) -> list[tuple[str, Any]]:
        return Status.choices

    @property
    def origins(self) -> list[tuple[str, str]]:
        return [("authored", _("Written here")), ("imported", _("Brought along"))]

    @property
    def skills(self) -> list[tuple[str, str]]:
        from tutor.composing.skills import INTERVAL_NAMES, WORDS, describe

        tags = [*WORDS, *(f"interval:{size}:{way}" for size in INTERVAL_NAMES for way in ("up", "down"))]
        return [(tag, said(describe(tag))) for tag in tags]


def listed(filters: Filters) -> QuerySet[Exercise]:
    found = Exercise.objects.filter(composed_for=None).select_related("lesson__course")
    takes = Submission.objects.filter(exercise=OuterRef("pk")).order_by().values("exercise").annotate(n=Count("pk"))
    found = found.annotate(takes=Coalesce(Subquery(takes.values("n")), 0)).defer(
        "score", "musicxml", "recipe", "dropped"
    )
    for word in filters.search.split():
        found = found.filter(title__icontains=word) | found.filter(source__icontains=word)
    if filters.lesson:
        found = found.filter(lesson=None if filters.lesson == "none" else int(filters.lesson))
    if filters.status:
        found = found.filter(status=filters.status)
    if filters.origin:
        found = found.filter(origin=filters.origin)
    if filters.grade_min is not None:
        found = found.filter(grade__gte=filters.grade_min)
    if filters.grade_max is not None:
        found = found.filter(grade__lte=filters.grade_max)
    if filters.skill:
        found = found.filter(skills__has_key=filters.skill)
    return found


def bulk(request: HttpRequest) -> None:
    """One thing done to each that is ticked; those that refuse are counted, with the first reason."""
    ticked = [int(one) for one in request.POST.getlist("exercise") if one.isdecimal() and len(one) < 12]
    rows = list(Exercise.objects.filter(pk__in=ticked, composed_for=None).defer("musicxml"))
    what = request.POST.get("what", "")
    if not rows:
        messages.error(request, _("Tick the exercises first."))
        return
    done, refusals = 0, []
    for row in rows:
        try:
            _one(request, row, what)
            done += 1
        except (Refused, NotYours) as refusal:
            refusals.append(str(refusal))
    if done:
        messages.success(request, ngettext("%(n)s exercise changed.", "%(n)s exercises changed.", done) % {"n": done})
    if refusals:
        words = ngettext("%(n)s stayed as it was: %(why)s", "%(n)s stayed as they were: %(why)s", len(refusals))
        messages.error(request, words % {"n": len(refusals), "why": refusals[0]})


def _one(request: HttpRequest, row: Exercise, what: str) -> None:
    if what == "publish":
        publishing.publish(row, request.user)
    elif what == "submit":
        publishing.submit(row, request.user)
    elif what == "retire":
        publishing.retire(row, request.user)
    elif what == "delete":
        publishing.delete_draft(row, request.user)
    elif what == "move":
        lesson = Lesson.objects.filter(pk=request.POST.get("to") or None).first()
        row.lesson, row.position = lesson, lesson.exercises.count() + 1 if lesson else 0
        row.save(update_fields=["lesson", "position"])
    else:
        raise Refused(_("Choose what is to be done."))


def _grade(text: str | None) -> float | None:
    try:
        grade = float((text or "").replace(",", "."))
    except ValueError:
        return None
    return grade if 0 <= grade <= 10 else None
