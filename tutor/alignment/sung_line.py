"""Follow a singer by the line of the voice alone, for who sings legato strikes nothing.

Each moment of the pitch track belongs to one note; notes follow in order, some may be left out (a hidden Markov
model read by Viterbi's algorithm, as in Raphael 1999, "Automatic segmentation of acoustic musical signals"). The
octave of every note is free. How sharp the whole take is comes from the melody: modulo a semitone, a take sixty
cents sharp would be forty flat and every note of it wrong.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

FURTHEST_TUNING, TUNING_STEP = 1.0, 0.125
TUNING_FROM_S = 40.0  # of a long take, the beginning tells
# A moment within this of its note costs nothing; none costs more than WORST beyond it.
FREE_SEMITONES, WORST_SEMITONES = 0.3, 1.5
COST_PER_S = 30.0  # of one semitone, a second
BREATH_COST_PER_S = 1.7
LEFT_OUT_COST, MOST_LEFT_OUT = 1.2, 3
# A note begins with the voice, rather than while it sounds, and not in a silence: so repeated notes are told apart.
NEXT_COST, NEXT_BREATH_COST, NEXT_IN_SILENCE_COST = 0.1, 0.0, 0.3
SHORTEST_S = 0.04
# The pitch of a note is that of its middle: glides in and out are not it.
FROM_SHARE, TO_SHARE = 0.2, 0.85


@dataclass(frozen=True)
class SungLine:
    """Per score note, NaN where it was left out. Deviations are sung minus written, octave free, tuning still in."""

    onsets_s: Array
    deviations: Array  # semitones
    tuning: float  # semitones sharp of A4 = 440

    @property
    def sung(self) -> NDArray[np.bool_]:
        return np.isfinite(self.onsets_s)


def follow_line(pitches: Sequence[int], midi: Array, hop_s: float) -> SungLine:
    """pitches: of the score's notes. midi: the voice, one value a hop, NaN where nothing is sung."""
    midi, written = np.asarray(midi, float), np.asarray(pitches, float)
    voiced = np.flatnonzero(np.isfinite(midi))
    nothing = np.full(len(written), np.nan)
    if len(voiced) < SHORTEST_S / hop_s or not len(written):
        return SungLine(nothing, nothing.copy(), 0.0)
    first, last = int(voiced[0]), int(voiced[-1]) + 1
    line = midi[first:last]
    tuning = _tuning(written, line, hop_s)
    belongs = _path(written, line, np.array([tuning]), hop_s)[0]
    onsets_s, deviations = nothing, nothing.copy()
    for note, pitch in enumerate(written):
        own = np.flatnonzero((belongs == note) & np.isfinite(line))
        if len(own) >= SHORTEST_S / hop_s:
            begin = int(FROM_SHARE * len(own))
            middle = line[own[begin : max(int(TO_SHARE * len(own)), begin + 2)]] - pitch
            onsets_s[note] = (first + own[0]) * hop_s
            deviations[note] = np.median(middle - 12 * np.round((middle - tuning) / 12))
    return SungLine(onsets_s, deviations, _refined(tuning, deviations))


def _tuning(written: Array, line: Array, hop_s: float) -> float:
    """The offset with which the melody fits the voice best."""
    tunings = np.arange(-FURTHEST_TUNING, FURTHEST_TUNING + 1e-6, TUNING_STEP)
    return float(tunings[int(np.argmin(_path(written, line[: int(TUNING_FROM_S / hop_s)], tunings, hop_s)[1]))])


def _refined(tuning: float, deviations: Array) -> float:
    near = deviations[np.abs(deviations - tuning) < 0.8]
    return float(np.clip(np.median(near), -FURTHEST_TUNING, FURTHEST_TUNING)) if len(near) else tuning


def _path(written: Array, line: Array, tunings: Array, hop_s: float) -> tuple[NDArray[np.int64], Array]:
    """(which note each moment belongs to, under the first tuning; the price of the cheapest path under each)."""
    notes, moments = len(written), len(line)
    targets = tunings[:, None] + written
    total = LEFT_OUT_COST * np.arange(notes) + np.zeros((len(tunings), 1))
    source = np.zeros((moments, notes), np.int16)
    own = np.arange(notes, dtype=np.int16)
    for moment, pitch in enumerate(line):
        if moment:
            breathed = not np.isfinite(line[moment - 1])
            next_cost = NEXT_IN_SILENCE_COST if not np.isfinite(pitch) else NEXT_BREATH_COST if breathed else NEXT_COST
            total, source[moment] = _move_on(total, own, next_cost)
        total = total + (_cost(pitch - targets) if np.isfinite(pitch) else BREATH_COST_PER_S) * hop_s
    total = total + LEFT_OUT_COST * own[::-1]
    belongs = np.zeros(moments, np.int64)
    note = int(np.argmin(total[0]))
    for moment in range(moments - 1, -1, -1):
        belongs[moment] = note
        note = int(source[moment, note])
    return belongs, total.min(axis=1)


def _move_on(total: Array, own: NDArray[np.int16], next_cost: float) -> tuple[Array, NDArray[np.int16]]:
    """From each moment to the next: stay, or go on to a later note. Prices, and where the first row's came from."""
    best, came = total.copy(), own.copy()
    for step in range(1, min(MOST_LEFT_OUT + 1, len(own))):
        move = total[:, :-step] + (next_cost + LEFT_OUT_COST * (step - 1))
        came[step:] = np.where(move[0] < best[0, step:], own[:-step], came[step:])
        best[:, step:] = np.minimum(best[:, step:], move)
    return best, came


def _cost(off: Array) -> Array:
    """A second's price of lying so many semitones off, the octave free."""
    off = np.abs(off - 12 * np.round(off / 12))
    return np.asarray(COST_PER_S * np.clip(off - FREE_SEMITONES, 0, WORST_SEMITONES))
