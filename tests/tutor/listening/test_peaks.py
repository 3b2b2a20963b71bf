"""The outline of a recording: nothing of it louder or later than the sound."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutor.listening.decoding import Sound
from tutor.listening.peaks import FULL_SCALE, outline_of

RATES = st.sampled_from([8_000, 11_025, 44_100])


@given(st.integers(0, 3000), RATES)
def test_a_window_for_each_fiftieth_of_a_second(samples, rate_hz):
    outline = outline_of(Sound(np.zeros(samples, np.float32), rate_hz))
    assert len(outline.low) == len(outline.high) == -(-samples * 50 // rate_hz)
    assert outline.duration_s == pytest.approx(samples / rate_hz)


@given(st.floats(0.0, 0.98), RATES)
def test_a_knock_stands_where_it_was_heard(at_s, rate_hz):
    samples = np.zeros(rate_hz, np.float32)
    samples[int(at_s * rate_hz)] = -0.5
    outline = outline_of(Sound(samples, rate_hz))
    (window,) = np.flatnonzero(outline.low)
    assert abs(window / 50 - at_s) <= 1 / 50 + 1 / rate_hz
    assert outline.low[window] == round(-0.5 * FULL_SCALE) and not any(outline.high)


def test_what_is_louder_than_full_scale_stays_within_it():
    outline = outline_of(Sound(np.array([3.0, -7.0] * 400, np.float32), 8_000))
    assert set(outline.high) == {FULL_SCALE} and set(outline.low) == {-FULL_SCALE}
