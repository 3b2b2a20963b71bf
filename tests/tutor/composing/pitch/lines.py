"""Line orders to try the laws on, and lines as scores."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np
from hypothesis import strategies as st

from tutor.composing.ordering import Count
from tutor.composing.pitch.order import LineNote, LineOrder, Lines, LocalKey
from tutor.composing.skills import middle_of_staff
from tutor.notation.score import Bar, Key, Metre, Pitch, Score, Symbol

TREBLE = "G2"
COUNTED = [f"interval:{size}:{way}" for size in range(2, 9) for way in ("up", "down")] + ["accidental", "range:high"]


def rhythm(notes: int, rests: Sequence[int] = ()) -> list[LineNote]:
    """Quarters in 4/4, with a rest before some of them."""
    return [LineNote((3, 1, 2, 1)[place % 4], 24, place in rests) for place in range(notes)]


@st.composite
def line_orders(draw: st.DrawFn) -> LineOrder:
    """Any key, range, metre and wishes, not all of which can be had."""
    notes = rhythm(draw(st.integers(2, 20)), draw(st.sets(st.integers(1, 19), max_size=3)))
    low = draw(st.integers(50, 70))
    tags = draw(st.lists(st.sampled_from(COUNTED), max_size=3, unique=True))
    counts = []
    for tag in tags:
        least = draw(st.integers(0, 3))
        counts.append(Count(tag, least, draw(st.sampled_from([None, least, least + 2]))))
    return LineOrder(
        notes,
        low,
        low + draw(st.integers(5, 24)),
        draw(st.integers(-7, 7)),
        draw(st.sampled_from(["major", "minor"])),
        sizes=frozenset({1, 2} | draw(st.sets(st.integers(3, 8)))),
        counts=tuple(counts),
        staff_middle=middle_of_staff(TREBLE),
        chromatic=draw(st.booleans()),
        style=draw(st.sampled_from(["any", "dance", "hymn"])),
    )


def modulating(order: LineOrder) -> LineOrder:
    """The same with its middle third a fifth higher."""
    away = LocalKey(min(order.fifths + 1, 7), order.mode)
    third = len(order.notes) // 3
    notes = [
        LineNote(note.strength, note.ticks, note.after_rest, int(third <= place < 2 * third))
        for place, note in enumerate(order.notes)
    ]
    return LineOrder(notes, order.low, order.high, order.fifths, order.mode, (order.written_key, away))


def drawn(order: LineOrder, lines: int = 4, seed: int = 0) -> Lines:
    from tutor.composing.pitch.drawing import draw_lines

    return draw_lines(order, np.random.default_rng(seed), lines)


def score_of_line(order: LineOrder, pitches: Sequence[Pitch]) -> Score:
    """The line as it would be printed, a quarter a note and a quarter a rest."""
    symbols: list[Symbol] = []
    for note, pitch in zip(order.notes, pitches, strict=True):
        for sounding in [None, pitch] if note.after_rest else [pitch]:
            symbols.append(Symbol(f"s{len(symbols)}", Fraction(len(symbols)), Fraction(1), sounding))
    bars = tuple(Bar(number + 1, Fraction(4 * number), Fraction(4)) for number in range(-(-len(symbols) // 4)))
    key = Key(Fraction(0), order.fifths, order.mode)
    return Score(tuple(symbols), bars, (key,), (Metre(Fraction(0), 4, 4),), clef=TREBLE)
