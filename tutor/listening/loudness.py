"""How loud it is over time, how loud the room is, and where between them a note begins to count."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tutor.listening.spectra import Array

FINE_HOP = 128
FLOOR_DBFS = -100.0

# Below this nobody plays, however silent the rest is: no microphone in a room is as quiet.
QUIETEST_DBFS = -66.0

# A note counts from this far above the room, but not from under LOWEST nor only from above HIGHEST (below the loud).
ABOVE_ROOM_DB = 6.0
LOWEST_DB, HIGHEST_DB = -42.0, -18.0


@dataclass(frozen=True)
class Loudness:
    """Levels in dB FS, and what they say about the take."""

    level_dbfs: Array  # one every two fine hops
    fine_dbfs: Array  # one a fine hop
    loud_dbfs: float
    room_dbfs: float
    threshold_dbfs: float


def loudness(samples: Array) -> Loudness:
    """RMS levels: coarse over four fine hops (a period of the lowest notes), fine over two, around their moment."""
    count = len(samples) // FINE_HOP
    hops = samples[: count * FINE_HOP].reshape(count, FINE_HOP)
    energy = np.einsum("ij,ij->i", hops, hops)
    fine, level = _level_dbfs(energy, 1), _level_dbfs(energy, 2)[::2][: count // 2]
    if not len(level):
        return Loudness(level, fine, FLOOR_DBFS, FLOOR_DBFS, QUIETEST_DBFS)
    room, loud = (float(one) for one in np.percentile(level, [3, 95]))
    threshold = float(np.clip(room + ABOVE_ROOM_DB, loud + LOWEST_DB, loud + HIGHEST_DB))
    return Loudness(level, fine, loud, room, max(threshold, QUIETEST_DBFS))


def _level_dbfs(energy: Array, reach: int) -> Array:
    """Of the `reach` hops before and after the beginning of each hop."""
    total = np.concatenate([[0.0], np.cumsum(energy, dtype=np.float64)])
    at = np.arange(len(energy))
    first, last = np.maximum(at - reach, 0), np.minimum(at + reach, len(energy))
    power = np.maximum(total[last] - total[first], 0) / ((last - first) * FINE_HOP)
    return np.asarray(10 * np.log10(power + 10 ** (FLOOR_DBFS / 10)), np.float32)
