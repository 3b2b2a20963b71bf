"""Novelty: where the sound grows, rises or changes its pitch, and so where a note may begin."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from tutor.listening.combs import partials_of
from tutor.listening.loudness import FINE_HOP
from tutor.listening.spectra import Array, Spectra

WINDOW = 512
LAG = 2  # fine frames of 5.8 ms: an attack takes longer than one
LOUDNESS = 300  # times the loudest partial, before the logarithm

# Attacks of melodies grow by .04 and more even in a hall; where all stays below, as in a long note, none is an attack.
LEAST_GROWTH = 0.03

# Fine frames before and after over which a rise of the level is measured; frames for a change of pitch.
RISE_BEFORE, RISE_AFTER, CHANGE_SPAN = 6, 8, 5

# A level rise that is certainly an attack.
SURE_RISE_DB = 9.0
STEADIEST, NEAREST = 0.25, 6
SURE = 1.8
# Nothing found for .23 s: a candidate every .15 s, since slurs leave hardly a trace.
LONG_GAP, FILL_EVERY, FILL_MARGIN = 40, 26, 12


@dataclass(frozen=True)
class Growth:
    """Of the spectrum, one a fine frame: in all (1 is the take's 98th percentile), and by pitch."""

    flux: Array
    pitch_flux: Array


def growth(samples: Array, lowest_pitch: int, highest_pitch: int) -> Growth:
    """Spectral flux: what attacks have and sustained notes have not.

    Compared with the loudest of three neighbouring bins a little earlier, so that vibrato does not count
    (Boeck & Widmer, Maximum Filter Vibrato Suppression for Onset Detection, 2013).
    """
    spectra = Spectra(samples, WINDOW, FINE_HOP, len(samples) // FINE_HOP)
    teeth = partials_of(lowest_pitch, highest_pitch, spectra.bins, spectra.bin_hz)
    flux, pitch_flux = np.zeros(spectra.count, np.float32), np.zeros((spectra.count, teeth.shape[1]), np.float32)
    scale = np.float32(LOUDNESS / spectra.loudest())
    earlier = np.zeros((0, spectra.bins), np.float32)
    for first, magnitude in spectra.blocks():
        loudness = np.concatenate([earlier, np.log1p(scale * magnitude)])
        grown = np.maximum(loudness[LAG:] - _widened(loudness[:-LAG]), 0)
        rows = slice(first - len(earlier) + LAG, first - len(earlier) + LAG + len(grown))
        flux[rows], pitch_flux[rows] = grown.mean(axis=1), grown @ teeth
        earlier = loudness[-LAG:]
    usual = max(float(np.percentile(flux, 98)), LEAST_GROWTH) if len(flux) else 1.0
    return Growth(flux / np.float32(usual), pitch_flux)


def _widened(loudness: Array) -> Array:
    widest = loudness.copy()
    np.maximum(widest[:, 1:], loudness[:, :-1], out=widest[:, 1:])
    np.maximum(widest[:, :-1], loudness[:, 1:], out=widest[:, :-1])
    return widest


def level_rise(level_db: Array, threshold_db: float) -> Array:
    """How many dB louder the next moments are than the last ones; under the threshold all is equally silent."""
    level = np.maximum(level_db, threshold_db - 6)
    total = np.concatenate([[0.0], np.cumsum(level, dtype=np.float64)])
    at = np.arange(len(level))
    before, after = np.maximum(at - RISE_BEFORE, 0), np.minimum(at + RISE_AFTER, len(level))
    earlier = (total[at] - total[before]) / np.maximum(at - before, 1)
    later = (total[after] - total[at]) / np.maximum(after - at, 1)
    if len(level):
        earlier[0] = level[0]
    return np.asarray(np.maximum(later - earlier, 0), np.float32)


def pitch_change(posterior: Array, fine_frames: int) -> Array:
    """How different the pitches just after are from those just before, 0 to 1, one a fine frame."""
    count = len(posterior)
    if not count:
        return np.zeros(fine_frames, np.float32)
    total = np.concatenate([np.zeros((1, posterior.shape[1])), np.cumsum(posterior, axis=0, dtype=np.float64)])
    at = np.arange(count)
    before, after = np.maximum(at - CHANGE_SPAN, 0), np.minimum(at + CHANGE_SPAN, count)
    change = 0.5 / CHANGE_SPAN * np.abs(total[after] + total[before] - 2 * total[at]).sum(axis=1)
    return np.asarray(np.interp(np.arange(fine_frames) / 2, at, change), np.float32)


def onset_candidates(flux: Array, rise: Array, change: Array) -> tuple[NDArray[np.int64], Array]:
    """Fine frames in which a note may begin, increasing, and how likely that is, 0 to 1."""
    if not len(flux):
        return np.zeros(0, np.int64), np.zeros(0, np.float32)
    novelty = np.minimum(1.2, flux) + np.minimum(1, rise / SURE_RISE_DB) + 0.8 * change
    novelty = np.convolve(novelty, [0.25, 0.5, 0.25])[1:-1]
    peaks = _peaks(novelty, NEAREST, STEADIEST)
    if not len(peaks):
        peaks = np.zeros(1, np.int64)
    edges = np.r_[0, peaks, len(novelty) - 1]
    fill = [
        np.arange(first + FILL_EVERY, last - FILL_MARGIN, FILL_EVERY)
        for first, last in pairwise(edges)
        if last - first > LONG_GAP
    ]
    peaks = np.unique(np.concatenate([peaks, *fill])).astype(np.int64)
    return peaks, np.minimum(novelty[peaks] / SURE, 1.0).astype(np.float32)


def _peaks(values: NDArray[np.float64], nearest: int, weakest: float) -> NDArray[np.int64]:
    """Local maxima, the strongest first where two are nearer than `nearest`."""
    tops = np.flatnonzero((values > weakest) & (values >= np.r_[0, values[:-1]]) & (values > np.r_[values[1:], 0]))
    taken = np.zeros(len(values), bool)
    keep = []
    for top in tops[np.argsort(-values[tops], kind="stable")]:
        if not taken[max(top - nearest, 0) : top + nearest + 1].any():
            taken[top] = True
            keep.append(int(top))
    return np.array(sorted(keep), np.int64)
