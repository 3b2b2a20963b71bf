"""An **Assessment**: one hearing of one take. What was judged of each note, the grade in its parts, and why.

The shape of `Assessment.to_dict()` is public: `python -m tutor assess --json` prints it and the API
serves it. Add to it; never rename or remove.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from tutor.clock import Latency

CORRECT, WRONG, MISSING, NOT_HEARD = "correct", "wrong", "missing", "not_heard"
VERDICTS = (CORRECT, WRONG, MISSING, NOT_HEARD)
FAULTS = ("pitch", "octave", "intonation", "early", "late", "short", "long")


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that was off. `amount`: semitones (pitch, octave; signed), cents (intonation; signed),
    milliseconds (early, late; positive), or the duration ratio (short, long)."""

    kind: str
    amount: float


@dataclass(frozen=True, slots=True)
class NoteVerdict:
    """What was judged of one score note. Whatever could not be measured is None."""

    id: str
    pitch: int  # sounding MIDI number that was written
    onset_beat: float
    duration_beat: float
    verdict: str
    faults: tuple[Fault, ...] = ()
    heard_pitch: float | None = None  # MIDI, tuning offset removed
    cents: float | None = None  # from the written pitch, tuning offset removed; positive is sharp
    onset_s: float | None = None
    onset_error_ms: float | None = None  # positive is late
    duration_ratio: float | None = None
    confidence: float = 0.0
    reason: str = ""  # Why it was not heard: "noise", "overlap", "too soft", "not reached".
    level_db: float | None = None  # how loud it was, against the take's loud notes: 0 is as loud as those


@dataclass(frozen=True, slots=True)
class Extra:
    """A note that was played and is not in the score (an insertion)."""

    pitch: float
    onset_s: float
    offset_s: float
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Restart:
    """The player stopped before `from_note` and went on from the earlier `to_note`."""

    at_s: float
    from_note: str
    to_note: str


@dataclass(frozen=True, slots=True)
class Ask:
    """The exercise that a cause asks for, in the words of the technique composer: a small order.

    `skill` is what it trains, a tag of `tutor.composing.skills`; `kind`, `fifths`, `mode`, `metre` and `figure` are
    those of a `TechniqueOrder`. `tempo` times the take's own is how fast. `bars`: the first and last bar of the piece
    to play again before anything else, or None.
    """

    skill: str
    kind: str
    fifths: int = 0
    mode: str = "major"
    metre: str = "4/4"
    figure: str = ""
    tempo: float = 1.0
    bars: tuple[int, int] | None = None

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Ask:
        """Back from JSON, where a pair is a list."""
        bars = data.get("bars")
        return cls(**{**data, "bars": None if bars is None else (bars[0], bars[1])})


@dataclass(frozen=True, slots=True)
class Cause:
    """One reason behind several verdicts, in a teacher's words, and the notes that show it.

    `text` is the whole of what is said: how it showed, and what to do about it. Both are also held apart.
    """

    code: str
    text: str
    notes: tuple[str, ...] = ()
    showed: str = ""  # facts and figures
    remedy: str = ""  # one thing to do
    asks_for: Ask | None = None
    # How both were made, for who reads another language: see tutor/saying.py. Older hearings have none.
    said: Mapping[str, Any] = field(default_factory=dict, compare=False)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Cause:
        """Back from JSON. Those of older hearings have a code, a text and notes."""
        asked = data.get("asks_for")
        asks_for = None if asked is None else Ask.from_dict(asked)
        return cls(**{**data, "notes": tuple(data["notes"]), "asks_for": asks_for})


@dataclass(frozen=True, slots=True)
class Grade:
    """Each part 0 to 100, or None where there was no evidence."""

    overall: float | None
    pitch: float | None
    intonation: float | None
    rhythm: float | None
    tempo: float | None
    completeness: float | None


@dataclass(frozen=True, slots=True)
class PitchTrace:
    """What was heard over time: one sounding MIDI number (cents as decimals) a hop, None where unvoiced."""

    hop_s: float
    midi: tuple[float | None, ...]
    level_db: tuple[float, ...] = ()


@dataclass(frozen=True)
class Assessment:
    """One hearing of one take."""

    engine: str
    grade: Grade
    tuning_cents: float
    tempo_bpm: float | None
    notes: tuple[NoteVerdict, ...]
    extras: tuple[Extra, ...] = ()
    restarts: tuple[Restart, ...] = ()
    causes: tuple[Cause, ...] = ()
    rubric: str = "standard"
    noise_dbfs: float | None = None
    played_share: float | None = None
    duration_s: float | None = None
    latency: Latency | None = None  # what was held against nobody; None: nobody knows it
    trace: PitchTrace | None = field(default=None, compare=False)

    def to_dict(self) -> dict[str, Any]:
        """The public JSON object. The pitch trace is large and travels apart: `trace_to_dict`."""
        data = asdict(self)
        del data["trace"]
        return data

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Assessment:
        """Back from `to_dict`; the trace is kept apart and stays None."""
        return cls(
            **{key: data.get(key) for key in ("tempo_bpm", "noise_dbfs", "played_share", "duration_s")},
            engine=data["engine"],
            rubric=data.get("rubric", "standard"),
            latency=Latency(**data["latency"]) if data.get("latency") else None,
            tuning_cents=data["tuning_cents"],
            grade=Grade(**data["grade"]),
            notes=tuple(
                NoteVerdict(**{**note, "faults": tuple(Fault(**fault) for fault in note["faults"])})
                for note in data["notes"]
            ),
            extras=tuple(Extra(**extra) for extra in data["extras"]),
            restarts=tuple(Restart(**restart) for restart in data["restarts"]),
            causes=tuple(Cause.from_dict(cause) for cause in data["causes"]),
        )
