"""Technique exercises made on the spot: for the weak skills that nothing on the shelf suits. Offered first, and kept
as an exercise only once chosen; the same order is kept once for a student."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lessons.models import Exercise, User
from lessons.models.curriculum import Status
from tutor.composing.choice import Candidate, needs_of
from tutor.composing.difficulty import difficulty
from tutor.composing.remedy import ENOUGH_NOTES, Remedy, remedy
from tutor.composing.skills import skill_counts
from tutor.composing.technique import FASTEST_BPM, SLOWEST_BPM, Technique, TechniqueOrder, compose
from tutor.grading.assessment import Ask
from tutor.learner.ability import forget, predict
from tutor.learner.evidence import Evidence
from tutor.learner.knowledge import TARGET, Knowledge
from tutor.learner.syllabus import skills_up_to
from tutor.notation.instruments import UnknownInstrument, get_instrument

OFFERS = 3  # skills a plan may compose for
REST_TAKES = 3  # before the same drill comes again, at whatever tempo
NEAR_TARGET = 0.1  # of the target share: near enough that nothing need be made


@dataclass(frozen=True, slots=True)
class Offer(Candidate):
    """A candidate that is not kept as an exercise yet, or is again what was kept before (its key says which)."""

    made: Remedy | None = None


def offers(
    student: User,
    known: Knowledge,
    shelf: Sequence[Candidate],
    now: datetime,
    recent: Sequence[Exercise],
    lately: Evidence,
) -> list[Offer]:
    """Exercises for this student's neediest skills that no piece on the shelf (or only one just played) suits.
    `recent`: as last played, newest first; `lately`: what the last week's takes said."""
    try:
        instrument = get_instrument(student.instrument)
    except UnknownInstrument:
        return []
    known = forget(known, now)
    kept = _kept(student)
    played = {exercise.pk for exercise in recent}
    fresh = [candidate for candidate in shelf if candidate.key not in played]
    # By title: the scale of C at three tempi is one exercise, and enough of it for a while.
    tired_of = {exercise.title for exercise in recent[:REST_TAKES]}
    made: dict[str, Remedy] = {}
    for tag in _unserved(known, fresh, now, lately):
        if len(made) == OFFERS:
            break
        one = remedy(tag, instrument, known)
        if one and one.technique.title not in tired_of:
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
    return _keep(student, offer.made.technique, offer.made.bpm, offer.grade, offer.skills)


def answer(student: User, ask: Ask, take_bpm: float) -> int:
    """The primary key of the exercise that a cause asks for, in the student's own instrument. Raises CannotCompose."""
    bpm = min(max(round(take_bpm * ask.tempo), SLOWEST_BPM), FASTEST_BPM)
    order = TechniqueOrder(
        kind=ask.kind,
        instrument=student.instrument,
        fifths=ask.fifths,
        mode=ask.mode,
        metre=ask.metre,
        figure=ask.figure,
        bpm=bpm,
        grade=float(student.level),
    )
    technique = compose(order)
    return _keep(student, technique, bpm, difficulty(technique.score), skill_counts(technique.score))


def _keep(student: User, technique: Technique, bpm: int, grade: float, skills: Mapping[str, int]) -> int:
    """Once for a student: the same order is the same exercise."""
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
        tempo_bpm=bpm,
        grade=round(grade, 2),
        skills=dict(skills),
    ).pk


def _unserved(known: Knowledge, fresh: Sequence[Candidate], now: datetime, lately: Evidence) -> list[str]:
    """Skill tags that nothing fresh on the shelf is right for, neediest first; the latest of new ones."""
    served = {
        tag
        for candidate in fresh
        if abs(predict(known, candidate.skills, candidate.grade) - TARGET) <= NEAR_TARGET
        for tag, notes in candidate.skills.items()
        if notes >= ENOUGH_NOTES
    }
    tags = dict.fromkeys([*skills_up_to(known.working_grade), *known.skills])
    needs = needs_of(known, (tag for tag in tags if tag not in served), now, lately)
    return sorted((tag for tag in needs if needs[tag] > 0), key=lambda tag: -needs[tag])[: 2 * OFFERS]


def _kept(student: User) -> Mapping[str, int]:
    composed = Exercise.objects.filter(composed_for=student, instrument=student.instrument)
    return {_text(recipe): pk for pk, recipe in composed.values_list("pk", "recipe")}


def _text(recipe: Mapping[str, Any]) -> str:
    return json.dumps(recipe, sort_keys=True)
