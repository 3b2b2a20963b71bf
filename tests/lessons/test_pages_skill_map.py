"""The skill map: drawn with its doubt, readable without colour, and the same in words."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from lessons import practice
from lessons.models import SkillState
from lessons.pages.figures import FIGURES, figure_of
from lessons.pages.skill_map import BOTTOM, TOP, sign_of, skill_map
from lessons.skill_states import NOT_MET, Skill, all_skills
from tests.factories import graded
from tutor.learner.knowledge import Knowledge, ability_for

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def one(low: float, strength: float, high: float, **fields: Any) -> Skill:
    shown = {"right": 9, "heard": 12, "state": "shaky", "due_at": None, "last_met_at": NOW, "grade": 2}
    return Skill("interval:5:up", "leaps of a fifth", strength, low, high, **{**shown, **fields})


@given(st.lists(st.floats(0, 1), min_size=3, max_size=3).map(sorted))
def test_a_mark_is_pale_where_we_only_believe(three: list[float]) -> None:
    (mark,) = skill_map([one(*three)], [], 2.0).marks
    assert TOP <= mark.pale_y <= mark.solid_y <= BOTTOM


def test_what_was_never_heard_is_nowhere_dark() -> None:
    (mark,) = skill_map([one(0.7, 0.8, 0.9, heard=0, right=0, state=NOT_MET)], [], 2.0).marks
    assert mark.solid_y == BOTTOM
    assert mark.pale_y < BOTTOM


def test_every_skill_stands_once_on_the_step_of_its_grade() -> None:
    skills = all_skills(Knowledge(3.0), NOW)
    drawn = skill_map(skills, [], 3.0)
    assert len([*drawn.marks]) == len(skills) == sum(many for _, _, many in drawn.counts)
    for family in drawn.families:
        for step in family.steps:
            assert all(mark.skill.grade == step.grade for mark in step.marks)
    ids = [mark.id for mark in drawn.marks]
    assert len(set(ids)) == len(ids)
    assert [step.grade for step in drawn.families[0].steps if step.here] == [3]


def test_signs_are_short_and_tell_skills_apart() -> None:
    signs = [sign_of(skill.tag) for skill in all_skills(Knowledge(3.0), NOW) if skill.tag not in FIGURES]
    assert len(set(signs)) == len(signs)
    assert max(map(len, signs)) <= 6


@pytest.mark.parametrize("tag", FIGURES)
def test_a_rhythm_is_drawn_within_its_frame(tag: str) -> None:
    figure = figure_of(tag)
    assert figure is not None
    assert len(figure.heads) == len(FIGURES[tag])
    assert all(0 < head.x < figure.width for head in figure.heads)


def test_eighths_share_a_beam_and_sixteenths_two() -> None:
    beams = {tag: len(figure.beams) for tag in FIGURES if (figure := figure_of(tag))}
    assert beams["rhythm:eighths"] == 1
    assert beams["rhythm:sixteenths"] == 4  # the eighths' beam, and the second between each two neighbours
    assert beams["rhythm:dotted-eighth-sixteenth"] == 2
    assert beams["rhythm:syncopation"] == 0


@pytest.fixture
def fifths(ada: Any) -> SkillState:
    now = datetime.now(UTC)
    return SkillState.objects.create(
        student=ada,
        skill="interval:5:up",
        ability=ability_for(2) - 1,
        variance=0.2,
        right=4,
        heard=9,
        last_met_at=now,
        due_at=now,
    )


def test_her_page_draws_the_map_and_says_the_same_in_words(client: Client, ada: Any, fifths: SkillState) -> None:
    client.force_login(ada)
    page = client.get(reverse("progress")).content.decode()
    assert 'aria-label="Leaps of a fifth, upwards: shaky"' in page
    assert "4 of 9 right" in page
    assert "due today" in page
    table = page[page.index('<table class="skill-table"') :]
    assert "4 of 9" in table
    # Every mark opens the facts of its own skill, without any script.
    opened = re.findall(r'class="mark [^"]*" popovertarget="([^"]+)"', page)
    assert opened
    assert all(f'id="{one_id}"' in page for one_id in opened)


def test_the_facts_of_a_mark_are_this_weeks_where_there_are_any(client: Client, ada: Any) -> None:
    practice.learn_from(graded({"n3": "wrong"}, student=ada))
    client.force_login(ada)
    page = client.get(reverse("progress")).content.decode()
    card = page[page.index('id="skill-interval-2-up"') :]
    assert re.search(r"6 of 7 right, all this week", card[: card.index("</div>")])


def test_what_was_heard_too_rarely_is_not_called_unmet(client: Client, ada: Any) -> None:
    practice.learn_from(graded({}, student=ada))
    SkillState.objects.filter(student=ada, skill="interval:2:up").update(right=3, heard=3)
    client.force_login(ada)
    page = client.get(reverse("progress")).content.decode()
    card = page[page.index('id="skill-interval-2-up"') :]
    assert "Not met</b>:" not in card
    assert "<b>Met too rarely</b> to say" in card


def test_high_notes_are_practised_by_technique_and_melodies_by_the_rest(client: Client, ada: Any) -> None:
    practice.learn_from(graded({}, student=ada))
    client.force_login(ada)
    page = client.get(reverse("progress")).content.decode()
    for skill, is_drilled in (("range:high", True), ("rhythm:triplet", False)):
        form = page[page.index(f'name="skill" value="{skill}"') :]
        assert ('name="kind" value="technique"' in form[: form.index("</form>")]) == is_drilled


def test_her_teacher_sees_it_without_the_button_to_practise(
    client: Client, ada: Any, ms_clark: Any, fifths: SkillState, classroom: Any
) -> None:
    client.force_login(ms_clark)
    page = client.get(reverse("class-student", args=[classroom.pk, ada.pk])).content.decode()
    assert "Leaps of a fifth, upwards: shaky" in page
    assert "Practise this" not in page


def test_before_the_first_take_there_is_no_empty_map(client: Client, ada: Any) -> None:
    client.force_login(ada)
    page = client.get(reverse("progress")).content.decode()
    assert "skill-map" not in page
    assert "Play something" in page
