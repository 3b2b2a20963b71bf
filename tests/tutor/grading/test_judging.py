"""What the ear calls a note, at the edges of what can be heard."""

import struct

import numpy as np
import pytest

from tests.scores import score_of
from tests.synthesis import SAMPLE_RATE_HZ, play
from tests.tutor.test_assess import assess, sound_of, tune, verdicts
from tutor.assess import assess_recording
from tutor.grading.rubric import STANDARD
from tutor.listening.errors import NothingHeard


@pytest.mark.parametrize("timbre", ["reed", "flute"])
def test_a_wrong_last_note_is_one_fault_and_not_two(timbre):
    score = tune()
    assessment = assess(play(score, wrong={"n17": 4}, timbre=timbre), score)
    assert verdicts(assessment, "wrong") == {"n17"} and assessment.extras == ()


@pytest.mark.parametrize("at_beat", [16, 17.5])
def test_a_note_added_after_the_end_is_no_restart(at_beat):
    score = tune()
    assessment = assess(play(score, add=[(at_beat, 1, 66)], timbre="reed"), score)
    (extra,) = assessment.extras
    assert round(extra.pitch) == 66 and assessment.restarts == ()


@pytest.mark.parametrize("name", ["C-1", "G9"])
def test_a_score_may_hold_only_notes_that_nobody_can_hear(name):
    with pytest.raises(NothingHeard):
        assess_recording(sound_of(play(tune()).samples), score_of(f"{name}/2"), STANDARD)


def test_a_file_of_floats_may_hold_numbers_that_are_none():
    score = tune()
    samples = play(score).samples.copy()
    samples[50_000:50_100] = np.nan
    samples[60_000:60_002] = np.inf, -np.inf
    assert assess_recording(float_wav(samples), score, STANDARD).grade.overall >= 95
    samples[70_000:70_002] = 3e38, -3e38
    assess_recording(float_wav(samples), score, STANDARD)


def float_wav(samples) -> bytes:
    data = samples.astype("<f4").tobytes()
    shape = struct.pack("<IHHIIHH", 16, 3, 1, SAMPLE_RATE_HZ, 4 * SAMPLE_RATE_HZ, 4, 32)
    return (
        b"RIFF"
        + struct.pack("<I", 36 + len(data))
        + b"WAVEfmt "
        + shape
        + b"data"
        + struct.pack("<I", len(data))
        + data
    )
