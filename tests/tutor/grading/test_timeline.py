"""The line that a note is judged by: where it is known, and where nothing can be said."""

import numpy as np
import pytest

from tests.scores import score_of
from tests.synthesis import SAMPLE_RATE_HZ, play, silence
from tests.tutor.test_assess import TUNE_TEXT, assess, faults, sound_of, tune, verdicts
from tutor.assess import assess_recording
from tutor.grading.rubric import STANDARD


@pytest.mark.parametrize("text", ["A4/2", "A4 B4", "r/2 D4/2 r/2"])
@pytest.mark.parametrize("lead_s", [0.0, 0.5])
def test_one_or_two_notes_have_no_tempo_to_be_early_or_late_in(text, lead_s):
    score = score_of(text)
    assessment = assess(play(score, lead_s=lead_s), score)
    assert verdicts(assessment, "correct") == {note.id for note in score.notes}
    assert faults(assessment, "early", "late", "short", "long") == set()
    assert all(note.onset_error_ms is None for note in assessment.notes)
    assert assessment.grade.overall >= 95


def test_of_two_notes_the_wrong_one_is_still_heard():
    score = score_of("A4 B4")
    assert verdicts(assess(play(score, wrong={"n2": 1}), score), "wrong") == {"n2"}


@pytest.mark.parametrize("pause_s", [4.0, 30.0])
def test_a_long_pause_is_neither_the_tempo_nor_the_fault_of_the_notes_around_it(pause_s):
    score = tune()
    wave = play(score, timbre="reed")
    cut = int((wave.beat0_s + 8 * 60 / wave.bpm - 0.03) * SAMPLE_RATE_HZ)
    samples = np.concatenate([wave.samples[:cut], silence(pause_s, -70.0), wave.samples[cut:]])
    assessment = assess_recording(sound_of(samples), score, STANDARD)
    assert assessment.tempo_bpm == pytest.approx(96, rel=0.03)
    assert verdicts(assessment, "correct") == {note.id for note in score.notes}
    assert faults(assessment, "early", "late") == set() and assessment.grade.overall >= 95


def test_a_note_that_waits_for_half_a_second_is_late_all_the_same():
    score = score_of(TUNE_TEXT, bpm=96, fifths=2)
    assessment = assess(play(score, shift={note.id: 0.5 for note in score.notes[8:]}), score)
    assert assessment.tempo_bpm == pytest.approx(96, rel=0.08)
    assert assessment.grade.rhythm < 100
