"""Sung takes: in the singer's own key, and with wrong notes in them."""

from dataclasses import replace

import pytest

from tests.synthesis import play
from tests.tutor.test_assess import assess, codes, sound_of, tune, verdicts
from tutor.assess import assess_recording
from tutor.grading.rubric import EXAM, STANDARD
from tutor.notation.instruments import get_instrument

SOPRANO = get_instrument("soprano")


@pytest.mark.parametrize(("semitones", "rubric"), [(3, STANDARD), (-4, STANDARD), (6, STANDARD), (3, EXAM)])
def test_a_singer_may_begin_where_it_is_easy_where_the_key_is_free(semitones, rubric):
    score = tune()
    recording = sound_of(play(score, transpose=semitones, timbre="voice").samples)
    assessment = assess_recording(recording, score, replace(rubric, free_key=True), instrument=SOPRANO)
    assert verdicts(assessment, "correct") == {note.id for note in score.notes}
    assert assessment.grade.overall >= 95 and assessment.causes == ()


def test_a_singer_in_another_key_is_told_so_where_it_is_not():
    score = tune()
    assessment = assess(play(score, transpose=3, timbre="voice"), score, instrument=SOPRANO)
    assert verdicts(assessment, "wrong") == {note.id for note in score.notes}
    assert codes(assessment) == {"transposition"}


def test_a_wrong_note_that_was_sung_is_not_missing():
    score = tune()
    assessment = assess(play(score, wrong={"n3": 1, "n7": -2, "n12": 3}, timbre="voice"), score, instrument=SOPRANO)
    assert verdicts(assessment, "wrong") == {"n3", "n7", "n12"}
    heard = {note.id: round(note.heard_pitch - note.pitch) for note in assessment.notes if note.verdict == "wrong"}
    assert heard == {"n3": 1, "n7": -2, "n12": 3}


def test_a_note_that_was_not_sung_is_missing():
    score = tune()
    assert verdicts(assess(play(score, skip=["n12"], timbre="voice"), score, instrument=SOPRANO), "missing") == {"n12"}
