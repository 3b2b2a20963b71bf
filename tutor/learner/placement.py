"""Where a new student is placed: a few short takes, each at the grade that tells most, and kind enough to be played.

What is believed is one number, the grade that the student plays at, on a grid. A take's notes are told by one form of
the day and one choice of skills, so that many notes don't make it certain.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tutor.learner.filtering import Floats
from tutor.learner.knowledge import HIGHEST_GRADE, LOWEST_GRADE
from tutor.learner.parameters import DEFAULTS, Parameters

MOST_TAKES = 6
SURE_WITHIN_GRADES = 0.75  # four times in five
SAID_WITHIN_GRADES, UNSAID_GRADE, UNSAID_WITHIN_GRADES = 1.6, 3.0, 2.2  # deviations: two grades off is nothing unusual
EIGHTY_PERCENT = 1.28  # deviations
# A note counts under its key, its metre, its interval and its rhythm.
TAGS_A_NOTE = 3.0
SHORT_TAKE_NOTES = 12
SKILLS_A_TAKE = 6
# Of all grades that tell nearly as much as the best, the easiest: nobody begins with a defeat.
NEARLY_AS_MUCH = 0.85
FIRST_AT_MOST = 2.0  # of whom nothing is known: most of those who ask to be placed have hardly begun
ABILITIES = np.arange(-1.0, 10.01, 0.05)  # the grade at which the target share goes right
GRADES = np.arange(1.0, 8.01, 0.25)
NODES, WEIGHTS = np.polynomial.hermite_e.hermegauss(7)


@dataclass(frozen=True, slots=True)
class Trial:
    """A take: the piece's grade, and its skill events right of those heard."""

    grade: float
    right: int
    heard: int


@dataclass(frozen=True, slots=True)
class Found:
    """`grade`: the level, as far as is known; `low` to `high` hold it four times in five. `try_next`: the grade of the
    next take, if it isn't `is_done`."""

    grade: float
    low: float
    high: float
    try_next: float
    is_done: bool


def place(trials: Sequence[Trial], said: float | None = None, parameters: Parameters = DEFAULTS) -> Found:
    """After these takes. `said`: the level that the student gave, if any. A take of which nothing was heard tells
    nothing, and counts as one of the six all the same: nobody should play on and on."""
    belief = _prior(said)
    for trial in trials[:MOST_TAKES]:
        belief = belief * _likelihood(trial, parameters)
        belief /= belief.sum()
    grade = float(belief @ ABILITIES)
    within = EIGHTY_PERCENT * float(np.sqrt(belief @ (ABILITIES - grade) ** 2))
    heard = any(trial.heard for trial in trials)
    low, high = (min(HIGHEST_GRADE, max(LOWEST_GRADE, end)) for end in (grade - within, grade + within))
    try_next = _most_telling(belief, parameters)
    return Found(
        grade=min(HIGHEST_GRADE, max(LOWEST_GRADE, grade)),
        low=low,
        high=high,
        try_next=try_next if trials or said is not None else min(FIRST_AT_MOST, try_next),
        is_done=len(trials) >= MOST_TAKES or (heard and within <= SURE_WITHIN_GRADES),
    )


def _prior(said: float | None) -> Floats:
    middle, deviation = (UNSAID_GRADE, UNSAID_WITHIN_GRADES) if said is None else (said, SAID_WITHIN_GRADES)
    belief: Floats = np.exp(-0.5 * ((ABILITIES - middle) / deviation) ** 2)
    belief /= belief.sum()
    return belief


def _likelihood(trial: Trial, numbers: Parameters) -> Floats:
    """Of each of ABILITIES, the day's form and the choice of skills averaged over."""
    right, wrong = trial.right / TAGS_A_NOTE, (trial.heard - trial.right) / TAGS_A_NOTE
    noise = np.sqrt(_take_variance(numbers)) * NODES[:, None]
    chances = _chance(_over(trial.grade, numbers) + noise, numbers)
    log_likelihood = right * np.log(chances) + wrong * np.log(1 - chances)
    likelihood: Floats = WEIGHTS @ np.exp(log_likelihood - log_likelihood.max())
    likelihood += 1e-12
    return likelihood


def _most_telling(belief: Floats, numbers: Parameters) -> float:
    """The information of a short take about the ability, at each of GRADES, expected under the belief."""
    chances = _chance(_over(GRADES[:, None], numbers), numbers)
    a_note = chances * (1 - chances / (1 - numbers.lapse)) ** 2 / (1 - chances)
    told = (1 / (1 / (SHORT_TAKE_NOTES * a_note) + _take_variance(numbers))) @ belief
    return float(GRADES[np.flatnonzero(told >= NEARLY_AS_MUCH * told.max())[0]])


def _over(grade: Floats | float, numbers: Parameters) -> Floats:
    """How far each of ABILITIES lies over a piece, in logits."""
    at_own_grade = numbers.ability_for(0.0) - numbers.logits(0.0)
    over: Floats = numbers.logits_a_grade * (ABILITIES - grade) + at_own_grade
    return over


def _chance(logit: Floats, numbers: Parameters) -> Floats:
    chance: Floats = (1 - numbers.lapse) / (1 + np.exp(-logit))
    return chance


def _take_variance(numbers: Parameters) -> float:
    return numbers.form_variance + numbers.own_variance / SKILLS_A_TAKE
