"""What to play next: of all that could be, what this student needs, at a difficulty they learn from.

Weak, due and new skills first; four notes in five right; not the same piece again and again. A run of failures, or the
student's own word, steps down at once, a run of successes up. Every choice says what it was aimed at, and why
(`reasons`). All candidates are weighed at once, as arrays.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import takewhile

import numpy as np
from numpy.typing import NDArray

from tutor.composing.aims import aims
from tutor.composing.needs import PLAIN, needs_of, needs_to_order
from tutor.composing.pieces import SUCCESS_FROM, Aim, Candidate, CandidateMatrix, Played
from tutor.composing.reasons import Run, reason
from tutor.composing.weighing import OUT_OF_REACH, Rows, Weighed, spread, weigh
from tutor.composing.wishes import NO_WISHES, TOO_EASY, TOO_HARD, Wishes
from tutor.learner.ability import forget
from tutor.learner.filtering import Floats
from tutor.learner.knowledge import HIGHEST_GRADE, TARGET, Knowledge
from tutor.saying import phrase

__all__ = [
    "PLAIN",
    "SUCCESS_FROM",
    "Aim",
    "Candidate",
    "CandidateMatrix",
    "Choice",
    "Played",
    "Wishes",
    "choose",
    "needs_of",
    "streak_of",
]

PLAN_LENGTH = 5
NO_ORDERS: Mapping[str, float] = {}

RUN = 2  # takes in a row that make a run
FAILURE_BELOW = 65.0  # overall grade of a take
STEP_DOWN_GRADES = 0.3  # a failure in the run
LEAST_STEP_GRADES = 0.1  # that a player can tell
STEP_UP_GRADES, LEAP_UP_GRADES = 0.5, 1.0  # at most, in one go
EASIER, HARDER = 0.04, 0.03  # by which the target moves, a take of the run
BOLDEST = 0.68  # the target is never under this, and a piece chosen to step up is expected to go this well


@dataclass(frozen=True, slots=True)
class Choice:
    """`expected` is the predicted share of skill events right; `reason` one to three sentences made of facts."""

    candidate: Candidate
    aimed_at: str
    expected: float
    reason: str
    score: float = 0.0


def choose(
    candidates: Sequence[Candidate] | CandidateMatrix,
    known: Knowledge,
    now: datetime,
    *,
    target: float = TARGET,
    recent: Sequence[Played] = (),
    lately: Mapping[str, tuple[int, int]] | None = None,
    count: int = PLAN_LENGTH,
    wishes: Wishes = NO_WISHES,
    orders: Mapping[str, float] = NO_ORDERS,
) -> list[Choice]:
    """The `count` best pieces, the one to play next first. `recent`: the last takes, newest first. `lately`: (right,
    heard) by skill over the last week. `orders`: the skills that a melody can be ordered for, each with the lowest
    grade of such a melody; such choices carry their `Aim`. The piece just played is never next, nor in the plan if it
    went well, while there is another.
    """
    known, lately = forget(known, now), lately or {}
    last, streak = next(iter(recent), None), _streak(recent, wishes)
    aimed = _target(target, streak)
    matrix = candidates if isinstance(candidates, CandidateMatrix) else CandidateMatrix.of(candidates)
    if orders:
        needs = needs_to_order(known, orders, now, wishes.focus)
        ordered = aims(known, needs, aimed, _within_a_step(wishes, last, streak), orders)
        matrix = CandidateMatrix.of([*matrix.candidates, *ordered])
    matrix = matrix.only(_allowed(matrix, wishes, last))
    if not matrix.candidates:
        return []
    weighed = weigh(matrix, known, now, recent, lately, wishes)
    scores = weighed.scores(aimed)
    rows = _plan(weighed, scores, weighed.scores(target), last, streak, count)
    run, last_grade = _run(streak, wishes), last.grade if last else None
    choices = [
        Choice(matrix.candidates[row], weighed.aimed_at(row), round(float(weighed.expected[row]), 3), "", scores[row])
        for row in rows
    ]
    return [replace(one, reason=reason(one, known, now, last_grade, run, lately, wishes.focus)) for one in choices]


def streak_of(grades: Sequence[float | None]) -> int:
    """From overall grades, newest first: +n takes in a row went well, -n badly. An ungraded take says nothing."""
    marks = [mark for mark in grades if mark is not None]
    well = len(list(takewhile(lambda mark: mark >= SUCCESS_FROM, marks)))
    badly = len(list(takewhile(lambda mark: mark < FAILURE_BELOW, marks)))
    return well or -badly


def _streak(recent: Sequence[Played], wishes: Wishes) -> int:
    """The student's word counts as a run: they know before the marks do."""
    streak = streak_of([take.overall for take in recent])
    if wishes.said == TOO_HARD:
        return min(streak, -RUN)
    return max(streak, RUN) if wishes.said == TOO_EASY else streak


