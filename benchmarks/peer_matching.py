"""What any ear's output is worth to a teacher, by one plain procedure that is the same for all of them.

f0 or notes -> notes -> matched to the score (Needleman and Wunsch 1970) -> per score note right, wrong or missing.

Pitches are MIDI numbers with decimals, times are seconds, score onsets are beats. Nothing here knows the project's
own ear, nor what was really played, except for `note_hits`, which compares notes as mir_eval does.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

RIGHT, WRONG, MISSING = "right", "wrong", "missing"

STEP_SEMITONES = 0.65  # a pitch further than this from the note's own is another note …
HELD_S = 0.045  # … once it is held so long; shorter gaps are bridged, shorter notes dropped
SPLIT_S = 0.08  # an onset nearer than this to a note's edge is that edge

SAME_PITCH = 0.5  # semitones
DELETION, INSERTION, OCTAVE, FURTHEST_PITCH = 1.8, 1.6, 1.6, 2.6
NOT_REACHED = 1.0  # a deletion after all that was heard: the player stopped
FURTHEST_TIME = 2.5
TIME_PER_BEAT = 2.0  # cost of a whole beat off the fitted line
FITS = 3


@dataclass(frozen=True)
class PlainNote:
    """A note that an ear heard. `pitch` is a MIDI number with decimals."""

    onset_s: float
    offset_s: float
    pitch: float


@dataclass(frozen=True)
class Match:
    """`verdicts`: one a score note. `heard`: the index of the note heard for it, or None."""

    verdicts: tuple[str, ...]
    heard: tuple[int | None, ...]


def segment(midi: NDArray[np.float64], hop_s: float, onsets_s: Sequence[float] = ()) -> list[PlainNote]:
    """Notes in a pitch track (one MIDI number a frame, NaN where unvoiced), split again at each onset."""
    smooth = _median_filtered(_bridged(midi, hop_s), hop_s)
    held = max(round(HELD_S / hop_s), 1)
    spans = [span for voiced in _runs(np.isfinite(smooth)) for span in _steady(smooth, voiced, held)]
    notes = [
        PlainNote(first * hop_s, end * hop_s, float(np.median(smooth[first:end])))
        for first, end in spans
        if end - first >= held
    ]
    return [part for note in notes for part in _split(note, onsets_s)]


def match(pitches: Sequence[float], beats: Sequence[float], notes: Sequence[PlainNote]) -> Match:
    """Which heard note stands for which score note, and so what is right, wrong and missing.

    The take's tuning is taken off first. Time counts from the second pass on, against a line through the matches
    of the pass before.
    """
    written, onsets_beat = np.asarray(pitches, float), np.asarray(beats, float)
    onsets_s = np.array([note.onset_s for note in notes])
    sung = np.array([note.pitch for note in notes])
    sung = sung - tuning_of(sung)
    off = np.abs(sung[None, :] - written[:, None])
    pitch_cost = np.where(off <= SAME_PITCH, 0.0, np.minimum(1 + 0.3 * off, FURTHEST_PITCH))
    pitch_cost = np.where(np.abs(off - 12) <= SAME_PITCH, OCTAVE, pitch_cost)
    heard = _cheapest_path(pitch_cost)
    for _ in range(FITS):
        line = _fitted_line(onsets_beat, onsets_s, heard)
        if line is None:
            break
        beat0_s, beat_s = line
        late_beats = np.abs(onsets_s[None, :] - (beat0_s + beat_s * onsets_beat)[:, None]) / beat_s
        heard = _cheapest_path(pitch_cost + np.minimum(TIME_PER_BEAT * late_beats, FURTHEST_TIME))
    verdicts = [
        MISSING if index is None else RIGHT if off[note, index] <= SAME_PITCH else WRONG
        for note, index in enumerate(heard)
    ]
    return Match(tuple(verdicts), tuple(heard))


def tuning_of(pitches: NDArray[np.float64]) -> float:
    """Semitones sharp of A4 = 440, -.5 to .5: the circular mean of the pitches modulo a semitone."""
    return float(np.angle(np.exp(2j * np.pi * pitches).sum()) / (2 * np.pi)) if len(pitches) else 0.0


def note_hits(
    real: Sequence[PlainNote], heard: Sequence[PlainNote], onset_tolerance_s: float = 0.05, pitch_tolerance: float = 0.5
) -> int:
    """How many notes agree in onset and pitch, each used once: the largest such pairing, as mir_eval counts."""
    options = [
        [
            index
            for index, one in enumerate(heard)
            if abs(one.onset_s - note.onset_s) <= onset_tolerance_s and abs(one.pitch - note.pitch) <= pitch_tolerance
        ]
        for note in real
    ]
    taken: dict[int, int] = {}
    return sum(_finds_place(note, options, taken, set()) for note in range(len(real)))


def onset_lags(real: Sequence[PlainNote], heard: Sequence[PlainNote], furthest_s: float = 0.2) -> list[float]:
    """Seconds that each note was heard late, against the nearest heard note of its pitch."""
    lags = []
    for note in real:
        late = [one.onset_s - note.onset_s for one in heard if abs(one.pitch - note.pitch) <= 0.5]
        nearest = min(late, key=abs, default=furthest_s)
        if abs(nearest) < furthest_s:
            lags.append(nearest)
    return lags


def moved(notes: Sequence[PlainNote], by_s: float) -> list[PlainNote]:
    return [replace(note, onset_s=note.onset_s + by_s, offset_s=note.offset_s + by_s) for note in notes]


def _bridged(midi: NDArray[np.float64], hop_s: float) -> NDArray[np.float64]:
    """Gaps shorter than a note filled with the pitch before them."""
    out = np.array(midi, float)
    for first, end in _runs(~np.isfinite(out)):
        if first > 0 and end < len(out) and (end - first) * hop_s < HELD_S:
            out[first:end] = out[first - 1]
    return out


def _runs(mask: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """(first, end) of each stretch where the mask holds."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], mask, [False])).astype(int)))
    return [(int(first), int(end)) for first, end in zip(edges[::2], edges[1::2], strict=True)]


