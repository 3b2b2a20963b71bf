"""The plain matching that all ears are compared by: laws that hold whatever was played."""

from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks import peers
from benchmarks.peer_matching import PlainNote, match, note_hits, onset_lags, segment, tuning_of

HOP_S = 0.01
STEPS_AND_REPEATS = st.integers(-5, 5)
STEPS = st.sampled_from([-4, -3, -2, -1, 1, 2, 3, 4])


@st.composite
def melodies(draw, least=8, moves=STEPS_AND_REPEATS):
    """(pitches, onset beats) with steps, leaps and repeats, in eighths, quarters and halves."""
    moves = draw(st.lists(moves, min_size=least, max_size=24))
    lengths = draw(st.lists(st.sampled_from([0.5, 1.0, 1.0, 2.0]), min_size=len(moves), max_size=len(moves)))
    pitches = (64 + np.cumsum(moves)).tolist()
    return pitches, (np.cumsum(lengths) - lengths[0]).tolist()


def played(pitches, beats, *, beat_s=0.6, beat0_s=1.0, sharp=0.0):
    return [
        PlainNote(beat0_s + beat * beat_s, beat0_s + (beat + 0.4) * beat_s, pitch + sharp)
        for pitch, beat in zip(pitches, beats, strict=True)
    ]


@given(melodies(), st.floats(-0.4, 0.4), st.floats(0.3, 1.2), st.floats(0, 20))
@settings(deadline=None, max_examples=40)
def test_of_a_perfect_take_nothing_is_wrong(melody, sharp, beat_s, beat0_s):
    pitches, beats = melody
    found = match(pitches, beats, played(pitches, beats, sharp=sharp, beat_s=beat_s, beat0_s=beat0_s))
    assert found.verdicts == ("right",) * len(pitches)
    assert found.heard == tuple(range(len(pitches)))


@given(melodies(least=14, moves=STEPS), st.data())
@settings(deadline=None, max_examples=100)
def test_notes_that_are_left_out_are_missing_and_nothing_else_is(melody, data):
    """Of one pitch struck again and again a plain matching can't tell which time was left out, so there is none."""
    pitches, beats = melody
    gone = data.draw(st.sets(st.sampled_from(range(2, len(pitches) - 5, 3)), max_size=3))
    notes = [note for index, note in enumerate(played(pitches, beats)) if index not in gone]
    verdicts = match(pitches, beats, notes).verdicts
    assert verdicts.count("missing") == len(gone)
    assert verdicts.count("right") == len(pitches) - len(gone)


@given(melodies(), st.integers(-24, 24), st.data())
@settings(deadline=None, max_examples=40)
def test_transposing_score_and_take_alike_changes_nothing(melody, semitones, data):
    pitches, beats = melody
    off = data.draw(st.lists(st.sampled_from([0, 0, 0, 1, -2, 12]), min_size=len(pitches), max_size=len(pitches)))
    notes = played(np.add(pitches, off), beats)
    higher = [PlainNote(note.onset_s, note.offset_s, note.pitch + semitones) for note in notes]
    assert match(pitches, beats, notes) == match(np.add(pitches, semitones), beats, higher)


@pytest.mark.parametrize("semitones", [-12, -2, -1, 1, 2, 12])
def test_a_note_of_another_pitch_is_wrong_and_stays_in_its_place(semitones):
    pitches, beats = [60, 62, 64, 65, 67, 65, 64, 62, 60], list(range(9))
    notes = played(pitches, beats)
    notes[4] = PlainNote(notes[4].onset_s, notes[4].offset_s, notes[4].pitch + semitones)
    assert match(pitches, beats, notes).verdicts == ("right",) * 4 + ("wrong",) + ("right",) * 4


def test_a_note_too_many_changes_no_verdict():
    pitches, beats = [60, 62, 64, 65, 67, 65, 64, 62, 60], list(range(9))
    notes = played(pitches, beats)
    notes.insert(5, PlainNote(notes[4].onset_s + 0.3, notes[4].onset_s + 0.5, 71))
    found = match(pitches, beats, notes)
    assert set(found.verdicts) == {"right"}
    assert 5 not in found.heard


def test_who_stops_half_way_played_the_first_half():
    pitches = [60, 62, 64, 65, 67, 65, 64, 62] * 3
    notes = played(pitches, range(24))[:11]
    assert match(pitches, range(24), notes).verdicts == ("right",) * 11 + ("missing",) * 13


