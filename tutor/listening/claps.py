"""Claps and taps: short bursts with no pitch. When each was struck, and how sure it is that somebody did.

A clap starts in a few milliseconds, in all bands at once, and is over soon; its echoes fall smoothly. A syllable or a
note swells, and in some bands only: it is heard too, but hardly counts. (Spectral flux on band levels in dB, after
Böck & Widmer 2013, "Maximum filter vibrato suppression for onset detection".)
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tutor.listening.decoding import Sound

Array = NDArray[np.float64]

# 512 and 128 samples at 44.1 kHz, half of it at half of that.
FRAME_S, HOP_S = 512 / 44_100, 128 / 44_100
# From the low thump of a table to the hiss of two palms; above, telephones and codecs cut.
BAND_EDGES_HZ = (120, 400, 800, 1400, 2200, 3200, 4500, 6500, 9500)
BLOCK_FRAMES = 4096  # bounds the memory that a long take needs

BEFORE_S, NEAR_S = 0.023, 0.012  # a rise is against the loudest of the moment before
FULL_RISE_DB = 15.0
# The hands of one clap don't meet everywhere at once, and a fast student's strokes are 90 ms apart.
NEAREST_S = 0.06
WEAKEST = 0.12
# So far under the take's loud strokes a burst is an echo, a chair or a breath.
QUIET_DB, CERTAIN_DB = 34.0, 22.0
ROOM_DB = 5.0  # what hardly rises over the room is the room
SWELL_S, DECAY_S = 0.06, 0.05
SWOLLEN_DB = 6.0
DIP_DB, SECOND_FINGER_DB = 3.0, 5.0  # two fingers of one stroke: a dip between them, and about as loud


@dataclass(frozen=True)
class Claps:
    """Times in seconds, increasing; strengths 0 (the room) to 1 (certainly struck)."""

    times_s: Array
    strengths: Array
    room_dbfs: float


def hear_claps(sound: Sound) -> Claps:
    """Every burst in a recording, echoes and syllables with a low strength. Silence has none."""
    bands_db = _band_levels_db(sound)
    if len(bands_db) < 8:
        return Claps(np.zeros(0), np.zeros(0), -120.0)
    room_db = np.percentile(bands_db, 10, axis=0)
    bands_db = np.maximum(bands_db, room_db + ROOM_DB)  # the room's own flicker is no rise
    rises_db = np.clip(_rises_db(bands_db), 0, FULL_RISE_DB)
    # A pure tone rises in one or two bands, and a clap in nearly all.
    novelty = rises_db.mean(axis=1) / FULL_RISE_DB
    peaks = _peaks(novelty)
    loudness_db = 10 * np.log10(np.sum(10 ** (bands_db / 10), axis=1))
    strengths = novelty[peaks] ** 0.5 * _stands_out(loudness_db, peaks, novelty) * _suddenness(loudness_db, peaks)
    keep = strengths >= WEAKEST
    times_s = _attack_s(novelty, peaks)
    return Claps(times_s[keep], np.minimum(strengths[keep], 1.0), round(_level_dbfs(room_db), 1))


def _band_levels_db(sound: Sound) -> Array:
    """float64[frames, bands]: frame k lies around k * HOP_S."""
    size, hop = round(FRAME_S * sound.rate_hz), round(HOP_S * sound.rate_hz)
    margin = np.zeros(size // 2, np.float32)
    padded = np.concatenate([margin, sound.samples, margin])
    count = max((len(padded) - size) // hop + 1, 0)
    window = np.hanning(size).astype(np.float32)
    edges = np.round(np.array(BAND_EDGES_HZ) * size / sound.rate_hz).astype(int)
    levels = np.zeros((count, len(edges) - 1))
    for first in range(0, count, BLOCK_FRAMES):
        last = min(first + BLOCK_FRAMES, count)
        frames = np.lib.stride_tricks.sliding_window_view(padded, size)[first * hop : (last - 1) * hop + 1 : hop]
        power = np.abs(np.fft.rfft(frames * window, axis=1)) ** 2
        total = np.concatenate([np.zeros((last - first, 1)), np.cumsum(power, axis=1)], axis=1)
        levels[first:last] = total[:, edges[1:]] - total[:, edges[:-1]]
    return np.asarray(10 * np.log10(levels / (size * window.sum()) + 1e-12))


def _rises_db(bands_db: Array) -> Array:
    """How far each band rises over the loudest of the moment before."""
    before, near = round(BEFORE_S / HOP_S), round(NEAR_S / HOP_S)
    padded = np.concatenate([np.repeat(bands_db[:1], before, axis=0), bands_db])
    loudest = np.lib.stride_tricks.sliding_window_view(padded, before - near + 1, axis=0).max(axis=2)
    return np.asarray(bands_db - loudest[: len(bands_db)])


def _peaks(novelty: Array) -> NDArray[np.int64]:
    """Tops, the highest first where two lie nearer than NEAREST_S."""
    left, right = np.r_[-np.inf, novelty[:-1]], np.r_[novelty[1:], -np.inf]
    tops = np.flatnonzero((novelty > WEAKEST) & (novelty >= left) & (novelty > right))
    nearest, taken, keep = round(NEAREST_S / HOP_S), np.zeros(len(novelty), bool), []
    for top in tops[np.argsort(-novelty[tops], kind="stable")]:
        if not taken[top]:
            keep.append(int(top))
            taken[max(top - nearest, 0) : top + nearest + 1] = True
    return np.array(sorted(keep), np.int64)


def _stands_out(loudness_db: Array, peaks: NDArray[np.int64], novelty: Array) -> Array:
    """1 for strokes about as loud as the take's others, 0 for what lies far beneath them."""
    if not len(peaks):
        return np.zeros(0)
    after = round(0.02 / HOP_S)
    loud = np.array([loudness_db[peak : peak + after].max() for peak in peaks])
    clear = loud[novelty[peaks] >= 0.5 * novelty[peaks].max()]
    under_db = np.median(clear) - loud
    return np.asarray(np.clip((QUIET_DB - under_db) / (QUIET_DB - CERTAIN_DB), 0, 1))


