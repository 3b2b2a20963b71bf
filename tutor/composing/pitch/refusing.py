"""Why an order of pitches can't be had: what to give up so that it can."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from tutor.composing.pitch.lattice import lattice
from tutor.composing.pitch.looking_back import FLAT, look_back
from tutor.composing.pitch.order import LineOrder
from tutor.composing.refusal import CannotCompose
from tutor.composing.skills import describe
from tutor.saying import either, phrase

WIDER_BY = 12  # semitones


def refusal(order: LineOrder) -> CannotCompose:
    """The refusal of an order that has no line, naming each single change that would give it one."""
    helping = [change for change, relaxed in _relaxations(order) if has_line(relaxed)]
    if helping:
        return CannotCompose(
            phrase("No melody over this rhythm does all that; it would with {either}.", either=either(helping)),
            helping,
        )
    everything = ("fewer wishes at once",)
    return CannotCompose(phrase("No melody over this rhythm does all that; ask for less at once."), everything)


def has_line(order: LineOrder) -> bool:
    """Is there any line, whatever musicians would say to it?"""
    return look_back(lattice(order, strict=False), flat=FLAT).possible


def _relaxations(order: LineOrder) -> Iterator[tuple[str, LineOrder]]:
    """Each wish given up in turn, and how to say so."""
    for index, count in enumerate(order.counts):
        others = [other for place, other in enumerate(order.counts) if place != index]
        what = describe(count.tag)
        change = phrase("fewer {what}", what=what) if count.least > 0 else phrase("more {what}", what=what)
        yield change, replace(order, counts=tuple(others))
    yield phrase("a wider range"), replace(order, low=order.low - WIDER_BY, high=order.high + WIDER_BY)
    yield phrase("other intervals allowed"), replace(order, sizes=frozenset(range(1, 11)))
    yield phrase("chromatic notes allowed"), replace(order, chromatic=True)
    notes = [replace(note, only=None) for note in order.notes]
    yield phrase("any first and last note"), replace(order, notes=notes)
