"""When a followed note really began: a small network looks at a third of a second around each onset candidate.

It was trained on notes whose beginning is known, each moved by its take's typical lateness, so that an
instrument which always speaks late is not late (`python -m benchmarks.train_ear`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tutor.alignment.following import Event
from tutor.listening.frames import FINE_HOP_S, HOP_S, Frames

Array = NDArray[np.float64]
Matrix = NDArray[np.float32]
Indices = NDArray[np.int64]
Layers = Sequence[tuple[Matrix, Matrix]]

REACH = 56  # fine frames looked at on each side: .325 s
NEAR = 5  # … and on each side of a candidate, to weigh it alone
# A note may begin this soon after the one before it, and this long before the next one.
AFTER_LAST_S, BEFORE_NEXT_S = 0.05, 0.04
# A pitch is read from a note's beginning, and not from its attack.
READ_FROM_S, READ_FOR_S = 0.03, 0.45
COARSE = 2  # fine frames a coarse one


class Running:
    """Means over any stretch of frames, at the price of one running sum. Rows are frames."""

    def __init__(self, values: NDArray[Any]) -> None:
        self.count = len(values)
        begin = np.zeros((1, *values.shape[1:]))
        self.total: NDArray[Any] = np.concatenate([begin, np.cumsum(values, axis=0, dtype=np.float64)])

    def mean(self, first: Indices, last: Indices, columns: Indices | None = None) -> Array:
        """Mean over the frames first..last - 1 (one at least), of all columns, or for each stretch of one."""
        first = np.clip(first, 0, max(self.count - 1, 0))
        last = np.minimum(np.maximum(last, first + 1), self.count)
        if columns is not None:
            return np.asarray((self.total[last, columns] - self.total[first, columns]) / (last - first))
        width: NDArray[Any] = last - first
        if first.ndim == 1:
            width = width.reshape(-1, *[1] * (self.total.ndim - 1))
        return np.asarray((self.total[last] - self.total[first]) / width)


@dataclass(frozen=True)
class Sums:
    """Running sums of a take's frames, made once and asked by everything that listens again."""

    posterior: Running
    salience: Running
    tracked: Running  # 1 where the tracker named this pitch
    voiced: Running
    level: Running  # fine frames, no lower than a little under where notes count
    floor_db: float

    @classmethod
    def of(cls, frames: Frames, *, octave_free: bool = False) -> Sums:
        """The sums of these frames. octave_free: they are `any_octave`'s, and the tracker's octave is free as well."""
        floor_db = floor_of(frames)
        return cls(
            posterior=Running(frames.posterior),
            salience=Running(frames.salience),
            tracked=Running(_tracked(frames, octave_free)),
            voiced=Running(frames.voiced),
            level=Running(np.maximum(frames.fine_level_db, floor_db)),
            floor_db=floor_db,
        )


@dataclass(frozen=True)
class Located:
    """One row an event. Times in seconds; columns are `Frames` columns."""

    onset_s: Array
    certainty: Array  # the share of the network's belief that lies within 20 ms of the onset
    belief: Array  # events x (2 REACH + 1): where it may have begun
    belief_s: Array  # events x (2 REACH + 1): the times of `belief`
    column: Indices  # the pitch that was heard
    candidate_weight: Array  # one for each onset candidate of the take: how much it looks like a beginning


def _tracked(frames: Frames, octave_free: bool) -> NDArray[np.bool_]:
    named = np.round(np.nan_to_num(frames.f0 - frames.tuning, nan=-99.0)).astype(np.int64) - frames.lowest_pitch
    hits: NDArray[np.bool_] = np.zeros((len(frames.f0), frames.salience.shape[1]), np.bool_)
    inside = np.flatnonzero((named >= 0) & (named < hits.shape[1]))
    hits[inside, named[inside]] = True
    for first in range(min(12, hits.shape[1]) if octave_free else 0):
        hits[:, first::12] = hits[:, first::12].any(axis=1, keepdims=True)
    return hits


def floor_of(frames: Frames) -> float:
    """A little under where notes begin to count, in dB relative to the loud ones."""
    loud = float(np.percentile(frames.level_dbfs, 95)) if len(frames.level_dbfs) else 0.0
    return frames.threshold_dbfs - loud - 6.0


def locate(events: Sequence[Event], frames: Frames, sums: Sums, network: Layers) -> Located:
    """Where each event began. `network` is (weights, biases) a layer, the last giving one number."""
    candidates = np.array([event.candidate for event in events], np.int64)
    looked = look(frames, sums, candidates, REACH)
    belief = _belief(run_network(network, looked.features)[..., 0], looked.allowed)
    belief_s = np.asarray(looked.at * FINE_HOP_S, np.float64)
    onset_s, certainty = _centre(belief, belief_s)
    every = look(frames, sums, np.arange(len(frames.onsets_fine)), NEAR)
    weights = run_network(network, every.features)[..., 0].max(axis=1) if len(every.features) else np.zeros(0)
    return Located(onset_s, certainty, belief, belief_s, looked.column, np.asarray(weights, np.float64))


def run_network(network: Layers, inputs: Matrix) -> Matrix:
    """Weights and biases, tanh between: as it was trained."""
    out = inputs
    for number, (weights, biases) in enumerate(network):
        out = out @ weights + biases
        if number < len(network) - 1:
            out = np.tanh(out)
    return out


def _belief(logits: Matrix, allowed: NDArray[np.bool_]) -> Array:
    held = np.where(allowed, logits, -1e9).astype(np.float64)
    odds = np.exp(held - held.max(axis=1, keepdims=True, initial=-1e9))
    return np.asarray(odds / (odds.sum(axis=1, keepdims=True) + 1e-12))


