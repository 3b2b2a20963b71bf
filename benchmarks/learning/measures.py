"""How good forecasts are. `p`: forecast chances; `right` of `notes` notes went right; all of one length."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
BINS = 15


def auc(p: Floats, right: Floats, notes: Floats) -> float:
    """That a note that went right had a higher forecast than one that went wrong."""
    _, place = np.unique(p, return_inverse=True)
    well, badly = np.bincount(place, right), np.bincount(place, notes - right)
    below = np.cumsum(badly) - badly
    return float((well * (below + badly / 2)).sum() / (well.sum() * badly.sum()))


def log_loss(p: Floats, right: Floats, notes: Floats) -> float:
    """A note."""
    p = np.clip(p, 0.005, 0.995)
    return float(-(right * np.log(p) + (notes - right) * np.log(1 - p)).sum() / notes.sum())


def calibration_error(p: Floats, right: Floats, notes: Floats) -> float:
    """How far forecasts and shares lie apart, over BINS equal bins of the forecast, weighted by notes (ECE)."""
    return sum(abs(one[3]) * one[2] for one in reliability(p, right, notes)) / float(notes.sum())


def reliability(p: Floats, right: Floats, notes: Floats) -> list[tuple[float, float, float, float]]:
    """Of each bin with notes: the mean forecast, the share right, the notes, and the difference."""
    place = np.digitize(p, np.linspace(0, 1, BINS + 1)[1:-1])
    rows = []
    for bin_ in range(BINS):
        here = place == bin_
        if total := float(notes[here].sum()):
            forecast, share = float((p[here] * notes[here]).sum()) / total, float(right[here].sum()) / total
            rows.append((forecast, share, total, forecast - share))
    return rows
