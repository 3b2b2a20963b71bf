"""What every drawn rhythm keeps to, whatever was ordered."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.tutor.composing.rhythm.orders import EVERYTHING, PLAIN, RHYTHM_TAGS, orders, pairs_of, score_of_line
from tutor.composing.ordering import Count
from tutor.composing.refusal import CannotCompose
from tutor.composing.rhythm import drawing
from tutor.composing.rhythm.choosing import EVERY_KIND
from tutor.composing.rhythm.drawing import draw_rhythms, is_feasible
from tutor.composing.rhythm.order import RhythmLine, RhythmOrder
from tutor.composing.rhythm.pulse import METRES, pulse_of
from tutor.composing.rhythm.refusing import relaxations
from tutor.composing.skills import occurrences
from tutor.notation.durations import note_value

LAWS = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
EIGHT = RhythmOrder((4, 4), 8, values=EVERYTHING)


def drawn(order: RhythmOrder, seed: int = 0, lines: int = 3) -> list[RhythmLine]:
    return draw_rhythms(order, np.random.default_rng(seed), lines)


def met(order: RhythmOrder, seed: int = 0) -> list[RhythmLine]:
    """The order's rhythms, or those of the order without what can't be met."""
    try:
        return drawn(order, seed)
    except CannotCompose:
        return drawn(replace(order, counts=(), notes=(0, None), pairs=0, breaths=None, values=PLAIN), seed)


@LAWS
@given(orders(), st.integers(0, 3))
def test_what_was_ordered_is_what_is_drawn(order, seed):
    try:
        lines = drawn(order, seed)
    except CannotCompose as refusal:
        assert not is_feasible(order)
        assert str(refusal).endswith(".")
        return
    for line in lines:
        score = score_of_line(line)
        found = occurrences(score)
        for count in order.counts:
            assert found.get(count.tag, 0) >= count.least
            assert count.most is None or found.get(count.tag, 0) <= count.most
        fewest, most = order.notes
        assert fewest <= len(score.notes) <= (most or 10**6)
        assert pairs_of(score) >= order.pairs
        assert {symbol.ticks for symbol in line.symbols} <= order.values


@LAWS
@given(orders(counts=False), st.integers(0, 3))
def test_bars_are_full_and_an_upbeat_is_given_back(order, seed):
    for line in met(order, seed):
        bar = pulse_of(line.metre).bar
        filled = {n: sum(s.ticks for s in line.symbols if s.bar == n) for n in range(line.bars + 1)}
        shortened = 0 if order.whole_last_bar else line.upbeat_ticks
        assert filled == {
            n: line.upbeat_ticks if n == 0 else bar - shortened * (n == line.bars) for n in range(line.bars + 1)
        }
        onset = bar - line.upbeat_ticks if line.upbeat_ticks else bar
        for symbol in line.symbols:
            assert symbol.onset == onset % bar
            assert note_value(score_of_line(line).symbols[0].duration_beat)
            onset += symbol.ticks


@LAWS
@given(orders(), st.integers(0, 3))
def test_notes_are_the_symbols_with_their_ties_joined(order, seed):
    for line in met(order, seed):
        score = score_of_line(line)
        assert [note.bar for note in line.notes] == [note.bar for note in score.notes]
        assert [note.ticks / 24 for note in line.notes] == pytest.approx([note.duration_beat for note in score.notes])
        assert all(line.symbols[note.first_symbol].onset == note.onset for note in line.notes)
        strengths = {pulse_of(line.metre).strength(note.onset) for note in line.notes if note.onset == 0}
        assert strengths <= {3}


@LAWS
@given(orders(), st.integers(0, 3))
def test_the_same_seed_gives_the_same_rhythms(order, seed):
    assert met(order, seed) == met(order, seed)


@LAWS
@given(st.sampled_from(METRES), st.integers(0, 30), st.data())
def test_what_one_rhythm_shows_can_be_ordered_exactly(metre, seed, data):
    """The witness: an order made of a rhythm's own counts has a solution, the rhythm itself."""
    (line,) = drawn(RhythmOrder(metre, 5, values=EVERYTHING, rests=True), seed, 1)
    found = occurrences(score_of_line(line))
    tags = data.draw(st.lists(st.sampled_from(RHYTHM_TAGS), min_size=1, max_size=4, unique=True))
    counts = tuple(Count(tag, found.get(tag, 0), found.get(tag, 0)) for tag in tags)
    values = frozenset(symbol.ticks for symbol in line.symbols)
    again = drawn(
        RhythmOrder(metre, 5, values=values, rests=True, counts=counts, notes=(len(line.notes), None)), seed, 1
    )
    shown = occurrences(score_of_line(again[0]))
    assert {count.tag: shown.get(count.tag, 0) for count in counts} == {count.tag: count.least for count in counts}


