"""What graded takes said of skills. Worked out from the raw verdicts once, and again when a ruling came or the tags
changed: the truth is the verdicts, `SkillEvidence` a shortcut to what follows from them."""

from __future__ import annotations

import hashlib
import inspect
import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache, lru_cache
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from lessons.assigning.sittings import withheld
from lessons.models import Assessment, SkillEvidence, Submission
from lessons.rulings import effective_assessment
from tutor.composing import skills
from tutor.composing.skills import tag
from tutor.grading.assessment import Fault, NoteVerdict
from tutor.learner import evidence as evidence_rules
from tutor.learner.evidence import TIME_KINDS, Evidence, evidence
from tutor.notation.score import Score

OCTAVES_OF_TEMPO = 0.47  # grades a doubling of the tempo adds (the difficulty formula's notes a second)
EASIEST, HARDEST = 0.5, 9.0


@dataclass(frozen=True, slots=True)
class HeardTake:
    """What one take said: whose it was, of what, when it was played, how hard it was (the formula's grade at the tempo
    taken, and `harder` as students find it), and of which skills."""

    take: UUID
    student: int
    exercise: int
    at: datetime
    grade: float
    harder: float
    said: Evidence

    @property
    def difficulty(self) -> float:
        return clamped(self.grade + self.harder)


def heard(takes: QuerySet[Submission]) -> list[HeardTake]:
    """Takes with a hearing, in the order they were played; a test's only once its result is told: skills, plans and
    melodies that follow from it would tell. What was told once stays learnt, though the test be given more time. One
    query, and for what must be worked out again two or three more."""
    not_told = withheld() & Q(learned_at=None)
    rows = list(
        Assessment.objects.filter(counts=True, submission__in=takes.exclude(not_told))
        .annotate(ruled=Count("rulings"))
        .order_by("submission__created_at", "submission__pk")
        .values(
            *("pk", "ruled", "submission_id", "submission__student_id", "submission__created_at"),
            *("submission__exercise_id", "submission__tempo_bpm"),
            *(f"submission__exercise__{name}" for name in ("grade", "harder", "tempo_bpm")),
            *("skill_evidence__said", "skill_evidence__rulings", "skill_evidence__tagging"),
        )
    )
    anew = _worked_out({row["pk"]: row["ruled"] for row in rows if not _is_fresh(row)})
    return [_heard_take(row, anew) for row in rows]


def difficulty_of(grade: float, usual_bpm: float, bpm: float) -> float:
    """An exercise's grade, at the tempo it was played."""
    faster = math.log2(max(0.25, min(4.0, bpm / (usual_bpm or bpm))))
    return clamped(grade + OCTAVES_OF_TEMPO * faster)


def clamped(grade: float) -> float:
    return min(HARDEST, max(EASIEST, grade))


def _is_fresh(row: Mapping[str, Any]) -> bool:
    """Rulings are added and never taken away: as many are the same."""
    return row["skill_evidence__rulings"] == row["ruled"] and row["skill_evidence__tagging"] == tagging()


def _heard_take(row: Mapping[str, Any], anew: Mapping[int, Evidence]) -> HeardTake:
    stored: Mapping[str, Sequence[int]] = row["skill_evidence__said"] or {}
    said = anew.get(row["pk"])
    return HeardTake(
        take=row["submission_id"],
        student=row["submission__student_id"],
        exercise=row["submission__exercise_id"],
        at=row["submission__created_at"],
        grade=difficulty_of(
            row["submission__exercise__grade"], row["submission__exercise__tempo_bpm"], row["submission__tempo_bpm"]
        ),
        harder=row["submission__exercise__harder"],
        said={name: (right, total) for name, (right, total) in stored.items()} if said is None else said,
    )


@cache
def tagging() -> str:
    """Which definition of tags and evidence this is: of the files that hold it, so that nobody has to remember."""
    files = (inspect.getsourcefile(module) for module in (skills, evidence_rules))
    return hashlib.sha256(b"".join(Path(file).read_bytes() for file in files if file)).hexdigest()[:16]


def _worked_out(rulings: Mapping[int, int]) -> dict[int, Evidence]:
    """From the raw verdicts, and kept for the next time. `rulings`: how many each hearing has."""
    said: dict[int, Evidence] = {}
    pks = list(rulings)
    for first in range(0, len(pks), 50):  # A hearing is large: never a thousand in memory.
        said |= {one.pk: _said(one) for one in _raw(pks[first : first + 50])}
    SkillEvidence.objects.bulk_create(
        [
            SkillEvidence(assessment_id=pk, said=skills, rulings=rulings[pk], tagging=tagging())
            for pk, skills in said.items()
        ],
        update_conflicts=True,
        unique_fields=["assessment"],
        update_fields=["said", "rulings", "tagging"],
        batch_size=200,
    )
    return said


def _raw(pks: Sequence[int]) -> Iterable[Assessment]:
    """The trace and the recording stay where they are."""
    return (
        Assessment.objects.filter(pk__in=pks)
        .select_related("submission")
        .only("result", "rubric", "submission__score", "submission__instrument")
        .prefetch_related("rulings")
    )


def _said(hearing: Assessment) -> Evidence:
    tags = _tags(json.dumps(hearing.submission.score))
    if hearing.rubric.get("onsets_only"):
        # Of hands that clap nothing is learnt about pitch.
        tags = {note: [one for one in names if one.partition(":")[0] in TIME_KINDS] for note, names in tags.items()}
    return evidence(tags, _verdicts(hearing))


@lru_cache(maxsize=256)
def _tags(score: str) -> Mapping[str, Sequence[str]]:
    """Tagging is nine tenths of a replay, and students play the same music again and again."""
    return tag(Score.from_dict(json.loads(score)))


def _verdicts(hearing: Assessment) -> Sequence[NoteVerdict]:
    """The machine's, with a teacher's word over it where there is one: the same that the grade follows."""
    if hearing.rulings.all():
        return effective_assessment(hearing).notes
    return [_as_verdict(note) for note in hearing.result["notes"]]


def _as_verdict(note: dict[str, Any]) -> NoteVerdict:
    return NoteVerdict(**{**note, "faults": tuple(Fault(**fault) for fault in note["faults"])})
