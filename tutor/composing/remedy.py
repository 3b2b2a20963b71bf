"""A technique exercise against one weak skill: which to order, and at what tempo it is just hard enough."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tutor.composing.difficulty import difficulty
from tutor.composing.skills import skill_counts
from tutor.composing.technique import CannotCompose, Technique, TechniqueOrder, compose
from tutor.learner.ability import predict
from tutor.learner.knowledge import TARGET, Knowledge
from tutor.learner.syllabus import first_grade
from tutor.notation.instruments import Instrument

ENOUGH_NOTES = 4  # of the skill, or the exercise is for something else
TEMPI_BPM = (50, 60, 72, 84, 96, 112)


@dataclass(frozen=True, slots=True)
class Remedy:
    """A technique exercise with what a choice needs to know of it."""

    technique: Technique
    bpm: int
    grade: float
    skills: dict[str, int]
    expected: float


def remedy(tag: str, instrument: Instrument, known: Knowledge, seed: int = 0) -> Remedy | None:
    """The exercise for this skill that is expected to go right nearest to the target share; None if technique
    can't teach it (or the instrument can't play it). `known` as of now; the same seed gives the same exercise."""
    found = [
        made
        for order in _orders(tag, instrument, known, seed)
        if (made := _made(order, known)) and made.skills.get(tag, 0) >= ENOUGH_NOTES
    ]
    return min(found, key=lambda made: abs(made.expected - TARGET), default=None)


def _orders(tag: str, instrument: Instrument, known: Knowledge, seed: int) -> Iterator[TechniqueOrder]:
    kind, _, rest = tag.partition(":")
    forms = _forms(kind, rest)
    for form in forms:
        for bpm in TEMPI_BPM:
            yield TechniqueOrder(
                kind=form,
                instrument=instrument,
                fifths=int(rest) if kind == "key" else _home_key(known),
                mode="minor" if kind == "accidental" else "major",
                bpm=bpm,
                metre=rest if kind == "metre" else "4/4",
                grade=known.working_grade,
                seed=seed,
            )


def _forms(kind: str, rest: str) -> tuple[str, ...]:
    if kind == "interval":
        return {
            "2": ("scale",),
            "3": ("broken-thirds",),
            "4": ("arpeggio",),
            "5": ("arpeggio",),
            "8": ("arpeggio",),
        }.get(rest.partition(":")[0], ())
    return {
        "key": ("scale", "broken-thirds", "arpeggio"),
        "accidental": ("scale",),
        "range": ("scale",),
        "rhythm": ("rhythm",),
        "metre": ("rhythm",),
    }.get(kind, ())


def _home_key(known: Knowledge) -> int:
    """The key that goes best: a new leap is not practised in a new key."""
    keys = [tag for tag in known.skills if tag.startswith("key:") and first_grade(tag) <= known.working_grade + 1]
    return int(max(keys, key=lambda tag: known.skills[tag].ability, default="key:0").partition(":")[2])


def _made(order: TechniqueOrder, known: Knowledge) -> Remedy | None:
    try:
        technique = compose(order)
    except CannotCompose:
        return None
    skills, grade = skill_counts(technique.score), difficulty(technique.score)
    return Remedy(technique, int(order.bpm), grade, skills, predict(known, skills, grade))
