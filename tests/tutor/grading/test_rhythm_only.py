"""Rhythms that are clapped or tapped: judged by onsets alone."""

import io
import wave

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.people.hands import clap
from tests.scores import score_of
from tests.synthesis import play, silence, speech
from tutor.assess import assess_recording
from tutor.clock import Clock
from tutor.grading.assessment import Assessment
from tutor.grading.rhythm_only import assess_clapped, assess_clapping, grade_clapped
from tutor.grading.rubric import BEGINNER, CLAPPING, STANDARD, STRICT
from tutor.listening.claps import hear_claps
from tutor.listening.clicks import click_sound
from tutor.listening.decoding import Sound
from tutor.listening.errors import NothingHeard

RHYTHM = score_of("B4 B4/.5 B4/.5 B4 B4 B4/1.5 B4/.5 B4 B4 B4/.5 B4/.5 B4 B4/2", bpm=90)
BEATS = np.array([note.onset_beat for note in RHYTHM.notes])
TIMES_S = BEATS * 60 / 90 + 0.5
rhythms = st.lists(st.sampled_from([0.5, 1.0, 1.5, 2.0]), min_size=8, max_size=24)


def overall(onsets_s, score=RHYTHM, rubric=STANDARD, bpm=90.0) -> float:
    grade = assess_clapped(sorted(onsets_s), score, rubric, bpm=bpm).grade.overall
    assert grade is not None
    return grade


def score_with(lengths):
    return score_of(" ".join(f"B4/{length}" for length in lengths))


@settings(max_examples=12, deadline=None)
@given(rhythms, st.floats(0.8, 1.25), st.floats(0, 20))
def test_a_perfect_rhythm_earns_everything_at_any_tempo_near_the_asked_one(lengths, tempo, begins_s):
    score = score_with(lengths)
    onsets_s = [begins_s + note.onset_beat * 60 / 90 / tempo for note in score.notes]
    assessment = assess_clapped(onsets_s, score, STANDARD, bpm=90)
    assert assessment.grade.overall == assessment.grade.tempo == 100
    assert assessment.grade.pitch is None and assessment.grade.intonation is None
    assert all(note.verdict == "correct" and not note.faults for note in assessment.notes)
    assert assessment.tempo_bpm == pytest.approx(90 * tempo, abs=0.2)


@settings(max_examples=12, deadline=None)
@given(st.integers(1, len(TIMES_S) - 2))
def test_a_missing_stroke_is_named_and_costs(left_out):
    onsets_s = np.delete(TIMES_S, left_out)
    assessment = assess_clapped(onsets_s, RHYTHM, STANDARD, bpm=90)
    assert [note.id for note in assessment.notes if note.verdict == "missing"] == [RHYTHM.notes[left_out].id]
    assert assessment.grade.overall < 90
    assert not assessment.extras


@settings(max_examples=12, deadline=None)
@given(st.integers(0, len(TIMES_S) - 2), st.floats(0.35, 0.65))
def test_an_extra_stroke_is_found_and_costs(after, share):
    extra_s = TIMES_S[after] + share * (TIMES_S[after + 1] - TIMES_S[after])
    assessment = assess_clapped(np.sort(np.append(TIMES_S, extra_s)), RHYTHM, STANDARD, bpm=90)
    assert len(assessment.extras) == 1
    assert all(note.verdict == "correct" for note in assessment.notes)
    assert assessment.grade.overall < 90


@settings(max_examples=12, deadline=None)
@given(st.integers(1, len(TIMES_S) - 2), st.lists(st.floats(0, 0.3), min_size=2, max_size=2).map(sorted))
def test_a_worse_placed_stroke_never_grades_higher(which, shifts_s):
    def shifted(shift_s):
        return overall(TIMES_S + shift_s * (np.arange(len(TIMES_S)) == which))

    assert shifted(shifts_s[1]) <= shifted(shifts_s[0])


@settings(max_examples=8, deadline=None)
@given(st.lists(st.integers(0, len(TIMES_S) - 1), min_size=1, max_size=6, unique=True))
def test_each_further_missing_stroke_grades_no_higher(left_out):
    fewer = [overall(np.delete(TIMES_S, left_out[:count])) for count in range(len(left_out) + 1)]
    assert fewer == sorted(fewer, reverse=True)


