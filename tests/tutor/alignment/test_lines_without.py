"""The line that a note is judged by is drawn without it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutor.alignment.tempo import lines_without

BEATS = np.arange(24.0)


def own(count):
    return np.arange(count)


@given(st.floats(0.25, 2.0), st.floats(-5, 5))
def test_a_steady_player_is_on_every_line(beat_s, start_s):
    onsets_s = start_s + beat_s * BEATS
    at_s, slope, misfit_s = lines_without(BEATS, onsets_s, BEATS, own(24), 10)
    assert at_s == pytest.approx(onsets_s, abs=1e-4)
    assert slope == pytest.approx(np.full(24, beat_s), rel=1e-3)
    assert misfit_s.max() < 1e-3


@given(st.integers(0, 23), st.floats(-0.25, 0.25))
def test_a_note_out_of_time_moves_neither_its_own_line_nor_much_its_neighbours(which, late_s):
    onsets_s = 0.5 * BEATS
    onsets_s[which] += late_s
    at_s, _, _ = lines_without(BEATS, onsets_s, BEATS, own(24), 10)
    assert at_s[which] == pytest.approx(0.5 * which, abs=1e-4)
    assert np.abs(at_s - 0.5 * BEATS).max() < 0.03


@pytest.mark.parametrize("count", [0, 1])
def test_too_few_onsets_make_no_line(count):
    at_s, slope, misfit_s = lines_without(BEATS[:count], BEATS[:count], BEATS, np.full(24, -1), 10)
    assert np.isnan(at_s).all() and np.isnan(slope).all() and np.isnan(misfit_s).all()


def test_what_was_not_played_lies_on_the_line_of_the_rest():
    played = np.delete(BEATS, 7)
    at_s, _, _ = lines_without(played, 0.5 * played, BEATS, np.full(24, -1), 10)
    assert at_s[7] == pytest.approx(3.5, abs=1e-4)
