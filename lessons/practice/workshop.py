"""Recipes and what is made by them. A recipe is an order in plain values: it can be stored in a plan for months, and
makes the same exercise again. Nothing here touches the database.

Two composers: melodies (`MelodyOrder`, marked by `COMPOSER`) and technique (`TechniqueOrder`, unmarked as ever).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tutor.composing import technique
from tutor.composing.difficulty import difficulty
from tutor.composing.ordering import MelodyOrder
from tutor.composing.refusal import CannotCompose
from tutor.composing.skills import skill_counts
from tutor.composing.technique import Technique, TechniqueOrder
from tutor.notation.score import Score

COMPOSER, MELODY = "composer", "melody"


@dataclass(frozen=True, slots=True)
class Made:
    """An exercise that is composed and not kept yet. `skills` counts its notes by tag."""

    title: str
    recipe: Mapping[str, Any]
    score: Score
    instrument: str
    bpm: int
    grade: float
    skills: dict[str, int]


def make(recipe: Mapping[str, Any], instrument: str) -> Made:
    """What this recipe makes. Raises CannotCompose; also for a recipe that no composer of ours can read any more."""
    try:
        order = melody_order(recipe) if is_melody(recipe) else TechniqueOrder(**recipe)
    except (TypeError, ValueError, KeyError) as unreadable:
        raise CannotCompose("This exercise was ordered from an older composer. Ask for a new one.") from unreadable
    return make_melody(order) if isinstance(order, MelodyOrder) else made_of(technique.compose(order), instrument)


def make_melody(order: MelodyOrder) -> Made:
    """The melody of an order, with the recipe that makes it again. Raises CannotCompose."""
    from tutor.composing.compose import compose_melody

    melody = compose_melody(order)
    return Made(
        title=melody.title,
        recipe=recipe_of(order),
        score=melody.score,
        instrument=order.player.name,
        bpm=round(melody.score.bpm),
        grade=melody.difficulty,
        skills=skill_counts(melody.score),
    )


def made_of(one: Technique, instrument: str) -> Made:
    return Made(
        title=one.title,
        recipe=one.recipe,
        score=one.score,
        instrument=instrument,
        bpm=round(one.score.bpm),
        grade=difficulty(one.score),
        skills=skill_counts(one.score),
    )


def recipe_of(order: MelodyOrder) -> dict[str, Any]:
    """Its kind is said even where it is the usual one: `Exercise.kind` reads it."""
    return {COMPOSER: MELODY, **order.to_dict(), "kind": order.kind}


def melody_order(recipe: Mapping[str, Any]) -> MelodyOrder:
    return MelodyOrder.from_dict({name: value for name, value in recipe.items() if name != COMPOSER})


def is_melody(recipe: Mapping[str, Any]) -> bool:
    return recipe.get(COMPOSER) == MELODY
