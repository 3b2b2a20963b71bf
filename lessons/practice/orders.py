"""Melodies to order for one student. Orders only; `workshop` composes them."""

from __future__ import annotations

import zlib
from fractions import Fraction

from tutor.composing.ordering import TICKS_A_QUARTER, Count, MelodyOrder
from tutor.composing.skills import describe
from tutor.composing.tags import COUNTABLE
from tutor.composing.validating import FEWEST_BARS, METRE_NAMES
from tutor.notation.instruments import Instrument
from tutor.notation.score import Score

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


def can_be_ordered(tag: str) -> bool:
    """High and low notes are for drills: not every instrument has them, nor every melody room for them."""
    kind, _, rest = tag.partition(":")
    if kind == "metre":
        return rest in METRE_NAMES
    return kind == "key" or (kind != "range" and tag in COUNTABLE)


def melody_like(score: Score, kind: str, player: Instrument, grade: float, seed: int) -> MelodyOrder:
    """Another of the same key, metre, length and difficulty."""
    key, metre = score.key_at(0), score.metre_at(0)
    name = f"{metre.beats}/{metre.beat_type}"
    upbeat = sum((bar.duration_beat for bar in score.bars if bar.number == 0), Fraction(0))
    return MelodyOrder(
        kind=kind,
        instrument=player.name,
        grade=min(max(grade, EASIEST), HARDEST),
        fifths=key.fifths,
        mode=key.mode if key.mode in ("major", "minor") else None,
        metre=name if name in METRE_NAMES else None,
        bars=max(FEWEST_BARS, sum(bar.number != 0 for bar in score.bars)),
        upbeat=int(upbeat * TICKS_A_QUARTER) if name in METRE_NAMES else None,
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
