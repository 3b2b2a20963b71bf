"""Counting is right: on takes and assessments written by hand, every figure is known beforehand."""

from dataclasses import replace

import numpy as np
import pytest

from benchmarks.ear import BEGINS, ENDS, _updated
from benchmarks.measuring.figures import figures
from benchmarks.measuring.hearing import hear_take
from benchmarks.measuring.judged import JudgedExtra, JudgedNote, JudgedTake, judged
from benchmarks.measuring.near_identical import Spread, chosen
from benchmarks.measuring.reliability import diagram, reliability
from benchmarks.measuring.report import markdown, report, text
from benchmarks.measuring.targets import TARGETS
from benchmarks.takes import Order, Sounded, Take
from tests.scores import score_of
from tutor.grading.assessment import Assessment, Extra, Fault, Grade, NoteVerdict, Restart

GRADE = Grade(80.0, 80.0, 80.0, 80.0, 80.0, 80.0)


def note(truth="right", verdict="correct", *faults, length="", error_ms=0.0, confidence=0.9, **more):
    return JudgedNote(truth, length, verdict, faults, confidence, error_ms, **more)


def take(*notes, story="errors", condition="clean", extras=(), cpu_s=1.0, **more):
    row = {"restarts_played": 0, "restarts_found": 0, "restarts_made_up": 0, "overall": 80.0} | more
    return JudgedTake("a", "notes", "flute", condition, story, 60.0, cpu_s, tuple(notes), tuple(extras), **row)


def test_precision_and_recall_of_wrong_notes():
    counted = figures(
        [
            take(
                *[note("pitch", "wrong", "pitch")] * 3,
                note("missing", "wrong", "pitch"),
                note("octave", "wrong", "octave"),
                note("octave", "correct"),
                note("pitch", "not_heard"),
                note("right", "missing"),
                note("right"),
                note("late", "correct", "late"),
                note("early", "correct"),
            )
        ]
    )
    assert counted["wrong_precision"] == pytest.approx(5 / 6)
    assert counted["wrong_recall"] == pytest.approx(5 / 7)
    assert counted["fault_precision"] == pytest.approx(6 / 7)
    assert counted["fault_recall"] == pytest.approx(6 / 9)
    assert counted["false_alarms"] == counted["false_alarms_clean"] == pytest.approx(1 / 2)
    assert counted["false_alarms_rough"] is None
    assert counted["named_exactly"] == pytest.approx(4 / 5)
    assert counted["octaves_found"] == counted["octaves_named"] == 0.5
    assert counted["off_time_named"] == 0.5
    assert counted["unheard"] == pytest.approx(1 / 11)


def test_a_slip_mended_at_once_may_be_called_wrong_or_late():
    counted = figures([take(note("mended", "wrong"), note("mended", "correct", "late"), note("pitch", "wrong"))])
    assert (counted["wrong_precision"], counted["wrong_recall"]) == (1.0, 1.0)
    assert (counted["fault_precision"], counted["fault_recall"]) == (1.0, 1.0)
    assert counted["off_time_named"] is None


def test_one_finding_is_not_forty_and_notes_after_a_stop_are_counted_apart():
    counted = figures(
        [
            take(*[note("pitch", "wrong")] * 9, note("pitch"), story="transposed"),
            take(note("not struck", "correct"), note("not struck", "missing"), note("right", "missing"), story="held"),
            take(
                note(),
                note("missing", "missing", is_reached=False),
                note("missing", "not_heard", is_reached=False, is_given_up=True),
                note("missing", "correct", is_reached=False),
                story="half",
            ),
        ]
    )
    assert counted["another_key_called"] == 0.9
    assert (counted["held_called"], counted["held_false_alarms"]) == (0.5, 1.0)
    assert counted["found_after_stop"] == pytest.approx(2 / 3)
    assert counted["wrong_recall"] is None
    assert counted["notes"] == 1


def test_recall_at_one_percent_of_false_alarms():
    right = [note(error_ms=float(ms), late_chance=ms / 1000) for ms in range(200)]  # One percent lie above 197.
    late = [note("late", error_ms=ms, late_chance=0.5) for ms in (250.0, 198.5, 150.0, None)]
    early = [note("early", error_ms=-5.0)]
    counted = figures([take(*right, *late, *early)])
    assert counted["late_at_1_percent_by_deviation"] == 0.5
    assert counted["early_at_1_percent_by_deviation"] == 1.0
    assert counted["late_at_1_percent"] == 1.0
    assert counted["early_at_1_percent"] == 0.0


