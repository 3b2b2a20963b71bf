"""Orders as a teacher types them: who plays, which grade, perhaps a key, a metre, a length, a kind, a skill or two.

What is not said is the composer's affair, so a few notes of what was said can always be had.
"""

from __future__ import annotations

from random import Random
from typing import Any

from benchmarks.composing.checker import instruments
from benchmarks.composing.witnesses import KEYS

Order = dict[str, Any]
SIMPLE, COMPOUND = ("2/4", "3/4", "4/4", "5/4", "2/2"), ("3/8", "6/8", "9/8", "12/8")
# By grade, as syllabuses go: lengths, metres, sharps or flats.
LENGTHS = ((4, 6, 8), (4, 8), (8,), (8,), (8, 12), (8, 12, 16), (12, 16, 20), (16, 20, 24))
METRES = (
    *(("2/4", "3/4", "4/4"),) * 2,
    ("2/4", "3/4", "4/4", "3/8"),
    ("2/4", "3/4", "4/4", "3/8", "6/8"),
    ("3/4", "4/4", "6/8", "2/2"),
    *((*SIMPLE, *COMPOUND),) * 3,
)
SIGNS = (1, 2, 3, 3, 4, 5, 6, 7)
# A skill and from which grade on it is asked for; what is nobody's to ask in a compound metre.
SKILLS = {
    **{f"interval:{size}:{way}": grade for size, grade in ((2, 1), (3, 1), (4, 2), (5, 2)) for way in ("up", "down")},
    **{f"interval:{size}:{way}": grade for size, grade in ((6, 3), (7, 6), (8, 4)) for way in ("up", "down")},
    "accidental": 3,
    "rhythm:eighths": 1,
    "rhythm:tie": 2,
    "rhythm:rest": 2,
    "rhythm:sixteenths": 3,
    "rhythm:dotted-quarter-eighth": 2,
    "rhythm:dotted-eighth-sixteenth": 4,
    "rhythm:snap": 5,
    "rhythm:eighth-two-sixteenths": 3,
    "rhythm:two-sixteenths-eighth": 3,
    "rhythm:syncopation": 5,
    "rhythm:triplet": 5,
}
SIMPLE_ONLY = {
    *("rhythm:triplet", "rhythm:dotted-quarter-eighth", "rhythm:eighth-two-sixteenths"),
    "rhythm:two-sixteenths-eighth",
}
KINDS = ("sight-reading", "sight-reading", "sight-reading", "echo", "rhythm", "intervals", "arpeggios", "remedy")


def everyday_orders(random: Random, wanted: int) -> list[Order]:
    """Grades, instruments and kinds in turn."""
    players = list(instruments())
    return [_order(players[turn % len(players)], 1 + turn % 8, random) for turn in range(wanted)]


def _order(player: str, grade: int, random: Random) -> Order:
    is_voice = instruments()[player]["family"] == "voice"
    kind = "sight-singing" if is_voice and random.random() < 0.5 else random.choice(KINDS)
    metre = random.choice(METRES[grade - 1])
    order: Order = {"kind": kind, "instrument": player, "grade": float(grade), "seed": random.randrange(2**31)}
    order["metre"] = metre
    if random.random() < 0.7:
        order["bars"] = random.choice((2, 4) if kind == "echo" else LENGTHS[grade - 1])
    if random.random() < 0.7:
        keys = [key for key in KEYS if abs(key[0]) <= SIGNS[grade - 1]]
        order["fifths"], order["mode"] = random.choice(keys)
    if random.random() < 0.3:
        order["style"] = random.choice(("song", "dance", "hymn"))
    if random.random() < 0.2 and kind == "sight-reading":
        order["upbeat"] = 12 if metre.endswith("8") else 24
    order["counts"] = _skills(kind, metre, grade, random)
    return order


def _skills(kind: str, metre: str, grade: int, random: Random) -> list[list[Any]]:
    """One to three of a skill; drills and broken chords have their own."""
    fitting = [
        tag
        for tag, first in SKILLS.items()
        if first <= grade
        and not (metre in COMPOUND and tag in SIMPLE_ONLY)
        and not (kind == "rhythm" and not tag.startswith("rhythm:"))
    ]
    if kind in ("intervals", "arpeggios", "echo"):
        return []
    tags = random.sample(fitting, min(random.choice((0, 0, 1, 1, 2)), len(fitting)))
    return [[tag, least := random.randint(1, 3), random.choice((None, None, least + 3))] for tag in tags]
