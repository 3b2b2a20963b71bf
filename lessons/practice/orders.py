"""Melodies to order for one student. Orders only; `workshop` composes them."""

from __future__ import annotations

import zlib

from tutor.composing.ordering import MelodyOrder
from tutor.composing.remedies import counts_for_skill
from tutor.composing.skills import describe
from tutor.composing.tags import COUNTABLE
from tutor.composing.titles import MELODY_WITH
from tutor.composing.validating import METRE_NAMES
from tutor.notation.instruments import Instrument
from tutor.saying import phrase

SEEDS = 2**31 - 1
KEYS = tuple(f"key:{fifths}" for fifths in range(-7, 8))
EASIEST, HARDEST = 1.0, 8.0  # grades that there are melodies of


def melody_for(tag: str, grade: float, player: Instrument, style: str, seed: int) -> MelodyOrder:
    """A melody full of one skill."""
    return MelodyOrder(
        kind=reading_kind(player),
        instrument=player.name,
        grade=min(max(grade, EASIEST), HARDEST),
        counts=counts_for_skill(tag),
        style=style or "any",
        seed=seed,
    )


def can_be_ordered(tag: str) -> bool:
    """High and low notes are for drills: not every instrument has them, nor every melody room for them."""
    kind, _, rest = tag.partition(":")
    if kind == "metre":
        return rest in METRE_NAMES
    return tag in KEYS if kind == "key" else kind != "range" and tag in COUNTABLE


def reading_kind(player: Instrument) -> str:
    """What a melody on the stand is called: a voice sings it."""
    return "sight-singing" if player.family == "voice" else "sight-reading"


def title_for(tag: str) -> str:
    """Until it is composed and has a title of its own."""
    return phrase(MELODY_WITH, skill=describe(tag))


def seed_of(*parts: object) -> int:
    """The same parts, the same seed, on every machine."""
    return zlib.crc32("/".join(map(str, parts)).encode()) % SEEDS
