"""Ten minutes are heard in pieces: nothing is made that is several times as large as the recording."""

import tracemalloc

import numpy as np
import pytest

from tutor.listening.decoding import Sound
from tutor.listening.level import level_track
from tutor.listening.pitch_tracking import HOP_SAMPLES
from tutor.listening.spectrum import HALVED_AT_ONCE, half_rate, salience


@pytest.fixture(scope="module")
def minutes():
    return np.random.default_rng(5).normal(0, 0.1, 2 * 60 * 44_100 + 77).astype(np.float32)


def peak_of(work):
    tracemalloc.start()
    work()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak


def test_levels_and_the_half_rate_need_less_than_the_recording_itself(minutes):
    assert peak_of(lambda: level_track(Sound(minutes))) < minutes.nbytes
    assert peak_of(lambda: half_rate(minutes)) < minutes.nbytes


def test_salience_needs_little_more_than_its_result(minutes):
    halved = minutes[::2]
    quiet = np.ones(len(minutes) // HOP_SAMPLES, bool)
    result = 2 * 4 * 25 * len(quiet)
    assert peak_of(lambda: salience(halved, 60, 84, 0.0, quiet)) < result + 1.1 * halved.nbytes + 45e6


@pytest.mark.parametrize("length", [1, 100, HALVED_AT_ONCE - 1, HALVED_AT_ONCE + 3, 2 * HALVED_AT_ONCE + 500])
def test_the_seams_between_the_pieces_cannot_be_heard(length):
    """A slow sine at half the rate is the same sine."""
    sine = np.sin(2 * np.pi * 440 * np.arange(length) / 44_100).astype(np.float32)
    halved = half_rate(sine)
    assert len(halved) == (length + 1) // 2
    assert np.abs(halved[10:-10] - sine[::2][10:-10]).max(initial=0.0) < 2e-3


def test_the_level_of_a_steady_tone_is_its_rms(minutes):
    level = level_track(Sound(minutes[:44_100]))
    assert len(level) == 44_100 // HOP_SAMPLES
    assert level == pytest.approx(np.full(len(level), -20.0), abs=1.0)
