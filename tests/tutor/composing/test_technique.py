"""The laws of a technique exercise, for every instrument, kind, key and metre that can be had."""

from __future__ import annotations

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from tutor.composing.rhythm_patterns import FIGURES
from tutor.composing.scales import MODES
from tutor.composing.skills import skill_counts
from tutor.composing.technique import KINDS, METRES, CannotCompose, TechniqueOrder, compose
from tutor.notation.instruments import INSTRUMENTS, get_instrument
from tutor.notation.musicxml import altered_by_key, bars_of, to_musicxml

ORDERS = st.builds(
    TechniqueOrder,
    kind=st.sampled_from(KINDS),
    instrument=st.sampled_from(sorted(INSTRUMENTS)),
    fifths=st.integers(-7, 7),
    mode=st.sampled_from(MODES),
    bpm=st.integers(40, 160),
    note_value=st.sampled_from([None, "quarter", "eighth", "16th"]),
    bars=st.one_of(st.none(), st.integers(2, 12)),
    metre=st.sampled_from(METRES),
    grade=st.floats(0.5, 8),
    seed=st.integers(0, 5),
)


@settings(max_examples=250, deadline=None)
@given(ORDERS)
@example(TechniqueOrder("broken-fifths", "soprano", 2, "minor", metre="2/4"))  # its raised seventh is the top
def test_an_exercise_is_in_range_fills_its_bars_keeps_its_key_and_comes_home(order):
    try:
        made = compose(order)
    except CannotCompose:
        assume(False)
    score, player = made.score, get_instrument(order.instrument)
    written = [note.written for note in score.notes]
    assert all(player.written_low <= pitch.midi <= player.written_high for pitch in written)
    bars_of(score)  # raises unless every bar is full
    to_musicxml(score)  # and every symbol printable
    assert order.bars is None or len(score.bars) == order.bars
    assert written[0] == written[-1] or written[-1].step == written[0].step
    for pitch in written:
        raised = pitch.alter - altered_by_key(score.keys[0], pitch.step)
        assert raised == 0 or (raised == 1 and order.mode not in ("major", "natural-minor"))
    assert (score.clef, score.transposition, score.bpm) == (player.clef, player.transposition, order.bpm)
    assert compose(order) == made
    assert compose(TechniqueOrder(**made.recipe)) == made


@pytest.mark.parametrize("name", INSTRUMENTS)
@pytest.mark.parametrize("kind", ["scale", "broken-thirds", "long-tones", "rhythm"])
def test_every_instrument_gets_these_in_every_key(name, kind):
    for fifths in range(-7, 8):
        for mode in ("major", "minor"):
            assert compose(TechniqueOrder(kind, name, fifths, mode, grade=3)).score.notes


def names(order):
    return [note.written.name for note in compose(order).score.notes]


def test_a_scale_goes_up_and_down_and_ends_in_time():
    made = compose(TechniqueOrder("scale", "violin", 2, grade=2))
    assert names(TechniqueOrder("scale", "violin", 2, grade=2))[:8] == [
        "D4", "E4", "F♯4", "G4", "A4", "B4", "C♯5", "D5",
    ]  # fmt: skip
    assert made.title == "Scale of D major"
    assert made.score.notes[-1].duration_beat == 2


def test_melodic_minor_raises_its_sixth_and_seventh_going_up_only():
    order = TechniqueOrder("scale", "violin", -1, "melodic-minor", grade=2)
    assert names(order) == [
        "D4", "E4", "F4", "G4", "A4", "B4", "C♯5", "D5", "C5", "B♭4", "A4", "G4", "F4", "E4", "D4",
    ]  # fmt: skip


def test_harmonic_minor_raises_its_seventh_both_ways():
    order = TechniqueOrder("scale", "violin", 0, "harmonic-minor", grade=2)
    assert sum(name.startswith("G♯") for name in names(order)) == 2


def test_minor_holds_enough_accidentals_to_practise_them():
    assert skill_counts(compose(TechniqueOrder("scale", "violin", -1, "minor", grade=2)).score)["accidental"] >= 4


@pytest.mark.parametrize(
    ("kind", "tag"),
    [
        ("broken-thirds", "interval:3:up"),
        ("broken-fourths", "interval:4:up"),
        ("broken-fifths", "interval:5:up"),
        ("broken-sixths", "interval:6:up"),
        ("broken-sevenths", "interval:7:up"),
        ("broken-octaves", "interval:8:up"),
    ],
)
def test_broken_intervals_practise_their_interval(kind, tag):
    assert skill_counts(compose(TechniqueOrder(kind, "violin", grade=5)).score)[tag] >= 2


@pytest.mark.parametrize("figure", sorted({cell.figure for cell in FIGURES} - {"quarters", "halves"}))
def test_a_rhythm_exercise_shows_its_figure(figure):
    for seed in range(5):
        made = compose(TechniqueOrder("rhythm", "flute", figure=figure, grade=5, seed=seed))
        assert skill_counts(made.score)[f"rhythm:{figure}"] >= 3


def test_seeds_make_different_rhythms():
    assert len({str(compose(TechniqueOrder("rhythm", "flute", seed=seed)).score.symbols) for seed in range(6)}) > 3


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"kind": "fugue"}, "no kind of exercise"),
        ({"instrument": "kazoo"}, "kazoo"),
        ({"fifths": 8}, "seven sharps or flats"),
        ({"mode": "locrian"}, "no mode"),
        ({"metre": "4/5"}, "no metre"),
        ({"bpm": 1000}, "tempo"),
        ({"bars": 1}, "2 to 64 bars"),
        ({"note_value": "crotchet"}, "no note value"),
        ({"note_value": "half", "metre": "3/4"}, "do not fill bars of 3/4"),
        ({"low": 60, "high": 64}, "no room for a scale"),
        ({"low": 20}, "plays from G3 to E7"),
        ({"kind": "rhythm", "figure": "triplet", "metre": "6/8"}, "has no place in 6/8"),
    ],
)
def test_what_cannot_be_had_is_refused_in_a_sentence(change, words):
    order = TechniqueOrder(**({"kind": "scale", "instrument": "violin"} | change))
    with pytest.raises(CannotCompose, match=words):
        compose(order)
