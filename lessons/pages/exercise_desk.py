"""The exercise's own desk: all exercises to look through, and one of them to change."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from lessons import authoring
from lessons.curriculum import publishing
from lessons.curriculum.refusal import NotYours, Refused
from lessons.importing.suiting import suits
from lessons.models import Exercise, Lesson
from lessons.models.curriculum import Status
from lessons.pages.doors import author_required
from lessons.pages.exercise_list import Filters, bulk, listed
from lessons.pages.importing_figures import families, hardness, trains
from lessons.pages.importing_forms import ExerciseForm
from lessons.pages.importing_view import engraved_answer
from lessons.words import said, sentence_of
from tutor.notation.errors import ScoreError
from tutor.notation.instruments import INSTRUMENTS, UnknownInstrument, get_instrument

LISTED = 25


@author_required
def exercises(request: HttpRequest) -> HttpResponse:
    """All that authors wrote and brought along, by lesson; several may be changed at once."""
    if request.method == "POST":
        bulk(request)
        return redirect(request.get_full_path())
    filters = Filters(request.GET)
    page = Paginator(listed(filters), LISTED).get_page(request.GET.get("page"))
    context = {"here": "desk", "page": page, "filters": filters, "lessons": Lesson.objects.select_related("course")}
    return render(request, "import/exercises.html", context)


@author_required
def exercise(request: HttpRequest, pk: int) -> HttpResponse:
    """One exercise, as it will be once its pending edit is published."""
    row = _found(pk)
    shown = publishing.with_draft(row)
    form = ExerciseForm(request.POST or None, request.FILES or None, initial=_initial(shown))
    if request.method == "POST" and form.is_valid() and _kept(request, row, shown, form):
        return redirect("exercise-desk-one", pk)
    return render(request, "import/exercise.html", _context(request, row, shown, form))


@author_required
def exercise_svg(request: HttpRequest, pk: int) -> HttpResponseBase:
    """As any ?instrument= reads it, the pending edit included."""
    shown = publishing.with_draft(_found(pk))
    score = shown.as_score()
    if name := request.GET.get("instrument"):
        from tutor.notation.arranging import arrange

        try:
            score = arrange(score, get_instrument(name), shown.grade)
        except (ScoreError, UnknownInstrument) as problem:
            raise Http404(str(problem)) from None
    return engraved_answer(request, score)


@require_POST
@author_required
def step(request: HttpRequest, pk: int) -> HttpResponse:
    """What an exercise's status may do next: one word in the form says which."""
    row = _found(pk)
    what = request.POST.get("what", "")
    steps = {"discard": publishing.discard, "retire": publishing.retire, "submit": publishing.submit}
    try:
        if what == "publish":
            publishing.publish(row, request.user)
            messages.success(request, _("Students see it now."))
        elif what == "delete":
            publishing.delete_draft(row, request.user)
            messages.success(request, _("“%(title)s” is gone.") % {"title": row.title})
            return redirect("exercise-desk")
        elif what in steps:
            steps[what](row, request.user)
            messages.success(request, _DONE[what]())
        else:
            raise Http404
    except (Refused, NotYours) as refusal:
        messages.error(request, str(refusal))
    return redirect("exercise-desk-one", pk)


_DONE = {
    "discard": lambda: _("The edit is thrown away; what students see stands."),
    "retire": lambda: _("Retired: who played it keeps their takes, nobody new finds it."),
    "submit": lambda: _("Another author or the office is asked to read it."),
}


def _found(pk: int) -> Exercise:
    """What is composed for one student is no author's."""
    return get_object_or_404(Exercise.objects.filter(composed_for=None).select_related("lesson__course"), pk=pk)


def _initial(shown: Exercise) -> dict[str, Any]:
    names = ("title", "tempo_bpm", "rubric", "instruments", "hints", "source", "licence", "reference_source")
    return {name: getattr(shown, name) for name in names} | {"lesson": str(shown.lesson_id or "")}


def _kept(request: HttpRequest, row: Exercise, shown: Exercise, form: ExerciseForm) -> bool:
    """Saved, and published if that was asked; False where something must be put right first, which the form says."""
    try:
        changes = _changes(shown, form)
        _keep_place(row, form, request)
        publishing.save_draft(row, changes, request.user, seen=request.POST.get("seen", ""))
        if "publish" in request.POST:
            row.refresh_from_db()
            publishing.publish(row, request.user)
    except ScoreError as problem:
        form.add_error("music_file", _("This file can't be read: %(why)s") % {"why": sentence_of(problem)})
    except (Refused, NotYours) as refusal:
        form.add_error(None, str(refusal))
    if form.errors:
        return False
    messages.success(request, _("Students see it now.") if "publish" in request.POST else _("Saved."))
    return True


def _changes(shown: Exercise, form: ExerciseForm) -> dict[str, Any]:
    """Field to value, as publishing keeps it. The music comes first: tempo and title are the author's."""
    data = form.cleaned_data
    changes: dict[str, Any] = {name: data[name] for name in ("title", "tempo_bpm", "rubric", "hints", "source")}
    changes["instruments"] = [] if len(data["instruments"]) == len(INSTRUMENTS) else data["instruments"]
    changes["reference_source"] = data["reference_source"]
    if data["music_file"]:
        music = authoring.read_upload(data["music_file"])
        authoring.set_music(shown, music)
        changes |= {name: getattr(shown, name) for name in ("score", "musicxml", "dropped", "skills", "grade")}
    if data["reference"] or data["no_reference"]:
        changes["reference"] = data["reference"] or ""
    form.check_range([shown.as_score()], shown.grade)
    if form.errors:
        raise Refused(_("Something is missing: it is said beside its field."))
    return changes


def _keep_place(row: Exercise, form: ExerciseForm, request: HttpRequest) -> None:
    """Lesson and licence are not what a student plays: they hold at once."""
    lesson = Lesson.objects.filter(pk=form.cleaned_data["lesson"] or None).first()
    row.licence = form.cleaned_data["licence"]
    if lesson != row.lesson:
        row.lesson, row.position = lesson, lesson.exercises.count() + 1 if lesson else 0
    row.save(update_fields=["lesson", "position", "licence"])


def _context(request: HttpRequest, row: Exercise, shown: Exercise, form: ExerciseForm) -> dict[str, Any]:
    played = row.submissions.count()
    return {
        "here": "desk",
        "exercise": row,
        "shown": shown,
        "form": form,
        "families": families(suits(shown.as_score(), shown.grade), set(form["instruments"].value() or ())),
        "trains": trains(shown.skills),
        "hardness": hardness(shown.grade),
        "dropped": [said(line) for line in shown.dropped],
        "instruments": [(name, said(item.label)) for name, item in INSTRUMENTS.items()],
        "as_instrument": request.GET.get("instrument", ""),
        "played": played,
        "seen": publishing.state_of(row),
        "may_publish": publishing.may_publish(request.user, row),
        "waits": publishing.needs_publishing(row),
        "can_delete": not played and not publishing.ever_published(row),
        "is_published": row.status == Status.PUBLISHED,
        "played_words": ngettext("played %(n)s time", "played %(n)s times", played) % {"n": played},
    }
