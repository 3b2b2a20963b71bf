"""**Salience**: how much of a frame's sound belongs to each pitch."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tutor.listening.combs import comb
from tutor.listening.spectra import Array, Spectra

HOP = 256

# Below D3 the partials of neighbouring semitones fall into the same bins of the shorter window.
LOW_PITCH = 50
SHORT_WINDOW, LONG_WINDOW = 2048, 4096

# Quieter than this share of the loudest partial is nothing: it keeps the logarithm from hearing dust.
DUST = np.float32(2e-3)

# A room's spectrum varies: so many times its mean is taken away.
ROOM_TIMES = np.float32(1.5)


def salience(
    samples: Array, lowest_pitch: int, highest_pitch: int, tuning: float, quiet: NDArray[np.bool_]
) -> tuple[Array, Array]:
    """frames x pitches: the salience of each pitch lowest..highest (sounding, `tuning` semitones sharp).

    And one a frame: the greatest of all, quarter-tones between them included, so that a tone that lies between two
    pitches is not taken for noise. `quiet` marks frames in which nobody plays: their mean spectrum (hum, hiss, a fan)
    is taken away from all.
    """
    window = LONG_WINDOW if lowest_pitch + 13 < LOW_PITCH else SHORT_WINDOW
    spectra = Spectra(samples, window, HOP, len(quiet))
    silent = spectra.some(np.flatnonzero(quiet))
    room = ROOM_TIMES * silent.mean(axis=0) if len(silent) else np.zeros(spectra.bins, np.float32)
    loudest = np.float32(spectra.loudest())
    on, between = (
        comb(lowest_pitch, highest_pitch, round(tuning, 2) + shift, spectra.bins, spectra.bin_hz) for shift in (0, 0.5)
    )
    teeth = np.concatenate([on, between], axis=1)
    pitches = on.shape[1]
    out, greatest = np.empty((len(quiet), pitches), np.float32), np.empty(len(quiet), np.float32)
    for first, magnitude in spectra.blocks():
        clean = np.maximum(magnitude - room, 0) / loudest
        both = np.log(clean + DUST) @ teeth
        out[first : first + len(both)] = both[:, :pitches]
        greatest[first : first + len(both)] = both.max(axis=1)
    return out, greatest
