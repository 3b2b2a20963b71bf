"""Long notes are notes: what is held for five seconds is not lost between the onset candidates that fill the time."""

import pytest

from tests.scores import score_of
from tests.synthesis import play
from tests.tutor.test_assess import assess, verdicts


@pytest.mark.parametrize(
    "text",
    [
        "C4/8 D4/8 E4/8 F4/8 G4/8",
        "G4/4 G4/4 G4/4 G4/4 G4/4 G4/4 G4/4",
        "A4/8 A4/8 A4/8",
        "C4 D4 E4/8 F4 G4/8 C4/4",
    ],
)
@pytest.mark.parametrize("timbre", ["flute", "string", "reed"])
def test_a_right_take_of_long_notes_is_right(text, timbre):
    score = score_of(text, bpm=90)
    assessment = assess(play(score, timbre=timbre), score)
    assert verdicts(assessment, "correct", "not_heard") == {note.id for note in score.notes}
    assert assessment.grade.overall >= 95 and assessment.restarts == () and assessment.extras == ()
