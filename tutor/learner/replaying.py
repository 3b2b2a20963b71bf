"""All takes of a school through the filter at once: what was forecast before each, and what came of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from tutor.learner.belief import DAY_S
from tutor.learner.evidence import Evidence
from tutor.learner.filtering import Columns, Floats, age, chance, observe, teach
from tutor.learner.parameters import Parameters
from tutor.learner.syllabus import first_grade


@dataclass(frozen=True, slots=True)
class GradedTake:
    """One take as refitting sees it. `level`: what the student said; `difficulty`: the formula's grade of the exercise
    at the tempo taken."""

    student: Hashable
    level: float
    at: datetime
    exercise: Hashable
    difficulty: float
    said: Evidence


@dataclass(frozen=True, slots=True, eq=False)
class TakesInStep:
    """The takes of s students side by side, those with most takes first, so that at each of t steps those who still
    play are the first `playing[t]` of them. `columns`, `right`, `heard` [t, s, m]: which skills (from 1), how many
    notes; `grades`, `days` (since the take before), `exercises` [t, s]; `levels` [s]."""

    tags: tuple[str, ...]
    exercise_keys: tuple[Hashable, ...]
    levels: Floats
    playing: tuple[int, ...]
    columns: Columns
    right: Floats
    heard: Floats
    grades: Floats
    days: Floats
    exercises: Columns

    @classmethod
    def of(cls, takes: Sequence[GradedTake], tags: tuple[str, ...], exercise_keys: tuple[Hashable, ...]) -> TakesInStep:
        """Of takes in which something was heard; `tags` and `exercise_keys` hold all of theirs."""
        by_student: defaultdict[Hashable, list[GradedTake]] = defaultdict(list)
        for take in sorted(takes, key=lambda take: take.at):
            by_student[take.student].append(take)
        rows = sorted(by_student.values(), key=len, reverse=True)
        place = {tag: column for column, tag in enumerate(tags, start=1)}
        number = {key: index for index, key in enumerate(exercise_keys)}
        shape = (max(map(len, rows), default=0), len(rows))
        skills = max((len(take.said) for take in takes), default=1)
        columns, right, heard = (
            np.zeros((*shape, skills), np.intp),
            np.zeros((*shape, skills)),
            np.zeros((*shape, skills)),
        )
        grades, days, exercises = np.zeros(shape), np.zeros(shape), np.zeros(shape, np.intp)
        for s, row in enumerate(rows):
            for t, take in enumerate(row):
                m = len(take.said)
                columns[t, s, :m] = [place[tag] for tag in take.said]
                right[t, s, :m], heard[t, s, :m] = np.array(list(take.said.values())).T
                grades[t, s], exercises[t, s] = take.difficulty, number[take.exercise]
                days[t, s] = (take.at - row[max(t - 1, 0)].at).total_seconds() / DAY_S
        playing = tuple(sum(len(row) > t for row in rows) for t in range(shape[0]))
        levels = np.array([row[0].level for row in rows])
        return cls(tags, exercise_keys, levels, playing, columns, right, heard, grades, days, exercises)


@dataclass(frozen=True, slots=True, eq=False)
class Forecasts:
    """One row for each skill in each take, in which it was heard: the forecast chance, its logit's doubt, the notes;
    which skill (column), exercise and take; and whether it was the student's first meeting with the skill."""

    p: Floats
    doubt: Floats
    right: Floats
    heard: Floats
    skill: Columns
    exercise: Columns
    take: Columns
    is_first: NDArray[np.bool_]

    @property
    def log_likelihood(self) -> float:
        p = np.clip(self.p, 0.005, 0.995)
        return float((self.right * np.log(p) + (self.heard - self.right) * np.log(1 - p)).sum())


def replay(takes: TakesInStep, parameters: Parameters, harder: Mapping[Hashable, float]) -> Forecasts:
    """`harder`: exercise -> grades over the formula's."""
    more = np.array([harder.get(key, 0.0) for key in takes.exercise_keys])
    mean, covariance = _start(takes, parameters)
    met = np.zeros(mean.shape, bool)
    rows = []
    for t, s in enumerate(takes.playing):
        columns, right, heard = takes.columns[t, :s], takes.right[t, :s], takes.heard[t, :s]
        grades = takes.grades[t, :s] + more[takes.exercises[t, :s]]
        difficulty = parameters.logits_a_grade * (grades - parameters.middle_grade)
        mean, covariance, met = mean[:s], age(covariance[:s], takes.days[t, :s], parameters), met[:s]
        ability = np.take_along_axis(mean, columns, 1)
        doubt = np.take_along_axis(np.einsum("snn->sn", covariance), columns, 1)
        p = chance(ability, doubt, difficulty[:, None], parameters)
        exercise = np.broadcast_to(takes.exercises[t, :s, None], p.shape)
        number = np.broadcast_to((t * len(takes.levels) + np.arange(s))[:, None], p.shape)
        first = ~np.take_along_axis(met, columns, 1)
        told = heard > 0
        rows.append([part[told] for part in (p, doubt, right, heard, columns, exercise, number, first)])
        met[np.nonzero(told)[0], columns[told]] = True
        mean, covariance = observe(mean, covariance, columns, right, heard, difficulty, parameters)
        mean, covariance = teach(mean, covariance, columns, right, heard, parameters)
    return Forecasts(*(np.concatenate(part) for part in zip(*rows, strict=True)))


def _start(takes: TakesInStep, numbers: Parameters) -> tuple[Floats, Floats]:
    """Before the first take: all skills, met or not, as their level and the syllabus let expect."""
    students, count = len(takes.levels), len(takes.tags) + 1
    first = np.array([first_grade(tag) for tag in takes.tags], float)
    offsets = np.array([numbers.offsets.get(tag, 0.0) for tag in takes.tags])
    general = np.array([numbers.ability_for(level) for level in takes.levels])
    mean = np.repeat(general[:, None], count, axis=1)
    mean[:, 1:] -= numbers.strangeness * np.maximum(0.0, first - takes.levels[:, None]) + offsets
    covariance = np.full((count, count), numbers.general_variance)
    covariance[np.arange(1, count), np.arange(1, count)] += numbers.own_variance
    return mean, np.tile(covariance, (students, 1, 1))
