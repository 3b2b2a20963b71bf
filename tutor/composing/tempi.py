"""Tempi that a musician would set on a metronome, by metre and grade."""

from __future__ import annotations

from tutor.composing.grades import Holdings
from tutor.composing.ordering import MelodyOrder

# What metronomes have been marked with since Maelzel's.
MARKS = (40, 42, 44, 46, 48, 50, 52, 54, 56, 58, 60, 63, 66, 69, 72, 76, 80, 84, 88, 92, 96, 100, 104, 108, 112, 116,
         120, 126, 132, 138, 144, 152, 160, 168, 176, 184, 192, 200, 208)  # fmt: skip
# Counted beats as long as a dotted quarter or a half go slower than quarters, eighths faster.
SLOWER_THE_LONGER = {12: 1.9, 24: 1.0, 36: 0.75, 48: 0.7}


def tempi(order: MelodyOrder, held: Holdings) -> tuple[float, ...]:
    """Quarter notes a minute to choose from, slowest first; one where it was ordered."""
    if order.bpm is not None:
        return (float(order.bpm),)
    beat = counted_beat(order.beats)
    slowest, fastest = (mark * SLOWER_THE_LONGER[beat] for mark in held.beats_a_minute)
    return tuple(mark * beat / 24 for mark in MARKS if slowest <= mark <= fastest and (mark * beat) % 24 == 0)


def counted_beat(metre: tuple[int, int]) -> int:
    """The beat that a metronome gives, in ticks: a dotted quarter in 6/8, an eighth in 3/8 and 5/8."""
    over, under = metre
    if under == 2:
        return 48
    if under == 4:
        return 24
    return 36 if over % 3 == 0 and over > 3 else 12
