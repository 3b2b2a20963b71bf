"""Melodies that no book has: what students practise, and what is hard to hear, drawn from a seed."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import numpy as np

from benchmarks.takes.tune import Tune, TuneNote

Rng = np.random.Generator

MAJOR = (0, 2, 4, 5, 7, 9, 11)
HALF, THIRD, QUARTER = Fraction(1, 2), Fraction(1, 3), Fraction(1, 4)
# Bars of four beats; None-pitched notes (rests) are drawn separately. Each is a row of lengths.
PLAIN = ((1, 1, 1, 1), (2, 1, 1), (1, HALF, HALF, 1, 1), (HALF, HALF, HALF, HALF, 2), (2, 2), (1, 1, 2))
EVEN = ((HALF,) * 8, (1, 1, 1, 1), (HALF, HALF, 1, HALF, HALF, 1))
DOTTED = ((1 + HALF, HALF, 1, 1), (3 * QUARTER, QUARTER, 3 * QUARTER, QUARTER, 1, 1), (1 + HALF, HALF, 1 + HALF, HALF))
TRIPLET = (
    (THIRD, THIRD, THIRD, 1, THIRD, THIRD, THIRD, 1),
    (1, 1, THIRD, THIRD, THIRD, 1),
    (2, 1, THIRD, THIRD, THIRD),
)
SIXTEENTH = ((1, QUARTER, QUARTER, QUARTER, QUARTER, 1, 1), (HALF, QUARTER, QUARTER, 1, HALF, HALF, 1), (1, 1, 2))
LONG = ((4,), (2, 2), (3, 1), (2, 1, 1))
SYNCOPATED = ((HALF, 1, HALF, 1, 1), (1, HALF, 1, HALF, 1), (HALF, 1, 1, 1, HALF))

NOTES = 46


def draw_tune(style: str, seed: int) -> Tune:
    """A tune of a style of STYLES; the same seed gives the same tune. It lies about middle C."""
    rng = np.random.default_rng([seed, *style.encode()])
    pitches, rhythms, rest_share = STYLES[style]
    line = pitches(rng)
    bars: list[tuple[TuneNote, ...]] = []
    place = 0
    while place < len(line):
        row = rhythms[int(rng.integers(len(rhythms)))]
        bar: list[TuneNote] = []
        for beats in row:
            rests = bool(bars) and bool(bar) and beats >= HALF and bar[-1].pitch is not None
            if rests and rng.random() < rest_share:
                bar.append(TuneNote(None, Fraction(beats)))
                continue
            bar.append(TuneNote(line[min(place, len(line) - 1)], Fraction(beats)))
            place += 1
        bars.append(tuple(bar))
    return Tune(f"drawn/{style}:{seed}", tuple(bars), (4, 4), 0)


def _degree(number: int) -> int:
    return 60 + 12 * (number // 7) + MAJOR[number % 7]


def _scale(rng: Rng) -> list[int]:
    top = int(rng.integers(7, 12))
    once = [*range(top), *range(top, 0, -1)]
    return [_degree(number) for number in (once * 4)[:NOTES]]


def _arpeggio(rng: Rng) -> list[int]:
    line: list[int] = []
    while len(line) < NOTES:
        root = int(rng.choice([0, 3, 4, 1, 5, 0]))
        shape = [root, root + 2, root + 4, root + 7]
        line += shape if rng.random() < 0.5 else [*shape, *shape[2:0:-1]]
    return [_degree(number) for number in line[:NOTES]]


def _thirds(rng: Rng) -> list[int]:
    gap = int(rng.choice([2, 2, 3, 5]))
    up = [number for first in range(8) for number in (first, first + gap)]
    down = [number for first in range(8, 0, -1) for number in (first + gap, first)]
    return [_degree(number) for number in (up + down + up)[:NOTES]]


def _chromatic(rng: Rng) -> list[int]:
    span = int(rng.integers(8, 14))
    once = [*range(span), *range(span, 0, -1)]
    return [60 + number for number in (once * 4)[:NOTES]]


def _repeated(rng: Rng) -> list[int]:
    line: list[int] = []
    number = int(rng.integers(0, 7))
    while len(line) < NOTES:
        line += [number] * int(rng.integers(1, 5))
        number = int(np.clip(number + rng.choice([-3, -2, -1, 1, 2, 3]), -2, 11))
    return [_degree(number) for number in line[:NOTES]]


def _pulse(rng: Rng) -> list[int]:
    """A rhythm exercise: one pitch, or a few in long rows."""
    line: list[int] = []
    while len(line) < NOTES:
        line += [int(rng.integers(0, 7))] * int(rng.choice([8, 16, NOTES]))
    return [_degree(number) for number in line[:NOTES]]


def _leaps(rng: Rng) -> list[int]:
    line = [3]
    while len(line) < NOTES:
        move = int(rng.choice([3, 4, 5, 6, 7, 8])) * (1 if line[-1] < 4 else -1)
        line.append(int(np.clip(line[-1] + move + rng.integers(-1, 2), -4, 12)))
    return [_degree(number) for number in line]


def _walk(rng: Rng) -> list[int]:
    moves = [-4, -3, -2, -1, 0, 1, 2, 3, 4]
    chances = [0.03, 0.05, 0.1, 0.26, 0.12, 0.26, 0.1, 0.05, 0.03]
    line = [int(rng.integers(0, 7))]
    while len(line) < NOTES:
        line.append(int(np.clip(line[-1] + int(rng.choice(moves, p=chances)), -5, 11)))
    return [_degree(number) for number in line]


def _coloured(rng: Rng) -> list[int]:
    """A walk whose notes are now and then a semitone off the scale."""
    return [pitch + int(rng.random() < 0.18) * int(rng.choice([-1, 1])) for pitch in _walk(rng)]


Pitches = Callable[[Rng], list[int]]
STYLES: dict[str, tuple[Pitches, tuple[tuple[int | Fraction, ...], ...], float]] = {
    "scale": (_scale, EVEN, 0.0),
    "arpeggio": (_arpeggio, EVEN + PLAIN, 0.03),
    "thirds": (_thirds, EVEN, 0.0),
    "chromatic": (_chromatic, EVEN + PLAIN, 0.0),
    "repeated": (_repeated, PLAIN + EVEN, 0.03),
    "pulse": (_pulse, PLAIN + DOTTED, 0.08),
    "leaps": (_leaps, PLAIN, 0.06),
    "walk": (_walk, PLAIN, 0.08),
    "coloured": (_coloured, PLAIN + DOTTED, 0.06),
    "long": (_walk, LONG + PLAIN, 0.12),
    "dotted": (_walk, DOTTED, 0.06),
    "triplet": (_walk, TRIPLET, 0.06),
    "sixteenth": (_walk, SIXTEENTH, 0.06),
    "syncopated": (_walk, SYNCOPATED, 0.06),
    "rests": (_walk, PLAIN + DOTTED, 0.22),
}
