"""A length is known where the end of a note was heard, and only there; cents where the tracker followed it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.synthesis import TIMBRES, tone
from tutor.grading.measuring import Measured, held_ratio, measure, rings_on
from tutor.listening.decoding import Sound
from tutor.listening.frames import HOP_S, listen_closely

LOUD_DB = -15.0


class Room:
    """Frames of which only the level is looked at: (until_s, dB FS)."""

    def __init__(self, *stretches):
        self.level_dbfs = np.full(round(stretches[-1][0] / HOP_S), -70.0, np.float32)
        from_s = 0.0
        for until_s, level_db in stretches:
            self.level_dbfs[round(from_s / HOP_S) : round(until_s / HOP_S)] = level_db
            from_s = until_s


def note(offset_s, decay=0.0):
    return Measured(60.0, True, 0.0, offset_s, LOUD_DB, decay)


def held(room, offset_s, until_s=9.0):
    """The ratio of a note written one second long that begins at 0."""
    return held_ratio(note(offset_s), room, 1.0, until_s)


def test_a_note_that_ends_in_silence_has_its_length():
    assert held(Room((0.3, LOUD_DB), (2.0, -70.0)), 0.3, until_s=1.0) == pytest.approx(0.3)


def test_cut_off_by_another_note_it_was_not_held_short():
    assert held(Room((2.0, LOUD_DB)), 0.4, until_s=0.42) is None


def test_in_a_hall_no_end_is_heard():
    assert held(Room((0.3, LOUD_DB), (2.0, LOUD_DB - 6)), 0.3, until_s=1.0) is None


def test_a_note_held_on_is_long_and_its_echo_is_not():
    assert held(Room((2.5, LOUD_DB), (3.0, -70.0)), 2.5) == pytest.approx(2.5)
    assert held(Room((1.0, LOUD_DB), (2.5, LOUD_DB - 20), (3.0, -70.0)), 2.5) is None


@given(st.floats(0.6, 1.3))
def test_an_ordinary_length_needs_no_proof(ratio):
    assert held(Room((2.0, LOUD_DB)), ratio) == pytest.approx(ratio)


def test_without_a_tempo_there_is_no_length():
    assert held_ratio(note(1.0), Room((2.0, LOUD_DB)), float("nan"), 9.0) is None


def test_strings_that_die_away_ring_and_blown_notes_do_not():
    assert rings_on([note(0.5, decay=12.0)] * 3)
    assert not rings_on([note(0.5, decay=1.0)] * 5)
    assert not rings_on([note(0.1, decay=30.0)] * 5)


@pytest.mark.parametrize("timbre", ["flute", "clarinet", "reed", "string", "brass"])
@pytest.mark.parametrize("cents", [-30, 0, 20])
def test_cents_are_those_that_were_played(timbre, cents):
    pitch = 64 + cents / 100
    samples = np.concatenate([np.zeros(8000, np.float32), tone(440 * 2 ** ((pitch - 69) / 12), 0.8, timbre)])
    frames = listen_closely(Sound(samples), 60, 72)
    measured = measure(frames, frames, 64 - frames.lowest_pitch, 8000 / 44_100, 1.2)
    assert measured.has_cents
    assert measured.pitch == pytest.approx(pitch, abs=0.05 if TIMBRES[timbre].vibrato_cents else 0.03)
    assert measured.offset_s == pytest.approx(8000 / 44_100 + 0.8, abs=0.1)
