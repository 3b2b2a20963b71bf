"""Each cause in a teacher's words, from verdicts alone."""

from tests.scores import score_of
from tutor.grading.assessment import Assessment, Extra, Fault, NoteVerdict, Restart
from tutor.grading.causes import MOST_CAUSES, find_causes
from tutor.grading.grade import grade_notes
from tutor.grading.rubric import STANDARD
from tutor.grading.words import bars

SCALE = "F4 G4 A4 Bb4 C5 Bb4 A4 G4 F4 A4 Bb4 F4"


def causes_of(score, *take, **known):
    """By their codes; see found_in."""
    return {cause.code: cause for cause in found_in(score, *take, **known)}


def found_in(
    score,
    wrong=None,
    missing=None,
    faults=None,
    tuning_cents=0.0,
    tempo_bpm=90.0,
    restarts=(),
    extras=(),
    unheard=(),
    **known,
):
    """The causes of a take: note ids with semitones, reasons, faults; a note a second."""
    notes = []
    for note in score.notes:
        semitones = (wrong or {}).get(note.id)
        kind = "wrong" if semitones else "missing" if note.id in (missing or {}) else "correct"
        kind = "not_heard" if note.id in unheard else kind
        off = () if not semitones else (Fault("octave" if semitones % 12 == 0 else "pitch", float(semitones)),)
        off += tuple((faults or {}).get(note.id, ()))
        cents = None if kind == "missing" else 100.0 * (semitones or 0)
        reason = (missing or {}).get(note.id, "noise" if note.id in unheard else "")
        place = note.id, note.pitch, note.onset_beat, note.duration_beat
        notes.append(NoteVerdict(*place, kind, off, None, cents, onset_s=note.onset_beat, reason=reason))
    grade = grade_notes(notes, STANDARD)
    take = Assessment("test", grade, tuning_cents, tempo_bpm, tuple(notes), extras, restarts)
    return find_causes(take, score, STANDARD, **known)


def test_a_good_take_has_no_causes():
    assert causes_of(score_of(SCALE, fifths=-2), asked_bpm=90.0, drift=1.02) == {}


def test_key_signature_missed():
    causes = causes_of(score_of(SCALE, fifths=-2), wrong={"n4": 1, "n6": 1, "n11": 1})
    cause = causes["key_signature"]
    assert cause.showed == "Bars 1, 2 and 3: B flat, you played B three times. The key signature has two flats."
    assert cause.notes == ("n4", "n6", "n11")
    assert set(causes) == {"key_signature"}


def test_key_signature_missed_once():
    cause = causes_of(score_of(SCALE, fifths=-2), wrong={"n11": 1})["key_signature"]
    assert cause.showed == "Bar 3: B flat, you played B. The key signature has two flats."


def test_the_name_is_the_students_own_on_a_transposing_instrument():
    score = score_of("F#4 G4 A4 B4", fifths=1, transposition=-2)
    cause = causes_of(score, wrong={"n1": -1})["key_signature"]
    assert cause.showed == "Bar 1: F sharp, you played F. The key signature has one sharp."


def test_accidental_passed_over():
    cause = causes_of(score_of("C4 F#4 G4 E4 F4 D4 C4 C4"), wrong={"n2": -1})["accidental"]
    assert cause.text == "Bar 1: F sharp, you played F. Look for a sharp before the note, or earlier in the bar."


def test_one_note_in_another_octave():
    cause = causes_of(score_of(SCALE), wrong={"n5": 12})["octave"]
    assert cause.showed == "Bar 2: right note, wrong octave: it sounded an octave too high."


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
    text = causes_of(score_of(SCALE), tempo_bpm=60.0, asked_bpm=90.0)["tempo"].showed
    assert text == "You played at about 60 beats a minute, slower than the 90 that were asked for."


def test_restarted():
    cause = causes_of(score_of(SCALE), restarts=(Restart(4.0, "n7", "n5"),))["restarted"]
    assert cause.text.startswith("You went back once, from bar 2.") and cause.notes == ("n7",)


def test_sharp_throughout_and_flat_throughout():
    score = score_of(SCALE)
    assert "by about 30 cents" in causes_of(score, tuning_cents=30.0)["sharp_throughout"].text
    assert "flat_throughout" in causes_of(score, tuning_cents=-25.0)
    assert causes_of(score, tuning_cents=30.0, is_pitched_by_player=False) == {}


def test_stopped_and_left_out():
    score = score_of(SCALE, fifths=-2)
    assert causes_of(score, missing={"n11": "not reached", "n12": "not reached"})["stopped"].notes == ("n11", "n12")
    assert causes_of(score, missing={"n6": ""})["left_out"].showed == "Bar 2: B flat was left out."


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


def off(kind, amount, *ids):
    return {note_id: (Fault(kind, amount),) for note_id in ids}


def test_one_note_late_or_early_is_said_by_name():
    score = score_of(SCALE, fifths=-2)
    assert causes_of(score, faults=off("late", 210.0, "n6"))["late"].showed == "Bar 2: B flat came late, by 0.2 s."
    both = off("late", 120.0, "n2", "n7")
    assert causes_of(score, faults=both)["late"].showed == "Bar 1: G came late, by 0.1 s. Bar 2: A came late, by 0.1 s."
    assert causes_of(score, faults=off("early", 310.0, "n6"))["early"].showed == "Bar 2: B flat came early, by 0.3 s."


def test_many_notes_late_are_counted():
    text = causes_of(score_of(SCALE), faults=off("late", 150.0, "n2", "n4", "n6", "n9"))["late"].text
    assert text == "Bars 1, 2 and 3: four notes came late: be ready before the beat."


