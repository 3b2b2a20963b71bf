"""The causes as the command prints them: what showed, what to do, what to practise."""

from dataclasses import replace

from tests.scores import score_of
from tests.tutor.grading.hearings import hearing
from tutor.grading.assessment import Cause
from tutor.grading.causes import find_causes
from tutor.grading.report import report
from tutor.grading.rubric import STANDARD

SCALE = score_of("F4 G4 A4 Bb4 C5 Bb4 A4 G4 F4 A4 Bb4 F4", fifths=-2)


def printed(*causes, **take):
    heard = hearing(SCALE, **take)
    return report(replace(heard, causes=causes or find_causes(heard, SCALE, STANDARD)), SCALE)


def test_the_remedy_and_the_exercise_stand_below_what_showed():
    assert (
        "  Bar 3: B flat, you played B. The key signature has two flats.\n"
        "    Try: Play its scale once before the piece.\n"
        "    Exercise: a scale for two flats in the key, at the tempo.\n"
    ) in printed(wrong={"n11": 1})


def test_a_passage_is_named_by_its_bars():
    assert "    Exercise: bars 1 and 2, then a scale for two flats in the key, at 60 % of the tempo.\n" in printed(
        late_s={"n2": 0.2, "n7": 0.2}
    )


def test_no_line_is_too_long_for_a_terminal():
    text = printed(restarts=[("n9", "n6")], late_s={"n2": 0.2, "n7": 0.2, "n9": 0.2})
    assert max(map(len, text.splitlines())) <= 100


def test_a_cause_of_an_older_hearing_has_only_its_sentence():
    assert "\n  The eighths were swung.\n\n" in printed(Cause("swung", "The eighths were swung."))
