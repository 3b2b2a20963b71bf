"""What it costs to call a heard note this score note, or none: the unit is about one plain mistake.

Found by trial on 178 rendered takes; none of them is critical to within a third.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from tutor.listening.segmentation import HeardNote

Array = NDArray[np.float64]

DELETION = 1.8
INSERTION, SHORT_INSERTION = 1.6, 0.7
SHORT_S = 0.09
SHARED, SHARED_STEP = 0.5, 0.4  # a repeated note that was not heard to be struck again; again and again costs more
PIECE, PIECE_STRUCK = 0.25, 1.2  # a note in two pieces; more if the second piece had a clear attack
LONGEST_BREAK_S = 0.12  # between pieces of one note

WRONG_PITCH, WRONG_SEMITONE, WRONGEST = 1.0, 0.3, 2.6
OCTAVE = 1.6

JUMP_BACK, JUMP_AFTER_PAUSE, PAUSE_S = 5.0, 3.5, 0.3
SKIP, SKIP_NOTE = 6.5, 0.1  # left out many notes at once: a line, a repeat
# Notes left out at the beginning or the end (started late, stopped early): dear to begin with, cheap to go on,
# so that a right note followed by a hole is not thrown away for a later start.
AT_AN_END, LEAD_IN, TRAIL_OFF = 3.0, 0.5, 0.3
LEAD_IN_MOST, TRAIL_OFF_MOST = 9.0, 6.5

TIMING, TIMING_MOST = 2.0, 2.6
TIMING_GRACE_S = 0.05  # scatter of a good onset, so that short intervals are not judged by their ratio alone


def pitch_costs(written: Sequence[int], heard: Sequence[HeardNote], tuning: float, octave_free: bool = False) -> Array:
    """score notes x heard notes: 0 where the pitch is the written one, up to WRONGEST."""
    sounding = np.array([note.pitch - tuning for note in heard])
    distance = sounding[None, :] - np.array(written, float)[:, None]
    octaves = 12 * np.round(distance / 12)
    off, within = np.abs(distance), np.abs(distance - octaves)
    cost = np.minimum(WRONG_PITCH + WRONG_SEMITONE * off, WRONGEST)
    cost = np.where((within < 0.5) & (np.abs(octaves) == 12), OCTAVE, cost)
    cost = np.where(off < 0.5, 0.0, np.where(off < 0.8, np.minimum(cost, (off - 0.5) / 0.3 * 1.2), cost))
    if octave_free:
        cost = np.where(within < 0.5, 0.05 * np.abs(octaves) / 12, cost)
    return np.asarray(cost)


def insertion_costs(heard: Sequence[HeardNote]) -> Array:
    """Short, unsteady sounds are easily extra; a full note is not."""
    costs = [SHORT_INSERTION if note.duration_s < SHORT_S else INSERTION for note in heard]
    return np.asarray(np.array(costs) * np.array([0.5 + 0.5 * note.steadiness for note in heard]))


def piece_costs(heard: Sequence[HeardNote]) -> Array:
    """What it costs that each heard note only goes on with the one before it (infinite where it can't)."""
    costs = np.full(len(heard), np.inf)
    for number, (before, note) in enumerate(pairwise(heard), start=1):
        if note.onset_s - before.offset_s < LONGEST_BREAK_S and abs(note.pitch - before.pitch) < 0.8:
            costs[number] = PIECE + PIECE_STRUCK * note.strength
    return costs


def end_costs(left_out: Array, each: float, most: float) -> Array:
    """What it costs that so many notes are left out at one end."""
    return np.asarray(np.minimum(np.minimum(DELETION * left_out, AT_AN_END + each * left_out), most))


def timing_costs(elapsed_s: Array, expected_s: Array) -> Array:
    """How badly the time between two notes fits the score: by its ratio, as musicians hear it."""
    ratio = (np.maximum(elapsed_s, 0) + TIMING_GRACE_S) / (np.maximum(expected_s, 0) + TIMING_GRACE_S)
    return np.asarray(np.minimum(TIMING * np.abs(np.log2(ratio)) ** 1.2, TIMING_MOST))
