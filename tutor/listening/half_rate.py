"""44.1 kHz -> 22.05 kHz, in pieces."""

from __future__ import annotations

import numpy as np

from tutor.listening.decoding import SAMPLE_RATE_HZ, Samples, Sound
from tutor.listening.spectra import RATE_HZ

TAPS = 31
PIECE = 1 << 18


# A cheap sound card's constant offset would count as loudness.
OFFSET = 1e-3


def at_working_rate(sound: Sound) -> Samples:
    """The samples at `RATE_HZ`: as they are, or every second one after a low-pass; without a constant offset."""
    if sound.rate_hz == RATE_HZ:
        samples = np.ascontiguousarray(sound.samples, np.float32)
    elif sound.rate_hz == SAMPLE_RATE_HZ:
        samples = _halve(sound.samples)
    else:
        raise ValueError(f"decode at {RATE_HZ} or {SAMPLE_RATE_HZ} Hz, not at {sound.rate_hz}")
    offset = samples.mean(dtype=np.float64) if len(samples) else 0.0
    return samples - np.float32(offset) if abs(offset) > OFFSET else samples


def _halve(samples: Samples) -> Samples:
    half = TAPS // 2
    taps = np.hanning(TAPS + 2)[1:-1] * np.sinc((np.arange(TAPS) - half) / 2)
    taps = (taps / taps.sum()).astype(np.float32)
    out = np.empty((len(samples) + 1) // 2, np.float32)
    for first in range(0, len(samples), PIECE):
        length = min(PIECE, len(samples) - first)
        piece = samples[max(first - half, 0) : first + length + half]
        before = max(half - first, 0)
        after = length + 2 * half - len(piece) - before
        smooth = np.convolve(np.pad(piece, (before, after)), taps, "valid")[::2]
        out[first // 2 : first // 2 + len(smooth)] = smooth
    return out
