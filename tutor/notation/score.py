"""A **Score**: one melodic line as it is printed, in written pitch, with every symbol's place in time.

Onsets and durations are in beats, and a beat is a quarter note whatever the metre (so 6/8 has
three beats a bar). They are exact fractions: a triplet eighth lasts 1/3.

A score is made of **symbols** (what is engraved: notes, rests, the second half of a tie) and is
performed as **notes** (what sounds: a tied chain is one note). The student is judged on notes;
the page colours symbols.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import Any, TypeVar

Change = TypeVar("Change", "Key", "Metre")

SEMITONES_ABOVE_C = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
ACCIDENTAL_SIGNS = {-2: "𝄫", -1: "♭", 0: "", 1: "♯", 2: "𝄪"}


@dataclass(frozen=True, slots=True)
class Pitch:
    """A spelled pitch: step C..B, alter in semitones (-2..2), octave in scientific notation (C4 = middle C)."""

    octave: int
    step: str
    alter: int = 0

    @property
    def midi(self) -> int:
        return 12 * (self.octave + 1) + SEMITONES_ABOVE_C[self.step] + self.alter

    @property
    def name(self) -> str:
        """As a musician writes it: F♯4."""
        return f"{self.step}{ACCIDENTAL_SIGNS[self.alter]}{self.octave}"

    @property
    def diatonic(self) -> int:
        """Steps above C0 on the staff; the difference of two is the interval's size less one."""
        return 7 * self.octave + "CDEFGAB".index(self.step)


@dataclass(frozen=True, slots=True)
class Symbol:
    """One engraved note or rest. `tie` is "", "start", "continue" or "stop"; `pitch` None is a rest."""

    id: str
    onset_beat: Fraction
    duration_beat: Fraction
    pitch: Pitch | None
    tie: str = ""
    articulations: tuple[str, ...] = ()  # MusicXML element names: staccato, tenuto, accent, …
    slur: str = ""  # "", "start", "stop" or "stop start"
    lyric: str = ""


@dataclass(frozen=True, slots=True)
class Bar:
    """One measure. A pickup is shorter than its metre says and is numbered 0."""

    number: int
    onset_beat: Fraction
    duration_beat: Fraction


@dataclass(frozen=True, slots=True)
class Key:
    """A key signature from this onset on: fifths -7..7 (flats negative), mode "major" or "minor"."""

    onset_beat: Fraction
    fifths: int
    mode: str = "major"


@dataclass(frozen=True, slots=True)
class Metre:
    """A time signature from this onset on."""

    onset_beat: Fraction
    beats: int
    beat_type: int

    @property
    def bar_beats(self) -> Fraction:
        return Fraction(4 * self.beats, self.beat_type)


@dataclass(frozen=True, slots=True)
class Note:
    """What sounds: one note, ties joined. `pitch` is the sounding MIDI number, `written` the printed pitch."""

    id: str
    pitch: int
    onset_beat: float
    duration_beat: float
    written: Pitch
    bar: int
    symbol_ids: tuple[str, ...]
    articulations: tuple[str, ...] = ()

    @property
    def offset_beat(self) -> float:
        return self.onset_beat + self.duration_beat


