"""A score as sound, plainly: for an ear that is to find the notes by itself, and must not be given them.

A WAV file of 16-bit mono samples. Each note is a few harmonics that die away as a struck string's do; no instrument
in particular. Rests and silence are zeros; an empty score is half a second of silence.
"""

from __future__ import annotations

import io
import wave

import numpy as np
from numpy.typing import NDArray

from tutor.notation.score import Score

RATE_HZ = 16_000  # The fourth harmonic of the highest flute is under half of it.
HARMONICS = (1.0, 0.5, 0.28, 0.14, 0.07)
ATTACK_S, RELEASE_S, DECAY_S = 0.012, 0.06, 1.6
LEVEL = 0.35
TAIL_S = 0.5
A4_HZ, A4 = 440.0, 69


def render_wav(score: Score, bpm: float | None = None) -> bytes:
    """The notes as they sound (transposition included), at `bpm` quarter notes a minute (None: the score's own)."""
    beat_s = 60.0 / (bpm or score.bpm)
    end_s = float(score.duration_beat) * beat_s + TAIL_S
    sound = np.zeros(int(end_s * RATE_HZ) + 1)
    for note in score.notes:
        first = int(note.onset_beat * beat_s * RATE_HZ)
        tone = _tone(note.pitch, note.duration_beat * beat_s)[: len(sound) - first]
        sound[first : first + len(tone)] += tone
    return _wav(sound)


def _tone(pitch: int, duration_s: float) -> NDArray[np.float64]:
    """One note of a MIDI number."""
    times = np.arange(max(1, int(duration_s * RATE_HZ))) / RATE_HZ
    f0_hz = A4_HZ * 2 ** ((pitch - A4) / 12)
    partials = [
        weight * np.sin(2 * np.pi * f0_hz * number * times)
        for number, weight in enumerate(HARMONICS, start=1)
        if f0_hz * number < RATE_HZ / 2
    ]
    rise = np.minimum(times / ATTACK_S, 1.0)
    fall = np.clip((duration_s - times) / RELEASE_S, 0.0, 1.0)
    tone: NDArray[np.float64] = LEVEL * sum(partials, np.zeros(len(times))) * rise * fall * np.exp(-times / DECAY_S)
    return tone


def _wav(sound: NDArray[np.float64]) -> bytes:
    samples = (np.clip(sound, -1.0, 1.0) * 32767).astype("<i2")
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE_HZ)
        out.writeframes(samples.tobytes())
    return file.getvalue()
