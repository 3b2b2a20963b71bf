"""Melodies to order for one student. Orders only; `workshop` composes them."""

from __future__ import annotations

import zlib

from tutor.composing.ordering import Count, MelodyOrder
from tutor.composing.skills import describe
from tutor.notation.instruments import Instrument

SEEDS = 2**31 - 1
# How often a melody for a skill shows it: enough to practise it, and few enough to be music.
TIMES = {"interval": 4, "accidental": 4, "rhythm": 3, "range": 4}
EASIEST, HARDEST = 1.0, 8.0  # grades that there are melodies of


def melody_for(tag: str, grade: float, player: Instrument, style: str, seed: int) -> MelodyOrder:
    """A melody full of one skill."""
    return MelodyOrder(
        kind=reading_kind(player),
        instrument=player.name,
        grade=min(max(grade, EASIEST), HARDEST),
        counts=counts_for(tag),
        style=style or "any",
        seed=seed,
    )


def counts_for(tag: str) -> tuple[Count, ...]:
    """How often a melody for this skill shows it; a key or a metre is simply the melody's."""
    return (Count(tag, TIMES.get(tag.partition(":")[0], 1)),)


def reading_kind(player: Instrument) -> str:
    """What a melody on the stand is called: a voice sings it."""
    return "sight-singing" if player.family == "voice" else "sight-reading"


def title_for(tag: str) -> str:
    """Until it is composed and has a title of its own."""
    return f"A melody with {describe(tag)}"


def seed_of(*parts: object) -> int:
    """The same parts, the same seed, on every machine."""
    return zlib.crc32("/".join(map(str, parts)).encode()) % SEEDS
