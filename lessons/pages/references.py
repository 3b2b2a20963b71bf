"""The sound of a reference recording, for those who may see its exercise."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404

from lessons.api import answers
from lessons.assigning.sittings import mutes
from lessons.curriculum import publishing
from lessons.models import Exercise
from lessons.recordings import SUFFIXES

TYPES = {suffix: kind for kind, suffix in SUFFIXES.items()}


@login_required
def reference(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Authors hear the pending one, students the one that is published."""
    if request.user.writes_lessons:
        row = get_object_or_404(Exercise.objects.filter(composed_for=None), pk=pk)
        row = publishing.with_draft(row)
    else:
        row = get_object_or_404(Exercise.objects.visible_to(request.user), pk=pk)
    name = getattr(row.reference, "name", row.reference)
    if not name or mutes(row, request.user):  # Nobody hears what a test is about before they have played it.
        raise Http404
    row.reference = name
    kind = TYPES.get(name.rpartition(".")[2], "application/octet-stream")
    return answers.sound(request, row.reference, kind, name.rpartition("/")[2], "reference")
