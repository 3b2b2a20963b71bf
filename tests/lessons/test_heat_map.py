"""Students by skills: which columns, what a field says, and that its colours can be told apart by everybody."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lessons.dashboards import ClassStudent, Week
from lessons.models import Classroom
from lessons.pages.heat_map import BANDS, RARE, SURE, UNSURE, HeatMap, heat_map, in_order
from lessons.skill_states import FIRM, NOT_MET, SHAKY, Skill

ROOM = Classroom(pk=1, name="Thursday strings")


def skill(tag: str, strength: float = 0.7, width: float = 0.1, state: str = SHAKY, heard: int = 20) -> Skill:
    low, high = max(0.0, strength - width / 2), min(1.0, strength + width / 2)
    return Skill(tag, tag, strength, low, high, round(strength * heard), heard, state, None, None)


def student(number: int, *skills: Skill) -> ClassStudent:
    return ClassStudent(number, f"Student {number}", "violin", 2, None, Week(), [], None, list(skills), 0, [])


def drawn(*students: ClassStudent, settled: bool = False) -> HeatMap:
    return heat_map(ROOM, students, students, settled=settled)


def tags(heat: HeatMap) -> list[str]:
    return [column.tag for column in heat.columns]


def test_columns_are_what_the_class_has_met_family_by_family() -> None:
    heat = drawn(student(1, skill("rhythm:tie"), skill("interval:4:up")), student(2, skill("interval:2:up")))
    assert tags(heat) == ["interval:2:up", "interval:4:up", "rhythm:tie"]
    assert [many for _, many in heat.families] == [2, 1]
    assert [column.opens for column in heat.columns] == [True, False, True]


def test_what_nobody_was_heard_of_enough_and_what_is_in_everything_is_no_column() -> None:
    heat = drawn(student(1, skill("key:0"), skill("metre:4/4"), skill("rhythm:tie", state=NOT_MET), skill("key:1")))
    assert tags(heat) == ["key:1"]


def test_what_all_have_firm_is_left_out_until_it_is_asked_for() -> None:
    people = (
        student(1, skill("key:1", 0.95, state=FIRM), skill("key:2", state=FIRM)),
        student(2, skill("key:1", 0.95, state=FIRM), skill("key:2")),
    )
    assert (tags(drawn(*people)), drawn(*people).settled) == (["key:2"], 1)
    assert (tags(drawn(*people, settled=True)), drawn(*people, settled=True).settled) == (["key:1", "key:2"], 0)


def test_where_everything_is_firm_it_is_all_shown() -> None:
    assert tags(drawn(student(1, skill("key:1", 0.95, state=FIRM)))) == ["key:1"]


def test_the_columns_of_a_page_are_the_whole_class_s() -> None:
    first, second = student(1, skill("key:1")), student(2, skill("key:2"))
    assert tags(heat_map(ROOM, [first], [first, second])) == ["key:1", "key:2"]


def test_a_field_says_how_well_and_how_sure_and_leads_to_what_shows_it() -> None:
    (row,) = drawn(
        student(7, skill("key:1", 0.62, 0.1), skill("key:2", 0.65, 0.6), skill("key:3", state=NOT_MET, heard=3)),
        settled=True,
    ).rows
    one, two = row.cells
    assert (one.percent, one.span) == ("62", "57–67")
    assert one.look == f"h1 {SURE}"
    assert two.look == f"h2 {UNSURE}"
    assert one.address == "/classes/1/students/7/?skill=key%3A1#takes"


def test_too_few_notes_are_no_figure_and_nothing_met_is_an_empty_field() -> None:
    rare, empty = drawn(
        student(1, skill("key:1", state=NOT_MET, heard=3)), student(2), student(3, skill("key:1"))
    ).rows[:2]
    assert (rare.cells[0].look, rare.cells[0].percent) == (RARE, "")
    assert (empty.cells[0].look, empty.cells[0].address) == ("", "")


@given(st.lists(st.floats(0.01, 0.99), min_size=1, max_size=8), st.floats(0, 0.8))
def test_a_stronger_skill_is_never_darker_and_a_doubtful_one_never_fuller(strengths: list[float], width: float) -> None:
    people = [student(number, skill("key:1", strength)) for number, strength in enumerate(sorted(strengths))]
    looks = [row.cells[0].look for row in drawn(*people).rows]
    assert looks == sorted(looks)
    sure, wider = (
        drawn(student(1, skill("key:1", 0.5, one))).rows[0].cells[0].look.split()[1] for one in (width, width + 0.1)
    )
    order = ["sure", "fair", "unsure"]
    assert order.index(sure) <= order.index(wider)


def test_sorted_by_the_weakest_and_by_one_skill() -> None:
    people = [
        student(1, skill("key:1", 0.4), skill("key:2", 0.9)),
        student(2, skill("key:1", 0.8), skill("key:2", 0.2)),
        student(3),
        student(4, skill("key:1", 0.1, state=NOT_MET, heard=2)),
    ]
    assert [one.id for one in in_order(people, "name")] == [1, 2, 3, 4]
    assert [one.id for one in in_order(people, "weakest")][:2] == [2, 1]
    assert [one.id for one in in_order(people, "key:1")] == [1, 2, 4, 3]


# Colours

CSS = (Path(__file__).parents[2] / "static/src/css/heat.css").read_text(encoding="utf-8")
# Machado, Oliveira and Fernandes 2009, severity 1, on linear RGB; grey is luminance alone.
EYES = {
    "most": np.eye(3),
    "protanopia": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deuteranopia": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    "tritanopia": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
    ),
    "grey": np.tile([0.2126, 0.7152, 0.0722], (3, 1)),
}
# CIE76. A just noticeable step is 2.3; side by side in a table it should be plain.
APART = 9.0


def heats() -> list[str]:
    return [re.search(rf"--heat-{band}: (#[0-9a-f]{{6}})", CSS).group(1) for band in range(len(BANDS) + 1)]  # type: ignore[union-attr]


def linear(colour: str) -> Any:
    value = np.array([int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)])
    return np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)


def lab(rgb: Any) -> Any:
    to_xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
    x, y, z = np.cbrt(to_xyz @ np.clip(rgb, 1e-6, 1) / to_xyz.sum(axis=1))
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


@pytest.mark.parametrize("eyes", EYES)
def test_neighbouring_colours_are_told_apart_by_every_eye_and_on_a_grey_print(eyes: str) -> None:
    seen = [lab(EYES[eyes] @ linear(colour)) for colour in heats()]
    assert all(np.linalg.norm(one - other) >= APART for one, other in pairwise(seen))
    lightness = [one[0] for one in seen]
    assert lightness == sorted(lightness)


def test_the_figure_can_be_read_on_every_colour() -> None:
    inks = [re.search(rf"\.h{band} {{[^}}]*--on-heat: (#[0-9a-f]{{6}})", CSS).group(1) for band in range(5)]  # type: ignore[union-attr]
    for colour, ink in zip(heats(), inks, strict=True):
        low, high = sorted(float(np.array([0.2126, 0.7152, 0.0722]) @ linear(one)) for one in (colour, ink))
        assert (high + 0.05) / (low + 0.05) >= 4.5


def test_a_field_of_another_strength_has_another_figure() -> None:
    """Nothing hangs on colour: the figure is there too."""
    (row,) = drawn(student(1, *(skill(f"key:{number}", number / 10) for number in range(1, 8)))).rows
    assert len({cell.percent for cell in row.cells}) == 7
