"""What takes come to: laws of the mark, over any takes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lessons.assigning.marking import Mark, Played, Rules, State, is_in_time, mark

OPENS = datetime(2026, 3, 2, 8, tzinfo=UTC)
DUE = OPENS + timedelta(days=7)
OPEN = Rules(OPENS, DUE)
NOW = DUE - timedelta(days=1)
AFTER = DUE + timedelta(days=1)

grades = st.one_of(st.none(), st.floats(0, 100).map(lambda grade: round(grade, 1)))
times = st.integers(-2 * 24, 10 * 24).map(lambda hours: OPENS + timedelta(hours=hours))


@st.composite
def takes_of(draw: st.DrawFn, exercises: tuple[int, ...] = (1, 2)) -> list[Played]:
    drawn = draw(st.lists(st.tuples(st.sampled_from(exercises), times, grades, st.booleans()), max_size=8))
    return [
        Played(number, exercise, at, grade, waiting=grade is None and waiting)
        for number, (exercise, at, grade, waiting) in enumerate(drawn)
    ]


rules = st.builds(
    Rules,
    opens_at=st.just(OPENS),
    due_at=st.one_of(st.none(), st.just(DUE)),
    tries=st.one_of(st.none(), st.integers(1, 4)),
    last=st.booleans(),
    late=st.sampled_from(["accept", "penalty", "refuse"]),
    penalty=st.floats(0, 100),
    goal=st.one_of(st.none(), st.floats(0, 100)),
)


def take(overall: float | None, days: float = 1, exercise: int = 1, number: int = 0, **more: bool) -> Played:
    return Played(number, exercise, OPENS + timedelta(days=days), overall, **more)


@given(rules, takes_of())
def test_the_best_is_never_worse_than_the_last(rules: Rules, takes: list[Played]) -> None:
    best, last = (mark(replace(rules, last=last), (1, 2), takes, NOW) for last in (False, True))
    assert (best.overall or 0) >= (last.overall or 0)


@given(rules, takes_of(), st.floats(0, 100), times)
def test_one_more_try_never_lowers_the_best(rules: Rules, takes: list[Played], grade: float, at: datetime) -> None:
    """Of any number of tries; of a limited one a later take has no effect at all once they are used."""
    rules = replace(rules, last=False)
    at = max([at, *(one.at for one in takes)])
    more = [*takes, Played(99, 1, at, grade)]
    before, after = mark(rules, (1, 2), takes, NOW), mark(rules, (1, 2), more, NOW)
    assert (after.overall or 0) >= (before.overall or 0)
    if rules.tries is not None and before.pieces[1].tries_used >= rules.tries:
        assert after == before


@given(rules, takes_of())
def test_what_came_before_it_opened_or_after_it_closed_never_counts(rules: Rules, takes: list[Played]) -> None:
    whole = mark(rules, (1, 2), takes, NOW)
    in_time = [one for one in takes if is_in_time(rules, one.at)]
    assert mark(rules, (1, 2), in_time, NOW) == whole
    counted = {one.id: one for one in takes if one.id in whole.take_ids}
    assert all(one.at >= OPENS for one in counted.values())
    if rules.late == "refuse" and rules.due_at:
        assert not whole.late
        assert all(one.at <= rules.due_at for one in counted.values())


@given(rules, takes_of(), st.randoms())
def test_the_order_in_which_takes_are_read_is_nothing(rules: Rules, takes: list[Played], random: object) -> None:
    shuffled = list(takes)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert mark(rules, (1, 2), shuffled, NOW) == mark(rules, (1, 2), takes, NOW)


@given(rules, takes_of(), st.floats(0, 100))
def test_a_heavier_penalty_never_raises_a_mark(rules: Rules, takes: list[Played], heavier: float) -> None:
    light = mark(replace(rules, late="penalty"), (1, 2), takes, NOW)
    heavy = mark(replace(rules, late="penalty", penalty=max(heavier, rules.penalty)), (1, 2), takes, NOW)
    assert (heavy.overall or 0) <= (light.overall or 0)
    assert 0 <= (heavy.overall or 0) <= 100


@given(rules, takes_of())
def test_tries_used_are_never_more_than_allowed(rules: Rules, takes: list[Played]) -> None:
    found = mark(rules, (1, 2), takes, NOW)
    assert all(rules.tries is None or piece.tries_used <= rules.tries for piece in found.pieces.values())
    assert found.done <= found.of == 2
    assert len(found.take_ids) == found.done


@given(rules, takes_of())
def test_raising_a_grade_never_lowers_the_mark(rules: Rules, takes: list[Played]) -> None:
    """A ruling or a better ear moves the mark the way it moves the grade."""
    raised = [replace(one, overall=None if one.overall is None else min(100, one.overall + 10)) for one in takes]
    assert (mark(rules, (1, 2), raised, NOW).overall or 0) >= (mark(rules, (1, 2), takes, NOW).overall or 0)


@given(takes_of(), st.sampled_from(["Pacific/Kiritimati", "America/Los_Angeles", "Asia/Kathmandu"]))
def test_a_time_zone_changes_no_mark(takes: list[Played], zone: str) -> None:
    """Late is a moment, however it is written down."""
    there = [replace(one, at=one.at.astimezone(ZoneInfo(zone))) for one in takes]
    late = replace(OPEN, late="refuse")
    assert mark(late, (1, 2), there, NOW.astimezone(ZoneInfo(zone))) == mark(late, (1, 2), takes, NOW)


def test_of_equal_takes_the_earlier_counts() -> None:
    found = mark(OPEN, (1,), [take(80, 2, number=2), take(80, 1, number=1)], NOW)
    assert found.take_ids == (1,)


def test_a_penalty_may_make_an_earlier_take_the_best() -> None:
    rules = replace(OPEN, late="penalty", penalty=15)
    found = mark(rules, (1,), [take(80, 1, number=1), take(90, 8, number=2)], AFTER)
    assert (found.overall, found.take_ids, found.late, found.penalty) == (80, (1,), False, 0)
    found = mark(rules, (1,), [take(80, 1, number=1), take(99, 8, number=2)], AFTER)
    assert (found.overall, found.take_ids, found.late, found.penalty) == (84, (2,), True, 15)


def test_due_is_in_time_to_the_last_second() -> None:
    late = replace(OPEN, late="refuse")
    assert mark(late, (1,), [Played(1, 1, DUE, 90)], AFTER).overall == 90
    assert mark(late, (1,), [Played(1, 1, DUE + timedelta(microseconds=1), 90)], AFTER).overall is None
    assert mark(late, (1,), [Played(1, 1, OPENS, 90)], NOW).overall == 90
    assert mark(late, (1,), [Played(1, 1, OPENS - timedelta(microseconds=1), 90)], NOW).overall is None


def test_a_lesson_is_the_mean_of_all_its_exercises() -> None:
    found = mark(OPEN, (1, 2, 3), [take(90, exercise=1), take(60, exercise=2, number=1)], NOW)
    assert (found.overall, found.done, found.of) == (50, 2, 3)


def test_what_could_not_be_heard_costs_no_try() -> None:
    once = replace(OPEN, tries=1)
    found = mark(once, (1,), [take(None, 1), take(70, 2, number=1)], NOW)
    assert (found.overall, found.tries_used) == (70, 1)


def test_what_waits_for_its_grade_has_used_its_try() -> None:
    once = replace(OPEN, tries=1)
    found = mark(once, (1,), [take(None, 1, waiting=True), take(70, 2, number=1)], NOW)
    assert (found.overall, found.tries_used, found.waiting, found.state) == (None, 1, 1, State.BEGUN)


@pytest.mark.parametrize(
    ("takes", "now", "state"),
    [
        ([], OPENS - timedelta(hours=1), State.NOT_OPEN),
        ([], NOW, State.OPEN),
        ([take(90)], NOW, State.BEGUN),
        ([take(90), take(40, exercise=2)], NOW, State.DONE),
        ([take(90), take(80, exercise=2)], NOW, State.GOAL_REACHED),
        ([take(90), take(80, 8, exercise=2)], AFTER, State.LATE),
        ([take(90)], AFTER, State.MISSING),
        ([], AFTER, State.MISSING),
        ([take(90), take(None, 6, exercise=2, waiting=True)], AFTER, State.BEGUN),
    ],
)
def test_the_states(takes: list[Played], now: datetime, state: State) -> None:
    assert mark(replace(OPEN, goal=80), (1, 2), takes, now).state == state


def test_what_was_sent_and_not_heard_is_no_missing_work() -> None:
    """Its student did what was asked; only what nobody sent is missing."""
    found = mark(OPEN, (1,), [take(None, 1, number=1), take(None, 2, number=2)], AFTER)
    assert (found.state, found.overall, found.not_heard_ids) == (State.NOT_HEARD, None, (2,))
    late = mark(replace(OPEN, late="refuse"), (1,), [take(None, 8)], AFTER)
    assert (late.state, late.not_heard) == (State.MISSING, 0)


def test_what_is_played_again_and_heard_is_heard() -> None:
    found = mark(OPEN, (1,), [take(None, 1, number=1), take(60, 2, number=2), take(None, 3, number=3)], AFTER)
    assert (found.state, found.overall, found.not_heard) == (State.DONE, 60, 0)
    again = mark(OPEN, (1,), [take(None, 1, number=1), take(None, 2, number=2, waiting=True)], AFTER)
    assert (again.state, again.waiting, again.not_heard) == (State.BEGUN, 1, 0)


def test_a_lesson_of_which_a_piece_was_not_heard_has_no_mark() -> None:
    """Not even the rest of it: who sends silence for what is hard is not marked by what is easy."""
    takes = [take(90, 1), take(None, 2, exercise=2, number=1)]
    found = mark(replace(OPEN, goal=40), (1, 2), takes, AFTER)
    assert (found.state, found.overall, found.done, found.not_heard) == (State.NOT_HEARD, None, 1, 1)
    assert found.goal_reached, "whatever the rest comes to"


@given(rules, takes_of())
def test_who_sent_something_in_time_for_every_piece_misses_nothing(rules: Rules, takes: list[Played]) -> None:
    found = mark(rules, (1, 2), takes, AFTER)
    sent = {one.exercise for one in takes if is_in_time(rules, one.at)}
    assert sent != {1, 2} or found.state != State.MISSING
    assert (found.state == State.NOT_HEARD) == bool(found.not_heard_ids)
    assert found.done + found.waiting + found.not_heard == len(sent)


def test_a_lesson_without_anything_to_play_is_never_done() -> None:
    assert mark(OPEN, (), [], NOW) == Mark(State.OPEN)
    assert mark(OPEN, (), [], AFTER).state == State.MISSING
