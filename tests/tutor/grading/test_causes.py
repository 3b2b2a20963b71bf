"""Each cause in a teacher's words, from verdicts alone."""

from tests.scores import score_of
from tutor.grading.assessment import Assessment, Fault, NoteVerdict, Restart
from tutor.grading.causes import find_causes
from tutor.grading.grade import grade_notes
from tutor.grading.rubric import STANDARD

SCALE = "F4 G4 A4 Bb4 C5 Bb4 A4 G4 F4 A4 Bb4 F4"


def causes_of(score, wrong=None, missing=None, faults=None, tuning_cents=0.0, tempo_bpm=90.0, restarts=(), **known):
    notes = []
    for note in score.notes:
        semitones = (wrong or {}).get(note.id)
        kind = "wrong" if semitones else "missing" if note.id in (missing or {}) else "correct"
        off = () if not semitones else (Fault("octave" if semitones % 12 == 0 else "pitch", float(semitones)),)
        off += tuple((faults or {}).get(note.id, ()))
        cents = None if kind == "missing" else 100.0 * (semitones or 0)
        reason = (missing or {}).get(note.id, "")
        notes.append(
            NoteVerdict(note.id, note.pitch, note.onset_beat, note.duration_beat, kind, off, None, cents, reason=reason)
        )
    grade = grade_notes(notes, STANDARD)
    take = Assessment("test", grade, tuning_cents, tempo_bpm, tuple(notes), restarts=restarts)
    return {cause.code: cause for cause in find_causes(take, score, STANDARD, **known)}


def test_a_good_take_has_no_causes():
    assert causes_of(score_of(SCALE, fifths=-2), asked_bpm=90.0, drift=1.02) == {}


def test_key_signature_missed():
    causes = causes_of(score_of(SCALE, fifths=-2), wrong={"n4": 1, "n6": 1, "n11": 1})
    cause = causes["key_signature"]
    assert cause.text == "Bars 1, 2 and 3: B flat, you played B three times. The key signature has two flats."
    assert cause.notes == ("n4", "n6", "n11")
    assert set(causes) == {"key_signature"}


def test_key_signature_missed_once():
    cause = causes_of(score_of(SCALE, fifths=-2), wrong={"n11": 1})["key_signature"]
    assert cause.text == "Bar 3: B flat, you played B. The key signature has two flats."


def test_the_name_is_the_students_own_on_a_transposing_instrument():
    score = score_of("F#4 G4 A4 B4", fifths=1, transposition=-2)
    cause = causes_of(score, wrong={"n1": -1})["key_signature"]
    assert cause.text == "Bar 1: F sharp, you played F. The key signature has one sharp."


def test_accidental_passed_over():
    cause = causes_of(score_of("C4 F#4 G4 E4 F4 D4 C4 C4"), wrong={"n2": -1})["accidental"]
    assert cause.text == "Bar 1: F sharp, you played F. Look for a sharp before the note, or earlier in the bar."


def test_one_note_in_another_octave():
    cause = causes_of(score_of(SCALE), wrong={"n5": 12})["octave"]
    assert cause.text == "Bar 2: right note, wrong octave: it sounded an octave too high."


def test_all_of_it_in_another_octave():
    score = score_of(SCALE)
    cause = causes_of(score, wrong={note.id: -12 for note in score.notes})["octave"]
    assert "All of it sounded an octave too low" in cause.text and len(cause.notes) == 12


def test_transposition_read_wrongly():
    score = score_of(SCALE)
    causes = causes_of(score, wrong={note.id: 2 for note in score.notes})
    assert "a whole tone above" in causes["transposition"].text
    assert "wrong_notes" not in causes


def test_the_same_slip_again():
    causes = causes_of(score_of(SCALE), wrong={"n3": 3, "n7": 3})
    assert causes["same_slip"].text.startswith("Bars 1 and 2: A, you played C twice.")


def test_rushing_and_dragging():
    score = score_of(SCALE)
    assert "12 % faster" in causes_of(score, drift=1.12)["rushing"].text
    assert "20 % slower" in causes_of(score, drift=0.8)["dragging"].text


def test_another_tempo_than_asked():
    text = causes_of(score_of(SCALE), tempo_bpm=60.0, asked_bpm=90.0)["tempo"].text
    assert text == "You played at about 60 beats a minute, slower than the 90 that were asked."


def test_restarted():
    cause = causes_of(score_of(SCALE), restarts=(Restart(4.0, "n7", "n5"),))["restarted"]
    assert cause.text.startswith("You went back once, from bar 2.") and cause.notes == ("n7",)


def test_sharp_throughout_and_flat_throughout():
    score = score_of(SCALE)
    assert "by about 30 cents" in causes_of(score, tuning_cents=30.0)["sharp_throughout"].text
    assert "flat_throughout" in causes_of(score, tuning_cents=-25.0)
    assert causes_of(score, tuning_cents=30.0, is_pitched_by_player=False) == {}


def test_stopped_and_left_out():
    score = score_of(SCALE)
    assert causes_of(score, missing={"n11": "not reached", "n12": "not reached"})["stopped"].notes == ("n11", "n12")
    assert causes_of(score, missing={"n6": ""})["left_out"].text == "Bar 2: one note was left out."


def test_one_long_note_instead_of_repeated_ones():
    causes = causes_of(score_of("C4 C4 C4 C4"), missing={"n3": "not struck again", "n4": "not struck again"})
    assert "start each one anew" in causes["held_through"].text


def test_all_notes_cut_short():
    score = score_of(SCALE)
    short = {note.id: (Fault("short", 0.2),) for note in score.notes}
    assert "clipped" in causes_of(score, faults=short)


def test_against_the_metronome():
    assert "60 ms behind the click" in causes_of(score_of(SCALE), lateness_s=0.06)["behind_the_beat"].text


def test_another_piece():
    score = score_of(SCALE)
    wrong = {note.id: 1 + number % 5 for number, note in enumerate(score.notes)}
    assert "different_piece" in causes_of(score, wrong=wrong)
    assert "different_piece" in causes_of(score, missing={note.id: "" for note in score.notes})
