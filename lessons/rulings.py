"""What a teacher's rulings make of a hearing: the grade that counts. Who may rule is `classroom`'s business."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from lessons.models import Assessment, Ruling, Submission
from tutor.grading import assessment as heard
from tutor.grading.grade import apply_rulings
from tutor.grading.rubric import Rubric
from tutor.notation.instruments import get_instrument


def effective_assessment(assessment: Assessment) -> heard.Assessment:
    """What counts: the machine's hearing with the teacher's latest ruling on each note in its place."""
    machine = heard.Assessment.from_dict(assessment.result)
    rulings = standing_rulings(assessment)
    return as_ruled(machine, rulings, assessment.rubric, assessment.submission) if rulings else machine


def as_ruled(
    machine: heard.Assessment, rulings: Mapping[str, str], rubric: Mapping[str, Any], take: Submission
) -> heard.Assessment:
    """A hearing of this take, whether it is kept or not, with a teacher's word over it: note id to verdict."""
    if not rulings:
        return machine
    instrument = get_instrument(take.instrument) if take.instrument else None
    return apply_rulings(machine, rulings, Rubric.from_dict(rubric), take.as_score(), instrument)


def standing_rulings(assessment: Assessment) -> dict[str, str]:
    """Note id to the latest verdict that a teacher gave it. Rulings come in the order they were made."""
    return {ruling.note_id: ruling.verdict for ruling in assessment.rulings.all()}


def let_it_count(assessment: Assessment) -> None:
    """Of all hearings of its take, this one. A teacher's word goes over to it: it is about the notes, not about what
    one engine made of them."""
    with transaction.atomic():
        beside = Assessment.objects.filter(submission=assessment.submission_id).exclude(pk=assessment.pk)
        beside.update(counts=False)
        Ruling.objects.filter(assessment__in=beside).update(assessment=assessment)
        assessment.counts = True
        assessment.overall = effective_assessment(assessment).grade.overall
        assessment.save(update_fields=["counts", "overall"])
