"""A score put in front of another player: their clef, their transposition, their octave.

The written key stays, since the lesson is about that key signature; only where no octave fits the
instrument does the key move, and then as little as possible.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

from tutor.notation.errors import CannotArrange
from tutor.notation.instruments import Instrument
from tutor.notation.score import SEMITONES_ABOVE_C, Key, Pitch, Score
from tutor.saying import phrase

OCTAVES = range(-5, 6)
# Keys in the order in which they are tried: the written one, then its neighbours on the circle of fifths.
FIFTHS_MOVES = (0, -1, 1, -2, 2, -3, 3, -4, 4, -5, 5, 6, -6)
# A note this far out of the comfortable range weighs as much as the whole line lying an octave off the middle.
OUT_OF_REACH = 12.0


def arrange(score: Score, instrument: Instrument, grade: float) -> Score:
    """The score for this instrument, in the octave that suits a player of this grade; ids stay as they are."""
    pitches = written_pitches(score)
    shift = placement(pitches, score.keys, instrument, grade)
    if shift is None:
        raise CannotArrange(
            phrase(
                "“{score}” spans {span} semitones, which the {instrument} can't play in any octave or key.",
                score=score.title or "This score",
                span=_span(pitches),
                instrument=instrument.label.lower(),
            )
        )
    return _set(score, instrument, shift)


def written_pitches(score: Score) -> Counter[Pitch]:
    """How many symbols there are of each."""
    return Counter(symbol.pitch for symbol in score.symbols if symbol.pitch)


def placement(
    pitches: Counter[Pitch], keys: Sequence[Key], instrument: Instrument, grade: float
) -> tuple[int, int] | None:
    """Octaves up and moves along the circle of fifths that suit this player best; None where none fits."""
    for fifths_move in FIFTHS_MOVES:
        if not all(-7 <= key.fifths + fifths_move <= 7 for key in keys):
            continue
        shifts = [(octaves, fifths_move) for octaves in OCTAVES if _fits(pitches, octaves, fifths_move, instrument)]
        if shifts:
            return min(shifts, key=lambda shift: _strain(pitches, shift, instrument, grade))
    return None


def _fits(pitches: Iterable[Pitch], octaves: int, fifths_move: int, instrument: Instrument) -> bool:
    return all(
        moved is not None and instrument.written_low <= moved.midi <= instrument.written_high
        for moved in (transposed(pitch, octaves, fifths_move) for pitch in pitches)
    )


def transposed(pitch: Pitch, octaves: int, fifths_move: int) -> Pitch | None:
    """A pitch moved by octaves and along the circle of fifths, spelling kept; None beyond double sharps and flats.

    The move along the circle is by the nearest way: one fifth up is a fourth down.
    """
    semitones = (7 * fifths_move + 6) % 12 - 6
    steps = (4 * fifths_move) % 7
    steps -= 7 * round((steps - semitones * 7 / 12) / 7)
    diatonic = pitch.diatonic + steps + 7 * octaves
    octave, index = divmod(diatonic, 7)
    step = "CDEFGAB"[index]
    alter = pitch.midi + semitones + 12 * octaves - (12 * (octave + 1) + SEMITONES_ABOVE_C[step])
    return Pitch(octave, step, alter) if -2 <= alter <= 2 else None


def _strain(pitches: Counter[Pitch], shift: tuple[int, int], instrument: Instrument, grade: float) -> float:
    """How uncomfortable a placement is: notes beyond the grade's range first, then the distance from the middle."""
    low, high = instrument.range_at(grade)
    middle = (instrument.beginner_low + instrument.beginner_high) / 2
    moved = ((transposed(pitch, *shift), count) for pitch, count in pitches.items())
    written = [(pitch.midi, count) for pitch, count in moved if pitch]
    beyond = sum(max(low - midi, midi - high, 0) * count for midi, count in written) / pitches.total()
    lowest, highest = min(written)[0], max(written)[0]
    return OUT_OF_REACH * beyond + abs((lowest + highest) / 2 - middle)


def _set(score: Score, instrument: Instrument, shift: tuple[int, int]) -> Score:
    _, fifths_move = shift
    return replace(
        score,
        symbols=tuple(
            replace(symbol, pitch=transposed(symbol.pitch, *shift)) if symbol.pitch else symbol
            for symbol in score.symbols
        ),
        keys=tuple(replace(key, fifths=key.fifths + fifths_move) for key in score.keys),
        clef=instrument.clef,
        transposition=instrument.transposition,
    )


def _span(pitches: Iterable[Pitch]) -> int:
    midis = [pitch.midi for pitch in pitches]
    return max(midis) - min(midis)