def test_lengths_extras_restarts_and_speed():
    counted = figures(
        [
            take(
                note(length="short"),
                note("right", "correct", "short", length="short"),
                note("right", "correct", "short"),
                note(),
                note("right", "correct", "long", length="long"),
                note("right", "correct", "short", length="?"),
                extras=[
                    JudgedExtra("extra", True),
                    JudgedExtra("extra", True),
                    JudgedExtra("repeated", False),
                    JudgedExtra("phantom", False),
                ],
                restarts_played=1,
                restarts_found=1,
                restarts_made_up=2,
            )
        ]
    )
    assert (counted["short_named"], counted["short_false"], counted["long_named"]) == (0.5, 0.5, 1.0)
    assert counted["extras_precision"] == counted["extras_recall"] == pytest.approx(2 / 3)
    assert (counted["other_pitch_recall"], counted["repeated_recall"], counted["phantoms"]) == (1.0, 0.0, 1)
    assert (counted["restarts_found"], counted["restarts_made_up"]) == (1.0, 2)
    assert counted["times_real_time"] == 60.0


@pytest.fixture
def played():
    """Four notes, the second wrong, a slip after the third; the player stops before the fourth."""
    return Take(
        name="a",
        source="notes",
        instrument="flute",
        condition="clean",
        story="half",
        score=score_of("C4 D4 E4 F4", bpm=60),
        bpm=60.0,
        samples=np.zeros(44_100, np.float32),
        truth=("right", "pitch", "right", "missing"),
        lengths=("", "", "short", ""),
        sounded=(
            Sounded(0, 60.0, 0.5, 1.4),
            Sounded(1, 63.0, 1.5, 2.0),
            Sounded(2, 64.0, 2.5, 2.8),
            Sounded(None, 66.0, 2.9, 3.2, "extra"),
        ),
        restart_s=2.5,
    )


def assessment(*verdicts, extras=(), restarts=()):
    notes = tuple(NoteVerdict(f"n{number}", 60, 0.0, 1.0, *one) for number, one in enumerate(verdicts, start=1))
    return Assessment("ear", GRADE, 0.0, 60.0, notes, extras=tuple(extras), restarts=tuple(restarts))


def test_a_take_is_put_beside_its_assessment(played):
    heard = assessment(
        ("correct",),
        ("wrong", (Fault("pitch", 1.0),)),
        ("correct", (Fault("short", 0.3),)),
        ("not_heard",),
        extras=[Extra(66.0, 3.0, 3.2), Extra(66.0, 3.02, 3.2), Extra(50.0, 0.1, 0.2)],
        restarts=[Restart(2.0, "n3", "n2"), Restart(9.0, "n3", "n2")],
    )
    beside = judged(played, heard, 0.1)
    assert [one.truth for one in beside.notes] == ["right", "pitch", "right", "missing"]
    assert [one.is_called for one in beside.notes] == [False, True, False, False]
    assert [one.length for one in beside.notes] == ["", "?", "short", "?"]
    assert [one.is_reached for one in beside.notes] == [True, True, True, False]
    # Two reports of one slip: one is found, the other is a phantom.
    assert sorted((one.kind, one.is_found) for one in beside.extras) == [
        ("extra", True),
        ("phantom", False),
        ("phantom", False),
    ]
    assert (beside.restarts_played, beside.restarts_found, beside.restarts_made_up) == (1, 1, 1)
    assert beside.overall == 80.0


def test_a_late_note_in_whose_place_another_was_struck_is_mended(played):
    slipped = (Sounded(None, 59.0, 0.5, 0.7, "extra"), Sounded(0, 60.0, 0.705, 1.4), *played.sounded[1:])
    take_with_slip = replace(played, sounded=slipped, truth=("late", *played.truth[1:]))
    assert judged(take_with_slip, assessment(), 0.1).notes[0].is_mended
    apart = replace(take_with_slip, sounded=(replace(slipped[0], onset_s=0.1, offset_s=0.3), *slipped[1:]))
    assert judged(apart, assessment(), 0.1).notes[0].truth == "late"


