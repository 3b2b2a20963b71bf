"""How bars are written: no tie where one symbol does, rests short and last, figures not once only."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.tutor.composing.rhythm.orders import EVERYTHING, PLAIN
from tutor.composing.ordering import Count
from tutor.composing.rhythm.drawing import draw_rhythms
from tutor.composing.rhythm.manners import is_needless, odd_rests, rests_last, without_needless_ties
from tutor.composing.rhythm.order import NOTE, REST, TIED, RhythmLine, RhythmOrder
from tutor.composing.rhythm.pulse import METRES, pulse_of

LAWS = settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def drawn(order: RhythmOrder, seed: int = 0, lines: int = 6) -> list[RhythmLine]:
    return draw_rhythms(order, np.random.default_rng(seed), lines)


@pytest.mark.parametrize(
    ("metre", "onset", "before", "after", "needless"),
    [
        ((2, 4), 0, 24, 24, True),  # a half
        ((6, 8), 0, 36, 36, True),  # a dotted half
        ((4, 4), 0, 48, 24, True),  # a dotted half from the downbeat
        ((4, 4), 24, 24, 24, False),  # quarter, half, quarter may show the middle
        ((4, 4), 12, 12, 12, True),  # eighth, quarter, eighth
        ((4, 4), 12, 12, 24, False),
        ((6, 8), 24, 12, 12, False),  # a quarter would hide the beat
        ((6, 8), 0, 36, 24, False),  # five eighths have no symbol
        ((12, 8), 36, 36, 36, False),  # the middle
        ((5, 8), 0, 36, 24, False),
        ((7, 8), 0, 24, 24, True),
    ],
)
def test_a_tie_is_needless_where_one_symbol_says_it_as_clearly(metre, onset, before, after, needless):
    assert is_needless(pulse_of(metre), onset, before, after) is needless


def test_needless_ties_are_joined_and_others_stay():
    assert without_needless_ties(((24, NOTE), (24, TIED), (24, NOTE), (24, REST)), pulse_of((4, 4))) == (
        (48, NOTE),
        (24, NOTE),
        (24, REST),
    )
    held = ((36, NOTE), (24, TIED), (12, NOTE))
    assert without_needless_ties(held, pulse_of((6, 8))) == held


def test_rests_are_odd_when_long_or_split_or_across_a_beat():
    common, compound = pulse_of((4, 4)), pulse_of((12, 8))
    assert odd_rests(((36, NOTE), (36, REST), (36, REST), (36, REST)), compound) == 3
    assert odd_rests(((24, NOTE), (24, NOTE), (24, NOTE), (24, REST)), common) == 0
    assert odd_rests(((12, NOTE), (24, REST), (12, NOTE), (48, NOTE)), common) == 1
    assert rests_last(((72, NOTE), (24, REST)))
    assert not rests_last(((24, REST), (72, NOTE)))


@LAWS
@given(st.sampled_from(METRES), st.integers(0, 9), st.sampled_from([(), (Count("rhythm:tie", 3),)]))
def test_no_line_ties_what_one_symbol_prints(metre, seed, counts):
    for line in drawn(RhythmOrder(metre, 8, values=EVERYTHING, rests=True, counts=counts), seed):
        for before, after in pairwise(line.symbols):
            if after.tied and before.bar == after.bar:
                assert not is_needless(pulse_of(metre), before.onset, before.ticks, after.ticks)


@LAWS
@given(st.sampled_from(METRES), st.integers(0, 9), st.sampled_from([None, 4]))
def test_unordered_rests_are_short_and_end_a_phrase(metre, seed, breaths):
    for line in drawn(RhythmOrder(metre, 8, values=EVERYTHING, rests=True, breaths=breaths), seed):
        for place, symbol in enumerate(line.symbols):
            if not symbol.sounding:
                assert symbol.ticks * 3 <= pulse_of(metre).bar
                assert symbol.bar % 4 == 0
                assert place + 1 == len(line.symbols) or line.symbols[place + 1].onset == 0


def test_ordered_rests_come_inside_phrases_too():
    counts = (Count("rhythm:rest", 4),)
    for line in drawn(RhythmOrder((4, 4), 8, values=PLAIN, counts=counts)):
        assert sum(note.after_rest for note in line.notes) >= 4
        assert all(symbol.ticks <= 32 for symbol in line.symbols if not symbol.sounding)


def test_a_special_figure_comes_back_or_stays_away():
    order = RhythmOrder((4, 4), 8, values=EVERYTHING, form="period", density=5.0)
    lone = 0
    for line in [line for seed in range(12) for line in drawn(replace(order), seed)]:
        for is_figure in (lambda ticks: ticks % 3, lambda ticks: ticks == 6):
            lone += len({symbol.bar for symbol in line.symbols if is_figure(symbol.ticks)}) == 1
    assert lone <= 7  # of 72 lines and two figures: a tenth of what comes by chance