@dataclass(frozen=True)
class Score:
    """One line of music. `clef` is e.g. "G2", "F4" or "G2_8vb"; `transposition` is sounding minus written semitones."""

    symbols: tuple[Symbol, ...]
    bars: tuple[Bar, ...]
    keys: tuple[Key, ...]
    metres: tuple[Metre, ...]
    bpm: float = 84.0  # quarter notes a minute
    clef: str = "G2"
    transposition: int = 0
    title: str = ""
    composer: str = ""
    dropped: tuple[str, ...] = field(default=(), compare=False)  # What the reader left out, in sentences.

    @cached_property
    def notes(self) -> tuple[Note, ...]:
        return tuple(_join_ties(self))

    @property
    def duration_beat(self) -> Fraction:
        return self.bars[-1].onset_beat + self.bars[-1].duration_beat if self.bars else Fraction(0)

    def key_at(self, onset_beat: float) -> Key:
        return _latest(self.keys, onset_beat)

    def metre_at(self, onset_beat: float) -> Metre:
        return _latest(self.metres, onset_beat)

    def bar_at(self, onset_beat: Fraction) -> Bar:
        """The bar that sounds at a beat; before the first one, the first."""
        return self.bars[max(bisect_right(self._bar_onsets, onset_beat) - 1, 0)]

    @cached_property
    def _bar_onsets(self) -> tuple[Fraction, ...]:
        return tuple(bar.onset_beat for bar in self.bars)

    def to_dict(self) -> dict[str, Any]:
        """A JSON object; fractions are strings such as "3/2"."""
        return {
            "title": self.title,
            "composer": self.composer,
            "bpm": self.bpm,
            "clef": self.clef,
            "transposition": self.transposition,
            "symbols": [_symbol_to_dict(symbol) for symbol in self.symbols],
            "bars": [[bar.number, str(bar.onset_beat), str(bar.duration_beat)] for bar in self.bars],
            "keys": [[str(key.onset_beat), key.fifths, key.mode] for key in self.keys],
            "metres": [[str(metre.onset_beat), metre.beats, metre.beat_type] for metre in self.metres],
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Score:
        return cls(
            symbols=tuple(_symbol_from_dict(item) for item in data["symbols"]),
            bars=tuple(Bar(number, Fraction(onset), Fraction(length)) for number, onset, length in data["bars"]),
            keys=tuple(Key(Fraction(onset), fifths, mode) for onset, fifths, mode in data["keys"]),
            metres=tuple(Metre(Fraction(onset), beats, unit) for onset, beats, unit in data["metres"]),
            bpm=data["bpm"],
            clef=data["clef"],
            transposition=data["transposition"],
            title=data["title"],
            composer=data["composer"],
        )


def _latest(changes: tuple[Change, ...], onset_beat: float) -> Change:
    """The last change at or before a beat; before the first one, the first."""
    if len(changes) == 1:
        return changes[0]
    return next((change for change in reversed(changes) if change.onset_beat <= onset_beat), changes[0])


def _join_ties(score: Score) -> Iterable[Note]:
    chain: list[Symbol] = []
    for symbol in score.symbols:
        if symbol.pitch is None:
            continue
        chain.append(symbol)
        if symbol.tie not in ("start", "continue"):
            yield _note(score, chain)
            chain = []
    if chain:  # A tie into nothing: the score ends on it.
        yield _note(score, chain)


def _note(score: Score, chain: list[Symbol]) -> Note:
    first = chain[0]
    assert first.pitch is not None
    return Note(
        id=first.id,
        pitch=first.pitch.midi + score.transposition,
        onset_beat=float(first.onset_beat),
        duration_beat=float(sum(symbol.duration_beat for symbol in chain)),
        written=first.pitch,
        bar=score.bar_at(first.onset_beat).number if score.bars else 1,
        symbol_ids=tuple(symbol.id for symbol in chain),
        articulations=first.articulations,
    )


def _symbol_to_dict(symbol: Symbol) -> dict[str, Any]:
    data: dict[str, Any] = {"id": symbol.id, "at": str(symbol.onset_beat), "for": str(symbol.duration_beat)}
    if symbol.pitch is not None:
        data["pitch"] = [symbol.pitch.step, symbol.pitch.alter, symbol.pitch.octave]
    for name in ("tie", "slur", "lyric"):
        if value := getattr(symbol, name):
            data[name] = value
    if symbol.articulations:
        data["articulations"] = list(symbol.articulations)
    return data


def _symbol_from_dict(data: Mapping[str, Any]) -> Symbol:
    step, alter, octave = data.get("pitch", (None, 0, 0))
    return Symbol(
        id=data["id"],
        onset_beat=Fraction(data["at"]),
        duration_beat=Fraction(data["for"]),
        pitch=None if step is None else Pitch(octave, step, alter),
        tie=data.get("tie", ""),
        articulations=tuple(data.get("articulations", ())),
        slur=data.get("slur", ""),
        lyric=data.get("lyric", ""),
    )
