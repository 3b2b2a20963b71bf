"""A composed melody, and how drawn rhythms and pitches become its score."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache
from itertools import accumulate
from typing import Any

from tutor.composing.ordering import TICKS_A_QUARTER
from tutor.composing.rhythm.order import RhythmSymbol
from tutor.notation.instruments import Instrument
from tutor.notation.score import Bar, Key, Metre, Pitch, Score, Symbol


@dataclass(frozen=True, slots=True)
class Chord:
    """What sounds with the melody from here on: `figure` is a Roman numeral, `pitch_classes` 0..11 as written."""

    onset_beat: float
    duration_beat: float
    figure: str
    pitch_classes: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Melody:
    """An exercise with all that is known of it. `recipe` is its order in plain values and makes it again.

    `tags` is note id -> skill tags, `counts` how often each skill occurs, `strain_bits` the bits a note that the
    constraints cost: a high strain means that little music is left to choose from.
    """

    score: Score
    title: str
    kind: str
    recipe: dict[str, Any]
    difficulty: float
    tags: dict[str, tuple[str, ...]] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    chords: tuple[Chord, ...] = ()
    strain_bits: float = 0.0
    model: str = ""
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Page:
    """What the score says besides its notes."""

    fifths: int
    mode: str
    metre: tuple[int, int]
    bpm: float
    player: Instrument
    title: str


def build_score(page: Page, symbols: Sequence[RhythmSymbol], pitches: Sequence[Pitch]) -> Score:
    """The score of these symbols in order, each note that is struck taking the next pitch."""
    metre = Metre(Fraction(0), *page.metre)
    return Score(
        symbols=tuple(_symbols(symbols, pitches)),
        bars=tuple(_bars(symbols)),
        keys=(Key(Fraction(0), page.fifths, page.mode),),
        metres=(metre,),
        bpm=float(page.bpm),
        clef=page.player.clef,
        transposition=page.player.transposition,
        title=page.title,
        composer="Woodshed",
    )


def _symbols(symbols: Sequence[RhythmSymbol], pitches: Sequence[Pitch]) -> list[Symbol]:
    engraved: list[Symbol] = []
    following = iter(pitches)
    pitch: Pitch | None = None
    onset = 0
    for index, symbol in enumerate(symbols):
        if symbol.sounding and not symbol.tied:
            pitch = next(following)
        held_on = index + 1 < len(symbols) and symbols[index + 1].tied
        engraved.append(
            Symbol(
                f"n{index + 1}",
                beats(onset),
                beats(symbol.ticks),
                pitch if symbol.sounding else None,
                _tie(begins=not symbol.tied, held_on=held_on),
            )
        )
        onset += symbol.ticks
    return engraved


def _tie(*, begins: bool, held_on: bool) -> str:
    if begins:
        return "start" if held_on else ""
    return "continue" if held_on else "stop"


def _bars(symbols: Sequence[RhythmSymbol]) -> list[Bar]:
    """As long as what is in them: a pickup is bar 0, and the last bar gives back what it took."""
    ticks: dict[int, int] = {}
    for symbol in symbols:
        ticks[symbol.bar] = ticks.get(symbol.bar, 0) + symbol.ticks
    onsets = accumulate(ticks.values(), initial=0)
    return [Bar(number, beats(onset), beats(ticks[number])) for number, onset in zip(ticks, onsets, strict=False)]


@cache
def beats(ticks: int) -> Fraction:
    """Ticks as exact quarter notes."""
    return Fraction(ticks, TICKS_A_QUARTER)
