"""How each skill of a student stands: firm, shaky, fading or not met. Pure functions over what is known of them.

A skill's **strength** is the probability that a note of it goes right in a piece of the student's own grade
(`own_grade`). `low` to `high` hold it four times in five, as of now: doubt grows
while nothing is heard.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from tutor.composing.reasons import is_due
from tutor.composing.skills import describe
from tutor.learner.ability import forget, probability, probability_between
from tutor.learner.knowledge import Knowledge, SkillAbility
from tutor.learner.syllabus import first_grade, skills_up_to

FIRM, SHAKY, FADING, NOT_MET = "firm", "shaky", "fading", "not met"
FIRM_FROM = 0.7  # the lower end of what we believe
AT_THE_EDGE_GRADES = 1.0
MET_FROM_NOTES = 8  # fewer say too little
HIGHEST_GRADE = 8
# Every piece asks these of its player, and no syllabus names them.
EVERYDAY = ("key:0", "metre:4/4")


@dataclass(frozen=True, slots=True)
class Skill:
    """`grade`: the grade in which it is usually first met, 1 to 8. `last_met_at` None: never heard."""

    tag: str
    label: str
    strength: float
    low: float
    high: float
    right: int
    heard: int
    state: str
    due_at: datetime | None
    last_met_at: datetime | None
    grade: int = 1
    due: bool = False


def skills_met(known: Knowledge, now: datetime) -> list[Skill]:
    """Every skill that was ever heard, weakest first."""
    return sorted(_skills(known, known.skills, now), key=lambda skill: (skill.strength, skill.tag))


def all_skills(known: Knowledge, now: datetime) -> list[Skill]:
    """Every skill there is to learn, by the grade it is met in; what was not met yet as we would guess it."""
    tags = dict.fromkeys([*EVERYDAY, *skills_up_to(HIGHEST_GRADE), *known.skills])
    return sorted(_skills(known, tags, now), key=lambda skill: skill.grade)


def own_grade(known: Knowledge) -> float:
    """The grade they said; or one under what they work at by now, if that is higher: at the edge of what one can do
    nothing is firm, and far below it everything."""
    return max(known.level, known.working_grade - AT_THE_EDGE_GRADES)


def state_of(skill: SkillAbility, aged: SkillAbility, grade: float, now: datetime) -> str:
    """In a piece of this grade. `skill` as it stood when last met, `aged` as of now.

    Firm: likely right, and we are sure of it. Fading: it was, but it is due again or our doubt has grown. Shaky: the
    rest of what was met."""
    if skill.heard < MET_FROM_NOTES:
        return NOT_MET
    if probability_between(skill, grade)[0] < FIRM_FROM:
        return SHAKY
    doubted = probability_between(aged, grade)[0] < FIRM_FROM
    return FADING if doubted or is_due(skill, timezone.localtime(now)) else FIRM


def _skills(known: Knowledge, tags: Iterable[str], now: datetime) -> list[Skill]:
    aged = forget(known, now)
    grade = own_grade(known)
    return [_skill(tag, known.skills.get(tag), aged.of(tag), grade, now) for tag in tags]


def _skill(tag: str, met: SkillAbility | None, aged: SkillAbility, grade: float, now: datetime) -> Skill:
    low, high = probability_between(aged, grade)
    return Skill(
        tag=tag,
        label=describe(tag),
        strength=probability(aged, grade),
        low=low,
        high=high,
        right=aged.right,
        heard=aged.heard,
        state=state_of(met or aged, aged, grade, now),
        due_at=aged.due_at,
        last_met_at=aged.last_met_at,
        grade=first_grade(tag),
        due=is_due(aged, timezone.localtime(now)),
    )
