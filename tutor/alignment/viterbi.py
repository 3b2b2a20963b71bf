"""The likeliest path through (score note, onset candidate): a segmental Viterbi search.

A note begins at a candidate and lasts until the candidate at which the next one begins (a semi-Markov model, after
Raphael 1999 and Cont 2010). Its sound is right, right and then something extra, or wrong altogether. The next note
comes in time, or a few are left out; or the player goes back, goes on from somewhere else, or makes other sounds for a
while first. Values are log-likelihoods over "all of it is some other sound".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tutor.alignment.earnings import Earnings
from tutor.listening.frames import FINE_HOP_S, HOP_S

Array = NDArray[np.float32]
Indices = NDArray[np.int64]
Block = tuple[int, int]

IMPOSSIBLE = np.float32(-1e9)

# A wrong note costs this, and earns what the pitch that was played instead earns.
WRONG = np.float32(4.5)
THEN_EXTRA = np.float32(1.8)
LEFT_OUT, LEFT_OUT_REPEATED = 4.0, 1.6  # a note struck again without a dip can hardly be heard
LEFT_OUT_FIRST_MOST = 9.0
# Stopping early costs this and a little for each note left, but less than a leap to the end.
STOP, STOP_EACH, STOP_MOST = 7.0, 0.1, 10.5
BACK, AHEAD = 9.0, 12.0
# Nobody breaks off at the very moment when the next note is due, and hardly ever before.
NO_PAUSE, PAUSE_S = 2.5, 0.25
CUT_SHORT, CUT_SHORT_AT = 2.0, 0.65
# Sounds that are no part of the piece, per frame: before the first note (at most so much), and between breaking off and
# going on.
BEFORE, BEFORE_MOST = 0.1, 8.0
BETWEEN = 0.02
# The last note may be followed by other sounds.
AFTER = 2.0

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


@dataclass(frozen=True)
class Path:
    """(note, candidate) in time order; candidates count within the earnings that were searched."""

    steps: tuple[tuple[int, int], ...]
    value: float


class Search:
    """One search. `run` fills it, `path` reads the best path back."""

    def __init__(self, line: Line, sound: Earnings, reading: Reading, blocks: Sequence[Sequence[Block]] | None) -> None:
        """blocks: for each candidate the stretches of notes to think of; None for all of them."""
        count = len(line)
        self.line, self.sound, self.reading = line, sound, reading
        self.blocks = blocks if blocks is not None else [((0, count),)] * len(sound)
        self.steps = min(reading.skips + 1, max(count - 1, 1))
        repeated = np.append(False, np.diff(line.columns) == 0)
        each = np.where(repeated, LEFT_OUT_REPEATED, LEFT_OUT)
        self.left_out = np.concatenate([[0], np.cumsum(each)])
        self.first_back, deepest = _windows(line, sound, reading)
        self.bins, middles_s = _bins(sound.onsets_fine, self.first_back)
        self.costs = _costs(line, reading, self.steps, self.left_out, middles_s)
        self.begin = -np.minimum(self.left_out[:count], LEFT_OUT_FIRST_MOST).astype(np.float32)
        self.begun: list[list[tuple[int, Array]]] = []  # per candidate and block: value of a note that begins there
        self.jumps: list[tuple[float, int, int, int]] = []  # value, from note, its candidate, left at candidate
        self.deepest = deepest

    def run(self) -> Search:
        """Forward through the candidates."""
        sound, count, deep = self.sound, len(self.line), self.deepest
        # The last `deep` candidates at least, rows in time order: values of notes begun there, without and with an end
        # to their right part, and as a wrong note.
        begun = np.full((2 * deep, count), IMPOSSIBLE)
        ended = np.full((2 * deep, count), IMPOSSIBLE)
        wrong = np.full((2 * deep, count), IMPOSSIBLE)
        leaving = np.full((deep, count + self.steps), IMPOSSIBLE)
        item, stride = leaving.itemsize, leaving.strides[0]
        # [step, row, note]: the value of leaving the note `step` before.
        previous = np.lib.stride_tricks.as_strided(
            leaving[:, self.steps :], (self.steps + 1, deep, count), (-item, stride, item)
        )
        base = 0
        broken_off = (float(IMPOSSIBLE), -1, -1, -1)
        for k in range(len(sound)):
            if k - base == 2 * deep:
                begun[:deep], ended[:deep] = begun[deep:], ended[deep:]
                wrong[:deep] = wrong[deep:]
                base += deep
            earned, struck = sound.by_pitch[k][self.line.columns], sound.struck[k][self.line.columns]
            first, row = int(self.first_back[k]), k - base
            instead = (sound.by_pitch[k] - sound.by_pitch[first:k]).max(axis=1)[:, None]
            arriving = []
            if k:
                spent = BETWEEN * float(sound.voiced[k] - sound.voiced[k - 1])
                broken_off = (broken_off[0] - spent, *broken_off[1:])
            for low, high in self.blocks[k]:
                if k == first:
                    arriving.append(np.full(high - low, IMPOSSIBLE))
                    continue
                since, rows = max(low - self.steps, 0), k - first
                right = begun[first - base : row, since:high] + earned[since:high]
                closed = ended[first - base : row, since:high]
                np.maximum(closed, right - THEN_EXTRA, out=closed)
                np.maximum(right, wrong[first - base : row, since:high] + instead, out=right)
                np.maximum(right, closed, out=leaving[:rows, since + self.steps : high + self.steps])
                ways = self.costs[:, self.bins[k], low:high]
                np.subtract(previous[:, :rows, low:high], ways, out=ways)
                arriving.append(ways[1:].reshape(-1, high - low).max(axis=0) - sound.passed[k])
                best = int(ways[0].argmax())
                value = float(ways[0].flat[best] - sound.passed[k])
                if value > broken_off[0]:
                    broken_off = (value, low + best % (high - low), first + best // (high - low), k)
            self.jumps.append(broken_off)
            begun[row] = ended[row] = wrong[row] = IMPOSSIBLE
            saved = []
            for (low, high), coming in zip(self.blocks[k], arriving, strict=True):
                there = np.maximum(coming, self._entering(k, low, high))
                there += struck[low:high] + sound.passed[k + 1]
                begun[row, low:high] = there - earned[low:high]
                # Whatever else was struck there was struck as if it were meant.
                wrong[row, low:high] = there - WRONG + (sound.struck[k].max() - struck[low:high])
                saved.append((low, there))
            self.begun.append(saved)
        return self

    def _entering(self, k: int, low: int, high: int) -> Array:
        """What it is worth to come to a note here otherwise than from the note before."""
        before = np.float32(min(BEFORE * float(self.sound.voiced[k]), BEFORE_MOST))
        value: Array = self.begin[low:high] - before
        left, note, _, _ = self.jumps[k]
        if note >= 0:
            further = min(max(note + 2 - low, 0), high - low)
            np.maximum(value[:further], np.float32(left - BACK), out=value[:further])
            np.maximum(value[further:], np.float32(left - AHEAD), out=value[further:])
        return value

    def path(self) -> Path:
        """Backward from the best end."""
        value, note, k = self._best_end()
        steps = []
        while k >= 0:
            steps.append((note, k))
            note, k = self._origin(note, k)
        return Path(tuple(steps[::-1]), value)

    @property
    def value(self) -> float:
        """Of the best path."""
        return self._best_end()[0]

    def _best_end(self) -> tuple[float, int, int]:
        count, sound = len(self.line), self.sound
        stop = np.minimum(STOP + STOP_EACH * np.arange(count - 1, -1, -1), STOP_MOST)
        unplayed = np.minimum(self.left_out[count] - self.left_out[1:], stop)
        best = (float(IMPOSSIBLE), -1, -1)
        for k, saved in enumerate(self.begun):
            remaining = float(sound.passed[-1])
            earned = (sound.by_pitch[-1] - sound.by_pitch[k])[self.line.columns]
            for low, value in saved:
                high = low + len(value)
                end = value + np.maximum(earned[low:high], -WRONG) - unplayed[low:high] - remaining
                note = int(end.argmax())
                best = max(best, (float(end[note]), low + note, k))
        if self.jumps:
            left, note, k, _ = self.jumps[-1]
            spent = AFTER + BETWEEN * float(sound.voiced[-1] - sound.voiced[len(sound) - 1])
            best = max(best, (left - spent - float(unplayed[note]), note, k))
        return best

    def _origin(self, note: int, k: int) -> tuple[int, int]:
        """Where the best way to a note at a candidate came from; (-1, -1) if it is the first."""
        sound = self.sound
        first, entering = int(self.first_back[k]), float(self._entering(k, note, note + 1)[0])
        value, origin = float(IMPOSSIBLE), (-1, -1)
        since = max(note - self.steps, 0)
        if first < k and since < note:
            values = np.stack([self._begun_at(row, since, note) for row in range(first, k)])
            earned = sound.by_pitch[first : k + 1, self.line.columns[since:note]]
            ended = np.maximum.accumulate(earned[:0:-1])[::-1] - THEN_EXTRA
            right = np.maximum(ended, earned[-1]) - earned[:-1]
            struck = sound.struck[first:k]
            instead = (sound.by_pitch[k] - sound.by_pitch[first:k]).max(axis=1)
            wrong = (instead + struck.max(axis=1))[:, None] - struck[:, self.line.columns[since:note]] - WRONG
            left = np.maximum(right, wrong) + values
            steps = note - np.arange(since, note)
            left -= self.costs[steps[None, :], self.bins[k][:, None], note]
            best = int(left.argmax())
            value = float(left.flat[best] - sound.passed[k])
            origin = (since + best % (note - since), first + best // (note - since))
        if value >= entering:
            return origin
        jumped, jump_note, jump_k, _ = self.jumps[k]
        cost = BACK if note <= jump_note + 1 else AHEAD
        begin = float(self.begin[note]) - min(BEFORE * float(sound.voiced[k]), BEFORE_MOST)
        return (jump_note, jump_k) if jump_note >= 0 and jumped - cost >= begin else (-1, -1)

    def _begun_at(self, k: int, low: int, high: int) -> Array:
        """Values of notes low to high that begin at candidate k; impossible where they were not thought of."""
        values = np.full(high - low, IMPOSSIBLE)
        for block_low, value in self.begun[k]:
            a, b = max(low, block_low), min(high, block_low + len(value))
            if a < b:
                values[a - low : b - low] = value[a - block_low : b - block_low]
        return values


def best_path(line: Line, sound: Earnings, reading: Reading, blocks: Sequence[Sequence[Block]] | None = None) -> Path:
    """The likeliest path."""
    return Search(line, sound, reading, blocks).run().path()


def _windows(line: Line, sound: Earnings, reading: Reading) -> tuple[Indices, int]:
    """For each candidate the first one at which a note that ends there may have begun; and the most between them."""
    intervals = np.append(np.diff(line.beats), line.lengths[-1])
    longest_s = float(np.max(np.maximum(intervals, line.lengths) * reading.beat_s))
    span = max(LONGEST_LEAST_S, LONGEST * longest_s + LONGEST_MORE_S) / HOP_S
    here = np.arange(len(sound))
    sounded = sound.voiced[:-1]  # in time that sounds: a pause may be of any length
    first = np.searchsorted(sounded, sounded - span)
    first = np.clip(first, here - reading.most_back, np.maximum(here - 2, 0))
    return first, int((here - first).max(initial=1))


def _bins(onsets_fine: Indices, first_back: Indices) -> tuple[list[Indices], NDArray[np.float64]]:
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


def _costs(
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
