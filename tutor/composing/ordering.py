"""A **MelodyOrder**: what a melody shall be. What is left open (None) is completed from the grade and the seed.

An order travels as plain values (`to_dict`): stored as a recipe, it makes the same melody again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from tutor.composing.refusal import CannotCompose
from tutor.notation.instruments import Instrument, UnknownInstrument, get_instrument
from tutor.notation.score import Score
from tutor.saying import sentence_in

TICKS_A_QUARTER = 24
STYLES = ("any", "song", "dance", "hymn")


@dataclass(frozen=True, slots=True)
class Count:
    """How often a skill occurs: at least, and at most (None: as often as it likes).

    Occurrences as `tutor.composing.skills.occurrences` counts them: notes, or figures of several notes.
    """

    tag: str
    least: int = 0
    most: int | None = None


@dataclass(frozen=True, slots=True)
class MelodyOrder:
    """What is wanted; None leaves a choice to the composer, and an explicit wish wins over the grade.

    `low` and `high` are written MIDI numbers, `fifths` the key signature (A minor is 0), `metre` is as printed
    ("6/8"), `upbeat` the pickup's length in ticks (0: none), `note_values` the printed lengths allowed in ticks,
    `sizes` the generic intervals allowed (1 a repeated note, 8 an octave), `start` and `end` degrees of the scale
    (1 to 7). `grade` is the difficulty aimed at, within `tolerance`. `theme` is the tune that a variation is made
    on; `level` (1 to 3) how far it goes.
    """

    kind: str = "sight-reading"
    instrument: Instrument | str = "violin"
    grade: float = 1.0
    tolerance: float = 0.25
    low: int | None = None
    high: int | None = None
    fifths: int | None = None
    mode: str | None = None
    metre: str | None = None
    bars: int | None = None
    upbeat: int | None = None
    bpm: float | None = None
    note_values: tuple[int, ...] | None = None
    sizes: tuple[int, ...] | None = None
    counts: tuple[Count, ...] = ()
    start: tuple[int, ...] | None = None
    end: tuple[int, ...] | None = None
    style: str = "any"
    modulates: bool | None = None
    chromatic: bool | None = None
    seed: int = 0
    theme: Score | None = None
    level: int = 1

    @property
    def player(self) -> Instrument:
        """The instrument itself, where it was named. Raises CannotCompose where there is none of that name."""
        if isinstance(self.instrument, Instrument):
            return self.instrument
        try:
            return get_instrument(self.instrument)
        except UnknownInstrument as error:
            raise CannotCompose(sentence_in(error), ("another instrument",)) from error

    @property
    def beats(self) -> tuple[int, int]:
        """The metre as numbers: (6, 8). Only of an order whose metre is settled."""
        assert self.metre is not None
        over, under = self.metre.split("/")
        return int(over), int(under)

    @property
    def bar_ticks(self) -> int:
        """How long a full bar is. Only of an order whose metre is settled."""
        over, under = self.beats
        return 4 * TICKS_A_QUARTER * over // under

    def to_dict(self) -> dict[str, Any]:
        """Plain values for JSON; what was left open is left out."""
        data = {field.name: getattr(self, field.name) for field in fields(self)}
        data["instrument"] = self.player.name
        data["counts"] = [[count.tag, count.least, count.most] for count in self.counts]
        data["theme"] = self.theme and self.theme.to_dict()
        return {
            name: list(value) if isinstance(value, tuple) else value
            for name, value in data.items()
            if value != _DEFAULTS.get(name)
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> MelodyOrder:
        """Back from `to_dict`, or from JSON."""
        order = cls(**{name: value for name, value in data.items() if name not in ("counts", "theme")})
        tuples: dict[str, Any] = {name: tuple(value) for name in _TUPLES if (value := getattr(order, name)) is not None}
        theme = data.get("theme")
        return replace(
            order,
            counts=tuple(Count(*count) for count in data.get("counts", ())),
            theme=None if theme is None else Score.from_dict(theme),
            **tuples,
        )


_TUPLES = ("note_values", "sizes", "start", "end")
_DEFAULTS = {field.name: field.default for field in fields(MelodyOrder)} | {"instrument": None, "counts": []}


def count_of(counts: Sequence[Count], tag: str) -> Count | None:
    """What is ordered of this skill; None where nothing is."""
    return next((count for count in counts if count.tag == tag), None)
