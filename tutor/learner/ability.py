"""The Kalman-logistic learner: abilities move with what was heard, and grow doubtful with the days.

Everything is pure: knowledge in, knowledge out. The arithmetic is in `filtering`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

import numpy as np

from tutor.learner.evidence import Evidence
from tutor.learner.filtering import chance
from tutor.learner.knowledge import Knowledge, SkillAbility, SkillsOf
from tutor.learner.memory import Tally
from tutor.learner.parameters import DEFAULTS, Parameters

VARIANCE_CAP = DEFAULTS.variance_cap
NOISE_A_TAKE = DEFAULTS.noise_a_take
UNMET = Tally()


def update(known: Knowledge, heard: Evidence, difficulty: float, now: datetime) -> Knowledge:
    """What we know after a take. `difficulty` is the piece's, in grades, at the tempo it was played.

    What one skill tells of another moves too. An evidence of (0, 0), or none, leaves everything as it is.
    """
    told = {tag: counts for tag, counts in heard.items() if counts[1]}
    if not told:
        return known
    numbers, tallies = known.parameters, known.tallies
    new = {tag: known.over_general(tag) for tag in told if tag not in known.belief.place}
    counts = np.array(list(told.values()), dtype=float)
    belief = known.belief.joined(new, numbers).updated(
        told, counts[:, 0], counts[:, 1], numbers.logits(difficulty), now, numbers
    )
    met = {tag: tallies.get(tag, UNMET).met(right, total, now) for tag, (right, total) in told.items()}
    return Knowledge(known.level, SkillsOf(belief, {**tallies, **met}), None, numbers, belief)


def forget(known: Knowledge, now: datetime) -> Knowledge:
    """The same knowledge as of `now`: the longer ago anything was heard, the less sure we are of it."""
    belief = known.belief.aged(now, known.parameters)
    return replace(known, skills=SkillsOf(belief, known.tallies), as_of=now, stored=belief)


def predict(known: Knowledge, skill_counts: Mapping[str, int], difficulty: float) -> float:
    """The expected share of skill events right, 0 to 1, in a piece with these skills at this grade.

    A piece without a tagged skill is predicted by its grade alone.
    """
    counts = skill_counts if sum(skill_counts.values()) else {"": 1}
    abilities = np.array([known.marginal(tag) for tag in counts])
    events = np.fromiter(counts.values(), float)
    chances = chance(abilities[:, 0], abilities[:, 1], known.parameters.logits(difficulty), known.parameters)
    return float(events @ chances / events.sum())


def probability(skill: SkillAbility, difficulty: float, parameters: Parameters = DEFAULTS) -> float:
    """That a note of this skill goes right at this grade, our doubt and the day's form averaged over."""
    logits = parameters.logits(difficulty)
    return float(chance(np.array(skill.ability), np.array(skill.variance), logits, parameters))


def probability_between(
    skill: SkillAbility, difficulty: float, deviations: float = 1.28, parameters: Parameters = DEFAULTS
) -> tuple[float, float]:
    """The interval we believe that probability to lie in; 1.28 deviations either way hold four in five."""
    spread = deviations * math.sqrt(skill.variance)
    low, high = (replace(skill, ability=skill.ability + move, variance=0.0) for move in (-spread, spread))
    return probability(low, difficulty, parameters), probability(high, difficulty, parameters)
