"""What teacher and student ask for, and melodies that are ordered."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tutor.composing.aims import easiest_for
from tutor.composing.choice import Candidate, CandidateMatrix, Played, Wishes, choose
from tutor.composing.compose import compose_melody
from tutor.composing.remedies import order_for_skill
from tutor.learner.ability import forget, predict
from tutor.learner.knowledge import TARGET, Knowledge, SkillAbility, ability_for
from tutor.learner.syllabus import first_grade

NOW = datetime(2026, 11, 22, 17, 0, tzinfo=UTC)
STEPS, THIRDS, DOTTED, TRIPLETS = "interval:2:up", "interval:3:up", "rhythm:dotted-quarter-eighth", "rhythm:triplet"
TAGS = (STEPS, THIRDS, DOTTED, "key:1", "interval:5:down", "rhythm:tie")
ORDERS = {tag: easiest_for(tag) for tag in TAGS}
SIXTHS, SHARPS = "interval:6:up", "accidental"


def met(grade: float, *, right: int = 8, heard: int = 10, due_in_days: float = 5) -> SkillAbility:
    return SkillAbility(ability_for(grade), 0.1, right, heard, NOW, NOW + timedelta(days=due_in_days))


def shelf(**fields: object) -> list[Candidate]:
    return [
        Candidate((tag, grade), float(grade), {tag: 8, STEPS: 8}, **fields)  # type: ignore[arg-type]
        for tag in TAGS
        for grade in np.arange(0.5, 8, 0.5)
    ]


knowledge = st.builds(
    lambda level, own: Knowledge(level, {tag: met(level + off) for tag, off in own.items()}),
    st.floats(1, 6),
    st.dictionaries(st.sampled_from(TAGS), st.floats(-1.5, 1.5)),
)


@given(knowledge, st.floats(1, 4), st.floats(0, 4))
@settings(max_examples=40)
def test_nothing_is_easier_or_harder_than_the_teacher_allows(known: Knowledge, floor: float, more: float) -> None:
    wishes = Wishes(floor=floor, ceiling=floor + more)
    for choice in choose(shelf(), known, NOW, wishes=wishes, orders=ORDERS):
        assert floor <= choice.candidate.grade <= floor + more + 0.05


def test_what_is_assigned_stands_beyond_the_limits() -> None:
    assigned = Candidate("assigned", 3.0, {STEPS: 8}, assigned="Assigned: Step by step.")
    plan = choose([*shelf(), assigned], Knowledge(3), NOW, wishes=Wishes(floor=3.4, ceiling=4))
    assert plan[0].candidate.key == "assigned"


def test_the_focus_comes_before_what_is_due_and_says_who_asks() -> None:
    known = Knowledge(3, {tag: met(3) for tag in TAGS} | {THIRDS: met(3, due_in_days=-1)})
    assert choose(shelf(), known, NOW)[0].aimed_at == THIRDS
    first = choose(shelf(), known, NOW, wishes=Wishes(focus=(DOTTED,)))[0]
    assert first.aimed_at == DOTTED
    assert first.reason.startswith("Your teacher asks for dotted quarters. ")


def test_a_focus_beyond_what_is_unlocked_is_taken_up_all_the_same() -> None:
    assert first_grade(TRIPLETS) == 5
    [choice] = choose((), Knowledge(2), NOW, wishes=Wishes(focus=(TRIPLETS,)), orders={TRIPLETS: 1.0}, count=1)
    assert choice.aimed_at == TRIPLETS
    assert choose((), Knowledge(2), NOW, orders={TRIPLETS: 1.0}) == []


@pytest.mark.parametrize(("said", "way"), [("too hard", -1), ("too easy", 1)])
def test_the_students_word_is_a_step_at_once(said: str, way: int) -> None:
    known = Knowledge(3, {tag: met(3) for tag in TAGS})
    last = [Played("x", 2.8, 75.0)]
    for pieces, orders in ((shelf(), {}), ((), ORDERS)):
        first = choose(pieces, known, NOW, recent=last, wishes=Wishes(said=said), orders=orders)[0]
        assert (first.candidate.grade - 2.8) * way >= 0.1
        assert f"A step {'up' if way > 0 else 'down'}: you said {said}." in first.reason


@given(knowledge, st.floats(1, 7))
@settings(max_examples=40)
def test_too_hard_is_never_answered_by_something_harder(known: Knowledge, last_grade: float) -> None:
    plan = choose(shelf(), known, NOW, recent=[Played("x", last_grade, 75.0)], wishes=Wishes(said="too hard"))
    assert all(choice.candidate.grade <= max(0.5, last_grade) for choice in plan)


def test_the_kind_the_style_and_the_length_that_were_wished_come_first() -> None:
    pieces = [Candidate(name, 2.0, {THIRDS: 8}, kind=name, style="song", bars=8) for name in ("echo", "rhythm")]
    pieces.append(Candidate("long", 2.0, {THIRDS: 8}, kind="echo", style="dance", bars=16))
    known = Knowledge(2, {THIRDS: met(2)})
    for wishes, wanted in (
        (Wishes(kind="rhythm"), "rhythm"),
        (Wishes(style="dance"), "long"),
        (Wishes(bars=16), "long"),
        (Wishes(kind="echo", bars=8), "echo"),
    ):
        assert choose(pieces, known, NOW, wishes=wishes)[0].candidate.key == wanted
    assert choose(pieces, known, NOW, wishes=Wishes(kind="arpeggios"))  # Rather another kind than nothing.


def test_a_surprise_is_drawn_among_what_serves_and_is_the_same_for_the_same_seed() -> None:
    known = Knowledge(3, {tag: met(3) for tag in TAGS})
    firsts = [choose(shelf(), known, NOW, wishes=Wishes(surprise=True, seed=seed))[0] for seed in range(12)]
    again = choose(shelf(), known, NOW, wishes=Wishes(surprise=True, seed=3))[0]
    assert again.candidate.key == firsts[3].candidate.key
    assert len({choice.candidate.key for choice in firsts}) > 3
    assert all(0.6 < choice.expected < 0.95 for choice in firsts)


@given(knowledge)
@settings(max_examples=40)
def test_orders_are_for_what_is_needed_at_the_target(known: Knowledge) -> None:
    plan = choose((), known, NOW, orders=ORDERS)
    assert 0 < len(plan) <= 5
    for choice in plan:
        order = choice.candidate.order
        assert order and order.tag in TAGS
        assert order.grade == choice.candidate.grade
        assert choice.aimed_at in ("", order.tag) or choice.aimed_at in choice.candidate.skills
    assert abs(plan[0].expected - TARGET) < 0.05 or plan[0].candidate.grade in (1.0, 8.0)


def test_the_weakest_skill_is_ordered_first() -> None:
    known = Knowledge(3, {tag: met(3) for tag in TAGS} | {DOTTED: met(1.5, right=10, heard=20)})
    first = choose((), known, NOW, orders=ORDERS)[0]
    assert first.candidate.order and first.candidate.order.tag == first.aimed_at == DOTTED
    assert "10 of 20 right so far" in first.reason


def test_no_melody_is_said_to_be_easier_than_it_can_be_had() -> None:
    """A melody full of accidentals is never of grade 1: what a beginner is given instead is really that easy."""
    beginner = Knowledge(2, {STEPS: met(1.5)})
    plan = choose((), beginner, NOW, orders={tag: easiest_for(tag) for tag in (*TAGS, SHARPS, SIXTHS)})
    assert all(choice.candidate.grade >= easiest_for(choice.candidate.order.tag) for choice in plan)
    assert all(choice.aimed_at not in (SHARPS, SIXTHS) for choice in plan)
    assert plan[0].expected > 0.7


@pytest.mark.parametrize(("ceiling", "tags"), [(2.0, {STEPS, DOTTED}), (0.6, {STEPS, DOTTED}), (4.0, None)])
def test_under_a_ceiling_is_what_can_be_had_under_it(ceiling: float, tags: set[str] | None) -> None:
    orders = {tag: easiest_for(tag) for tag in (STEPS, DOTTED, SHARPS)}
    plan = choose((), Knowledge(3), NOW, orders=orders, wishes=Wishes(ceiling=ceiling))
    assert {choice.candidate.order.tag for choice in plan} == (tags or orders.keys())
    assert all(choice.candidate.grade <= max(1.0, ceiling) for choice in plan)


@pytest.mark.parametrize("tag", [SHARPS, SIXTHS, "interval:7:down", "interval:8:up", "rhythm:syncopation", TRIPLETS])
def test_the_easiest_melody_for_a_skill_is_about_as_easy_as_it_is_said_to_be(tag: str) -> None:
    made = [compose_melody(order_for_skill(tag, "violin", easiest_for(tag), seed=seed)) for seed in range(4)]
    assert sum(one.difficulty for one in made) / 4 == pytest.approx(easiest_for(tag), abs=0.5)


def test_a_matrix_built_once_gives_what_a_list_gives() -> None:
    known = Knowledge(3, {tag: met(3) for tag in TAGS})
    recent = [Played((STEPS, 3.0), 3.0, 90.0, {STEPS: 8})]
    assert choose(CandidateMatrix.of(shelf()), known, NOW, recent=recent) == choose(shelf(), known, NOW, recent=recent)


@given(knowledge)
@settings(max_examples=20)
def test_all_at_once_is_expected_what_each_alone_is(known: Knowledge) -> None:
    aged = forget(known, NOW + timedelta(days=3))
    pieces = [*shelf(), Candidate("untagged", 3.0)]
    alone = [predict(aged, piece.skills, piece.grade) for piece in pieces]
    assert CandidateMatrix.of(pieces).expected(aged) == pytest.approx(alone)
