"""Laws of drawn lines: what was ordered is what comes, whatever was ordered."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.tutor.composing.pitch.lines import COUNTED, TREBLE, drawn, line_orders, modulating, rhythm, score_of_line
from tutor.composing.corpus.copying import longest_copy
from tutor.composing.ordering import Count
from tutor.composing.pitch.drawing import draw_lines
from tutor.composing.pitch.idiom import idiom_for
from tutor.composing.pitch.order import Idiom, LineOrder, LocalKey
from tutor.composing.refusal import CannotCompose
from tutor.composing.skills import middle_of_staff, occurrences
from tutor.notation.instruments import get_instrument


def generic_sizes(order, pitches):
    """Sizes of the moves with no rest between."""
    steps = np.abs(np.diff([pitch.diatonic for pitch in pitches])) + 1
    return {int(size) for size, note in zip(steps, order.notes[1:], strict=True) if not note.after_rest}


def counted(order, pitches):
    return occurrences(score_of_line(order, pitches))


@settings(max_examples=120, deadline=None)
@given(line_orders())
def test_what_can_be_had_is_had_exactly(order):
    """Range, sizes and counts, the counts as the skills' own definition finds them in the printed score."""
    try:
        lines = drawn(order)
    except CannotCompose as refusal:
        assert refusal.relax
        return
    for number in range(len(lines)):
        pitches = lines.spelled(number)
        assert all(order.low <= pitch.midi <= order.high for pitch in pitches)
        assert generic_sizes(order, pitches) <= order.sizes
        found = counted(order, pitches)
        for count in order.counts:
            assert found.get(count.tag, 0) >= count.least, count
            assert count.most is None or found.get(count.tag, 0) <= count.most, count


@st.composite
def walks(draw):
    """Any line within the natural scale, sung or not, and the order it meets."""
    key = LocalKey(draw(st.integers(-7, 7)), draw(st.sampled_from(["major", "minor"])))
    place = draw(st.integers(30, 36))
    places = [place]
    for _ in range(draw(st.integers(1, 15))):
        place = min(max(place + draw(st.integers(-7, 7)), 26), 40)
        places.append(place)
    alters = [key.altered(place % 7) for place in places]
    order = LineOrder(rhythm(len(places)), 0, 127, key.fifths, key.mode, staff_middle=middle_of_staff(TREBLE))
    return order, places, alters


@settings(max_examples=80, deadline=None)
@given(walks(), st.sets(st.sampled_from(COUNTED), max_size=5))
def test_an_order_taken_from_a_line_is_never_refused(walk, tags):
    """Whatever its range, sizes and counts are: there is one line at least that meets them."""
    order, places, alters = walk
    fixed = [
        replace(note, fixed=(place, alter)) for note, place, alter in zip(order.notes, places, alters, strict=True)
    ]
    witness = drawn(replace(order, notes=fixed), 1)
    assert [pitch.diatonic for pitch in witness.spelled(0)] == places
    found = counted(order, witness.spelled(0))
    midi = witness.midi[0]
    asked = replace(
        order,
        low=int(midi.min()),
        high=int(midi.max()),
        sizes=frozenset(generic_sizes(order, witness.spelled(0))),
        counts=tuple(Count(tag, found.get(tag, 0), found.get(tag, 0)) for tag in sorted(tags)),
    )
    again = drawn(asked, 2)
    assert all(counted(order, again.spelled(0)).get(tag, 0) == found.get(tag, 0) for tag in tags)


@settings(max_examples=25, deadline=None)
@given(line_orders(), st.integers(0, 99))
def test_the_same_seed_gives_the_same_lines(order, seed):
    order = replace(order, counts=())
    try:
        first, second = drawn(order, seed=seed), drawn(order, seed=seed)
    except CannotCompose:
        assume(False)
    assert np.array_equal(first.pitches, second.pitches)
    assert first.strain == second.strain


@settings(max_examples=25, deadline=None)
@given(line_orders())
def test_wishing_for_more_never_strains_less(order):
    one = replace(order, counts=order.counts[:1])
    try:
        little, much = drawn(one, 1), drawn(order, 1)
    except CannotCompose:
        assume(False)
    assert much.strain >= little.strain - 1e-3


@settings(max_examples=25, deadline=None)
@given(line_orders())
def test_in_another_key_every_accidental_is_one_against_what_is_printed(order):
    order = replace(modulating(order), counts=(Count("accidental", 1, 2),))
    try:
        lines = drawn(order)
    except CannotCompose:
        assume(False)
    assert 1 <= counted(order, lines.spelled(0))["accidental"] <= 2


def test_a_line_begins_and_ends_where_it_is_told():
    notes = rhythm(12)
    notes[0] = replace(notes[0], only=frozenset({5}))
    notes[-1] = replace(notes[-1], only=frozenset({1}))
    lines = drawn(LineOrder(notes, 60, 76, 2), 8)
    assert {pitch % 12 for pitch in lines.midi[:, 0]} == {9}
    assert {pitch % 12 for pitch in lines.midi[:, -1]} == {2}


