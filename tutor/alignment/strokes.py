"""Align strokes (claps, taps) with a rhythm: onsets alone, no pitch to go by.

Dynamic programming over (stroke, score note). A step from one matched pair to the next costs the log ratio of the
played interval to the written one at some tempo; strokes may be extra, notes left out, and the player may go back.
All tempos between half and twice the asked one are tried at once; a second pass follows the player's own.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tutor.alignment.tempo import beat_lengths

Array = NDArray[np.float64]

EXTRA_COST, MISSING_COST = 1.6, 1.8
# An interval of twice or half its length costs 2; nothing costs more than this.
OCTAVE_COST, WORST_INTERVAL_COST = 2.0, 3.0
BACK_COST = 5.0
# Playing at half or at twice the asked tempo costs this, once.
OTHER_TEMPO_COST = 0.6
TEMPO_FACTORS = 2.0 ** np.linspace(-1, 1, 13)
# So many extra strokes, or notes left out, may lie between two matched pairs; far ones are a jump.
MOST_EXTRA, MOST_MISSING = 4, 5
# What precedes the first matched stroke and follows the last costs no more than this many extra strokes.
MOST_AROUND = 3
STARTS = -1


@dataclass(frozen=True)
class Strokes:
    """(score note, stroke) of every match in time order; after going back, notes come again. Others were extra."""

    matches: tuple[tuple[int, int], ...]
    beat_s: float  # the tempo that fitted best
    cost: float

    @property
    def last_of_each(self) -> dict[int, int]:
        """score note -> stroke; of a passage that was played again, the later one."""
        return dict(self.matches)

    @property
    def jumps(self) -> list[tuple[int, int, int]]:
        """(from note, to the same or an earlier note, stroke) of each time that the player went back."""
        pairs = zip(self.matches, self.matches[1:], strict=False)
        return [(before, note, stroke) for (before, _), (note, stroke) in pairs if note <= before]


def align_strokes(onsets_s: Array, note_beats: Array, asked_beat_s: float, weights: Array | None = None) -> Strokes:
    """Find which stroke was meant for which note.

    onsets_s, note_beats: increasing. weights: how sure each stroke is one, 0 to 1; an unsure one is cheaply extra.
    """
    onsets, beats = np.asarray(onsets_s, float), np.asarray(note_beats, float)
    if not len(onsets) or not len(beats):
        return Strokes((), asked_beat_s, 0.0)
    extra = EXTRA_COST * (np.ones(len(onsets)) if weights is None else np.asarray(weights, float))
    beat_s = (asked_beat_s * TEMPO_FACTORS)[:, None] * np.ones(len(beats))
    first = _cheapest_path(onsets, beats, beat_s, extra, OTHER_TEMPO_COST * np.abs(np.log2(TEMPO_FACTORS)))
    if len(first.matches) < 4:
        return first
    played = first.last_of_each
    struck = onsets[list(played.values())]
    own = beat_lengths(beats[list(played)], struck, beats, first.beat_s)
    return _cheapest_path(onsets, beats, np.clip(own, first.beat_s / 1.6, first.beat_s * 1.6)[None], extra, np.zeros(1))


def _cheapest_path(onsets: Array, beats: Array, beat_s: Array, extra: Array, start_cost: Array) -> Strokes:
    """beat_s: seconds a beat, one row a tempo tried and one column a score note."""
    tempos, notes = beat_s.shape
    before = np.concatenate([[0.0], np.cumsum(extra)])  # the price of all strokes before this one
    missing = MISSING_COST * np.arange(notes)
    source = np.full((len(onsets), tempos, notes), STARTS, np.int32)
    costs: list[Array] = []  # float64[tempos, notes] of each stroke so far; far ones are let go
    lowest, end = np.inf, (0, 0, 0)
    for stroke in range(len(onsets)):
        cost = start_cost[:, None] + min(before[stroke], MOST_AROUND * EXTRA_COST) + missing
        for earlier in range(max(stroke - MOST_EXTRA, 0), stroke):
            between = before[stroke] - before[earlier + 1]
            interval_s = max(onsets[stroke] - onsets[earlier], 1e-3)
            _go_on(costs[earlier] + between, cost, source[stroke], earlier, interval_s, beats, beat_s)
        if stroke:
            _go_back(costs[stroke - 1], cost, source[stroke], stroke - 1)
        if stroke > MOST_EXTRA:
            costs[stroke - MOST_EXTRA - 1] = np.zeros(0)
        costs.append(cost)
        whole = cost + min(before[-1] - before[stroke + 1], MOST_AROUND * EXTRA_COST) + missing[::-1]
        tempo, note = divmod(int(np.argmin(whole)), notes)
        if whole[tempo, note] < lowest:
            lowest, end = float(whole[tempo, note]), (stroke, tempo, note)
    return Strokes(tuple(_path(source[:, end[1]], end[0], end[2])), float(np.median(beat_s[end[1]])), lowest)


def _go_on(
    earlier_cost: Array,
    cost: Array,
    source: NDArray[np.int32],
    earlier: int,
    interval_s: float,
    beats: Array,
    beat_s: Array,
) -> None:
    """Where it is cheaper, come from a pair (earlier stroke, note) to (this stroke, a later note)."""
    notes = len(beats)
    for step in range(1, min(MOST_MISSING + 1, notes)):
        written_s = np.maximum((beats[step:] - beats[:-step]) * beat_s[:, step:], 1e-3)
        off = np.minimum(OCTAVE_COST * np.abs(np.log2(interval_s / written_s)), WORST_INTERVAL_COST)
        whole = earlier_cost[:, :-step] + off + MISSING_COST * (step - 1)
        better = whole < cost[:, step:]
        cost[:, step:][better] = whole[better]
        came_from = np.broadcast_to(earlier * notes + np.arange(notes - step), whole.shape)
        source[:, step:][better] = came_from[better]


def _go_back(last_cost: Array, cost: Array, source: NDArray[np.int32], last: int) -> None:
    """Where it is cheaper, come from a pair (last stroke, note) to (this stroke, the same or an earlier note)."""
    notes = cost.shape[1]
    lowest = np.minimum.accumulate(last_cost[:, ::-1], axis=1)
    place = np.maximum.accumulate(np.where(last_cost[:, ::-1] == lowest, np.arange(notes), 0), axis=1)
    whole, came_from = lowest[:, ::-1] + BACK_COST, notes - 1 - place[:, ::-1]
    better = whole < cost
    cost[better] = whole[better]
    source[better] = last * notes + came_from[better]


def _path(source: NDArray[np.int32], stroke: int, note: int) -> list[tuple[int, int]]:
    """(note, stroke) from the first matched stroke to this one. source: int32[strokes, notes]."""
    matches = [(note, stroke)]
    while source[stroke, note] != STARTS:
        stroke, note = divmod(int(source[stroke, note]), source.shape[1])
        matches.append((note, stroke))
    return matches[::-1]
