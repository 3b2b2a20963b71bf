"""Forecasts: all learners see the same takes of the same students, and say before each what will go right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks.learning.learners import Learner
from benchmarks.learning.measures import auc, calibration_error, log_loss, reliability
from benchmarks.learning.worlds import SKILLS, Floats, World, composed, days_between_sessions

SESSIONS, TAKES = 25, 6
# Pieces as a school without a tutor might set them: somewhat above the level, and anything but fitted. So spread that
# the oracle's AUC is about .87: what can be told apart is a property of the takes, not of the learner.
ABOVE_LEVEL, SPREAD = 1.5, 2.5


@dataclass(frozen=True)
class Take:
    """One take of every student: days since the last, notes of each skill, grades, notes right."""

    days: Floats
    counts: Floats
    grades: Floats
    right: Floats
    truth: Floats


@dataclass(frozen=True)
class Forecasts:
    """How good a learner's were."""

    name: str
    auc: float
    log_loss: float
    calibration_error: float
    reliability: list[tuple[float, float, float, float]]


def takes_of(world: World, seed: int, sessions: int = SESSIONS) -> list[Take]:
    """Skill after skill, as a course goes on, at whatever grade."""
    rng = np.random.default_rng(seed)
    takes = []
    for session in range(sessions):
        world.wait(gap := days_between_sessions(rng, world.students))
        for number in range(TAKES):
            targets = np.clip(session * SKILLS // sessions + rng.integers(-4, 4, world.students), 0, SKILLS - 1)
            grades = np.clip(world.levels + rng.normal(ABOVE_LEVEL, SPREAD, world.students), 0.5, 9)
            counts = composed(rng, targets, grades)
            truth = world.chances(grades)
            right, _ = world.play(counts, grades)
            takes.append(Take(gap if number == 0 else np.zeros(world.students), counts, grades, right, truth))
    return takes


def forecasts_of(learner: Learner, takes: Sequence[Take]) -> Forecasts:
    said = []
    for take in takes:
        learner.wait(take.days)
        said.append(learner.forecast(take.counts, take.grades)[take.counts > 0])
        learner.learn(take.counts, take.right, take.grades)
    return judged(learner.name, np.concatenate(said), takes)


def judged(name: str, p: Floats, takes: Sequence[Take]) -> Forecasts:
    right, notes = (
        np.concatenate([getattr(take, part)[take.counts > 0] for take in takes]) for part in ("right", "counts")
    )
    rows = reliability(p, right, notes)
    return Forecasts(name, auc(p, right, notes), log_loss(p, right, notes), calibration_error(p, right, notes), rows)


def truth_of(takes: Sequence[Take]) -> Forecasts:
    """What the oracle would have said."""
    return judged("oracle", np.concatenate([take.truth[take.counts > 0] for take in takes]), takes)
