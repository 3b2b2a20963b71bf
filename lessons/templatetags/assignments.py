"""Words and marks of assignments, for templates."""

from __future__ import annotations

from typing import Any

from django import template
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from lessons.assigning.marks import marks_of
from lessons.assigning.reading import shown
from lessons.assigning.sittings import withholds
from lessons.gradebook.standing import cells_of
from lessons.models import Submission, User

register = template.Library()

STATES = {
    "not open": _("Not open yet"),
    "open": _("Not played"),
    "begun": _("Begun"),
    "done": _("Done"),
    "goal reached": _("Goal reached"),
    "late": _("Done, late"),
    "missing": _("Missing"),
    "not heard": _("Sent, not heard"),
}
SECTIONS = {
    "open": _("To play"),
    "late": _("Late"),
    "coming": _("Coming"),
    "done": _("Done and over"),
}


@register.filter
def state_words(state: str) -> str:
    return gettext(STATES[str(state)])


@register.filter
def section_words(section: str) -> str:
    return gettext(SECTIONS[section])


@register.inclusion_tag("assign/of_take.html")
def counted_for(take: Submission, user: User) -> dict[str, Any]:
    """What a take was played for, and whether it is the one that counts: `{% counted_for submission user %}`."""
    assignment = take.assignment
    if assignment is None:
        return {}
    marks, key = marks_of([assignment], [take.student_id]), (assignment.pk, take.student_id)
    mark = marks.get(key)
    cell = cells_of([assignment], [take.student_id], marks)[key] if mark else None
    piece = mark.pieces.get(take.exercise_id) if mark else None
    own = user.pk == take.student_id
    tells = not withholds(take, user)
    not_heard = bool(cell and cell.not_heard and take.pk in cell.not_heard_ids)
    return {
        "assignment": assignment,
        "url": assignment.get_absolute_url()
        if own
        else reverse("assignment-of-class", args=[assignment.classroom_id, assignment.pk]),
        "not_heard": not_heard,
        "mark_url": reverse("class-mark", args=[assignment.classroom_id, assignment.pk, take.student_id])
        if not_heard and not own
        else "",
        "counts": bool(piece and piece.take == take.pk),
        "penalty": piece.penalty if piece and piece.take == take.pk else 0.0,
        "set_aside": take.state == Submission.State.DONE and _is_set_aside(take),
        "overall": shown(mark, cell) if cell and cell.counts and tells else None,
    }


def _is_set_aside(take: Submission) -> bool:
    sitting = getattr(take, "sitting", None)
    return sitting is not None and sitting.set_aside_at is not None
