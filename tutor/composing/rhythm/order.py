"""What a rhythm shall be (**RhythmOrder**) and what comes of it (**RhythmLine**). All times in ticks, 24 a quarter."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from tutor.composing.ordering import TICKS_A_QUARTER, Count

__all__ = ["TICKS_A_QUARTER", "Count", "RhythmLine", "RhythmOrder", "RhythmSymbol", "SoundingNote"]

PLAIN_VALUES = frozenset({12, 24, 36, 48, 72, 96})

# A bar: (ticks, kind) of each symbol, filling the bar. The kinds: a rest, a note, or the note before held on.
REST, NOTE, TIED = 0, 1, 2
BarSymbols = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class RhythmOrder:
    """What is wanted.

    bars: full bars, numbered from 1; upbeat_ticks: a bar 0 before them, which the last bar gives back
    (`whole_last_bar`: it doesn't). values: the lengths that a printed symbol may have. rests: may they come unasked;
    a count of `rhythm:rest` asks for them. counts: of `rhythm:…` occurrences. notes: fewest and most sounding notes.
    pairs: fewest neighbours with no rest between. density: notes a bar aimed at, loosely. breaths: at the end of
    every so many bars a rest or a long note. cadences: the last note is long and on a strong beat. fixed: bars
    that are given, by number; their last note is held over the barline where the next one begins held.
    form: "period", the second half opens as the first; "sentence", the second bar as the first; "none".
    thorough: look for bars that nobody would write, before it is refused; costs as much as all the rest.
    """

    metre: tuple[int, int]
    bars: int
    upbeat_ticks: int = 0
    values: frozenset[int] = PLAIN_VALUES
    rests: bool = False
    counts: tuple[Count, ...] = ()
    notes: tuple[int, int | None] = (0, None)
    pairs: int = 0
    style: str = "any"
    form: str = "none"
    density: float | None = None
    breaths: int | None = None
    cadences: bool = True
    whole_last_bar: bool = False
    rest_at_start: bool = False
    thorough: bool = True
    fixed: Mapping[int, BarSymbols] = field(default_factory=dict)


class RhythmSymbol(NamedTuple):
    """One printed note or rest; bar 0 is the upbeat, whose onsets count as if it were a full bar."""

    bar: int
    onset: int  # ticks from the barline
    ticks: int
    sounding: bool
    tied: bool  # holds the symbol before


class SoundingNote(NamedTuple):
    """One attack, ties joined. strength: 3 downbeat, 2 half bar or compound beat, 1 beat, 0 off the beat."""

    bar: int
    onset: int
    ticks: int
    strength: int
    after_rest: bool  # a rest lies before it
    first_symbol: int  # index into the line's symbols


@dataclass(frozen=True, slots=True)
class RhythmLine:
    """A drawn rhythm. log_prob: its natural-log probability under the style, before all wishes. copy_of: bar -> the
    bar that it restates."""

    metre: tuple[int, int]
    bars: int
    upbeat_ticks: int
    symbols: tuple[RhythmSymbol, ...]
    notes: tuple[SoundingNote, ...]
    log_prob: float
    copy_of: Mapping[int, int]
