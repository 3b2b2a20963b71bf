"""Engraved pages: a Score as SVG by Verovio, once for each width."""

from __future__ import annotations

import json
import threading
from functools import lru_cache
from pathlib import Path
from typing import Any

import verovio

from tutor.notation.errors import ScoreError
from tutor.notation.musicxml import to_musicxml
from tutor.notation.score import Score

NARROWEST_PX, WIDEST_PX = 240, 2400
PHONE_PX, DESK_PX = 390, 1280
# Percent of Verovio's own size, at which a staff is 72 px high: 32 px on a phone, 40 px on a desk.
PHONE_SCALE, DESK_SCALE = 45, 56
CACHED_PAGES = 512

_local = threading.local()


def engrave(score: Score, width_px: int) -> str:
    """The score as one SVG of this width; every symbol is a `<g>` whose id is the symbol's."""
    width_px = min(max(width_px, NARROWEST_PX), WIDEST_PX)
    return _engrave(json.dumps(score.to_dict(), sort_keys=True), width_px)


@lru_cache(maxsize=CACHED_PAGES)
def _engrave(score_json: str, width_px: int) -> str:
    score = Score.from_dict(json.loads(score_json))
    toolkit = _toolkit()
    toolkit.setOptions(_options(width_px))
    # After a failure renderToSVG would return the page before it.
    if not toolkit.loadData(to_musicxml(score)):
        raise ScoreError("The score could not be engraved.")
    svg: str = toolkit.renderToSVG(1)
    if toolkit.getPageCount() != 1 or f'id="{score.symbols[0].id}"' not in svg:
        raise ScoreError("The score could not be engraved on one page.")
    return svg


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
        "breaks": "auto",
        "header": "none",
        "footer": "none",
        "minLastJustification": 0,  # the last system fills its line, as in print
        "spacingSystem": 5,
        "spacingStaff": 4,
        "spacingLinear": 0.3,
        "pageMarginLeft": 10,
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