@pytest.mark.parametrize("metre", METRES, ids=lambda metre: f"{metre[0]}/{metre[1]}")
def test_every_metre_closes_on_a_long_note_on_a_strong_beat(metre):
    for line in drawn(RhythmOrder(metre, 8, values=EVERYTHING), lines=4):
        assert line.notes[-1].ticks >= 24
        assert line.notes[-1].strength >= (1 if metre in ((5, 8), (7, 8)) else 2)


@pytest.mark.parametrize("tag", RHYTHM_TAGS)
@pytest.mark.parametrize("metre", [(2, 4), (3, 4), (4, 4), (6, 8), (9, 8), (12, 8), (2, 2), (5, 4)], ids=str)
def test_every_skill_can_be_had_where_its_metre_holds_it(metre, tag):
    nowhere = {(2, 4): {"dotted-half-quarter", "long-notes"}}.get(metre, set())  # bars of two beats
    if pulse_of(metre).is_compound:
        nowhere = {"dotted-half-quarter", "dotted-quarter-eighth", "eighth-two-sixteenths", "two-sixteenths-eighth"}
    if metre == (3, 4):
        nowhere = {"dotted-half-quarter"}  # it fills the bar, and a figure stays in one
    order = RhythmOrder(metre, 8, values=EVERYTHING, counts=(Count(tag, 2, 4),))
    if tag.removeprefix("rhythm:") in nowhere:
        with pytest.raises(CannotCompose):
            drawn(order)
    else:
        assert 2 <= occurrences(score_of_line(drawn(order)[0]))[tag] <= 4


def test_a_period_begins_its_second_half_as_its_first():
    lines = drawn(replace(EIGHT, form="period"), lines=8)
    assert sum(len(line.copy_of) >= 2 for line in lines) >= 6
    for line in lines:
        bars = {n: [s[1:] for s in line.symbols if s.bar == n] for n in range(1, 9)}
        assert all(bars[bar] == bars[source] for bar, source in line.copy_of.items())
        assert set(line.copy_of) <= {5, 6, 7}


def test_a_sentence_says_its_first_bar_twice():
    assert all(line.copy_of == {2: 1} for line in drawn(replace(EIGHT, form="sentence")))


def test_given_bars_stand_where_they_were_given():
    given_bars = {1: ((36, 1), (12, 1), (48, 1)), 4: ((24, 1), (24, 0), (48, 1)), 5: ((12, 2), (84, 1))}
    for line in drawn(replace(EIGHT, fixed={1: given_bars[1], 4: given_bars[4]})):
        first, fourth = ([(s.ticks, s.sounding) for s in line.symbols if s.bar == n] for n in (1, 4))
        assert first == [(36, True), (12, True), (48, True)]
        assert fourth == [(24, True), (24, False), (48, True)]


def test_a_held_note_goes_on_in_the_given_bar_after_it():
    fixed = {3: ((48, 1), (48, 1)), 4: ((24, 2), (24, 1), (48, 1))}
    (line,) = drawn(replace(EIGHT, fixed=fixed, counts=(Count("rhythm:tie", 1, 1),)), lines=1)
    assert occurrences(score_of_line(line))["rhythm:tie"] == 1


def test_a_breath_comes_at_the_end_of_every_two_bars():
    for line in drawn(replace(EIGHT, breaths=2, values=PLAIN)):
        for number in (2, 4, 6):
            last = [symbol for symbol in line.symbols if symbol.bar == number][-1]
            assert not last.sounding or last.ticks >= 48


def test_a_denser_wish_gives_more_notes():
    sparse, dense = (
        np.mean([len(line.notes) for line in drawn(replace(EIGHT, density=wish), lines=10)]) for wish in (3.0, 7.0)
    )
    assert abs(sparse / 8 - 3) < 1
    assert abs(dense / 8 - 7) < 1.5


def test_rests_and_ties_come_only_where_they_may():
    for line in drawn(replace(EIGHT, counts=(Count("rhythm:tie", 0, 0),)), lines=10):
        assert all(symbol.sounding and not symbol.tied for symbol in line.symbols)


