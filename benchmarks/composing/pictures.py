"""Eight composed melodies, engraved on one sheet: what the figures can't say is there to be looked at."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape

from tutor.composing.compose import compose_melody
from tutor.composing.melody import Melody
from tutor.composing.ordering import Count, MelodyOrder
from tutor.notation.engraving import engrave

WIDTH_PX = 900
CAPTION_PX = 34
SVG = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
SHOWN = (
    MelodyOrder(instrument="violin", grade=1.0, metre="2/4", bars=8, fifths=1, mode="major", seed=1),
    MelodyOrder(instrument="clarinet", grade=2.0, metre="3/4", bars=8, fifths=-1, mode="major", seed=2),
    MelodyOrder(
        instrument="alto", kind="sight-singing", grade=3.0, metre="4/4", bars=8, fifths=0, mode="minor", seed=3
    ),
    MelodyOrder(
        instrument="trumpet",
        grade=4.0,
        metre="6/8",
        bars=8,
        upbeat=12,
        fifths=2,
        mode="major",
        style="dance",
        counts=(Count("interval:6:up", 2),),
        seed=4,
    ),
    MelodyOrder(
        instrument="flute",
        grade=5.0,
        metre="4/4",
        bars=8,
        fifths=-3,
        mode="minor",
        counts=(Count("rhythm:syncopation", 2), Count("accidental", 3, 6)),
        seed=5,
    ),
    MelodyOrder(
        instrument="cello",
        grade=5.0,
        metre="5/4",
        bars=6,
        fifths=-2,
        mode="major",
        counts=(Count("rhythm:triplet", 6, 9),),
        seed=6,
    ),
    MelodyOrder(instrument="viola", kind="intervals", grade=3.0, metre="3/4", bars=8, fifths=1, mode="minor", seed=7),
    MelodyOrder(
        instrument="oboe",
        grade=7.0,
        metre="9/8",
        bars=16,
        fifths=4,
        mode="minor",
        modulates=True,
        counts=(Count("rhythm:tie", 3),),
        seed=8,
    ),
)


def sheet_of_pictures(orders: Sequence[MelodyOrder] = SHOWN) -> str:
    """One SVG; the signs that all of them use stand in it once."""
    signs: dict[str, str] = {}
    pieces: list[str] = []
    top = 0.0
    for order in orders:
        melody = compose_melody(order)
        body, height = _nested(engrave(melody.score, WIDTH_PX), signs)
        place = f'x="8" y="{top + CAPTION_PX - 12:.0f}" font-family="sans-serif" font-size="14"'
        pieces.append(f"<text {place}>{escape(_caption(order, melody))}</text>")
        pieces.append(f'<svg y="{top + CAPTION_PX:.0f}" width="{WIDTH_PX}" height="{height:.0f}" {body}</svg>')
        top += CAPTION_PX + height
    style = "path, ellipse, rect, polygon { stroke: currentColor; } .placeholder { visibility: hidden; }"
    return (
        f'<svg {SVG} width="{WIDTH_PX}" height="{top:.0f}"><style>{style}</style>'
        f'<rect width="100%" height="100%" fill="white" stroke="none"/><defs>{"".join(signs.values())}</defs>'
        f"{''.join(pieces)}</svg>\n"
    )


def _caption(order: MelodyOrder, melody: Melody) -> str:
    asked = ", ".join(f"{count.tag} {count.least} or more" for count in order.counts)
    title = f"{order.player.label}, grade {order.grade:g} ({melody.difficulty:.2f}): {melody.title}"
    return f"{title}; {asked}" if asked else title


def _nested(svg: str, signs: dict[str, str]) -> tuple[str, float]:
    """The inside of an engraved page with its attributes, to stand in another one; its signs go to `signs`."""
    view = re.search(r'viewBox="([\d. -]+)"', svg)
    assert view is not None
    _, _, width, height = map(float, view.group(1).split())
    for name, rest in re.findall(r'<g id="([0-9A-F]{4})-[^"]*"(>.*?</g>)', svg[: svg.index("</defs>")], re.DOTALL):
        signs.setdefault(name, f'<g id="{name}"{rest}')
    inside = svg[svg.index("</defs>") + 7 : svg.rindex("</svg>")]
    inside = re.sub(r"<style.*?</style>", "", inside, flags=re.DOTALL)
    inside = re.sub(r'href="#([0-9A-F]{4})-[^"]+"', r'href="#\1"', inside)
    inside = re.sub(r' id="[^"]*"', "", inside)
    inside = re.sub(r">\s+<", "><", inside)
    return f'viewBox="{view.group(1)}">{inside}', height * WIDTH_PX / width
