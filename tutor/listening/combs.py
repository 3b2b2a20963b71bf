"""Combs: for each pitch, where its partials lie among the bins of a spectrum.

A spectrum under the comb of a pitch, less the same spectrum **between** the comb's teeth, is how much of the sound
belongs to that pitch. Half-way between them lie the teeth that tell octaves apart: an octave too low finds nothing
under its odd teeth, an octave too high finds partials half-way. At thirds of the way lie those that tell twelfths.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]

# Their weights fall as number ** POWER: steeper is better in noise, flatter in a hall.
PARTIALS = 12
HIGHEST_HZ = 9_000.0
POWER = -0.6

# (how far before the partial, weight): the negative ones outweigh the positive one exactly, so that hiss gives nothing.
TELLING = ((0.0, 1.0), (1 / 2, -0.67), (1 / 3, -0.165), (2 / 3, -0.165))
TOOTH_BINS, NARROW_TOOTH_BINS = 1.3, 0.8
BELL_BINS = 5  # to either side; a bell is nothing beyond


def comb(lowest_pitch: int, highest_pitch: int, tuning: float, bins: int, bin_hz: float) -> Array:
    """bins x pitches: the weights of the partials less those between them, for pitches `tuning` semitones sharp."""
    pitches = np.arange(lowest_pitch, highest_pitch + 1, dtype=np.float64) + tuning
    teeth = [weight * _teeth(pitches, bins, bin_hz, TOOTH_BINS, before) for before, weight in TELLING]
    return np.asarray(sum(teeth), np.float32)


def partials_of(lowest_pitch: int, highest_pitch: int, bins: int, bin_hz: float) -> Array:
    """bins x pitches: the weights of the partials alone, narrow, for the growth of each pitch."""
    return _teeth(np.arange(lowest_pitch, highest_pitch + 1, dtype=np.float64), bins, bin_hz, NARROW_TOOTH_BINS, 0.0)


def _teeth(pitches: NDArray[np.float64], bins: int, bin_hz: float, width_bins: float, before: float) -> Array:
    """Bells at the partials, moved down by `before` of their distance; each pitch's weights sum to 1."""
    out = np.zeros((bins, len(pitches)))
    f0_bins = 440 * 2 ** ((pitches - 69) / 12) / bin_hz
    total = np.zeros(len(pitches))
    for number in range(1, PARTIALS + 1):
        heard = np.flatnonzero(number * f0_bins * bin_hz < HIGHEST_HZ)
        centres = (number - before) * f0_bins[heard]
        at = np.floor(centres).astype(int)[:, None] + np.arange(-BELL_BINS, BELL_BINS + 2)
        bells = np.exp(-0.5 * ((at - centres[:, None]) / width_bins) ** 2) * ((at >= 0) & (at < bins))
        bells *= number**POWER / (bells.sum(axis=1, keepdims=True) + 1e-9)
        np.add.at(out, (np.clip(at, 0, bins - 1), heard[:, None]), bells)
        total[heard] += number**POWER
    return (out / np.maximum(total, 1e-9)).astype(np.float32)
