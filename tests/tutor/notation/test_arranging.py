"""The same music for another player: in their range, in their clef, and still the same music."""

from __future__ import annotations

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.scores import score_of
from tests.strategies import scores
from tutor.notation.arranging import arrange
from tutor.notation.errors import CannotArrange
from tutor.notation.instruments import INSTRUMENTS, get_instrument

GRADES = st.floats(0.5, 8)


@settings(max_examples=80, deadline=None)
@given(scores(min_octave=4, max_octave=4), st.sampled_from(sorted(INSTRUMENTS)), GRADES)
def test_an_arrangement_lies_in_range_and_keeps_ids_rhythm_and_shape(score, name, grade):
    instrument = get_instrument(name)
    try:
        arranged = arrange(score, instrument, grade)
    except CannotArrange:
        assume(False)
    written = [note.written.midi for note in arranged.notes]
    assert instrument.written_low <= min(written)
    assert max(written) <= instrument.written_high
    assert (arranged.clef, arranged.transposition) == (instrument.clef, instrument.transposition)
    assert [(s.id, s.onset_beat, s.duration_beat, s.tie) for s in arranged.symbols] == [
        (s.id, s.onset_beat, s.duration_beat, s.tie) for s in score.symbols
    ]
    moved = {note.written.midi - old.written.midi for note, old in zip(arranged.notes, score.notes, strict=True)}
    assert len(moved) == 1
    steps = {
        note.written.diatonic - old.written.diatonic for note, old in zip(arranged.notes, score.notes, strict=True)
    }
    assert len(steps) == 1
    if arranged.keys == score.keys:
        assert moved.pop() % 12 == 0


def test_the_written_key_stays_where_any_octave_fits():
    score = score_of("D4 F#4 A4 D5", fifths=2)
    for instrument in INSTRUMENTS.values():
        assert arrange(score, instrument, 1).keys == score.keys


def test_a_cello_reads_it_in_the_bass_clef_where_a_beginner_can_reach():
    arranged = arrange(score_of("G4 A4 B4 D5 G4/4"), get_instrument("cello"), 1)
    assert arranged.clef == "F4"
    assert [note.written.name for note in arranged.notes] == ["G2", "A2", "B2", "D3", "G2"]


def test_a_clarinet_sounds_a_tone_below_what_it_reads():
    arranged = arrange(score_of("C4 D4 E4 F4"), get_instrument("clarinet"), 1)
    assert arranged.notes[0].pitch == arranged.notes[0].written.midi - 2


def test_the_key_moves_only_as_far_as_it_must_and_is_spelled_anew():
    arranged = arrange(score_of("G3 C4 F#4 C5", fifths=0), get_instrument("soprano"), 3)
    assert arranged.keys[0].fifths == -1
    assert [note.written.name for note in arranged.notes] == ["C4", "F4", "B4", "F5"]


def test_what_no_octave_or_key_can_hold_is_refused():
    with pytest.raises(CannotArrange, match="spans 48 semitones"):
        arrange(score_of("C2 C6 C4 C4"), get_instrument("alto"), 5)
