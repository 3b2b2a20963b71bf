"""What is known of one student: an ability for every skill they have met, and a guess for those they haven't.

An ability is in logits on the scale of `tutor.composing.difficulty`: a student plays a note of a piece of
grade D rightly with probability `(1 - LAPSE) * sigmoid(ability - logits(D))`. It is a Gaussian: a mean, and
a variance that says how sure we are. Skills are the tags of `tutor.composing.skills`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from tutor.learner.syllabus import first_grade

# From 200 simulated students and 30,000 takes: the fit with the lowest log-loss on unseen students.
PRIOR_VARIANCE = 0.75
SHARED_SHARE = 0.5  # of the prior variance is the student's own: what one skill tells of another
LAPSE = 0.02  # Nobody is perfect: the share of notes missed for no reason of skill.
TARGET = 0.8  # The share right at which a student learns most: right at their own level, by definition of level.

LOGITS_A_GRADE = 0.8
MIDDLE_GRADE = 4.5
# A skill from a grade above one's own starts lower than one's own grade's skills: by this, a grade.
STRANGENESS_LOGITS = 0.3


@dataclass(frozen=True, slots=True)
class SkillAbility:
    """One skill: `ability` and `variance` as they stood when it was last met; `right` of `heard` notes so far.
    `due_at` and `memory` (an fsrs card as JSON) say when to meet it again."""

    ability: float
    variance: float
    right: int = 0
    heard: int = 0
    last_met_at: datetime | None = None
    due_at: datetime | None = None
    memory: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Knowledge:
    """A student's skills by tag, and the grade they say they are at. `as_of` None: each skill as of its last
    meeting; else all of them as of that moment (`tutor.learner.ability.forget`)."""

    level: float
    skills: Mapping[str, SkillAbility] = field(default_factory=dict)
    as_of: datetime | None = None

    def of(self, tag: str) -> SkillAbility:
        """A met skill as it stands; an unmet one as we would guess it from the level and from what is known."""
        if (met := self.skills.get(tag)) is not None:
            return met
        better_by, doubt = self.shared
        return SkillAbility(self.expected_at_level(tag) + better_by, PRIOR_VARIANCE * (1 - SHARED_SHARE) + doubt)

    def expected_at_level(self, tag: str) -> float:
        """The ability that somebody of this level has, before anything was heard of them."""
        return ability_for(self.level) - STRANGENESS_LOGITS * max(0.0, first_grade(tag) - self.level)

    @cached_property
    def shared(self) -> tuple[float, float]:
        """How much better than their level this student is in everything (logits), and the variance of that.

        The prior of a skill is the student's own component plus the skill's; each met skill is a noisy reading
        of the first. Precision-weighted, so that a skill heard twice says little.
        """
        precision = 1 / (PRIOR_VARIANCE * SHARED_SHARE)
        weighted = 0.0
        for tag, skill in self.skills.items():
            weight = 1 / (PRIOR_VARIANCE * (1 - SHARED_SHARE) + skill.variance)
            precision += weight
            weighted += weight * (skill.ability - self.expected_at_level(tag))
        return weighted / precision, 1 / precision

    @property
    def working_grade(self) -> float:
        """The grade this student plays at: their level, moved by all that was heard. It moves by itself."""
        return min(9.0, max(0.5, self.level + self.shared[0] / LOGITS_A_GRADE))


def logits(grade: float) -> float:
    """A difficulty in grades on the scale of abilities."""
    return LOGITS_A_GRADE * (grade - MIDDLE_GRADE)


def ability_for(grade: float) -> float:
    """The ability with which a piece of this grade goes right in the target share of its notes."""
    share = TARGET / (1 - LAPSE)
    return logits(grade) + math.log(share / (1 - share))
