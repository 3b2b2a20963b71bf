"""Evidence by frame -> **heard notes**: stretches of one pitch, split where it is struck again.

The most likely course of pitches through the frames is found by dynamic programming (Viterbi, 1967):
changing the pitch costs something, so that a single odd frame does not make a note.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tutor.listening.evidence import Evidence
from tutor.listening.pitch_tracking import HOP_S

# What a change of pitch costs, and the most that one frame can speak against a pitch: two to three
# frames (30 ms) of a clearly different pitch make a change.
CHANGE_COST = 9.0
WORST_FRAME = -4.0
REST_COST = 3.0  # beginning or ending a note; silence is no other pitch, and a short note must not drown in it
SILENT = -1  # the state in which nothing sounds
UNPLAYED_COST = 1.6  # by frame: calling a tonal frame silent, or a silent frame a note

# What the score makes likelier, by frame: its own pitches first, then others near them, then the far ones.
UNWRITTEN_COST, FAR_COST, FAR_SEMITONES = 0.35, 0.5, 3

SHORTEST_S = 0.045
SNAP_BEFORE_S, SNAP_AFTER_S = 0.075, 0.06
# Struck again within the same pitch: an onset of this strength, or a weaker one after a dip in the level.
RESTRIKE_STRENGTH, DIP_STRENGTH, DIP_DB = 0.62, 0.3, 4.0
# Blown, bowed and sung notes hold their level or swell; a guitar loses some 10 dB in a second, a piano 8.
RINGING_DB_PER_S = 7.0
ATTACK_PART_S = 0.05  # left out of the pitch: breath, bow and hammer noise


@dataclass(frozen=True, slots=True)
class HeardNote:
    """One note as it was heard. `pitch` has cents in its decimals and is not corrected for the tuning."""

    onset_s: float
    offset_s: float
    pitch: float
    strength: float = 1.0  # of the attack, 0 to 1
    level_dbfs: float = -20.0
    steadiness: float = 1.0  # share of its frames that clearly hold this pitch
    has_f0: bool = True  # False: the pitch is only known to the semitone
    decay_db_per_s: float = 0.0  # how fast it dies away from its loudest moment

    @property
    def duration_s(self) -> float:
        """From onset to offset."""
        return self.offset_s - self.onset_s


def segment(evidence: Evidence, written: Collection[int] = ()) -> list[HeardNote]:
    """All heard notes in order of time, not overlapping. Silence has none.

    `written` pitches (sounding) are a little likelier than others: that settles octaves, and doubtful frames.
    """
    if not evidence.tonal.any():
        return []
    course = _likeliest_course(evidence, _costs_of_pitches(evidence, written))
    notes: list[HeardNote] = []
    for first, last, column in _runs(course):
        edges = _strikes(evidence, first, last, after=notes[-1].offset_s if notes else 0.0)
        for from_s, to_s, strength in edges:
            if to_s - from_s >= SHORTEST_S:
                notes.append(_note(evidence, from_s, to_s, evidence.lowest_pitch + column, strength))
    return notes


def _costs_of_pitches(evidence: Evidence, written: Collection[int]) -> NDArray[np.float32]:
    pitches = np.arange(evidence.lowest_pitch, evidence.lowest_pitch + evidence.strength.shape[1])
    if not written:
        return np.zeros(len(pitches), np.float32)
    cost = np.where(np.isin(pitches, list(written)), 0.0, UNWRITTEN_COST)
    far = (pitches < min(written) - FAR_SEMITONES) | (pitches > max(written) + FAR_SEMITONES)
    return np.asarray(cost + FAR_COST * far, np.float32)


def _likeliest_course(evidence: Evidence, cost: NDArray[np.float32]) -> NDArray[np.int64]:
    """The column of `strength` that sounds in each frame, or SILENT."""
    reward = np.maximum(evidence.strength - cost, WORST_FRAME)
    reward = np.where(evidence.tonal[:, None], reward, -UNPLAYED_COST)
    silent = np.where(evidence.tonal, -UNPLAYED_COST, 0.0).astype(np.float32)
    reward = np.concatenate([reward, silent[:, None]], axis=1)
    count, states = reward.shape
    came_from = np.empty((count, states), np.int16)
    staying = np.arange(states, dtype=np.int16)
    score = reward[0].copy()
    for frame in range(1, count):
        best = int(score[:-1].argmax())
        loudest, silence = score[best], score[-1]
        entering = max(loudest - CHANGE_COST, silence - REST_COST)
        source = best if loudest - CHANGE_COST >= silence - REST_COST else states - 1
        came_from[frame] = np.where(entering > score, source, staying)
        came_from[frame, -1] = best if loudest - REST_COST > silence else states - 1
        score = np.maximum(score, entering)
        score[-1] = max(silence, loudest - REST_COST)
        score += reward[frame]
    course = np.empty(count, np.int64)
    state = int(score.argmax())
    for frame in range(count - 1, -1, -1):
        course[frame] = state
        state = int(came_from[frame, state]) if frame else state
    return np.where(course == states - 1, SILENT, course)


def _runs(course: NDArray[np.int64]) -> Iterator[tuple[int, int, int]]:
    """(first frame, frame after the last, column) of each stretch that sounds."""
    edges = np.flatnonzero(np.diff(course)) + 1
    for first, last in zip(np.r_[0, edges], np.r_[edges, len(course)], strict=True):
        if course[first] != SILENT:
            yield int(first), int(last), int(course[first])


def _strikes(evidence: Evidence, first: int, last: int, after: float) -> list[tuple[float, float, float]]:
    """A run of one pitch -> (onset_s, offset_s, strength of the attack) of each time it is struck."""
    onsets = evidence.onsets
    begin_s, strength = _snap(evidence, first * HOP_S, after)
    cuts = [(begin_s, strength)]
    for index in onsets.within(cuts[0][0] + 0.07, last * HOP_S - 0.05):
        at_s, sure = float(onsets.times_s[index]), float(onsets.strengths[index])
        if sure > RESTRIKE_STRENGTH or (sure > DIP_STRENGTH and _dip_db(evidence, at_s) > DIP_DB):
            cuts.append((at_s, sure))
    ends = [at_s for at_s, _ in cuts[1:]] + [last * HOP_S]
    return [(at_s, end_s, sure) for (at_s, sure), end_s in zip(cuts, ends, strict=True)]


def _snap(evidence: Evidence, change_s: float, after_s: float) -> tuple[float, float]:
    """The attack that belongs to a change of pitch: the strongest nearby, or else the change itself."""
    onsets = evidence.onsets
    near = onsets.within(max(change_s - SNAP_BEFORE_S, after_s), change_s + SNAP_AFTER_S)
    if not len(near):
        return max(change_s, after_s), 0.25
    weight = onsets.strengths[near] - 2.0 * np.abs(onsets.times_s[near] - change_s)
    best = near[int(weight.argmax())]
    return float(onsets.times_s[best]), float(max(onsets.strengths[best], 0.25))


def _dip_db(evidence: Evidence, at_s: float) -> float:
    """How far the level had sunk just before an attack, below what follows it."""
    before = evidence.level_dbfs[evidence.span(at_s - 0.06, at_s + 0.01)]
    after = evidence.level_dbfs[evidence.span(at_s, at_s + 0.09)]
    return float(after.max() - before.min())


def _note(evidence: Evidence, onset_s: float, offset_s: float, pitch: int, strength: float) -> HeardNote:
    attack_s = min(ATTACK_PART_S, 0.3 * (offset_s - onset_s))
    span = evidence.span(onset_s + attack_s, offset_s - 0.02)
    column = pitch - evidence.lowest_pitch
    measured = fold(evidence.f0[span] - evidence.tuning, pitch)
    inside = measured[np.abs(measured - pitch) < 0.75]
    has_f0 = len(inside) >= max(2, 0.3 * len(measured))
    return HeardNote(
        onset_s=onset_s,
        offset_s=offset_s,
        pitch=(float(np.median(inside)) if has_f0 else float(pitch)) + evidence.tuning,
        strength=strength,
        level_dbfs=float(np.percentile(evidence.level_dbfs[span], 80)),
        steadiness=float(np.mean(evidence.strength[span, column] > -0.5)),
        has_f0=bool(has_f0),
        decay_db_per_s=_decay_db_per_s(evidence, onset_s, offset_s),
    )


def _decay_db_per_s(evidence: Evidence, onset_s: float, offset_s: float) -> float:
    """From soon after the attack to a little before the end, so that a bow's or a tongue's ending does not count."""
    begin_s, end_s = onset_s + 0.04, onset_s + 0.75 * (offset_s - onset_s)
    if end_s - begin_s < 0.1:
        return 0.0
    span = evidence.level_dbfs[evidence.span(begin_s, end_s)]
    part = max(len(span) // 3, 1)
    return float(np.mean(span[:part]) - np.mean(span[-part:])) / (2 / 3 * (end_s - begin_s))


def rings_on(notes: Sequence[HeardNote]) -> bool:
    """Whether this sounds like struck or plucked strings: notes that die away by themselves and start at once."""
    long = [note for note in notes if note.duration_s > 0.25]
    return len(long) >= 3 and float(np.median([note.decay_db_per_s for note in long])) > RINGING_DB_PER_S


def fold(f0: NDArray[np.float32], pitch: int) -> NDArray[np.float32]:
    """Tracked pitches, moved by whole octaves to lie nearest to `pitch`: the tracker's octave slips don't matter."""
    voiced = f0[np.isfinite(f0)]
    return np.asarray(voiced - 12 * np.round((voiced - pitch) / 12), np.float32)
