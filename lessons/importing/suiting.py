"""Which instruments a piece suits: as it is written, in another octave or key, or not at all, and then why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tutor.notation.errors import ScoreError
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
    return [suit_of(score, instrument, grade) for instrument in INSTRUMENTS.values()]


def suit_of(score: Score, instrument: Instrument, grade: float) -> Suit:
    """How one instrument takes it. What the student is given is always arranged: `written` means that arranging moves
    nothing but the clef and the transposition."""
    from tutor.notation.arranging import arrange

    try:
        arranged = arrange(score, instrument, grade)
    except ScoreError:
        low, high = _ends(score)
        return Suit(instrument, OUT_OF_RANGE, low=low, high=high, beyond=tuple(_beyond(score, instrument)))
    low, high = _ends(arranged)
    keys = arranged.keys[0].fifths - score.keys[0].fifths
    moved = arranged.notes[0].written.midi - score.notes[0].written.midi
    return Suit(instrument, WRITTEN if moved == 0 else ARRANGED, round(moved / 12), keys, low, high)


def _ends(score: Score) -> tuple[int, int]:
    pitches = [note.pitch for note in score.notes]
    return min(pitches), max(pitches)


def _beyond(score: Score, instrument: Instrument) -> Iterator[str]:
    """The notes that lie outside where it lies best: moved by octaves until the fewest do."""
    best: Sequence[Pitch] | None = None
    for octave in range(-4, 5):
        moved = 12 * octave + score.transposition - instrument.transposition
        outside = {
            note.written
            for note in score.notes
            if not instrument.written_low <= note.written.midi + moved <= instrument.written_high
        }
        if best is None or len(outside) < len(best):
            best = sorted(outside, key=lambda pitch: pitch.midi)
    yield from (pitch.name for pitch in best or ())
