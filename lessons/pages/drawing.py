"""Numbers as shapes: where the bars, lines and dots of a chart go. The templates put the SVG around them.

Coordinates are SVG user units, y downwards; every chart is drawn for the same width so that its text keeps one size.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH = 360.0
HEIGHT = 130.0
# Under the axis, for the labels.
FOOT = 22.0


@dataclass(frozen=True, slots=True)
class Bar:
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Dot:
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Span:
    """A value and the interval it may lie in, all along one line."""

    low: float
    at: float
    high: float


def bars(values: Sequence[float], at_least: float = 3.0) -> list[Bar]:
    """One bar a value, the tallest as high as the chart; `at_least` keeps one short day from filling the wall."""
    if not values:
        return []
    step = WIDTH / len(values)
    floor = HEIGHT - FOOT
    top = max(at_least, *values)
    # A day with any practice at all is seen: two units high at least.
    heights = [max(2.0, floor * value / top) if value > 0 else 0.0 for value in values]
    return [
        Bar(round(index * step + 0.15 * step, 1), round(floor - height, 1), round(0.7 * step, 1), round(height, 1))
        for index, height in enumerate(heights)
    ]


def line(values: Sequence[float], low: float = 0.0, high: float = 100.0) -> list[Dot]:
    """Evenly spaced dots, values clamped to low..high; one value alone stands at the right, as the latest."""
    floor = HEIGHT - FOOT
    step = WIDTH / max(len(values) - 1, 1)
    first = WIDTH if len(values) == 1 else 0.0
    return [
        Dot(round(first + index * step, 1), round(floor * (1 - _share(value, low, high)), 1))
        for index, value in enumerate(values)
    ]


def points(dots: Sequence[Dot]) -> str:
    """For `<polyline points>`."""
    return " ".join(f"{dot.x:g},{dot.y:g}" for dot in dots)


def span(low: float, at: float, high: float) -> Span:
    """Probabilities 0..1 along the chart's width."""
    return Span(*(round(WIDTH * _share(value, 0.0, 1.0), 1) for value in (low, at, high)))


def sparkline(values: Sequence[float], width: float = 128.0, height: float = 34.0) -> list[Dot]:
    """A line of grades without axes, oldest first."""
    step = width / max(len(values) - 1, 1)
    first = width if len(values) == 1 else 0.0
    return [
        Dot(round(first + index * step, 1), round(height * (1 - _share(value, 0.0, 100.0)), 1))
        for index, value in enumerate(values)
    ]


def _share(value: float, low: float, high: float) -> float:
    return min(max((value - low) / (high - low), 0.0), 1.0)
