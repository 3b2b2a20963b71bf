"""A **Rubric**: the tolerances and weights that a take is graded by. Data, stored with each assessment.

Levels follow Performous (full points to 50 cents, none from 150, 100 or 50) and a conservatory's jury of
747 sung exams (points for time full to 50 ms, none from 250; right notes and rhythm decide, intonation hardly).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any


@dataclass(frozen=True, slots=True)
class Rubric:
    """Cents and seconds are distances from what is written; points run from 1 down to 0 between two of them."""

    name: str = "standard"
    label: str = "Standard"
    cents_in_tune: float = 35.0  # beyond this a right note is called sharp or flat
    pitch_full_cents: float = 50.0
    pitch_none_cents: float = 100.0
    onset_window_beats: float = 0.15  # beyond this a note is called early or late …
    onset_window_least_s: float = 0.06  # … but never within this
    onset_window_most_s: float = 0.1  # … and always beyond this
    time_full_s: float = 0.05
    time_none_s: float = 0.25
    short_ratio: float = 0.45  # of the written length
    long_ratio: float = 1.6
    slowest_tempo: float = 0.8  # of the asked one, with full points
    fastest_tempo: float = 1.25
    pitch_weight: float = 0.5
    rhythm_weight: float = 0.4
    intonation_weight: float = 0.1
    extra_weight: float = 0.5  # an extra note takes this much of a note's points
    any_octave: bool = False  # else only voices choose their octave

    def to_dict(self) -> dict[str, Any]:
        """A JSON object."""
        return asdict(self)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Rubric:
        """Fields that this version does not know are passed over, so that old rows stay readable."""
        known = {field.name for field in fields(cls)}
        return cls(**{key: value for key, value in data.items() if key in known})

    @property
    def digest(self) -> str:
        """Changes whenever any tolerance does: 16 hexadecimal digits."""
        text = json.dumps(self.to_dict(), sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    def onset_window_s(self, beat_s: float) -> float:
        """How far from its time an onset may lie, at this tempo."""
        return min(max(self.onset_window_beats * beat_s, self.onset_window_least_s), self.onset_window_most_s)


class UnknownRubric(KeyError):
    """No rubric of that name."""

    def __str__(self) -> str:
        return f"There is no rubric called “{self.args[0]}”; the names are: {', '.join(RUBRICS)}."


def get_rubric(name: str) -> Rubric:
    """The rubric of this name."""
    try:
        return RUBRICS[name]
    except KeyError:
        raise UnknownRubric(name) from None


BEGINNER = Rubric(
    name="beginner",
    label="Beginner",
    cents_in_tune=50,
    pitch_none_cents=150,
    onset_window_beats=0.25,
    onset_window_most_s=0.15,
    time_none_s=0.3,
    short_ratio=0.35,
    long_ratio=1.8,
    intonation_weight=0.05,
    pitch_weight=0.55,
)
STANDARD = Rubric()
STRICT = Rubric(
    name="strict",
    label="Strict",
    cents_in_tune=25,
    pitch_full_cents=35,
    pitch_none_cents=70,
    onset_window_beats=0.12,
    onset_window_most_s=0.08,
    time_none_s=0.2,
    short_ratio=0.55,
    long_ratio=1.45,
    slowest_tempo=0.9,
    fastest_tempo=1.1,
    pitch_weight=0.45,
    rhythm_weight=0.35,
    intonation_weight=0.2,
)

RUBRICS: Mapping[str, Rubric] = {rubric.name: rubric for rubric in (BEGINNER, STANDARD, STRICT)}