def _centre(belief: Array, belief_s: Array) -> tuple[Array, Array]:
    """The mean time of the seven frames around the likeliest one, and the belief that they hold."""
    if not len(belief):
        return np.zeros(0), np.zeros(0)
    smooth = belief.copy()
    smooth[:, 1:] += belief[:, :-1]
    smooth[:, :-1] += belief[:, 1:]
    around = np.clip(smooth.argmax(axis=1)[:, None] + np.arange(-3, 4), 0, belief.shape[1] - 1)
    weight = np.take_along_axis(belief, around, axis=1)
    total = weight.sum(axis=1)
    return (weight * np.take_along_axis(belief_s, around, axis=1)).sum(axis=1) / (total + 1e-12), total


@dataclass(frozen=True)
class Looked:
    """What the network sees: events x frames x features; which frames may be the onset; their fine indices."""

    features: Matrix
    allowed: NDArray[np.bool_]
    at: Indices
    column: Indices


FEATURES = (
    "flux",
    "flux near",
    "flux at pitch",
    "rise",
    "pitch change",
    "pitch grows",
    "pitch after",
    "pitch before",
    "last pitch fades",
    "voiced after",
    "silent before",
    "level step",
    "level against note",
    "level after against note",
    "level before against note",
    "salience step",
    "salience step, wide",
    "is another pitch",
    "distance",
)


def look(frames: Frames, sums: Sums, candidates: Indices, reach: int) -> Looked:
    """The features around each candidate, in the order of `FEATURES`."""
    centre = frames.onsets_fine[candidates].astype(np.int64)
    time_s = np.asarray(centre * FINE_HOP_S, np.float64)
    next_s = np.r_[time_s[1:], time_s[-1:] + 0.4]
    column = heard_columns(sums, time_s, next_s)
    before = np.r_[column[:1], column[:-1]]
    is_other = np.r_[True, column[1:] != column[:-1]][: len(column)].astype(np.float32)[:, None]
    around = np.arange(-reach, reach + 1)
    at = centre[:, None] + around
    last_s = np.r_[-9.0, time_s[:-1]][: len(time_s)]
    fine = len(frames.flux)
    allowed = (at >= 0) & (at < fine)
    allowed &= (at * FINE_HOP_S > last_s[:, None] + AFTER_LAST_S) & (at * FINE_HOP_S < next_s[:, None] - BEFORE_NEXT_S)
    inside = np.clip(at, 0, max(fine - 1, 0))
    pitch = _pitch_features(sums, inside // COARSE, column[:, None], before[:, None], is_other)
    level = _level_features(sums, frames, inside, centre, next_s)
    flux = np.minimum(frames.flux, 1.5)
    beside = np.maximum(flux[np.maximum(inside - 1, 0)], flux[np.minimum(inside + 1, max(fine - 1, 0))])
    strongest = np.percentile(frames.pitch_flux, 99) + 1e-6 if frames.pitch_flux.size else 1.0
    blank = np.zeros(at.shape, np.float32)
    features = [
        flux[inside],
        np.maximum(flux[inside], beside),
        np.minimum(frames.pitch_flux[inside, column[:, None]] / strongest, 1.5),
        np.minimum(frames.rise[inside] / 10, 1.5),
        frames.pitch_change[inside] * is_other,
        *pitch[:6],
        *level,
        *pitch[6:],
        is_other + blank,
        np.minimum(np.abs(around) * FINE_HOP_S * 10, 1.5) + blank,
    ]
    return Looked(np.stack(features, axis=-1).astype(np.float32), allowed, at, column)


def heard_columns(sums: Sums, onset_s: Array, next_s: Array) -> Indices:
    """The pitch of each note: the one with most belief over its beginning."""
    first = ((onset_s + READ_FROM_S) / HOP_S).astype(np.int64)
    last = (np.minimum(next_s - 0.01, onset_s + READ_FOR_S) / HOP_S).astype(np.int64)
    if not len(first):
        return np.zeros(0, np.int64)
    return np.asarray(sums.posterior.mean(first, last).argmax(axis=1), np.int64)


def _pitch_features(sums: Sums, frame: Indices, column: Indices, before: Indices, is_other: Matrix) -> list[Array]:
    columns, befores = np.broadcast_to(column, frame.shape), np.broadcast_to(before, frame.shape)

    def belief(which: Indices, first: int, last: int) -> Array:
        return sums.posterior.mean(frame + first, frame + last, which)

    def salience(first: int, last: int) -> Array:
        return sums.salience.mean(frame + first, frame + last, columns)

    after, earlier = belief(columns, 1, 8), belief(columns, -7, -1)
    return [
        (after - earlier) * is_other,
        after,
        earlier * is_other,
        (belief(befores, -7, -1) - belief(befores, 1, 8)) * is_other,
        sums.voiced.mean(frame, frame + 6),
        1 - sums.voiced.mean(frame - 6, frame),
        salience(1, 6) - salience(-5, 0),
        salience(0, 4) - salience(-8, -4),
    ]


def _level_features(sums: Sums, frames: Frames, at: Indices, centre: Indices, next_s: Array) -> list[Array]:
    """In tens of dB, most of them beside the level of the note itself."""
    until = np.minimum(centre + 40, np.round(next_s / FINE_HOP_S).astype(np.int64))
    note = sums.level.mean(centre + 6, until)[:, None]
    here = np.maximum(frames.fine_level_db, sums.floor_db)[at]
    return [
        (sums.level.mean(at + 1, at + 9) - sums.level.mean(at - 8, at)) / 10,
        (here - note) / 10,
        (sums.level.mean(at + 2, at + 16) - note) / 10,
        (sums.level.mean(at - 12, at - 2) - note) / 10,
    ]
