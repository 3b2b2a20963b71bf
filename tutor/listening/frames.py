"""**Frames**: everything that is measured of a recording, by the moment; what follows the player reads nothing else.

Pitches are sounding MIDI numbers. Frame k stands for the time k * HOP_S, fine frame k for k * FINE_HOP_S.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from tutor.listening.decoding import Sound
from tutor.listening.fundamental import track_fundamental
from tutor.listening.half_rate import at_working_rate
from tutor.listening.loudness import loudness
from tutor.listening.novelty import growth, level_rise, onset_candidates, pitch_change
from tutor.listening.salience import TONAL_SALIENCE, PitchEar
from tutor.listening.weighing import reward, weigh

Array = NDArray[np.float32]

HOP_S = 256 / 22_050
FINE_HOP_S = 128 / 22_050

# Pitches heard beyond the written range: an octave slip and a semitone more.
BEYOND = 13
LOWEST_HEARD, HIGHEST_HEARD = 16, 115

# The tuning is heard from frames no softer than this, below the loud ones.
IN_TUNE_DB = -20.0


@dataclass(frozen=True)
class Frames:
    """Column c of everything by pitch is the pitch `lowest_pitch` + c."""

    duration_s: float
    peak_dbfs: float
    room_dbfs: float  # the level when nobody plays (an upper bound if nobody ever pauses)
    threshold_dbfs: float  # above this somebody is playing
    lowest_pitch: int
    tuning: float  # semitones sharp of A4 = 440, -0.5 to 0.5, a first estimate
    f0: Array  # MIDI with decimals, NaN unvoiced or out of range; the tuning is still in it
    level_dbfs: Array
    voiced: NDArray[np.bool_]  # loud enough to be somebody playing
    tonal: NDArray[np.bool_]  # ... and it has a pitch
    salience: Array  # frames x pitches: the comb of each pitch less the half-way comb, at `tuning`
    posterior: Array  # frames x pitches: how likely each pitch is the one that sounds; 0 where not voiced
    logits: Array  # frames x pitches: 0 for the strongest pitch, negative else
    reward: Array  # frames x pitches: what a frame earns for a note of this pitch
    garbage: Array  # what it earns for "some other sound"
    fine_level_db: Array  # relative to the loud notes (95th percentile)
    flux: Array  # growth of the spectrum; 1 is the take's 98th percentile
    pitch_flux: Array  # fine frames x pitches: the same under each pitch's partials
    rise: Array  # of the level, dB
    pitch_change: Array  # 0 to 1
    onsets_fine: NDArray[np.int64]  # fine frames in which a note may begin, increasing
    onset_strengths: Array  # 0 to 1


def listen_closely(sound: Sound, lowest_pitch: int, highest_pitch: int) -> Frames:
    """Listen for the pitches from lowest to highest written (sounding), and `BEYOND` around them."""
    lowest, highest = max(lowest_pitch - BEYOND, LOWEST_HEARD), min(highest_pitch + BEYOND, HIGHEST_HEARD)
    samples = at_working_rate(sound)
    loud = loudness(samples)
    voiced = loud.level_dbfs > loud.threshold_dbfs
    ear = PitchEar(samples, lowest, highest, len(voiced))
    tracked = track_fundamental(samples, lowest, highest, ear.stride)
    ear.know_the_room(voiced)
    heard = ear.listen(tracked, ear.tuning(voiced & (loud.level_dbfs > loud.loud_dbfs + IN_TUNE_DB)))
    weighed = weigh(heard.salience, heard.tracked - np.float32(heard.tuning), lowest, voiced)
    grown = growth(samples, lowest, highest)
    rise = level_rise(loud.fine_dbfs, loud.threshold_dbfs)
    change = pitch_change(weighed.posterior, len(grown.flux))
    onsets, strengths = onset_candidates(grown.flux, rise, change)
    return Frames(
        duration_s=sound.duration_s,
        peak_dbfs=sound.peak_dbfs,
        room_dbfs=loud.room_dbfs,
        threshold_dbfs=loud.threshold_dbfs,
        lowest_pitch=lowest,
        tuning=heard.tuning,
        f0=np.where(voiced, heard.f0, np.float32(np.nan)),
        level_dbfs=loud.level_dbfs,
        voiced=voiced,
        tonal=voiced & (heard.greatest > TONAL_SALIENCE),
        salience=heard.salience,
        posterior=weighed.posterior,
        logits=weighed.logits,
        reward=weighed.reward,
        garbage=weighed.garbage,
        fine_level_db=loud.fine_dbfs - np.float32(loud.loud_dbfs),
        flux=grown.flux,
        pitch_flux=grown.pitch_flux,
        rise=rise,
        pitch_change=change,
        onsets_fine=onsets,
        onset_strengths=strengths,
    )


def any_octave(frames: Frames) -> Frames:
    """For voices: what a pitch's octaves have counts for the pitch, so that the octave sung is free."""
    logits = _over_octaves(frames.logits, np.maximum)
    return replace(
        frames,
        salience=_over_octaves(frames.salience, np.maximum),
        posterior=np.minimum(_over_octaves(frames.posterior, np.add), 1),
        logits=logits,
        reward=reward(logits, frames.voiced),
        pitch_flux=_over_octaves(frames.pitch_flux, np.maximum),
    )


def _over_octaves(by_pitch: Array, together: np.ufunc) -> Array:
    """Each column becomes what all columns of its pitch class are together."""
    out = np.empty_like(by_pitch)
    for first in range(min(12, by_pitch.shape[1])):
        out[:, first::12] = together.reduce(by_pitch[:, first::12], axis=1, keepdims=True)
    return out
