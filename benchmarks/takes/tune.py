"""A **tune**: bars of notes and rests, before it is set for a player."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise


@dataclass(frozen=True, slots=True)
class TuneNote:
    """A pitch (MIDI number, None is a rest) and its length; `is_tied`: goes on in the next note of its pitch."""

    pitch: int | None
    beats: Fraction
    is_tied: bool = False


TuneBar = tuple[TuneNote, ...]


@dataclass(frozen=True, slots=True)
class Tune:
    """One melody. `fifths`: the key signature, sharps positive."""

    name: str
    bars: tuple[TuneBar, ...]
    metre: tuple[int, int]
    fifths: int

    @property
    def pitches(self) -> list[int]:
        return [note.pitch for bar in self.bars for note in bar if note.pitch is not None]

    def runs(self, size: int) -> Iterator[tuple[int, ...]]:
        """Every row of `size` intervals: what two books' versions of one tune share."""
        pitches = self.pitches
        intervals = [after - before for before, after in pairwise(pitches)]
        for first in range(len(intervals) - size + 1):
            yield tuple(intervals[first : first + size])
