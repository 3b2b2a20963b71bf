"""A **Take** with exact truth: what stands in the score, what was really sounded, and the recording of it."""

from __future__ import annotations

import io
import wave
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tutor.notation.score import Score

SAMPLE_RATE_HZ = 44_100
Samples = NDArray[np.float32]

# "not struck": a repeated note that ran on out of the one before. It is missing, but often nobody can hear that.
TRUTHS = ("right", "pitch", "octave", "missing", "late", "early", "not struck")
LENGTHS = ("", "short", "long")


@dataclass(frozen=True)
class Sounded:
    """One note as it was played. `note` is its index in `score.notes`, None for a note that the score hasn't."""

    note: int | None
    pitch: float  # sounding MIDI number, the detuning in its decimals
    onset_s: float
    offset_s: float
    kind: str = ""  # of a note that the score hasn't: "extra" or, the same pitch struck again, "repeated"


@dataclass(frozen=True)
class Order:
    """What to make: small, picklable, and enough to make the same take anywhere."""

    name: str
    player: str  # "soundfont/violin": a key of PLAYERS
    condition: str
    story: str
    tune: str  # a name that `tunes.tune` knows
    seed: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Take:
    """One performance of one score. A played twice (after a restart) note is judged by its last playing."""

    name: str
    source: str  # "soundfont", "synthesis", "notes"
    instrument: str  # the player; all sources' violins are "violin"
    condition: str
    story: str
    score: Score
    bpm: float  # as it was played; `score.bpm` is what was asked
    samples: Samples  # mono, 44.1 kHz
    truth: tuple[str, ...]  # per score note, one of TRUTHS; in another key every note is "pitch"
    lengths: tuple[str, ...]  # per score note, one of LENGTHS
    sounded: tuple[Sounded, ...]  # in time order
    restart_s: float | None = None  # when the player went back

    @property
    def duration_s(self) -> float:
        return len(self.samples) / SAMPLE_RATE_HZ

    def wav(self) -> bytes:
        """The recording as a file: 16 bit."""
        return wav_file(self.samples)


def wav_file(samples: Samples) -> bytes:
    """Mono, 16 bit, 44.1 kHz."""
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(SAMPLE_RATE_HZ)
        out.writeframes((np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes())
    return file.getvalue()
