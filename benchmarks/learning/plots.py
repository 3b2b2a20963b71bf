"""Two small pictures, as SVG: how far forecasts are true, and what practice gains under each policy."""

from __future__ import annotations

from collections.abc import Sequence

from benchmarks.learning.forecasting import Forecasts
from benchmarks.learning.practising import Practice

SIZE, MARGIN = 340, 44
TEXT = 'font-family="sans-serif" font-size="11" fill="#333"'
COLOURS = ("#222", "#06a", "#b50", "#390", "#a3a", "#777", "#bbb", "#c90", "#069")


def pictures(forecasts: Forecasts, practices: Sequence[Practice]) -> str:
    """Side by side."""
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {2 * SIZE + 110} {SIZE}" width="{2 * SIZE + 110}"'
        f' height="{SIZE}">',
        "<title>Forecast chance against the share right; share right in all skills over the takes</title>",
        f'<rect width="{2 * SIZE + 110}" height="{SIZE}" fill="#fff"/>',
        *_reliability(forecasts),
        f'<g transform="translate({SIZE} 0)">',
        *_gains(practices),
        "</g>",
        "</svg>",
        "",
    ]
    return "\n".join(parts)


def _x(share: float) -> float:
    return MARGIN + share * (SIZE - 2 * MARGIN)


def _y(share: float) -> float:
    return SIZE - MARGIN - share * (SIZE - 2 * MARGIN)


def _reliability(forecasts: Forecasts) -> list[str]:
    parts = [
        *_frame("forecast", "share that went right", (0.0, 0.25, 0.5, 0.75, 1.0), (0.0, 0.25, 0.5, 0.75, 1.0)),
        f'<path d="M{_x(0)} {_y(0)}L{_x(1)} {_y(1)}" stroke="#8a8" fill="none"/>',
    ]
    most = max(notes for _, _, notes, _ in forecasts.reliability)
    for forecast, share, notes, _ in forecasts.reliability:
        radius = 2 + 4 * (notes / most) ** 0.5
        parts.append(f'<circle cx="{_x(forecast):.1f}" cy="{_y(share):.1f}" r="{radius:.1f}" fill="#06a"/>')
    return parts


def _gains(practices: Sequence[Practice]) -> list[str]:
    every = [exam for practice in practices for exam in practice.exams[:-1]]
    low, high = min(every), max(every)
    sessions = len(practices[0].exams) - 2
    ticks = [round(low + share * (high - low), 2) for share in (0.0, 0.5, 1.0)]
    parts = _frame(
        "sessions", "all skills: share right", (0.0, 0.5, 1.0), (0.0, 0.5, 1.0), (0, sessions // 2, sessions), ticks
    )
    last = 0.0
    for number, one in enumerate(sorted(practices, key=lambda one: -one.exams[-2])):
        line = "L".join(
            f"{_x(session / sessions):.1f} {_y((exam - low) / (high - low)):.1f}"
            for session, exam in enumerate(one.exams[:-1])
        )
        parts.append(f'<path d="M{line}" stroke="{COLOURS[number]}" fill="none"/>')
        last = max(last + 14, _y((one.exams[-2] - low) / (high - low)) + 4)
        colour = TEXT.replace("#333", COLOURS[number])
        parts.append(f'<text x="{_x(1) + 6:.1f}" y="{last:.1f}" {colour}>{one.name}</text>')
    return parts


def _frame(
    across: str,
    upwards: str,
    xs: Sequence[float],
    ys: Sequence[float],
    x_labels: Sequence[float] | None = None,
    y_labels: Sequence[float] | None = None,
) -> list[str]:
    parts = [f'<path d="M{_x(0)} {_y(1)}V{_y(0)}H{_x(1)}" stroke="#333" fill="none"/>']
    for share, label in zip(xs, x_labels or xs, strict=True):
        parts.append(f'<text x="{_x(share):.1f}" y="{_y(0) + 16:.1f}" text-anchor="middle" {TEXT}>{label:g}</text>')
    for share, label in zip(ys, y_labels or ys, strict=True):
        parts.append(f'<text x="{_x(0) - 6:.1f}" y="{_y(share) + 4:.1f}" text-anchor="end" {TEXT}>{label:g}</text>')
    parts.append(f'<text x="{SIZE / 2}" y="{SIZE - 8}" text-anchor="middle" {TEXT}>{across}</text>')
    parts.append(
        f'<text x="12" y="{SIZE / 2}" text-anchor="middle" transform="rotate(-90 12 {SIZE / 2})" {TEXT}>'
        f"{upwards}</text>"
    )
    return parts
