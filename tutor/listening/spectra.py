"""Spectra of a sound, frame by frame, made a block at a time so that ten minutes need no more memory than one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]

RATE_HZ = 22_050

# Partials above this add little to pitch or to attacks.
HIGHEST_HZ = 9_000.0

# So many frames of the whole sound tell what the room or the loudest partials are like.
ENOUGH = 500

# Samples transformed at once: more than this falls out of the processor's cache and takes twice as long.
BLOCK_SAMPLES = 1 << 18


@dataclass(frozen=True)
class Spectra:
    """Magnitude spectra of `count` frames; frame k is centred on sample k * hop. Rows are frames, columns bins."""

    samples: Array
    window: int
    hop: int
    count: int

    @property
    def bin_hz(self) -> float:
        """How far apart the bins lie."""
        return RATE_HZ / self.window

    @property
    def bins(self) -> int:
        """Those up to `HIGHEST_HZ`; the others are thrown away."""
        return int(HIGHEST_HZ / self.bin_hz) + 2

    @property
    def block(self) -> int:
        """How many frames are best made at once."""
        return max(BLOCK_SAMPLES // self.window, 16)

    def between(self, first: int, last: int) -> Array:
        """Frames first..last-1. What lies before and after the sound is silence."""
        begin, end = first * self.hop - self.window // 2, (last - 1) * self.hop + self.window // 2
        piece = self.samples[max(begin, 0) : max(end, 0)]
        if begin < 0 or end > len(self.samples):
            piece = np.pad(piece, (max(-begin, 0), end - max(begin, 0) - len(piece)))
        frames = np.lib.stride_tricks.sliding_window_view(piece, self.window)[:: self.hop]
        return self._magnitudes(frames)

    def blocks(self) -> Iterator[tuple[int, Array]]:
        """(number of its first frame, magnitudes), block after block."""
        for first in range(0, self.count, self.block):
            yield first, self.between(first, min(first + self.block, self.count))

    def some(self, chosen: NDArray[np.int64]) -> Array:
        """The frames with these numbers, thinned to `ENOUGH` of them; those at the edges are moved inwards."""
        few = chosen[:: -(-len(chosen) // ENOUGH) or 1]
        samples = np.pad(self.samples, (0, max(self.window - len(self.samples), 0)))
        starts = np.clip(few * self.hop - self.window // 2, 0, len(samples) - self.window)
        return self._magnitudes(np.lib.stride_tricks.sliding_window_view(samples, self.window)[starts])

    def loudest(self) -> float:
        """The strongest partial of the loud frames."""
        peaks = self.some(np.arange(self.count)).max(axis=1, initial=0.0)
        return float(np.percentile(peaks, 90)) + 1e-9 if len(peaks) else 1.0

    def _magnitudes(self, frames: Array) -> Array:
        return np.abs(np.fft.rfft(frames * _hann(self.window))[:, : self.bins])


@lru_cache(maxsize=8)
def _hann(window: int) -> Array:
    return np.hanning(window).astype(np.float32)
