"""An exercise's hints, as the practice page shows them."""

from __future__ import annotations

from django import template

from lessons.importing.hints import Hint, hints_of

register = template.Library()


@register.filter
def as_hints(text: str) -> list[Hint]:
    return hints_of(text)
