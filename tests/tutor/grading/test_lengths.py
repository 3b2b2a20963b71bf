"""A length is known where the end of a note was heard, and only there."""

import numpy as np
import pytest

from tutor.grading.lengths import held_ratio
from tutor.listening.evidence import Evidence
from tutor.listening.onset_detection import Onsets
from tutor.listening.pitch_tracking import HOP_S
from tutor.listening.segmentation import HeardNote

LOUD_DB = -15.0


def room(*stretches):
    """Evidence with these levels: (until_s, dB FS)."""
    level = np.full(round(stretches[-1][0] / HOP_S), -70.0, np.float32)
    from_s = 0.0
    for until_s, level_db in stretches:
        level[round(from_s / HOP_S) : round(until_s / HOP_S)] = level_db
        from_s = until_s
    nothing = np.zeros((len(level), 0), np.float32)
    return Evidence(
        stretches[-1][0], -3.0, 60, 0.0, level, level, -50.0, -70.0, level > -50, nothing, Onsets(*2 * (np.zeros(0),))
    )


def held(evidence, offset_s, following_s=None):
    """The ratio of a note written one second long that begins at 0."""
    note = HeardNote(0.0, offset_s, 60.0, level_dbfs=LOUD_DB)
    following = None if following_s is None else HeardNote(following_s, following_s + 0.3, 64.0)
    return held_ratio([note], following, evidence, 1.0)


def test_a_note_that_ends_in_silence_has_its_length():
    assert held(room((0.3, LOUD_DB), (2.0, -70.0)), 0.3, following_s=1.0) == pytest.approx(0.3)


def test_cut_off_by_another_note_it_was_not_held_short():
    assert held(room((2.0, LOUD_DB)), 0.4, following_s=0.42) is None


def test_in_a_hall_no_end_is_heard():
    assert held(room((0.3, LOUD_DB), (2.0, LOUD_DB - 6)), 0.3, following_s=1.0) is None


def test_a_note_held_on_is_long_and_its_echo_is_not():
    assert held(room((2.5, LOUD_DB), (3.0, -70.0)), 2.5) == pytest.approx(2.5)
    assert held(room((1.0, LOUD_DB), (2.5, LOUD_DB - 20), (3.0, -70.0)), 2.5) is None


def test_an_ordinary_length_needs_no_proof():
    assert held(room((2.0, LOUD_DB)), 0.95, following_s=0.96) == pytest.approx(0.95)


def test_without_a_tempo_there_is_no_length():
    assert held_ratio([HeardNote(0.0, 1.0, 60.0)], None, room((2.0, LOUD_DB)), float("nan")) is None
