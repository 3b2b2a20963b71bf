"""An exercise's hints, as the practice page shows them."""

from __future__ import annotations

from collections.abc import Sequence

from django import template

from lessons.importing.hints import Hint, hints_of
from lessons.words import said
from tutor.notation.instruments import INSTRUMENTS
from tutor.saying import listed

register = template.Library()


@register.filter
def as_hints(text: str) -> list[Hint]:
    return hints_of(text)


@register.filter
def as_instruments(names: Sequence[str]) -> str:
    """Violin, Viola and Cello; "" of none, which is all."""
    labels = [said(INSTRUMENTS[name].label) for name in names if name in INSTRUMENTS]
    return said(listed(labels)) if labels else ""
