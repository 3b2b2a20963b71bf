"""Engraved pages: a Score as SVG by Verovio, once for each width."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Sequence
from functools import lru_cache
from itertools import accumulate
from math import inf
from pathlib import Path
from typing import Any

import verovio

from tutor.notation.errors import ScoreError
from tutor.notation.musicxml import bars_of, to_musicxml
from tutor.notation.score import Score
from tutor.saying import phrase

NARROWEST_PX, WIDEST_PX = 240, 2400
PHONE_PX, DESK_PX = 390, 1280
# Percent of Verovio's own size, at which a staff is 72 px high: 32 px on a phone, 40 px on a desk.
PHONE_SCALE, DESK_SCALE = 45, 56
CACHED_PAGES = 512
EMPTIEST_LINE = 0.75  # of the fullest one

_local = threading.local()


def engrave(score: Score, width_px: int) -> str:
    """The score as one SVG of this width; every symbol is a `<g>` whose id is the symbol's."""
    width_px = min(max(width_px, NARROWEST_PX), WIDEST_PX)
    return _engrave(json.dumps(score.to_dict(), sort_keys=True), width_px)


@lru_cache(maxsize=CACHED_PAGES)
def _engrave(score_json: str, width_px: int) -> str:
    score = Score.from_dict(json.loads(score_json))
    svg = _render(score, width_px)
    lines = balanced_lines(_weights(score), _bars_a_line(svg))
    return _render(score, width_px, lines) if lines else svg


def _render(score: Score, width_px: int, new_systems: Sequence[int] = ()) -> str:
    toolkit = _toolkit()
    toolkit.setOptions({**_options(width_px), "breaks": "encoded" if new_systems else "auto"})
    # After a failure renderToSVG would return the page before it.
    if not toolkit.loadData(to_musicxml(score, new_systems)):
        raise ScoreError(phrase("The score could not be engraved."))
    svg: str = toolkit.renderToSVG(1)
    if toolkit.getPageCount() != 1 or any(f'id="{symbol.id}"' not in svg for symbol in score.symbols):
        raise ScoreError(phrase("The score could not be engraved on one page."))
    return svg


def _bars_a_line(svg: str) -> list[int]:
    """How many bars Verovio put on each line."""
    counts: list[int] = []
    for name in re.findall(r'class="(system|measure)"', svg):
        if name == "system":
            counts.append(0)
        else:
            counts[-1] += 1
    return counts


def _weights(score: Score) -> list[float]:
    """About how wide each bar is: long notes take more room, but less than in proportion."""
    return [1 + sum(float(symbol.duration_beat) ** 0.5 + 0.3 for symbol in symbols) for _, symbols in bars_of(score)]


def balanced_lines(weights: Sequence[float], counts: Sequence[int]) -> list[int]:
    """Bars that should begin a line so that no line is much emptier than the others; [] to leave them as they are.

    Filling each line first leaves a last one with a bar or two, blown up to the full width: the same number of
    lines is shared out anew, with the fullest as light as it can be."""
    if len(counts) < 2:
        return []
    ends = list(accumulate(counts))
    lines = [sum(weights[end - count : end]) for end, count in zip(ends, counts, strict=True)]
    if lines[-1] >= EMPTIEST_LINE * max(lines):
        return []
    sums = [0.0, *accumulate(weights)]
    best: list[tuple[float, tuple[int, ...]]] = [(value, (0,)) for value in sums]
    for line in range(2, len(counts) + 1):
        best = [
            min(
                ((max(best[cut][0], sums[end] - sums[cut]), (*best[cut][1], cut)) for cut in range(line - 1, end)),
                default=(inf, (0,)),
            )
            for end in range(len(sums))
        ]
    return list(best[-1][1][1:])


def _toolkit() -> Any:
    """One toolkit a thread: they share nothing, and off the main thread each must be told where its fonts are."""
    if not hasattr(_local, "toolkit"):
        _local.toolkit = verovio.toolkit(False)
        _local.toolkit.setResourcePath(str(Path(verovio.__file__).parent / "data"))
    return _local.toolkit


def _options(width_px: int) -> dict[str, Any]:
    scale = _scale(width_px)
    return {
        "inputFrom": "musicxml",
        "scale": scale,
        "pageWidth": round(width_px * 100 / scale),
        "pageHeight": 60000,
        "adjustPageHeight": True,
        "header": "none",
        "footer": "none",
        "minLastJustification": 0,  # the last system fills its line, as in print
        "spacingSystem": 5,
        "spacingStaff": 4,
        "spacingLinear": 0.3,
        "pageMarginLeft": 25,
        "pageMarginRight": 10,
        "pageMarginTop": 30,
        "pageMarginBottom": 30,
        "svgViewBox": True,
        "svgRemoveXlink": True,
        "xmlIdSeed": 1,  # the same ids at every width
    }


def _scale(width_px: int) -> int:
    share = min(max((width_px - PHONE_PX) / (DESK_PX - PHONE_PX), 0.0), 1.0)
    return round(PHONE_SCALE + share * (DESK_SCALE - PHONE_SCALE))
