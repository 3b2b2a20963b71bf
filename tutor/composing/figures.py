"""Which rhythm figures a metre can hold, and which lengths and other figures each of them brings along."""

from __future__ import annotations

from collections.abc import Iterable

from tutor.composing.skills import describe
from tutor.saying import Phrase, phrase

# Printed lengths in ticks that a figure cannot do without.
NEEDED_VALUES = {
    "rhythm:triplet": (8,),
    "rhythm:sixteenths": (6,),
    "rhythm:eighths": (12,),
    "rhythm:long-notes": (72, 96),
    "rhythm:dotted-half-quarter": (72, 24),
    "rhythm:dotted-quarter-eighth": (36, 12),
    "rhythm:dotted-eighth-sixteenth": (18, 6),
    "rhythm:snap": (6, 18),
    "rhythm:eighth-two-sixteenths": (12, 6),
    "rhythm:two-sixteenths-eighth": (6, 12),
    "rhythm:syncopation": (12, 24),
    "rhythm:tie": (),
    "rhythm:rest": (24,),
}
# A dotted eighth brings a sixteenth along.
BRINGS = {
    "rhythm:dotted-eighth-sixteenth": ("rhythm:sixteenths",),
    "rhythm:snap": ("rhythm:sixteenths",),
    "rhythm:eighth-two-sixteenths": ("rhythm:sixteenths",),
    "rhythm:two-sixteenths-eighth": ("rhythm:sixteenths",),
}
# The notes with tags of their own that each figure is made of.
MADE_OF = {
    "rhythm:dotted-half-quarter": {"rhythm:long-notes": 1},
    "rhythm:dotted-quarter-eighth": {"rhythm:eighths": 1},
    "rhythm:dotted-eighth-sixteenth": {"rhythm:sixteenths": 1},
    "rhythm:snap": {"rhythm:sixteenths": 1},
    "rhythm:eighth-two-sixteenths": {"rhythm:eighths": 1, "rhythm:sixteenths": 2},
    "rhythm:two-sixteenths-eighth": {"rhythm:eighths": 1, "rhythm:sixteenths": 2},
}
SIMPLE_ONLY = frozenset(
    {
        "rhythm:dotted-quarter-eighth",
        "rhythm:dotted-half-quarter",
        "rhythm:eighth-two-sixteenths",
        "rhythm:two-sixteenths-eighth",
        "rhythm:triplet",
    }
)
# How long the bar must be at least, in ticks, for a figure to stand in it.
SHORTEST_BARS = {"rhythm:dotted-quarter-eighth": 48, "rhythm:dotted-half-quarter": 96, "rhythm:long-notes": 72}


def can_hold(metre: str, tag: str) -> bool:
    """Whether a rhythm tag can occur in this metre at all; every other tag can."""
    over, under = map(int, metre.split("/"))
    is_compound = under >= 8 and over % 3 == 0
    if tag in SIMPLE_ONLY and is_compound:
        return False
    return 96 * over // under >= SHORTEST_BARS.get(tag, 0)


def why_not(metre: str, tag: str) -> Phrase:
    """The beginning of a sentence that says why a metre can't hold a figure."""
    whole = {
        "rhythm:dotted-half-quarter": phrase("a dotted half and a quarter"),
        "rhythm:long-notes": phrase("a note of three beats"),
    }
    over, under = map(int, metre.split("/"))
    if tag == "rhythm:dotted-quarter-eighth" and under >= 8 and over % 3 == 0:
        return phrase("In {metre} a dotted quarter is the beat itself, and no figure to practise", metre=metre)
    if 96 * over // under < SHORTEST_BARS.get(tag, 0):
        figure = whole.get(tag, describe(tag))
        return phrase("A bar of {metre} is too short for {figure}", metre=metre, figure=figure)
    return phrase("{metre} has no place for {figure}", metre=metre, figure=describe(tag))


def opened_by(tags: Iterable[str]) -> frozenset[str]:
    """These rhythm tags and the ones that they bring along."""
    wished = set(tags)
    return frozenset(wished | {brought for tag in wished for brought in BRINGS.get(tag, ())})
