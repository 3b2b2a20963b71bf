"""A piece cut into excerpts at its barlines, or at the upbeat before them: each one a score in its own right.

Ids stay as they are in the piece; what is in force at the cut (key, metre, clef, tempo) is carried over. A tie over
the cut is cut too: the note is struck anew, and that is said. Excerpts end to end are the piece again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from tutor.notation.errors import ScoreError
from tutor.notation.manuscript import mend_slurs
from tutor.notation.score import Bar, Change, Score, Symbol
from tutor.saying import phrase


@dataclass(frozen=True, slots=True)
class Excerpt:
    """`cut_start`, `cut_end`: a tie led over that edge of it."""

    score: Score
    cut_start: bool = False
    cut_end: bool = False


def upbeat_of(score: Score) -> Fraction:
    """How long the pickup is that the piece begins with; 0 for none."""
    first = score.bars[0]
    return first.duration_beat if first.number == 0 else Fraction(0)


def excerpt(score: Score, first: int, last: int, upbeat: Fraction = Fraction(0)) -> Excerpt:
    """The bars at the places `first` to `last` (from 0, both of them in it), numbered anew from 1.

    With an `upbeat`, so many beats before the barline come with it, and as many are left to the next excerpt; where a
    note is held over that place, the cut is at the barline. Raises ScoreError where there is no such bar or no note.
    """
    if not 0 <= first <= last < len(score.bars):
        raise ScoreError(phrase("There are {count} bars, and no such passage in them.", count=len(score.bars)))
    begin = _cut_before(score, first, upbeat)
    end = _cut_before(score, last + 1, upbeat)
    symbols = [symbol for symbol in score.symbols if begin <= symbol.onset_beat < end]
    if not any(symbol.pitch for symbol in symbols):
        raise ScoreError(
            phrase(
                "Bars {first} to {last} hold no note.",
                first=score.bars[first].number,
                last=score.bars[last].number,
            )
        )
    moved = [replace(symbol, onset_beat=symbol.onset_beat - begin) for symbol in symbols]
    cut_start, cut_end = symbols[0].tie in ("continue", "stop"), symbols[-1].tie in ("start", "continue")
    return Excerpt(
        replace(
            score,
            symbols=tuple(mend_slurs(_without_open_ties(moved))),
            bars=tuple(_bars(score, begin, end)),
            keys=tuple(_in_force(score.keys, score.key_at(float(begin)), begin, end)),
            metres=tuple(_in_force(score.metres, score.metre_at(float(begin)), begin, end)),
        ),
        cut_start,
        cut_end,
    )


def page_of(score: Score, first: int, last: int) -> Score:
    """Some bars for the eye, with the numbers that they have in the piece; silent ones too."""
    begin = score.bars[first].onset_beat
    end = score.bars[last].onset_beat + score.bars[last].duration_beat
    symbols = [symbol for symbol in score.symbols if begin <= symbol.onset_beat < end]
    moved = [replace(symbol, onset_beat=symbol.onset_beat - begin) for symbol in symbols]
    return replace(
        score,
        symbols=tuple(mend_slurs(_without_open_ties(moved))),
        bars=tuple(replace(bar, onset_beat=bar.onset_beat - begin) for bar in score.bars[first : last + 1]),
        keys=tuple(_in_force(score.keys, score.key_at(float(begin)), begin, end)),
        metres=tuple(_in_force(score.metres, score.metre_at(float(begin)), begin, end)),
    )


def _cut_before(score: Score, index: int, upbeat: Fraction) -> Fraction:
    """Where the excerpt that has this bar for its first full one begins."""
    if index == 0:
        return Fraction(0)
    if index == len(score.bars):
        return score.duration_beat
    barline, before = score.bars[index].onset_beat, score.bars[index - 1]
    place = barline - upbeat
    # The piece's own pickup is an excerpt's beginning already: its first bar brings it along.
    if index == 1 and before.number == 0 and upbeat:
        return Fraction(0)
    inside = place > before.onset_beat and any(symbol.onset_beat == place for symbol in score.symbols)
    return place if inside else barline


def _bars(score: Score, begin: Fraction, end: Fraction) -> Iterable[Bar]:
    """The bars between two places, those at the edges perhaps shorter; a short first one is an upbeat."""
    lengths = [
        min(bar.onset_beat + bar.duration_beat, end) - max(bar.onset_beat, begin)
        for bar in score.bars
        if bar.onset_beat < end and bar.onset_beat + bar.duration_beat > begin
    ]
    is_upbeat = len(lengths) > 1 and lengths[0] < score.metre_at(float(begin)).bar_beats
    onset = Fraction(0)
    for number, length in enumerate(lengths, 0 if is_upbeat else 1):
        yield Bar(number, onset, length)
        onset += length


def _in_force(changes: Sequence[Change], at_begin: Change, begin: Fraction, end: Fraction) -> Iterable[Change]:
    yield replace(at_begin, onset_beat=Fraction(0))
    for change in changes:
        if begin < change.onset_beat < end:
            yield replace(change, onset_beat=change.onset_beat - begin)


def _without_open_ties(symbols: Sequence[Symbol]) -> list[Symbol]:
    """A tie that comes from before the first symbol, or leads beyond the last, is none."""
    mended = list(symbols)
    mended[0] = replace(mended[0], tie={"continue": "start", "stop": ""}.get(mended[0].tie, mended[0].tie))
    mended[-1] = replace(mended[-1], tie={"continue": "stop", "start": ""}.get(mended[-1].tie, mended[-1].tie))
    return mended
