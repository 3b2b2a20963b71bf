"""Two small pictures, as SVG: how far forecasts are true, and how near each policy comes to the oracle's."""

from __future__ import annotations

from collections.abc import Sequence

from benchmarks.learning.forecasting import Forecasts
from benchmarks.learning.practising import Practice

SIZE, MARGIN = 340, 44
TEXT = 'font-family="sans-serif" font-size="11" fill="#333"'
OURS = "Woodshed"
COLOURS = ("#222", "#06a", "#b50", "#390", "#a3a", "#777", "#999", "#c90", "#069")


def pictures(forecasts: Forecasts, practices: Sequence[Practice]) -> str:
    """Side by side."""
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {2 * SIZE + 110} {SIZE}" width="{2 * SIZE + 110}"'
        f' height="{SIZE}">',
        "<title>Forecast chance against the share right; how far practice lies behind the oracle's</title>",
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
        f'<path d="M{_x(0)} {_y(0)}L{_x(1)} {_y(1)}" stroke="#999" stroke-dasharray="4 3" fill="none"/>',
    ]
    most = max(notes for _, _, notes, _ in forecasts.reliability)
    for forecast, share, notes, _ in forecasts.reliability:
        radius = 2 + 4 * (notes / most) ** 0.5
        parts.append(f'<circle cx="{_x(forecast):.1f}" cy="{_y(share):.1f}" r="{radius:.1f}" fill="#06a"/>')
    return parts


def _gains(practices: Sequence[Practice]) -> list[str]:
    """How far each policy's students lie behind the oracle's after each session: of itself one line is like another."""
    oracle = practices[0].exams[:-1]
    behind = {one.name: [own - best for own, best in zip(one.exams[:-1], oracle, strict=True)] for one in practices}
    low = min(0.0, *(share for line in behind.values() for share in line)) or -0.01
    high = max(0.0, *(share for line in behind.values() for share in line))
    sessions = len(oracle) - 1
    zero = -low / (high - low)
    parts = _frame(
        "sessions",
        "of a hundred notes right, behind the oracle's",
        (0.0, 0.5, 1.0),
        (0.0, zero / 2, zero),
        (0, sessions // 2, sessions),
        (round(100 * low, 1), round(50 * low, 1), 0),
    )
    last = 0.0
    for number, (name, line) in enumerate(sorted(behind.items(), key=lambda one: -one[1][-1])):
        heights = [_y((share - low) / (high - low)) for share in line]
        points = "L".join(f"{_x(session / sessions):.1f} {height:.1f}" for session, height in enumerate(heights))
        width = 2.5 if name == OURS else 1.2
        parts.append(f'<path d="M{points}" stroke="{COLOURS[number]}" stroke-width="{width}" fill="none"/>')
        last = max(last + 14, heights[-1] + 4)
        colour = TEXT.replace("#333", COLOURS[number])
        parts.append(f'<text x="{_x(1) + 6:.1f}" y="{last:.1f}" {colour}>{name}</text>')
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
