"""A new student is placed in a few short takes."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.learning.placing import placed
from tutor.learner.placement import MOST_TAKES, Trial, place

trials = st.lists(
    st.builds(
        lambda grade, right, wrong: Trial(grade, right, right + wrong), st.floats(1, 8), *2 * [st.integers(0, 40)]
    ),
    max_size=9,
)


@given(trials, st.none() | st.floats(1, 8))
def test_it_ends_after_six_takes_at_most(played: list[Trial], said: float | None) -> None:
    found = place(played, said)
    assert found.is_done or len(played) < MOST_TAKES
    assert found.low <= found.grade <= found.high
    assert 1 <= found.try_next <= 8


@given(trials, st.floats(1, 8), st.integers(1, 40))
def test_a_take_that_goes_well_never_lowers_the_level(played: list[Trial], grade: float, notes: int) -> None:
    played = played[: MOST_TAKES - 1]
    well, badly = place([*played, Trial(grade, notes, notes)]), place([*played, Trial(grade, 0, notes)])
    assert badly.grade <= well.grade


def test_the_first_take_is_within_reach_of_what_was_said() -> None:
    assert place([], 3).try_next <= 4
    assert place([], 6).try_next > place([], 2).try_next
    assert not place([], 3).is_done


@pytest.mark.parametrize(("right", "way"), [(36, 1), (4, -1)])
def test_the_next_take_follows_the_last(right: int, way: int) -> None:
    first = place([], 4).try_next
    assert (place([Trial(first, right, 36)], 4).try_next - first) * way > 0


def test_takes_of_which_nothing_was_heard_tell_nothing() -> None:
    silence = [Trial(3, 0, 0)] * 3
    assert place(silence, 4).grade == pytest.approx(place([], 4).grade)
    assert not place(silence, 4).is_done
    assert place(2 * silence, 4).is_done


def test_simulated_students_are_placed_near_their_level() -> None:
    found = placed(60, seed=5)
    assert found.error < 0.6
    assert found.error < 0.75 * found.error_of_said
    assert found.most_takes <= MOST_TAKES
    assert 0.65 < found.held < 0.95
    assert np.isfinite(found.takes)
