"""Where notes are struck: moments of spectral growth, rising level or changing pitch, with a strength.

aubio's high-frequency content says that something was struck; the spectral flux says when.
"""

from __future__ import annotations

from dataclasses import dataclass

import aubio
import numpy as np
from numpy.typing import NDArray

from tutor.listening.decoding import SAMPLE_RATE_HZ, Sound
from tutor.listening.level import running_level_db
from tutor.listening.pitch_tracking import HOP_SAMPLES
from tutor.listening.spectrum import FLUX_HOP, FLUX_HOP_S

Track = NDArray[np.float32]

# Two attacks nearer than this are one: the fastest repeated notes that a student plays are 90 ms apart.
NEAREST_S = 0.055
WEAKEST = 0.22
STRUCK_S = 0.04  # how far aubio's onset and ours may lie apart and mean the same attack

# A level rise that is certainly an attack.
SURE_RISE_DB = 9.0


@dataclass(frozen=True)
class Onsets:
    """Times in seconds, increasing, and how sure we are that something was struck then, 0 to 1."""

    times_s: NDArray[np.float64]
    strengths: NDArray[np.float64]

    def within(self, from_s: float, to_s: float) -> NDArray[np.int64]:
        """Indices of the onsets in [from_s, to_s)."""
        return np.flatnonzero((self.times_s >= from_s) & (self.times_s < to_s))


def detect_onsets(sound: Sound, halved: Track, flux: Track, threshold_dbfs: float) -> Onsets:
    """All attacks of the recording, the doubtful ones with a low strength."""
    level = np.maximum(running_level_db(halved, FLUX_HOP)[: len(flux)], threshold_dbfs - 6)
    growth = np.minimum(flux / (np.percentile(flux, 98) + 1e-6), 1.2) if len(flux) else flux
    novelty = growth + 0.8 * np.clip(rise_db(level) / SURE_RISE_DB, 0, 1)
    novelty = np.convolve(novelty, [0.25, 0.5, 0.25], "same")
    peaks = _peaks(novelty, round(NEAREST_S / FLUX_HOP_S), WEAKEST)
    times_s = peaks * FLUX_HOP_S
    strengths = np.minimum(novelty[peaks] / 1.6, 1.0)
    struck = _struck_s(sound)
    for number, time_s in enumerate(times_s):
        if len(struck) and np.min(np.abs(struck - time_s)) < STRUCK_S:
            strengths[number] = min(strengths[number] + 0.1, 1.0)
    return Onsets(times_s.astype(np.float64), strengths.astype(np.float64))


def rise_db(level: Track, span_s: float = 0.035) -> Track:
    """How much louder the next moment is than the last one, at every hop of the flux."""
    span = max(round(span_s / FLUX_HOP_S), 1)
    total = np.concatenate([[0.0], np.cumsum(level, dtype=np.float64)])
    at = np.arange(len(level))
    before, after = np.maximum(at - span, 0), np.minimum(at + span, len(level))
    earlier = (total[at] - total[before]) / np.maximum(at - before, 1)
    later = (total[after] - total[at]) / np.maximum(after - at, 1)
    if len(level):
        earlier[0] = level[0]
    return np.asarray(np.maximum(later - earlier, 0), np.float32)


def _struck_s(sound: Sound) -> NDArray[np.float64]:
    detector = aubio.onset("hfc", 2 * HOP_SAMPLES, HOP_SAMPLES, SAMPLE_RATE_HZ)
    detector.set_silence(-70)
    blocks = range(0, len(sound.samples) - HOP_SAMPLES + 1, HOP_SAMPLES)
    struck = [float(detector.get_last_s()) for at in blocks if detector(sound.samples[at : at + HOP_SAMPLES])[0]]
    return np.array(struck)


def _peaks(values: Track, nearest: int, weakest: float) -> NDArray[np.int64]:
    """Local maxima, the strongest first where two are nearer than `nearest`."""
    if len(values) < 3:
        return np.zeros(0, np.int64)
    left, right = np.r_[-np.inf, values[:-1]], np.r_[values[1:], -np.inf]
    tops = np.flatnonzero((values > weakest) & (values >= left) & (values > right))
    taken = np.zeros(len(values), bool)
    keep = []
    for top in tops[np.argsort(-values[tops], kind="stable")]:
        if not taken[max(top - nearest, 0) : top + nearest + 1].any():
            taken[top] = True
            keep.append(int(top))
    return np.array(sorted(keep), np.int64)
