"""Whether a confidence means something: of the verdicts held at .8, are .8 right?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from benchmarks.measuring.judged import JudgedNote, JudgedTake
from tutor.grading.assessment import CORRECT, MISSING, NOT_HEARD, WRONG

EDGES = (0.0, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 1.0)
IN_DOUBT = 0.95
SIZE, MARGIN = 320, 44


@dataclass(frozen=True, slots=True)
class Bin:
    """The verdicts of some span of confidence."""

    low: float
    high: float
    count: int
    confidence: float  # their mean
    right: float  # the share that are right

    @property
    def error_95(self) -> float:
        """How far the share may be off by the luck of the draw."""
        return 1.96 * float(np.sqrt(max(self.right * (1 - self.right), 0.25 / self.count) / self.count))


@dataclass(frozen=True)
class Reliability:
    """`calibration_error`: |confidence - share right|, weighted by the bins' counts; also where confidence is low."""

    bins: tuple[Bin, ...]
    calibration_error: float | None
    calibration_error_in_doubt: float | None
    furthest_off: float | None  # the worst bin of at least a hundred verdicts


def reliability(takes: Sequence[JudgedTake]) -> Reliability:
    """Over every verdict that was given; of notes in another key and after a stop, none."""
    notes = [note for take in takes if take.is_test_of_notes for note in take.notes if note.is_reached]
    notes = [note for note in notes if note.verdict != NOT_HEARD and not note.is_mended]
    confidence = np.array([note.confidence for note in notes])
    right = np.array([is_right(note) for note in notes], float)
    bins = []
    for low, high in pairwise(EDGES):
        inside = (confidence >= low) & (confidence < (high if high < 1 else 2))
        if inside.any():
            share, stated = float(right[inside].mean()), float(confidence[inside].mean())
            bins.append(Bin(low, high, int(inside.sum()), stated, share))
    return Reliability(
        tuple(bins),
        _error(bins),
        _error([one for one in bins if one.high <= IN_DOUBT]),
        max((abs(one.confidence - one.right) for one in bins if one.count >= 100), default=None),
    )


def is_right(note: JudgedNote) -> bool:
    """Whether the verdict is true: right, another pitch, or nothing played."""
    expected = {"missing": MISSING, "not struck": MISSING, "pitch": WRONG, "octave": WRONG}.get(note.truth, CORRECT)
    return note.verdict == expected


def _error(bins: Sequence[Bin]) -> float | None:
    total = sum(one.count for one in bins)
    return sum(one.count * abs(one.confidence - one.right) for one in bins) / total if total else None


def diagram(result: Reliability) -> str:
    """An SVG: stated confidence across, the share that was right upwards; on the diagonal the two agree."""
    inner = SIZE - 2 * MARGIN

    def x(share: float) -> float:
        return MARGIN + share * inner

    def y(share: float) -> float:
        return SIZE - MARGIN - share * inner

    text = 'font-family="sans-serif" font-size="11" fill="#333"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {SIZE} {SIZE}" width="{SIZE}" height="{SIZE}">',
        "<title>How often verdicts are right, by their confidence</title>",
        f'<rect width="{SIZE}" height="{SIZE}" fill="#fff"/>',
        f'<path d="M{x(0)} {y(0.05)}L{x(0.95)} {y(1)}L{x(1)} {y(1)}L{x(1)} {y(0.95)}L{x(0.05)} {y(0)}L{x(0)} {y(0)}Z"'
        ' fill="#e6f0e6"/>',
        f'<path d="M{x(0)} {y(0)}L{x(1)} {y(1)}" stroke="#8a8" fill="none"/>',
        f'<path d="M{x(0)} {y(1)}V{y(0)}H{x(1)}" stroke="#333" fill="none"/>',
    ]
    for tick in (0.0, 0.25, 0.5, 0.75, 1.0):
        parts.append(f'<text x="{x(tick):.1f}" y="{y(0) + 16:.1f}" text-anchor="middle" {text}>{tick:g}</text>')
        parts.append(f'<text x="{x(0) - 6:.1f}" y="{y(tick) + 4:.1f}" text-anchor="end" {text}>{tick:g}</text>')
    parts.append(f'<text x="{SIZE / 2}" y="{SIZE - 8}" text-anchor="middle" {text}>confidence</text>')
    parts.append(
        f'<text x="12" y="{SIZE / 2}" text-anchor="middle" transform="rotate(-90 12 {SIZE / 2})" {text}>'
        "share that was right</text>"
    )
    for one in result.bins:
        top, bottom = min(one.right + one.error_95, 1.0), max(one.right - one.error_95, 0.0)
        parts.append(f'<path d="M{x(one.confidence):.1f} {y(top):.1f}V{y(bottom):.1f}" stroke="#357" fill="none"/>')
        size = 2 + np.log10(one.count)
        parts.append(f'<circle cx="{x(one.confidence):.1f}" cy="{y(one.right):.1f}" r="{size:.1f}" fill="#357"/>')
    return "\n".join([*parts, "</svg>", ""])
