"""Which instruments a piece suits: as it is written, in another octave or key, or not at all, and then why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from lessons.words import pitch_words
from tutor.notation.arranging import OCTAVES, placement, transposed, written_pitches
from tutor.notation.instruments import INSTRUMENTS, Instrument
from tutor.notation.score import Pitch, Score

WRITTEN, ARRANGED, OUT_OF_RANGE = "written", "arranged", "out"


@dataclass(frozen=True, slots=True)
class Suit:
    """How a score lies on one instrument. `octaves` up (or down, negative) from how the file writes it; `keys` is
    how far the key moved, in fifths; `low`, `high` are the sounding ends of what is played there, as MIDI numbers."""

    instrument: Instrument
    how: str
    octaves: int = 0
    keys: int = 0
    low: int = 0
    high: int = 0
    beyond: tuple[str, ...] = ()  # the notes, as the file writes them, that it lacks


def suits(score: Score, grade: float) -> list[Suit]:
    """Of every instrument, in the data file's order."""
    pitches = written_pitches(score)
    return [_suit(score, pitches, instrument, grade) for instrument in INSTRUMENTS.values()]


def suit_of(score: Score, instrument: Instrument, grade: float) -> Suit:
    """How one instrument takes it. What the student is given is always arranged: `written` means that arranging moves
    nothing but the clef and the transposition."""
    return _suit(score, written_pitches(score), instrument, grade)


def _suit(score: Score, pitches: Counter[Pitch], instrument: Instrument, grade: float) -> Suit:
    shift = placement(pitches, score.keys, instrument, grade)
    if shift is None:
        low, high = _ends(pitches, score.transposition)
        return Suit(instrument, OUT_OF_RANGE, low=low, high=high, beyond=_beyond(pitches, score, instrument))
    moved = [pitch for pitch in (transposed(pitch, *shift) for pitch in pitches) if pitch]
    low, high = _ends(moved, instrument.transposition)
    return Suit(instrument, ARRANGED if any(shift) else WRITTEN, *shift, low, high)


def _ends(pitches: Iterable[Pitch], transposition: int) -> tuple[int, int]:
    sounding = [pitch.midi + transposition for pitch in pitches]
    return min(sounding), max(sounding)


def _beyond(pitches: Iterable[Pitch], score: Score, instrument: Instrument) -> tuple[str, ...]:
    """The notes that lie outside where it lies best: moved by octaves until the fewest do."""
    candidates = []
    for octave in OCTAVES:
        moved = 12 * octave + score.transposition - instrument.transposition
        low, high = instrument.written_low - moved, instrument.written_high - moved
        candidates.append([pitch for pitch in pitches if not low <= pitch.midi <= high])
    fewest = min(candidates, key=len)
    return tuple(
        pitch_words(pitch.step, pitch.alter, pitch.octave) for pitch in sorted(fewest, key=lambda pitch: pitch.midi)
    )
