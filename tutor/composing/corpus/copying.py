"""How long a melody goes note for note with a tune it was learned from: more than ten notes is a quotation.

Notes are the same when their lengths and the intervals between them are: the key doesn't matter. What ships is a
sorted list of 32-bit digests of every eleven notes in a row; one in 15,000 melodies' notes is suspected wrongly.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tutor.composing.corpus.tables import tables

if TYPE_CHECKING:
    from tutor.composing.corpus.tunes import Tune

MOST_COPIED_NOTES = 10
RUN_NOTES = MOST_COPIED_NOTES + 1
# An odd multiplier that spreads bits well (Steele & Vigna, "Computationally easy, spectrally good multipliers", 2021).
MULTIPLIER = np.uint64(0xD1342543DE82EF95)
# Intervals are moved by so much to be positive; a length is below 2**10 ticks.
INTERVAL_OFFSET = 64


def longest_copy(intervals: ArrayLike, durations: ArrayLike) -> NDArray[np.int64]:
    """The most notes in a row that stand so in a training tune, for each line; 0 where there are ten or fewer.

    intervals: semitones from each note to the next [lines, notes - 1] or [notes - 1]; durations: ticks, ties joined
    [notes] or [lines, notes]. Returns [lines] (one line: [1]).
    """
    rows = np.atleast_2d(np.asarray(intervals, dtype=np.int64))
    lengths = np.broadcast_to(np.asarray(durations, dtype=np.int64), (len(rows), rows.shape[1] + 1))
    digests = run_digests(rows, lengths)
    known = _training_runs()
    places = np.minimum(np.searchsorted(known, digests), len(known) - 1)
    return _longest_streak(known[places] == digests)


def learn_runs(tunes: Sequence[Tune]) -> Mapping[str, NDArray[np.generic]]:
    """The table of digests: "steps", the differences between neighbours in the sorted list, which pack small."""
    found: list[NDArray[np.uint32]] = []
    for tune in tunes:
        notes = tune.sounding()
        pitches = np.array([note[0] for note in notes])
        ticks = np.array([note[2] for note in notes])
        found.append(run_digests(np.diff(pitches)[None], ticks[None])[0])
    digests = np.unique(np.concatenate(found))
    steps = np.diff(digests, prepend=np.uint32(0))
    # Two planes of sixteen bits: the upper one is nearly all zeros.
    return {"steps_low": (steps & 0xFFFF).astype(np.uint16), "steps_high": (steps >> 16).astype(np.uint16)}


def run_digests(intervals: NDArray[np.int64], durations: NDArray[np.int64]) -> NDArray[np.uint32]:
    """A digest of every eleven notes in a row [lines, notes - 10]; none for shorter lines."""
    lines, notes = durations.shape
    runs = max(0, notes - MOST_COPIED_NOTES)
    digests = np.zeros((lines, runs), dtype=np.uint64)
    if not runs:
        return digests.astype(np.uint32)
    # The last length of a run counts without the interval after it, so that interval is added apart.
    codes = durations.astype(np.uint64) << np.uint64(8)
    codes[:, :-1] += (intervals + INTERVAL_OFFSET).astype(np.uint64) & np.uint64(0xFF)
    for place in range(RUN_NOTES):
        part = codes[:, place : place + runs]
        if place == RUN_NOTES - 1:
            part = part & ~np.uint64(0xFF)
        digests = (digests ^ part) * MULTIPLIER
        digests ^= digests >> np.uint64(29)
    return (digests >> np.uint64(32)).astype(np.uint32)


@cache
def _training_runs() -> NDArray[np.uint32]:
    packed = tables("copying")
    steps = packed["steps_low"].astype(np.uint32) + (packed["steps_high"].astype(np.uint32) << np.uint32(16))
    return np.cumsum(steps, dtype=np.uint32)


def _longest_streak(hits: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Notes in the longest streak of known runs, for each row."""
    streak = np.zeros(len(hits), dtype=np.int64)
    longest = np.zeros(len(hits), dtype=np.int64)
    for column in hits.T:
        streak = (streak + 1) * column
        longest = np.maximum(longest, streak)
    return np.where(longest > 0, longest + MOST_COPIED_NOTES, 0)