def _median_filtered(midi: NDArray[np.float64], hop_s: float) -> NDArray[np.float64]:
    """Within each voiced stretch, by a window of an odd number of frames around `HELD_S`."""
    half = max(round(HELD_S / hop_s) // 2, 1)
    out = midi.copy()
    for first, end in _runs(np.isfinite(midi)):
        padded = np.pad(midi[first:end], half, mode="edge")
        out[first:end] = np.median(np.lib.stride_tricks.sliding_window_view(padded, 2 * half + 1), axis=1)
    return out


def _steady(midi: NDArray[np.float64], voiced: tuple[int, int], held: int) -> list[tuple[int, int]]:
    """A voiced stretch cut wherever the pitch leaves the note's median for good."""
    first, end = voiced
    spans, at = [], first + 1
    while at < end:
        away = np.abs(midi[at : at + held] - np.median(midi[first:at])) > STEP_SEMITONES
        if away.all() and len(away) == held:
            spans.append((first, at))
            first = at
        at += 1
    return [*spans, (first, end)]


def _split(note: PlainNote, onsets_s: Sequence[float]) -> list[PlainNote]:
    inside = [at_s for at_s in onsets_s if note.onset_s + SPLIT_S < at_s < note.offset_s - SPLIT_S]
    edges = [note.onset_s, *inside, note.offset_s]
    return [PlainNote(onset_s, offset_s, note.pitch) for onset_s, offset_s in itertools.pairwise(edges)]


def _cheapest_path(cost: NDArray[np.float64]) -> list[int | None]:
    """Needleman and Wunsch: for each row, the column that it is matched to, in order, or None."""
    rows, columns = cost.shape
    deletion = np.full(columns + 1, DELETION)
    deletion[columns] = NOT_REACHED
    best = np.zeros((rows + 1, columns + 1))
    best[:, 0] = deletion[0] * np.arange(rows + 1)
    best[0, :] = INSERTION * np.arange(columns + 1)
    for row in range(rows):
        for column in range(columns):
            best[row + 1, column + 1] = min(
                best[row, column] + cost[row, column],
                best[row, column + 1] + deletion[column + 1],
                best[row + 1, column] + INSERTION,
            )
    return _traced_back(best, cost, deletion)


def _traced_back(
    best: NDArray[np.float64], cost: NDArray[np.float64], deletion: NDArray[np.float64]
) -> list[int | None]:
    row, column = cost.shape
    heard: list[int | None] = [None] * row
    while row and column:
        if best[row, column] == best[row - 1, column - 1] + cost[row - 1, column - 1]:
            row, column = row - 1, column - 1
            heard[row] = column
        elif best[row, column] == best[row - 1, column] + deletion[column]:
            row -= 1
        else:
            column -= 1
    return heard


def _fitted_line(
    beats: NDArray[np.float64], onsets_s: NDArray[np.float64], heard: Sequence[int | None]
) -> tuple[float, float] | None:
    """(beat 0 in seconds, seconds a beat) by Theil and Sen: the median of all slopes, deaf to a few wrong matches."""
    pairs = [(beats[note], onsets_s[index]) for note, index in enumerate(heard) if index is not None]
    if len(pairs) < 3:
        return None
    x, y = np.array(pairs).T
    first, second = np.triu_indices(len(x), 1)
    apart = x[second] > x[first]
    if not apart.any():
        return None
    slope = float(np.median((y[second] - y[first])[apart] / (x[second] - x[first])[apart]))
    return (float(np.median(y - slope * x)), slope) if slope > 0 else None


def _finds_place(note: int, options: Sequence[Sequence[int]], taken: dict[int, int], tried: set[int]) -> bool:
    """One step of Kuhn's matching: a note takes a free partner, or one whose owner can go elsewhere."""
    for index in options[note]:
        if index not in tried:
            tried.add(index)
            if index not in taken or _finds_place(taken[index], options, taken, tried):
                taken[index] = note
                return True
    return False
