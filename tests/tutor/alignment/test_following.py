"""Following the player: laws over performances whose truth is known, most of them as bare frames, without a sound."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.scores import score_of
from tests.synthesis import play
from tests.tutor.alignment.sounding import Played, later, perform, sounding
from tutor.alignment.following import Following, follow
from tutor.listening.decoding import decode
from tutor.listening.frames import FINE_HOP_S, Frames, listen_closely
from tutor.notation.score import Note

BPM = 90.0
NAMES = ("C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B")
TUNE = "G4 A4/1/2 B4/1/2 C5 G4 E4/1/2 F4/1/2 D4 B4 C5/1/2 D5/1/2 E5 C5 A4 F4/1/2 G4/1/2 E4 D4/1/2 C4/1/2 F4 A4 G4/2"


def wandering(count: int, seed: int = 0) -> tuple[Note, ...]:
    """A line without repeated notes, in eighths and quarters."""
    rng = np.random.default_rng(seed)
    pitch, tokens = 67, []
    for _ in range(count):
        step = int(rng.choice([-5, -4, -2, -1, 1, 2, 3, 5]))
        pitch += step if 55 <= pitch + step <= 79 else -step
        tokens.append(f"{NAMES[pitch % 12]}{pitch // 12 - 1}/{rng.choice(['1/2', '1'])}")
    return score_of(" ".join(tokens)).notes


lines = st.builds(wandering, st.integers(6, 30), st.integers(0, 10_000))


def onsets_s(following: Following, frames: Frames) -> list[tuple[int, float]]:
    return [(event.note, frames.onsets_fine[event.candidate] * FINE_HOP_S) for event in following.events]


def found(played: list[Played], following: Following, frames: Frames, within_s: float = 0.05) -> list[bool]:
    heard = onsets_s(following, frames)
    return [
        any(note == one.note and abs(at_s - one.onset_s) < within_s for note, at_s in heard)
        for one in played
        if one.note >= 0
    ]


def followed(notes: tuple[Note, ...], played: list[Played], bpm: float = BPM) -> tuple[Following, list[bool]]:
    frames = sounding(played)
    following = follow(notes, frames, bpm=bpm)
    return following, found(played, following, frames)


def going_on(head: list[Played], tail: list[Played], pause_s: float) -> list[Played]:
    return head + later(tail, head[-1].offset_s + pause_s - tail[0].onset_s)


@settings(max_examples=6)
@given(lines, st.floats(0.6, 1.6))
def test_every_note_of_a_perfect_performance_is_found_at_any_likely_tempo(notes, tempo):
    following, right = followed(notes, perform(notes, bpm=BPM * tempo))
    assert all(right)
    assert [event.note for event in following.events] == list(range(len(notes)))
    assert following.shift == 0


@settings(max_examples=6)
@given(lines, st.randoms(use_true_random=False))
def test_candidates_increase_and_within_a_run_so_do_the_notes(notes, random):
    played = [one for one in perform(notes, scatter_s=0.06) if random.random() > 0.15]
    played = [replace(one, pitch=one.pitch + random.choice([0, 0, 0, 1, -2, 12])) for one in played]
    following = follow(notes, sounding(played), bpm=BPM)
    candidates = [event.candidate for event in following.events]
    assert all(a < b for a, b in pairwise(candidates))
    assert [event for run in following.runs for event in run] == list(following.events)
    for run in following.runs:
        numbers = [event.note for event in run]
        assert all(a < b for a, b in pairwise(numbers))


@settings(max_examples=6)
@given(st.builds(wandering, st.integers(14, 30), st.integers(0, 10_000)), st.sets(st.integers(1, 4), max_size=3))
def test_skipped_notes_are_left_out_and_no_others(notes, thirds):
    skipped = {3 * third for third in thirds}
    following, right = followed(notes, [one for one in perform(notes) if one.note not in skipped])
    assert all(right)
    assert {event.note for event in following.events} == set(range(len(notes))) - skipped


@settings(max_examples=6)
@given(lines, st.floats(0.0, 6.0))
def test_silence_in_front_changes_nothing(notes, silence_s):
    first, _ = followed(notes, perform(notes))
    second, right = followed(notes, perform(notes, at_s=0.5 + silence_s))
    assert all(right)
    assert [event.note for event in first.events] == [event.note for event in second.events]


@settings(max_examples=6)
@given(lines, st.integers(-8, 8))
def test_transposing_score_and_performance_changes_nothing(notes, semitones):
    moved = tuple(replace(note, pitch=note.pitch + semitones) for note in notes)
    first, _ = followed(notes, perform(notes))
    second, _ = followed(moved, perform(moved))
    assert first.events == second.events


@settings(max_examples=6)
@given(st.integers(0, 10_000), st.integers(5, 60))
def test_a_longer_score_with_nothing_more_played_only_leaves_out_its_end(seed, more):
    notes = wandering(12 + more, seed)
    following, right = followed(notes, perform(notes[:12]))
    assert all(right)
    assert [event.note for event in following.events] == list(range(12))


@settings(max_examples=6)
@given(st.builds(wandering, st.integers(20, 30), st.integers(0, 10_000)), st.integers(-14, 14))
def test_a_take_in_another_key_is_followed_in_place(notes, semitones):
    played = [replace(one, pitch=one.pitch + semitones) for one in perform(notes)]
    frames = sounding(played, lowest=55 - 14, highest=79 + 14)
    following = follow(notes, frames, bpm=BPM)
    assert following.shift == semitones
    assert all(found(played, following, frames))


def test_a_b_flat_instrument_read_as_concert_pitch():
    notes = score_of(TUNE).notes
    for semitones in (-9, -2, 2, 7):
        following, right = followed(notes, [replace(one, pitch=one.pitch + semitones) for one in perform(notes)])
        assert following.shift == semitones
        assert all(right)


def test_a_few_wrong_notes_are_no_other_key():
    notes = score_of(TUNE).notes
    played = [replace(one, pitch=one.pitch + (1 if one.note % 3 == 0 else 0)) for one in perform(notes)]
    following, right = followed(notes, played)
    assert following.shift == 0
    assert all(right)
    assert not following.jumps


@pytest.mark.parametrize("pause_s", [0.4, 2.0, 12.0])
@pytest.mark.parametrize("back_to", [0, 5, 11])
def test_a_restart_is_found_after_any_pause(pause_s, back_to):
    notes = score_of(TUNE).notes
    following, right = followed(notes, going_on(perform(notes)[:14], perform(notes)[back_to:], pause_s))
    assert all(right)
    assert [(origin, to) for origin, to, _ in following.jumps] == [(13, back_to)]
    assert len(following.runs) == 2


def test_two_restarts_in_a_row():
    notes = score_of(TUNE).notes
    whole = perform(notes)
    following, right = followed(notes, going_on(going_on(whole[:12], whole[4:10], 0.6), whole[4:], 0.6))
    assert all(right)
    assert [(origin, to) for origin, to, _ in following.jumps] == [(11, 4), (9, 4)]


def test_a_restart_from_hundreds_of_notes_on():
    notes = wandering(420, 3)
    whole = perform(notes, bpm=140)
    following, right = followed(notes, going_on(whole[:400], whole[20:80], 1.0), bpm=140)
    assert all(right)
    assert [(origin, to) for origin, to, _ in following.jumps] == [(399, 20)]


def test_bars_left_out_are_a_jump_ahead():
    notes = wandering(40, 1)
    whole = perform(notes)
    following, right = followed(notes, going_on(whole[:12], whole[24:], 0.05))
    assert all(right)
    assert [(origin, to) for origin, to, _ in following.jumps] == [(11, 24)]


@pytest.mark.parametrize("pause_s", [1.0, 5.0, 20.0])
def test_going_on_after_a_pause_is_no_jump(pause_s):
    notes = score_of(TUNE).notes
    whole = perform(notes)
    following, right = followed(notes, going_on(whole[:10], whole[10:], pause_s))
    assert all(right)
    assert len(following.events) == len(notes)
    assert not following.jumps


def test_other_sounds_before_and_after_are_nobodys_notes():
    notes = score_of(TUNE).notes
    rng = np.random.default_rng(4)
    spoken = [Played(int(rng.integers(38, 48)), 0.2 + 0.2 * k, 0.36 + 0.2 * k) for k in range(8)]
    whole = perform(notes, at_s=2.5)
    after = later(spoken, whole[-1].offset_s + 0.5)
    following, right = followed(notes, spoken + whole + after)
    assert all(right)
    assert len(following.events) == len(notes)
    assert not following.jumps


def test_a_repeated_note_that_is_not_struck_again_may_be_left_out():
    notes = score_of("C4 D4 E4 E4 E4 F4 G4/2").notes
    played = perform(notes, gate=1.0)
    held = [replace(one, struck=0.0) if one.note in (3, 4) else one for one in played]
    following, right = followed(notes, held)
    assert all(value for one, value in zip(held, right, strict=True) if one.struck)
    assert not following.jumps


def test_a_wrong_note_keeps_its_place():
    notes = score_of(TUNE).notes
    for wrong in (3, 9, 15):
        played = [replace(one, pitch=one.pitch + 2) if one.note == wrong else one for one in perform(notes)]
        assert all(followed(notes, played)[1])


def test_rests_ties_and_a_pickup():
    score = score_of("G4 C5/2 r D5 E5/2~ E5 r/4 C5 B4/1/4 A4/1/4 B4/1/2 C5/3", pickup_beats=1)
    following, right = followed(score.notes, perform(score.notes))
    assert all(right)
    assert not following.jumps


def test_the_tempo_drifts_by_a_fifth():
    notes = wandering(60, 5)
    whole = perform(notes)
    last_s = whole[-1].onset_s
    bent = [
        replace(one, onset_s=at - 0.1 * at * at / last_s, offset_s=one.offset_s - 0.1 * at * at / last_s)
        for one in whole
        for at in [one.onset_s]
    ]
    following, right = followed(notes, bent)
    assert all(right)
    assert not following.jumps


def test_nothing_to_follow():
    notes = score_of(TUNE).notes
    silent = sounding([], tail_s=3.0)
    assert follow(notes, silent, bpm=BPM).events == ()
    assert follow((), sounding(perform(notes)), bpm=BPM) == Following()
    assert follow(notes, replace(silent, onsets_fine=np.zeros(0, np.int64)), bpm=BPM) == Following()


def test_one_note():
    notes = score_of("A4/2").notes
    following, right = followed(notes, perform(notes))
    assert right == [True]
    assert following.runs == [list(following.events)]
    assert following.jumps == []


def heard(tmp_path: Path, text: str, **how) -> tuple[tuple[Note, ...], Following, float]:
    """(the notes, the following, the share of what was played that was found within 60 ms of the usual delay)."""
    score = score_of(text)
    wave = play(score, bpm=BPM, **how)
    pitches = [note.pitch for note in score.notes]
    frames = listen_closely(decode(wave.write_wav(tmp_path / "take.wav")), min(pitches), max(pitches))
    following = follow(score.notes, frames, bpm=BPM)
    ids = [note.id for note in score.notes]
    events = onsets_s(following, frames)
    off_s = [
        min((at_s - one.onset_s for note, at_s in events if ids[note] == one.note_id), key=abs, default=9.0)
        for one in wave.truth
    ]
    return score.notes, following, float(np.mean(np.abs(np.array(off_s) - np.median(off_s)) < 0.06))


@pytest.mark.parametrize("timbre", ["flute", "string", "piano"])
def test_real_sound_is_followed(tmp_path, timbre):
    notes, following, share = heard(tmp_path, TUNE, timbre=timbre)
    assert share == 1
    assert len(following.events) == len(notes)


def test_real_sound_with_a_restart_and_a_count_in(tmp_path):
    _, following, share = heard(tmp_path, TUNE, timbre="reed", restart=("n14", "n6"), clicks=True)
    assert share == 1
    assert [(origin, to) for origin, to, _ in following.jumps] == [(13, 5)]


@pytest.mark.parametrize("cents", [45, 55, -55])
def test_a_take_a_quarter_tone_off_is_not_misread(tmp_path, cents):
    _, following, share = heard(tmp_path, TUNE, timbre="clarinet", cents=cents)
    assert share == 1
    assert not following.jumps
