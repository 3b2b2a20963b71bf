"""What one cause explains is not said again by another, and what it does not explain still is."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.scores import score_of
from tests.tutor.grading.hearings import causes_of, hearing, in_figures
from tutor.grading.assessment import PitchTrace
from tutor.grading.causes import MOST_CAUSES, find_causes
from tutor.grading.grade import apply_rulings
from tutor.grading.rubric import STANDARD
from tutor.notation.instruments import INSTRUMENTS

EIGHTHS = score_of(" ".join(["C4/0.5 D4/0.5 E4/0.5 F4/0.5 G4/0.5 F4/0.5 E4/0.5 D4/0.5"] * 2) + " C4 D4 E4 F4")
SKIPPING = score_of("C4 A4 E4 C5 D4 B4 F4 D5 E4 C5 G4 E5 F4 D5 A4 C5 E4 G4 D5 C4")
MIXED = score_of(
    "Bb3/0.5 | C4/0.5 D4/0.5 Eb4/1.5 F4/0.5 F#4 | G4/1~ G4/1 r A4/0.75 Bb4/0.25 | F4/1/3 G4/1/3 A4/1/3 Bb4 r/0.5 "
    "C5/0.5 D5 | C5/2~ C5/2 | Bb4/0.5 A4/0.5 G4/0.5 F4/0.5 Eb4 C4".replace("|", ""),
    fifths=-2,
    pickup_beats=0.5,
)


def swung():
    return {"shift_s": in_figures(EIGHTHS, 1, 0.16), "late_s": in_figures(EIGHTHS, 1, 0.16)}


def test_one_note_late_in_a_swung_take_is_still_named():
    take = swung()
    take["late_s"]["n18"] = take["shift_s"]["n18"] = 0.2
    causes = causes_of(EIGHTHS, **take)
    assert set(causes) == {"swung", "late"}
    assert causes["late"].notes == ("n18",)


def test_a_wrong_note_in_a_swung_take_is_still_named():
    assert set(causes_of(EIGHTHS, wrong={"n4": 2}, **swung())) == {"swung", "wrong_notes"}


def test_one_note_off_the_drift_is_still_named():
    cents = {note.id: 30.0 - 3.0 * place for place, note in enumerate(SKIPPING.notes)}
    causes = causes_of(SKIPPING, cents=cents | {"n5": -60.0})
    assert set(causes) == {"drifted_flat", "flat_notes"}
    assert causes["flat_notes"].notes == ("n5",)


def test_a_take_that_drifted_to_another_note_has_no_wrong_note_at_its_end():
    cents = {note.id: 70.0 - 7.0 * place for place, note in enumerate(SKIPPING.notes)}
    wrong = {"n20": -1, "n1": 1}
    cents |= {"n20": 37.0, "n1": -30.0}
    assert set(causes_of(SKIPPING, cents=cents, wrong=wrong)) == {"drifted_flat"}


def test_two_trends_are_both_told_the_stronger_first():
    cents = {note.id: -3.0 * (note.pitch - 66) - 2.5 * (place - 10) for place, note in enumerate(SKIPPING.notes)}
    assert list(causes_of(SKIPPING, cents=cents)) in (
        ["flat_on_high", "drifted_flat"],
        ["drifted_flat", "flat_on_high"],
    )


def test_a_tie_struck_again_and_another_note_too_many_are_two_causes():
    score = score_of("C4 D4 E4 F4/1~ F4/1 G4 A4 B4 C5/4")
    causes = causes_of(score, extras=[(65, 4.0), (72, 6.5)])
    assert set(causes) == {"tie_struck", "extra_notes"}
    assert causes["extra_notes"].notes == ("n7",)


def held_out(gap_s=0.0):
    """Four notes of one pitch are written, the first one sounds for all their time, but for a gap."""
    hops = [None if abs(place * 0.01 - 1.4) < gap_s / 2 else 60.0 for place in range(270)]
    return PitchTrace(0.01, tuple(hops))


def test_a_note_that_sounded_on_was_held_and_one_that_stopped_was_left_out():
    score = score_of("C4 C4 C4 C4")
    take = hearing(score, missing={"n2": "", "n3": "", "n4": ""})
    held = find_causes(replace(take, trace=held_out()), score, STANDARD)
    assert [(cause.code, cause.notes) for cause in held] == [("held_through", ("n2", "n3", "n4"))]
    let_go = find_causes(replace(take, trace=held_out(gap_s=0.2)), score, STANDARD)
    assert [(cause.code, cause.notes) for cause in let_go] == [("held_through", ("n2",)), ("left_out", ("n3", "n4"))]
    assert [cause.code for cause in find_causes(take, score, STANDARD)] == ["left_out"]


def test_over_a_restart_nothing_is_measured():
    """The time from before the restart to the note gone back to is no rhythm."""
    take = {"restarts": [("n9", "n5")], "shift_s": {f"n{place}": 3.7 for place in range(5, 21)}, "late_s": {}}
    take["late_s"] = dict.fromkeys(take["shift_s"], 0.0)
    assert set(causes_of(EIGHTHS, **take)) == {"restarted"}


def test_a_piano_is_not_told_that_it_drifts():
    cents = {note.id: 30.0 - 3.0 * place for place, note in enumerate(SKIPPING.notes)}
    assert find_causes(hearing(SKIPPING, cents=cents), SKIPPING, STANDARD, is_pitched_by_player=False) == ()


def test_a_teachers_ruling_leaves_the_pattern_standing():
    take = hearing(EIGHTHS, wrong={"n4": 2}, **swung())
    ruled = apply_rulings(take, {"n4": "correct"}, STANDARD, EIGHTHS)
    assert [cause.code for cause in ruled.causes] == ["swung"]


NOTES = st.sampled_from([note.id for note in MIXED.notes])


@settings(max_examples=60)
@given(
    wrong=st.dictionaries(NOTES, st.sampled_from([-12, -7, -2, -1, 1, 2, 5, 7, 12, 19])),
    missing=st.dictionaries(NOTES, st.sampled_from(["", "not reached", "not struck again"])),
    shift_s=st.dictionaries(NOTES, st.floats(-0.6, 0.6)),
    cents=st.dictionaries(NOTES, st.floats(-60, 60)),
    ratio=st.dictionaries(NOTES, st.floats(0.1, 2.5)),
    level_db=st.dictionaries(NOTES, st.floats(-30, 0)),
    extras=st.lists(st.tuples(st.integers(55, 80), st.floats(0, 20)), max_size=4),
    restarts=st.lists(st.tuples(NOTES, NOTES), max_size=2),
    tuning_cents=st.floats(-60, 60),
    instrument=st.sampled_from([None, *INSTRUMENTS.values()]),
)
def test_whatever_happens_it_is_said_in_whole_sentences(instrument, **take):
    known = {note.id for note in MIXED.notes}
    found = find_causes(hearing(MIXED, **take), MIXED, STANDARD, instrument=instrument)
    assert len(found) <= MOST_CAUSES
    for cause in found:
        assert cause.text[0].isupper() and cause.text.endswith(".") and "  " not in cause.text
        assert cause.text.startswith(cause.showed.removesuffix("."))
        assert cause.text.lower().endswith(cause.remedy.lower())
        assert set(cause.notes) <= known and len(set(cause.notes)) == len(cause.notes)
        assert (cause.asks_for is None) == (cause.code in ("different_piece", "noisy"))
