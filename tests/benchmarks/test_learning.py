"""The simulated students, and the measures of forecasts, against what is known of them."""

import numpy as np
import pytest

from benchmarks.learning.measures import auc, calibration_error, log_loss
from benchmarks.learning.practising import Fixed, practise
from benchmarks.learning.worlds import FIRST_GRADES, NOTES, OtherWorld, World, composed


def test_measures_of_a_forecast_that_knows_and_of_one_that_does_not() -> None:
    right, notes = np.array([10.0, 0.0]), np.array([10.0, 10.0])
    assert auc(np.array([0.9, 0.1]), right, notes) == 1
    assert auc(np.array([0.1, 0.9]), right, notes) == 0
    assert auc(np.array([0.5, 0.5]), right, notes) == 0.5
    assert calibration_error(np.array([0.5, 0.5]), right, notes) == 0
    assert calibration_error(np.array([0.9, 0.1]), right, notes) == pytest.approx(0.1)
    assert log_loss(np.array([0.5, 0.5]), right, notes) == pytest.approx(np.log(2))


@pytest.mark.parametrize("world", [World, OtherWorld])
def test_students_learn_by_playing_and_forget_by_waiting(world: type[World]) -> None:
    school = world(40, seed=1)
    practice = practise(school, Fixed(school, 4), seed=2, sessions=4)
    before = practice.exams[0]
    assert practice.exams[-2] > before
    assert practice.exams[-1] < practice.exams[-2]
    school.wait(np.full(40, 300.0))
    assert school.exam().mean() < practice.exams[-1]


@pytest.mark.parametrize("world", [World, OtherWorld])
def test_harder_pieces_go_worse(world: type[World]) -> None:
    school = world(20, seed=1)
    easy, hard = school.chances(np.full(20, 2.0)), school.chances(np.full(20, 6.0))
    assert (hard < easy).all()
    assert ((hard > 0) & (easy < 1)).all()


def test_a_melody_shows_what_was_ordered_and_what_its_grade_allows(rng: np.random.Generator) -> None:
    targets, grades = np.array([0, 20]), np.array([1.0, 3.0])
    counts = composed(rng, targets, grades)
    assert counts[0, 0] == counts[1, 20] == NOTES
    for row in range(2):
        others = [skill for skill in np.flatnonzero(counts[row]) if skill != targets[row]]
        assert len(others) == 4
        assert (FIRST_GRADES[others] <= grades[row] + 1).all()
