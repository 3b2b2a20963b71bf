"""The import desk: files dropped, pieces looked at, split and described; then exercises. Nothing is kept before."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from lessons import jobs
from lessons.curriculum.publishing import needs_no_reader
from lessons.importing import files, saving
from lessons.importing.bulk import LARGE, save_many
from lessons.models import ImportDraft, ImportedPiece, Lesson
from lessons.pages.doors import author_required
from lessons.pages.importing_forms import ImportForm, PieceForm, PlaceForm
from lessons.pages.importing_view import Decision, first_choices, piece_context, place_choices, svg_answer
from tutor.notation.errors import ScoreError

LISTED = 25


@author_required
def desk(request: HttpRequest) -> HttpResponse:
    """Where files are dropped; and the drafts that wait."""
    asked = (request.POST if request.method == "POST" else request.GET).get("lesson", "")
    lesson = Lesson.objects.filter(pk=asked).first() if asked.isdecimal() and len(asked) < 12 else None
    form = ImportForm(request.POST or None, request.FILES or None) if request.method == "POST" else ImportForm()
    if request.method == "POST" and form.is_valid():
        uploads = form.cleaned_data["files"]
        title = files.label(uploads[0].name or "")
        if len(uploads) > 1:
            more = len(uploads) - 1
            words = ngettext("%(file)s and %(n)s more file", "%(file)s and %(n)s more files", more)
            title = words % {"file": title, "n": more}
        params = {"lesson": lesson.pk} if lesson else {}
        return redirect(jobs.start("import", request.user, title, params, upload=files.bundle(uploads)))
    drafts = ImportDraft.objects.filter(owner=request.user).annotate(count=Count("pieces")).order_by("-created_at")
    page = Paginator(drafts, LISTED).get_page(request.GET.get("page"))
    return render(request, "import/desk.html", {"here": "desk", "form": form, "page": page, "lesson": lesson})


@author_required
def draft(request: HttpRequest, pk: str) -> HttpResponse:
    """The pieces of one import; several may be saved as they are."""
    found = _draft(request, pk)
    pieces = found.pieces.defer("scores", "text")
    chosen = request.POST.getlist("piece")
    form = PlaceForm(request.POST or None, initial=place_choices(request.user, found.title, found))
    if request.method == "POST" and form.is_valid():
        if "every" in request.POST:
            chosen = [str(piece.position) for piece in pieces]
        if chosen:
            positions = [int(one) for one in chosen if one.isdecimal() and len(one) < 10]
            return _save_several(request, found, positions, form)
        form.add_error(None, _("Tick the pieces that you want."))
    page = Paginator(pieces, LISTED).get_page(request.GET.get("page"))
    context = {"here": "desk", "draft": found, "page": page, "form": form, "ticked": chosen}
    context["publishes"] = needs_no_reader(request.user)
    return render(request, "import/draft.html", context)


@author_required
def piece(request: HttpRequest, pk: str, position: int) -> HttpResponse:
    """One piece: which part, which bars, and all that belongs to an exercise."""
    found = get_object_or_404(ImportedPiece, draft=_draft(request, pk), position=position)
    asked = request.POST if request.method == "POST" else request.GET
    decision = Decision(found, asked)
    form = PieceForm(request.POST or None, request.FILES or None, initial=first_choices(found, decision, request.user))
    if request.method == "POST" and form.is_valid() and (answer := _save(request, found, decision, form)):
        return answer
    context = piece_context(found, decision, form) | {"publishes": needs_no_reader(request.user)}
    return render(request, "import/piece.html", context)


@author_required
def score_svg(request: HttpRequest, pk: str, position: int) -> HttpResponseBase:
    """Some bars of a part, engraved: a page of the preview, or an excerpt as the student would see it."""
    found = get_object_or_404(ImportedPiece, draft=_draft(request, pk), position=position)
    try:
        return svg_answer(request, found, Decision(found, request.GET))
    except ScoreError as problem:
        raise Http404(str(problem)) from None


@require_POST
@author_required
def discard(request: HttpRequest, pk: str) -> HttpResponse:
    """A draft that is done with; what was saved from it stays."""
    _draft(request, pk).delete()
    messages.success(request, _("The import is gone. What you saved from it stays."))
    return redirect("import")


def _draft(request: HttpRequest, pk: str) -> ImportDraft:
    return get_object_or_404(ImportDraft, pk=pk, owner=request.user)


def _save(request: HttpRequest, found: ImportedPiece, decision: Decision, form: PieceForm) -> HttpResponse | None:
    """The exercises, and on to them; None where something must be put right first, which the form then says."""
    try:
        scores = decision.cuts(with_upbeat=form.cleaned_data["with_upbeat"])
        form.check_range(scores, decision.part["grade"])
        if form.errors:
            return None
        data = form.cleaned_data
        wishes = form.wishes(source=data["source"], licence=data["licence"], with_upbeat=data["with_upbeat"])
        place = form.place()
        lesson = saving.place_of(place, request.user)
        saved = saving.save(found, decision.number, decision.passages, wishes, lesson, request.user)
    except ScoreError as problem:
        form.add_error(None, str(problem))
        return None
    if "publish" in request.POST:
        saving.publish(saved, request.user, new_lesson=bool(place.new_lesson))
    return _saved(request, saved)


def _saved(request: HttpRequest, saved: saving.Saved) -> HttpResponse:
    many = len(saved.exercises)
    if saved.published:
        words = ngettext("%(n)s exercise is published.", "%(n)s exercises are published.", many)
    else:
        words = ngettext("%(n)s exercise is saved.", "%(n)s exercises are saved.", many)
    messages.success(request, " ".join([words % {"n": many}, *saved.notes]))
    if many == 1:
        return redirect("exercise-desk-one", saved.exercises[0].pk)
    return redirect(f"/desk/exercises/?lesson={saved.lesson.pk}" if saved.lesson else "exercise-desk")


def _save_several(request: HttpRequest, found: ImportDraft, positions: list[int], form: PlaceForm) -> HttpResponse:
    data = form.cleaned_data
    place = form.place()
    lesson = saving.place_of(place, request.user)
    params: dict[str, Any] = {
        "draft": str(found.pk),
        "pieces": positions,
        "lesson": lesson.pk if lesson else None,
        "new_lesson": bool(place.new_lesson),
        "source": data["source"],
        "licence": data["licence"],
        "publish": "publish" in request.POST,
    }
    if len(positions) > LARGE:
        title = _("Exercises of %(title)s") % {"title": found.title}
        return redirect(jobs.start("import-save", request.user, title, params))
    return _saved(request, save_many(request.user, params))
