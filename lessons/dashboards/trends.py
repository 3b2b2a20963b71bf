"""Where a line of grades goes."""

from __future__ import annotations

from collections.abc import Sequence

SPARKLINE_TAKES = 10
RECENT_TAKES = 3  # of the sparkline's, against those before


def trend_of(grades: Sequence[float]) -> float | None:
    """The last takes' mean against those before, in points. None with fewer than two on either side."""
    recent, before = grades[-RECENT_TAKES:], grades[:-RECENT_TAKES]
    if len(recent) < 2 or len(before) < 2:
        return None
    return round(sum(recent) / len(recent) - sum(before) / len(before), 1)
