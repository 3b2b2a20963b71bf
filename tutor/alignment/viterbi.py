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

from tutor.alignment.earnings import Array, Earnings
from tutor.alignment.intervals import IMPOSSIBLE, Line, Reading, interval_costs, time_bins, windows

Block = tuple[int, int]

# A wrong note costs this, and earns what the pitch that was played instead earns.
WRONG = np.float32(4.5)
THEN_EXTRA = np.float32(1.8)
LEFT_OUT, LEFT_OUT_REPEATED = 4.0, 1.6  # a note struck again without a dip can hardly be heard
LEFT_OUT_FIRST_MOST = 9.0
# Stopping early costs this and a little for each note left, but less than a leap to the end.
STOP, STOP_EACH, STOP_MOST = 7.0, 0.1, 10.5
BACK, AHEAD = 9.0, 12.0
# Sounds that are no part of the piece, per frame: before the first note (at most so much), and between breaking off and
# going on.
BEFORE, BEFORE_MOST = 0.1, 8.0
BETWEEN = 0.02
# The last note may be followed by other sounds.
AFTER = 2.0


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
        self.first_back, deepest = windows(line, sound, reading)
        self.bins, middles_s = time_bins(sound.onsets_fine, self.first_back)
        self.costs = interval_costs(line, reading, self.steps, self.left_out, middles_s)
        self.begin = -np.minimum(self.left_out[:count], LEFT_OUT_FIRST_MOST).astype(np.float32)
        self.begun: list[list[tuple[int, Array]]] = []  # per candidate and block: value of a note that begins there
        self.jumps: list[tuple[float, int, int, int]] = []  # value, from note, its candidate, left at candidate
        self.deepest = deepest

    def run(self) -> Search:
        """Forward through the candidates."""
        sound, recent = self.sound, _Recent(len(self.line), self.deepest, self.steps)
        broken_off = (float(IMPOSSIBLE), -1, -1, -1)
        for k in range(len(sound)):
            if k:
                spent = BETWEEN * float(sound.voiced[k] - sound.voiced[k - 1])
                broken_off = (broken_off[0] - spent, *broken_off[1:])
            first = int(self.first_back[k])
            rows = recent.rows(first, k)
            earned, struck = sound.by_pitch[k][self.line.columns], sound.struck[k][self.line.columns]
            instead = (sound.by_pitch[k] - sound.by_pitch[first:k]).max(axis=1)[:, None]
            arriving = []
            for low, high in self.blocks[k]:
                ways = self.costs[:, self.bins[k], low:high]
                recent.leave(rows, low, high, earned, instead)
                np.subtract(recent.previous[:, : k - first, low:high], ways, out=ways)
                arriving.append(ways[1:].reshape(-1, high - low).max(axis=0, initial=IMPOSSIBLE) - sound.passed[k])
                best = int(ways[0].argmax()) if k > first else -1
                if best >= 0 and (value := float(ways[0].flat[best] - sound.passed[k])) > broken_off[0]:
                    broken_off = (value, low + best % (high - low), first + best // (high - low), k)
            self.jumps.append(broken_off)
            saved = []
            for (low, high), coming in zip(self.blocks[k], arriving, strict=True):
                there = np.maximum(coming, self._entering(k, low, high))
                there += struck[low:high] + sound.passed[k + 1]
                saved.append((low, there))
            recent.begin(k, saved, earned, sound.struck[k].max() - struck)
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


class _Recent:
    """What notes are worth that began at the last candidates: one row a candidate, in time order, one column a note."""

    def __init__(self, count: int, deep: int, steps: int) -> None:
        self.deep, self.steps, self.base = deep, steps, 0
        # Still right (less what had been earned when it began), right and then extra, and wrong.
        self.right, self.ended, self.wrong = (np.full((2 * deep, count), IMPOSSIBLE) for _ in range(3))
        self.leaving = np.full((deep, count + steps), IMPOSSIBLE)
        item, stride = self.leaving.itemsize, self.leaving.strides[0]
        # [step, row, note]: the value of leaving the note `step` before.
        self.previous = np.lib.stride_tricks.as_strided(
            self.leaving[:, steps:], (steps + 1, deep, count), (-item, stride, item)
        )

    def rows(self, first: int, k: int) -> slice:
        """Of the candidates from `first` to before k, making room for k."""
        if k - self.base == 2 * self.deep:
            for values in (self.right, self.ended, self.wrong):
                values[: self.deep] = values[self.deep :]
            self.base += self.deep
        return slice(first - self.base, k - self.base)

    def leave(self, rows: slice, low: int, high: int, earned: Array, instead: Array) -> None:
        """Fill `leaving` for notes that end now: `earned` is up to now, `instead` what the best pitch earned since."""
        since = max(low - self.steps, 0)
        right = self.right[rows, since:high] + earned[since:high]
        ended = self.ended[rows, since:high]
        np.maximum(ended, right - THEN_EXTRA, out=ended)
        np.maximum(right, self.wrong[rows, since:high] + instead, out=right)
        count = rows.stop - rows.start
        np.maximum(right, ended, out=self.leaving[:count, since + self.steps : high + self.steps])

    def begin(self, k: int, values: list[tuple[int, Array]], earned: Array, otherwise: Array) -> None:
        """Notes that begin at k. `otherwise`: how much more another pitch was struck there, as if it were meant."""
        row = k - self.base
        self.right[row] = self.ended[row] = self.wrong[row] = IMPOSSIBLE
        for low, there in values:
            high = low + len(there)
            self.right[row, low:high] = there - earned[low:high]
            self.wrong[row, low:high] = there - WRONG + otherwise[low:high]


def best_path(line: Line, sound: Earnings, reading: Reading, blocks: Sequence[Sequence[Block]] | None = None) -> Path:
    """The likeliest path."""
    return Search(line, sound, reading, blocks).run().path()
