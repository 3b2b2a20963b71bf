"""Placement: how near to their level students of unknown level are placed, and in how many takes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from benchmarks.learning.worlds import FORM, MISJUDGED_PIECE, OWN
from tutor.learner.parameters import DEFAULTS
from tutor.learner.placement import MOST_TAKES, SHORT_TAKE_NOTES, Trial, place

SAID_OFF = 1.2  # grades by which the level that is said differs from the true one
TAGS_A_NOTE = 3


@dataclass(frozen=True)
class Placed:
    """Mean absolute error in grades, the takes needed, and how often the interval held the level."""

    error: float
    takes: float
    most_takes: int
    held: float
    error_of_said: float


def placed(students: int, seed: int) -> Placed:
    """Each with a true level of their own, skills that differ about it, and a level said that is somewhat off."""
    rng = np.random.default_rng(seed)
    rows = [_student(rng) for _ in range(students)]
    errors, takes, held, of_said = (np.array(part, float) for part in zip(*rows, strict=True))
    return Placed(
        float(errors.mean()), float(takes.mean()), int(takes.max()), float(held.mean()), float(of_said.mean())
    )


def _student(rng: np.random.Generator) -> tuple[float, int, bool, float]:
    level = float(np.clip(rng.normal(3.5, 1.6), 0.5, 8))
    said = round(float(np.clip(level + rng.normal(0, SAID_OFF), 1, 8)))
    trials: list[Trial] = []
    found = place(trials, said)
    while not found.is_done and len(trials) < 2 * MOST_TAKES:
        trials.append(_take(rng, level, found.try_next))
        found = place(trials, said)
    return abs(found.grade - level), len(trials), found.low <= level <= found.high, abs(said - level)


def _take(rng: np.random.Generator, level: float, grade: float) -> Trial:
    """A few bars: each note under some skills, of which the student can one better than another."""
    skills = rng.normal(0, OWN, SHORT_TAKE_NOTES // 2)
    day = rng.normal(0, FORM) + rng.normal(0, MISJUDGED_PIECE)
    ability = DEFAULTS.ability_for(level) + day + rng.choice(skills, SHORT_TAKE_NOTES)
    chances = (1 - DEFAULTS.lapse) / (1 + np.exp(DEFAULTS.logits(grade) - ability))
    right = int((rng.random(SHORT_TAKE_NOTES) < chances).sum())
    return Trial(grade, TAGS_A_NOTE * right, TAGS_A_NOTE * SHORT_TAKE_NOTES)
