"""Learners to compare: ours, as the lessons use it, and others of the field. Each sees the same takes.

A learner says of every student and skill how able it holds them to be (`abilities`, logits), forecasts the chance that
a note goes right at a grade, and is told what went right.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Protocol

import numpy as np

from benchmarks.learning.worlds import FIRST_GRADES, SKILLS, STRANGENESS, TAGS, Floats, World
from tutor.learner.ability import forget, predict, update
from tutor.learner.knowledge import Knowledge
from tutor.learner.parameters import DEFAULTS, Parameters

MONDAY = datetime(2026, 1, 5, 17, tzinfo=UTC)


class Learner(Protocol):
    """What is compared."""

    name: str

    def wait(self, days: Floats) -> None: ...
    def abilities(self) -> Floats: ...
    def forecast(self, counts: Floats, grades: Floats) -> Floats: ...
    def learn(self, counts: Floats, right: Floats, grades: Floats) -> None: ...


def expected_at(levels: Floats) -> Floats:
    """What somebody of a level can do, as published [students, SKILLS]: every learner begins with it."""
    at_level = np.array([DEFAULTS.ability_for(level) for level in levels])[:, None]
    return at_level - STRANGENESS * np.maximum(0, FIRST_GRADES - levels[:, None])


def logits_of(grades: Floats) -> Floats:
    return DEFAULTS.logits_a_grade * (grades - DEFAULTS.middle_grade)


def sigmoid(x: Floats) -> Floats:
    return 1 / (1 + np.exp(-x))


def logit(p: Floats) -> Floats:
    return np.log(p / (1 - p))


class Woodshed:
    """Ours: `tutor.learner`, one `Knowledge` a student."""

    name = "Woodshed"

    def __init__(self, levels: Floats, parameters: Parameters = DEFAULTS) -> None:
        self.known = [Knowledge(float(level), parameters=parameters) for level in levels]
        self.now = [MONDAY] * len(levels)

    def wait(self, days: Floats) -> None:
        self.now = [now + timedelta(days=float(more)) for now, more in zip(self.now, days, strict=True)]

    def abilities(self) -> Floats:
        return np.array([known.marginals(TAGS)[0] for known in self.known])

    def forecast(self, counts: Floats, grades: Floats) -> Floats:
        chances = np.full(counts.shape, 0.5)
        for student, known in enumerate(self.known):
            aged = forget(known, self.now[student])
            for skill in np.flatnonzero(counts[student]):
                chances[student, skill] = predict(aged, {TAGS[skill]: 1}, grades[student])
        return chances

    def learn(self, counts: Floats, right: Floats, grades: Floats) -> None:
        for student, known in enumerate(self.known):
            self.now[student] += timedelta(minutes=5)
            said = {TAGS[k]: (int(right[student, k]), int(counts[student, k])) for k in np.flatnonzero(counts[student])}
            self.known[student] = update(known, said, float(grades[student]), self.now[student])


class Elo:
    """Elo for each skill: a step towards the outcome that grows smaller with practice (Pelanek, 2016)."""

    name = "Elo"

    def __init__(self, levels: Floats, step: float = 0.3, slower: float = 0.0) -> None:
        self.mean, self.takes = expected_at(levels), np.zeros((len(levels), SKILLS))
        self.step, self.slower = step, slower

    def wait(self, days: Floats) -> None:
        pass

    def abilities(self) -> Floats:
        return self.mean

    def forecast(self, counts: Floats, grades: Floats) -> Floats:
        return 0.98 * sigmoid(self.mean - logits_of(grades)[:, None])

    def learn(self, counts: Floats, right: Floats, grades: Floats) -> None:
        off = np.where(counts > 0, right / np.maximum(counts, 1) - self.forecast(counts, grades), 0)
        weight = 3 * np.sqrt(np.minimum(counts, 12) / 12)
        self.mean = self.mean + self.step / (1 + self.slower * self.takes) * weight * off
        self.takes = self.takes + (counts > 0)


class RunningMean:
    """The share right so far, of each skill; it knows nothing of difficulty."""

    name = "running mean"

    def __init__(self, levels: Floats) -> None:
        self.right, self.notes = np.full((len(levels), SKILLS), 3.2), np.full((len(levels), SKILLS), 4.0)
        self.at_level = expected_at(levels).max(axis=1, keepdims=True)

    def wait(self, days: Floats) -> None:
        pass

    def abilities(self) -> Floats:
        """As if all had been played at one's level."""
        return self.at_level - logit(np.array(0.8)) + logit(np.clip(self.right / self.notes, 0.02, 0.98))

    def forecast(self, counts: Floats, grades: Floats) -> Floats:
        return self.right / self.notes

    def learn(self, counts: Floats, right: Floats, grades: Floats) -> None:
        self.right, self.notes = self.right + right, self.notes + counts


class KnowledgeTracing:
    """Bayesian knowledge tracing (Corbett and Anderson, 1995), note by note, each note's evidence tempered, since the
    notes of a take are not independent."""

    name = "BKT"
    tempering = 0.15

    def __init__(
        self, levels: Floats, known: float = 0.4, learn: float = 0.02, slip: float = 0.15, guess: float = 0.45
    ) -> None:
        self.known = np.full((len(levels), SKILLS), known)
        self.rate, self.slip, self.guess = learn, slip, guess
        self.at_level = expected_at(levels).max(axis=1, keepdims=True)

    def wait(self, days: Floats) -> None:
        pass

    def abilities(self) -> Floats:
        return self.at_level - logit(np.array(0.8)) + logit(np.clip(self.forecast(self.known, self.known), 0.02, 0.98))

    def forecast(self, counts: Floats, grades: Floats) -> Floats:
        return self.known * (1 - self.slip) + (1 - self.known) * self.guess

    def learn(self, counts: Floats, right: Floats, grades: Floats) -> None:
        for_it = right * np.log((1 - self.slip) / self.guess) + (counts - right) * np.log(self.slip / (1 - self.guess))
        odds = logit(np.clip(self.known, 1e-4, 1 - 1e-4)) + self.tempering * for_it
        known = sigmoid(np.clip(odds, -7, 7))
        self.known = known + (1 - known) * (1 - (1 - self.rate) ** (counts / 3))


class Oracle:
    """Who knows every ability, and what each piece asks; not the form of the day."""

    name = "oracle"

    def __init__(self, world: World) -> None:
        self.world = world

    def wait(self, days: Floats) -> None:
        pass

    def abilities(self) -> Floats:
        return self.world.abilities()

    def forecast(self, counts: Floats, grades: Floats) -> Floats:
        return self.world.chances(grades)

    def learn(self, counts: Floats, right: Floats, grades: Floats) -> None:
        pass
