"""The Kalman-logistic learner: abilities move with what was heard, and grow doubtful with the days.

Each skill is its own Gaussian here, tied to the others through the prior of skills not met yet
(`Knowledge.of`); a full covariance is the next step. Everything is pure: knowledge in, knowledge out.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from tutor.learner.evidence import Evidence
from tutor.learner.knowledge import LAPSE, Knowledge, SkillAbility, logits
from tutor.learner.memory import reviewed

DAY_S = 86_400
NOISE_A_DAY = 0.012
NOISE_A_TAKE = 0.01
VARIANCE_CAP = 1.5
# Playing teaches: logits a dozen notes. Only right ones count, so that one more wrong note never raises anything.
DRIFT = 0.03
DRIFT_NOTES = 12
# A take has good and bad days in it, the same for all its notes: variance in logits that more notes don't remove.
TAKE_VARIANCE = 0.25
# Near 0 and 1 the linear step overshoots: one take moves a skill by this at most, and small steps hardly shrink.
LARGEST_STEP = 1.5
P_FLOOR, P_CEILING = 0.03, 0.97


def update(known: Knowledge, heard: Evidence, difficulty: float, now: datetime) -> Knowledge:
    """What we know after a take. `difficulty` is the piece's, in grades, at the tempo it was played.

    Only skills that were heard change: an evidence of (0, 0), or none, leaves a skill as it is.
    """
    aged = forget(known, now)
    moved = {
        tag: _moved(aged.of(tag), right, total, logits(difficulty), now)
        for tag, (right, total) in heard.items()
        if total
    }
    return replace(known, skills={**known.skills, **moved})


def forget(known: Knowledge, now: datetime) -> Knowledge:
    """The same knowledge as of `now`: the longer ago a skill was met, the less sure we are of it."""
    skills = {tag: _aged(skill, known.as_of or skill.last_met_at, now) for tag, skill in known.skills.items()}
    return replace(known, skills=skills, as_of=now)


def predict(known: Knowledge, skill_counts: Mapping[str, int], difficulty: float) -> float:
    """The expected share of skill events right, 0 to 1, in a piece with these skills at this grade.

    A piece without a tagged skill is predicted by its grade alone.
    """
    events = sum(skill_counts.values())
    if not events:
        return probability(known.of(""), difficulty)
    right = sum(count * probability(known.of(tag), difficulty) for tag, count in skill_counts.items())
    return right / events


def probability(skill: SkillAbility, difficulty: float) -> float:
    """That a note of this skill goes right at this grade, our doubt and the day's form averaged over."""
    doubt = skill.variance + TAKE_VARIANCE
    # MacKay's approximation: a logistic averaged over a Gaussian is a flatter logistic.
    return (1 - LAPSE) * _sigmoid((skill.ability - logits(difficulty)) / math.sqrt(1 + math.pi * doubt / 8))


def probability_between(skill: SkillAbility, difficulty: float, deviations: float = 1.28) -> tuple[float, float]:
    """The interval we believe that probability to lie in; 1.28 deviations either way hold four in five."""
    spread = deviations * math.sqrt(skill.variance)
    low, high = (replace(skill, ability=skill.ability + move, variance=0.0) for move in (-spread, spread))
    return probability(low, difficulty), probability(high, difficulty)


def _moved(skill: SkillAbility, right: int, heard: int, b: float, now: datetime) -> SkillAbility:
    p = min(P_CEILING, max(P_FLOOR, (1 - LAPSE) * _sigmoid(skill.ability - b)))
    slope = p * (1 - p)
    noise = 1 / (heard * slope) + TAKE_VARIANCE
    gain = skill.variance / (skill.variance + noise)
    step = gain * (right / heard - p) / slope
    taught = DRIFT * min(1.0, right / DRIFT_NOTES)
    due_at, memory = reviewed(skill.memory, right / heard, heard, now)
    return SkillAbility(
        ability=skill.ability + step / math.hypot(1, step / LARGEST_STEP) + taught,
        variance=min(VARIANCE_CAP, (1 - gain) * skill.variance + NOISE_A_TAKE * min(1.0, heard / DRIFT_NOTES)),
        right=skill.right + right,
        heard=skill.heard + heard,
        last_met_at=now,
        due_at=due_at,
        memory=memory,
    )


def _aged(skill: SkillAbility, since: datetime | None, now: datetime) -> SkillAbility:
    days = max(0.0, (now - since).total_seconds() / DAY_S) if since else 0.0
    grown = max(skill.variance, min(VARIANCE_CAP, skill.variance + NOISE_A_DAY * days))
    return replace(skill, variance=grown)


def _sigmoid(x: float) -> float:
    return 1 / (1 + math.exp(-x)) if x > -500 else 0.0
