from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.scores import score_of
from tutor.grading.assessment import Assessment, Extra, Fault, Grade, NoteVerdict
from tutor.grading.grade import apply_rulings, grade_notes, tempo_part
from tutor.grading.rubric import BEGINNER, RUBRICS, STANDARD, STRICT, Rubric, UnknownRubric, get_rubric


def verdict(number, kind="correct", cents=0.0, ms=0.0, ratio=0.9, faults=()):
    return NoteVerdict(f"n{number}", 60, float(number), 1.0, kind, faults, 60 + cents / 100, cents, 1.0, ms, ratio, 0.9)


def missing(number, kind="missing"):
    return NoteVerdict(f"n{number}", 60, float(number), 1.0, kind)


RIGHT = [verdict(number) for number in range(10)]


@pytest.mark.parametrize("rubric", RUBRICS.values(), ids=RUBRICS)
def test_a_perfect_performance_earns_the_full_grade(rubric):
    assert grade_notes(RIGHT, rubric, tempo=100.0) == Grade(100, 100, 100, 100, 100, 100)


@given(st.lists(st.floats(-60, 60), min_size=2, max_size=12), st.floats(1.0, 4.0))
def test_worse_tuning_never_grades_higher(cents, worse):
    near = grade_notes([verdict(number, cents=one) for number, one in enumerate(cents)], STANDARD)
    far = grade_notes([verdict(number, cents=worse * one) for number, one in enumerate(cents)], STANDARD)
    assert far.overall <= near.overall and far.intonation <= near.intonation and far.pitch <= near.pitch


@given(st.lists(st.floats(-300, 300), min_size=2, max_size=12), st.floats(1.0, 4.0))
def test_worse_time_never_grades_higher(errors_ms, worse):
    near = grade_notes([verdict(number, ms=one) for number, one in enumerate(errors_ms)], STANDARD)
    far = grade_notes([verdict(number, ms=worse * one) for number, one in enumerate(errors_ms)], STANDARD)
    assert far.overall <= near.overall and far.rhythm <= near.rhythm


@given(st.lists(st.tuples(st.floats(-60, 60), st.floats(-300, 300), st.floats(0.1, 3.0)), min_size=1, max_size=12))
def test_a_wider_tolerance_never_grades_lower(played):
    notes = [verdict(number, cents=cents, ms=ms, ratio=ratio) for number, (cents, ms, ratio) in enumerate(played)]
    wider = replace(
        STANDARD,
        cents_in_tune=60,
        pitch_full_cents=70,
        pitch_none_cents=150,
        time_full_s=0.1,
        time_none_s=0.4,
        short_ratio=0.3,
        long_ratio=2.0,
    )
    assert grade_notes(notes, wider).overall >= grade_notes(notes, STANDARD).overall


def test_what_was_not_heard_counts_neither_for_nor_against():
    assert grade_notes([*RIGHT, missing(10, "not_heard")], STANDARD) == grade_notes(RIGHT, STANDARD)


def test_a_missing_note_is_no_evidence_about_pitch():
    grade = grade_notes([*RIGHT[:9], missing(9)], STANDARD)
    assert grade.pitch == 100 and grade.completeness == 90 and grade.overall == 90


def test_each_mistake_costs():
    wrong = verdict(0, "wrong", cents=100.0, faults=(Fault("pitch", 1.0),))
    extra = Extra(65.0, 1.0, 1.4)
    full = grade_notes(RIGHT, STANDARD).overall
    assert grade_notes([wrong, *RIGHT[1:]], STANDARD).overall < full
    assert grade_notes(RIGHT, STANDARD, [extra]).overall < full
    assert grade_notes([verdict(number, ratio=0.2) for number in range(10)], STANDARD).overall <= 85


def test_nothing_judged_is_no_grade():
    assert grade_notes([missing(0, "not_heard")], STANDARD) == Grade(None, None, None, None, None, None)
    assert grade_notes([missing(0)], STANDARD).pitch is None


@pytest.mark.parametrize(("played", "points"), [(90, 100), (73, 100), (110, 100), (40, 0), (180, 0)])
def test_tempo_is_forgiven_by_a_fifth(played, points):
    assert tempo_part(played, 90, None, STANDARD) == points


