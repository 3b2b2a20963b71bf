"""The **Clock**: what the page knows of when things were meant to sound, in the recording's own time; and how much of a
lateness may be the machine's."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

SLOWEST_BPM, FASTEST_BPM = 10, 400
# A recording has ten minutes; a metronome at 400 clicks 4,000 times in them.
LONGEST_S, MOST_CLICKS = 3600.0, 10_000
# No loudspeaker is later than a bad wireless one.
LONGEST_LATENCY_S = 2.0

# Between two takes on one device the latency was seen to move by up to 83 ms: a calibration is never surer than half of
# that, and after a week it is worth no more than that and a little.
CALIBRATION_DOUBT_S = 0.045
DOUBT_GROWTH_S_A_DAY = 0.008
MOST_DOUBT_S = 0.1
DAY_S = 86_400.0

# A lateness within this may always be the machine's.
JUDGED_LATENESS_S = 0.03


class BadClock(ValueError):
    """No clock that anybody could have played to. str() is one sentence."""


@dataclass(frozen=True, slots=True)
class Latency:
    """From when a click was scheduled to when the recording has it: through loudspeaker, air and microphone."""

    latency_s: float
    doubt_s: float  # how far that may be off
    heard: int = 0  # how many clicks of this very take say so; 0: an earlier calibration does

    @property
    def is_measured(self) -> bool:
        """Whether this take itself told."""
        return self.heard > 0


@dataclass(frozen=True, slots=True)
class Clock:
    """Times are seconds from the recording's first sample, as scheduled (the sound comes later by the latency)."""

    bpm: float  # quarter notes a minute the metronome kept
    beat0_s: float  # when the score's first beat was scheduled
    clicks_s: tuple[float, ...] = ()  # scheduled metronome clicks, the count-in's first
    latency_s: float | None = None  # from scheduled to recorded: measured, or as last calibrated on this device
    latency_doubt_s: float | None = None  # how far that may be off
    latency_age_s: float | None = None  # how long ago that was; None: in this take

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Clock:
        """Raises KeyError or TypeError on anything but the fields above, BadClock where they make no clock."""
        clock = cls(
            bpm=float(data["bpm"]),
            beat0_s=float(data["beat0_s"]),
            clicks_s=tuple(float(click) for click in data.get("clicks_s", ())),
            latency_s=_number_or_none(data.get("latency_s")),
            latency_doubt_s=_number_or_none(data.get("latency_doubt_s")),
            latency_age_s=_number_or_none(data.get("latency_age_s")),
        )
        _check(clock)
        return clock

    @property
    def count_in_s(self) -> tuple[float, ...]:
        """The clicks before the first beat: nobody plays over them."""
        return tuple(click_s for click_s in self.clicks_s if click_s < self.beat0_s - 0.001)

    @property
    def told_latency(self) -> Latency | None:
        """What the page brought along: an earlier calibration, its doubt grown with its age. None: there is none."""
        if self.latency_s is None:
            return None
        if self.latency_age_s is None and self.latency_doubt_s is not None:
            return Latency(self.latency_s, self.latency_doubt_s)
        doubt_s = calibration_doubt_s(self.latency_age_s or 0.0, self.latency_doubt_s or 0.0)
        return Latency(self.latency_s, doubt_s)

    def with_latency(self, latency: Latency | None) -> Clock:
        """This clock, by the best that is known of its latency."""
        if latency is None:
            return replace(self, latency_s=None, latency_doubt_s=None, latency_age_s=None)
        return replace(self, latency_s=latency.latency_s, latency_doubt_s=latency.doubt_s, latency_age_s=None)


def calibration_doubt_s(age_s: float, doubt_s: float = 0.0) -> float:
    """How far an earlier calibration may be off by now: never less than it was, nor than between any two takes."""
    grown_s = CALIBRATION_DOUBT_S + DOUBT_GROWTH_S_A_DAY * max(age_s, 0.0) / DAY_S
    return max(doubt_s, min(grown_s, MOST_DOUBT_S))


def held_against(late_s: float, latency: Latency | None) -> float | None:
    """A steady lateness (negative: ahead) that is certainly the player's own; None where it may be the machine's."""
    if latency is None or not math.isfinite(late_s):
        return None
    return late_s if abs(late_s) > JUDGED_LATENESS_S + latency.doubt_s else None


def _check(clock: Clock) -> None:
    if not SLOWEST_BPM <= clock.bpm <= FASTEST_BPM:
        raise BadClock(f"The clock's tempo must lie between {SLOWEST_BPM} and {FASTEST_BPM} quarter notes a minute.")
    if len(clock.clicks_s) > MOST_CLICKS:
        raise BadClock(f"A clock has at most {MOST_CLICKS:,} clicks.")
    if not all(abs(time_s) <= LONGEST_S for time_s in (clock.beat0_s, *clock.clicks_s)):
        raise BadClock("The clock's times must be seconds from the beginning of the recording.")
    if abs(clock.latency_s or 0.0) > LONGEST_LATENCY_S or math.isnan(clock.latency_s or 0.0):
        raise BadClock(f"The clock's latency must be less than {LONGEST_LATENCY_S:g} seconds.")
    if not all(0 <= (number or 0.0) < math.inf for number in (clock.latency_doubt_s, clock.latency_age_s)):
        raise BadClock("The doubt and the age of the clock's latency must be seconds, and not negative.")


def _number_or_none(value: object) -> float | None:
    return None if value is None else float(value)  # type: ignore[arg-type]
