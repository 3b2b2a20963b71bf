"""Technique exercises made on the spot: for the weak skills that nothing on the shelf suits. Offered first, and kept
as an exercise only once chosen; the same order is kept once for a student."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lessons.models import Exercise, User
from lessons.models.curriculum import Status
from tutor.composing.choice import Candidate, need
from tutor.composing.remedy import ENOUGH_NOTES, Remedy, remedy
from tutor.learner.ability import forget, predict
from tutor.learner.knowledge import TARGET, Knowledge
from tutor.notation.instruments import UnknownInstrument, get_instrument

OFFERS = 3  # skills a plan may compose for
NEAR_TARGET = 0.1  # of the target share: near enough that nothing need be made
# What a student at the very start is offered if the school has nothing on its shelf.
FIRST_SKILLS = ("interval:2:up", "interval:3:up", "rhythm:eighths")


@dataclass(frozen=True, slots=True)
class Offer(Candidate):
    """A candidate that is not kept as an exercise yet, or is again what was kept before (its key says which)."""

    made: Remedy | None = None


def offers(
    student: User, known: Knowledge, shelf: Sequence[Candidate], now: datetime, recent: Collection[int]
) -> list[Offer]:
    """Exercises for this student's neediest skills that no piece on the shelf (or only one just played) suits."""
    try:
        instrument = get_instrument(student.instrument)
    except UnknownInstrument:
        return []
    known = forget(known, now)
    kept = _kept(student)
    fresh = [candidate for candidate in shelf if candidate.key not in recent]
    made: dict[str, Remedy] = {}  # by title: three scales of C at three tempi are one exercise
    for tag in _unserved(known, fresh, shelf, now):
        if len(made) < OFFERS and (one := remedy(tag, instrument, known)):
            made.setdefault(one.technique.title, one)
    recipes = {_text(one.technique.recipe): one for one in made.values()}
    return [
        Offer(key=kept.get(recipe, recipe), grade=one.grade, skills=one.skills, drill=True, made=one)
        for recipe, one in recipes.items()
    ]


def shelve(student: User, offer: Offer) -> int:
    """The primary key of the exercise that keeps this offer."""
    if isinstance(offer.key, int):
        return offer.key
    assert offer.made is not None
    technique = offer.made.technique
    if kept := _kept(student).get(_text(technique.recipe)):
        return kept
    return Exercise.objects.create(
        title=technique.title,
        status=Status.PUBLISHED,
        origin=Exercise.Origin.COMPOSED,
        composed_for=student,
        instrument=student.instrument,
        recipe=technique.recipe,
        score=technique.score.to_dict(),
        tempo_bpm=offer.made.bpm,
        grade=offer.grade,
        skills=dict(offer.skills),
    ).pk


def _unserved(known: Knowledge, fresh: Sequence[Candidate], shelf: Sequence[Candidate], now: datetime) -> list[str]:
    """Skill tags, neediest first."""
    tags = {tag for candidate in shelf for tag in candidate.skills} | known.skills.keys() or set(FIRST_SKILLS)
    served = {
        tag
        for candidate in fresh
        if abs(predict(known, candidate.skills, candidate.grade) - TARGET) <= NEAR_TARGET
        for tag, notes in candidate.skills.items()
        if notes >= ENOUGH_NOTES
    }
    needs = {tag: need(known, tag, now) for tag in tags - served}
    return sorted((tag for tag in needs if needs[tag] > 0), key=lambda tag: (-needs[tag], tag))[: 2 * OFFERS]


def _kept(student: User) -> Mapping[str, int]:
    composed = Exercise.objects.filter(composed_for=student, instrument=student.instrument)
    return {_text(recipe): pk for pk, recipe in composed.values_list("pk", "recipe")}


def _text(recipe: Mapping[str, Any]) -> str:
    return json.dumps(recipe, sort_keys=True)