def test_who_plays_less_than_half_is_still_followed_to_the_end(rng):
    pitches = rng.choice([55, 57, 59, 60, 62, 64, 65, 67, 69, 71], size=30).tolist()
    kept = [index for index in range(30) if index % 5 in (0, 2)]
    notes = [played(pitches, range(30))[index] for index in kept]
    verdicts = match(pitches, range(30), notes).verdicts
    assert sum(verdicts[index] == "right" for index in kept) >= 10
    assert verdicts.count("missing") >= 16


def test_of_silence_everything_is_missing():
    assert match([60, 62], [0, 1], []).verdicts == ("missing", "missing")
    assert segment(np.full(100, np.nan), HOP_S) == []


@given(st.lists(st.integers(50, 80), min_size=1, max_size=12), st.integers(12, 60))
@settings(deadline=None, max_examples=40)
def test_a_pitch_track_is_cut_where_the_pitch_steps(pitches, frames):
    distinct = [pitch for pitch, before in zip(pitches, [None, *pitches], strict=False) if pitch != before]
    notes = segment(np.repeat(np.array(distinct, float), frames), HOP_S)
    assert [round(note.pitch) for note in notes] == distinct
    assert [note.onset_s for note in notes] == pytest.approx(np.arange(len(distinct)) * frames * HOP_S, abs=2 * HOP_S)


def test_neither_vibrato_nor_a_click_nor_a_short_gap_cuts_a_note():
    at_s = np.arange(200) * HOP_S
    midi = 69 + 0.4 * np.sin(2 * np.pi * 5.5 * at_s)
    midi[50:52] = 81
    midi[120:123] = np.nan
    assert len(segment(midi, HOP_S)) == 1


def test_a_pitch_struck_again_is_cut_by_onsets_alone():
    midi = np.full(200, 60.0)
    assert len(segment(midi, HOP_S)) == 1
    notes = segment(midi, HOP_S, [0.02, 1.0, 1.97])
    assert [note.onset_s for note in notes] == [0.0, 1.0]
    assert [note.offset_s for note in notes] == [1.0, 2.0]


@given(st.floats(-0.49, 0.49), st.lists(st.integers(40, 90), min_size=1, max_size=20))
def test_the_tuning_is_found_whatever_the_notes(sharp, pitches):
    assert tuning_of(np.array(pitches) + sharp) == pytest.approx(sharp, abs=1e-6)


def test_notes_agree_within_50_ms_and_50_cents_and_once_each():
    real = played([60, 62, 62], [0, 1, 2])
    assert note_hits(real, real) == 3
    assert note_hits(real, [PlainNote(note.onset_s + 0.06, 9, note.pitch) for note in real]) == 0
    assert note_hits(real, [PlainNote(note.onset_s, 9, note.pitch + 0.6) for note in real]) == 0
    assert note_hits(real, [real[0], real[0], real[1]]) == 2


def test_the_largest_pairing_counts():
    """The first heard note would do for both real ones, the second for the first real one alone."""
    real = [PlainNote(1.00, 2, 60), PlainNote(1.08, 2, 60)]
    heard = [PlainNote(1.04, 2, 60), PlainNote(0.96, 2, 60)]
    assert note_hits(real, heard) == note_hits(heard, real) == 2


def test_a_constant_lag_is_seen():
    real = played([60, 62, 64], [0, 1, 2])
    heard = [PlainNote(note.onset_s + 0.12, note.offset_s, note.pitch) for note in real]
    assert onset_lags(real, heard) == pytest.approx([0.12] * 3)


def test_calls_are_counted_against_what_was_played():
    counts = peers.Counts()
    truth = ("right", "late", "pitch", "missing", "octave", "right", "")
    counts.add(truth, ("right", "missing", "wrong", "right", "unheard", "unheard", "wrong"))
    assert (counts.hits, counts.called, counts.planted, counts.right, counts.alarms) == (1, 2, 3, 3, 1)
    assert counts.shares() == {
        "precision": 0.5,
        "recall": 0.3333,
        "false_alarms_percent": 33.3333,
        "unheard_percent": 33.3333,
    }


def test_what_follows_a_stop_and_another_key_are_no_test_of_single_notes():
    truth = ("right", "missing", "right", "missing", "missing")
    assert peers._tested(SimpleNamespace(story="half", truth=truth)) == ("right", "missing", "right", "", "")
    assert peers._tested(SimpleNamespace(story="errors", truth=truth)) == truth
    assert peers._tested(SimpleNamespace(story="transposed", truth=truth)) == ("",) * 5


def test_without_the_others_a_sentence_says_how_to_get_them(monkeypatch, tmp_path):
    monkeypatch.setattr(peers, "PEERS_PYTHON", tmp_path / "python")
    (row,) = peers.run([])
    assert "make peers" in row["left_out"]
    assert "make peers" in peers.table([row])
