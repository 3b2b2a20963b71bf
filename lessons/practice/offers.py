"""What could be composed: melodies for the neediest skills that nothing on the shelf suits, and of technique drills at
most one. Offered only; composed when chosen and opened."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import numpy as np

from lessons.practice.kept import digest_of, kept_of
from lessons.practice.orders import can_be_ordered
from lessons.practice.situations import Situation
from tutor.composing.choice import Candidate, needs_of
from tutor.composing.remedy import ENOUGH_NOTES, remedy
from tutor.learner.knowledge import TARGET, Knowledge
from tutor.learner.syllabus import skills_up_to
from tutor.notation.instruments import Instrument

TRIED = 6  # needy skills that are looked at
REST_TAKES = 3  # before the same drill comes again, at whatever tempo
NEAR_TARGET = 0.04  # of the target share: near enough that nothing need be made


@dataclass(frozen=True, slots=True)
class Drill(Candidate):
    """A technique exercise. Its key is the recipe's digest, or the exercise that keeps it since before."""

    recipe: Mapping[str, Any] = field(default_factory=dict)
    title: str = ""


def needy_tags(situation: Situation, known: Knowledge, now: datetime) -> list[str]:
    """Skills that nothing fresh on the shelf is right for: the teacher's focus, then the neediest; the latest of new
    ones. `known` as of now."""
    served = _served(situation, known)
    unserved = [tag for tag in unlocked_tags(situation, known) if tag not in served]
    needs = needs_of(known, unserved, now, situation.lately, situation.limits.focus)
    return sorted((tag for tag in unserved if needs[tag] > 0), key=lambda tag: -needs[tag])[:TRIED]


def unlocked_tags(situation: Situation, known: Knowledge) -> list[str]:
    """All there is to practise: asked for, due to be met by now, or met."""
    return list(dict.fromkeys([*situation.limits.focus, *skills_up_to(known.working_grade + 1), *known.skills]))


def tags_to_order(situation: Situation, known: Knowledge) -> list[str]:
    """Whatever is least sure, met or not: `needs_to_order` puts before it what is due or asked for."""
    return [tag for tag in unlocked_tags(situation, known) if can_be_ordered(tag)]


def drill_for(tags: Sequence[str], player: Instrument, known: Knowledge, situation: Situation) -> Drill | None:
    """For the neediest of these skills that technique can teach and that was not drilled just now."""
    # By title: the scale of C at three tempi is one exercise, and enough of it for a while.
    tired_of = {take.title for take in situation.recent[:REST_TAKES]}
    for tag in tags:
        made = remedy(tag, player, known)
        if made and made.technique.title not in tired_of and situation.limits.allow(made.grade):
            recipe = made.technique.recipe
            digest = digest_of(recipe, player.name)
            return Drill(
                key=kept_of(situation.student, digest) or digest,
                grade=made.grade,
                skills=made.skills,
                drill=True,
                recipe=recipe,
                title=made.technique.title,
            )
    return None


def _served(situation: Situation, known: Knowledge) -> Collection[str]:
    """Skills for which a piece that was not just played shows enough notes and is about as hard as it should be."""
    pieces, played = situation.pieces, {take.played.key for take in situation.recent}
    right = np.abs(pieces.expected(known) - TARGET) <= NEAR_TARGET
    fresh = np.array([piece.key not in played for piece in pieces.candidates], bool)
    shown = (pieces.counts[right & fresh] >= ENOUGH_NOTES).any(axis=0)
    return {tag for tag, serves in zip(pieces.tags, shown, strict=True) if serves}
