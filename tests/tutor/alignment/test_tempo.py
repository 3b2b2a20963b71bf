import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutor.alignment.tempo import beat_lengths, local_lines, median_line


@given(st.floats(0.2, 2.0), st.floats(0, 60))
def test_a_line_is_found_exactly(beat_s, start_s):
    beats = np.arange(8.0)
    assert median_line(beats, start_s + beat_s * beats) == pytest.approx((start_s, beat_s), abs=1e-6)


def test_one_late_note_does_not_move_the_line():
    beats = np.arange(10.0)
    onsets_s = 0.5 * beats
    onsets_s[4] += 0.3
    start_s, beat_s = median_line(beats, onsets_s)
    assert (start_s, beat_s) == pytest.approx((0, 0.5), abs=0.01)


def test_a_note_is_judged_by_its_neighbours_and_not_by_itself():
    beats = np.arange(12.0)
    onsets_s = 0.5 * beats
    onsets_s[5] += 0.2
    expected_s, beat_s = local_lines(beats, onsets_s, beats, np.arange(12))
    assert expected_s[5] == pytest.approx(2.5, abs=0.01)
    assert np.all(np.abs(expected_s - 0.5 * beats) < 0.03)
    assert beat_s == pytest.approx(np.full(12, 0.5), abs=0.02)


def test_a_slowing_player_is_followed():
    beats = np.arange(24.0)
    onsets_s = np.cumsum(np.r_[0, np.linspace(0.4, 0.6, 23)])
    expected_s, _ = local_lines(beats, onsets_s, beats, np.arange(24))
    assert np.max(np.abs(expected_s - onsets_s)) < 0.06


def test_beat_lengths_ignore_a_pause_and_fall_back_without_notes():
    beats = np.arange(10.0)
    onsets_s = 0.5 * beats
    onsets_s[5:] += 3.0
    assert beat_lengths(beats, onsets_s, beats, 1.0) == pytest.approx(np.full(10, 0.5))
    assert beat_lengths(np.array([0.0]), np.array([1.0]), np.array([0.0, 1.0]), 0.7) == pytest.approx([0.7, 0.7])
