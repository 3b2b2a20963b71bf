"""Rhythm figures as small drawings: heads, stems, beams and dots, for where a word would be longer.

SVG user units: a head is 6 wide and stands on the line y = 20; stems go up to y = 4.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

STEM_TOP, HEAD_Y, HEIGHT = 4.0, 20.0, 26.0
HEAD_RX, HEAD_RY = 3.3, 2.5
STEP = {4: 14.0, 3: 15.0, 2: 13.0, 1.5: 15.0, 1: 12.0, 0.75: 13.0, 0.5: 10.0, 0.25: 9.0, 1 / 3: 9.5}
BEAM_DEPTH, BEAM_STEP = 2.6, 4.2


@dataclass(frozen=True, slots=True)
class Head:
    x: float
    open: bool
    stem: bool
    dotted: bool
    flags: int


@dataclass(frozen=True, slots=True)
class Figure:
    """`beams`: SVG paths. `tie`: the path of a tie, or empty. `number`: over the beam, as a triplet has it."""

    heads: tuple[Head, ...]
    beams: tuple[str, ...]
    width: float
    tie: str = ""
    number: str = ""
    rest_x: float | None = None
    height: float = field(default=HEIGHT)


# In beats, a quarter note long each.
FIGURES: dict[str, tuple[float, ...]] = {
    "rhythm:eighths": (0.5, 0.5),
    "rhythm:long-notes": (4,),
    "rhythm:dotted-half-quarter": (3, 1),
    "rhythm:dotted-quarter-eighth": (1.5, 0.5),
    "rhythm:tie": (1, 1),
    "rhythm:rest": (1,),
    "rhythm:sixteenths": (0.25, 0.25, 0.25, 0.25),
    "rhythm:eighth-two-sixteenths": (0.5, 0.25, 0.25),
    "rhythm:two-sixteenths-eighth": (0.25, 0.25, 0.5),
    "rhythm:dotted-eighth-sixteenth": (0.75, 0.25),
    "rhythm:syncopation": (0.5, 1, 0.5),
    "rhythm:triplet": (1 / 3, 1 / 3, 1 / 3),
    "rhythm:snap": (0.25, 0.75),
}


def figure_of(tag: str) -> Figure | None:
    """None where a skill is no rhythm, or one without a figure."""
    lengths = FIGURES.get(tag)
    if lengths is None:
        return None
    first = HEAD_RX + 1 + (10 if tag == "rhythm:rest" else 0)
    places = _places(lengths, first)
    beamed = len(lengths) > 1 and max(lengths) < 1
    heads = tuple(
        Head(x, length >= 2, length < 4, length in (3, 1.5, 0.75), 0 if beamed or length >= 1 else 1)
        for x, length in zip(places, lengths, strict=True)
    )
    last = places[-1] + HEAD_RX + (6 if heads[-1].dotted or heads[-1].flags else 1)
    return Figure(
        heads=heads,
        beams=tuple(_beams(places, lengths)) if beamed else (),
        width=last,
        tie=_tie(places) if tag == "rhythm:tie" else "",
        number="3" if tag == "rhythm:triplet" else "",
        rest_x=4.0 if tag == "rhythm:rest" else None,
    )


def _places(lengths: Sequence[float], first: float) -> list[float]:
    places = [first]
    for length in lengths[:-1]:
        places.append(places[-1] + STEP[length])
    return places


def _beams(places: Sequence[float], lengths: Sequence[float]) -> list[str]:
    """The eighths' beam over all of them; the sixteenths' over neighbours, or a stub where one stands alone."""
    stems = [x + HEAD_RX - 0.6 for x in places]
    beams = [_beam(stems[0], stems[-1], STEM_TOP)]
    short = [length in (0.25,) for length in lengths]
    for index, is_short in enumerate(short):
        joined = index + 1 < len(short) and is_short and short[index + 1]
        after = index > 0 and short[index - 1]
        if joined:
            beams.append(_beam(stems[index], stems[index + 1], STEM_TOP + BEAM_STEP))
        elif is_short and not after:
            towards = -5.0 if index == len(short) - 1 else 5.0
            ends = sorted((stems[index], stems[index] + towards))
            beams.append(_beam(ends[0], ends[1], STEM_TOP + BEAM_STEP))
    return beams


def _beam(left: float, right: float, top: float) -> str:
    return f"M{left - 0.6:.1f} {top:.1f}H{right + 0.6:.1f}v{BEAM_DEPTH}H{left - 0.6:.1f}z"


def _tie(places: Sequence[float]) -> str:
    left, right = places[0] + 1, places[-1] - 1
    middle = (left + right) / 2
    return f"M{left:.1f} 24Q{middle:.1f} 29 {right:.1f} 24Q{middle:.1f} 27.4 {left:.1f} 24z"
