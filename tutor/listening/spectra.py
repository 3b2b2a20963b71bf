"""Spectra of a sound, frame by frame, made a block at a time so that ten minutes need no more memory than one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]

RATE_HZ = 22_050

# Partials above this add little to pitch or to attacks.
HIGHEST_HZ = 9_000.0

# So many frames of the whole sound tell what the room or the loudest partials are like.
ENOUGH = 250

# Samples transformed at once: more than this falls out of the processor's cache and takes twice as long.
BLOCK_SAMPLES = 1 << 18


class Spectra:
    """Magnitude spectra of `count` frames; frame k is centred on sample k * hop. Rows are frames, columns bins.

    `between` and `blocks` always give the same memory, filled anew: copy what is to last.
    """

    def __init__(self, samples: Array, window: int, hop: int, count: int) -> None:
        self.samples, self.window, self.hop, self.count = samples, window, hop, count
        self.bin_hz = RATE_HZ / window
        self.bins = int(HIGHEST_HZ / self.bin_hz) + 2  # those above are thrown away
        self.block = max(BLOCK_SAMPLES // window, 16)
        self._shape = np.hanning(window).astype(np.float32)
        self._shaped = np.empty((self.block, window), np.float32)
        # numpy's stubs know no single precision here; the transform does.
        self._transformed: Any = np.empty((self.block, window // 2 + 1), np.complex64)
        self._magnitudes = np.empty((self.block, self.bins), np.float32)

    def between(self, first: int, last: int) -> Array:
        """Frames first..last-1, `block` of them at most. What lies before and after the sound is silence."""
        begin, end = first * self.hop - self.window // 2, (last - 1) * self.hop + self.window // 2
        piece = self.samples[max(begin, 0) : max(end, 0)]
        if begin < 0 or end > len(self.samples):
            piece = np.pad(piece, (max(-begin, 0), end - max(begin, 0) - len(piece)))
        return self._transform(np.lib.stride_tricks.sliding_window_view(piece, self.window)[:: self.hop])

    def blocks(self) -> Iterator[tuple[int, Array]]:
        """(number of its first frame, magnitudes), block after block."""
        for first in range(0, self.count, self.block):
            yield first, self.between(first, min(first + self.block, self.count))

    def some(self, chosen: NDArray[np.int64]) -> Array:
        """The frames with these numbers, thinned to `ENOUGH` of them; those at the edges are moved inwards."""
        few = chosen[:: -(-len(chosen) // ENOUGH) or 1]
        missing = self.window - len(self.samples)
        samples = np.pad(self.samples, (0, missing)) if missing > 0 else self.samples
        starts = np.clip(few * self.hop - self.window // 2, 0, len(samples) - self.window)
        frames = np.lib.stride_tricks.sliding_window_view(samples, self.window)
        out = np.empty((len(few), self.bins), np.float32)
        for first in range(0, len(few), self.block):
            rows = slice(first, first + self.block)
            out[rows] = self._transform(frames[starts[rows]])
        return out

    def loudest(self) -> float:
        """The strongest partial of the loud frames."""
        peaks = self.some(np.arange(self.count)).max(axis=1, initial=0.0)
        return float(np.percentile(peaks, 90)) + 1e-9 if len(peaks) else 1.0

    def _transform(self, frames: Array) -> Array:
        count = len(frames)
        shaped = np.multiply(frames, self._shape, out=self._shaped[:count])
        transformed = np.fft.rfft(shaped, out=self._transformed[:count])
        return np.asarray(np.abs(transformed[:, : self.bins], out=self._magnitudes[:count]))
