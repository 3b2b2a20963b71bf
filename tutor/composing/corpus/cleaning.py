"""From bars as printed to bars that are full, and from the key that is declared to the mode that is sung."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from tutor.composing.corpus.written import WrittenBar, WrittenTune

FEWEST_BARS = 5
FEWEST_NOTES = 16
# One bar in ten may be wrong, as may the last: old books have misprints, and a last bar often lacks its upbeat.
FULL_BARS_SHARE = 0.9
# How much oftener than the declared degree the other one must be sung to say that the mode is another.
CLEARLY_OFTENER = 1.5


def full_bars(tune: WrittenTune) -> tuple[WrittenBar, ...] | None:
    """The bars, halves joined where a repeat sign splits them; None where too many are not full.

    The first may be an upbeat; any other that isn't full is left in place, and counts as one bar.
    """
    bars = _joined(tune.bars, tune.bar_ticks)
    full = sum(bar.ticks == tune.bar_ticks for bar in bars)
    notes = sum(note.pitch is not None for bar in bars for note in bar.notes)
    if len(tune.bars) < FEWEST_BARS or notes < FEWEST_NOTES or full < FULL_BARS_SHARE * len(bars) - 1:
        return None
    return bars if all(bar.ticks <= tune.bar_ticks for bar in bars[:1]) else None


def _joined(bars: Sequence[WrittenBar], bar_ticks: int) -> tuple[WrittenBar, ...]:
    joined = list(bars[:1])
    place = 1
    while place < len(bars):
        bar = bars[place]
        after = bars[place + 1] if place + 1 < len(bars) else None
        if after is not None and bar.ticks < bar_ticks and bar.ticks + after.ticks == bar_ticks:
            joined.append(_join(bar, after))
            place += 2
        else:
            joined.append(bar)
            place += 1
    return tuple(joined)


def _join(first: WrittenBar, second: WrittenBar) -> WrittenBar:
    """A repeat sign within the bar ends the phrase there: its last note is marked as a fermata would."""
    *notes, last = first.notes
    if first.closes:
        last = type(last)(last.pitch, last.step, last.ticks, last.tied, fermata=True)
    return WrittenBar((*notes, last, *second.notes), second.closes)


def sung_mode(tune: WrittenTune) -> str:
    """The mode by the third, the sixth and the seventh that are sung; books say "A" for A minor and A mixolydian."""
    sung = Counter((note.pitch - tune.tonic) % 12 for bar in tune.bars for note in bar.notes if note.pitch is not None)
    if tune.mode not in ("major", "minor"):
        return tune.mode
    if sung[3] > CLEARLY_OFTENER * sung[4]:
        return "dorian" if sung[9] > CLEARLY_OFTENER * sung[8] and sung[10] > sung[11] else "minor"
    if sung[4] > CLEARLY_OFTENER * sung[3]:
        return "mixolydian" if sung[10] > CLEARLY_OFTENER * sung[11] else "major"
    return tune.mode
