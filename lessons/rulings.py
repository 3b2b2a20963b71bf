"""What a teacher's rulings make of a hearing: the grade that counts. Who may rule is said in `verdicts`.

What was heard of one note is kept with each ruling and contest, because a later engine may hear it otherwise:
`{engine, instrument, verdict, faults: [{kind, amount}], reason, causes: [code], written, bar, at_s}`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from lessons.classroom import ClassroomError
from lessons.hearing_brief import brief_of
from lessons.models import Assessment, Contest, Ruling, Submission
from tutor.grading import assessment as heard
from tutor.grading.grade import apply_rulings
from tutor.grading.rubric import Rubric
from tutor.notation.instruments import get_instrument


def effective_assessment(assessment: Assessment) -> heard.Assessment:
    """What counts: the machine's hearing with the teacher's latest ruling on each note in its place."""
    machine = heard.Assessment.from_dict(assessment.result)
    rulings = standing_rulings(assessment)
    return as_ruled(machine, rulings, assessment.rubric, assessment.submission) if rulings else machine


@dataclass(frozen=True, slots=True)
class Word:
    """A teacher's latest word on one note: its verdict, and the faults that it is free of."""

    verdict: str
    cleared: tuple[str, ...] = ()


def as_ruled(
    machine: heard.Assessment, rulings: Mapping[str, Word], rubric: Mapping[str, Any], take: Submission
) -> heard.Assessment:
    """A hearing of this take, whether it is kept or not, with a teacher's word over it, by note id."""
    if not rulings:
        return machine
    instrument = get_instrument(take.instrument) if take.instrument else None
    verdicts = {note_id: word.verdict for note_id, word in rulings.items()}
    cleared = {note_id: word.cleared for note_id, word in rulings.items()}
    return apply_rulings(machine, verdicts, Rubric.from_dict(rubric), take.as_score(), instrument, cleared)


def standing_rulings(assessment: Assessment) -> dict[str, Word]:
    """Note id to what a teacher said of it last. Rulings come in the order they were made."""
    return {ruling.note_id: Word(ruling.verdict, tuple(ruling.cleared)) for ruling in assessment.rulings.all()}


def heard_of(assessment: Assessment, note_id: str) -> dict[str, Any]:
    """What the machine heard of one note of a take, to be kept beside what people say of it."""
    return _record(assessment, note_id, assessment.result["notes"], assessment.result["causes"])


def as_it_stands(assessment: Assessment, note_id: str) -> dict[str, Any]:
    """The same with the rulings of before over it."""
    counts = effective_assessment(assessment).to_dict()
    return _record(assessment, note_id, counts["notes"], counts["causes"])


def _record(assessment: Assessment, note_id: str, notes: Any, causes: Any) -> dict[str, Any]:
    submission = assessment.submission
    note = next((note for note in notes if note["id"] == note_id), None)
    printed = next((note for note in submission.as_score().notes if note.id == note_id), None)
    if note is None or printed is None:
        raise ClassroomError(_("There is no such note in this score."))
    return {
        "engine": assessment.engine,
        "instrument": submission.instrument,
        "verdict": note["verdict"],
        "faults": [dict(fault) for fault in note["faults"]],
        "reason": note.get("reason", ""),
        "causes": [cause["code"] for cause in causes if note_id in cause["notes"]],
        "written": printed.written.name,
        "bar": printed.bar,
        "at_s": note["onset_s"],
    }


# What the machine may say of a note. A fault of its time or its length stands beside right and wrong.
KINDS = ("pitch", "octave", "missing", "early", "late", "sharp", "flat", "short", "long", "not_heard", "right")
CLEARABLE = ("intonation", "early", "late", "short", "long")
_CLEARED_BY = {"early": {"early", "late"}, "late": {"early", "late"}, "short": {"short", "long"}} | {
    "long": {"short", "long"},
    "sharp": {"intonation"},
    "flat": {"intonation"},
}


def kinds_of(said: Mapping[str, Any]) -> list[str]:
    """All that was said of a note, in the words of KINDS: `["late"]`, `["pitch", "early"]`, `["right"]`."""
    faults = {fault["kind"]: fault["amount"] for fault in said["faults"]}
    if said["verdict"] in (heard.MISSING, heard.NOT_HEARD):
        return [said["verdict"]]
    kinds = [kind for kind in ("early", "late", "short", "long") if kind in faults]
    if said["verdict"] == heard.WRONG:
        return ["octave" if "octave" in faults and "pitch" not in faults else "pitch", *kinds]
    if "intonation" in faults:
        kinds.append("sharp" if faults["intonation"] > 0 else "flat")
    return kinds or ["right"]


def claims_of(said: Mapping[str, Any], verdict: str, cleared: Collection[str]) -> Iterator[tuple[str, bool]]:
    """Each thing that was said of a note and that a ruling is about, and whether the ruling overturns it. Who calls a
    wrong note right has said nothing about its being late, unless they cleared it of that."""
    for kind in kinds_of(said):
        if kind in _CLEARED_BY:
            free = not _CLEARED_BY[kind].isdisjoint(cleared) or verdict in (heard.MISSING, heard.NOT_HEARD)
            if free or verdict == said["verdict"]:
                yield kind, free
        else:
            yield kind, verdict != said["verdict"]


def let_it_count(assessment: Assessment) -> None:
    """Of all hearings of its take, this one. A teacher's word goes over to it, and what a student contests: both are
    about the notes, not about what one engine made of them."""
    with transaction.atomic():
        beside = Assessment.objects.filter(submission=assessment.submission_id).exclude(pk=assessment.pk)
        beside.update(counts=False)
        Ruling.objects.filter(assessment__in=beside).update(assessment=assessment)
        Contest.objects.filter(assessment__in=beside).update(assessment=assessment)
        assessment.counts = True
        assessment.save(update_fields=["counts", *in_brief(assessment)])


def in_brief(assessment: Assessment) -> list[str]:
    """Sets what lists read of a hearing, the grade first, as it counts with the rulings there are now; the names of
    these columns, to be saved."""
    brief = brief_of(effective_assessment(assessment))
    for column, value in brief.items():
        setattr(assessment, column, value)
    return list(brief)