def test_a_restatement_is_note_for_note_and_what_is_counted_still_holds():
    notes = rhythm(16)
    notes[8:12] = [replace(note, same_as=place) for place, note in enumerate(notes[8:12])]
    lines = drawn(LineOrder(notes, 60, 76, counts=(Count("interval:4:up", 2, 2),)), 8)
    assert np.array_equal(lines.pitches[:, 8:12], lines.pitches[:, :4])
    order = LineOrder(notes, 60, 76)
    assert all(counted(order, lines.spelled(line))["interval:4:up"] == 2 for line in range(len(lines)))


def test_a_restatement_that_cannot_be_had_is_given_up():
    notes = rhythm(4)
    notes[2:] = [replace(notes[2], same_as=0), replace(notes[3], same_as=1)]
    lines = drawn(LineOrder(notes, 60, 76, counts=(Count("interval:8:up", 1, 1), Count("interval:8:down", 0, 0))))
    assert counted(LineOrder(notes, 60, 76), lines.spelled(0))["interval:8:up"] == 1


def test_long_lines_quote_no_tune():
    notes = [replace(note, ticks=12) for note in rhythm(60)]
    lines = drawn(LineOrder(notes, 60, 79, 2, style="dance"), 16)
    assert not longest_copy(np.diff(lines.midi, axis=1), [12] * 60).any()


def test_minor_raises_its_seventh_on_the_way_to_the_tonic():
    lines = drawn(LineOrder(rhythm(24), 57, 76, 0, "minor"), 32)
    follows = Counter(
        lines.spelled(line)[place + 1].step
        for line in range(len(lines))
        for place in range(23)
        if lines.spelled(line)[place].name.startswith("G♯")
    )
    assert follows["A"] > sum(follows.values()) / 2
    assert follows["F"] == 0  # an augmented second


def test_chromatic_notes_go_on_in_their_direction():
    order = LineOrder(rhythm(24), 60, 79, counts=(Count("accidental", 3),), chromatic=True)
    lines = drawn(order, 16)
    for number in range(len(lines)):
        pitches = lines.spelled(number)
        for before, after in pairwise(pitches):
            if before.alter:
                assert after == before or after.diatonic - before.diatonic == before.alter


def test_a_beginner_on_the_trumpet_meets_fewer_leaps():
    plain = LineOrder(rhythm(32), 60, 79)
    kind = replace(plain, idiom=idiom_for(get_instrument("trumpet"), 1))
    leaps = [(np.abs(np.diff(drawn(order, 32).pitches[..., 0], axis=1)) > 3).mean() for order in (plain, kind)]
    assert leaps[1] < leaps[0] / 2
    assert plain.idiom == Idiom()


@pytest.mark.parametrize(
    ("order", "words"),
    [
        (LineOrder(rhythm(4), 60, 72, counts=(Count("interval:3:up", 4),)), "fewer skips of a third, upwards"),
        (LineOrder(rhythm(8), 60, 64, counts=(Count("interval:6:up", 1),)), "a wider range"),
        (LineOrder(rhythm(8), 60, 72, sizes=frozenset({1, 2}), counts=(Count("interval:6:up", 1),)), "intervals"),
        (LineOrder(rhythm(8), 60, 72, counts=(Count("accidental", 9),)), "fewer accidentals"),
    ],
)
def test_a_refusal_says_what_to_relax(order, words):
    with pytest.raises(CannotCompose) as refusal:
        drawn(order)
    assert any(words in change for change in refusal.value.relax)
    assert words in str(refusal.value)


def test_what_is_possible_but_utterly_unlikely_is_still_had():
    """An octave up, an octave down, sixty times."""
    counts = (Count("interval:8:up", 60), Count("interval:8:down", 60))
    lines = drawn(LineOrder(rhythm(121), 60, 74, counts=counts), 1)
    assert counted(LineOrder(rhythm(121), 60, 74), lines.spelled(0))["interval:8:up"] == 60


def test_over_the_dominant_of_minor_the_seventh_is_raised():
    chord = frozenset({4, 8, 11})
    notes = [replace(note, chord=chord) for note in rhythm(24)]
    lines = drawn(LineOrder(notes, 57, 76, 0, "minor"), 32)
    classes = Counter((lines.midi % 12).reshape(-1).tolist())
    assert classes[7] < classes[8] / 4


def test_one_note_is_not_repeated_on_and_on():
    """Not even over one chord throughout, with nothing but seconds to choose from."""
    notes = [replace(note, chord=frozenset({0, 4, 7})) for note in rhythm(40)]
    lines = drawn(LineOrder(notes, 60, 72, sizes=frozenset({1, 2})), 32)
    same = np.diff(lines.midi, axis=1) == 0
    fives = same[:, :-3] & same[:, 1:-2] & same[:, 2:-1] & same[:, 3:]
    assert fives.any(axis=1).mean() < 0.15


def test_an_opening_that_is_restated_can_always_be_gone_on_from():
    """What lies between its restated notes counts too: with all but them free, openings were kept that used it up."""
    notes = [replace(note, same_as={8: 0, 13: 5}.get(place)) for place, note in enumerate(rhythm(16))]
    for seed in range(40):
        order = LineOrder(notes, 60, 76, sizes=frozenset({1, 2}), counts=(Count("interval:2:up", 4, 4),))
        assert len(draw_lines(order, np.random.default_rng(seed), 4)) >= 1
