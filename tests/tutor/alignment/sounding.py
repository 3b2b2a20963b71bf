"""Frames of a performance of known truth, straight from its notes: no sound is made and none is heard.

frames = sounding([Played(60, 0.5, 0.9), Played(62, 1.0, 1.4)])
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from tutor.listening.frames import FINE_HOP_S, HOP_S, Frames
from tutor.listening.weighing import reward
from tutor.notation.score import Note

LOWEST, HIGHEST = 30, 90
STRUCK, FILLING = 0.8, 0.1
FILLED_EVERY_S = 0.15


@dataclass(frozen=True)
class Played:
    pitch: int
    onset_s: float
    offset_s: float
    struck: float = STRUCK  # 0: no onset can be heard
    note: int = -1  # the score note, -1 for a sound that is none


def perform(
    notes: Sequence[Note], *, bpm: float = 90.0, at_s: float = 0.5, gate: float = 0.95, scatter_s: float = 0.0
) -> list[Played]:
    """All of `notes` in time, the first of them at `at_s`."""
    beat_s = 60 / bpm
    rng = np.random.default_rng(len(notes))
    played = []
    for index, note in enumerate(notes):
        onset_s = at_s + (note.onset_beat - notes[0].onset_beat) * beat_s + scatter_s * float(rng.uniform(-1, 1))
        played.append(Played(note.pitch, onset_s, onset_s + gate * note.duration_beat * beat_s, note=index))
    return played


def later(played: Iterable[Played], seconds: float) -> list[Played]:
    return [replace(one, onset_s=one.onset_s + seconds, offset_s=one.offset_s + seconds) for one in played]


def sounding(played: Sequence[Played], *, tail_s: float = 0.8, lowest: int = LOWEST, highest: int = HIGHEST) -> Frames:
    """What a careful listener would measure. Candidates: every struck onset, and weak ones all over the rest."""
    duration_s = max((one.offset_s for one in played), default=0.0) + tail_s
    count, width = int(duration_s / HOP_S) + 1, highest - lowest + 1
    logits = np.full((count, width), -4.0, np.float32)
    voiced = np.zeros(count, np.bool_)
    for one in sorted(played, key=lambda one: one.onset_s):
        first, last = round(one.onset_s / HOP_S), round(one.offset_s / HOP_S)
        voiced[first:last] = True
        logits[first:last] = -4.0
        for octave, strength in ((0, 0.0), (12, -1.5), (-12, -2.5)):
            if 0 <= one.pitch + octave - lowest < width:
                logits[first:last, one.pitch + octave - lowest] = strength
    fine = 2 * count
    strengths = _candidates(played, fine)
    onsets = np.flatnonzero(strengths)
    blank = np.zeros(count, np.float32)
    likely = np.exp(1.5 * logits)
    return Frames(
        duration_s=duration_s,
        peak_dbfs=-6.0,
        room_dbfs=-70.0,
        threshold_dbfs=-50.0,
        lowest_pitch=lowest,
        tuning=0.0,
        f0=np.where(voiced, lowest + logits.argmax(axis=1), np.nan).astype(np.float32),
        level_dbfs=np.where(voiced, -15.0, -70.0).astype(np.float32),
        voiced=voiced,
        tonal=voiced,
        salience=logits + 2,
        posterior=(likely / likely.sum(axis=1, keepdims=True) * voiced[:, None]).astype(np.float32),
        logits=logits,
        reward=reward(logits, voiced),
        garbage=np.where(voiced, 0.1, -0.03).astype(np.float32),
        fine_level_db=np.repeat(np.where(voiced, 0.0, -50.0), 2).astype(np.float32),
        flux=strengths,
        pitch_flux=np.repeat(strengths[:, None], width, axis=1),
        rise=np.repeat(blank, 2),
        pitch_change=np.repeat(blank, 2),
        onsets_fine=onsets,
        onset_strengths=strengths[onsets],
    )


def _candidates(played: Sequence[Played], fine: int) -> np.ndarray:
    strengths = np.zeros(fine, np.float32)
    for at in range(0, fine, round(FILLED_EVERY_S / FINE_HOP_S)):
        strengths[at] = FILLING
    for one in played:
        at = round(one.onset_s / FINE_HOP_S)
        if one.struck:
            strengths[max(at - 5, 0) : at + 6] = 0
            strengths[at] = one.struck
    return strengths
