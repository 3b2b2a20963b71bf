"""**Evidence**: what was measured of a recording, kept by frame, so that a doubtful verdict can listen again.

Pitches are sounding MIDI numbers. Frame k stands for the time k * HOP_S.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tutor.listening.decoding import Sound
from tutor.listening.level import level_track, room_dbfs, sounding_threshold_dbfs
from tutor.listening.onset_detection import Onsets, detect_onsets
from tutor.listening.pitch_tracking import HOP_S, track_pitch
from tutor.listening.spectrum import flux, half_rate, salience

# Pitches heard beyond the written range: an octave slip and a semitone more.
BEYOND = 13

# What salience and the pitch tracker's vote weigh against each other.
SALIENCE_WEIGHT, VOTE_WEIGHT, OCTAVE_VOTE_WEIGHT = 2.5, 2.0, 0.6
VOTE_WIDTH = 0.45  # semitones

# White noise reaches .65 at most; soft, breathy or noisy tones lie above 1.
TONAL_SALIENCE = 0.8

# Within this of the strongest pitch (in the units of `strength`), a pitch may well be what is sounding.
MARGIN = 1.0


@dataclass(frozen=True)
class Evidence:
    """`strength` is frames x pitches: 0 for the strongest pitch of a frame, below 0 for all others."""

    duration_s: float
    peak_dbfs: float
    lowest_pitch: int
    tuning: float  # semitones sharp of A4 = 440, -0.5 to 0.5, a first estimate
    f0: NDArray[np.float32]
    level_dbfs: NDArray[np.float32]
    threshold_dbfs: float
    room_dbfs: float
    tonal: NDArray[np.bool_]  # somebody is playing and it has a pitch
    strength: NDArray[np.float32]
    onsets: Onsets

    @property
    def frames(self) -> int:
        """How many hops there are."""
        return len(self.level_dbfs)

    def span(self, from_s: float, to_s: float) -> slice:
        """The frames of a stretch of time, at least one if there are any."""
        first = min(max(round(from_s / HOP_S), 0), max(self.frames - 1, 0))
        return slice(first, min(max(round(to_s / HOP_S), first + 1), self.frames))

    def column(self, pitch: int) -> int | None:
        """Where a pitch lies in `strength`; None if it was not listened for."""
        column = pitch - self.lowest_pitch
        return column if 0 <= column < self.strength.shape[1] else None

    def share_at(self, pitch: int, from_s: float, to_s: float) -> float:
        """The share of a stretch's frames in which this pitch (or one as strong) sounds, 0 to 1."""
        column = self.column(pitch)
        if column is None or not self.frames:
            return 0.0
        span = self.span(from_s, to_s)
        return float(np.mean(self.tonal[span] & (self.strength[span, column] > -MARGIN)))

    def tonal_share(self, from_s: float, to_s: float) -> float:
        """The share of a stretch's frames in which any pitch sounds."""
        return float(np.mean(self.tonal[self.span(from_s, to_s)])) if self.frames else 0.0


def listen(sound: Sound, lowest_pitch: int, highest_pitch: int) -> Evidence:
    """Listen to a recording for the pitches from lowest to highest (sounding), and `BEYOND` around them."""
    lowest, highest = max(lowest_pitch - BEYOND, 16), min(highest_pitch + BEYOND, 115)
    level = level_track(sound)
    threshold = sounding_threshold_dbfs(level)
    sounding = level > threshold
    f0 = track_pitch(sound, lowest, highest)
    tuning = circular_tuning(f0[sounding])
    halved = half_rate(sound.samples)
    tones, between = salience(halved, lowest, highest, tuning, ~sounding)
    return Evidence(
        duration_s=sound.duration_s,
        peak_dbfs=sound.peak_dbfs,
        lowest_pitch=lowest,
        tuning=tuning,
        f0=f0,
        level_dbfs=level,
        threshold_dbfs=threshold,
        room_dbfs=room_dbfs(level),
        tonal=sounding & (np.maximum(tones, between).max(axis=1, initial=0.0) > TONAL_SALIENCE),
        strength=_strength(tones, f0 - tuning, lowest),
        onsets=detect_onsets(sound, halved, flux(halved), threshold),
    )


def circular_tuning(pitches: NDArray[np.float32]) -> float:
    """The offset from the nearest semitones that most pitches share, -0.5 to 0.5 (0 if there are none)."""
    voiced = pitches[np.isfinite(pitches)]
    if not len(voiced):
        return 0.0
    return float(np.angle(np.mean(np.exp(2j * np.pi * voiced))) / (2 * np.pi))


def _strength(tones: NDArray[np.float32], f0: NDArray[np.float32], lowest: int) -> NDArray[np.float32]:
    pitches = np.arange(lowest, lowest + tones.shape[1], dtype=np.float32)
    distance = np.abs(np.nan_to_num(f0, nan=-99.0)[:, None] - pitches)
    total = SALIENCE_WEIGHT * tones + VOTE_WEIGHT * np.exp(-((distance / VOTE_WIDTH) ** 2))
    # A tracker that errs by an octave mostly reads low: an octave below is half a vote.
    total += OCTAVE_VOTE_WEIGHT * np.exp(-(((distance - 12) / VOTE_WIDTH) ** 2))
    return np.asarray(total - total.max(axis=1, keepdims=True, initial=-1e9), np.float32)
