"""What is asked of a melodic line, and what comes back: pitches as they are spelled, in written pitch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from tutor.notation.score import SEMITONES_ABOVE_C, Pitch

STEPS = "CDEFGAB"
SHARPS_IN_ORDER = "FCGDAEB"
# Repeated notes and everything up to the octave.
EVERY_SIZE = frozenset(range(1, 9))


class CountLike(Protocol):
    """`tag` at least `least` and at most `most` times (None: as often as you like)."""

    @property
    def tag(self) -> str: ...
    @property
    def least(self) -> int: ...
    @property
    def most(self) -> int | None: ...


@dataclass(frozen=True, slots=True)
class LocalKey:
    """A key as its signature and mode, of the whole exercise or of a passage that modulates."""

    fifths: int
    mode: str = "major"  # or "minor"

    @property
    def tonic_letter(self) -> int:
        """0 for C to 6 for B; a minor key begins a third below its relative major."""
        return (4 * self.fifths - (2 if self.mode == "minor" else 0)) % 7

    @property
    def tonic_class(self) -> int:
        """Pitch class of the tonic."""
        letter = self.tonic_letter
        return (SEMITONES_ABOVE_C[STEPS[letter]] + self.altered(letter)) % 12

    def altered(self, letter: int) -> int:
        """What the signature does to a letter: 1 sharp, -1 flat, 0 nothing."""
        place = SHARPS_IN_ORDER.index(STEPS[letter])
        return (self.fifths - place + 6) // 7

    def degree_class(self, degree: int, raised: int = 0) -> int:
        """Pitch class of a degree 1..7 of the major or natural minor scale, raised by semitones."""
        letter = (self.tonic_letter + degree - 1) % 7
        return (SEMITONES_ABOVE_C[STEPS[letter]] + self.altered(letter) + raised) % 12


@dataclass(frozen=True, slots=True)
class LineNote:
    """One note to be given a pitch."""

    strength: int  # 3 the downbeat, 2 a strong beat, 1 a beat, 0 between beats
    ticks: int
    after_rest: bool = False  # no interval is counted into it
    key: int = 0  # index of its local key
    chord: frozenset[int] | None = None  # pitch classes that sound with it
    # Degrees 1..7 of the local key it must be; in minor the sixth and seventh natural or raised.
    only: frozenset[int] | None = None
    same_as: int | None = None  # index of the earlier note that it restates
    parallel: int | None = None  # index of the note in its place in the bar before, which has the same rhythm
    fixed: tuple[int, int] | None = None  # exactly this pitch: staff steps above C0, alteration
    # How much the chord counts: 0 not at all, 1 as on any such beat, 2 at a cadence, far more where its chord comes in.
    chord_weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Idiom:
    """What lies badly for a player, as costs in bits; nothing is forbidden by it."""

    leap_bits: float = 0.0  # for each step that a leap is wider than a third
    awkward_bits: float = 0.0  # for a tritone or a seventh
    reach_bits: float = 0.0  # for a note at the very edge of the range, falling to none at its middle
    open_strings: tuple[int, ...] = ()  # written MIDI numbers, lowest first
    crossing_bits: float = 0.0  # for each string that a move skips


@dataclass(frozen=True, slots=True)
class LineOrder:
    """A line over a given rhythm. `low` and `high` are written MIDI numbers; `fifths` and `mode` what is printed."""

    notes: Sequence[LineNote]
    low: int
    high: int
    fifths: int = 0
    mode: str = "major"
    keys: tuple[LocalKey, ...] = ()  # none: the written key throughout
    sizes: frozenset[int] = EVERY_SIZE  # generic sizes a move may have, 1 a repeated note
    counts: Sequence[CountLike] = ()  # of interval:N:up, interval:N:down, accidental, range:high and range:low
    staff_middle: int | None = None  # the staff's middle line (B4 is 34 in the treble clef), if registers are counted
    chromatic: bool = False
    style: str = "any"
    idiom: Idiom = field(default_factory=Idiom)

    @property
    def local_keys(self) -> tuple[LocalKey, ...]:
        return self.keys or (LocalKey(self.fifths, self.mode),)

    @property
    def written_key(self) -> LocalKey:
        return LocalKey(self.fifths, self.mode)


@dataclass(frozen=True)
class Lines:
    """Lines drawn for one order, the likeliest not first: they are a fair draw.

    `pitches` [lines, notes, 2]: staff steps above C0 and alteration in semitones. `bits` [lines]: bits a note under
    the long model, the first note left out. `strain`: bits a note that the constraints cost.
    """

    pitches: NDArray[np.int16]
    bits: NDArray[np.float64]
    strain: float

    def __len__(self) -> int:
        return len(self.pitches)

    @property
    def midi(self) -> NDArray[np.int64]:
        """Written MIDI numbers [lines, notes]."""
        return midi_numbers(self.pitches[..., 0], self.pitches[..., 1])

    def spelled(self, line: int) -> tuple[Pitch, ...]:
        """The pitches of one line, ready for a score."""
        return tuple(
            Pitch(int(diatonic) // 7, STEPS[int(diatonic) % 7], int(alter)) for diatonic, alter in self.pitches[line]
        )


NATURALS = np.array([SEMITONES_ABOVE_C[step] for step in STEPS])


def midi_numbers(diatonic: NDArray[np.int16], alter: NDArray[np.int16]) -> NDArray[np.int64]:
    """Spelled pitches as MIDI numbers."""
    octave, letter = np.divmod(diatonic.astype(np.int64), 7)
    return np.asarray(12 * (octave + 1) + NATURALS[letter] + alter)
