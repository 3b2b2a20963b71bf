"""Skill tags as they are ordered: which there are, which of them the composer can count, and how people type them."""

from __future__ import annotations

from tutor.composing.ordering import Count
from tutor.composing.skills import PAIRED_FIGURES, SINGLE_FIGURES

INTERVALS = tuple(f"interval:{size}:{way}" for size in range(2, 9) for way in ("up", "down"))
RHYTHMS = tuple(f"rhythm:{name}" for name in (*SINGLE_FIGURES, "tie", "syncopation", "rest", *PAIRED_FIGURES))
RANGES = ("range:high", "range:low")
COUNTABLE = (*INTERVALS, "accidental", *RHYTHMS, *RANGES)
NAMES = f"accidental, interval:2:up to interval:8:down, {', '.join(RHYTHMS)}, {', '.join(RANGES)}"


class UnknownTag(ValueError):
    """No skill of that name, or not a number where one must be."""


def parse_count(text: str) -> Count:
    """`TAG`, `TAG:MIN` or `TAG:MIN:MAX`, where a tag holds colons of its own: `interval:6:up:3` is three sixths or
    more. Without a number, at least one. Raises UnknownTag."""
    parts = text.strip().split(":")
    for numbers in (0, 1, 2):
        tag, bounds = ":".join(parts[: len(parts) - numbers]), parts[len(parts) - numbers :]
        if tag in COUNTABLE or _is_signature(tag):
            return _count(text, tag, bounds)
    raise UnknownTag(f"“{text}” is no skill with a count, such as interval:6:up:3; the skills are {NAMES}.")


def _is_signature(tag: str) -> bool:
    """`key:-3` and `metre:6/8` are tags too, and are met by the key and the metre."""
    kind, _, rest = tag.partition(":")
    if kind == "key":
        return rest.removeprefix("-").isdigit()
    over, _, under = rest.partition("/")
    return kind == "metre" and over.isdigit() and under.isdigit()


def _count(text: str, tag: str, bounds: list[str]) -> Count:
    if not all(bound.isdigit() and bound.isascii() for bound in bounds):
        raise UnknownTag(f"“{text}”: how often must be whole numbers from 0, such as {tag}:2 or {tag}:2:4.")
    least = int(bounds[0]) if bounds else 1
    most = int(bounds[1]) if len(bounds) > 1 else None
    if most is not None and most < least:
        raise UnknownTag(f"“{text}” asks for at least {least} and at most {most}: the first must not be the larger.")
    return Count(tag, least, most)
