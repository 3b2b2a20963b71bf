"""How loud it is over time, how loud the room is, and where between them a note begins to count."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tutor.listening.decoding import Samples, Sound
from tutor.listening.pitch_tracking import HOP_SAMPLES

FLOOR_DBFS = -120.0

# A note counts from this far above the room, but not from under LOWEST nor only from above HIGHEST (below the loud).
ABOVE_ROOM_DB = 8.0
LOWEST_DB, HIGHEST_DB = -42.0, -16.0


def level_track(sound: Sound) -> NDArray[np.float32]:
    """RMS level in dB FS, one a hop, over a window around frame k's time k * hop."""
    return running_level_db(sound.samples, HOP_SAMPLES)


def running_level_db(samples: Samples, hop_samples: int) -> NDArray[np.float32]:
    """RMS in dB of the two hops around k * hop, k = 0, 1, …"""
    count = len(samples) // hop_samples
    energy = hop_energy(samples[: count * hop_samples].reshape(count, hop_samples))
    before = np.concatenate([energy[:1], energy[:-1]])
    power = (before + energy) / (2 * hop_samples)
    return np.asarray(10 * np.log10(power + 10 ** (FLOOR_DBFS / 10)), np.float32)


def hop_energy(hops: Samples) -> NDArray[np.float64]:
    """The energy of each row."""
    return np.asarray(np.einsum("ij,ij->i", hops, hops, dtype=np.float64))


def loud_dbfs(level_db: NDArray[np.float32]) -> float:
    """The level of the loud notes: the 95th percentile."""
    return float(np.percentile(level_db, 95)) if len(level_db) else FLOOR_DBFS


def room_dbfs(level_db: NDArray[np.float32]) -> float:
    """The level of the room when nobody plays: the 3rd percentile (an upper bound if nobody ever pauses)."""
    return float(np.percentile(level_db, 3)) if len(level_db) else FLOOR_DBFS


def sounding_threshold_dbfs(level_db: NDArray[np.float32]) -> float:
    """Above this level somebody is playing."""
    loud = loud_dbfs(level_db)
    above_room = room_dbfs(level_db) + ABOVE_ROOM_DB
    return float(np.clip(above_room, loud + LOWEST_DB, loud + HIGHEST_DB))
