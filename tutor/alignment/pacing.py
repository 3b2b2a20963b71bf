"""How fast the beats go by: first guesses, and the player's own tempo read off a path."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from tutor.listening.frames import FINE_HOP_S

Array = NDArray[np.float64]

# Students begin at half to twice the tempo asked for. A rough reading bears a third either way.
GUESSES = (1.0, 0.7, 1.4, 0.5, 2.0)

# Intervals around a note whose median is the tempo there.
NEIGHBOURS = 11
# Of intervals that are this far from the usual length, something was left out or waited for.
UNLIKELY = (0.6, 1.6)


def guesses(beats: Array, asked_s: float, sounding_s: float) -> list[float]:
    """Seconds a beat to try: the tempo asked for and others around it, and the one that fills the whole take."""
    tried = [asked_s * factor for factor in GUESSES]
    whole_s = sounding_s / max(float(beats[-1] - beats[0]), 1.0)
    near = any(0.85 < whole_s / beat_s < 1.18 for beat_s in tried)
    if not near and 0.3 < whole_s / asked_s < 3.0:
        tried.append(whole_s)
    return tried


def beat_curve(beats: Array, path: Sequence[tuple[int, int]], onsets_fine: NDArray[np.int64]) -> Array | None:
    """Seconds a beat at every score note: the running median of the intervals played. None if there are too few.

    path: (note, candidate) in time order; where it jumps back, nothing is learnt.
    """
    notes = np.array([note for note, _ in path], np.int64)
    onsets_s = onsets_fine[[candidate for _, candidate in path]] * FINE_HOP_S
    run, rise_s = np.diff(beats[notes]), np.diff(onsets_s)
    forward = run > 1e-6
    lengths = rise_s[forward] / run[forward]
    middles = (beats[notes][:-1] + beats[notes][1:])[forward] / 2
    if len(lengths) < 4:
        return None
    usual = float(np.median(lengths))
    likely = (lengths > UNLIKELY[0] * usual) & (lengths < UNLIKELY[1] * usual)
    lengths, middles = lengths[likely], middles[likely]
    if len(lengths) < 4:
        return np.full(len(beats), usual)
    order = np.argsort(middles, kind="stable")
    window = min(NEIGHBOURS, len(lengths))
    medians = np.median(np.lib.stride_tricks.sliding_window_view(lengths[order], window), axis=1)
    first = np.searchsorted(middles[order], beats) - window // 2
    return np.asarray(medians[np.clip(first, 0, len(medians) - 1)])
