"""Shapes and words of what music asks and whom it suits, for the pages of the author's desk."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from django.utils.translation import gettext as _

from lessons.importing.suiting import Suit
from lessons.words import said

MOST_SKILLS = 8
# The axis of ranges: from the double bass's lowest note to the piccolo's top.
LOWEST_MIDI, HIGHEST_MIDI, AXIS = 24, 108, 120.0


def families(found: list[Suit], ticked: set[str]) -> list[tuple[str, list[dict[str, Any]]]]:
    """By family: each instrument, how the piece lies on it in words, and both ranges as shapes on one axis."""
    return [
        (said(family), [_line(suit, ticked) for suit in group])
        for family, group in groupby(found, key=lambda suit: suit.instrument.family)
    ]


def _line(suit: Suit, ticked: set[str]) -> dict[str, Any]:
    item = suit.instrument
    reach = _x(item.sounding_low), _x(item.sounding_high)
    lies = _x(suit.low), _x(suit.high)
    return {
        "name": item.name,
        "label": said(item.label),
        "how": suit.how,
        "words": suit_words(suit),
        "ticked": item.name in ticked,
        "reach": {"x": reach[0], "width": round(reach[1] - reach[0], 1)},
        "lies": {"x": lies[0], "width": max(round(lies[1] - lies[0], 1), 2)},
    }


def _x(midi: int) -> float:
    return round(AXIS * (midi - LOWEST_MIDI) / (HIGHEST_MIDI - LOWEST_MIDI), 1)


def suit_words(suit: Suit) -> str:
    if suit.how == "out":
        notes = ", ".join(suit.beyond[:4])
        more = len(suit.beyond) - 4
        return (
            _("out of range: %(notes)s and %(more)s more") % {"notes": notes, "more": more}
            if more > 0
            else _("out of range: %(notes)s") % {"notes": notes}
        )
    if suit.keys:
        return _("in another key")
    if suit.how == "written":
        return _("as written")
    words = {1: _("an octave higher"), -1: _("an octave lower")}
    higher = _("%(n)s octaves higher") if suit.octaves > 0 else _("%(n)s octaves lower")
    return words.get(suit.octaves, higher % {"n": abs(suit.octaves)})


def trains(skills: dict[str, int]) -> list[dict[str, Any]]:
    """What it trains, most first, drawn against the skill that most notes show; what every melody has, last."""
    from tutor.composing.likeness import COMMON
    from tutor.composing.skills import describe

    ranked = sorted(skills.items(), key=lambda one: (one[0] in COMMON, -one[1]))
    told = [(tag, count) for tag, count in ranked if not tag.startswith(("key:", "metre:"))][:MOST_SKILLS]
    most = max((count for _tag, count in told), default=1)
    signs = [said(describe(tag)) for tag in skills if tag.startswith(("key:", "metre:"))]
    lines = [
        {"words": said(describe(tag)), "count": count, "width": round(60 * count / most, 1)} for tag, count in told
    ]
    return [{"words": ", ".join(signs), "count": 0, "width": 0}, *lines] if signs else lines


def hardness(grade: float) -> dict[str, Any]:
    """On the scale of grades, 0.5 to 9."""
    return {"grade": grade, "x": round(120 * (grade - 0.5) / 8.5, 1)}
