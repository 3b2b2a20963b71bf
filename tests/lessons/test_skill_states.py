"""Firm, shaky, fading, not met: what each takes, and what time does to them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lessons.skill_states import FADING, FIRM, NOT_MET, SHAKY, all_skills, skills_met, state_of
from tutor.learner.knowledge import Knowledge, SkillAbility, ability_for

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
SURE_AND_RIGHT = SkillAbility(
    ability_for(2) + 1, 0.05, right=19, heard=20, last_met_at=NOW, due_at=NOW + timedelta(days=5)
)


def state(skill: SkillAbility, aged: SkillAbility | None = None) -> str:
    return state_of(skill, aged or skill, 2.0, NOW)


def test_likely_right_and_sure_is_firm() -> None:
    assert state(SURE_AND_RIGHT) == FIRM


def test_as_likely_right_but_in_doubt_is_shaky() -> None:
    assert state(replace(SURE_AND_RIGHT, variance=1.5)) == SHAKY


def test_surely_wrong_is_shaky() -> None:
    assert state(replace(SURE_AND_RIGHT, ability=ability_for(2) - 2)) == SHAKY


def test_what_was_firm_fades_when_it_is_due() -> None:
    assert state(replace(SURE_AND_RIGHT, due_at=NOW)) == FADING


def test_what_was_firm_fades_when_doubt_has_grown() -> None:
    assert state(SURE_AND_RIGHT, replace(SURE_AND_RIGHT, variance=1.5)) == FADING


@pytest.mark.parametrize("heard", [0, 7])
def test_a_few_notes_say_too_little(heard: int) -> None:
    assert state(replace(SURE_AND_RIGHT, heard=heard, right=heard)) == NOT_MET


@given(st.floats(-6, 6), st.floats(0.01, 1.5), st.integers(8, 200), st.floats(0, 400))
def test_time_never_makes_a_skill_firmer(ability: float, variance: float, heard: int, days: float) -> None:
    skill = SkillAbility(ability, variance, right=heard, heard=heard, last_met_at=NOW, due_at=NOW + timedelta(days=9))
    knows = Knowledge(2.0, {"rhythm:tie": skill})
    (today,) = skills_met(knows, NOW)
    (later,) = skills_met(knows, NOW + timedelta(days=days))
    assert (today.state, later.state) in {(FIRM, FIRM), (FIRM, FADING), (SHAKY, SHAKY)}
    assert later.high - later.low >= today.high - today.low - 1e-9


def test_who_works_above_their_level_is_measured_there() -> None:
    """The same ability in one skill is firm for a beginner, and shaky for who is far ahead in everything else."""
    fifths = {"interval:5:up": replace(SURE_AND_RIGHT, ability=ability_for(2.0) + 0.3)}
    ahead = {f"rhythm:{name}": replace(SURE_AND_RIGHT, ability=ability_for(8.0)) for name in ("tie", "rest", "triplet")}
    beginner, advanced = Knowledge(2.0, fifths), Knowledge(2.0, fifths | ahead)
    states = [
        {skill.tag: skill.state for skill in skills_met(one, NOW)}["interval:5:up"] for one in (beginner, advanced)
    ]
    assert states == [FIRM, SHAKY]


def test_the_map_holds_every_skill_once_met_or_not() -> None:
    knows = Knowledge(2.0, {"interval:5:up": SURE_AND_RIGHT, "rhythm:hemiola": SURE_AND_RIGHT})
    skills = all_skills(knows, NOW)
    tags = [skill.tag for skill in skills]
    assert len(tags) == len(set(tags))
    assert {"interval:5:up", "rhythm:hemiola", "key:0", "key:-7", "metre:4/4", "rhythm:triplet"} <= set(tags)
    assert {skill.tag for skill in skills if skill.state != NOT_MET} == {"interval:5:up", "rhythm:hemiola"}
    assert [skill.grade for skill in skills] == sorted(skill.grade for skill in skills)
    assert all(0 <= skill.low <= skill.strength <= skill.high <= 1 for skill in skills)
