"""What each candidate is worth to a student now: the need it serves, less what speaks against it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from tutor.composing.needs import UNLOCKED_ABOVE, needs_of
from tutor.composing.pieces import Candidate, CandidateMatrix, Played, fifths_of
from tutor.composing.wishes import Wishes
from tutor.learner.filtering import Floats
from tutor.learner.knowledge import Knowledge

ENOUGH_NOTES = 6  # of a skill in a piece, to practise it

# The score of a piece: need, less what speaks against it.
MISS_COST, FAIL_COST = 2.5, 4.0  # a share of notes over the target, and under it: too hard is worse than too easy
LOCKED_COST = 0.5  # a piece wholly of skills still locked
LEAP_COST = 0.5  # a grade away from the last piece, beyond a step
STEP_GRADES = 0.6
DRILL_COST = 0.1  # music first, unless a drill serves clearly better; again for each drill just played
DRILL_AFTER_DRILL_COST = 0.5
FAR_KEY_COST = 0.05  # a sharp or flat beyond two from the piece before
REPEAT_COSTS = (0.6, 0.5, 0.4, 0.35, 0.3, 0.25, 0.2, 0.15, 0.1, 0.05)  # played last, before that, …
MASTERED_COSTS = (1.2, 1.0, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2)  # the same, where it went well
SAME_AIM_COST = 0.2  # a plan of five pieces is not for one skill
UNLIKE_WISH_COST = 0.4  # another kind, style or length than was wished: only where there is none such
SURPRISE = 0.15  # deviation of the draw among what serves about as well
# Orders count from SURE, pieces from COMFORT: for an equally weak skill neither serves better.
ORDER_COST = 0.13
SLIGHT_NEED = 0.01
ASSIGNED_BONUS = 3.0  # before all else, unless it is out of reach
OUT_OF_REACH = 0.45  # expected share right under which even an assigned piece waits


Rows = NDArray[np.intp]


@dataclass(frozen=True, slots=True, eq=False)
class Weighed:
    """Candidates, and of each [c] the share expected right, the need it serves, its aim (a column of tags; the one
    after the last for none), whether it is assigned or a drill, its sharps or flats, and the sum of its costs."""

    matrix: CandidateMatrix
    expected: Floats
    served: Floats
    aim: Rows
    assigned: NDArray[np.bool_]
    drills: NDArray[np.bool_]
    fifths: Floats
    costs: Floats

    def scores(self, target: float) -> Floats:
        """How well each would serve, if that share is to go right."""
        off = np.maximum(MISS_COST * (self.expected - target), FAIL_COST * (target - self.expected))
        bonus = ASSIGNED_BONUS * (self.assigned & (self.expected >= OUT_OF_REACH))
        return self.served + bonus - self.costs - off

    def aimed_at(self, row: int) -> str:
        return self.matrix.tags[self.aim[row]] if self.aim[row] < len(self.matrix.tags) else ""


def weigh(
    matrix: CandidateMatrix,
    known: Knowledge,
    now: datetime,
    recent: Sequence[Played],
    lately: Mapping[str, tuple[int, int]],
    wishes: Wishes,
) -> Weighed:
    """`known` as of now; `recent` and `lately` as in `choose`."""
    needs = needs_of(known, matrix.tags, now, lately, wishes.focus)
    served = np.fromiter(needs.values(), float) * np.minimum(1.0, matrix.counts / ENOUGH_NOTES)
    for row, one in enumerate(matrix.candidates):
        if one.order:
            served[row, matrix.tags.index(one.order.tag)] = max(SLIGHT_NEED, one.order.need - ORDER_COST)
    # What is needed, but for what nothing is: a column of its own at the end.
    served = np.concatenate([np.where(served > 0, served, -1.0), np.zeros((len(served), 1))], axis=1)
    assigned, drills = matrix.flags("assigned"), matrix.flags("drill")
    costs: Floats = DRILL_COST * (1 + sum(take.drill for take in recent[:3])) * drills.astype(float)
    costs += LOCKED_COST * matrix.locked(known.working_grade + UNLOCKED_ABOVE)
    costs += _repeated(matrix.candidates, recent) + _unlike(matrix.candidates, wishes)
    if recent:
        costs += LEAP_COST * np.maximum(0.0, np.abs(matrix.grades - recent[0].grade) - STEP_GRADES)
    if wishes.surprise:
        costs += np.random.default_rng(wishes.seed).normal(0, SURPRISE, len(costs))
    return Weighed(
        matrix=matrix,
        expected=matrix.expected(known),
        served=served.max(axis=1),
        aim=served.argmax(axis=1),
        assigned=assigned,
        drills=drills,
        fifths=matrix.fifths(),
        costs=costs,
    )


def spread(
    weighed: Weighed, scores: Floats, ranked: Rows, count: int, last: Played | None, begun: Sequence[int] = ()
) -> list[int]:
    """The best first, then the best for something else: another skill, not drill upon drill, in a key not far off.
    `ranked`: the rows to choose from; `begun`: those chosen already."""
    chosen = list(begun)
    left = ranked[~np.isin(ranked, chosen)]
    while len(left) and len(chosen) < count:
        aims = np.bincount(weighed.aim[chosen], minlength=len(weighed.matrix.tags) + 1)
        worth = scores[left] - SAME_AIM_COST * aims[weighed.aim[left]] - _jolts(weighed, left, chosen, last)
        best = int(worth.argmax())
        chosen.append(int(left[best]))
        left = np.delete(left, best)
    return chosen


def _repeated(candidates: Sequence[Candidate], recent: Sequence[Played]) -> Floats:
    """Against what was played lately, most of all if it went well."""
    costs: dict[object, float] = {}
    for place, take in enumerate(recent):
        by_place = MASTERED_COSTS if take.went_well else REPEAT_COSTS
        if place < len(by_place):
            costs[take.key] = max(costs.get(take.key, 0.0), by_place[place])
    return np.array([costs.get(one.key, 0.0) for one in candidates])


def _unlike(candidates: Sequence[Candidate], wishes: Wishes) -> Floats:
    """Against another kind, style or length than was wished, where it is known."""
    wished = {name: value for name in ("kind", "style", "bars") if (value := getattr(wishes, name))}
    unlike = [
        sum((has := getattr(one, name)) not in ("", None) and has != value for name, value in wished.items())
        for one in candidates
    ]
    return UNLIKE_WISH_COST * np.array(unlike, float)


def _jolts(weighed: Weighed, rows: Rows, chosen: Sequence[int], last: Played | None) -> Floats:
    """How badly each would follow what goes before it."""
    if chosen:
        fifths, drill = weighed.fifths[chosen[-1]], bool(weighed.drills[chosen[-1]])
    elif last is not None:
        fifths, drill = float(fifths_of(last.skills)), last.drill
    else:
        return np.zeros(len(rows))
    far = np.maximum(0.0, np.abs(weighed.fifths[rows] - fifths) - 2)
    jolts: Floats = FAR_KEY_COST * far + DRILL_AFTER_DRILL_COST * (weighed.drills[rows] & drill)
    return jolts
