"""Laws of alignment, on notes without sound: fast, and for any melody."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.scores import score_of
from tutor.alignment.aligner import align
from tutor.alignment.alignment import Alignment
from tutor.listening.segmentation import HeardNote

NAMES = ["C4", "D4", "E4", "F4", "G4", "A4", "B4", "C5", "D5", "E5"]
BEATS = ["", "/0.5", "/2", "/1.5"]

melodies = st.lists(
    st.tuples(st.sampled_from(NAMES), st.sampled_from(BEATS)).map("".join), min_size=4, max_size=24
).map(lambda names: score_of(" ".join(names)))
# No two neighbours alike: a repeated note can be left out without anybody being able to say which.
varied = st.lists(st.sampled_from(range(len(NAMES))), min_size=8, max_size=24).map(
    lambda places: score_of(
        " ".join(NAMES[(place + number * 3) % 10] for number, place in enumerate(np.cumsum(places)))
    )
)
tempos = st.floats(0.6, 1.6)


def heard_as(score, tempo=1.0, skip=(), lead_s=1.0, cents=0.0):
    beat_s = 60 / score.bpm / tempo
    return [
        HeardNote(
            lead_s + note.onset_beat * beat_s,
            lead_s + (note.onset_beat + 0.9 * note.duration_beat) * beat_s,
            note.pitch + cents / 100,
        )
        for number, note in enumerate(score.notes)
        if number not in skip
    ]


def assert_everything_stands_once(alignment: Alignment, notes: int, heard: int) -> None:
    assert sorted([match.note for match in alignment.matches] + list(alignment.deletions)) == list(range(notes))
    claimed = [index for match in alignment.matches for index in match.heard]
    assert sorted(claimed + list(alignment.insertions) + list(alignment.abandoned)) == list(range(heard))


@given(melodies, tempos, st.floats(0, 20))
@settings(max_examples=40, deadline=None)
def test_a_perfect_performance_is_all_matches_at_any_tempo_after_any_silence(score, tempo, lead_s):
    alignment = align(score.notes, heard_as(score, tempo, lead_s=lead_s), bpm=score.bpm)
    assert alignment.deletions == alignment.insertions == alignment.jumps == ()
    assert [match.heard for match in alignment.matches] == [(number,) for number in range(len(score.notes))]


@given(varied, st.data())
@settings(max_examples=40, deadline=None)
def test_skipped_notes_are_the_deletions(score, data):
    count = len(score.notes)
    inner = st.integers(1, count - 2)
    skip = data.draw(st.sets(inner, max_size=max(count // 6, 1)))
    alignment = align(score.notes, heard_as(score, skip=skip), bpm=score.bpm)
    assert len(alignment.deletions) == len(skip)


@given(
    melodies,
    st.lists(st.tuples(st.floats(0.05, 0.8), st.floats(0.05, 0.6), st.floats(48, 84)), max_size=25),
)
@settings(max_examples=40, deadline=None)
def test_every_note_stands_exactly_once_whatever_was_played(score, played):
    now, heard = 0.0, []
    for gap_s, length_s, pitch in played:
        heard.append(HeardNote(now + gap_s, now + gap_s + length_s, pitch))
        now += gap_s + length_s
    assert_everything_stands_once(align(score.notes, heard, bpm=score.bpm), len(score.notes), len(heard))


@given(melodies, st.integers(-24, 24))
@settings(max_examples=20, deadline=None)
def test_transposing_both_sides_changes_nothing(score, semitones):
    from dataclasses import replace

    heard = heard_as(score, skip={2})
    moved = align(
        [replace(note, pitch=note.pitch + semitones) for note in score.notes],
        [replace(note, pitch=note.pitch + semitones) for note in heard],
        bpm=score.bpm,
    )
    assert moved == align(score.notes, heard, bpm=score.bpm)


def test_a_wrong_note_is_a_match_and_not_a_hole():
    score = score_of("C4 D4 E4 F4 G4 A4")
    heard = heard_as(score)
    heard[2] = HeardNote(heard[2].onset_s, heard[2].offset_s, 63.0)
    alignment = align(score.notes, heard, bpm=score.bpm)
    assert alignment.deletions == alignment.insertions == ()


def test_going_back_is_one_jump_and_the_second_time_counts():
    score = score_of("C4 D4 E4 F4 G4 A4 B4 C5")
    first, again = heard_as(score)[:5], heard_as(score, lead_s=0.0)[2:]
    shift_s = first[-1].offset_s + 0.8 - again[0].onset_s
    heard = first + [HeardNote(note.onset_s + shift_s, note.offset_s + shift_s, note.pitch) for note in again]
    alignment = align(score.notes, heard, bpm=score.bpm)
    assert [(jump.from_note, jump.to_note) for jump in alignment.restarts] == [(4, 2)]
    assert alignment.abandoned == (2, 3, 4)
    assert alignment.deletions == ()


def test_stopping_half_way_deletes_the_rest_only():
    score = score_of("C4 D4 E4 F4 G4 A4 B4 C5")
    alignment = align(score.notes, heard_as(score)[:4], bpm=score.bpm)
    assert alignment.deletions == (4, 5, 6, 7)


def test_starting_late_deletes_the_beginning_only():
    score = score_of("C4 E4 D4 F4 G4 A4 B4 C5")
    alignment = align(score.notes, heard_as(score)[3:], bpm=score.bpm)
    assert alignment.deletions == (0, 1, 2)


def test_a_repeated_note_that_never_stops_sounding_is_shared():
    score = score_of("C4 D4 E4 E4 F4 G4")
    heard = heard_as(score, skip={3})
    heard[2] = HeardNote(heard[2].onset_s, heard[3].onset_s - 0.05, 64.0)
    alignment = align(score.notes, heard, bpm=score.bpm)
    assert [match.note for match in alignment.matches if match.shares is not None] == [3]


@pytest.mark.parametrize("count", [0, 1])
def test_nearly_nothing_played(count):
    score = score_of("C4 D4 E4")
    alignment = align(score.notes, heard_as(score)[:count], bpm=score.bpm)
    assert len(alignment.deletions) == 3 - count
