"""Music to try the laws on: scores of every metre, key and rhythm that our own writer can print."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import strategies as st

from tutor.notation.score import Bar, Key, Metre, Pitch, Score, Symbol

METRES = [(2, 4), (3, 4), (4, 4), (2, 2), (3, 8), (6, 8), (9, 8), (5, 8), (7, 8)]
LENGTHS = [Fraction(n, 4) for n in (1, 2, 3, 4, 6, 8, 12)]
TRIPLET = [Fraction(1, 3)] * 3


@st.composite
def pitches(draw: st.DrawFn, low_octave: int = 3, high_octave: int = 5) -> Pitch:
    return Pitch(
        draw(st.integers(low_octave, high_octave)),
        draw(st.sampled_from("CDEFGAB")),
        draw(st.sampled_from([0, 0, 0, 0, 1, -1, 2, -2])),
    )


@st.composite
def bar_lengths(draw: st.DrawFn, bar_beats: Fraction) -> list[Fraction]:
    """Lengths that fill a bar; triplets stand on a beat."""
    lengths: list[Fraction] = []
    filled = Fraction(0)
    while filled < bar_beats:
        left = bar_beats - filled
        choices = [[length] for length in LENGTHS if length <= left]
        if left >= 1 and filled.denominator == 1:
            choices.append(TRIPLET)
        chosen = draw(st.sampled_from(choices))
        lengths += chosen
        filled += sum(chosen)
    return lengths


@st.composite
def scores(draw: st.DrawFn, max_bars: int = 4, min_octave: int = 3, max_octave: int = 5) -> Score:
    metre = Metre(Fraction(0), *draw(st.sampled_from(METRES)))
    count = draw(st.integers(1, max_bars))
    pickup = draw(st.sampled_from([0, Fraction(1, 2)])) if count > 1 else 0
    bars, symbols, onset = [], [], Fraction(0)
    for number in range(0 if pickup else 1, count + 1):
        beats = Fraction(pickup) if number == 0 else metre.bar_beats
        bars.append(Bar(number, onset, beats))
        for length in draw(bar_lengths(beats)):
            pitch = draw(st.one_of(pitches(min_octave, max_octave), st.none())) if symbols else Pitch(4, "C")
            symbols.append((onset, length, pitch))
            onset += length
    return Score(
        symbols=tuple(_tied(draw, symbols)),
        bars=tuple(bars),
        keys=(Key(Fraction(0), draw(st.integers(-7, 7)), draw(st.sampled_from(["major", "minor"]))),),
        metres=(metre,),
        bpm=float(draw(st.integers(40, 200))),
        clef=draw(st.sampled_from(["G2", "F4", "C3", "C4", "G2_8vb"])),
        transposition=draw(st.sampled_from([0, -2, -7, -9, -12, -14, -21, 12])),
        title=draw(st.sampled_from(["", "Study", "Mother & <child>"])),
    )


def _tied(draw: st.DrawFn, symbols: list[tuple[Fraction, Fraction, Pitch | None]]) -> list[Symbol]:
    """Some notes are held into the next, which then takes their pitch."""
    tied: list[Symbol] = []
    held: Pitch | None = None
    for index, (onset, length, pitch) in enumerate(symbols):
        arriving, pitch = held is not None, held or pitch
        last = index + 1 == len(symbols)
        leaving = pitch is not None and not last and draw(st.integers(0, 5)) == 0
        kind = {(True, True): "continue", (True, False): "stop", (False, True): "start"}.get((arriving, leaving), "")
        held = pitch if leaving else None
        tied.append(Symbol(f"s{index}", onset, length, pitch, tie=kind))
    return tied
