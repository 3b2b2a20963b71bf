"""The skill map: every skill a mark on a staircase of grades, family by family.

A mark is a small vessel. It is filled to what we are sure of; the pale part above is what we only believe; where it is
empty, we don't. Its shape and sign say firm, shaky, fading or not met, so that no colour is needed to read it.
Coordinates are SVG user units in a square of 32.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lessons import dashboards
from lessons.pages.figures import Figure, figure_of
from lessons.practice.orders import can_be_ordered
from lessons.skill_states import FADING, FIRM, HIGHEST_GRADE, NOT_MET, SHAKY, Skill
from lessons.words import said
from tutor.learner.evidence import Evidence

TOP, BOTTOM = 3.0, 29.0
# Of notes right. Below it a mark is empty: nobody is asked for what goes so badly, and above it differences are seen.
EMPTY_AT = 0.4
FAMILIES = {
    "interval": _("Steps and leaps"),
    "rhythm": _("Rhythm"),
    "metre": pgettext_lazy("skills", "Time"),
    "key": _("Keys"),
    "accidental": _("Reading"),
    "range": _("Reading"),
}
STATES = {
    FIRM: _("it goes right, and we are sure"),
    SHAKY: _("it goes wrong too often, or we are not sure"),
    FADING: _("it went right, and wants to be met again"),
    NOT_MET: _("fewer than eight notes heard: too few to say"),
}
ORDINALS = {
    2: _("2nd"),
    3: _("3rd"),
    4: _("4th"),
    5: _("5th"),
    6: _("6th"),
    7: _("7th"),
    8: _("8ve"),
}
ARROWS = {"up": "↑", "down": "↓"}
RANGES = {"high": _("high"), "low": _("low")}
# A grade above one's own is in sight; what lies beyond is drawn faintly.
IN_SIGHT_GRADES = 1.0


@dataclass(frozen=True, slots=True)
class Mark:
    """`solid_y`, `pale_y`: where the fill and the pale part above it begin. `week`: (right, heard) of this week."""

    skill: Skill
    id: str
    sign: str
    figure: Figure | None
    solid_y: float
    pale_y: float
    beyond: bool
    week: tuple[int, int] | None

    @property
    def is_all_this_week(self) -> bool:
        return self.week == (self.skill.right, self.skill.heard)

    @property
    def practised_by(self) -> str:
        """Melodies can be full of most skills; high and low notes are drilled; some metres can't be had at all."""
        if can_be_ordered(self.skill.tag):
            return "melody"
        return "technique" if self.skill.tag.startswith("range:") else ""


@dataclass(frozen=True, slots=True)
class Step:
    grade: int
    here: bool
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class Family:
    name: str
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class SkillMap:
    """`here`: the grade whose column the student works in. `counts`: (state, its meaning, how many)."""

    families: tuple[Family, ...]
    grades: tuple[int, ...]
    here: int
    counts: tuple[tuple[str, str, int], ...]
    met: tuple[Skill, ...]

    @property
    def marks(self) -> Iterable[Mark]:
        return (mark for family in self.families for step in family.steps for mark in step.marks)


def map_of(seen: dashboards.Progress) -> SkillMap:
    return skill_map(seen.skill_map, seen.skills, seen.working_grade, dashboards.heard_this_week(seen.student))


def skill_map(
    skills: Sequence[Skill], met: Sequence[Skill], working_grade: float, week: Evidence | None = None
) -> SkillMap:
    """`skills`: all there are; `met`: those heard, in the order of the table."""
    here = min(max(round(working_grade), 1), HIGHEST_GRADE)
    grades = tuple(range(1, HIGHEST_GRADE + 1))
    by_family: dict[str, list[Mark]] = {}
    for skill in skills:
        family = FAMILIES.get(skill.tag.partition(":")[0])
        if family is not None:
            by_family.setdefault(family, []).append(_mark(skill, working_grade, (week or {}).get(skill.tag)))
    families = tuple(
        Family(name, tuple(Step(grade, grade == here, _on_step(by_family.get(name, []), grade)) for grade in grades))
        for name in dict.fromkeys(FAMILIES.values())
    )
    many = Counter(skill.state for skill in skills)
    return SkillMap(
        families, grades, here, tuple((state, meaning, many[state]) for state, meaning in STATES.items()), tuple(met)
    )


def _on_step(marks: Iterable[Mark], grade: int) -> tuple[Mark, ...]:
    return tuple(mark for mark in marks if mark.skill.grade == grade)


def _mark(skill: Skill, working_grade: float, week: tuple[int, int] | None) -> Mark:
    return Mark(
        skill=skill,
        id="skill-" + skill.tag.replace(":", "-").replace("/", "-"),
        sign=sign_of(skill.tag),
        figure=figure_of(skill.tag),
        solid_y=_height(skill.low if skill.heard else 0.0),
        pale_y=_height(skill.high),
        beyond=not skill.heard and skill.grade > working_grade + IN_SIGHT_GRADES,
        week=week,
    )


def sign_of(tag: str) -> str:
    """The shortest way to write a skill: `5th ↑`, `2♯`, `6/8`, `high`."""
    kind, _colon, rest = tag.partition(":")
    if kind == "interval":
        size, _colon, way = rest.partition(":")
        return f"{ORDINALS[int(size)]} {ARROWS[way]}"
    if kind == "key":
        fifths = int(rest)
        return f"{abs(fifths)}{'♯' if fifths > 0 else '♭'}" if fifths else str(_("no ♯♭"))
    return "♯ ♭ ♮" if kind == "accidental" else said(rest.replace("-", " "))


def _height(share: float) -> float:
    filled = min(max((share - EMPTY_AT) / (1 - EMPTY_AT), 0.0), 1.0)
    return round(BOTTOM - (BOTTOM - TOP) * filled, 1)
