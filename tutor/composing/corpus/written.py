"""A tune as its book has it, before it is cleaned: bars between barlines, whatever their length."""

from __future__ import annotations

from dataclasses import dataclass

TICKS_A_QUARTER = 24
TICKS_A_WHOLE = 4 * TICKS_A_QUARTER
LETTERS = "CDEFGAB"
SEMITONES = (0, 2, 4, 5, 7, 9, 11)


@dataclass(frozen=True, slots=True)
class WrittenNote:
    """A note or rest (`pitch` None). `step`: staff places above C-1 (C4 is 35). `tied`: goes on from the one before."""

    pitch: int | None
    step: int
    ticks: int
    tied: bool = False
    fermata: bool = False


@dataclass(frozen=True, slots=True)
class WrittenBar:
    """The notes between two barlines; `closes`: a double bar or a repeat sign stands at its end."""

    notes: tuple[WrittenNote, ...]
    closes: bool

    @property
    def ticks(self) -> int:
        return sum(note.ticks for note in self.notes)


@dataclass(frozen=True, slots=True)
class WrittenTune:
    """`kind`: what its book calls it ("reel", "" where it doesn't say); `tonic_letter` 0..6 above C; `tonic` 0..11."""

    number: str
    title: str
    kind: str
    metre: tuple[int, int]
    tonic_letter: int
    tonic: int
    mode: str
    fifths: int
    bars: tuple[WrittenBar, ...]

    @property
    def bar_ticks(self) -> int:
        return TICKS_A_WHOLE * self.metre[0] // self.metre[1]
