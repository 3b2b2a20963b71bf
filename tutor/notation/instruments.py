"""Who plays: clef, transposition and range of each instrument and voice, read from `instruments.json`.

Ranges are in written pitch, as the player sees them; add `transposition` for what sounds. A clef such
as `G2_8vb` already sounds an octave lower, so a tenor voice transposes nothing.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from tutor.notation.score import SEMITONES_ABOVE_C
from tutor.saying import phrase

# Fully open to a player by this grade; a beginner keeps to one octave in the middle.
FULL_RANGE_GRADE = 7.0


class UnknownInstrument(KeyError):
    """No instrument or voice of that name."""

    def __str__(self) -> str:
        names = ", ".join(INSTRUMENTS)
        return phrase("There is no instrument called “{name}”; the names are: {names}.", name=self.args[0], names=names)


@dataclass(frozen=True, slots=True)
class Instrument:
    """An instrument or a voice. Ranges are written MIDI numbers, transposition is sounding minus written."""

    name: str
    label: str
    family: str  # strings, woodwind, brass, plucked, keys or voice
    clef: str
    transposition: int
    written_low: int
    written_high: int
    beginner_low: int
    beginner_high: int
    attack_latency_s: float  # from the start of the sound to where an onset detector hears it
    octave_free: bool = False  # a voice may answer in its own octave
    cents_graded: bool = True  # a fixed or inharmonic pitch says nothing about the player's ear

    @property
    def sounding_low(self) -> int:
        """The lowest MIDI number that it can sound."""
        return self.written_low + self.transposition

    @property
    def sounding_high(self) -> int:
        """The highest MIDI number that it can sound."""
        return self.written_high + self.transposition

    def range_at(self, grade: float) -> tuple[int, int]:
        """Lowest and highest written MIDI number that a player of this grade is comfortable with."""
        share = min(max((grade - 1) / (FULL_RANGE_GRADE - 1), 0.0), 1.0)
        low = self.beginner_low - share * (self.beginner_low - self.written_low)
        high = self.beginner_high + share * (self.written_high - self.beginner_high)
        return round(low), round(high)


# Other names that people type.
ALIASES = {
    "bb-clarinet": "clarinet",
    "clarinet-in-bb": "clarinet",
    "recorder": "descant-recorder",
    "soprano-recorder": "descant-recorder",
    "french-horn": "horn",
    "f-horn": "horn",
    "horn-in-f": "horn",
    "bb-trumpet": "trumpet",
    "trumpet-in-bb": "trumpet",
    "sax": "alto-sax",
    "fiddle": "violin",
    "violoncello": "cello",
    "contrabass": "double-bass",
    "acoustic-guitar": "guitar",
    "singing": "voice",
    "vocals": "voice",
}


def get_instrument(name: str) -> Instrument:
    """The instrument of this name: a slug such as `alto-sax`, or the same as people type it (Alto Saxophone)."""
    slug = "-".join(name.lower().replace("_", " ").replace("-", " ").split()).replace("saxophone", "sax")
    try:
        return INSTRUMENTS[ALIASES.get(slug, slug)]
    except KeyError:
        raise UnknownInstrument(name) from None


def _read_instruments(path: Path) -> Mapping[str, Instrument]:
    rows = json.loads(path.read_text(encoding="utf-8"))
    return MappingProxyType({row["name"]: _instrument(row) for row in rows})


def _instrument(row: dict[str, Any]) -> Instrument:
    written_low, written_high = map(_midi, row.pop("written"))
    beginner_low, beginner_high = map(_midi, row.pop("beginner"))
    return Instrument(
        written_low=written_low,
        written_high=written_high,
        beginner_low=beginner_low,
        beginner_high=beginner_high,
        **row,
    )


def _midi(name: str) -> int:
    """`Bb3` or `F#3` as a MIDI number."""
    alter = name.count("#") - name[1:].count("b")
    return 12 * (int(name[-1]) + 1) + SEMITONES_ABOVE_C[name[0]] + alter


INSTRUMENTS: Mapping[str, Instrument] = _read_instruments(Path(__file__).with_name("instruments.json"))
