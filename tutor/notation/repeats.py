"""Repeats played out: bars as printed -> bars as played, with first and second endings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tutor.notation.errors import ScoreError
from tutor.saying import phrase

if TYPE_CHECKING:
    from tutor.notation.manuscript import RawBar

MOST_TIMES = 8


def in_playing_order(bars: Sequence[RawBar], most: int) -> list[RawBar]:
    """Each passage as often as its repeat sign says; a bar under an ending only on that time through."""
    played: list[RawBar] = []
    passage_start = index = 0
    time = 1
    while index < len(bars):
        if len(played) > most:
            raise ScoreError(
                phrase("The repeats make the score too long: {most} bars are the most that is read.", most=most)
            )
        bar = bars[index]
        if index != passage_start and (bar.opens_repeat or _leaves_endings(bars, index)):
            passage_start, time = index, 1
        if not bar.endings or time in bar.endings:
            played.append(bar)
            if time < min(_times(bars, index), MOST_TIMES):
                index, time = passage_start, time + 1
                continue
            if bar.closes_repeat and not _next_endings(bars, index):
                passage_start, time = index + 1, 1
        index += 1
    return played


def _leaves_endings(bars: Sequence[RawBar], index: int) -> bool:
    return index > 0 and bool(bars[index - 1].endings) and not bars[index].endings


def _times(bars: Sequence[RawBar], index: int) -> int:
    """How often the passage that closes here is played; with endings, until each has had its turn."""
    bar = bars[index]
    return max(bar.closes_repeat, *bar.endings, *_next_endings(bars, index), 0) if bar.closes_repeat else 0


def _next_endings(bars: Sequence[RawBar], index: int) -> frozenset[int]:
    """The endings of the bar after this one, where this one lies under an ending too."""
    if not bars[index].endings or index + 1 == len(bars):
        return frozenset()
    return bars[index + 1].endings - bars[index].endings
