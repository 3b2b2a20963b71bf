"""A lesson on the author's desk: its words, what it needs first, its exercises in order, and where it stands."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.db.models import Max
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from lessons.curriculum import figures, order, publishing
from lessons.curriculum.prerequisites import known_skills
from lessons.curriculum.refusal import Refused
from lessons.models import Exercise, Lesson
from lessons.models.curriculum import Status
from lessons.pages.desk_forms import LessonForm, lesson_name, lessons_there_are, need_key
from lessons.pages.doors import author_required


@author_required
def lesson(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Lesson.objects.select_related("course", "unit", "edited_by", "asked_by"), pk=pk)
    if "move" in request.POST:
        return _moved(request, found)
    shown = publishing.with_draft(found)
    initial = {"title": shown.title, "text": shown.text, "unit": found.unit_id}
    form = LessonForm(request.POST or None, lesson=found, needs=shown.needed, initial=initial)
    status = 200
    if form.is_bound:
        status = 400
        if form.is_valid() and _saved(request, found, form):
            return redirect("desk-lesson", found.pk)
    exercises = list(found.exercises.filter(composed_for=None).defer("score", "musicxml").order_by("position", "pk"))
    played = figures.of_exercises([one.pk for one in exercises])
    context = {
        "here": "desk",
        "lesson": found,
        "form": form,
        "seen": request.POST.get("seen") or publishing.state_of(found),
        "needs": needs_in_words(shown.needed),
        "exercises": [(one, played.get(one.pk, figures.NONE)) for one in exercises],
        "lessons_there_are": [lesson_name(one) for one in lessons_there_are(found)],
        "skills_there_are": known_skills().values(),
        "piece": found,
        "kind": "lessons",
        "standing": standing(request, found),
        "moved": request.GET.get("moved", ""),
    }
    return render(request, "desk/lesson.html", context, status=status)


def standing(request: HttpRequest, piece: Any) -> dict[str, Any]:
    """Where it stands, and what this author may now do with it."""
    waits = publishing.needs_publishing(piece)
    may = publishing.may_publish(request.user, piece)
    inside = piece.exercises.filter(composed_for=None) if isinstance(piece, Lesson) else Exercise.objects.none()
    waiting = sum(publishing.needs_publishing(one) for one in inside.exclude(status=Status.RETIRED).defer("score"))
    return {
        "waits": waits,
        "edited": bool(piece.draft) if piece.status != Status.DRAFT else False,
        "waiting_inside": waiting,
        "may_ask": (waits or waiting) and not piece.in_review,
        "may_publish": may and bool(waits or waiting),
        "may_send_back": piece.in_review and piece.asked_by_id != request.user.pk,
        "may_take_back": piece.in_review and piece.asked_by_id == request.user.pk,
        "why_not": "" if may or not (waits or waiting) else publishing.why_not(request.user, piece),
        "may_retire": piece.status == Status.PUBLISHED,
        "may_discard": bool(piece.draft),
        "may_delete": not publishing.ever_published(piece),
        "notes": list(publishing.notes_of(piece)[:6]),
        "versions": piece.versions.count(),
        "newest": piece.versions.defer(*_MUSIC).first() if isinstance(piece, Exercise) else piece.versions.first(),
        "state": publishing.state_of(piece),
    }


_MUSIC = ("score", "musicxml", "skills", "dropped")


def _saved(request: HttpRequest, found: Lesson, form: LessonForm) -> bool:
    changes = {
        "title": form.cleaned_data["title"],
        # Browsers end a line in two signs.
        "text": form.cleaned_data["text"].replace("\r\n", "\n"),
        "needs": form.wanted_needs(request.POST.getlist("need")),
    }
    try:
        with transaction.atomic():
            waits = publishing.save_draft(found, changes, request.user, seen=request.POST.get("seen", ""))
            _placed(found, form.cleaned_data["unit"])
    except Refused as refused:
        form.add_error(None, str(refused))
        return False
    shown = found.status == Status.PUBLISHED
    messages.success(request, _("Saved. Students see it once it is published.") if shown and waits else _("Saved."))
    return True


def _placed(found: Lesson, unit: Any) -> None:
    """Into another unit, at its end."""
    if found.unit_id == (unit.pk if unit else None):
        return
    last = found.course.lessons.aggregate(last=Max("position"))["last"] or 0
    Lesson.objects.filter(pk=found.pk).update(unit=unit, position=last + 1)
    order.settle(found.course)


def _moved(request: HttpRequest, found: Lesson) -> HttpResponse:
    pk, _colon, way = request.POST["move"].partition(":")
    exercise = get_object_or_404(found.exercises, pk=pk if pk.isdecimal() and len(pk) < 19 else 0)
    if way in ("up", "down"):
        order.move_exercise(exercise, way, request.user)  # type: ignore[arg-type]
    return redirect(f"{reverse('desk-lesson', args=[found.pk])}?moved={pk}:{way}#exercise-{pk}")


def needs_in_words(needs: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """(key, words) of each."""
    skills = known_skills()
    found = {
        str(one.uid): one for one in Lesson.objects.filter(uid__in=[one["lesson"] for one in needs if "lesson" in one])
    }
    return [
        (
            need_key(one),
            (found[one["lesson"]].title if one["lesson"] in found else _("a lesson that is gone"))
            if "lesson" in one
            else _("%(skill)s at %(strength)d %%") % {"skill": skills[one["skill"]], "strength": one["strength"]},
        )
        for one in needs
    ]
