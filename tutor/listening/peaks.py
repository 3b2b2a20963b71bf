"""A recording's outline, for the eye: how far the sound swings in each fiftieth of a second."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tutor.listening.decoding import Sound, decode

PEAKS_A_SECOND = 50
# Enough for an outline, and a fifth of the work of the ear's own rate.
OUTLINE_RATE_HZ = 8_000
# One step is finer than a pixel of any outline that is drawn.
FULL_SCALE = 127


@dataclass(frozen=True, slots=True)
class Outline:
    """The lowest and the highest sample of each window, -127..127; the last window may be cut short."""

    per_second: int
    duration_s: float
    low: tuple[int, ...]
    high: tuple[int, ...]


def read_outline(recording: Path | bytes) -> Outline:
    """The outline of a recording. Raises RecordingError where it can't be read."""
    return outline_of(decode(recording, rate_hz=OUTLINE_RATE_HZ))


def outline_of(sound: Sound, per_second: int = PEAKS_A_SECOND) -> Outline:
    """`per_second` windows of it; a silent one is 0 to 0, and no sound at all has none."""
    windows = math.ceil(len(sound.samples) * per_second / sound.rate_hz)
    if not windows:
        return Outline(per_second, 0.0, (), ())
    # By rounding each edge by itself no window drifts away from its time, whatever the rate.
    edges = np.round(np.arange(windows) * sound.rate_hz / per_second).astype(int)
    scaled = np.round(np.clip(sound.samples, -1.0, 1.0) * FULL_SCALE).astype(int)
    low, high = np.minimum.reduceat(scaled, edges), np.maximum.reduceat(scaled, edges)
    return Outline(per_second, sound.duration_s, tuple(low.tolist()), tuple(high.tolist()))