def test_triplets_come_whole():
    for line in drawn(replace(EIGHT, counts=(Count("rhythm:triplet", 6, 12),)), lines=6):
        onset, begun = 0, None
        for symbol in line.symbols:
            if symbol.ticks % 3 and begun is None:
                assert onset % 24 == 0
                begun = onset
            onset += symbol.ticks
            if begun is not None and (onset - begun) % 24 == 0:
                begun = None
        assert begun is None


@pytest.mark.parametrize(
    ("order", "help_with"),
    [
        (replace(EIGHT, bars=2, counts=(Count("rhythm:triplet", 60),)), "fewer triplets"),
        (replace(EIGHT, values=PLAIN, counts=(Count("rhythm:sixteenths", 4),)), "sixteenths allowed"),
        (replace(EIGHT, metre=(6, 8), counts=(Count("rhythm:dotted-quarter-eighth", 2),)), "4/4 time"),
        (replace(EIGHT, bars=2, notes=(40, None)), "fewer notes"),
        (
            replace(EIGHT, counts=(Count("rhythm:eighths", 0, 0), Count("rhythm:dotted-quarter-eighth", 1))),
            "more eighths",
        ),
    ],
)
def test_a_refusal_names_what_would_help(order, help_with):
    with pytest.raises(CannotCompose) as refusal:
        drawn(order)
    assert help_with in refusal.value.relax
    for words, other in relaxations(order):
        assert (words in refusal.value.relax) == is_feasible(other)


@pytest.mark.parametrize(
    "order",
    [
        replace(EIGHT, metre=(4, 3)),
        replace(EIGHT, bars=0),
        replace(EIGHT, upbeat_ticks=96),
        replace(EIGHT, counts=(Count("rhythm:polka", 1),)),
        replace(EIGHT, counts=(Count("rhythm:tie", 3, 2),)),
    ],
)
def test_nonsense_is_refused_in_a_sentence(order):
    with pytest.raises(CannotCompose, match=r"\.$"):
        drawn(order)


@pytest.mark.parametrize(
    "order",
    [
        RhythmOrder(
            (12, 8),
            16,
            values=EVERYTHING,
            rests=True,
            notes=(100, 100),
            pairs=98,
            counts=(Count("rhythm:rest", 6, 6), Count("rhythm:eighths", 40, 40)),
        ),
        RhythmOrder(
            (12, 8),
            3,
            values=EVERYTHING,
            counts=tuple(Count(f"rhythm:{name}", 9, 9) for name in ("rest", "tie", "syncopation", "eighths")),
        ),
    ],
    ids=["more pairs than notes leave", "four counts at once"],
)
def test_what_is_too_much_to_tell_is_refused_with_the_counts_named(order):
    with pytest.raises(CannotCompose, match="notes after a rest") as refusal:
        drawn(order)
    assert " and fewer " not in str(refusal.value)
    assert refusal.value.relax


def test_a_refusal_says_a_word_once():
    counts = (Count("rhythm:eighths", 0, 0), Count("rhythm:sixteenths", 0, 0), Count("rhythm:snap", 3, 3))
    with pytest.raises(CannotCompose) as refusal:
        drawn(replace(EIGHT, counts=counts))
    assert {"fewer snaps", "more sixteenths"} <= {*refusal.value.relax}
    both = (Count("rhythm:eighths", 0, 0), Count("rhythm:sixteenths", 0, 0), Count("rhythm:eighth-two-sixteenths", 3))
    with pytest.raises(CannotCompose, match="figures of an eighth and two sixteenths"):
        drawn(replace(EIGHT, counts=both))


def test_what_cannot_be_had_at_all_is_not_tried_with_every_cadence(monkeypatch):
    reaches = []
    solved = drawing._solved

    def watched(order, counters, cadence, reach, effort):
        reaches.append(reach)
        return solved(order, counters, cadence, reach, effort)

    monkeypatch.setattr(drawing, "_solved", watched)
    order = RhythmOrder((2, 4), 8, values=EVERYTHING, counts=(Count("rhythm:snap", 16), Count("rhythm:tie", 9)))
    with pytest.raises(CannotCompose):
        draw_rhythms(replace(order, thorough=False), np.random.default_rng(1))
    assert EVERY_KIND not in reaches
    assert len(reaches) == 2
