"""Combs: for each pitch, where its partials lie among the bins of a spectrum.

A spectrum under the comb of a pitch, less the same spectrum **half-way between** the comb's teeth, is how much of the
sound belongs to that pitch. The half-way teeth tell octaves apart: an octave too low finds nothing under its odd
teeth, an octave too high finds partials between its teeth.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]

PARTIALS = 12
HIGHEST_HZ = 9_000.0


@lru_cache(maxsize=16)
def comb(lowest_pitch: int, highest_pitch: int, tuning: float, bins: int, bin_hz: float) -> Array:
    """bins x pitches: weights of the partials (as 1/sqrt of their number) less those half-way between them."""
    return _teeth(lowest_pitch, highest_pitch, tuning, bins, bin_hz, 1.3, 0.0) - _teeth(
        lowest_pitch, highest_pitch, tuning, bins, bin_hz, 1.3, 0.5
    )


@lru_cache(maxsize=16)
def partials_of(lowest_pitch: int, highest_pitch: int, bins: int, bin_hz: float) -> Array:
    """bins x pitches: weights of the partials alone, narrow, for the growth of each pitch."""
    return _teeth(lowest_pitch, highest_pitch, 0.0, bins, bin_hz, 0.8, 0.0)


def _teeth(
    lowest_pitch: int, highest_pitch: int, tuning: float, bins: int, bin_hz: float, width: float, before: float
) -> Array:
    """Bells `width` bins wide at the partials, moved down by `before` of their distance; each pitch's sum to 1."""
    freqs = np.arange(bins) * bin_hz
    out = np.zeros((bins, highest_pitch - lowest_pitch + 1))
    for column, pitch in enumerate(range(lowest_pitch, highest_pitch + 1)):
        f0_hz = 440 * 2 ** ((pitch + tuning - 69) / 12)
        numbers = np.arange(1, PARTIALS + 1)
        numbers = numbers[numbers * f0_hz < HIGHEST_HZ]
        weights = numbers**-0.5 / np.sum(numbers**-0.5)
        bells = np.exp(-0.5 * ((freqs[:, None] - (numbers - before) * f0_hz) / (width * bin_hz)) ** 2)
        out[:, column] = (bells / (bells.sum(axis=0) + 1e-9)) @ weights
    return out.astype(np.float32)
