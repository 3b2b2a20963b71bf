"""What a student says themselves: this kind, more like this, a variation, too easy, too hard. The page asks
`lessons.practice` and shows the answer; a refusal is one sentence beside what was asked."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lessons import practice
from lessons.models import Exercise, PlanItem
from lessons.pages.choosing_forms import SURPRISE, ChoiceForm
from lessons.pages.doors import player_required
from lessons.pages.home import show_home
from lessons.pages.placing import is_placing
from lessons.practice import wishes
from lessons.words import sentence_of
from tutor.composing.refusal import CannotCompose


@require_POST
@player_required
def ask(request: HttpRequest) -> HttpResponse:
    """Composes what was asked for and opens it; what can't be had is said where it was asked."""
    form = ChoiceForm(request.POST)
    if form.is_valid():
        wish = {name: value for name, value in form.cleaned_data.items() if value}
        if wish.get("kind") == SURPRISE:
            del wish["kind"]
        try:
            return redirect("practice", wishes.wish(request.user, **wish).pk)
        except CannotCompose as why:
            form.add_error(None, sentence_of(why))
    return show_home(request, form, status=422)


@require_POST
@player_required
def more(request: HttpRequest, pk: int) -> HttpResponse:
    """One more of the same kind, or a variation of this very tune."""
    exercise = get_object_or_404(Exercise.objects.visible_to(request.user), pk=pk)
    level = request.POST.get("variation", "")
    try:
        if level in ("1", "2", "3"):
            return redirect("practice", wishes.vary(request.user, exercise, int(level)).pk)
        return redirect("practice", wishes.more_like(request.user, exercise).pk)
    except CannotCompose as why:
        messages.info(request, sentence_of(why))
        return redirect("practice", pk)


@require_POST
@player_required
def word(request: HttpRequest, pk: int) -> HttpResponse:
    """Too easy, too hard: the plan is made anew at once, and the page says what came of it."""
    exercise = get_object_or_404(Exercise.objects.visible_to(request.user), pk=pk)
    if is_placing(request.user):
        messages.info(request, _("Your level is still being found: how this take goes says how hard the next one is."))
        return redirect("home")
    try:
        messages.info(request, wishes.heed(request.user, exercise, request.POST.get("said", "")))
    except CannotCompose as why:
        messages.info(request, sentence_of(why))
    return redirect("home")


@player_required
def open_item(request: HttpRequest, pk: int) -> HttpResponse:
    """An item of a plan of one's own: composed when it is first opened."""
    item = get_object_or_404(PlanItem.objects.filter(plan__student=request.user), pk=pk)
    try:
        return redirect("practice", practice.open_item(item).pk)
    except CannotCompose as why:
        messages.info(request, sentence_of(why))
        return redirect("home")
