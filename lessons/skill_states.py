"""How each skill of a student stands: firm, shaky, fading or not met. Pure functions over what is known of them.

A skill's **strength** is the probability that a note of it goes right in a piece of the student's own grade
(`own_grade`). `low` to `high` hold it four times in five, as of now: doubt grows
while nothing is heard.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from django.utils import timezone

from lessons.words import noted, said
from tutor.composing.reasons import is_due
from tutor.composing.skills import describe
from tutor.learner.ability import UNMET, forget, probability_between
from tutor.learner.filtering import Floats, chance
from tutor.learner.knowledge import Knowledge, SkillAbility
from tutor.learner.parameters import DEFAULTS
from tutor.learner.syllabus import first_grade, skills_up_to

FIRM, SHAKY = noted("skill", "firm"), noted("skill", "shaky")
FADING, NOT_MET = noted("skill", "fading"), noted("skill", "not met")
FIRM_FROM = 0.7  # the lower end of what we believe
AT_THE_EDGE_GRADES = 1.0
DEVIATIONS = 1.28  # either way hold four in five
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
    low, low_now = (probability_between(one, grade, DEVIATIONS)[0] for one in (skill, aged))
    return _state(skill.heard, low, low_now, is_due(skill, timezone.localtime(now)))


def _state(heard: int, low_when_met: float, low_now: float, due: bool) -> str:
    if heard < MET_FROM_NOTES:
        return NOT_MET
    if low_when_met < FIRM_FROM:
        return SHAKY
    return FADING if low_now < FIRM_FROM or due else FIRM


def _skills(known: Knowledge, tags: Iterable[str], now: datetime) -> list[Skill]:
    """All at once: a class has a thousand of them on one page."""
    tags, today = list(tags), timezone.localtime(now)
    if not tags:
        return []
    grade = own_grade(known)
    strength, low, high = _chances(forget(known, now), tags, grade)
    low_when_met = _chances(known, tags, grade)[1]
    skills = []
    for place, tag in enumerate(tags):
        tally = known.tallies.get(tag, UNMET)
        due = is_due(tally, today)
        skills.append(
            Skill(
                tag=tag,
                label=said(describe(tag)),
                strength=float(strength[place]),
                low=float(low[place]),
                high=float(high[place]),
                right=tally.right,
                heard=tally.heard,
                state=_state(tally.heard, float(low_when_met[place]), float(low[place]), due),
                due_at=tally.due_at,
                last_met_at=tally.last_met_at,
                grade=first_grade(tag),
                due=due,
            )
        )
    return skills


def _chances(known: Knowledge, tags: Sequence[str], grade: float) -> tuple[Floats, Floats, Floats]:
    """Of each skill the chance that a note goes right at this grade, and the interval we believe it to lie in."""
    mean, variance = known.marginals(tags)
    logits, spread = DEFAULTS.logits(grade), DEVIATIONS * np.sqrt(variance)
    sure = np.zeros_like(variance)
    return (
        chance(mean, variance, logits, DEFAULTS),
        chance(mean - spread, sure, logits, DEFAULTS),
        chance(mean + spread, sure, logits, DEFAULTS),
    )
