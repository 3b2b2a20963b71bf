"""What is known of one student: an ability for every skill they have met, and a guess for those they haven't.

An ability is in logits on the scale of `tutor.composing.difficulty`: a student plays a note of a piece of
grade D rightly with probability `(1 - lapse) * sigmoid(ability - logits(D))`. All abilities of a student are one
Gaussian (`belief`); skills are the tags of `tutor.composing.skills`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

import numpy as np

from tutor.learner.belief import DAY_S, GENERAL, Belief
from tutor.learner.filtering import Floats
from tutor.learner.memory import Tally
from tutor.learner.parameters import DEFAULTS, TARGET, Parameters
from tutor.learner.syllabus import first_grade

__all__ = ["GENERAL", "TARGET", "Knowledge", "SkillAbility", "SkillsOf", "ability_for", "logits"]

PRIOR_VARIANCE = DEFAULTS.general_variance + DEFAULTS.own_variance
LOWEST_GRADE, HIGHEST_GRADE = 0.5, 9.0


@dataclass(frozen=True, slots=True)
class SkillAbility:
    """One skill: `ability` and `variance` as believed; `right` of `heard` notes so far. `due_at` and `memory` (an fsrs
    card as JSON) say when to meet it again."""

    ability: float
    variance: float
    right: int = 0
    heard: int = 0
    last_met_at: datetime | None = None
    due_at: datetime | None = None
    memory: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class SkillsOf(Mapping[str, SkillAbility]):
    """The skills of a belief, each read when it is asked for."""

    belief: Belief
    tallies: Mapping[str, Tally]

    def __getitem__(self, tag: str) -> SkillAbility:
        tally = self.tallies[tag]
        mean, variance = self.belief.marginal(tag)
        return SkillAbility(mean, variance, tally.right, tally.heard, tally.last_met_at, tally.due_at, tally.memory)

    def __iter__(self) -> Iterator[str]:
        return iter(self.tallies)

    def __len__(self) -> int:
        return len(self.tallies)


@dataclass(frozen=True)
class Knowledge:
    """A student's skills by tag, and the grade they say they are at. Made from a stored `belief` and the skills'
    tallies, or from skills alone, whose hanging together is then guessed. `as_of` None: as of the last take; else as
    of that moment (`tutor.learner.ability.forget`)."""

    level: float
    skills: Mapping[str, SkillAbility] = field(default_factory=dict)
    as_of: datetime | None = None
    parameters: Parameters = DEFAULTS
    stored: Belief | None = None

    @classmethod
    def recalled(
        cls, level: float, belief: Belief, tallies: Mapping[str, Tally], parameters: Parameters = DEFAULTS
    ) -> Knowledge:
        """From the rows that keep it: skills without a tally, or with nothing believed of them, are not met."""
        met = {tag: tallies[tag] for tag in belief.skills if tag in tallies}
        return cls(level, SkillsOf(belief, met), None, parameters, belief)

    def of(self, tag: str) -> SkillAbility:
        """A met skill as it stands; an unmet one as we would guess it from the level and from what is known."""
        if (met := self.skills.get(tag)) is not None:
            return met
        return SkillAbility(*self.marginal(tag))

    def marginal(self, tag: str) -> tuple[float, float]:
        """Mean and variance of the ability in a skill, met or not."""
        if tag != GENERAL and tag in self.belief.place:
            return self.belief.marginal(tag)
        mean, variance = self.belief.marginal(GENERAL)
        return mean + self.over_general(tag), variance + self.parameters.own_variance

    def marginals(self, tags: Sequence[str]) -> tuple[Floats, Floats]:
        """Means and variances of the abilities in these skills."""
        pairs = np.array([self.marginal(tag) for tag in tags]).reshape(-1, 2)
        return pairs[:, 0], pairs[:, 1]

    def expected_at_level(self, tag: str) -> float:
        """The ability that somebody of this level has, before anything was heard of them."""
        return self.parameters.ability_for(self.level) + self.over_general(tag)

    def over_general(self, tag: str) -> float:
        """How far the ability in a skill is expected over one's general ability; mostly it is under it."""
        strange = self.parameters.strangeness * max(0.0, first_grade(tag) - self.level)
        return -strange - self.parameters.offsets.get(tag, 0.0)

    @property
    def shared(self) -> tuple[float, float]:
        """How much better than their level this student is in everything (logits), and the variance of that."""
        mean, variance = self.belief.marginal(GENERAL)
        return mean - self.parameters.ability_for(self.level), variance

    @property
    def working_grade(self) -> float:
        """The grade this student plays at: their level, moved by all that was heard. It moves by itself."""
        grade = self.level + self.shared[0] / self.parameters.logits_a_grade
        return min(HIGHEST_GRADE, max(LOWEST_GRADE, grade))

    @cached_property
    def belief(self) -> Belief:
        return self.stored if self.stored is not None else _guessed(self)

    @cached_property
    def tallies(self) -> Mapping[str, Tally]:
        if isinstance(self.skills, SkillsOf):
            return self.skills.tallies
        return {
            tag: Tally(one.right, one.heard, one.last_met_at, one.due_at, one.memory)
            for tag, one in self.skills.items()
        }


def logits(grade: float) -> float:
    """A difficulty in grades on the scale of abilities, as it is by default."""
    return DEFAULTS.logits(grade)


def ability_for(grade: float) -> float:
    """The ability with which a piece of this grade goes right in the target share of its notes."""
    return DEFAULTS.ability_for(grade)


def _guessed(known: Knowledge) -> Belief:
    """One Gaussian with these skills' means and variances. A skill heard of much tells more of the general ability,
    and hangs less on it: as if each had been told by evidence of its own that left it this doubtful."""
    numbers = known.parameters
    start = Belief.about_a_newcomer(numbers.ability_for(known.level), numbers)
    if not known.skills:
        return start
    last = max((one.last_met_at for one in known.skills.values() if one.last_met_at), default=None)
    mean = np.array([one.ability for one in known.skills.values()])
    variance = np.array([_aged(one, last, numbers) for one in known.skills.values()])
    over = mean - [known.expected_at_level(tag) for tag in known.skills]
    precision = 1 / (numbers.own_variance + variance)
    doubt = 1 / (1 / numbers.general_variance + precision.sum())
    hanging = np.minimum(variance / numbers.own_variance, np.sqrt(0.9 * np.minimum(variance / doubt, 1)))
    hanging = np.concatenate([[1.0], hanging])
    covariance = doubt * np.outer(hanging, hanging)
    np.fill_diagonal(covariance, [doubt, *variance])
    general = start.mean[0] + doubt * (precision * over).sum()
    return Belief((GENERAL, *known.skills), np.concatenate([[general], mean]), covariance, last, numbers.version)


def _aged(skill: SkillAbility, last: datetime | None, numbers: Parameters) -> float:
    """All skills are of one moment."""
    days = (last - skill.last_met_at).total_seconds() / DAY_S if last and skill.last_met_at else 0.0
    return max(skill.variance, min(numbers.variance_cap, skill.variance + numbers.noise_a_day * days))
