"""What a jury of sung exams weighs: the right notes, in time."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.scores import score_of
from tutor.alignment.sung_line import follow_line
from tutor.grading.assessment import Grade, NoteVerdict, PitchTrace
from tutor.grading.jury import exam_grade, mark_line, mark_notes, mark_verdicts, out_of_four

MELODY = score_of("C4 E4 F4/.5 G4/.5 A4 G4/2 F4 D4 E4/.5 D4/.5 C4/2", bpm=120)
BEATS = np.array([note.onset_beat for note in MELODY.notes])
PITCHES = [note.pitch for note in MELODY.notes]
HOP_S = 0.01


def voice(*, semitones=0.0, tempo=1.0, changes=None, left_out=(), octave=-1, glide_s=0.06, vibrato=0.0, begins_s=0.3):
    """The pitch track of somebody who sings the melody in one breath, gliding from note to note."""
    ends = [*(note.onset_beat for note in MELODY.notes[1:]), MELODY.notes[-1].offset_beat]
    sung = [
        (note.onset_beat, end, note.pitch + (changes or {}).get(index, 0))
        for index, (note, end) in enumerate(zip(MELODY.notes, ends, strict=True))
        if index not in left_out
    ]
    edges = [(end if index == len(sung) - 1 else sung[index + 1][0]) for index, (_, end, _) in enumerate(sung)]
    line = [pitch for (begin, _, pitch), end in zip(sung, edges, strict=True) for _ in range(_hops(begin, end, tempo))]
    midi = np.convolve(np.pad(np.array(line, float), 20, "edge"), np.ones(_odd(glide_s)) / _odd(glide_s), "same")
    midi = midi[20:-20] + semitones + 12 * octave + vibrato * np.sin(np.arange(len(line)) * HOP_S * 2 * np.pi * 5.5)
    return np.concatenate([np.full(round(begins_s / HOP_S), np.nan), midi])


def _hops(begin, end, tempo):
    return round(end * 0.5 / tempo / HOP_S) - round(begin * 0.5 / tempo / HOP_S)


def _odd(glide_s):
    return 2 * round(glide_s / HOP_S / 2) + 1


def marks_of(midi):
    return mark_line(MELODY.notes, PitchTrace(HOP_S, tuple(None if np.isnan(one) else float(one) for one in midi)))


@settings(max_examples=10, deadline=None)
@given(st.floats(-0.9, 0.9), st.floats(0.8, 1.25), st.sampled_from([-2, -1, 0, 1]), st.floats(0, 0.3))
def test_tuning_tempo_octave_and_vibrato_are_forgiven(semitones, tempo, octave, vibrato):
    marks = marks_of(voice(semitones=semitones, tempo=tempo, octave=octave, vibrato=vibrato))
    assert marks.pitch >= 97
    assert marks.overall > 90


@pytest.mark.parametrize("semitones", [-0.8, -0.5, 0.0, 0.5, 0.8])
def test_the_melody_tells_how_sharp_a_take_is(semitones):
    assert follow_line(PITCHES, voice(semitones=semitones), HOP_S).tuning == pytest.approx(semitones, abs=0.06)


def test_onsets_are_where_the_line_crosses_over():
    heard = follow_line(PITCHES, voice(), HOP_S)
    assert np.abs(heard.onsets_s - (0.3 + BEATS * 0.5)).max() < 0.05
    assert np.abs(heard.deviations).max() < 0.1


@settings(max_examples=10, deadline=None)
@given(st.integers(1, len(PITCHES) - 2), st.sampled_from([-4, -3, -2, 2, 3, 4]))
def test_a_wrong_note_costs(index, semitones):
    assert marks_of(voice(changes={index: semitones})).overall < marks_of(voice()).overall - 2


@settings(max_examples=10, deadline=None)
@given(st.lists(st.integers(0, len(PITCHES) - 1), min_size=1, max_size=6, unique=True))
def test_each_further_wrong_note_grades_no_higher(wrong):
    off = np.zeros(len(PITCHES))
    marks = [mark_notes(BEATS * 0.5, off.copy(), BEATS).overall]
    for index in wrong:
        off[index] = 2.0
        marks.append(mark_notes(BEATS * 0.5, off.copy(), BEATS).overall)
    assert marks == sorted(marks, reverse=True)
    assert marks[1] < 97


@settings(max_examples=20, deadline=None)
@given(st.lists(st.floats(0, 2.5), min_size=2, max_size=2).map(sorted), st.integers(0, len(PITCHES) - 1))
def test_worse_tuning_of_a_note_never_grades_higher(off, index):
    def marks(semitones):
        return mark_notes(BEATS * 0.5, semitones * (np.arange(len(PITCHES)) == index), BEATS).overall

    assert marks(off[1]) <= marks(off[0])


@settings(max_examples=20, deadline=None)
@given(st.lists(st.floats(0, 0.24), min_size=2, max_size=2).map(sorted), st.integers(1, len(PITCHES) - 2))
def test_a_later_note_never_grades_higher(late_s, index):
    def marks(shift_s):
        return mark_notes(
            BEATS * 0.5 + shift_s * (np.arange(len(PITCHES)) == index), np.zeros(len(PITCHES)), BEATS
        ).overall

    assert marks(late_s[1]) <= marks(late_s[0]) + 0.11  # the tempo is fitted: a rounding's worth


@settings(max_examples=10, deadline=None)
@given(st.floats(0.5, 2), st.floats(0, 30))
def test_a_steady_tempo_and_a_late_beginning_cost_nothing(beat_s, begins_s):
    assert mark_notes(begins_s + BEATS * beat_s, np.zeros(len(PITCHES)), BEATS).overall == 100


def verdict(index, verdict, **fields):
    note = MELODY.notes[index]
    return NoteVerdict(note.id, note.pitch, note.onset_beat, note.duration_beat, verdict, **fields)


def all_right():
    return [verdict(index, "correct", cents=0.0, onset_s=float(beat) * 0.5) for index, beat in enumerate(BEATS)]


@pytest.mark.parametrize(
    "worse",
    [
        {"verdict": "missing"},
        {"verdict": "wrong", "heard_pitch": 66.0, "onset_s": 1.5},
        {"verdict": "wrong", "onset_s": 1.5},
    ],
    ids=["missing", "wrong pitch", "wrong"],
)
def test_verdicts_are_marked_alike(worse):
    right = all_right()
    assert mark_verdicts(right).overall == 100
    assert mark_verdicts([*right[:3], verdict(3, **worse), *right[4:]]).overall < 97


def test_what_was_not_heard_counts_neither_for_nor_against():
    right = all_right()
    assert mark_verdicts([*right[:3], verdict(3, "not_heard"), *right[4:]]).overall == 100


def test_another_octave_is_right():
    notes = [
        verdict(index, "correct", heard_pitch=pitch - 12.0, onset_s=float(BEATS[index]) * 0.5)
        for index, pitch in enumerate(PITCHES)
    ]
    assert mark_verdicts(notes).pitch == 100


def test_a_note_ruled_right_without_a_time_is_no_evidence_about_time():
    right = all_right()
    assert mark_verdicts([*right[:3], verdict(3, "correct"), *right[4:]]).overall == 100


def test_nothing_sung_earns_nothing():
    assert mark_verdicts([verdict(index, "missing") for index in range(len(PITCHES))]).overall == 0
    assert mark_verdicts([]).overall == 0
    assert marks_of(np.full(200, np.nan)).overall == 0
    assert marks_of(np.array([])).overall == 0


def test_one_held_note_or_another_tune_fails():
    assert out_of_four(marks_of(np.full(600, 60.0)).overall) == 1
    assert out_of_four(marks_of(np.repeat([60, 63, 58, 66, 61, 70, 59.0], 80)).overall) == 1


def test_an_exam_keeps_the_other_parts_of_the_grade():
    grade = exam_grade(Grade(50.0, 50.0, 40.0, 50.0, 30.0, 20.0), mark_verdicts(all_right()))
    assert grade == Grade(100.0, 100.0, 40.0, 100.0, 30.0, 20.0)


def test_four_grades():
    assert [out_of_four(overall) for overall in (0, 59.9, 60, 73, 78, 100)] == [1, 1, 2, 3, 4, 4]
