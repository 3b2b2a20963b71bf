"""**Salience**: how much of a frame's sound belongs to each pitch, and from it the strongest pitch's fundamental."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tutor.listening.combs import comb
from tutor.listening.fundamental import RELIABLE_BELOW
from tutor.listening.partials import refine_hz
from tutor.listening.spectra import Array, Spectra
from tutor.listening.weighing import SALIENCE_WEIGHT, vote

HOP = 256

# Below D3 the partials of neighbouring semitones fall into the same bins of the shorter window.
LOW_PITCH = 50
SHORT_WINDOW, LONG_WINDOW = 2048, 4096

# Quieter than this share of the loudest partial is nothing: it keeps the logarithm from hearing dust.
DUST = np.float32(2e-3)

# A fifth of a second of the room alone.
QUIET_FRAMES = 16

# White noise reaches .65 at most; soft, breathy or noisy tones lie above 1.
TONAL_SALIENCE = 0.8

# Where the tracker is further than this from the strongest pitch, it has heard something else.
AGREES = 0.7


@dataclass(frozen=True)
class Pitches:
    """What is heard of pitch in every frame."""

    tuning: float
    f0: Array  # MIDI with decimals
    salience: Array  # frames x pitches
    greatest: Array  # the greatest salience, quarter-tones between the pitches included
    tracked: Array  # what the pitch tracker alone said


class PitchEar:
    """Listens for the pitches lowest..highest (sounding) in a sound."""

    def __init__(self, samples: Array, lowest_pitch: int, highest_pitch: int, count: int) -> None:
        window = LONG_WINDOW if lowest_pitch + 13 < LOW_PITCH else SHORT_WINDOW
        self.lowest_pitch, self.highest_pitch, self.count = lowest_pitch, highest_pitch, count
        # A window twice as long hears half as much anew in each hop: every second frame will do.
        self.stride = window // SHORT_WINDOW
        self.spectra = Spectra(samples, window, HOP * self.stride, -(-count // self.stride))
        self.scale = np.float32(1 / self.spectra.loudest())
        self.room = np.zeros(self.spectra.bins, np.float32)

    def know_the_room(self, voiced: NDArray[np.bool_]) -> None:
        """The mean spectrum (hum, hiss, a fan) of the frames in which nobody plays is taken away from all.

        Only those count whose whole window is free of playing, and only if there are enough to know the room by.
        """
        reach = self.spectra.window // self.spectra.hop // 2
        voiced = voiced[:: self.stride]
        playing = np.concatenate([[0], np.cumsum(voiced)])
        at = np.arange(len(voiced))
        nearby = playing[np.minimum(at + reach + 1, len(voiced))] - playing[np.maximum(at - reach, 0)]
        quiet = np.flatnonzero(nearby == 0)
        if len(quiet) >= QUIET_FRAMES:
            self.room = self.spectra.some(quiet).mean(axis=0)

    def tuning(self, loud: NDArray[np.bool_]) -> float:
        """Semitones sharp of A4 = 440, -0.5 to 0.5, as most of the loud frames have it (0 if there are none)."""
        magnitudes = self.spectra.some(np.flatnonzero(loud[:: self.stride]))
        halves = self._log(magnitudes) @ self._teeth(0.0)
        pitches = np.arange(self.lowest_pitch, self.highest_pitch + 1)
        rough = np.concatenate([pitches, pitches + 0.5])[halves.argmax(axis=1)]
        exact = self._refined(magnitudes, rough)
        return circular_tuning(exact[halves.max(axis=1, initial=0.0) > TONAL_SALIENCE])

    def listen(self, tracked: Array, tuning: float) -> Pitches:
        """`tracked` is the pitch tracker's f0, of every `stride`-th frame.

        Where it disagrees with the strongest pitch, the partials tell f0.
        """
        teeth = self._teeth(tuning)
        pitches = teeth.shape[1] // 2
        salience = np.empty((self.spectra.count, pitches), np.float32)
        greatest, f0 = np.empty(len(salience), np.float32), tracked.copy()
        for first, magnitudes in self.spectra.blocks():
            rows = slice(first, first + len(magnitudes))
            both = self._log(magnitudes) @ teeth
            salience[rows], greatest[rows] = both[:, :pitches], both.max(axis=1)
            self._settle(f0[rows], magnitudes, both, tuning)
        return Pitches(tuning, self._every(f0), self._every(salience), self._every(greatest), self._every(tracked))

    def _settle(self, f0: Array, magnitudes: Array, both: Array, tuning: float) -> None:
        """Change f0 in place where the tracker is not to be believed."""
        pitches = both.shape[1] // 2
        strength = SALIENCE_WEIGHT * both[:, :pitches] + vote(f0 - np.float32(tuning), self.lowest_pitch, pitches)
        strongest = self.lowest_pitch + strength.argmax(axis=1) + np.float32(tuning)
        agrees = np.abs(f0 - strongest) < AGREES
        doubtful = (both.max(axis=1) > TONAL_SALIENCE) & ~(agrees & (strongest < RELIABLE_BELOW))
        exact = self._refined(magnitudes[doubtful], strongest[doubtful])
        f0[doubtful] = np.where(np.isfinite(exact), exact, f0[doubtful])

    def _refined(self, magnitudes: Array, pitches: NDArray[np.floating]) -> Array:
        rough_hz = (440 * 2 ** ((pitches - 69) / 12)).astype(np.float32)
        exact_hz = refine_hz(magnitudes, rough_hz, self.spectra.bin_hz)
        return np.asarray(69 + 12 * np.log2(exact_hz / np.float32(440)), np.float32)

    def _every(self, some: Array) -> Array:
        """Every `stride`-th frame -> every frame: those between are like the one before and the one after."""
        if self.stride == 1 or not len(some):
            return some
        after = np.concatenate([some[1:], some[-1:]])
        with np.errstate(invalid="ignore"):
            middle = (some + after) / 2 if some.ndim == 2 else np.where(np.abs(after - some) < 0.5, after, some)
        out = np.empty((2 * len(some), *some.shape[1:]), np.float32)
        out[::2], out[1::2] = some, middle
        return out[: self.count]

    def _log(self, magnitudes: Array) -> Array:
        clean = np.maximum(magnitudes - self.room, 0)
        clean *= self.scale
        clean += DUST
        return np.asarray(np.log(clean, out=clean), np.float32)

    def _teeth(self, tuning: float) -> Array:
        """bins x twice the pitches: the combs of all pitches, then those a quarter-tone higher."""
        grid = (self.spectra.bins, self.spectra.bin_hz)
        combs = [comb(self.lowest_pitch, self.highest_pitch, round(tuning, 2) + shift, *grid) for shift in (0.0, 0.5)]
        return np.concatenate(combs, axis=1)


def circular_tuning(pitches: Array) -> float:
    """The offset from the nearest semitones that most pitches share, -0.5 to 0.5 (0 if there are none)."""
    known = pitches[np.isfinite(pitches)]
    if not len(known):
        return 0.0
    return float(np.angle(np.mean(np.exp(2j * np.pi * known))) / (2 * np.pi))
