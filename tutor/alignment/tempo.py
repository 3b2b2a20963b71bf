"""Tempo: where the beats of the score lie in the player's own time.

Lines are fitted robustly (medians of slopes, after Theil 1950 and Sen 1968), so that one note out of
time does not move the time that the others are judged by.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

# Notes around the judged one that make its local line: long enough to outvote a slip, short enough for rubato.
NEIGHBOURS = 10
# At the ends, where all neighbours lie on one side, the nearest ones: far ones know little of the tempo there.
NEIGHBOURS_AT_END = 6
# A residual of this size weighs half.
SCATTER_S = 0.03
FAR = 1e7  # beats: an onset that must not vote


def median_line(beats: Array, onsets_s: Array) -> tuple[float, float]:
    """(seconds at beat 0, seconds a beat) through all onsets; needs two different beats, else (onset, 0)."""
    rise_s = onsets_s[None, :] - onsets_s[:, None]
    run = beats[None, :] - beats[:, None]
    apart = run > 1e-6
    if not apart.any():
        return (float(np.median(onsets_s)) if len(onsets_s) else 0.0), 0.0
    beat_s = float(np.median(rise_s[apart] / run[apart]))
    return float(np.median(onsets_s - beat_s * beats)), beat_s


def local_lines(
    beats: Array, onsets_s: Array, at_beats: Array, leave_out: NDArray[np.int64] | None = None
) -> tuple[Array, Array]:
    """For every `at_beats`: (when it should sound, seconds a beat there), by a robust line through its neighbours.

    leave_out: for each of them, the index of the onset that must not vote (its own), or -1.
    """
    expected, beat_s = np.full(len(at_beats), np.nan), np.full(len(at_beats), np.nan)
    for number, at in enumerate(at_beats):
        votes = np.ones(len(beats), bool)
        if leave_out is not None and leave_out[number] >= 0:
            votes[leave_out[number]] = False
        near = np.flatnonzero(votes)
        one_sided = min((beats[near] < at).sum(), (beats[near] > at).sum()) < 2
        count = NEIGHBOURS_AT_END if one_sided else NEIGHBOURS
        near = near[np.argsort(np.abs(beats[near] - at), kind="stable")[:count]]
        if len(near) >= 2:
            expected[number], beat_s[number] = _robust_line(beats[near] - at, onsets_s[near])
    return expected, beat_s


def beat_lengths(beats: Array, onsets_s: Array, at_beats: Array, fallback_s: float) -> Array:
    """Seconds a beat at each of `at_beats`: the running median over the nearest intervals between onsets."""
    run, rise_s = np.diff(beats), np.diff(onsets_s)
    usable = (run > 1e-6) & (rise_s > 0)
    lengths, middles = rise_s[usable] / run[usable], (beats[:-1] + beats[1:])[usable] / 2
    if not len(lengths):
        return np.full(len(at_beats), fallback_s)
    typical = float(np.median(lengths))
    steady = (lengths > 0.6 * typical) & (lengths < 1.6 * typical)
    lengths, middles = lengths[steady], middles[steady]
    if len(lengths) < 4:
        return np.full(len(at_beats), typical)
    count = min(11, len(lengths))
    nearest = np.argpartition(np.abs(middles[None, :] - at_beats[:, None]), count - 1, axis=1)[:, :count]
    return np.asarray(np.median(lengths[nearest], axis=1))


def _robust_line(run: Array, onsets_s: Array) -> tuple[float, float]:
    """(seconds at run 0, slope), first by median slopes, then weighted by nearness and fit."""
    at_s, slope = median_line(run, onsets_s)
    nearness = 1 / (1 + np.abs(run) / (np.median(np.abs(run)) + 1e-6))
    for _ in range(4):
        fit = nearness / (1 + ((onsets_s - at_s - slope * run) / SCATTER_S) ** 2)
        total = fit.sum()
        mean_run, mean_s = float(fit @ run / total), float(fit @ onsets_s / total)
        spread = float(fit @ (run - mean_run) ** 2)
        if spread < 1e-9:
            break
        slope = float(fit @ ((run - mean_run) * (onsets_s - mean_s))) / spread
        at_s = mean_s - slope * mean_run
    return at_s, slope


def lines_without(
    beats: Array, onsets_s: Array, at_beats: Array, leave_out: NDArray[np.int64], neighbours: int
) -> tuple[Array, Array, Array]:
    """For every `at_beats`: (when it should sound, seconds a beat there, how far its neighbours lie off their line).

    All lines at once: reweighted least squares through the `neighbours` nearest onsets but the own one (`leave_out`, -1
    for none), nearer ones weighing more. NaN where fewer than two onsets are left.
    """
    count = len(beats)
    blank = np.full(len(at_beats), np.nan)
    if count < 2 or not len(at_beats):
        return blank, blank.copy(), blank.copy()
    distance = np.abs(beats[None, :] - at_beats[:, None])
    distance = distance + np.where(np.arange(count)[None, :] == leave_out[:, None], FAR, 0.0)
    used = min(neighbours, count - 1) if count > 2 else count
    nearest = np.argpartition(distance, used - 1, axis=1)[:, :used]
    run = beats[nearest] - at_beats[:, None]
    seconds = onsets_s[nearest]
    away = np.take_along_axis(distance, nearest, axis=1)
    nearness = (away < FAR / 2) / (1 + away / (np.median(away, axis=1, keepdims=True) + 1e-6))
    weight = nearness.copy()
    for _ in range(5):
        at_s, slope = _weighted_lines(run, seconds, weight)
        off_s = np.abs(seconds - at_s[:, None] - slope[:, None] * run)
        weight = nearness / (1 + (off_s / SCATTER_S) ** 2)
    misfit_s = (nearness * np.minimum(off_s, 0.2)).sum(axis=1) / (nearness.sum(axis=1) + 1e-9)
    return at_s, slope, misfit_s


def _weighted_lines(run: Array, seconds: Array, weight: Array) -> tuple[Array, Array]:
    total = weight.sum(axis=1) + 1e-9
    mean_run, mean_s = (weight * run).sum(axis=1) / total, (weight * seconds).sum(axis=1) / total
    off = run - mean_run[:, None]
    slope = (weight * off * (seconds - mean_s[:, None])).sum(axis=1) / ((weight * off**2).sum(axis=1) + 1e-6)
    return mean_s - slope * mean_run, slope