def test_running_away_costs_tempo():
    assert tempo_part(90, 90, 1.3, STANDARD) < tempo_part(90, 90, 1.1, STANDARD) < 100
    assert tempo_part(None, 90, None, STANDARD) is None


def take(notes):
    return Assessment("test", grade_notes(notes, STANDARD), 0.0, 90.0, tuple(notes))


def test_a_ruling_moves_the_grade_and_nothing_else():
    score = score_of("C4 D4 E4 F4")
    notes = [verdict(1), verdict(2, "wrong", cents=100.0, faults=(Fault("pitch", 1.0),)), verdict(3), missing(4)]
    machine = take(notes)
    ruled = apply_rulings(machine, {"n2": "correct"}, STANDARD, score)
    assert [note.verdict for note in ruled.notes] == ["correct", "correct", "correct", "missing"]
    assert ruled.grade.overall > machine.grade.overall and ruled.grade.pitch == 100
    assert [note for note in ruled.notes if note.id != "n2"] == [note for note in machine.notes if note.id != "n2"]
    assert not any("n2" in cause.notes for cause in ruled.causes)


def test_no_rulings_change_nothing():
    score = score_of("C4 D4 E4 F4")
    machine = take([verdict(number) for number in (1, 2, 3, 4)])
    assert apply_rulings(machine, {}, STANDARD, score) == machine


def test_ruling_against_a_note_lowers_the_grade():
    score = score_of("C4 D4 E4 F4")
    machine = take([verdict(number) for number in (1, 2, 3, 4)])
    for kind in ("wrong", "missing"):
        assert apply_rulings(machine, {"n1": kind}, STANDARD, score).grade.overall < 100


PAIRS = {"early": "late", "late": "early", "short": "long", "long": "short"}
OFF = {"early": {"ms": -180.0}, "late": {"ms": 180.0}, "short": {"ratio": 0.3}, "long": {"ratio": 2.2}} | {
    "intonation": {"cents": 45.0}
}


@pytest.mark.parametrize(("fault", "measured"), OFF.items(), ids=OFF)
def test_a_fault_that_a_teacher_does_not_hear_costs_nothing(fault, measured):
    """The verdict stays, and all other faults do."""
    score = score_of("C4 D4 E4 F4")
    others = [kind for kind in OFF if kind not in (fault, PAIRS.get(fault))]
    faults = tuple(Fault(kind, 1.0) for kind in (fault, *others))
    machine = take([verdict(1), verdict(2, faults=faults, **measured), verdict(3), verdict(4)])
    kept = apply_rulings(machine, {"n2": "correct"}, STANDARD, score)
    assert kept.notes[1].faults == faults and kept.grade == machine.grade
    ruled = apply_rulings(machine, {"n2": "correct"}, STANDARD, score, cleared={"n2": [fault]})
    assert [one.kind for one in ruled.notes[1].faults] == others
    assert ruled.grade.overall == 100 > machine.grade.overall


def test_in_time_is_neither_early_nor_late():
    """A later engine may hear the same note off to the other side."""
    machine = take([verdict(1, ms=-200.0, faults=(Fault("early", 200.0),)), verdict(2)])
    ruled = apply_rulings(machine, {"n1": "correct"}, STANDARD, score_of("C4 D4"), cleared={"n1": ["late"]})
    assert ruled.notes[0].faults == () and ruled.grade.rhythm == 100


@pytest.mark.parametrize("rubric", RUBRICS.values(), ids=RUBRICS)
def test_a_rubric_is_data(rubric):
    assert Rubric.from_dict(rubric.to_dict() | {"of_tomorrow": 1}) == rubric
    assert len(rubric.digest) == 16 and rubric.digest != replace(rubric, cents_in_tune=1.0).digest


def test_levels_grow_stricter():
    assert BEGINNER.cents_in_tune > STANDARD.cents_in_tune > STRICT.cents_in_tune
    for beat_s in (0.3, 0.7, 1.2):
        assert BEGINNER.onset_window_s(beat_s) >= STANDARD.onset_window_s(beat_s) >= STRICT.onset_window_s(beat_s)
    with pytest.raises(UnknownRubric, match="beginner"):
        get_rubric("harsh")