def _run(streak: int, wishes: Wishes) -> Run | None:
    if wishes.said in (TOO_EASY, TOO_HARD):
        easy = wishes.said == TOO_EASY
        return Run(easy, phrase("you said too easy") if easy else phrase("you said too hard"))
    if streak >= RUN:
        over = round(SUCCESS_FROM)
        return Run(True, phrase("the last {takes} takes went over {grade}", takes=streak, grade=over))
    if streak > -RUN:
        return None
    under = round(FAILURE_BELOW)
    return Run(False, phrase("the last {takes} takes went under {grade}", takes=-streak, grade=under))


def _target(target: float, streak: int) -> float:
    if streak >= RUN:
        return max(BOLDEST, target - HARDER * streak)
    return min(0.95, target - EASIER * streak) if streak <= -RUN else target


def _within_a_step(wishes: Wishes, last: Played | None, streak: int) -> Wishes:
    """Melodies can be ordered at any grade: after a run at one that is a step."""
    if last is None or abs(streak) < RUN:
        return wishes
    if streak < 0:
        ceiling = max(last.grade + STEP_DOWN_GRADES * streak, wishes.floor or 0.0)
        return replace(wishes, ceiling=min(ceiling, wishes.ceiling or ceiling))
    floor = min(last.grade + LEAST_STEP_GRADES, wishes.ceiling or HIGHEST_GRADE)
    return replace(wishes, floor=max(floor, wishes.floor or 0.0))


def _allowed(matrix: CandidateMatrix, wishes: Wishes, last: Played | None) -> NDArray[np.bool_]:
    """Within the teacher's limits (an order is as near to them as there are melodies), and what went well just now is
    done for today's plan, while there is another."""
    allowed = np.array(
        [bool(one.assigned) or one.order is not None or wishes.allows(one.grade) for one in matrix.candidates], bool
    )
    if last is None or not last.went_well:
        return allowed
    others = allowed & np.array([one.key != last.key for one in matrix.candidates], bool)
    return others if others.any() else allowed


def _plan(
    weighed: Weighed, scores: Floats, usual_scores: Floats, last: Played | None, streak: int, count: int
) -> list[int]:
    """Rows of candidates, the next first. `usual_scores`: as if there had been no run."""
    ranked = np.argsort(-scores, kind="stable")
    if last is None:
        return spread(weighed, scores, ranked, count, None)
    first = _first(weighed, ranked, last)
    if streak <= -RUN:
        usual = spread(weighed, usual_scores, _first(weighed, np.argsort(-usual_scores, kind="stable"), last), 1, last)
        ceiling = min(weighed.matrix.grades[usual[0]], last.grade) + STEP_DOWN_GRADES * streak
        first = _easier(weighed, first, ceiling, 1)
        ranked = _easier(weighed, ranked, ceiling, count, keep_assigned=True)
    elif streak >= RUN and not _is_next(weighed, first[0]):
        harder = _harder(weighed, first, last.grade)
        first = harder if len(harder) else first
    return spread(weighed, scores, ranked, count, last, spread(weighed, scores, first, 1, last))


def _first(weighed: Weighed, ranked: Rows, last: Played) -> Rows:
    """Those that may come next: not the same again, and after a drill music that is in reach; if there are any."""
    for fit in (
        np.array([one.key != last.key for one in weighed.matrix.candidates], bool),
        ~weighed.drills & (weighed.expected >= OUT_OF_REACH) | (not last.drill),
    ):
        fitting = ranked[fit[ranked]]
        ranked = fitting if len(fitting) else ranked
    return ranked


def _is_next(weighed: Weighed, row: int) -> bool:
    """The teacher's word goes before any step."""
    return bool(weighed.assigned[row] and weighed.expected[row] >= OUT_OF_REACH)


def _easier(weighed: Weighed, ranked: Rows, ceiling: float, at_least: int, *, keep_assigned: bool = False) -> Rows:
    """Those at or under a grade; the very easiest, if there are too few so easy."""
    grades = weighed.matrix.grades[ranked]
    ceiling = max(ceiling, np.sort(grades)[min(at_least, len(grades)) - 1])
    easier: Rows = ranked[(grades <= ceiling) | (weighed.assigned[ranked] & keep_assigned)]
    return easier


def _harder(weighed: Weighed, ranked: Rows, last_grade: float) -> Rows:
    """Those no easier than the last that can still go well: within a step of it, or a leap of it towards the usual
    choice, for whoever has played far below themselves."""
    grades = weighed.matrix.grades[ranked]
    highest = max(last_grade + STEP_UP_GRADES, min(grades[0], last_grade + LEAP_UP_GRADES))
    harder: Rows = ranked[(grades >= last_grade) & (grades <= highest) & (weighed.expected[ranked] >= BOLDEST)]
    return harder