def test_one_note_flat_or_sharp_is_said_by_name():
    score = score_of(SCALE, fifths=-2)
    flat = causes_of(score, faults=off("intonation", -42.0, "n6"))["flat_notes"].text
    assert flat == "Bar 2: B flat was flat, by about 42 cents: hear it in your head first."
    sharp = causes_of(score, faults=off("intonation", 40.0, "n2", "n6"))["sharp_notes"].text
    assert sharp == "Bars 1 and 2: two notes were sharp: hear each one in your head first."
    assert causes_of(score, faults=off("intonation", -42.0, "n6"), is_pitched_by_player=False) == {}


def test_one_note_cut_short_or_held_too_long_is_said_by_name():
    score = score_of(SCALE)
    short = causes_of(score, faults=off("short", 0.3, "n3"))["short_notes"].text
    assert short == "Bar 1: A was cut short: let it sound for its whole length."
    assert "two notes were held too long" in causes_of(score, faults=off("long", 2.0, "n3", "n9"))["long_notes"].text


def test_notes_that_are_not_written_are_placed_in_their_bars():
    score = score_of(SCALE)
    one = causes_of(score, extras=(Extra(64.0, 5.5, 5.9),))["extra_notes"]
    assert one.showed == "Bar 2: you played a note that is not written there." and one.notes == ("n6",)
    two = causes_of(score, extras=(Extra(64.0, 0.5, 0.9), Extra(64.0, 5.5, 5.9)))["extra_notes"]
    assert two.showed == "Bars 1 and 2: you played two notes that are not written there."


def test_notes_that_drowned_are_the_rooms_fault():
    text = causes_of(score_of(SCALE), unheard=("n2", "n3"))["noisy"].text
    assert text.startswith("Bar 1: two notes could not be heard through the noise: play closer")


def test_many_wrong_notes_are_counted_and_not_passed_over():
    causes = causes_of(score_of(SCALE), wrong={"n1": 1, "n3": -2, "n5": 3, "n8": 2, "n9": 4})
    assert causes["wrong_notes"].text.startswith("Bars 1, 2 and 3: five wrong notes.")


def test_two_octaves_that_differ_are_two_causes():
    found = found_in(score_of(SCALE), wrong={"n2": 12, "n5": -12})
    assert [cause.showed for cause in found] == [
        "Bar 1: right note, wrong octave: it sounded an octave too high.",
        "Bar 2: right note, wrong octave: it sounded an octave too low.",
    ]


def test_no_more_causes_than_can_be_mended_and_one_of_each_first():
    sharps = "C#4 D#4 F#4 G#4 A#4 C#5 D4 E4 F4 G4 A4 B4"
    signs = {f"n{number}": -1 for number in (1, 2, 3, 4, 5)}
    found = found_in(
        score_of(sharps), wrong=signs, missing={"n8": ""}, faults=off("late", 200.0, "n7"), tuning_cents=-30.0
    )
    assert len(found) == MOST_CAUSES
    assert {"accidental", "left_out", "late", "flat_throughout"} == {cause.code for cause in found}


def test_another_piece_needs_no_more_reasons():
    score = score_of(SCALE)
    wrong = {note.id: 1 + number % 5 for number, note in enumerate(score.notes)}
    found = found_in(score, wrong=wrong, faults=off("late", 200.0, "n1"), tuning_cents=40.0)
    assert [cause.code for cause in found] == ["different_piece"]


def test_where_the_player_stopped():
    score = score_of(SCALE)
    rest = {f"n{number}": "not reached" for number in range(9, 13)}
    assert causes_of(score, missing=rest)["stopped"].showed == "You stopped before bar 3: four notes were not reached."
    rest |= {"n8": "not reached"}
    assert causes_of(score, missing=rest)["stopped"].showed == "You stopped in bar 2: five notes were not reached."
    assert causes_of(score, missing={"n12": "not reached"})["stopped"].showed == "You stopped before the last note."


def test_names_are_as_written_for_the_player_in_every_sentence():
    """A clarinet in B flat: written D sounds C."""
    score = score_of("D4 E4 F#4 G4 A4 B4 C#5 D5", fifths=2, transposition=-2)
    assert score.notes[2].pitch == 64
    found = found_in(score, missing={"n3": ""}, faults=off("late", 200.0, "n7") | off("short", 0.2, "n1"))
    assert [cause.text.split(":")[1].split(" was ")[0].split(" came ")[0] for cause in found] == [
        " F sharp",
        " C sharp",
        " D",
    ]


def test_a_whole_tone_below_a_sharp_is_no_flat():
    text = causes_of(score_of("A#4 B4 C5 D5"), wrong={"n1": -2})["wrong_notes"].showed
    assert text == "Bar 1: A sharp, you played G sharp."


def test_bars_are_named_as_musicians_name_them():
    assert bars([3]) == "Bar 3" and bars([5, 3, 3]) == "Bars 3 and 5" and bars([1, 2, 3]) == "Bars 1, 2 and 3"
    assert bars([1, 2, 3, 4, 7]) == "Bars 1 to 4 and 7"
    assert bars([1, 3, 5, 7, 9, 11]) == "Bars 1, 3, 5, 7, 9 and 11"
    assert bars([1, 3, 5, 7, 9, 11, *range(13, 20)]) == "Bars 1, 3, 5, 7, 9 and 8 more"
    assert bars([0]) == "The upbeat" and bars([0, 2]) == "The upbeat and bar 2"
    assert bars([0, 1, 2]) == "The upbeat and bars 1 and 2"
