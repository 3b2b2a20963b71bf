"""Which key each bar is in: home, and where a melody modulates, away to a near key and back."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from tutor.composing.pitch.order import LocalKey

MOST_FIFTHS = 7
FEWEST_BARS_TO_LEAVE = 4
# From this length on there is room for a passage of its own after the middle.
BARS_WITH_MIDDLE_PART = 16


@dataclass(frozen=True, slots=True)
class KeyPlan:
    """The local keys, home first, and the key of each bar (its index), bars from 1; the upbeat is in the first."""

    keys: tuple[LocalKey, ...]
    by_bar: tuple[int, ...]

    def key_at(self, bar: int) -> int:
        """Index of the key that a bar is in."""
        return self.by_bar[max(bar, 1) - 1]


def plan_keys(home: LocalKey, bars: int, modulates: bool, rng: np.random.Generator) -> KeyPlan:
    """Home throughout, or one passage in a near key that has cadenced by the middle, or (16 bars) begins there."""
    if not modulates or bars < FEWEST_BARS_TO_LEAVE:
        return KeyPlan((home,), (0,) * bars)
    near = _near_keys(home)
    weights = np.array([weight for _, weight in near])
    away = near[int(rng.choice(len(near), p=weights / weights.sum()))][0]
    middle = bars // 2
    first, last = middle - max(middle // 4, 1) + (middle < 4), middle
    if bars >= BARS_WITH_MIDDLE_PART and rng.random() < 0.5:
        first, last = middle + 1, middle + bars // 4
    return KeyPlan((home, away), tuple(int(first <= bar <= last) for bar in range(1, bars + 1)))


def _near_keys(home: LocalKey) -> list[tuple[LocalKey, float]]:
    """The keys a melody of this kind goes to, and how readily."""
    if home.mode == "major":
        near = [
            (LocalKey(home.fifths + 1), 6.0),
            (LocalKey(home.fifths, "minor"), 3.0),
            (LocalKey(home.fifths - 1), 1.0),
        ]
    else:
        near = [(LocalKey(home.fifths), 7.0), (LocalKey(home.fifths + 1, "minor"), 3.0)]
    return [(key, weight) for key, weight in near if abs(key.fifths) <= MOST_FIFTHS]
