"""Salience and the pitch tracker's vote, weighed together: what each frame says about each pitch."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tutor.listening.spectra import Array

# What salience and the pitch tracker's vote weigh against each other.
SALIENCE_WEIGHT, VOTE_WEIGHT, OCTAVE_VOTE_WEIGHT = 2.5, 2.0, 0.6
VOTE_WIDTH = 0.45  # semitones
SHARPNESS = 1.5  # of the posterior

# What a note of this pitch earns in a frame, at best and at worst; what "some other sound" earns; what silence costs.
REWARD, WORST_REWARD, GARBAGE, SILENCE_COST = 0.24, -0.38, 0.10, 0.03
REWARD_SLOPE = 0.8


@dataclass(frozen=True)
class Weighed:
    """frames x pitches each, `garbage` one a frame; see `Frames`."""

    logits: Array
    posterior: Array
    reward: Array
    garbage: Array


def weigh(salience: Array, f0: Array, lowest_pitch: int, voiced: NDArray[np.bool_]) -> Weighed:
    """`f0` is NaN or a pitch from which the tuning has been taken away."""
    logits = SALIENCE_WEIGHT * salience + vote(f0, lowest_pitch, salience.shape[1])
    logits -= logits.max(axis=1, keepdims=True, initial=-1e9)
    posterior = np.exp(SHARPNESS * logits)
    posterior /= posterior.sum(axis=1, keepdims=True)
    posterior *= voiced[:, None]
    return Weighed(logits, posterior, reward(logits, voiced), _garbage(voiced))


def vote(f0: Array, lowest_pitch: int, pitches: int) -> Array:
    """frames x pitches: what the pitch tracker says for each pitch."""
    columns = np.arange(lowest_pitch, lowest_pitch + pitches, dtype=np.float32)
    distance = np.abs(np.nan_to_num(f0, nan=-99.0).astype(np.float32)[:, None] - columns)
    near = np.exp(-np.square(distance / np.float32(VOTE_WIDTH)))
    # A tracker that errs by an octave mostly reads low: an octave below is part of a vote.
    octave_below = np.exp(-np.square((distance - 12) / np.float32(VOTE_WIDTH)))
    return np.asarray(VOTE_WEIGHT * near + OCTAVE_VOTE_WEIGHT * octave_below, np.float32)


def reward(logits: Array, voiced: NDArray[np.bool_]) -> Array:
    """What a frame earns for a note of each pitch."""
    earned = np.maximum(REWARD * (1 + REWARD_SLOPE * logits), WORST_REWARD)
    return np.where(voiced[:, None], earned, -SILENCE_COST).astype(np.float32)


def _garbage(voiced: NDArray[np.bool_]) -> Array:
    return np.where(voiced, GARBAGE, -SILENCE_COST).astype(np.float32)
