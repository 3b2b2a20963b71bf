"""The next piece: what it is for, how hard it is, why it was chosen."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tutor.composing.choice import Candidate, choose, need, streak_of
from tutor.composing.skills import describe
from tutor.learner.ability import update
from tutor.learner.knowledge import Knowledge, SkillAbility, ability_for, logits

NOW = datetime(2026, 11, 22, 17, 0, tzinfo=UTC)
STEPS, THIRDS, DOTTED, TRIPLETS = "interval:2:up", "interval:3:up", "rhythm:dotted-quarter-eighth", "rhythm:triplet"
TAGS = (STEPS, THIRDS, DOTTED, "key:1", "key:2", "interval:5:down", "rhythm:tie", "metre:3/4")


def met(grade: float, *, right: int = 8, heard: int = 10, due_in_days: float = 5) -> SkillAbility:
    """A well-known skill of somebody who plays it at this grade."""
    return SkillAbility(ability_for(grade), 0.1, right, heard, NOW, NOW + timedelta(days=due_in_days))


def shelf(*, step: float = 0.25) -> list[Candidate]:
    """Every skill at every grade from 0.5 to 8."""
    return [
        Candidate(key=(tag, float(grade)), grade=float(grade), skills={tag: 8, STEPS: 8})
        for tag in TAGS
        for grade in np.arange(0.5, 8, step)
    ]


knowledge = st.builds(
    lambda level, own: Knowledge(level, {tag: met(level + off) for tag, off in own.items()}),
    st.floats(1, 6),
    st.dictionaries(st.sampled_from(TAGS), st.floats(-1.5, 1.5)),
)


def test_the_weakest_skill_comes_first() -> None:
    known = Knowledge(2, {STEPS: met(2.5), DOTTED: met(0.8), THIRDS: met(2.5), "key:1": met(2.5)})
    pieces = [Candidate(tag, 2.0 if tag != DOTTED else 1.2, {tag: 8}) for tag in (STEPS, DOTTED, THIRDS)]
    first = choose(pieces, known, NOW)[0]
    assert first.candidate.key == first.aimed_at == DOTTED


def test_a_skill_that_is_due_comes_before_one_that_is_not() -> None:
    known = Knowledge(2, {STEPS: met(2), THIRDS: met(2, due_in_days=0)})
    pieces = [Candidate(tag, 2.0, {tag: 8}) for tag in (STEPS, THIRDS)]
    assert choose(pieces, known, NOW)[0].aimed_at == THIRDS


def test_a_locked_skill_is_nobodys_aim() -> None:
    known = Knowledge(1, {STEPS: met(1)})
    assert need(known, TRIPLETS, NOW) == 0
    pieces = [Candidate("triplets", 1.0, {TRIPLETS: 8}), Candidate("steps", 1.0, {STEPS: 8})]
    assert choose(pieces, known, NOW)[0].candidate.key == "steps"


def test_the_reason_is_made_of_facts() -> None:
    known = Knowledge(2, {DOTTED: met(1, right=10, heard=20, due_in_days=0)})
    choice = choose([Candidate(1, 1.0, {DOTTED: 8})], known, NOW, lately={DOTTED: (4, 9)})[0]
    label = describe(DOTTED)
    assert choice.reason == f"{label[0].upper()}{label[1:]}: 4 of 9 right this week; due today."
    assert "10 of 20 right so far" in choose([Candidate(1, 1.0, {DOTTED: 8})], known, NOW)[0].reason


def test_the_reason_for_something_new_says_so() -> None:
    choice = choose([Candidate(1, 1.0, {THIRDS: 8, "key:1": 2})], Knowledge(1), NOW)[0]
    assert choice.reason == f"New here: {describe(THIRDS)}, with {describe('key:1')}."


def test_what_the_teacher_assigned_comes_first_and_says_so() -> None:
    known = Knowledge(2, {tag: met(2) for tag in TAGS})
    assigned = Candidate("assigned", 2.6, {STEPS: 8}, assigned="Assigned: First leaps, for 3 December.")
    first = choose([*shelf(), assigned], known, NOW)[0]
    assert first.candidate.key == "assigned"
    assert first.reason.startswith("Assigned: First leaps, for 3 December. ")


def test_an_assigned_piece_gives_way_once_after_it_was_played() -> None:
    known = Knowledge(2, {tag: met(2) for tag in TAGS})
    assigned = Candidate("assigned", 2.0, {STEPS: 8}, assigned="Assigned: Step by step.")
    first = [
        choose([*shelf(), assigned], known, NOW, recent=recent)[0].candidate.key
        for recent in (["assigned"], ["x", "assigned"])
    ]
    assert first[0] != "assigned"
    assert first[1] == "assigned"


def test_a_step_up_is_a_step_and_not_a_leap() -> None:
    known = Knowledge(5, {tag: met(5) for tag in TAGS})
    usual = choose(shelf(), known, NOW)[0].candidate.grade
    first = choose(shelf(), known, NOW, streak=8, last_grade=1.0)[0]
    assert 1.0 <= first.candidate.grade <= usual + 0.5


def test_music_comes_before_drill_that_serves_no_better() -> None:
    known = Knowledge(2, {STEPS: met(2)})
    pieces = [Candidate("drill", 2.0, {STEPS: 8}, drill=True), Candidate("music", 2.0, {STEPS: 8})]
    assert [choice.candidate.key for choice in choose(pieces, known, NOW)] == ["music", "drill"]
    assert choose([pieces[0]], known, NOW)[0].candidate.key == "drill"


def test_one_drill_after_the_other_makes_room_for_music() -> None:
    known = Knowledge(2, {STEPS: met(2), THIRDS: met(0.5)})
    pieces = [Candidate("drill", 0.6, {THIRDS: 8}, drill=True), Candidate("music", 2.0, {STEPS: 8})]
    assert choose(pieces, known, NOW)[0].candidate.key == "drill"
    assert choose(pieces, known, NOW, drills_lately=3)[0].candidate.key == "music"


def test_an_assigned_piece_out_of_reach_waits() -> None:
    known = Knowledge(1, {tag: met(1) for tag in TAGS})
    assigned = Candidate("assigned", 7.0, {STEPS: 8}, assigned="Assigned: Paganini.")
    assert choose([*shelf(), assigned], known, NOW)[0].candidate.key != "assigned"


def test_the_last_piece_is_not_given_again_while_there_are_others() -> None:
    known, recent = Knowledge(2, {STEPS: met(2)}), []
    for _ in range(6):
        recent.insert(0, choose(shelf(), known, NOW, recent=recent)[0].candidate.key)
    assert len(set(recent)) == 6


def test_a_plan_is_for_more_than_one_skill() -> None:
    plan = choose(shelf(), Knowledge(2), NOW)
    assert len(plan) == 5
    assert len({choice.aimed_at for choice in plan}) >= 3


def test_nothing_on_the_shelf_gives_no_plan() -> None:
    assert choose([], Knowledge(2), NOW, streak=-4) == []


@given(knowledge, st.integers(-8, -2), st.floats(0.5, 8))
@settings(max_examples=60)
def test_a_run_of_failures_never_raises_the_difficulty(known: Knowledge, streak: int, last_grade: float) -> None:
    usual = choose(shelf(step=0.5), known, NOW, last_grade=last_grade)[0]
    eased = choose(shelf(step=0.5), known, NOW, last_grade=last_grade, streak=streak)
    assert all(choice.candidate.grade <= usual.candidate.grade for choice in eased)
    assert all(choice.candidate.grade <= max(0.5, last_grade + 0.3 * streak) for choice in eased)


@given(knowledge, st.integers(2, 8))
@settings(max_examples=60)
def test_a_run_of_successes_never_lowers_the_difficulty_and_stays_in_reach(known: Knowledge, streak: int) -> None:
    last = choose(shelf(step=0.5), known, NOW)[0]
    bolder = choose(shelf(step=0.5), known, NOW, last_grade=last.candidate.grade, streak=streak)[0]
    assert bolder.candidate.grade >= last.candidate.grade
    assert bolder.expected >= 0.65


@pytest.mark.parametrize(
    ("grades", "streak"),
    [
        ([], 0),
        ([90.0, 95.0, 60.0], 2),
        ([50.0, None, 60.0, 90.0], -2),
        ([70.0, 90.0, 90.0], 0),
        ([None, None], 0),
        ([85.0], 1),
    ],
)
def test_a_streak_is_counted_from_the_last_take(grades: list[float | None], streak: int) -> None:
    assert streak_of(grades) == streak


def test_simulated_students_are_kept_near_the_target(rng: np.random.Generator) -> None:
    """Twenty students whose level says little of what they can do: after five takes nearly all pieces are chosen
    within .15 of four notes in five, the truth asked, and on the mean they are there."""
    off = []
    for _ in range(20):
        level = float(rng.integers(1, 6))
        gift = rng.normal(0, 0.6)
        truth = {tag: ability_for(level) + gift + rng.normal(0, 0.5) for tag in TAGS}
        known, now, recent = Knowledge(level), NOW, []
        for take in range(25):
            now += timedelta(hours=8)
            choice = choose(shelf(), known, now, recent=recent, count=1)[0]
            recent.insert(0, choice.candidate.key)
            form, piece = rng.normal(0, 0.5), choice.candidate
            chance = {tag: 0.98 / (1 + np.exp(-(truth[tag] - logits(piece.grade)))) for tag in piece.skills}
            if take >= 5:
                off.append(np.mean(list(chance.values())) - 0.8)
            odds = {tag: 0.98 / (1 + np.exp(-(truth[tag] + form - logits(piece.grade)))) for tag in piece.skills}
            said = {tag: (int(rng.binomial(notes, odds[tag])), notes) for tag, notes in piece.skills.items()}
            known = update(known, said, piece.grade, now)
    assert abs(np.mean(off)) < 0.05
    assert np.mean(np.abs(off) < 0.15) > 0.85
