"""How a bar is written by someone who knows how: what one symbol prints is no tie, and a rest is short and last."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from tutor.composing.rhythm.order import REST, TIED, BarSymbols
from tutor.composing.rhythm.pulse import COMPOUND, SIMPLE, Pulse
from tutor.notation.durations import NOTE_VALUES

# Lengths that one symbol prints: plain, dotted, and two thirds for triplets.
_PLAIN = [int(24 * value) for name, value in NOTE_VALUES.items() if name not in ("64th", "breve")]
SYMBOL_TICKS = frozenset({*_PLAIN, *(ticks * 3 // 2 for ticks in _PLAIN if ticks >= 6), 8, 16})
LONGEST_REST = 1 / 3  # of the bar


def is_needless(pulse: Pulse, onset: int, before: int, after: int) -> bool:
    """Whether two symbols tied at `onset + before` would be one to a musician: the length has a symbol, and hides
    neither a beat of three nor the middle of the bar."""
    tied_at, total, end = onset + before, before + after, onset + before + after
    if total not in SYMBOL_TICKS:
        return False
    if len(pulse.groups) > 1 or len(set(pulse.groups[0])) > 1:
        return any(_keeps_to_groups(groups, onset, end) for groups in pulse.groups)
    if pulse.is_compound:
        on_beats = onset % COMPOUND == 0 and total % COMPOUND == 0
        return onset // COMPOUND == (end - 1) // COMPOUND or (on_beats and (tied_at != pulse.half or onset == 0))
    if onset // SIMPLE == (end - 1) // SIMPLE:
        return True
    if tied_at == pulse.half and onset:
        return False
    return onset % SIMPLE == 0 or (onset % SIMPLE == SIMPLE // 2 and total == SIMPLE)


def _keeps_to_groups(groups: tuple[int, ...], onset: int, end: int) -> bool:
    beats = [sum(groups[:index]) for index in range(len(groups) + 1)]
    inside_one = any(begin <= onset and end <= following for begin, following in pairwise(beats))
    return inside_one or (onset in beats and end in beats)


def without_needless_ties(symbols: BarSymbols, pulse: Pulse) -> BarSymbols:
    """The bar as it should be written."""
    written: list[tuple[int, int]] = []
    onset = 0
    for ticks, kind in symbols:
        if kind == TIED and written and is_needless(pulse, onset - written[-1][0], written[-1][0], ticks):
            written[-1] = (written[-1][0] + ticks, written[-1][1])
        else:
            written.append((ticks, kind))
        onset += ticks
    return tuple(written)


def inner_ties(symbols: BarSymbols, pulse: Pulse, onset: int = 0) -> int:
    """Ties inside the bar, but for those at its middle."""
    return sum(
        kind == TIED and place > 0 and begins != pulse.half for place, begins, _, kind in _placed(symbols, onset)
    )


def odd_rests(symbols: BarSymbols, pulse: Pulse, onset: int = 0) -> int:
    """Rests that are more than a third of the bar together, follow another, or hide a beat."""
    rests = [(place, begins, ticks) for place, begins, ticks, kind in _placed(symbols, onset) if kind == REST]
    unit = COMPOUND if pulse.is_compound else SIMPLE
    too_long = sum(ticks for _, _, ticks in rests) > LONGEST_REST * pulse.bar
    neighbours = sum(before[0] + 1 == after[0] for before, after in pairwise(rests))
    hiding = sum(begins % unit > 0 and begins % unit + ticks > unit for _, begins, ticks in rests)
    return too_long + neighbours + hiding * (len(set(pulse.groups[0])) == 1)


def rests_last(symbols: BarSymbols) -> bool:
    """Its one rest is its end."""
    return [kind == REST for _, kind in symbols] == [False] * (len(symbols) - 1) + [True]


def _placed(symbols: BarSymbols, onset: int) -> Iterator[tuple[int, int, int, int]]:
    for place, (ticks, kind) in enumerate(symbols):
        yield place, onset, ticks, kind
        onset += ticks