@pytest.mark.parametrize("shift_s", [0.13, 0.2, -0.13, -0.2])
def test_a_late_stroke_is_called_late_and_its_neighbours_are_not(shift_s):
    onsets_s = TIMES_S + shift_s * (np.arange(len(TIMES_S)) == 4)
    notes = assess_clapped(onsets_s, RHYTHM, STANDARD, bpm=90).notes
    kinds = [[fault.kind for fault in note.faults] for note in notes]
    assert kinds[4] == (["late"] if shift_s > 0 else ["early"])
    assert sum(map(len, kinds)) == 1


@settings(max_examples=8, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_a_more_patient_rubric_never_grades_lower(seed):
    onsets_s = np.sort(TIMES_S + np.random.default_rng(seed).normal(0, 0.08, len(TIMES_S)))
    grades = [overall(onsets_s, rubric=rubric) for rubric in (STRICT, STANDARD, BEGINNER)]
    assert grades == sorted(grades)


def test_a_restart_is_found_and_the_second_time_counts():
    again = TIMES_S[:7].tolist() + (TIMES_S[4:] - TIMES_S[4] + TIMES_S[6] + 2.0).tolist()
    assessment = assess_clapped(again, RHYTHM, STANDARD, bpm=90)
    assert [(one.from_note, one.to_note) for one in assessment.restarts] == [("n7", "n5")]
    assert not assessment.extras
    assert assessment.grade.completeness == 100
    assert 80 < assessment.grade.overall < 100


def test_stopping_half_way_leaves_the_rest_missing():
    notes = assess_clapped(TIMES_S[:6], RHYTHM, STANDARD, bpm=90).notes
    assert [note.verdict for note in notes] == ["correct"] * 6 + ["missing"] * (len(notes) - 6)
    assert {note.reason for note in notes[6:]} == {"not reached"}


@pytest.mark.parametrize("count", [0, 1, 2])
def test_hardly_anything_is_hardly_anything(count):
    assert overall(TIMES_S[:count]) < 5


def test_the_causes_are_of_time_alone():
    late = assess_clapped(TIMES_S + 0.2 * (np.arange(len(TIMES_S)) == 4), RHYTHM, CLAPPING, bpm=90)
    assert [cause.code for cause in late.causes] == ["late"]
    missing = assess_clapped(np.delete(TIMES_S, 4), RHYTHM, CLAPPING, bpm=90)
    assert [cause.code for cause in missing.causes] == ["left_out"]
    assert not assess_clapped(TIMES_S, RHYTHM, CLAPPING, bpm=90).causes


def test_one_note_clapped_once_is_all_there_was():
    assert overall([1.0], score_of("B4")) == 100


def test_a_doubtful_stroke_counts_neither_for_nor_against():
    strengths = np.ones(len(TIMES_S))
    strengths[3] = 0.2
    assessment = assess_clapped(TIMES_S, RHYTHM, STANDARD, bpm=90, strengths=strengths)
    assert [note.verdict for note in assessment.notes].count("not_heard") == 1
    assert assessment.notes[3].reason == "too soft"
    assert assessment.grade.overall == 100


def test_an_assessment_survives_json_and_regrades_the_same():
    assessment = assess_clapped(np.delete(TIMES_S, 3), RHYTHM, STANDARD, bpm=90)
    back = Assessment.from_dict(assessment.to_dict())
    assert grade_clapped(back.notes, STANDARD, back.extras, tempo=back.grade.tempo) == assessment.grade


@pytest.mark.parametrize(
    "manner",
    [{}, {"tap": True}, {"reverb_s": 0.6}, {"reverb_s": 1.5}, {"noise_db": -40.0}, {"tap": True, "noise_db": -50.0}],
    ids=str,
)
@pytest.mark.parametrize("seed", [1, 2])
def test_claps_are_heard_in_any_room(manner, seed):
    sound = Sound(clap(TIMES_S - TIMES_S[0], seed=seed, **manner))
    assessment = assess_clapping(sound, RHYTHM, STANDARD, None, bpm=90)
    assert all(note.verdict == "correct" and not note.faults for note in assessment.notes)
    assert not assessment.extras
    heard_s = np.array([note.onset_s for note in assessment.notes])
    assert np.abs(heard_s - TIMES_S).max() < 0.015
    assert assessment.grade.overall > 98


def test_the_count_in_is_not_the_player():
    clicks_s = np.arange(4) * 60 / 90
    sound = Sound(clap(np.append(clicks_s, TIMES_S - TIMES_S[0] + 4 * 60 / 90), seed=3))
    clock = Clock(bpm=90, beat0_s=0.5 + 4 * 60 / 90, clicks_s=tuple(clicks_s + 0.5), latency_s=0.0)
    assessment = assess_clapping(sound, RHYTHM, STANDARD, clock, bpm=90)
    assert not assessment.extras
    assert assessment.grade.overall > 98


def test_half_the_rate_is_enough():
    samples = clap(TIMES_S - TIMES_S[0], seed=5)
    spectrum = np.fft.rfft(samples[: len(samples) // 2 * 2])
    halved = np.fft.irfft(spectrum[: len(samples) // 4 + 1], len(samples) // 2).astype(np.float32) / 2
    assert assess_clapping(Sound(halved, 22_050), RHYTHM, STANDARD, None, bpm=90).grade.overall > 98


def test_the_metronomes_clicks_are_no_strokes():
    """The whole ear, with a count-in and a metronome that the microphone hears, 80 ms late."""
    beat_s = 60 / 90
    clicks_s = 0.3 + np.arange(4 + 12) * beat_s
    samples = clap(TIMES_S - TIMES_S[0], seed=7, lead_s=float(clicks_s[4]) + 0.08)
    for number, click_s in enumerate(clicks_s):
        click, first = click_sound(44_100, accent=number % 4 == 0), round((click_s + 0.08) * 44_100)
        samples[first : first + len(click)] += 0.3 * click[: max(len(samples) - first, 0)]
    clock = Clock(bpm=90, beat0_s=float(clicks_s[4]), clicks_s=tuple(clicks_s.tolist()))
    assessment = assess_recording(wav(samples), RHYTHM, CLAPPING, clock)
    assert assessment.latency is not None and abs(assessment.latency.latency_s - 0.08) < 0.005
    assert not assessment.extras
    assert all(note.verdict == "correct" for note in assessment.notes)


def wav(samples):
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(44_100)
        out.writeframes((np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes())
    return file.getvalue()


def test_silence_and_noise_hold_no_strokes():
    for samples in (silence(3), silence(3, -50), silence(3, -20)):
        with pytest.raises(NothingHeard):
            assess_clapping(Sound(samples), RHYTHM, STANDARD, None, bpm=90)


@pytest.mark.parametrize("seed", range(4))
def test_speech_holds_hardly_any_strokes(seed):
    claps = hear_claps(Sound(speech(10, seed=seed)))
    assert (claps.strengths >= 0.4).sum() <= 2


@pytest.mark.parametrize("timbre", ["flute", "string", "voice", "brass"])
def test_a_sung_or_blown_melody_is_no_clapping(timbre):
    claps = hear_claps(Sound(play(RHYTHM, timbre=timbre).samples))
    assert (claps.strengths < 0.4).all()


@pytest.mark.parametrize("seed", range(4))
def test_two_fingers_of_one_stroke_are_never_two(seed):
    onsets_s = np.arange(10) * 0.5 + 0.5
    claps = hear_claps(Sound(clap(np.sort(np.append(onsets_s, onsets_s + 0.03)) - 0.5, seed=seed)))
    assert np.diff(claps.times_s[claps.strengths >= 0.4]).min() > 0.4
    assert sum(np.abs(claps.times_s - onset_s).min() < 0.035 for onset_s in onsets_s) >= 8


def test_fast_strokes_are_told_apart():
    onsets_s = np.arange(12) * 0.1
    claps = hear_claps(Sound(clap(onsets_s, seed=2)))
    assert len(claps.times_s[claps.strengths >= 0.4]) == 12
