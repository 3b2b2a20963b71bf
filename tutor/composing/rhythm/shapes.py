"""How a bar looks from afar, and where it stands in its phrase: what tells a close from an opening."""

from __future__ import annotations

from tutor.composing.rhythm.order import NOTE, REST, TIED, BarSymbols
from tutor.composing.rhythm.pulse import COMPOUND, SIMPLE, Pulse

PHRASE_BARS = 4
OPENING, INSIDE, PHRASE_END, LAST = range(4)
POSITIONS = 4
SHAPES = 40
# How firm an end is: (fewest strength, fewest ticks of the last note), the firmest first.
CADENCES = ((2, 24), (1, 24), (1, 0), (-1, 0))


def position_of(index: int, bars: int) -> int:
    """Where the bar with this index (0 the first full one) stands in a tune of so many bars."""
    if index == bars - 1:
        return LAST
    return PHRASE_END if index % PHRASE_BARS == PHRASE_BARS - 1 else OPENING if index == 0 else INSIDE


def shape_of(symbols: BarSymbols, held: bool, pulse: Pulse) -> int:
    """A class by how the bar ends (a rest, a held note, or how long a note) and how many notes it has a beat."""
    share = symbols[-1][0] / pulse.bar
    ending = 4 if held or symbols[-1][1] == REST else sum(share > bound for bound in (0.15, 0.3, 0.55))
    rested = symbols[-1][1] == REST
    beats = pulse.bar / (COMPOUND if pulse.is_compound else SIMPLE)
    a_beat = sum(kind == NOTE for _, kind in symbols) / beats
    return 8 * ending + 2 * sum(a_beat > bound for bound in (0.5, 1, 2)) + rested


def closing(symbols: BarSymbols, pulse: Pulse, onset: int = 0) -> tuple[int, int]:
    """(strength, ticks) of the bar's last note with what is held on to it; (-1, 0) where there is none."""
    found = (-1, 0)
    for ticks, kind in symbols:
        if kind == NOTE:
            found = (pulse.strength(onset), ticks)
        elif kind == TIED:
            found = (found[0], found[1] + ticks)
        onset += ticks
    return found


def cadence_of(strength: int, ticks: int) -> int:
    """The firmest of CADENCES that a last note like this makes."""
    return next(at for at, (least, fewest) in enumerate(CADENCES) if strength >= least and ticks >= fewest)


def lets_breathe(symbols: BarSymbols, pulse: Pulse) -> bool:
    """It ends with a rest, or with a note of half a bar or two beats."""
    return symbols[-1][1] == REST or symbols[-1][0] >= min(48, pulse.bar // 2)
