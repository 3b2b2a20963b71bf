"""Chords and keys under a melody."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tutor.composing.pitch.harmony import CHORDS, DOMINANT, TONIC, FittedNote, chord_at, fit_chords, plan_chords
from tutor.composing.pitch.modulation import plan_keys
from tutor.composing.pitch.order import LocalKey
from tutor.composing.rhythm.pulse import METRES, pulse_of

keys = st.builds(LocalKey, st.integers(-7, 7), st.sampled_from(["major", "minor"]))


@st.composite
def plans(draw):
    home, bars, seed = draw(keys), draw(st.integers(2, 24)), draw(st.integers(0, 999))
    rng = np.random.default_rng(seed)
    metre = draw(st.sampled_from(METRES))
    plan = plan_keys(home, bars, draw(st.booleans()), rng)
    return metre, plan, plan_chords(metre, plan, bars // 2 if bars >= 8 else None, rng)


@settings(max_examples=100, deadline=None)
@given(plans())
def test_chords_fill_every_bar_and_close_on_the_tonic_of_home(planned):
    metre, plan, chords = planned
    bar_ticks = pulse_of(metre).bar
    assert sum(chord.ticks for chord in chords) == len(plan.by_bar) * bar_ticks
    for before, after in pairwise(chords):
        end = before.onset + before.ticks
        assert (before.bar, end) == (after.bar, after.onset) or (before.bar + 1, end) == (after.bar, bar_ticks)
    assert chords[-1].figure in TONIC
    assert chords[-2].figure in DOMINANT
    assert chords[-1].pitch_classes[0] == plan.keys[0].tonic_class
    assert chord_at(chords, 0, 0) is None
    assert chord_at(chords, len(plan.by_bar), bar_ticks - 1) == chords[-1]


@settings(max_examples=100, deadline=None)
@given(keys, st.integers(2, 24), st.integers(0, 99))
def test_a_melody_that_leaves_home_comes_back(home, bars, seed):
    plan = plan_keys(home, bars, True, np.random.default_rng(seed))
    assert plan.keys[plan.key_at(1)] == plan.keys[plan.key_at(bars)] == home
    assert all(abs(key.fifths) <= 7 and abs(key.fifths - home.fifths) <= 1 for key in plan.keys)
    assert bars < 4 or 1 in plan.by_bar
    assert set(plan_keys(home, bars, False, np.random.default_rng(seed)).by_bar) == {0}


def test_chords_are_spelled_by_their_key():
    plan = plan_keys(LocalKey(-3, "minor"), 8, False, np.random.default_rng(0))
    chords = plan_chords((4, 4), plan, 4, np.random.default_rng(1))
    half = chord_at(chords, 4, 0)
    assert half is not None
    assert (half.figure, half.pitch_classes) == ("V", (7, 11, 2))  # G, B natural, D in C minor
    assert chord_at(chords, 8, 0).pitch_classes == (0, 3, 7)


@settings(max_examples=50, deadline=None)
@given(plans(), st.integers(0, 99))
def test_chords_that_are_played_out_are_found_again(planned, seed):
    """Arpeggios of other chords than were planned, where no cadence is: played often enough they are believed."""
    _, plan, chords = planned
    rng = np.random.default_rng(seed)
    played = []
    for chord in chords:
        key = plan.keys[chord.key]
        names = [name for name in CHORDS[key.mode] if "7" not in name and "♭" not in name and name != "iv"]
        tones = CHORDS[key.mode][names[int(rng.integers(len(names)))]]
        classes = [key.degree_class(*tone) for tone in tones]
        played.append(list(chord.pitch_classes[:3]) if chord.cadence else classes)
    notes = [
        FittedNote(chord.bar, chord.onset, chord.ticks, 3, pitch_class)
        for chord, classes in zip(chords, played, strict=True)
        for pitch_class in 20 * classes
    ]
    for chord, classes in zip(fit_chords(chords, notes, plan), played, strict=True):
        assert set(classes) <= set(chord.pitch_classes)


def test_a_raised_fourth_on_the_way_to_the_dominant_is_its_leading_note():
    plan = plan_keys(LocalKey(0), 4, False, np.random.default_rng(0))
    chords = plan_chords((4, 4), plan, None, np.random.default_rng(3))
    second = [FittedNote(2, 0, 48, 3, 6), FittedNote(2, 48, 24, 2, 2), FittedNote(2, 72, 24, 1, 6)]
    fitted = fit_chords(chords, second, plan)
    assert chord_at(fitted, 2, 0).figure == "V7/V"


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 999))
def test_no_chord_comes_in_against_a_long_note_that_another_would_hold(seed):
    """A note a bar of the scale: every one belongs to its chord, but at the very end."""
    rng = np.random.default_rng(seed)
    plan = plan_keys(LocalKey(0), 8, False, rng)
    chords = plan_chords((4, 4), plan, None, rng)
    notes = [FittedNote(bar, 0, 96, 3, int(rng.choice([0, 2, 4, 5, 7, 9, 11]))) for bar in range(1, 8)]
    fitted = fit_chords(chords, notes, plan)
    assert all(note.pitch_class in chord_at(fitted, note.bar, 0).pitch_classes for note in notes)


def test_a_natural_seventh_is_not_sung_over_the_dominant_of_minor():
    plan = plan_keys(LocalKey(0, "minor"), 4, False, np.random.default_rng(0))
    chords = plan_chords((4, 4), plan, None, np.random.default_rng(0))
    for pitch_class, is_dominant in ((7, False), (8, True)):
        bar = [FittedNote(2, 0, 36, 3, 4), FittedNote(2, 36, 36, 0, pitch_class), FittedNote(2, 72, 24, 1, 11)]
        assert (chord_at(fit_chords(chords, bar, plan), 2, 0).figure in DOMINANT) == is_dominant
