"""Practice: each policy chooses what its own copies of the same students play, and they learn by it or don't."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from benchmarks.learning.learners import Learner, Woodshed, expected_at
from benchmarks.learning.worlds import (
    FIRST_GRADES,
    SKILLS,
    TAGS,
    Floats,
    World,
    composed,
    days_between_sessions,
)
from tutor.composing.choice import Played, choose
from tutor.learner.evidence import Evidence, add
from tutor.learner.parameters import DEFAULTS, TARGET

SESSIONS, TAKES = 30, 5
UNLOCKED_ABOVE = 1.0
DITHER = 0.25  # logits: or the weakest skill is practised until it no longer is
WEEK = timedelta(days=7)
RECENT = 10
# Here a melody for any skill can be had at any grade: for every policy.
ORDERS = dict.fromkeys(TAGS, 0.5)
NEAR = 0.1
FIRST_TAKES = 10
LAST_WAIT = 7.0

Chosen = tuple[NDArray[np.intp], Floats]


@dataclass
class Practice:
    """What came of a policy. `aimed` and `whole`: the chance there was, on a usual day, in the skill aimed at and in
    the whole take [takes, students]; `exams` [sessions + 2]: the mean share right in all skills, before the first
    session, after each and a week after the last."""

    name: str
    aimed: Floats
    whole: Floats
    exams: list[float]

    @property
    def gain(self) -> float:
        return self.exams[-1] - self.exams[0]

    def near(self, chances: Floats) -> float:
        return float((np.abs(chances - TARGET) <= NEAR).mean())


class Policy(Protocol):
    """Chooses a skill and a grade for every student, and sees what came of it."""

    name: str

    def choose(self, rng: np.random.Generator) -> Chosen: ...
    def wait(self, days: Floats) -> None: ...
    def learn(self, counts: Floats, right: Floats, grades: Floats) -> None: ...


class Fixed:
    """Skill after skill as a book has them, at the level."""

    name = "fixed curriculum"

    def __init__(self, world: World, sessions: int) -> None:
        self.levels, self.all, self.done = world.levels, sessions * TAKES, 0

    def choose(self, rng: np.random.Generator) -> Chosen:
        skill = min(SKILLS - 1, self.done * SKILLS // self.all)
        self.done += 1
        return np.full(len(self.levels), skill), self.levels

    def wait(self, days: Floats) -> None:
        pass

    def learn(self, counts: Floats, right: Floats, grades: Floats) -> None:
        pass


class Random(Fixed):
    """Any skill, at a grade about the level."""

    name = "random"

    def choose(self, rng: np.random.Generator) -> Chosen:
        students = len(self.levels)
        grades = np.clip(self.levels + rng.normal(0, 1, students), 0.5, 9)
        return rng.integers(0, SKILLS, students), grades


class WeakestFirst:
    """The weakest skill that is unlocked, at the grade where it goes right in four notes of five: by a learner's
    account of the abilities."""

    def __init__(self, learner: Learner, levels: Floats) -> None:
        self.learner, self.levels, self.name = learner, levels, learner.name
        self.expected = expected_at(levels)

    def choose(self, rng: np.random.Generator) -> Chosen:
        abilities = self.learner.abilities()
        working = self.levels + (abilities - self.expected).mean(axis=1) / DEFAULTS.logits_a_grade
        locked = np.maximum(working, 1)[:, None] + UNLOCKED_ABOVE < FIRST_GRADES
        skills = (abilities + rng.normal(0, DITHER, abilities.shape) + 99 * locked).argmin(axis=1)
        own = np.take_along_axis(abilities, skills[:, None], 1)[:, 0]
        at = DEFAULTS.ability_for(0.0) - DEFAULTS.logits(0.0)
        return skills, np.clip((own - at) / DEFAULTS.logits_a_grade + DEFAULTS.middle_grade, 0.5, 9)

    def wait(self, days: Floats) -> None:
        self.learner.wait(days)

    def learn(self, counts: Floats, right: Floats, grades: Floats) -> None:
        self.learner.learn(counts, right, grades)


@dataclass
class Chooser:
    """Ours: `choose` among orders for melodies, as the lessons do after each take."""

    learner: Woodshed
    name: str = "Woodshed"
    recent: list[list[Played]] = field(default_factory=list)
    said: list[list[tuple[datetime, Evidence]]] = field(default_factory=list)
    chosen: list[Played] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.recent = [[] for _ in self.learner.known]
        self.said = [[] for _ in self.learner.known]

    def choose(self, rng: np.random.Generator) -> Chosen:
        skills, grades, self.chosen = [], [], []
        for student, known in enumerate(self.learner.known):
            now = self.learner.now[student]
            lately = add(said for at, said in self.said[student] if at > now - WEEK)
            recent = self.recent[student]
            [one] = choose((), known, now, recent=recent, lately=lately, count=1, orders=ORDERS)
            order = one.candidate.order
            assert order is not None
            skills.append(TAGS.index(order.tag))
            grades.append(order.grade)
            self.chosen.append(Played(one.candidate.key, order.grade, None, one.candidate.skills))
        return np.array(skills), np.array(grades)

    def wait(self, days: Floats) -> None:
        self.learner.wait(days)

    def learn(self, counts: Floats, right: Floats, grades: Floats) -> None:
        self.learner.learn(counts, right, grades)
        overall = 100 * right.sum(axis=1) / counts.sum(axis=1)
        for student, played in enumerate(self.chosen):
            take = Played(played.key, played.grade, float(overall[student]), played.skills)
            self.recent[student] = [take, *self.recent[student]][:RECENT]
            heard = {
                TAGS[k]: (int(right[student, k]), int(counts[student, k])) for k in np.flatnonzero(counts[student])
            }
            self.said[student] = [*self.said[student], (self.learner.now[student], heard)][-30:]


def practise(world: World, policy: Policy, seed: int, sessions: int = SESSIONS) -> Practice:
    """Sessions of a few takes, days between them, and an exam a week after the last."""
    rng, draws = np.random.default_rng(seed), np.random.default_rng(seed + 1)
    aimed, whole, exams = [], [], [float(world.exam().mean())]
    for _ in range(sessions):
        days = days_between_sessions(rng, world.students)
        world.wait(days)
        policy.wait(days)
        for _ in range(TAKES):
            skills, grades = policy.choose(draws)
            counts = composed(draws, skills, grades)
            right, chances = world.play(counts, grades)
            policy.learn(counts, right, grades)
            aimed.append(np.take_along_axis(chances, skills[:, None], 1)[:, 0])
            whole.append((counts * chances).sum(axis=1) / counts.sum(axis=1))
        exams.append(float(world.exam().mean()))
    world.wait(np.full(world.students, LAST_WAIT))
    exams.append(float(world.exam().mean()))
    return Practice(policy.name, np.array(aimed), np.array(whole), exams)
