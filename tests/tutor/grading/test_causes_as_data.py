"""A cause beside its sentence: what showed, the remedy, the exercise it asks for; and how they are kept."""

import json
from dataclasses import replace

from tutor.grading.assessment import Ask, Assessment, Cause, Grade, NoteVerdict

NO_GRADE = Grade(None, None, None, None, None, None)
LATE_EIGHTHS = Cause(
    "swung",
    "Bars 1 and 2: the eighths were swung: count four even parts.",
    ("n3", "n5"),
    "Bars 1 and 2: the eighths were swung.",
    "Count four even parts.",
    Ask("rhythm:eighths", "rhythm", fifths=-2, figure="eighths", tempo=0.8, bars=(1, 2)),
)


def kept(assessment):
    """Through JSON and back."""
    return Assessment.from_dict(json.loads(json.dumps(assessment.to_dict())))


def test_all_that_a_cause_says_is_kept():
    verdict = NoteVerdict("n3", 60, 0.0, 1.0, "correct", level_db=-7.5)
    assessment = Assessment("test", NO_GRADE, 0.0, 90.0, (verdict,), causes=(LATE_EIGHTHS,))
    assert kept(assessment) == assessment
    assert kept(assessment).causes[0].asks_for.bars == (1, 2)


def test_a_cause_may_ask_for_nothing():
    cause = replace(LATE_EIGHTHS, asks_for=None)
    assert kept(Assessment("test", NO_GRADE, 0.0, 90.0, (), causes=(cause,))).causes == (cause,)


def test_older_hearings_are_still_read():
    data = Assessment("test", NO_GRADE, 0.0, 90.0, (NoteVerdict("n3", 60, 0.0, 1.0, "correct"),)).to_dict()
    del data["notes"][0]["level_db"]
    data["causes"] = [{"code": "swung", "text": "The eighths were swung.", "notes": ["n3"]}]
    assert Assessment.from_dict(data).causes == (Cause("swung", "The eighths were swung.", ("n3",)),)
    assert Assessment.from_dict(data).notes[0].level_db is None
