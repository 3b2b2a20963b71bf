"""The numbers of the learner, as data: `refitting` estimates them anew from a school's own takes.

All in logits. The defaults are those with the lowest log-loss on simulated students other than the ones that
`benchmarks.learner` reports on.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

TARGET = 0.8  # The share right at which a student learns most: right at their own level, by definition of level.
MIDDLE_GRADE = 4.5


@dataclass(frozen=True, slots=True)
class Parameters:
    """`version` grows by one with every refit. `offsets`: how much harder than its grade a skill is (skill tag ->
    logits; 0 for one that isn't named)."""

    version: int = 0
    # A skill's ability is the student's own plus the skill's: variances of both before anything was heard.
    general_variance: float = 0.375
    own_variance: float = 0.375
    # Not knowing grows with the days, and with takes that taught we don't know how much; up to a limit.
    noise_a_day: float = 0.012
    noise_a_take: float = 0.01
    variance_cap: float = 1.5
    # A take has good and bad days in it that more notes don't remove: what a forecast must allow for ...
    form_variance: float = 0.25
    # ... and what each skill's evidence in a take is worth at most. More, as a note counts under several skills.
    # Each skill has its own: noise shared by all of a take explains one skill's wrong notes by the day and so raises
    # the others. It forecasts no better, and one more wrong note should never raise anything.
    take_variance: float = 0.5
    # Playing teaches: for a dozen notes, of which only right ones count.
    drift: float = 0.08
    # Nobody is perfect: the share of notes missed for no reason of skill.
    lapse: float = 0.02
    logits_a_grade: float = 0.8
    middle_grade: float = MIDDLE_GRADE
    # A skill from a grade above one's own starts lower than one's own grade's skills: by this, a grade.
    strangeness: float = 0.3
    offsets: Mapping[str, float] = field(default_factory=dict)

    def logits(self, grade: float) -> float:
        """A difficulty in grades on the scale of abilities."""
        return self.logits_a_grade * (grade - self.middle_grade)

    def ability_for(self, grade: float) -> float:
        """The ability with which a piece of this grade goes right in the target share of its notes."""
        share = TARGET / (1 - self.lapse)
        return self.logits(grade) + math.log(share / (1 - share))

    def to_dict(self) -> dict[str, Any]:
        return asdict(self) | {"offsets": dict(self.offsets)}

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> Parameters:
        """What an older version did not know keeps its default; what a newer one knows besides is left."""
        known = {one.name for one in fields(cls)}
        return cls(**{name: value for name, value in stored.items() if name in known})


DEFAULTS = Parameters()