def _suddenness(loudness_db: Array, peaks: NDArray[np.int64]) -> Array:
    """1 where the burst is at its loudest at once, less where it goes on swelling (a syllable) or sounding (a note)."""
    at_once, swell, decay = round(0.012 / HOP_S), round(SWELL_S / HOP_S), round(DECAY_S / HOP_S)
    out = np.ones(len(peaks))
    for number, peak in enumerate(peaks):
        loudest = int(peak) + int(np.argmax(loudness_db[peak : peak + swell]))
        # A second finger may be the louder one: it hits after a dip. A syllable swells without one.
        first = int(peak) + int(np.argmax(loudness_db[peak : peak + at_once]))
        dips = loudness_db[first : loudest + 1].min() < loudness_db[first] - DIP_DB
        dips = dips and loudness_db[loudest] - loudness_db[first] < SECOND_FINGER_DB
        strike = loudest if dips else int(peak)
        now_db = loudness_db[strike : strike + at_once].max()
        swollen_db = loudness_db[loudest] - now_db
        soon_db = loudness_db[strike + decay : strike + swell + 1]
        decayed_db = now_db - (soon_db.min() if len(soon_db) else loudness_db[-1])
        out[number] = np.clip(1 - swollen_db / SWOLLEN_DB, 0.25, 1) * np.clip(0.3 + decayed_db / 12, 0.2, 1)
    return out


def _attack_s(novelty: Array, peaks: NDArray[np.int64]) -> Array:
    """When the burst began: where its rise is half done."""
    times = np.zeros(len(peaks))
    for number, peak in enumerate(peaks):
        at = int(peak)
        while at > 0 and novelty[at - 1] >= 0.5 * novelty[peak]:
            at -= 1
        times[number] = at * HOP_S
    return times


def _level_dbfs(bands_db: Array) -> float:
    return 10 * float(np.log10(np.sum(10 ** (bands_db / 10))))
