"""Scores written as a line of text, for tests: `score_of("C4 D4 E4/2 r F#4/1/2")`."""

from __future__ import annotations

import re
from fractions import Fraction

from tutor.notation.score import Bar, Key, Metre, Pitch, Score, Symbol

TOKEN = re.compile(
    r"(?:(?P<rest>r)|(?P<step>[A-G])(?P<alter>#{1,2}|b{1,2}|))(?P<octave>-?\d+)?(?:/(?P<beats>[\d/.]+))?(?P<tie>~?)"
)


def score_of(
    text: str,
    *,
    bpm: float = 90.0,
    metre: tuple[int, int] = (4, 4),
    fifths: int = 0,
    pickup_beats: Fraction | int = 0,
    transposition: int = 0,
    clef: str = "G2",
    title: str = "",
) -> Score:
    """`C4` is a quarter, `Bb3/2` two beats, `E4/1/3` a third of a beat, `r` a rest, `C4/2~` is tied to the next.

    Notes are named n1, n2, …, rests r1, r2, …; bar lines follow from the metre.
    """
    symbols: list[Symbol] = []
    onset = Fraction(0)
    notes = rests = 0
    tied = False
    for token in text.split():
        read = TOKEN.fullmatch(token)
        if read is None:
            raise ValueError(f"{token!r} is neither a note nor a rest")
        length = Fraction(read["beats"] or "1")
        if read["rest"]:
            rests += 1
            symbols.append(Symbol(f"r{rests}", onset, length, None))
        else:
            notes += 1
            alter = read["alter"].count("#") - read["alter"].count("b")
            pitch = Pitch(int(read["octave"]), read["step"], alter)
            tie = ("continue" if read["tie"] else "stop") if tied else ("start" if read["tie"] else "")
            symbols.append(Symbol(f"n{notes}", onset, length, pitch, tie=tie))
            tied = bool(read["tie"])
        onset += length
    return Score(
        symbols=tuple(symbols),
        bars=tuple(_bars(onset, Fraction(4 * metre[0], metre[1]), Fraction(pickup_beats))),
        keys=(Key(Fraction(0), fifths),),
        metres=(Metre(Fraction(0), *metre),),
        bpm=bpm,
        clef=clef,
        transposition=transposition,
        title=title,
    )


def _bars(end: Fraction, bar_beats: Fraction, pickup: Fraction) -> list[Bar]:
    bars = [Bar(0, Fraction(0), pickup)] if pickup else []
    onset, number = pickup, 1
    while onset < end or not bars:
        bars.append(Bar(number, onset, bar_beats))
        onset += bar_beats
        number += 1
    return bars
