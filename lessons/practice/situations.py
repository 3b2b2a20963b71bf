"""All that a choice of exercises looks at, for one student or for a chunk of a school: read once for all of them, in a
number of queries that doesn't grow with them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from django.db.models import Case, F, OuterRef, Subquery, When, Window
from django.db.models.functions import RowNumber

from lessons.assigning.sittings import withheld
from lessons.curriculum.closing import closed_to
from lessons.models import Assessment, Exercise, Submission, User
from lessons.practice.assigned import assigned_to, in_tests
from lessons.practice.feedback import Word, words_of
from lessons.practice.hearings import difficulty_of, heard
from lessons.practice.learning import recall_all
from lessons.practice.limits import Limits, limits_of_all
from lessons.practice.shelf import Shelf, read_shelf
from lessons.practice.workshop import MELODY
from tutor.composing.choice import CandidateMatrix, Played
from tutor.learner.evidence import Evidence, add
from tutor.learner.knowledge import Knowledge

RECENT = 10  # takes that count for "not again and again" and for a run
LONG_AGO = timedelta(days=90)
WEEK = timedelta(days=7)
WEEK_TAKES = 30  # of the last week, enough for "4 of 9 right this week" and never a slow page


@dataclass(frozen=True, slots=True)
class Recent:
    """One of the last takes: what was played, how hard it was, how it went."""

    played: Played
    title: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Situation:
    """One student, as a choice of exercises sees them. `recent`: newest first; `lately`: what the last week's takes
    said; `pieces`: of the shelf, what lies near them or was assigned."""

    student: User
    known: Knowledge
    recent: Sequence[Recent]
    lately: Evidence
    pieces: CandidateMatrix
    titles: Mapping[object, str]
    limits: Limits
    word: Word | None = None


def situations_of(students: Sequence[User], now: datetime) -> list[Situation]:
    pks = [student.pk for student in students]
    known = recall_all(students, memories=False)
    recent = _recent_takes(pks, now)
    lately = _lately([pk for pk in pks if known[pk].skills], now)
    assigned, tested = assigned_to(pks, now), in_tests(pks, now)
    closed = closed_to(students, known, now) if pks else {}
    limits = limits_of_all(pks)
    words = words_of(pks, {pk: [take.at for take in takes] for pk, takes in recent.items()}, now)
    grades = {pk: limits[pk].clamp(known[pk].working_grade) for pk in pks}
    shelf = read_shelf(list(grades.values()), {key for one in assigned.values() for key in one}) if pks else None
    return [
        Situation(
            student=student,
            known=known[student.pk],
            recent=recent[student.pk],
            lately=lately.get(student.pk, {}),
            pieces=_pieces(
                shelf,
                grades[student.pk],
                assigned[student.pk],
                limits[student.pk],
                tested.get(student.pk, set()),
                closed[student.pk],
            ),
            titles=shelf.titles,
            limits=limits[student.pk],
            word=words.get(student.pk),
        )
        for student in students
        if shelf is not None
    ]


def _recent_takes(students: Collection[int], now: datetime) -> defaultdict[int, list[Recent]]:
    newest_first = Window(RowNumber(), partition_by=F("student"), order_by=F("created_at").desc())
    hearing = Assessment.objects.filter(submission=OuterRef("pk"), counts=True)
    rows = (
        Submission.objects.filter(student__in=students, state=Submission.State.DONE, created_at__gt=now - LONG_AGO)
        .annotate(place=newest_first)
        .filter(place__lte=RECENT)
        .annotate(overall=Case(When(withheld(now), then=None), default=Subquery(hearing.values("overall")[:1])))
        .order_by("student", "place")
        .values(
            *("student_id", "exercise_id", "created_at", "tempo_bpm", "overall"),
            *(
                f"exercise__{name}"
                for name in ("grade", "harder", "tempo_bpm", "origin", "title", "skills", "recipe__composer")
            ),
        )
    )
    found: defaultdict[int, list[Recent]] = defaultdict(list)
    for row in rows:
        found[row["student_id"]].append(Recent(_played(row), row["exercise__title"], row["created_at"]))
    return found


def _played(row: Mapping[str, Any]) -> Played:
    composed = row["exercise__origin"] == Exercise.Origin.COMPOSED
    return Played(
        key=row["exercise_id"],
        grade=difficulty_of(
            row["exercise__grade"] + row["exercise__harder"], row["exercise__tempo_bpm"], row["tempo_bpm"]
        ),
        overall=row["overall"],
        skills=row["exercise__skills"],
        drill=composed and row["exercise__recipe__composer"] != MELODY,
    )


def _lately(students: Collection[int], now: datetime) -> dict[int, Evidence]:
    if not students:
        return {}
    said: defaultdict[int, list[Evidence]] = defaultdict(list)
    for take in heard(Submission.objects.filter(student__in=students, created_at__gt=now - WEEK)):
        said[take.student].append(take.said)
    return {student: add(parts[-WEEK_TAKES:]) for student, parts in said.items()}


def _pieces(
    shelf: Shelf,
    grade: float,
    assigned: Mapping[int, str],
    limits: Limits,
    tested: Collection[int],
    closed: Collection[int],
) -> CandidateMatrix:
    """What the teacher assigned stands, also beyond the limits that were set, and where a lesson is locked; what a
    test is about is left for it."""
    near = shelf.around(grade, assigned.keys())
    marked = tuple(
        replace(piece, assigned=assigned[piece.key]) if piece.key in assigned else piece for piece in near.candidates
    )
    allowed = [
        piece.key not in tested and (bool(piece.assigned) or (piece.key not in closed and limits.allow(piece.grade)))
        for piece in marked
    ]
    return replace(near, candidates=marked).only(np.array(allowed, bool))