def test_a_take_that_was_refused_finds_nothing(played):
    beside = hear_take(played)  # silence
    assert beside.refusal
    assert not any(one.is_called for one in beside.notes)
    assert beside.overall is None
    assert figures([beside])["refused"] == 1


def test_reliability_compares_what_was_said_with_what_was_true():
    honest = [note(confidence=0.75)] * 3 + [note("pitch", confidence=0.75)]
    boastful = [note("missing", "wrong", confidence=0.97)] * 2
    unheard = [note("missing", "not_heard", confidence=0.1)] * 50
    result = reliability([take(*honest, *boastful, *unheard)])
    assert [(one.low, one.count, one.right) for one in result.bins] == [(0.7, 4, 0.75), (0.95, 2, 0.0)]
    assert result.calibration_error == pytest.approx(2 * 0.97 / 6)
    assert result.calibration_error_in_doubt == pytest.approx(0.0)
    assert result.furthest_off is None  # no bin is large enough to say


def test_the_diagram_is_an_svg_with_a_point_for_each_bin():
    import xml.etree.ElementTree as ElementTree

    drawn = ElementTree.fromstring(diagram(reliability([take(note(), note(confidence=0.55))])))
    points = [one for one in drawn.iter() if one.tag.endswith("circle")]
    assert len(points) == 2
    assert all(0 < float(point.get("cy")) < 320 for point in points)


def test_a_spread_without_some_grade_is_not_a_small_one():
    assert Spread("a", {"as it is": 81.0, "opus": 79.5}).points == 1.5
    assert Spread("a", {"as it is": 81.0, "opus": None}).points is None


def test_near_identical_performances_come_from_every_source():
    made = [Order(f"{source}{n}", f"{source}/x", "clean", "ok", "", (n,)) for n in range(4) for source in ("a", "b")]
    noisy = [replace(one, condition="noise") for one in made]
    picked = chosen(noisy + made, 4)
    assert [one.player for one in picked] == ["a/x", "b/x"] * 2
    assert {one.condition for one in picked} == {"clean"}


@pytest.fixture
def whole():
    takes = [take(note(), note("pitch", "wrong"), extras=[JudgedExtra("extra", True)])]
    made = {"made": {"date": "1999-12-31", "commit": "abc", "engine": "ear", "options": {}}}
    return made | report(takes, reliability(takes), [Spread("a", {"x": 80.0, "y": 78.0})], {})


def test_every_target_is_shown_as_met_short_or_not_measured(whole):
    shown = markdown(whole)
    for target in TARGETS:
        assert f"| {target.name} |" in shown
        assert target.name in text(whole)
    lines = {line.split(" | ")[0].strip("| "): line for line in shown.splitlines()}
    assert lines["joined notes: precision"].endswith("| ≥ .960 | 1.000 | met |")
    assert lines["joined notes: extras' recall"].endswith("| met |")
    assert lines["30 s take: peak memory"].endswith("| - | not measured |")
    assert lines["near-identical takes: spread of the grade, 9 in 10"].endswith("| 2.0 | met |")


def test_what_juries_said_is_set_beside_its_targets(whole):
    rows = [{"what": "two judges among themselves", "mean_error": 0.1, "accuracy": 1.0}]
    rows += [{"what": "onsets as given", "mean_error": 0.3, "accuracy": 0.6, "auc": 0.9}]
    rows += [{"what": "in a room", "mean_error": 0.2, "accuracy": 0.8, "auc": 0.97}]
    shown = markdown(whole | {"people": {"sung": {"rows": rows}, "tapped": {"rows": rows}}})
    lines = {line.split(" | ")[0].strip("| "): line for line in shown.splitlines()}
    assert lines["sung melodies: mean absolute error"].endswith("| ≤ .330 | .200 | met |")
    assert lines["sung melodies: accuracy"].endswith("| .800 | met |")
    assert lines["tapped rhythms: mean absolute error"].endswith("| .300 | short |")


def test_the_readme_is_changed_between_its_marks_only(whole):
    old = f"before\n{BEGINS}\nold figures\n{ENDS}\nafter\n"
    new = _updated(old, whole)
    assert new.startswith(f"before\n{BEGINS}\n1999-12-31, commit abc, ear: 1 takes, 2 notes.")
    assert new.endswith(f"{ENDS}\nafter\n")
    assert "old figures" not in new
    assert _updated(new, whole) == new
