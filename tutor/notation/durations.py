"""Note values: which lengths one symbol can print, and how the others are cut into tied ones.

Lengths are exact fractions of a quarter note.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from tutor.notation.score import Metre

NOTE_VALUES = {
    "breve": Fraction(8),
    "whole": Fraction(4),
    "half": Fraction(2),
    "quarter": Fraction(1),
    "eighth": Fraction(1, 2),
    "16th": Fraction(1, 4),
    "32nd": Fraction(1, 8),
    "64th": Fraction(1, 16),
}
# Three in the time of two, and so on: what the denominator of a length gives away.
TUPLETS = {3: (3, 2), 5: (5, 4), 7: (7, 4)}
DOTTED = (Fraction(1), Fraction(3, 2), Fraction(7, 4))


@dataclass(frozen=True, slots=True)
class NoteValue:
    """How one symbol prints: a note value, its dots, and its tuplet (actual, normal), (1, 1) for none."""

    name: str
    dots: int = 0
    tuplet: tuple[int, int] = (1, 1)

    @property
    def beams(self) -> int:
        """How many beams or flags it carries."""
        return {"eighth": 1, "16th": 2, "32nd": 3, "64th": 4}.get(self.name, 0)


def note_value(duration_beat: Fraction) -> NoteValue | None:
    """The one symbol that prints this length, or None where it takes several tied ones."""
    tuplet = next((ratio for odd, ratio in TUPLETS.items() if duration_beat.denominator % odd == 0), (1, 1))
    printed = duration_beat * Fraction(*tuplet)
    for name, length in NOTE_VALUES.items():
        for dots, factor in enumerate(DOTTED):
            if printed == length * factor:
                return NoteValue(name, dots, tuplet)
    return None


def split(onset_in_bar: Fraction, duration_beat: Fraction, metre: Metre) -> list[Fraction]:
    """A length cut into printable ones, at the strongest place of the bar that serves; [] where none does."""
    if note_value(duration_beat):
        return [duration_beat]
    offset = onset_in_bar + duration_beat
    for cut in _places_by_strength(onset_in_bar, offset, metre):
        first, second = cut - onset_in_bar, offset - cut
        if note_value(first) and note_value(second):
            return [first, second]
    return _split_greedily(onset_in_bar, duration_beat)


def _places_by_strength(onset: Fraction, offset: Fraction, metre: Metre) -> Iterable[Fraction]:
    beat = beat_length(metre)
    for grid in (metre.bar_beats / 2, beat, beat / 2, beat / 4):
        place = (onset // grid + 1) * grid
        while place < offset:
            yield place
            place += grid


def _split_greedily(onset: Fraction, duration: Fraction) -> list[Fraction]:
    """First up to the next quarter, then the longest values that fit; for lengths that no musician would write."""
    pieces = []
    to_next_quarter = onset // 1 + 1 - onset
    if to_next_quarter < duration and note_value(to_next_quarter):
        pieces.append(to_next_quarter)
        duration -= to_next_quarter
    for length in NOTE_VALUES.values():
        while length <= duration:
            pieces.append(length)
            duration -= length
    if duration and note_value(duration):
        pieces.append(duration)
        duration = Fraction(0)
    return [] if duration else pieces


def beat_length(metre: Metre) -> Fraction:
    """What the foot taps: a dotted quarter in 6/8, a half in 2/2, a quarter in 3/4, the whole bar in 3/8."""
    if metre.beat_type >= 8 and metre.beats % 3 == 0:
        return Fraction(12, metre.beat_type)
    return Fraction(4, metre.beat_type)
