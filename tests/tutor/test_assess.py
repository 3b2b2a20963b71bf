"""Real sound from an instrument of known truth, through the whole ear."""

import contextlib
import io
import json
import wave as wave_file

import numpy as np
import pytest

from tests.scores import score_of
from tests.synthesis import TIMBRES, Waveform, play, silence
from tutor.assess import ENGINE, assess_recording
from tutor.clock import Clock
from tutor.grading.assessment import Assessment
from tutor.grading.rubric import STANDARD
from tutor.listening.errors import NothingHeard, Truncated
from tutor.notation.instruments import get_instrument

TUNE = "D4 E4 F#4/0.5 G4/0.5 A4 | A4 B4/2 A4 | G4/0.5 F#4/0.5 E4 A4 D5 | B4 A4 F#4 D4"
TUNE_TEXT = TUNE.replace("|", "")


def tune(**how):
    return score_of(TUNE_TEXT, bpm=96, fifths=2, **how)


def sound_of(samples) -> bytes:
    out = io.BytesIO()
    with wave_file.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(44_100)
        file.writeframes((np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes())
    return out.getvalue()


def assess(wave: Waveform, score, clock=None, **how) -> Assessment:
    return assess_recording(sound_of(wave.samples), score, STANDARD, clock, **how)


def verdicts(assessment, *kinds):
    return {note.id for note in assessment.notes if note.verdict in kinds}


def faults(assessment, *kinds):
    return {note.id for note in assessment.notes if any(fault.kind in kinds for fault in note.faults)}


def codes(assessment):
    return {cause.code for cause in assessment.causes}


@pytest.mark.parametrize("timbre", TIMBRES)
@pytest.mark.parametrize("octaves", [-1, 0, 1])
def test_a_perfect_performance_has_nothing_wrong_on_any_instrument(timbre, octaves):
    score = score_of(TUNE_TEXT, bpm=96, transposition=12 * octaves)
    assessment = assess(play(score, timbre=timbre), score)
    assert verdicts(assessment, "wrong", "missing") == set()
    assert assessment.extras == () and assessment.restarts == ()
    assert assessment.grade.overall >= 95
    assert assessment.engine == ENGINE


@pytest.mark.parametrize("timbre", ["flute", "reed", "plucked"])
def test_planted_mistakes_are_found_and_nothing_else(timbre):
    score = tune()
    wave = play(score, timbre=timbre, wrong={"n3": -1, "n8": 2, "n14": -12}, skip=["n10"], shift={"n12": 0.17})
    assessment = assess(wave, score)
    assert verdicts(assessment, "wrong") == {"n3", "n8", "n14"}
    assert verdicts(assessment, "missing") == {"n10"}
    assert faults(assessment, "octave") == {"n14"}
    assert faults(assessment, "late") == {"n12"} and faults(assessment, "early") == set()
    assert {"key_signature", "octave", "left_out"} <= codes(assessment)


def test_an_extra_note_is_reported_where_it_was():
    score = tune()
    wave = play(score, add=[(5.9, 0.5, 76)], stretch={"n7": 0.4})
    (extra,) = assess(wave, score).extras
    assert extra.pitch == pytest.approx(76, abs=0.3)
    assert extra.onset_s == pytest.approx(wave.beat0_s + 5.9 * 60 / 96, abs=0.1)


@pytest.mark.parametrize("tempo", [0.6, 0.8, 1.3])
def test_another_tempo_is_no_wrong_note(tempo):
    score = tune()
    assessment = assess(play(score, tempo=tempo), score)
    assert verdicts(assessment, "correct") == {note.id for note in score.notes}
    assert faults(assessment, "early", "late") == set()
    assert assessment.tempo_bpm == pytest.approx(96 * tempo, rel=0.02)


def test_going_back_is_a_restart():
    score = tune()
    assessment = assess(play(score, restart=("n9", "n6")), score)
    assert [(one.from_note, one.to_note) for one in assessment.restarts] == [("n9", "n6")]
    assert verdicts(assessment, "correct") == {note.id for note in score.notes}
    assert assessment.extras == () and "restarted" in codes(assessment)


def test_stopping_half_way_is_missing_and_says_so():
    score = tune()
    assessment = assess(play(score, stop_after="n8"), score)
    assert verdicts(assessment, "missing") == {f"n{number}" for number in range(9, 18)}
    assert assessment.grade.overall < 55 and assessment.grade.pitch >= 99
    assert "stopped" in codes(assessment)


@pytest.mark.parametrize("cents", [-60, -30, 30, 60])
def test_a_take_out_of_tune_has_the_right_notes(cents):
    score = tune()
    assessment = assess(play(score, cents=cents), score)
    assert verdicts(assessment, "wrong", "missing") == set()
    assert assessment.tuning_cents == pytest.approx(cents, abs=8)
    assert codes(assessment) == {"sharp_throughout" if cents > 0 else "flat_throughout"}


def test_worse_tuning_never_grades_higher():
    score = tune()
    grades = [assess(play(score, cents=cents), score).grade for cents in (0, 25, 50, 70)]
    overall = [grade.overall for grade in grades]
    assert overall == sorted(overall, reverse=True) and overall[0] > overall[-1]


def test_one_note_out_of_tune_is_named():
    score = tune()
    assessment = assess(play(score, detune={"n7": -45.0}), score)
    assert faults(assessment, "intonation") == {"n7"}
    assert {note.id: note.cents for note in assessment.notes}["n7"] == pytest.approx(-45, abs=6)


def test_vibrato_is_judged_by_its_centre():
    score = tune()
    assert faults(assess(play(score, timbre="voice"), score), "intonation", "pitch") == set()


def test_cents_of_a_piano_are_never_graded():
    score = tune()
    assessment = assess(play(score, timbre="piano", cents=30), score)
    assert assessment.grade.intonation is None
    assert all(note.cents is None for note in assessment.notes)


def test_rushing_is_a_cause_and_every_note_is_still_found():
    score = score_of(" ".join([TUNE_TEXT] * 2), bpm=96)
    assessment = assess(play(score, drift=0.3), score)
    assert verdicts(assessment, "wrong", "missing") == set()
    assert "rushing" in codes(assessment) and assessment.grade.tempo < 90


def test_transposition_read_wrongly_is_one_cause():
    score = tune()
    assessment = assess(play(score, transpose=2), score)
    assert "transposition" in codes(assessment)
    assert len(verdicts(assessment, "wrong")) == len(score.notes)
    assert assessment.grade.pitch == 0


def test_an_octave_is_a_mistake_on_an_instrument_and_free_for_a_voice():
    score = tune()
    low = play(score, transpose=-12, timbre="voice")
    assert verdicts(assess(low, score), "wrong") == {note.id for note in score.notes}
    voice = assess(low, score, instrument=get_instrument("soprano"))
    assert verdicts(voice, "correct") == {note.id for note in score.notes}


def test_all_staccato_is_not_full_marks():
    score = tune()
    assessment = assess(play(score, gate=0.25), score)
    assert verdicts(assessment, "correct") == {note.id for note in score.notes}
    assert assessment.grade.overall <= 88 and "clipped" in codes(assessment)


def test_where_two_notes_share_one_sound_neither_has_a_length():
    written = score_of("G4 A4 B4 C5 | B4 A4 D4/0.5 D4/2 E4/0.5".replace("|", ""), bpm=90)
    bowed = score_of("G4 A4 B4 C5 B4 A4 D4/2.5 E4/0.5", bpm=90)
    notes = {note.id: note for note in assess(play(bowed, timbre="string", gate=1.0), written).notes}
    assert notes["n8"].verdict == "not_heard" or notes["n8"].reason == "not struck again"
    assert notes["n7"].faults == () and notes["n7"].duration_ratio is None


def test_a_note_of_a_tenth_of_a_second_is_not_judged_for_its_tuning():
    score = score_of("D4 E4 F#4/0.25 G4/0.25 A4/0.5 B4 A4 G4", bpm=130)
    assessment = assess(play(score, detune={"n3": -45.0}), score)
    assert faults(assessment, "intonation") == set() and verdicts(assessment, "wrong", "missing") == set()


def test_single_notes_cut_short_or_held_into_a_rest_are_named():
    score = score_of("D4 E4 F#4 G4 A4 B4 A4 r A4 G4 F#4/2", bpm=90)
    assessment = assess(play(score, stretch={"n3": 0.3, "n7": 1.95}), score)
    assert faults(assessment, "short") == {"n3"} and faults(assessment, "long") == {"n7"}


def test_one_held_note_does_not_pass_a_rhythm_exercise():
    score = score_of("G4 G4/0.5 G4/0.5 G4 G4 G4 G4 G4/2", bpm=90)
    held = play(score_of("G4/8", bpm=90), gate=1.0)
    assert assess(held, score).grade.overall < 40


def test_another_tune_gets_a_low_grade():
    score = tune()
    other = score_of("C5 G4 Eb4/2 C4 Ab4/1.5 Eb4/0.5 Bb4/2 G4 F4 C5 Eb5/2 C4/3", bpm=70)
    assert assess(play(other), score).grade.overall < 50


@pytest.mark.parametrize("noise_db", [None, -55, -25])
def test_silence_and_hiss_are_nothing_heard(noise_db):
    with pytest.raises(NothingHeard):
        assess_recording(sound_of(silence(5.0, noise_db)), tune(), STANDARD, None)


def test_a_hum_is_no_performance():
    time_s = np.arange(6 * 44_100) / 44_100
    hum = sum(0.1 / number * np.sin(2 * np.pi * 50 * number * time_s) for number in (1, 2, 3, 5))
    with contextlib.suppress(NothingHeard):
        assert assess_recording(sound_of(hum), tune(), STANDARD, None).grade.overall < 25


def test_silence_in_front_and_loudness_change_nothing():
    score = tune()
    plain = assess(play(score, noise_db=None), score)
    for how in ({"lead_s": 4.0}, {"level": 0.03}):
        other = assess(play(score, noise_db=None, **how), score)
        assert [(note.id, note.verdict) for note in other.notes] == [(note.id, note.verdict) for note in plain.notes]
        assert other.grade.overall == pytest.approx(plain.grade.overall, abs=1.5)


def test_count_in_clicks_are_not_notes():
    score = tune()
    wave = play(score, clicks=True)
    clock = Clock(bpm=96, beat0_s=wave.beat0_s, latency_s=0.0, latency_doubt_s=0.01)
    assessment = assess(wave, score, clock)
    assert assessment.extras == () and verdicts(assessment, "correct") == {note.id for note in score.notes}
    assert "behind_the_beat" not in codes(assessment)


@pytest.mark.parametrize(
    ("late_s", "expected"), [(0.02, set()), (0.12, {"behind_the_beat"}), (-0.12, {"ahead_of_the_beat"})]
)
def test_only_a_lateness_that_is_certain_is_judged(late_s, expected):
    score = tune()
    wave = play(score, lead_s=1.0 + late_s, timbre="plucked")
    clock = Clock(bpm=96, beat0_s=1.0, latency_s=0.0, latency_doubt_s=0.02)
    assessment = assess(wave, score, clock)
    assert codes(assessment) & {"behind_the_beat", "ahead_of_the_beat"} == expected
    assert faults(assessment, "early", "late") == set()


def test_a_recording_that_lost_its_end_is_refused():
    score = tune()
    with pytest.raises(Truncated):
        assess(play(score), score, claimed_duration_s=60.0)


def test_progress_is_told_in_two_stages():
    told = []
    score = tune()
    assess(play(score), score, progress=lambda stage, share: told.append((stage, share)))
    assert [stage for stage, _ in told] == sorted((stage for stage, _ in told), reverse=True)
    assert {stage for stage, _ in told} == {"listening", "grading"} and told[-1] == ("grading", 1.0)


def test_an_assessment_goes_through_json_and_back():
    score = tune()
    assessment = assess(play(score, wrong={"n3": -1}, skip=["n5"]), score)
    again = Assessment.from_dict(json.loads(json.dumps(assessment.to_dict())))
    assert again == assessment
    assert len(assessment.trace.midi) == len(assessment.trace.level_db)
