"""A technique exercise against one weak skill: which to order, and at what tempo it is just hard enough."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

from tutor.composing.difficulty import GRADES_A_DOUBLING, difficulty
from tutor.composing.refusal import CannotCompose
from tutor.composing.skills import skill_counts
from tutor.composing.technique import KIND_OF_SIZE, Technique, TechniqueOrder, compose
from tutor.learner.ability import predict
from tutor.learner.knowledge import TARGET, Knowledge
from tutor.learner.syllabus import first_grade
from tutor.notation.instruments import Instrument

ENOUGH_NOTES = 4  # of the skill, or the exercise is for something else
USUAL_BPM = 72
TEMPI_BPM = (50, 60, 66, 72, 80, 88, 96, 108, 120, 132, 144)
LENGTHS_BARS = (None, 8)  # as long as it naturally is, and long enough to meet a rare figure several times


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
    can't teach it, or the instrument can't play it. `known` as of now; the same seed gives the same exercise."""
    found = [
        made
        for order in _orders(tag, instrument, known, seed)
        for bars in LENGTHS_BARS
        if (made := _made(replace(order, bars=bars), tag, known))
    ]
    return min(found, key=lambda made: abs(made.expected - TARGET), default=None)


def _orders(tag: str, instrument: Instrument, known: Knowledge, seed: int) -> Iterator[TechniqueOrder]:
    """At the usual tempo. Grade and key are whole steps, so that a small move of what is known orders the same."""
    kind, _, rest = tag.partition(":")
    plain = TechniqueOrder(
        kind="scale",
        instrument=instrument,
        fifths=_home_key(known),
        bpm=USUAL_BPM,
        grade=float(max(1, math.floor(known.working_grade))),
        seed=seed,
    )
    if kind == "interval":
        size = rest.partition(":")[0]
        yield replace(plain, kind=KIND_OF_SIZE.get(size, "scale"))
        if size in ("3", "4"):
            yield replace(plain, kind="arpeggio")
    elif kind == "key":
        yield from (replace(plain, kind=form, fifths=int(rest)) for form in ("scale", "arpeggio", "broken-thirds"))
    elif kind == "metre":
        yield from (replace(plain, kind=form, metre=rest) for form in ("rhythm", "scale"))
    elif kind == "rhythm":
        yield replace(plain, kind="rhythm", figure=rest)
    elif kind == "accidental":
        yield replace(plain, mode="minor")
    elif kind == "range":
        low, high = instrument.range_at(plain.grade + 1)
        middle = (low + high) // 2
        yield replace(plain, low=middle, high=high) if rest == "high" else replace(plain, low=low, high=middle)


def _home_key(known: Knowledge) -> int:
    """The key that goes best: a new leap is not practised in a new key."""
    keys = [tag for tag in known.skills if tag.startswith("key:") and first_grade(tag) <= known.working_grade + 1]
    return int(max(keys, key=lambda tag: known.skills[tag].ability, default="key:0").partition(":")[2])


def _made(order: TechniqueOrder, tag: str, known: Knowledge) -> Remedy | None:
    """The order at the tempo that makes it just hard enough; None if it can't be had or hardly shows the skill."""
    try:
        usual = compose(order)
    except CannotCompose:
        return None
    skills = skill_counts(usual.score)
    if skills.get(tag, 0) < ENOUGH_NOTES:
        return None
    usual_grade = difficulty(usual.score)

    def expected_at(bpm: int) -> float:
        return predict(known, skills, usual_grade + GRADES_A_DOUBLING * math.log2(bpm / USUAL_BPM))

    bpm = min(TEMPI_BPM, key=lambda bpm: (abs(expected_at(bpm) - TARGET), abs(bpm - USUAL_BPM)))
    technique = compose(replace(order, bpm=bpm))
    grade = difficulty(technique.score)
    return Remedy(technique, bpm, grade, skills, predict(known, skills, grade))
