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

from tutor.grading.rubric_fields import (
    HEARING,
    LENGTH,
    PITCH,
    TEMPO,
    TIME,
    WEIGHTS,
    BadRubric,
    Meaning,
    checked,
    switch,
    tolerance,
)
from tutor.saying import phrase


@dataclass(frozen=True, slots=True)
class Rubric:
    """Cents and seconds are distances from what is written; points run from 1 down to 0 between two of them."""

    name: str = "standard"
    label: str = phrase("Standard")
    cents_in_tune: float = tolerance(
        PITCH,
        35.0,
        phrase("In tune within"),
        phrase("cents"),
        (5, 100),
        phrase("Further off, a right note is called sharp or flat."),
    )
    pitch_full_cents: float = tolerance(
        PITCH,
        50.0,
        phrase("Full points for pitch within"),
        phrase("cents"),
        (5, 100),
        phrase("A note this near its pitch loses nothing."),
    )
    pitch_none_cents: float = tolerance(
        PITCH,
        100.0,
        phrase("No points for pitch from"),
        phrase("cents"),
        (10, 300),
        phrase("Between the two, the points fall evenly."),
    )
    any_octave: bool = switch(
        PITCH,
        phrase("Any octave is right"),
        phrase("Singers choose their octave anyway; with this, every player does."),
    )
    free_key: bool = switch(
        PITCH, phrase("Any key is right"), phrase("The whole take may be higher or lower, as at home.")
    )
    onset_window_beats: float = tolerance(
        TIME,
        0.15,
        phrase("On time within"),
        phrase("beats"),
        (0.02, 0.5),
        phrase("Further off, a note is called early or late …"),
    )
    onset_window_least_s: float = tolerance(
        TIME,
        0.06,
        phrase("… but never within"),
        phrase("s"),
        (0.03, 0.5),
        phrase("However fast the music: nobody hears it, and no machine."),
    )
    onset_window_most_s: float = tolerance(
        TIME,
        0.1,
        phrase("… and always beyond"),
        phrase("s"),
        (0.03, 1),
        phrase("However slow the music: anybody hears it."),
    )
    time_full_s: float = tolerance(
        TIME,
        0.05,
        phrase("Full points for time within"),
        phrase("s"),
        (0.02, 0.5),
        phrase("A note begun this near its time loses nothing."),
    )
    time_none_s: float = tolerance(
        TIME,
        0.25,
        phrase("No points for time from"),
        phrase("s"),
        (0.05, 2),
        phrase("Between the two, the points fall evenly."),
    )
    short_ratio: float = tolerance(
        LENGTH,
        0.45,
        phrase("Too short under"),
        phrase("of the written length"),
        (0.1, 0.95),
        phrase("A note let go sooner is called short."),
    )
    long_ratio: float = tolerance(
        LENGTH,
        1.6,
        phrase("Too long over"),
        phrase("of the written length"),
        (1.05, 5),
        phrase("A note held for longer is called long."),
    )
    slowest_tempo: float = tolerance(
        TEMPO,
        0.8,
        phrase("Full points for tempo from"),
        phrase("of the asked tempo"),
        (0.2, 1),
        phrase("Slower than this costs points."),
    )
    fastest_tempo: float = tolerance(
        TEMPO,
        1.25,
        phrase("Full points for tempo up to"),
        phrase("of the asked tempo"),
        (1, 4),
        phrase("Faster than this costs points."),
    )
    pitch_weight: float = tolerance(
        WEIGHTS,
        0.5,
        phrase("Right notes count"),
        phrase("of a note's points"),
        (0, 1),
        phrase("The note that was asked for, and no other."),
    )
    rhythm_weight: float = tolerance(
        WEIGHTS,
        0.4,
        phrase("Rhythm counts"),
        phrase("of a note's points"),
        (0, 1),
        phrase("When it begins, and for how long it is held."),
    )
    intonation_weight: float = tolerance(
        WEIGHTS,
        0.1,
        phrase("Tuning counts"),
        phrase("of a note's points"),
        (0, 1),
        phrase("How near a right note is to its pitch."),
    )
    extra_weight: float = tolerance(
        WEIGHTS,
        0.5,
        phrase("An extra note costs"),
        phrase("of a note's points"),
        (0, 1),
        phrase("A note that nobody asked for."),
    )
    onsets_only: bool = switch(
        HEARING, phrase("Clapped or tapped"), phrase("Only when the strokes come is graded: neither pitch nor length.")
    )
    by_jury: bool = switch(
        WEIGHTS,
        phrase("Marked as a jury does"),
        phrase("Right notes and their time, and neither makes up for the other."),
    )
    least_confidence: float = tolerance(
        HEARING,
        0.5,
        phrase("Judged from a confidence of"),
        phrase("of certainty"),
        (0, 0.99),
        phrase("A verdict that is less sure is not given: the note counts neither for nor against."),
    )

    def to_dict(self) -> dict[str, Any]:
        """A JSON object."""
        return asdict(self)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Rubric:
        """Fields that this version does not know are passed over, so that old rows stay readable. Raises BadRubric
        where nobody could be graded by it."""
        if not isinstance(data, Mapping):
            raise BadRubric(phrase("A rubric is a JSON object of tolerances."))
        known = {field.name: field for field in fields(cls)}
        rubric = cls(**{name: checked(known[name], value) for name, value in data.items() if name in known})
        _check_order(rubric)
        return rubric

    @property
    def digest(self) -> str:
        """Changes whenever any tolerance does, and not with the label: 16 hexadecimal digits."""
        # 50 and 50.0 are the same tolerance.
        same = {key: float(value) if isinstance(value, int) else value for key, value in self.to_dict().items()}
        text = json.dumps(same | {"label": ""}, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    def onset_window_s(self, beat_s: float) -> float:
        """How far from its time an onset may lie, at this tempo."""
        return min(max(self.onset_window_beats * beat_s, self.onset_window_least_s), self.onset_window_most_s)


def _check_order(rubric: Rubric) -> None:
    """What must be less than what. Points that fall need room to fall in."""
    ascending = ("pitch_full_cents", "pitch_none_cents"), ("time_full_s", "time_none_s")
    for lower, higher in ascending:
        if getattr(rubric, lower) >= getattr(rubric, higher):
            raise BadRubric(
                phrase(
                    "“{label}” must be less than “{more}”.",
                    label=MEANINGS[lower].label,
                    more=MEANINGS[higher].label,
                )
            )
    if rubric.onset_window_least_s > rubric.onset_window_most_s:
        raise BadRubric(phrase("“… but never within” must not be more than “… and always beyond”."))
    if rubric.pitch_weight + rubric.rhythm_weight <= 0:
        raise BadRubric(phrase("Right notes or rhythm must count for something."))
    if rubric.onsets_only and rubric.rhythm_weight <= 0:
        raise BadRubric(phrase("Where only strokes are graded, rhythm must count for something."))


MEANINGS: Mapping[str, Meaning] = {
    field.name: field.metadata["meaning"] for field in fields(Rubric) if "meaning" in field.metadata
}


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
    label=phrase("Beginner"),
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
    label=phrase("Strict"),
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
    least_confidence=0.6,
)
# As that jury heard it: points for pitch to 150 cents, right notes and rhythm alike, tuning next to nothing; the octave
# is the singer's, the key is not.
EXAM = Rubric(
    name="exam",
    label=phrase("Sung exam"),
    by_jury=True,
    cents_in_tune=50,
    pitch_none_cents=150,
    any_octave=True,
    pitch_weight=0.49,
    rhythm_weight=0.49,
    intonation_weight=0.02,
    time_full_s=0.03,
    time_none_s=0.2,
    short_ratio=0.35,
    long_ratio=2.0,
)
# A jury of 116 tapped takes gave no heed to the tempo as a whole.
CLAPPING = Rubric(
    name="clapping",
    label=phrase("Clapping"),
    onsets_only=True,
    pitch_weight=0,
    rhythm_weight=1,
    intonation_weight=0,
    slowest_tempo=0.7,
    fastest_tempo=1.4,
)

RUBRICS: Mapping[str, Rubric] = {rubric.name: rubric for rubric in (BEGINNER, STANDARD, STRICT, EXAM, CLAPPING)}
