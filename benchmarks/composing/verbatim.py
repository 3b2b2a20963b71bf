"""The longest row of notes in a melody that stands so in a tune the composer learned from.

A run of n notes has the same n lengths and the same n - 1 intervals, in whatever key. Exact, over whole tunes; the
composer's own guard (`tutor.composing.corpus.copying`) is not asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from benchmarks.composing.judge import HELD_OUT_FOLD, Line, Note
from tutor.composing.corpus.tunes import Tune

# Lengths below this many ticks and intervals within four octaves have a number of their own.
LENGTH_BASE = 1024
INTERVAL_BASE = 128
MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)

Digests = NDArray[np.uint64]


def longest_runs(lines: Sequence[Line], training: Iterable[Tune]) -> list[int]:
    """For each line the most notes in a row that any training tune (folds 1 to 9) has."""
    learned = _Rows([tune.sounding() for tune in training if tune.fold != HELD_OUT_FOLD])
    asked = _Rows([list(line.notes) for line in lines])
    longest = np.zeros(len(lines), dtype=np.int64)
    length = 1
    while len(asked.places):
        hits = np.isin(asked.digests(), np.unique(learned.digests()))
        longest[asked.owners[hits]] = length
        asked.grow(hits)
        learned.grow(np.ones(len(learned.places), dtype=bool))
        length += 1
    return longest.tolist()


def summary(runs: Sequence[int]) -> dict[str, float]:
    """Median, 95th and 99th percentile, and the longest."""
    values = np.array(runs)
    return {
        "median": float(np.median(values)),
        "p95": float(np.percentile(values, 95)),
        "p99": float(np.percentile(values, 99)),
        "max": float(values.max()),
    }


class _Rows:
    """Every row of so many notes within one melody, with a 64-bit digest; it begins with rows of one."""

    def __init__(self, melodies: Sequence[Sequence[Note]]) -> None:
        self._lengths = np.array([note[2] for notes in melodies for note in notes], dtype=np.int64)
        self._pitches = np.array([note[0] for notes in melodies for note in notes], dtype=np.int64)
        self._melody = np.repeat(np.arange(len(melodies)), [len(notes) for notes in melodies])
        self.places = np.arange(len(self._lengths))
        self._size = 1
        self._digests = self._lengths.astype(np.uint64)

    @property
    def owners(self) -> NDArray[np.int64]:
        """Which melody each row is of."""
        return self._melody[self.places]

    def digests(self) -> Digests:
        return self._digests

    def grow(self, kept: NDArray[np.bool_]) -> None:
        """Rows one note longer, of those that are kept and have a next note."""
        ends = self.places + self._size
        kept = kept & (ends < len(self._melody))
        kept[kept] = self._melody[ends[kept]] == self._melody[self.places[kept]]
        self.places, digests, ends = self.places[kept], self._digests[kept], ends[kept]
        interval = self._pitches[ends] - self._pitches[ends - 1] + INTERVAL_BASE // 2
        code = (interval * LENGTH_BASE + self._lengths[ends]).astype(np.uint64)
        mixed = (digests ^ (digests >> np.uint64(31))) * MULTIPLIER
        self._digests = mixed + code * np.uint64(0xBF58476D1CE4E5B9)
        self._size += 1
