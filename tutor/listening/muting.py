"""Frames of a take with its beginning left out: before the count-in is over nobody plays."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from tutor.listening.frames import FINE_HOP_S, HOP_S, Frames
from tutor.listening.weighing import SILENCE_COST


def without_beginning(frames: Frames, until_s: float) -> Frames:
    """The same frames, silent before `until_s`; how loud the room is was heard there too, and stays known."""
    until, until_fine = round(until_s / HOP_S), round(until_s / FINE_HOP_S)
    if until <= 0:
        return frames
    kept = frames.onsets_fine >= until_fine
    muted = {
        name: getattr(frames, name).copy()
        for name in ("f0", "voiced", "tonal", "posterior", "reward", "garbage", "flux", "pitch_flux", "rise")
    }
    muted["f0"][:until] = np.nan
    muted["reward"][:until] = muted["garbage"][:until] = -SILENCE_COST
    for name in ("voiced", "tonal", "posterior"):
        muted[name][:until] = 0
    for name in ("flux", "pitch_flux", "rise"):
        muted[name][:until_fine] = 0
    return replace(frames, **muted, onsets_fine=frames.onsets_fine[kept], onset_strengths=frames.onset_strengths[kept])
