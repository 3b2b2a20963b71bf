"""The exact fundamental of a frame whose pitch is known roughly: from where its partials peak in the spectrum."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tutor.listening.spectra import Array

PARTIALS = 6

# Half a semitone and a little to either side.
REACH = 0.032


def refine_hz(magnitudes: Array, rough_hz: Array, bin_hz: float) -> Array:
    """One frequency a row of `magnitudes` (frames x bins), NaN where no partial peaks near `rough_hz`.

    Each partial's peak is that of a parabola through the logarithms of three bins. A partial's number divides its
    error, so high partials count for more, and loud ones do.
    """
    total, weight = np.zeros(len(rough_hz), np.float32), np.zeros(len(rough_hz), np.float32)
    for number in range(1, PARTIALS + 1):
        peak_bin, height = _peak_near(magnitudes, number * rough_hz / bin_hz)
        found = height > 0
        total[found] += (number * height * (peak_bin * bin_hz / number))[found]
        weight[found] += (number * height)[found]
    with np.errstate(invalid="ignore"):
        return np.asarray(np.where(weight > 0, total / weight, np.nan), np.float32)


def _peak_near(magnitudes: Array, centre_bin: Array) -> tuple[Array, Array]:
    """(bin with decimals, height) of the local maximum within `REACH`; height 0 where there is none."""
    bins = magnitudes.shape[1]
    reach = np.maximum(REACH * centre_bin, 1.0)
    inside = (centre_bin > 1) & (centre_bin + reach < bins - 2)
    widest = int(np.ceil(reach[inside].max(initial=0.0)))
    offsets = np.arange(-widest, widest + 1)
    middle = np.where(inside, np.round(centre_bin), 1).astype(np.int64)
    at = np.clip(middle[:, None] + offsets, 1, bins - 2)
    rows = np.arange(len(middle))
    near = np.where(np.abs(offsets) <= reach[:, None] + 0.5, magnitudes[rows[:, None], at], -1.0)
    peak = at[rows, near.argmax(axis=1)]
    below, top, above = (np.log(magnitudes[rows, peak + step] + np.float32(1e-9)) for step in (-1, 0, 1))
    is_peak = inside & (top >= below) & (top > above)
    bend: NDArray[np.float32] = np.where(is_peak, below - 2 * top + above, -1)
    exact = peak + np.float32(0.5) * (below - above) / bend
    return exact.astype(np.float32), np.where(is_peak, np.exp(top), 0).astype(np.float32)
