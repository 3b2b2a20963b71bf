"""Rhythm orders of every sort, and rhythms as scores on one pitch, to be counted by what the rest of Woodshed reads."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

from hypothesis import strategies as st

from tutor.composing.ordering import Count
from tutor.composing.rhythm.counting import TAGS
from tutor.composing.rhythm.order import RhythmLine, RhythmOrder
from tutor.composing.rhythm.pulse import METRES, pulse_of
from tutor.notation.score import Bar, Key, Metre, Pitch, Score, Symbol

RHYTHM_TAGS = [tag for tag in TAGS if tag.startswith("rhythm:")]
EASY = frozenset({24, 48, 72, 96})
PLAIN = frozenset({12, 24, 36, 48, 72, 96})
EVERYTHING = frozenset({6, 8, 12, 16, 18, 24, 36, 48, 72, 96, 144})
UPBEATS = (0, 0, 0, 12, 24)


@st.composite
def orders(draw: st.DrawFn, counts: bool = True) -> RhythmOrder:
    """Orders that a composer could get; not all of them can be met."""
    metre = draw(st.sampled_from(METRES))
    easy = EASY if pulse_of(metre).bar % 24 == 0 else PLAIN
    return RhythmOrder(
        metre,
        bars=draw(st.integers(2, 9)),
        upbeat_ticks=draw(st.sampled_from(UPBEATS)),
        values=draw(st.sampled_from([easy, PLAIN, EVERYTHING])),
        rests=draw(st.booleans()),
        counts=tuple(draw(st.lists(_counts(), max_size=2))) if counts else (),
        notes=(draw(st.sampled_from([0, 0, 12])), draw(st.sampled_from([None, None, 40]))),
        pairs=draw(st.sampled_from([0, 0, 10])),
        style=draw(st.sampled_from(["any", "song", "dance", "hymn"])),
        form=draw(st.sampled_from(["none", "period", "sentence"])),
        density=draw(st.sampled_from([None, 2.0, 5.0])),
        breaths=draw(st.sampled_from([None, None, 2, 4])),
        whole_last_bar=draw(st.booleans()),
    )


@st.composite
def _counts(draw: st.DrawFn) -> Count:
    least = draw(st.integers(0, 3))
    return Count(draw(st.sampled_from(RHYTHM_TAGS)), least, draw(st.sampled_from([None, least, least + 2])))


def score_of_line(line: RhythmLine) -> Score:
    """The rhythm on one pitch."""
    symbols, onset = [], Fraction(0)
    for index, symbol in enumerate(line.symbols):
        goes_on = index + 1 < len(line.symbols) and line.symbols[index + 1].tied
        tie = {(False, True): "start", (True, True): "continue", (True, False): "stop"}.get((symbol.tied, goes_on), "")
        pitch = Pitch(4, "C") if symbol.sounding else None
        symbols.append(Symbol(f"s{index}", onset, Fraction(symbol.ticks, 24), pitch, tie))
        onset += Fraction(symbol.ticks, 24)
    bars, onset = [], Fraction(0)
    for number in range(0 if line.upbeat_ticks else 1, line.bars + 1):
        length = Fraction(sum(symbol.ticks for symbol in line.symbols if symbol.bar == number), 24)
        bars.append(Bar(number, onset, length))
        onset += length
    key, metre = Key(Fraction(0), 0), Metre(Fraction(0), *line.metre)
    return Score(tuple(symbols), tuple(bars), (key,), (metre,))


def pairs_of(score: Score) -> int:
    """Neighbouring notes with no rest between."""
    return sum(abs(before.offset_beat - after.onset_beat) < 1e-6 for before, after in pairwise(score.notes))
