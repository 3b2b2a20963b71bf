"""What a verdict says about which skills."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutor.grading.assessment import FAULTS, VERDICTS, Fault, NoteVerdict
from tutor.learner.evidence import add, evidence

TAGS = ("interval:3:up", "key:1", "accidental", "range:high", "rhythm:eighths", "metre:3/4")


def verdict(note_id: str, said: str = "correct", *faults: str) -> NoteVerdict:
    return NoteVerdict(
        id=note_id,
        pitch=60,
        onset_beat=0.0,
        duration_beat=1.0,
        verdict=said,
        faults=tuple(Fault(kind, 1.0) for kind in faults),
    )


def said_of(*verdicts: NoteVerdict) -> dict[str, tuple[int, int]]:
    return evidence({note.id: TAGS for note in verdicts}, verdicts)


def test_a_right_note_is_right_in_all_its_skills() -> None:
    assert said_of(verdict("n1")) == dict.fromkeys(TAGS, (1, 1))


def test_a_note_that_was_not_heard_says_nothing() -> None:
    assert said_of(verdict("n1", "not_heard", "pitch", "late")) == {}


def test_a_wrong_pitch_says_nothing_against_the_rhythm() -> None:
    said = said_of(verdict("n1", "wrong", "pitch"))
    assert said["interval:3:up"] == said["key:1"] == said["accidental"] == said["range:high"] == (0, 1)
    assert said["rhythm:eighths"] == said["metre:3/4"] == (1, 1)


@pytest.mark.parametrize("semitones", [2.0, -5.0, 12.0])
def test_a_note_far_off_says_nothing_of_the_key(semitones: float) -> None:
    note = replace(verdict("n1", "wrong"), faults=(Fault("pitch", semitones),))
    said = said_of(note)
    assert said["interval:3:up"] == (0, 1)
    assert "key:1" not in said
    assert "accidental" not in said


def test_a_late_note_says_nothing_against_the_pitch() -> None:
    said = said_of(verdict("n1", "correct", "late"))
    assert said["rhythm:eighths"] == said["metre:3/4"] == (0, 1)
    assert said["key:1"] == (1, 1)


def test_out_of_tune_was_read_but_not_reached() -> None:
    said = said_of(verdict("n1", "wrong", "intonation"))
    assert said["interval:3:up"] == (0, 1)
    assert said["key:1"] == said["rhythm:eighths"] == (1, 1)


def test_a_missing_note_is_no_evidence_about_pitch_but_about_time() -> None:
    said = said_of(verdict("n1", "missing"), verdict("n2"))
    assert said["key:1"] == (1, 1)
    assert said["rhythm:eighths"] == (1, 2)


def test_notes_after_the_last_one_played_were_not_reached() -> None:
    assert said_of(verdict("n1"), verdict("n2", "missing"), verdict("n3", "missing")) == said_of(verdict("n1"))


def test_a_take_of_missing_notes_says_nothing() -> None:
    assert said_of(verdict("n1", "missing"), verdict("n2", "missing")) == {}


def test_a_teachers_wrong_without_a_fault_is_about_pitch() -> None:
    said = said_of(verdict("n1", "wrong"))
    assert said["key:1"] == (0, 1)
    assert "rhythm:eighths" not in said


def test_takes_add_up() -> None:
    assert add([{"key:1": (1, 2)}, {"key:1": (3, 3), "rhythm:tie": (0, 1)}]) == {"key:1": (4, 5), "rhythm:tie": (0, 1)}


@given(st.lists(st.tuples(st.sampled_from(VERDICTS), st.lists(st.sampled_from(FAULTS), unique=True)), max_size=20))
def test_never_more_right_than_heard_and_never_more_heard_than_notes(notes: list[tuple[str, list[str]]]) -> None:
    said = said_of(*(verdict(f"n{place}", word, *faults) for place, (word, faults) in enumerate(notes)))
    audible = sum(word != "not_heard" for word, _ in notes)
    assert all(0 <= right <= heard <= audible for right, heard in said.values())
