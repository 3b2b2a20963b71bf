"""The metre in ticks: how long its bar is, where its beats lie, how strong each place is."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

SIMPLE, COMPOUND = 24, 36  # a quarter and a dotted quarter
# How bars are counted that are not made of equal beats; the usual way first.
UNEVEN_GROUPS = {
    (5, 8): ((36, 24), (24, 36)),
    (7, 8): ((24, 24, 36), (36, 24, 24), (24, 36, 24)),
}
METRES = ((2, 4), (3, 4), (4, 4), (5, 4), (6, 4), (2, 2), (3, 2), (3, 8), (6, 8), (9, 8), (12, 8), (5, 8), (7, 8))


@dataclass(frozen=True, slots=True)
class Pulse:
    """beat: what the foot taps, as `durations.beat_length` says. groups: ways to count the bar, each a sequence of
    quarters (24) and dotted quarters (36)."""

    beats: int
    beat_type: int
    bar: int
    beat: int
    groups: tuple[tuple[int, ...], ...]

    @property
    def is_compound(self) -> bool:
        return self.beat % 36 == 0

    @property
    def half(self) -> int | None:
        """Where the second strong beat of the bar lies, if it has one."""
        if self.is_compound:
            return 72 if self.beats == 12 else None
        if self.beats == 5 and self.beat_type == 4:
            return 72  # three and two, the usual way
        halves = self.beats in (4, 6) or (self.beats, self.beat_type) == (2, 2)
        return self.bar // 2 if halves else None

    def strength(self, onset: int) -> int:
        """3 downbeat, 2 half bar or compound beat, 1 beat, 0 off the beat."""
        if onset % self.bar == 0:
            return 3
        if self.is_compound:
            return 2 if onset % COMPOUND == 0 else int(onset % 12 == 0)
        if onset == self.half:
            return 2
        return int(onset % (96 // self.beat_type) == 0)


@lru_cache(maxsize=32)
def pulse_of(metre: tuple[int, int]) -> Pulse:
    """The metre's own pulse; KeyError where it is none of METRES."""
    beats, beat_type = metre
    if metre not in METRES:
        raise KeyError(metre)
    bar = 96 * beats // beat_type
    beat = 288 // beat_type if beat_type >= 8 and beats % 3 == 0 else 96 // beat_type
    unit = COMPOUND if beat % 36 == 0 else SIMPLE
    return Pulse(beats, beat_type, bar, beat, UNEVEN_GROUPS.get(metre, ((unit,) * (bar // unit),)))
