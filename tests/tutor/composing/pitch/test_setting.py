"""From a drawn rhythm to what a line is asked for."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from tutor.composing.pitch.drawing import draw_lines
from tutor.composing.pitch.harmony import DOMINANT
from tutor.composing.pitch.order import LineOrder, LocalKey
from tutor.composing.pitch.setting import chords_of, set_rhythm
from tutor.composing.rhythm.order import RhythmLine, RhythmSymbol, SoundingNote

HOME = LocalKey(1)
EIGHT = {5: 1, 6: 2, 7: 3}


def rhythm(bars=8, copy_of=None):
    """Four quarters a bar."""
    places = [(bar, beat) for bar in range(1, bars + 1) for beat in range(4)]
    symbols = tuple(RhythmSymbol(bar, 24 * beat, 24, True, False) for bar, beat in places)
    notes = tuple(
        SoundingNote(bar, 24 * beat, 24, (3, 1, 2, 1)[beat], False, place) for place, (bar, beat) in enumerate(places)
    )
    return RhythmLine((4, 4), bars, 0, symbols, notes, 0.0, copy_of or {})


def setting(rhythm_line, seed=0, **wishes):
    return set_rhythm(rhythm_line, HOME, np.random.default_rng(seed), **wishes)


def test_every_note_has_its_key_and_chord_and_the_ends_their_degrees():
    found = setting(rhythm(), start=frozenset({5}), end=frozenset({1}), half_cadence=4)
    assert len(found.notes) == 32
    assert all(note.chord for note in found.notes)
    assert (found.notes[0].only, found.notes[1].only, found.notes[-1].only) == ({5}, None, {1})
    assert found.notes[15].chord == {2, 6, 9}  # the dominant of G


def test_the_opening_comes_back_and_then_goes_its_own_way():
    found = setting(rhythm(copy_of=EIGHT))
    assert [note.same_as for note in found.notes[16:]] == [*range(8), *[None] * 8]


def test_what_is_in_another_key_is_no_restatement():
    found = setting(rhythm(copy_of={3: 1}), modulates=True)
    assert found.plan.by_bar[:4] == (0, 0, 1, 1)
    assert all(note.same_as is None for note in found.notes)


def test_a_melody_that_modulates_sounds_the_notes_of_the_key_it_goes_to():
    heard = 0
    for seed in range(10):
        found = setting(rhythm(), seed, modulates=True)
        order = LineOrder(found.notes, 62, 79, HOME.fifths, HOME.mode, found.plan.keys)
        lines = draw_lines(order, np.random.default_rng(seed), 4)
        foreign = {found.plan.keys[1].degree_class(degree) for degree in range(1, 8)} - {
            HOME.degree_class(degree) for degree in range(1, 8)
        }
        heard += not foreign or any(pitch % 12 in foreign for pitch in lines.midi[0, 8:16])
    assert heard >= 6


def test_chords_are_fitted_to_the_line_that_was_drawn():
    found = setting(rhythm())
    order = LineOrder(found.notes, 62, 79, HOME.fifths, HOME.mode, found.plan.keys)
    lines = draw_lines(order, np.random.default_rng(0), 4)

    def held(chords, line):
        strong = [(note, pitch) for note, pitch in zip(found.rhythm.notes, lines.midi[line], strict=True)]
        return sum(
            int(pitch) % 12 in chord.pitch_classes
            for note, pitch in strong
            for chord in chords
            if chord.bar == note.bar and chord.onset <= note.onset < chord.onset + chord.ticks
        )

    assert all(held(chords_of(found, lines, line), line) >= held(found.chords, line) - 1 for line in range(4))


def test_where_a_cadence_comes_in_the_melody_has_its_chord():
    for seed in range(6):
        found = setting(rhythm(), seed, half_cadence=4, end=frozenset({1}))
        lines = draw_lines(LineOrder(found.notes, 62, 79, HOME.fifths, HOME.mode), np.random.default_rng(seed), 8)
        arrivals = {(chord.bar, chord.onset): chord.pitch_classes for chord in found.chords if chord.cadence}
        assert {(4, 0), (7, 48), (8, 0)} <= set(arrivals)
        for place, note in enumerate(found.rhythm.notes):
            within = arrivals.get((note.bar, note.onset), range(12))
            assert all(pitch % 12 in within for pitch in lines.midi[:, place])


def test_a_dominant_that_would_come_in_under_a_held_note_has_its_whole_bar():
    line = rhythm()
    held = [note for note in line.notes if (note.bar, note.onset) != (7, 48)]
    found = setting(replace(line, notes=tuple(held)))
    assert [(chord.onset, chord.ticks) for chord in found.chords if chord.bar == 7] == [(0, 96)]
    assert found.chords[-2].figure in DOMINANT


def test_a_bar_is_rarely_the_one_before_note_for_note():
    """Two halves a bar, and five notes to choose from: the same notes without that wish show how often it would be."""
    quarters = rhythm(16)
    halves = [note._replace(ticks=48) for note in quarters.notes if note.onset in (0, 48)]
    found = setting(replace(quarters, notes=tuple(halves)), end=frozenset({1}))
    assert [note.parallel for note in found.notes] == [None, None, *range(30)]
    free = [replace(note, parallel=None) for note in found.notes]

    def twice(notes):
        lines = draw_lines(LineOrder(notes, 67, 74, HOME.fifths, HOME.mode), np.random.default_rng(0), 32)
        bars = lines.midi.reshape(len(lines), 16, 2)
        return (bars[:, 1:] == bars[:, :-1]).all(axis=2).mean()

    assert twice(found.notes) < twice(free) / 2


def test_a_bar_just_heard_is_not_restated():
    found = setting(rhythm(copy_of={2: 1}))
    assert all(note.same_as is None for note in found.notes)
