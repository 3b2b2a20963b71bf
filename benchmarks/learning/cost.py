"""What learning and choosing cost: CPU time of one thread, the best of several."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import numpy as np

from benchmarks.learning.learners import MONDAY
from tutor.composing.aims import easiest_for
from tutor.composing.choice import Candidate, CandidateMatrix, Played, choose
from tutor.learner.ability import update
from tutor.learner.filtering import update_many
from tutor.learner.knowledge import Knowledge
from tutor.learner.parameters import DEFAULTS
from tutor.learner.syllabus import skills_up_to

TRIES = 5
STUDENTS, TAKES = 500, 100
SKILLS_A_TAKE, SKILLS_A_PIECE, NOTES = 8, 10, 10
PIECES = 200


@dataclass(frozen=True)
class LearnerCost:
    """Microseconds for a take of one student, and of one among many; milliseconds for a plan of five out of 200 pieces
    and the melodies that could be ordered; bytes of a belief."""

    skills: int
    update_us: float
    update_many_us: float
    choice_ms: float
    belief_bytes: int


def cost(seed: int = 1) -> LearnerCost:
    """Of a student of grade 5, who has met some forty skills."""
    rng = np.random.default_rng(seed)
    tags = skills_up_to(5)
    takes = [
        {str(tag): (int(rng.binomial(NOTES, 0.8)), NOTES) for tag in rng.choice(tags, SKILLS_A_TAKE, replace=False)}
        for _ in range(TAKES)
    ]
    known = Knowledge(4)
    for take in takes:
        known = update(known, take, 4, MONDAY)
    later = MONDAY + timedelta(days=1)
    return LearnerCost(
        skills=len(known.skills),
        update_us=1e6 * _least(lambda: [update(known, take, 4, later) for take in takes]) / TAKES,
        update_many_us=1e6 * _many(rng, known) / STUDENTS,
        choice_ms=1e3 * _choosing(rng, known, tags),
        belief_bytes=len(known.belief.to_bytes()),
    )


def _many(rng: np.random.Generator, known: Knowledge) -> float:
    belief = known.belief
    mean, covariance = np.tile(belief.mean, (STUDENTS, 1)), np.tile(belief.covariance, (STUDENTS, 1, 1))
    skills = np.arange(1, len(belief.skills))
    columns = np.array([rng.choice(skills, SKILLS_A_TAKE, replace=False) for _ in range(STUDENTS)])
    heard = np.full(columns.shape, float(NOTES))
    right = rng.binomial(NOTES, 0.8, columns.shape).astype(float)
    grades, days = np.zeros(STUDENTS), np.ones(STUDENTS)
    return _least(lambda: update_many(mean, covariance, columns, right, heard, grades, days, DEFAULTS))


def _choosing(rng: np.random.Generator, known: Knowledge, tags: list[str]) -> float:
    shelf = [
        Candidate(
            number,
            float(rng.uniform(2, 5.5)),
            {str(tag): int(rng.integers(3, 20)) for tag in rng.choice(tags, SKILLS_A_PIECE, replace=False)},
        )
        for number in range(PIECES)
    ]
    matrix, orders = CandidateMatrix.of(shelf), {tag: easiest_for(tag) for tag in tags}
    recent = [Played(piece.key, piece.grade, 75.0, piece.skills) for piece in shelf[:10]]
    return _least(lambda: choose(matrix, known, MONDAY, recent=recent, orders=orders))


def _least(work: Callable[[], object]) -> float:
    times = []
    for _ in range(TRIES):
        began = time.process_time()
        work()
        times.append(time.process_time() - began)
    return min(times)
