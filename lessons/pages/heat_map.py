"""The heat map: students by skills, each cell how likely a note goes right and how sure we are of that.

A table, so that it can be read aloud as it stands: the figure is in the cell, the colour repeats it. Certainty is the
cell's form: filled and large, filled and smaller, an outline. Colours get darker the weaker a skill is, so that the
map reads without hue as well (static/src/css/heat.css).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from urllib.parse import quote

from django.urls import reverse

from lessons.dashboards import ClassStudent
from lessons.models import Classroom
from lessons.pages.figures import Figure, figure_of
from lessons.pages.skill_map import FAMILIES, sign_of
from lessons.skill_states import FIRM, NOT_MET, Skill
from tutor.composing.choice import PLAIN

# In a piece of the student's own grade; the target is a little over .8. A colour each.
BANDS = (0.5, 0.65, 0.8, 0.9)
# Four in five such intervals hold the truth: one that is this narrow says which colour is right.
SURE_WITHIN, FAIRLY_WITHIN = 0.2, 0.4
SURE, FAIR, UNSURE, RARE = "sure", "fair", "unsure", "rare"
BY_NAME, BY_WEAKEST = "name", "weakest"


@dataclass(frozen=True, slots=True)
class Column:
    """`opens`: it is the first of its family."""

    tag: str
    label: str
    sign: str
    figure: Figure | None
    family: str
    opens: bool


@dataclass(frozen=True, slots=True)
class Cell:
    """`look`: the classes of its colour and its form. `percent` and `span` are empty where too little was heard to
    say; they are words, since a thousand numbers in a reader's own digits cost a tenth of a page."""

    look: str
    percent: str = ""
    span: str = ""
    address: str = ""
    opens: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    student: ClassStudent
    address: str
    cells: Sequence[Cell]


@dataclass(frozen=True, slots=True)
class HeatMap:
    """`families`: (name, how many columns). `settled`: skills left out because they are firm for all who met them."""

    rows: Sequence[Row]
    columns: Sequence[Column]
    families: Sequence[tuple[str, int]]
    settled: int


def heat_map(
    classroom: Classroom, students: Sequence[ClassStudent], everybody: Sequence[ClassStudent], *, settled: bool = False
) -> HeatMap:
    """`students`: those of this page; the columns are `everybody`'s. `settled`: show what all have firm, too."""
    columns, left_out = _columns(everybody, settled)
    families = [(name, len(list(group))) for name, group in groupby(columns, lambda column: column.family)]
    rows = [_row(classroom, student, columns) for student in students]
    return HeatMap(rows, columns, families, left_out)


def in_order(students: Iterable[ClassStudent], by: str) -> list[ClassStudent]:
    """By name as they come, by the weakest skill of each, or by one skill: who needs it most first."""
    students = list(students)
    if by == BY_WEAKEST:
        return sorted(students, key=lambda one: _strength(one, one.weakest.tag) if one.weakest else 2.0)
    if by and by != BY_NAME:
        return sorted(students, key=lambda one: _strength(one, by))
    return students


def _strength(student: ClassStudent, tag: str) -> float:
    """For sorting: what is not met, or hardly, comes last."""
    skill = next((skill for skill in student.skills if skill.tag == tag), None)
    return 2.0 if skill is None else skill.strength + (skill.state == NOT_MET)


def _columns(students: Sequence[ClassStudent], settled: bool) -> tuple[list[Column], int]:
    """What anybody in the class has met, family by family, from the easiest on."""
    met: dict[str, list[Skill]] = {}
    for student in students:
        for skill in student.skills:
            if skill.tag not in PLAIN and skill.tag.partition(":")[0] in FAMILIES and skill.state != NOT_MET:
                met.setdefault(skill.tag, []).append(skill)
    open_ones = {tag: skills for tag, skills in met.items() if any(skill.state != FIRM for skill in skills)}
    shown = met if settled or not open_ones else open_ones
    names = list(dict.fromkeys(FAMILIES.values()))
    first = sorted(
        (skills[0] for skills in shown.values()),
        key=lambda skill: (names.index(_family(skill)), skill.grade, skill.tag),
    )
    columns = [
        Column(
            tag=skill.tag,
            label=skill.label,
            sign=sign_of(skill.tag),
            figure=figure_of(skill.tag),
            family=_family(skill),
            opens=place == 0 or _family(first[place - 1]) != _family(skill),
        )
        for place, skill in enumerate(first)
    ]
    return columns, len(met) - len(shown)


def _family(skill: Skill) -> str:
    return FAMILIES[skill.tag.partition(":")[0]]


def _row(classroom: Classroom, student: ClassStudent, columns: Sequence[Column]) -> Row:
    address = reverse("class-student", args=[classroom.pk, student.id])
    skills = {skill.tag: skill for skill in student.skills}
    return Row(student, address, [_cell(skills.get(column.tag), column, address) for column in columns])


def _cell(skill: Skill | None, column: Column, address: str) -> Cell:
    opens = column.opens
    if skill is None:
        return Cell("", opens=opens)
    there = f"{address}?skill={quote(column.tag)}#takes"
    if skill.state == NOT_MET:
        return Cell(RARE, address=there, opens=opens)
    return Cell(
        look=f"h{sum(skill.strength >= least for least in BANDS)} {_certainty(skill)}",
        percent=f"{100 * skill.strength:.0f}",
        span=f"{100 * skill.low:.0f}–{100 * skill.high:.0f}",
        address=there,
        opens=opens,
    )


def _certainty(skill: Skill) -> str:
    width = skill.high - skill.low
    return SURE if width <= SURE_WITHIN else FAIR if width <= FAIRLY_WITHIN else UNSURE
