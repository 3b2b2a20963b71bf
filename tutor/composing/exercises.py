"""One door for every kind of exercise: melodies, and the technique kinds that were there before them."""

from __future__ import annotations

from dataclasses import replace

from tutor.composing.compose import compose_melody
from tutor.composing.difficulty import difficulty
from tutor.composing.kinds import TECHNIQUES
from tutor.composing.melody import Melody
from tutor.composing.ordering import MelodyOrder
from tutor.composing.refusal import CannotCompose
from tutor.composing.skills import describe, occurrences_of, tag
from tutor.composing.technique import TechniqueOrder, compose
from tutor.saying import phrase

USUAL_BPM = 72
TECHNIQUE_MODEL = "woodshed-technique/1"


def compose_exercise(order: MelodyOrder) -> Melody:
    """The exercise for this order, whatever its kind. Raises CannotCompose."""
    return _technique(order) if order.kind in TECHNIQUES else compose_melody(order)


def _technique(order: MelodyOrder) -> Melody:
    """A scale or the like; it is made by rule, so a skill that it does not happen to hold can't be had."""
    made = compose(technique_order(order))
    tags = tag(made.score)
    counts = occurrences_of(made.score, tags)
    for count in order.counts:
        seen = counts.get(count.tag, 0)
        if seen < count.least or (count.most is not None and seen > count.most):
            raise CannotCompose(
                phrase(
                    "It would hold {skill} {seen} times: order another kind of exercise for them.",
                    skill=describe(count.tag),
                    seen=seen,
                ),
                ("another kind of exercise",),
            )
    return Melody(
        score=made.score,
        title=made.title,
        kind=order.kind,
        recipe=order.to_dict(),
        difficulty=difficulty(made.score),
        tags=tags,
        counts=counts,
        model=TECHNIQUE_MODEL,
        seed=order.seed,
    )


def technique_order(order: MelodyOrder) -> TechniqueOrder:
    """The same wishes in the words of the technique composer."""
    figures = [
        count.tag.removeprefix("rhythm:") for count in order.counts if count.tag.startswith("rhythm:") and count.least
    ]
    plain = TechniqueOrder(
        kind=TECHNIQUES[order.kind],
        instrument=order.player,
        fifths=order.fifths or 0,
        mode=order.mode or "major",
        bpm=order.bpm or USUAL_BPM,
        low=order.low,
        high=order.high,
        bars=order.bars,
        metre=order.metre or "4/4",
        grade=order.grade,
        seed=order.seed,
    )
    return replace(plain, figure=figures[0]) if figures and plain.kind == "rhythm" else plain
