"""Many lines over one rhythm, each measured, and the one and its tempo that come nearest to the grade."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tutor.composing.difficulty import EASIEST, HARDEST, LEAP, WIDE_LEAP, weigh
from tutor.composing.pitch.order import LocalKey
from tutor.composing.places import held_over_a_beat
from tutor.composing.rhythm.order import RhythmLine
from tutor.composing.specifying import Specification
from tutor.notation.durations import beat_length
from tutor.notation.score import Metre

_ZERO = Fraction(0)
DOTTED_TICKS = (9, 18, 36, 72)
# A grade missed by less than this is met; beyond it a grade weighs as much as a tempo this many octaves off the usual.
CLOSE = 0.1
OCTAVES_A_GRADE = 30.0

Pitches = NDArray[np.signedinteger[Any]]  # [lines, notes, 2]: staff steps above C0, alteration


@dataclass(frozen=True, slots=True)
class RhythmFigures:
    """What the difficulty needs to know of a rhythm; shares are of its notes."""

    notes: int
    quarters: float
    syncopated: float
    dotted: float
    tuplet: float
    compound: bool


@dataclass(frozen=True, slots=True)
class Nearest:
    """A line (its index), the tempo to take it at, and how far that is from the grade."""

    line: int
    bpm: float
    difficulty: float
    off: float


def figures_of_rhythm(rhythm: RhythmLine) -> RhythmFigures:
    """The same as `difficulty` finds in the finished score, in ticks."""
    over, under = rhythm.metre
    metre = Metre(_ZERO, over, under)
    beat, bar = int(24 * beat_length(metre)), 96 * over // under
    compound = beat_length(metre) != 4 / under
    count = len(rhythm.notes)
    held = [
        held_over_a_beat(note.onset, note.ticks, beat=beat, bar=bar, beats=over, triplets=3) for note in rhythm.notes
    ]
    return RhythmFigures(
        notes=count,
        quarters=sum(symbol.ticks for symbol in rhythm.symbols) / 24,
        syncopated=sum(held) / count,
        dotted=0.0 if compound else sum(note.ticks in DOTTED_TICKS for note in rhythm.notes) / count,
        tuplet=sum(note.ticks % 3 > 0 for note in rhythm.notes) / count,
        compound=compound,
    )


def difficulties(
    figures: RhythmFigures, pitches: Pitches, midi: NDArray[np.int64], key: LocalKey, tempi: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Of each line at each tempo [lines, tempi], as `difficulty` says of the score, and beyond its scale."""
    signature = np.array([key.altered(letter) for letter in range(7)])
    chromatic = pitches[..., 1] != signature[pitches[..., 0] % 7]
    leaps = np.abs(np.diff(midi, axis=1)) if figures.notes > 1 else np.zeros((len(midi), 1))
    columns = {
        "semitones": np.ptp(midi, axis=1),
        "chromatic": chromatic.mean(axis=1),
        "wide_leaps": (leaps > WIDE_LEAP).mean(axis=1),
        "leaps": (leaps > LEAP).mean(axis=1),
    }
    return np.asarray(
        weigh(
            notes=figures.notes,
            notes_a_second=(figures.notes * tempi / (60 * figures.quarters))[None, :],
            syncopated=figures.syncopated,
            dotted=figures.dotted,
            tuplet=figures.tuplet,
            fifths=key.fifths,
            compound=figures.compound,
            **{name: column[:, None] for name, column in columns.items()},
        )
    )


def nearest(
    spec: Specification, figures: RhythmFigures, pitches: Pitches, midi: NDArray[np.int64]
) -> tuple[Nearest, float]:
    """The line and tempo to take, and how hard the lines are at the usual tempo, on average."""
    tempi = np.array(spec.tempi)
    usual = len(tempi) // 2
    found = difficulties(figures, pitches, midi, LocalKey(spec.fifths, spec.mode), tempi)
    off = np.round(np.abs(np.clip(found, EASIEST, HARDEST) - spec.order.grade), 6)
    # The last digits are rounded away, so that every machine takes the same.
    cost = np.round(OCTAVES_A_GRADE * np.maximum(off - CLOSE, 0) + np.abs(np.log2(tempi / tempi[usual])), 6)
    line, tempo = np.unravel_index(int(cost.argmin()), cost.shape)
    best = Nearest(int(line), float(tempi[tempo]), float(found[line, tempo]), float(off[line, tempo]))
    return best, float(found[:, usual].mean())
