"""Early, late, short, long: each note against the tempo of its neighbours, not against a machine.

The line that a note is judged by is drawn without it. A constant lateness (an instrument that speaks
late, a slow sound card) lies in the line and is never a fault.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tutor.alignment.tempo import local_lines, median_line

Array = NDArray[np.float64]

# Fewer struck notes than this have no tempo of their own to be judged by.
FEWEST = 4
SMALLEST_GROUP = 3


@dataclass(frozen=True)
class Timing:
    """Per score note, NaN where nothing can be said. `beat_s` and `expected_s` are the player's own tempo."""

    expected_s: Array
    beat_s: Array
    error_s: Array  # positive is late
    typical_error_s: float
    asked_beat_s: float = 0.6  # what the player was to do, where nothing is known of what they did

    @property
    def is_known(self) -> bool:
        """Whether there were enough notes to hear a tempo."""
        return bool(np.isfinite(self.beat_s).any())


def time_notes(
    note_beats: Array, struck: Sequence[tuple[int, float]], breaks: Sequence[int], fallback_beat_s: float
) -> Timing:
    """Fit the player's tempo. struck: (score note, onset_s) in score order, the later of two takes of a restart.

    breaks: score notes at which the player began anew (a restart, a leap ahead): no line crosses them.
    """
    count = len(note_beats)
    expected, beat, error = (np.full(count, np.nan) for _ in range(3))
    for first, last in _groups(count, breaks):
        group = [(note, onset_s) for note, onset_s in struck if first <= note < last]
        if len(group) < 2:
            continue
        beats, onsets_s = np.array([note_beats[note] for note, _ in group]), np.array([onset for _, onset in group])
        at = note_beats[first:last]
        place = {note: number for number, (note, _) in enumerate(group)}
        own = np.array([place.get(note, -1) for note in range(first, last)])
        expected[first:last], beat[first:last] = _lines(beats, onsets_s, at, own)
        if len(group) >= FEWEST:
            for note, onset_s in group:
                error[note] = onset_s - expected[note]
    usable = np.isfinite(beat) & (beat > 0.05)
    beat = np.where(usable, beat, fallback_beat_s if usable.any() else np.nan)
    finite = np.abs(error[np.isfinite(error)])
    return Timing(expected, beat, error, float(np.median(finite)) if len(finite) else 0.0, fallback_beat_s)


def _groups(count: int, breaks: Sequence[int]) -> list[tuple[int, int]]:
    """[first, last) of each stretch that was played in one go, the smallest joined to their neighbours."""
    edges = [0]
    for edge in sorted(set(breaks)):
        if edge - edges[-1] >= SMALLEST_GROUP and count - edge >= SMALLEST_GROUP:
            edges.append(edge)
    return list(zip(edges, [*edges[1:], count], strict=True))


def _lines(beats: Array, onsets_s: Array, at: Array, own: NDArray[np.int64]) -> tuple[Array, Array]:
    if len(beats) >= FEWEST:
        return local_lines(beats, onsets_s, at, own)
    start_s, beat_s = median_line(beats, onsets_s)
    return start_s + beat_s * at, np.full(len(at), beat_s)


def overall_tempo(struck_beats: Array, onsets_s: Array) -> float | None:
    """Quarter notes a minute over the whole take, by the median of all slopes; None if it can't be told."""
    if len(struck_beats) < FEWEST:
        return None
    _, beat_s = median_line(struck_beats, onsets_s)
    return 60.0 / beat_s if beat_s > 0 else None


def drift(struck_beats: Array, onsets_s: Array) -> float | None:
    """Tempo of the last third over that of the first: 1.1 is a tenth faster at the end. None if too short."""
    third = len(struck_beats) // 3
    if third < FEWEST:
        return None
    _, first_s = median_line(struck_beats[: third + 1], onsets_s[: third + 1])
    _, last_s = median_line(struck_beats[-third - 1 :], onsets_s[-third - 1 :])
    return first_s / last_s if first_s > 0 and last_s > 0 else None
