"""A whole take in another key: a B flat instrument read as concert pitch, a singer who began where it was easy."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tutor.listening.frames import Frames
from tutor.notation.score import Note

MOST_SHIFT = 14  # semitones: a tenor saxophone's
TRIED = 4


def likely_shifts(notes: Sequence[Note], frames: Frames) -> list[int]:
    """The semitones, but 0, by which the written pitches must move to sound most as long as they were heard."""
    pitches = frames.posterior.shape[1]
    heard = np.pad(frames.posterior.sum(axis=0, dtype=np.float64), 2 * MOST_SHIFT)
    heard = np.sqrt(heard / max(heard.sum(), 1e-9))
    columns = np.array([note.pitch for note in notes]) - frames.lowest_pitch
    columns = np.clip(columns, -MOST_SHIFT, pitches + MOST_SHIFT - 1)
    written = np.bincount(
        columns + 2 * MOST_SHIFT, weights=[note.duration_beat for note in notes], minlength=len(heard)
    )
    written = np.sqrt(written / max(written.sum(), 1e-9))
    shifts = [shift for shift in range(-MOST_SHIFT, MOST_SHIFT + 1) if shift]
    alike = {shift: float(written @ np.roll(heard, -shift)) for shift in shifts}
    return sorted(shifts, key=lambda shift: -alike[shift])[:TRIED]
