"""The welcome page's music: engraved as everything here is, with one note marked as a take's would be."""

from __future__ import annotations

import re
from fractions import Fraction
from functools import cache

from tutor.notation.score import Bar, Key, Metre, Pitch, Score, Symbol

# Narrow enough to be read on a phone without being scaled down.
WIDTH_PX = 400
MARKED = "overture-6"
# Played as F natural in a key with F sharp; the mark stands above the stem, in Verovio's units.
MARK, MARK_ABOVE = "F♮", 730
LINE = ["D4", "E4", "F♯4", "G4", "A4", "F♯4", "E4", "D4"]


@cache
def overture() -> str:
    """Two bars in D major as SVG, the second F sharp red and marked."""
    from tutor.notation.engraving import engrave

    svg = engrave(_score(), WIDTH_PX).replace("<svg", '<svg aria-hidden="true" focusable="false"', 1)
    return re.sub(
        rf'(<g id="{MARKED}" class=")(note)(".*?translate\((\d+), (\d+)\))', _with_mark, svg, count=1, flags=re.S
    )


def _with_mark(found: re.Match[str]) -> str:
    opening, name, upto, x, y = found.groups()
    # The head's own left edge, and half of its width.
    words = f'{MARK[0]}<tspan class="natural">{MARK[1]}</tspan>'
    mark = f'<text class="mark v-pitch" x="{int(x) + 130}" y="{int(y) - MARK_ABOVE}">{words}</text>'
    return f"{mark}{opening}{name} v-pitch{upto}"


def _score() -> Score:
    symbols = tuple(
        Symbol(f"overture-{number}", Fraction(number - 1), Fraction(1), _pitch(name))
        for number, name in enumerate(LINE, start=1)
    )
    bars = (Bar(1, Fraction(0), Fraction(4)), Bar(2, Fraction(4), Fraction(4)))
    return Score(symbols, bars, (Key(Fraction(0), 2),), (Metre(Fraction(0), 4, 4),))


def _pitch(name: str) -> Pitch:
    return Pitch(int(name[-1]), name[0], name.count("♯"))
