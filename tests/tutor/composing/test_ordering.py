"""An order travels as plain values and comes back the same; a skill with its count is read as people type it."""

from __future__ import annotations

import json
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.scores import score_of
from tutor.composing.key_names import UnknownKey, parse_key
from tutor.composing.ordering import Count, MelodyOrder
from tutor.composing.refusal import CannotCompose
from tutor.composing.scales import key_name
from tutor.composing.tags import COUNTABLE, UnknownTag, parse_count
from tutor.notation.instruments import get_instrument
from tutor.notation.score import Key


def test_an_order_survives_json():
    order = MelodyOrder(
        kind="variation",
        instrument=get_instrument("horn"),
        grade=3.5,
        low=60,
        fifths=-2,
        mode="minor",
        metre="6/8",
        counts=(Count("interval:6:up", 2, 4), Count("accidental", 0, 0)),
        sizes=(1, 2, 3, 6),
        start=(1, 5),
        seed=7,
        theme=score_of("C4 D4 E4 F4"),
    )
    again = MelodyOrder.from_dict(json.loads(json.dumps(order.to_dict())))
    assert again.to_dict() == order.to_dict()
    assert (again.counts, again.sizes, again.start, again.player) == (order.counts, order.sizes, (1, 5), order.player)
    assert again.theme == order.theme


def test_what_is_left_open_is_not_written_down():
    assert MelodyOrder(instrument="violin", grade=2).to_dict() == {"instrument": "violin", "grade": 2}


def test_an_unknown_instrument_is_refused_with_the_names():
    with pytest.raises(CannotCompose, match=r"kazoo.*piccolo.*voice"):
        MelodyOrder(instrument="kazoo").player  # noqa: B018


@given(st.sampled_from(COUNTABLE), st.integers(0, 40), st.none() | st.integers(0, 40))
def test_every_countable_skill_is_read_with_its_bounds(tag, least, more):
    most = None if more is None else least + more
    text = f"{tag}:{least}" if most is None else f"{tag}:{least}:{most}"
    assert parse_count(text) == Count(tag, least, most)
    assert parse_count(tag) == Count(tag, 1, None)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("interval:6:up:3", Count("interval:6:up", 3)),
        ("interval:6:up:3:5", Count("interval:6:up", 3, 5)),
        ("accidental:0:0", Count("accidental", 0, 0)),
        ("key:-3", Count("key:-3", 1)),
        ("key:2:4", Count("key:2", 4)),
        ("metre:6/8", Count("metre:6/8", 1)),
    ],
)
def test_counts_as_people_type_them(text, count):
    assert parse_count(text) == count


@pytest.mark.parametrize(
    "text",
    ["", "interval:9:up:1", "interval:6:3", "rhythm:polka:2", "rhythm:tie:two", "rhythm:tie:-1", "accidental:5:2"],
)
def test_a_count_that_says_nothing_is_refused_in_a_sentence(text):
    with pytest.raises(UnknownTag, match=r"\.$"):
        parse_count(text)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("G", "G major"),
        ("Em", "E minor"),
        ("F#", "F♯ major"),
        ("Bb", "B♭ major"),
        ("Eb minor", "E♭ minor"),
        ("c minor", "C minor"),
        ("f#m", "F♯ minor"),
        ("G major", "G major"),
        ("A-flat", "A♭ major"),
        ("GM", "G major"),
        ("g", "G minor"),
    ],
)
def test_keys_as_people_type_them(text, name):
    fifths, mode = parse_key(text)
    assert key_name(Key(Fraction(0), fifths, mode)) == name


@pytest.mark.parametrize("text", ["", "H", "G dorian", "Gx", "#"])
def test_no_key_is_refused_in_a_sentence(text):
    with pytest.raises(UnknownKey, match=r"\.$"):
        parse_key(text)
