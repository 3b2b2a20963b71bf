"""Causes in the rhythm itself: eighths swung or uneven, triplets straightened, dots squared off.

All are seen in figures of two or three notes that fill a beat or two: which share of their time did each one take? In
even eighths a half, in a swing two thirds, in a dotted figure three quarters. Only beginnings of notes are asked, so
that a short bow or a breath says nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from tutor.grading import asks
from tutor.grading.findings import LENGTH, TIME, Explained, Finding, Take, tell, where
from tutor.grading.gaps import Gap, from_barline, gaps_of
from tutor.notation.durations import beat_length
from tutor.notation.score import Note, Score
from tutor.saying import Phrase, phrase

EVEN, SWING, DOTTED = 1 / 2, 2 / 3, 3 / 4
SAME_SHARE = 0.01

# Shares as played. Two to one is a swing by the book; from 1.4 to 1 a listener hears one.
SWUNG_FROM, LEANS_TO_SWING = 0.583, 0.55
UNEVEN_BY = 0.085
MOVED_BY_S = 0.035  # whatever its share: no ear places every attack to 20 ms
STRAIGHT_UP_TO, LEANS_TO_STRAIGHT = 0.57, 0.62
SQUARED_UP_TO, LEANS_TO_SQUARE = 0.69, 0.72
ONE_LONG_FROM = 0.43  # of three: a third is written, half is what it becomes
MOSTLY = 0.7  # of the figures of a take are alike, or it is no habit
FEWEST_EVEN, FEWEST_LONG_SHORT, FEWEST_DOTTED, FEWEST_TRIPLETS = 4, 3, 2, 3

# By the figure's length in beats.
EVEN_NAMES = {1.0: phrase("eighths"), 0.5: phrase("sixteenths")}
DOTTED_NAMES = {
    2.0: (phrase("dotted quarters"), "dotted-quarter-eighth"),
    1.0: (phrase("dotted eighths"), "dotted-eighth-sixteenth"),
}


@dataclass(frozen=True)
class Figure:
    """Neighbouring notes without a rest, and the share of their time that each took, as written and as played."""

    notes: tuple[Note, ...]
    beats: float
    seconds: float
    written: tuple[float, ...]
    shares: tuple[float, ...]

    @property
    def first_share(self) -> float:
        """What the first note took."""
        return self.shares[0]


def even_notes(take: Take, explained: Explained) -> Iterator[Finding]:
    """Eighths or sixteenths that limp: all alike is a swing, else they are uneven."""
    for beats, name in EVEN_NAMES.items():
        figures = _figures(take, 2, EVEN, beats)
        figures = [one for one in figures if not _is_compound(take.score, one)]
        if len(figures) < FEWEST_EVEN:
            continue
        share = median(one.first_share for one in figures)
        if share >= SWUNG_FROM and _is_habit(figures, lambda one: one.first_share >= LEANS_TO_SWING):
            yield _swung(take, figures, name, share)
        elif _is_uneven(figures):
            yield _uneven(take, figures, name)


def _swung(take: Take, figures: Sequence[Figure], name: Phrase, share: float) -> Finding:
    what = phrase(
        "{where}: the {notes} were swung: the first of each two lasted {times:.1f} times as long as the second, and "
        "they are written alike.",
        where=_bars(figures),
        notes=name,
        times=_ratio(share),
    )
    remedy = phrase("Clap even {notes} against a steady beat, then play the bars on one note.", notes=name)
    return _tell(take, "swung", what, remedy, figures, str(name))


def _is_uneven(figures: Sequence[Figure]) -> bool:
    return median(abs(one.first_share - EVEN) for one in figures) >= UNEVEN_BY and _is_heard(figures)


def _uneven(take: Take, figures: Sequence[Figure], name: Phrase) -> Finding:
    shares = [100 * one.first_share for one in figures]
    what = phrase(
        "{where}: the {notes} were uneven: the first of each two took {least} to {most} % of their time, where half is "
        "written.",
        where=_bars(figures),
        notes=name,
        least=round(min(shares)),
        most=round(max(shares)),
    )
    return _tell(take, "uneven", what, phrase("Play them slowly, with a click on each one."), figures, str(name))


def straightened(take: Take, explained: Explained) -> Iterator[Finding]:
    """Two to one is written and is played alike; or triplets became one long note and two short ones."""
    figures = _figures(take, 2, SWING, 1.0, 1.5)
    if len(figures) >= FEWEST_LONG_SHORT:
        share = median(one.first_share for one in figures)
        if share <= STRAIGHT_UP_TO and _is_habit(figures, lambda one: one.first_share <= LEANS_TO_STRAIGHT):
            what = phrase(
                "{where}: long and short notes were played nearly alike, {ratio:.1f} to 1, and 2 to 1 is written.",
                where=_bars(figures),
                ratio=_ratio(share),
            )
            remedy = phrase("Count three on every beat: the long note has two of them.")
            yield _tell(take, "straightened", what, remedy, figures, "triplet")
    triplets = [one for one in _figures(take, 3, 1 / 3, 1.0, 2.0) if _is_triplet(take.score, one)]
    squared = [one for one in triplets if max(one.shares[0], one.shares[-1]) >= ONE_LONG_FROM]
    if len(squared) >= max(FEWEST_TRIPLETS, MOSTLY * len(triplets)) and _is_heard(squared):
        what = phrase(
            "{where}: the triplets were one long note and two short ones, not three alike.", where=_bars(squared)
        )
        remedy = phrase("Say “tri-po-let” on every beat, then play them on one note.")
        yield _tell(take, "straightened", what, remedy, squared, "triplet")


def dotted_squared_off(take: Take, explained: Explained) -> Iterator[Finding]:
    """Three to one is written, and the short note comes too soon."""
    for beats, (name, figure) in DOTTED_NAMES.items():
        figures = _figures(take, 2, DOTTED, beats)
        if len(figures) < FEWEST_DOTTED:
            continue
        share = median(one.first_share for one in figures)
        if (
            share <= SQUARED_UP_TO
            and _is_heard(figures)
            and _is_habit(figures, lambda one: one.first_share <= LEANS_TO_SQUARE)
        ):
            what = phrase(
                "{where}: the {notes} were too short: {ratio:.1f} to 1, and 3 to 1 is written.",
                where=_bars(figures),
                notes=name,
                ratio=_ratio(share),
            )
            remedy = phrase("Count four to a beat through the dot: the short note comes on the last of them.")
            if beats > 1:
                remedy = phrase("Count “one and two and” through the dot: the short note comes on the last of them.")
            yield _tell(take, "dotted_squared_off", what, remedy, figures, figure)


def _figures(take: Take, size: int, first_share: float, *beats: float) -> list[Figure]:
    """All groups of so many notes that fill one of these lengths, the first note as much of it as said.

    They have no rests between them and a note after them, and begin where a figure may.
    """
    gaps = gaps_of(take)
    figures = []
    for place in range(len(gaps) - size + 1):
        group = gaps[place : place + size]
        is_joined = all(one.second is other.first for one, other in pairwise(group))
        if is_joined and all(gap.rest_beats < 0.01 for gap in group):
            figure = _figure(group)
            if abs(figure.written[0] - first_share) < SAME_SHARE and figure.beats in beats:
                figures += [figure] if _is_on_a_beat(take.score, figure) else []
    return figures


def _figure(group: Sequence[Gap]) -> Figure:
    beats, seconds = sum(gap.beats for gap in group), sum(gap.seconds for gap in group)
    written, shares = tuple(gap.beats / beats for gap in group), tuple(gap.seconds / seconds for gap in group)
    return Figure(tuple(gap.first for gap in group), round(beats, 3), seconds, written, shares)


def _is_on_a_beat(score: Score, figure: Figure) -> bool:
    """Figures begin on a beat; the small ones, and those of compound metres, half-way as well."""
    grid = 0.5 if figure.beats < 0.75 or _is_compound(score, figure) else 1.0
    return abs(float(from_barline(score, figure.notes[0])) / grid % 1) < 0.01


def _is_triplet(score: Score, figure: Figure) -> bool:
    is_even = all(abs(share - 1 / 3) < SAME_SHARE for share in figure.written)
    return is_even and not _is_compound(score, figure)


def _is_compound(score: Score, figure: Figure) -> bool:
    """In three to a beat, two eighths are no pair."""
    return beat_length(score.metre_at(figure.notes[0].onset_beat)).numerator == 3


def _is_habit(figures: Sequence[Figure], leans: Callable[[Figure], bool]) -> bool:
    return sum(map(leans, figures)) >= MOSTLY * len(figures)


def _is_heard(figures: Sequence[Figure]) -> bool:
    """Whether the first notes were longer or shorter than written by more than the ear may be out."""
    return median(abs(one.first_share - one.written[0]) * one.seconds for one in figures) >= MOVED_BY_S


def _ratio(share: float) -> float:
    """1.8, of the first note to the second."""
    return float(share / (1 - share))


def _bars(figures: Sequence[Figure]) -> str:
    return where([note for one in figures for note in one.notes])


def _tell(take: Take, code: str, what: str, remedy: str, figures: Sequence[Figure], figure: str) -> Finding:
    notes = list({note.id: note for one in figures for note in one.notes}.values())
    asked = asks.rhythm(take.score, figure, notes[0].onset_beat)
    return tell(code, what, remedy, notes, asked, explains=[TIME, LENGTH], also=_alike(take.score, figures))


def _alike(score: Score, figures: Sequence[Figure]) -> set[str]:
    """Notes of the same length at the same place of their beat: the last figure of a piece has no note after it, and
    is no figure here, but it was played as the others were."""
    beats = figures[0].beats
    places = {_place(score, note, beats) for one in figures for note in one.notes}
    return {note.id for note in score.notes if _place(score, note, beats) in places}


def _place(score: Score, note: Note, beats: float) -> tuple[float, float]:
    return round(float(from_barline(score, note)) % beats, 2), round(note.duration_beat, 2)
