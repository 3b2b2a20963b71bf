"""Melodies against what goes badly: the order for a skill, and for what a cause of the ear asks for."""

from __future__ import annotations

from tutor.composing.figures import can_hold
from tutor.composing.grades import HARDEST_GRADE
from tutor.composing.ordering import Count, MelodyOrder
from tutor.composing.refusal import CannotCompose
from tutor.composing.tags import COUNTABLE
from tutor.composing.validating import FASTEST_BPM, METRE_NAMES, SLOWEST_BPM
from tutor.grading.assessment import Ask
from tutor.notation.instruments import Instrument
from tutor.saying import phrase

REMEDY_BARS = 8
# How often a melody of eight bars shows its skill: enough to practise it, and few enough to be music.
TIMES = {"rhythm:triplet": 6, "rhythm:sixteenths": 8, "rhythm:eighths": 8, "rhythm:long-notes": 3, "rhythm:tie": 3}
USUAL_TIMES = 4


def order_for_skill(
    tag: str, instrument: Instrument | str, grade: float, *, style: str = "any", seed: int = 0
) -> MelodyOrder:
    """A melody dense in one skill, as hard as the grade. Raises CannotCompose for a tag that no melody can show."""
    if tag not in COUNTABLE and tag.partition(":")[0] not in ("key", "metre"):
        raise CannotCompose(phrase("“{tag}” is no skill that a melody can be made for.", tag=tag), ("another skill",))
    return MelodyOrder(
        kind="remedy",
        instrument=instrument,
        grade=min(max(grade, 1.0), float(HARDEST_GRADE)),
        bars=REMEDY_BARS,
        counts=counts_for_skill(tag),
        style=style,
        seed=seed,
    )


def counts_for_skill(tag: str) -> tuple[Count, ...]:
    """A key or a metre is simply the melody's; all else occurs several times."""
    is_signature = tag.partition(":")[0] in ("key", "metre")
    return (Count(tag, 1 if is_signature else TIMES.get(tag, USUAL_TIMES)),)


def order_for_ask(
    ask: Ask, instrument: Instrument | str, grade: float, *, take_bpm: float | None = None, seed: int = 0
) -> MelodyOrder:
    """A melody for what a cause asks for, in the key and metre of the take, slower if it says so."""
    order = order_for_skill(ask.skill, instrument, grade, seed=seed)
    metre = ask.metre if ask.metre in METRE_NAMES and can_hold(ask.metre, ask.skill) else None
    bpm = None if take_bpm is None else float(min(max(round(take_bpm * ask.tempo), SLOWEST_BPM), FASTEST_BPM))
    wishes_metre = ask.skill.startswith("metre:")
    return MelodyOrder(
        kind=order.kind,
        instrument=order.instrument,
        grade=order.grade,
        bars=order.bars,
        fifths=ask.fifths,
        mode="major" if ask.mode == "major" else "minor",
        metre=None if wishes_metre else metre,
        bpm=bpm,
        counts=tuple(count for count in order.counts if not count.tag.startswith("key:")),
        seed=seed,
    )
