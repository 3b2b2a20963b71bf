"""Where the notes of a score lie in their bars, in whole parts of a beat: exact, and quick to reckon with."""

from __future__ import annotations

from bisect import bisect_right
from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple

from tutor.notation.durations import beat_length
from tutor.notation.score import Metre, Note, Score

# Parts of a beat that hold all that is printed: 64ths, triplets of triplets, quintuplets and septuplets.
PARTS_OF_A_BEAT = 64 * 9 * 5 * 7
TRIPLET_PARTS = 9  # what is no multiple of it lies in a triplet


class Place(NamedTuple):
    """One note in parts of a beat: from its barline (a pickup is the end of a full bar), and how long."""

    onset: int
    duration: int
    beat: int  # of the metre there
    bar: int
    metre: Metre

    @property
    def is_syncopated(self) -> bool:
        """Begun off the beat and held over the next one; a tie over a strong beat counts, a plain off-beat not."""
        return held_over_a_beat(
            self.onset,
            self.duration,
            beat=self.beat,
            bar=self.bar,
            beats=self.metre.beats,
            triplets=TRIPLET_PARTS,
        )


def places_of(score: Score) -> list[Place]:
    """Of each note in order."""
    onsets = [parts_of(bar.onset_beat) for bar in score.bars]
    return [_place(score, onsets, note) for note in score.notes]


def _place(score: Score, onsets: list[int], note: Note) -> Place:
    metre = score.metre_at(note.onset_beat)
    beat, full = _of_metre(metre.beats, metre.beat_type)
    onset = parts(note.onset_beat)
    index = max(bisect_right(onsets, onset) - 1, 0)
    missing = 0 if score.bars[index].number else max(full - parts_of(score.bars[index].duration_beat), 0)
    return Place(onset - onsets[index] + missing, parts(note.duration_beat), beat, full, metre)


@lru_cache(maxsize=64)
def _of_metre(beats: int, beat_type: int) -> tuple[int, int]:
    """The beat and the bar in parts."""
    metre = Metre(Fraction(0), beats, beat_type)
    return parts_of(beat_length(metre)), parts_of(metre.bar_beats)


def held_over_a_beat(onset: int, duration: int, *, beat: int, bar: int, beats: int, triplets: int) -> bool:
    """Syncopation in any whole unit: `onset` is from the barline, `beats` the metre's upper number, and what is no
    multiple of `triplets` lies in one."""
    if onset % triplets:
        return False
    if onset % beat == 0:
        # On a beat: only a weak one held over a stronger, as in quarter, half, quarter in 4/4.
        half = bar // 2
        return beats == 4 and onset % half != 0 and onset + duration > (onset // half + 1) * half
    return onset + duration > (onset // beat + 1) * beat


def parts(beats: float) -> int:
    """A time in beats as a whole number of parts, however it was rounded."""
    return round(beats * PARTS_OF_A_BEAT)


def parts_of(beats: Fraction) -> int:
    """The same of an exact time."""
    return beats.numerator * PARTS_OF_A_BEAT // beats.denominator
