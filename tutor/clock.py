"""The **Clock**: what the page knows of when things were meant to sound, in the recording's own time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Clock:
    """Times are seconds from the recording's first sample, as scheduled (the sound comes later by the latency)."""

    bpm: float  # quarter notes a minute the metronome kept
    beat0_s: float  # when the score's first beat was scheduled
    clicks_s: tuple[float, ...] = ()  # scheduled metronome clicks, the count-in's first
    latency_s: float | None = None  # from scheduled to recorded, if it was measured
    latency_doubt_s: float | None = None  # how far that measurement may be off

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Clock:
        """Raises KeyError, TypeError or ValueError on anything but the fields above."""
        return cls(
            bpm=float(data["bpm"]),
            beat0_s=float(data["beat0_s"]),
            clicks_s=tuple(float(click) for click in data.get("clicks_s", ())),
            latency_s=_number_or_none(data.get("latency_s")),
            latency_doubt_s=_number_or_none(data.get("latency_doubt_s")),
        )


def _number_or_none(value: object) -> float | None:
    return None if value is None else float(value)  # type: ignore[arg-type]
