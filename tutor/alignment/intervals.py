"""The score in time: what an interval between two onsets costs, and how far back a note's beginning is looked for."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tutor.alignment.earnings import Array, Earnings, Indices
from tutor.listening.frames import FINE_HOP_S, HOP_S

IMPOSSIBLE = np.float32(-1e9)

# Nobody breaks off at the very moment when the next note is due, and hardly ever before.
NO_PAUSE, PAUSE_S = 2.5, 0.25
CUT_SHORT, CUT_SHORT_AT = 2.0, 0.65
# Timing: the scatter of an interval, and the most that being out of time costs (in units of the weight).
SCATTER_S, SCATTER_SHARE, OUT_OF_TIME_MOST = 0.05, 0.16, 5.0
SHORTEST_S = 0.05

# How far back a note's beginning is looked for: so much over its length, and so many candidates.
LONGEST, LONGEST_MORE_S, LONGEST_LEAST_S = 1.8, 1.0, 2.5


@dataclass(frozen=True)
class Line:
    """The score as the search sees it. Column: where a note's pitch stands in the earnings."""

    columns: Indices
    beats: NDArray[np.float64]
    lengths: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.beats)


@dataclass(frozen=True)
class Reading:
    """How to read: seconds a beat at every note, how much timing weighs, and how hard to look."""

    beat_s: NDArray[np.float64]
    timing: float
    skips: int  # score notes that may be left out between two
    most_back: int  # candidates in a note


def windows(line: Line, sound: Earnings, reading: Reading) -> tuple[Indices, int]:
    """For each candidate the first one at which a note that ends there may have begun; and the most between them."""
    intervals = np.append(np.diff(line.beats), line.lengths[-1])
    longest_s = float(np.max(np.maximum(intervals, line.lengths) * reading.beat_s))
    span = max(LONGEST_LEAST_S, LONGEST * longest_s + LONGEST_MORE_S) / HOP_S
    here = np.arange(len(sound))
    sounded = sound.voiced[:-1]  # in time that sounds: a pause may be of any length
    first = np.searchsorted(sounded, sounded - span)
    first = np.clip(first, here - reading.most_back, np.maximum(here - 2, 0))
    return first, int((here - first).max(initial=1))


def time_bins(onsets_fine: Indices, first_back: Indices) -> tuple[list[Indices], NDArray[np.float64]]:
    """For each candidate the bin of the time since each earlier one in its window; and the bins' middles in seconds.

    As fine as the frames up to half a second, then 1 % wide.
    """
    longest = int((onsets_fine - onsets_fine[first_back]).max(initial=1))
    fine = np.arange(longest + 1)
    bins = np.where(fine <= 100, fine, 100 + np.round(100 * np.log(np.maximum(fine, 1) / 100)).astype(np.int64))
    count = int(bins[-1]) + 1
    middles = np.where(np.arange(count) <= 100, np.arange(count), 100 * np.exp((np.arange(count) - 100) / 100))
    since = [
        bins[onset - onsets_fine[first:k]] for k, (onset, first) in enumerate(zip(onsets_fine, first_back, strict=True))
    ]
    return since, middles * FINE_HOP_S


def interval_costs(
    line: Line, reading: Reading, steps: int, left_out: NDArray[np.float64], middles_s: NDArray[np.float64]
) -> Array:
    """[step, time bin, note]: of coming to a note from the one `step` before it; step 0 is of breaking off there."""
    count = len(line)
    costs = np.full((steps + 1, len(middles_s), count), -IMPOSSIBLE)
    length_s = (line.lengths * reading.beat_s).astype(np.float32)
    elapsed_s = middles_s.astype(np.float32)[:, None]
    costs[0] = NO_PAUSE * (elapsed_s - length_s < PAUSE_S) + CUT_SHORT * (elapsed_s < CUT_SHORT_AT * length_s)
    due_s = np.concatenate([[0], np.cumsum(np.diff(line.beats) * reading.beat_s[:-1])]).astype(np.float32)
    for step in range(1, min(steps, count - 1) + 1):
        interval_s = due_s[step:] - due_s[:-step]
        off = (elapsed_s - interval_s) / (SCATTER_S + SCATTER_SHARE * np.maximum(interval_s, SHORTEST_S))
        off = np.minimum(np.sqrt(1 + off * off) - 1, OUT_OF_TIME_MOST)
        costs[step, :, step:] = reading.timing * off + (left_out[step:-1] - left_out[1 : count - step + 1])
    return costs
