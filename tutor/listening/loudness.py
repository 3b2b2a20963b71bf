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
    """Levels in dB FS, one a fine hop, and what they say about the take."""

    fine_dbfs: Array
    loud_dbfs: float
    room_dbfs: float
    threshold_dbfs: float


def loudness(samples: Array) -> Loudness:
    """RMS level around every k * FINE_HOP (a window of two hops)."""
    count = len(samples) // FINE_HOP
    hops = samples[: count * FINE_HOP].reshape(count, FINE_HOP)
    energy = np.einsum("ij,ij->i", hops, hops)
    power = np.concatenate([energy[:1], energy[:-1]]) + energy
    level = 10 * np.log10(power / (2 * FINE_HOP) + np.float32(10 ** (FLOOR_DBFS / 10)))
    if not count:
        return Loudness(level, FLOOR_DBFS, FLOOR_DBFS, QUIETEST_DBFS)
    room, loud = (float(one) for one in np.percentile(level, [3, 95]))
    threshold = float(np.clip(room + ABOVE_ROOM_DB, loud + LOWEST_DB, loud + HIGHEST_DB))
    return Loudness(level, loud, room, max(threshold, QUIETEST_DBFS))
