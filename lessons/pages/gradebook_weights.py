"""What counts how much in a class's gradebook, and what a change would do, before it is kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from lessons.gradebook import writing
from lessons.gradebook.book import Book, book_of
from lessons.gradebook.weighing import PARTS, Weighing
from lessons.models import Classroom, User
from lessons.pages.gradebook_forms import WeightsForm
from lessons.rubrics import rubric_of_class
from tutor.grading.rubric import STANDARD


@login_required
def weights(request: HttpRequest, pk: int) -> HttpResponse:
    """The form; sent once, it shows what would change; sent with “keep”, it is kept."""
    room = get_object_or_404(Classroom.objects.taught_by(request.user), pk=pk)
    book = book_of(room)
    form = WeightsForm(request.POST or None, assignments=book.assignments, initial=_as_it_is(book))
    changes: list[Change] | None = None
    if request.method == "POST" and form.is_valid():
        if "keep" in request.POST:
            writing.keep_weights(room, request.user, form.parts, form.cleaned_data["missing"], form.weights)
            messages.success(request, _("Kept. The gradebook adds up like this from now on."))
            return redirect("class-gradebook", room.pk)
        changes = changes_of(book, Weighing(form.parts, form.cleaned_data["missing"]), form.weights)
    context = {
        "here": "gradebook",
        "classroom": room,
        "form": form,
        "part_fields": [form[f"part-{part}"] for part in PARTS],
        "work_fields": [(one, form[f"work-{one.pk}"]) for one in book.assignments],
        "changes": changes,
        "moved": sum(change.moved for change in changes or []),
    }
    return render(request, "gradebook/weights.html", context, status=400 if form.errors else 200)


@dataclass(frozen=True, slots=True)
class Change:
    """One student's course mark, now and as it would be."""

    student: User
    now: float | None
    then: float | None

    @property
    def moved(self) -> bool:
        return self.now != self.then

    @property
    def by(self) -> float | None:
        return None if self.now is None or self.then is None else round(self.then - self.now, 1)


def changes_of(book: Book, weighing: Weighing, weights: dict[int, float]) -> list[Change]:
    """Everybody, those whom it moves most first."""
    pairs = zip(book.all_rows, book.weighed(weighing, weights), strict=True)
    changes = [Change(now.student, now.mark, then.mark) for now, then in pairs]
    return sorted(changes, key=lambda change: (not change.moved, -abs(change.by or 0.0)))


def _as_it_is(book: Book) -> dict[str, Any]:
    """Where the class has no weights of its own, those of its rubric are there to begin with."""
    rubric = rubric_of_class(book.classroom) or STANDARD
    begin = {
        "pitch": rubric.pitch_weight,
        "rhythm": rubric.rhythm_weight,
        "intonation": rubric.intonation_weight,
    }
    parts = dict(book.weighing.parts) or {part: round(100 * begin.get(part, 0.0)) for part in PARTS}
    return {
        "by": "parts" if book.weighing.parts else "overall",
        "missing": book.weighing.missing,
        **{f"part-{part}": f"{parts.get(part, 0):g}" for part in PARTS},
        **{f"work-{one.pk}": f"{one.weight:g}" for one in book.assignments},
    }
