"""The time between neighbouring notes, as written and as played: what rhythm is made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from statistics import median

from tutor.grading.findings import Take
from tutor.notation.beams import position_in_bar
from tutor.notation.score import Note, Score

# So many gaps around one tell how long a beat was there.
NEIGHBOURS = 9
FEWEST_FOR_A_BEAT = 3


@dataclass(frozen=True)
class Gap:
    """From the onset of one note to that of the next."""

    first: Note
    second: Note
    seconds: float

    @property
    def beats(self) -> float:
        """As written, a rest between them included."""
        return self.second.onset_beat - self.first.onset_beat

    @property
    def rest_beats(self) -> float:
        """How long is written to be silent between them."""
        return max(self.second.onset_beat - self.first.offset_beat, 0.0)


def gaps_of(take: Take) -> list[Gap]:
    """Between score neighbours that were both heard to begin, in one go: none leads over a restart."""
    went_back_to = {restart.to_note for restart in take.assessment.restarts}
    began = {note.id: verdict.onset_s for note, verdict in take.played if verdict.onset_s is not None}
    gaps = []
    for first, second in pairwise(take.score.notes):
        if first.id in began and second.id in began and second.id not in went_back_to:
            seconds = began[second.id] - began[first.id]
            if seconds > 0:
                gaps.append(Gap(first, second, seconds))
    return gaps


def beat_s_around(gaps: Sequence[Gap], place: int) -> float | None:
    """Seconds a beat near one of the gaps, by its neighbours without a rest; None where there are too few."""
    around = range(max(place - 3 * NEIGHBOURS, 0), min(place + 3 * NEIGHBOURS, len(gaps)))
    others = [other for other in around if other != place and gaps[other].rest_beats < 0.01]
    near = sorted(others, key=lambda other: abs(other - place))[:NEIGHBOURS]
    if len(near) < FEWEST_FOR_A_BEAT:
        return None
    return median(gaps[other].seconds / gaps[other].beats for other in near)


def steady_bpm(gaps: Sequence[Gap]) -> float | None:
    """The tempo from note to note, whatever became of the rests; None where there are too few."""
    beats_s = [gap.seconds / gap.beats for gap in gaps if gap.rest_beats < 0.01]
    return 60 / median(beats_s) if len(beats_s) >= FEWEST_FOR_A_BEAT else None


def from_barline(score: Score, note: Note) -> Fraction:
    """Beats into its bar; a pickup lies at the end of its own."""
    onset = Fraction(note.onset_beat).limit_denominator(96)
    return position_in_bar(score.bar_at(onset), onset, score.metre_at(note.onset_beat))
