"""Spectra, and how much of a frame's sound belongs to each pitch.

**Salience** of a pitch is the log spectrum under a comb of its partials, less the log spectrum half-way
between them. The half-way comb is what tells octaves apart: an octave too low finds nothing under
its odd teeth, an octave too high finds partials between its teeth.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tutor.listening.decoding import SAMPLE_RATE_HZ, Samples
from tutor.listening.pitch_tracking import HOP_SAMPLES, LOW_PITCH

Matrix = NDArray[np.float32]

# Partials above this add little, and half the rate makes everything twice as fast.
HIGHEST_HZ = 9_000.0
RATE_HZ = SAMPLE_RATE_HZ // 2
HOP = HOP_SAMPLES // 2
PARTIALS = 12
TOOTH_WIDTH_BINS = 1.3

# Below D3 the partials of neighbouring semitones fall into the same bins of the shorter window.
SHORT_WINDOW, LONG_WINDOW = 2048, 4096

# Quieter than this share of the loudest partial is nothing: it keeps the logarithm from hearing dust.
DUST = 2e-3

FLUX_WINDOW, FLUX_HOP = 512, 128
FLUX_HOP_S = FLUX_HOP / RATE_HZ
FLUX_LAG = 2  # frames of 5.8 ms: an attack takes longer than one
HALVED_AT_ONCE = 1 << 18
ENOUGH = 500  # frames to know the room or the loudest partials by
BLOCK = 512  # frames at a time, so that ten minutes need no more memory than one


def half_rate(samples: Samples) -> Samples:
    """Every second sample, after a low-pass of 31 taps."""
    taps = np.hanning(33)[1:-1] * np.sinc((np.arange(31) - 15) / 2)
    taps = (taps / taps.sum()).astype(np.float32)
    out = np.empty((len(samples) + 1) // 2, np.float32)
    for first in range(0, len(samples), HALVED_AT_ONCE):
        length = min(HALVED_AT_ONCE, len(samples) - first)
        piece = samples[max(first - 15, 0) : first + length + 15]
        before, after = max(15 - first, 0), length + 30 - len(piece) - max(15 - first, 0)
        smooth = np.convolve(np.pad(piece, (before, after)), taps, "valid")[::2]
        out[first // 2 : first // 2 + len(smooth)] = smooth
    return out


def salience(
    halved: Samples, lowest_pitch: int, highest_pitch: int, tuning: float, quiet: NDArray[np.bool_]
) -> tuple[Matrix, Matrix]:
    """frames x pitches: salience of each pitch lowest..highest (sounding, `tuning` semitones sharp).

    Also frames x pitches: the same a quarter-tone higher, so that a tone between two pitches is not taken for noise.
    `quiet` marks frames in which nobody plays: their mean spectrum (hum, hiss, a fan) is taken away from all.
    """
    window = LONG_WINDOW if lowest_pitch < LOW_PITCH else SHORT_WINDOW
    frames = _frames(halved, window, HOP, len(quiet))
    shape = np.hanning(window).astype(np.float32)
    bins = min(int(HIGHEST_HZ / RATE_HZ * window) + 2, window // 2 + 1)
    room = _mean_spectrum(frames[_sample(np.flatnonzero(quiet), 5)] * shape, bins)
    loudest = _loudest(frames, shape, bins)
    combs = [comb(lowest_pitch, highest_pitch, round(tuning, 2) + shift, bins, RATE_HZ / window) for shift in (0, 0.5)]
    teeth = np.concatenate(combs, axis=1)
    out = np.empty((len(quiet), teeth.shape[1]), np.float32)
    for first in range(0, len(quiet), BLOCK):
        magnitude = np.abs(np.fft.rfft(frames[first : first + BLOCK] * shape))[:, :bins].astype(np.float32)
        clean = np.maximum(magnitude - 1.5 * room, 0) / np.float32(loudest)
        out[first : first + BLOCK] = np.log(clean + np.float32(DUST)) @ teeth
    return out[:, : len(combs[0].T)], out[:, len(combs[0].T) :]


@lru_cache(maxsize=16)
def comb(lowest_pitch: int, highest_pitch: int, tuning: float, bins: int, bin_hz: float) -> Matrix:
    """bins x pitches: weights of the partials (as 1/sqrt of their number) less those half-way between them."""
    freqs = np.arange(bins) * bin_hz
    pitches = np.arange(lowest_pitch, highest_pitch + 1)
    out = np.zeros((bins, len(pitches)))
    for column, pitch in enumerate(pitches):
        f0_hz = 440 * 2 ** ((pitch + tuning - 69) / 12)
        numbers = np.arange(1, PARTIALS + 1)
        numbers = numbers[numbers * f0_hz < HIGHEST_HZ]
        weights = numbers**-0.5 / np.sum(numbers**-0.5)
        out[:, column] = _teeth(freqs, numbers * f0_hz, bin_hz) @ weights
        out[:, column] -= _teeth(freqs, (numbers - 0.5) * f0_hz, bin_hz) @ weights
    return out.astype(np.float32)


def flux(halved: Samples) -> NDArray[np.float32]:
    """Spectral growth, one a `FLUX_HOP_S`: what attacks have and sustained notes have not.

    Compared with the loudest of three neighbouring bins a little earlier, so that vibrato does not count
    (Boeck & Widmer, Maximum Filter Vibrato Suppression for Onset Detection, 2013).
    """
    count = len(halved) // FLUX_HOP
    frames = _frames(halved, FLUX_WINDOW, FLUX_HOP, count)
    shape = np.hanning(FLUX_WINDOW).astype(np.float32)
    bins = int(HIGHEST_HZ / RATE_HZ * FLUX_WINDOW)
    loudest = _loudest(frames, shape, bins)
    out = np.zeros(count, np.float32)
    for first in range(0, count, 2 * BLOCK):
        before = max(first - FLUX_LAG, 0)
        magnitude = np.abs(np.fft.rfft(frames[before : first + 2 * BLOCK] * shape))[:, :bins]
        loudness = np.log1p(300 / loudest * magnitude)
        widest = loudness.copy()
        np.maximum(widest[:, 1:], loudness[:, :-1], out=widest[:, 1:])
        np.maximum(widest[:, :-1], loudness[:, 1:], out=widest[:, :-1])
        growth = np.maximum(loudness[FLUX_LAG:] - widest[:-FLUX_LAG], 0).mean(axis=1)
        out[before + FLUX_LAG : before + FLUX_LAG + len(growth)] = growth
    return out


def _frames(samples: Samples, window: int, hop: int, count: int) -> Matrix:
    """Overlapping frames without copying, frame k centred on sample k * hop."""
    needed = (count - 1) * hop + window if count else window
    padded = np.pad(samples, (window // 2, max(needed - len(samples) - window // 2, 0)))
    return np.lib.stride_tricks.sliding_window_view(padded, window)[::hop][:count]


def _sample(indices: NDArray[np.int64], step: int) -> NDArray[np.int64]:
    """Every so many of them, `ENOUGH` at most."""
    return indices[:: max(step, -(-len(indices) // ENOUGH))]


def _loudest(frames: Matrix, shape: NDArray[np.float32], bins: int) -> float:
    """The strongest partial of the loud frames."""
    some = frames[_sample(np.arange(len(frames)), 7)] * shape
    peaks = np.abs(np.fft.rfft(some))[:, :bins].max(axis=1, initial=0.0)
    return float(np.percentile(peaks, 90)) + 1e-9 if len(peaks) else 1.0


def _mean_spectrum(frames: Matrix, bins: int) -> NDArray[np.float32]:
    if not len(frames):
        return np.zeros(bins, np.float32)
    return np.asarray(np.abs(np.fft.rfft(frames))[:, :bins].mean(axis=0), np.float32)


def _teeth(freqs: NDArray[Any], centres_hz: NDArray[Any], bin_hz: float) -> NDArray[Any]:
    distance = (freqs[:, None] - centres_hz[None, :]) / (TOOTH_WIDTH_BINS * bin_hz)
    bells = np.exp(-0.5 * distance**2)
    return np.asarray(bells / (bells.sum(axis=0) + 1e-9))
