"""Where a long piece falls apart by itself: at double bars and repeats, after rests and long notes, every eight bars.

Passages are (first, last) places in `Score.bars`, counted from 0; together they are the whole piece. An upbeat bar
goes with the bar after it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from fractions import Fraction

from tutor.notation.score import Score

Passage = tuple[int, int]

WHOLE, SECTIONS, PHRASES, EIGHTS, FOURS = "whole", "sections", "phrases", "eights", "fours"
USUAL_BARS, MOST_BARS = 8, 16
# What a place is worth as an end of a phrase, against the bars that it makes the phrase longer or shorter than usual.
SECTION_END, SILENCE, LONG_NOTE, FOUR_BARS, EIGHT_BARS = 12.0, 4.0, 2.5, 1.0, 1.5
OFF_USUAL = 0.9  # a bar


def proposals(score: Score, section_ends: Collection[int]) -> dict[str, list[Passage]]:
    """Name to passages; those that come out alike stand there once, under the first name."""
    begin = 1 if score.bars[0].number == 0 and len(score.bars) > 1 else 0
    last = len(score.bars) - 1
    made = {
        WHOLE: [(0, last)],
        SECTIONS: _between(sorted({end for end in section_ends if begin < end < last} | {last})),
        PHRASES: _phrases(score, section_ends, begin),
        EIGHTS: _between([*range(begin + 7, last - 1, 8), last]),
        FOURS: _between([*range(begin + 3, last, 4), last]),
    }
    different: dict[str, list[Passage]] = {}
    for name, passages in made.items():
        if passages not in different.values():
            different[name] = passages
    return different


def repeats_of(marks: Sequence[str]) -> dict[int, int]:
    """Of passages' melody marks: which of them is the same tune as which earlier one."""
    first = {mark: index for index, mark in reversed(list(enumerate(marks))) if mark}
    return {index: first[mark] for index, mark in enumerate(marks) if mark and first[mark] != index}


def _between(ends: Sequence[int]) -> list[Passage]:
    starts = [0, *(end + 1 for end in ends[:-1])]
    return list(zip(starts, ends, strict=True))


def _phrases(score: Score, section_ends: Collection[int], begin: int) -> list[Passage]:
    """The cut that is worth most: each end for what it is, each phrase the less the further it is from eight bars."""
    count = len(score.bars)
    worths = _worths(score, section_ends, begin)
    best = [0.0] + [float("-inf")] * count
    cut_at = [0] * (count + 1)
    for end in range(1, count + 1):
        for start in range(max(0, end - MOST_BARS - begin), end):
            bars = end - start - (begin if start == 0 else 0)
            if bars < 2 and count > 2:
                continue
            worth = best[start] + worths[end - 1] - OFF_USUAL * abs(bars - USUAL_BARS)
            if worth > best[end]:
                best[end], cut_at[end] = worth, start
    ends = []
    end = count
    while end > 0:
        ends.append(end - 1)
        end = cut_at[end]
    return _between(ends[::-1])


def _worths(score: Score, section_ends: Collection[int], begin: int) -> list[float]:
    """Of each bar, what its end is worth as the end of a phrase."""
    worths = [0.0] * len(score.bars)
    places = {bar.onset_beat + bar.duration_beat: index for index, bar in enumerate(score.bars)}
    held = {note.symbol_ids[-1]: Fraction(note.duration_beat).limit_denominator(96) for note in score.notes}
    for symbol in score.symbols:
        index = places.get(symbol.onset_beat + symbol.duration_beat)
        if index is None:
            continue
        half = score.metre_at(float(symbol.onset_beat)).bar_beats / 2
        if symbol.pitch is None:
            worths[index] += SILENCE
        elif symbol.tie not in ("start", "continue") and held.get(symbol.id, Fraction(0)) >= half:
            worths[index] += LONG_NOTE
        elif symbol.tie in ("start", "continue"):
            worths[index] -= SECTION_END
    for index in range(len(worths)):
        number = index + 1 - begin
        worths[index] += SECTION_END * (index in section_ends)
        worths[index] += FOUR_BARS * (number % 4 == 0) + EIGHT_BARS * (number % 8 == 0)
    return worths
