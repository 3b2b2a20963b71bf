"""Where the recordings of real people lie, and scores made of what they were asked for."""

from __future__ import annotations

import io
import wave
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import numpy as np

from benchmarks.takes.sheet import spelled
from tutor.notation.score import Bar, Key, Metre, Score, Symbol

RECORDINGS = Path(__file__).resolve().parents[3] / "shared" / "recordings"
NOT_HERE = "The recordings of real people do not lie beside the project (../shared/recordings): left out."
SAMPLE_RATE_HZ = 44_100


def are_here() -> bool:
    return (RECORDINGS / "sung_melodies").is_dir()


def score_of(pitches: Sequence[int], lengths_beat: Sequence[float], *, bpm: float) -> Score:
    """One note after the other, in one bar for all that it matters; a length of 0.333 is a third."""
    symbols, onset = [], Fraction(0)
    for number, (pitch, length) in enumerate(zip(pitches, lengths_beat, strict=True), start=1):
        beats = Fraction(float(length)).limit_denominator(960)
        symbols.append(Symbol(f"n{number}", onset, beats, spelled(pitch, 0)))
        onset += beats
    keys, metres = (Key(Fraction(0), 0),), (Metre(Fraction(0), 4, 4),)
    return Score(tuple(symbols), (Bar(1, Fraction(0), onset),), keys, metres, bpm=bpm)


def wav(samples: np.ndarray) -> bytes:
    """16 bit, mono, 44.1 kHz: what a browser would send."""
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(SAMPLE_RATE_HZ)
        out.writeframes((np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes())
    return file.getvalue()
