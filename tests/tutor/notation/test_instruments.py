from __future__ import annotations

from itertools import pairwise

import pytest

from tutor.notation.instruments import ALIASES, INSTRUMENTS, UnknownInstrument, get_instrument


def test_there_is_an_instrument_for_nearly_everybody():
    assert len(INSTRUMENTS) >= 24
    assert {item.family for item in INSTRUMENTS.values()} == {
        "strings",
        "woodwind",
        "brass",
        "plucked",
        "keys",
        "voice",
    }


@pytest.mark.parametrize("instrument", INSTRUMENTS.values(), ids=str)
def test_a_beginner_has_an_octave_within_the_instruments_range(instrument):
    assert instrument.written_low <= instrument.beginner_low
    assert instrument.beginner_high <= instrument.written_high
    assert instrument.beginner_high - instrument.beginner_low >= 12
    assert 0.005 <= instrument.attack_latency_s <= 0.05


@pytest.mark.parametrize("instrument", INSTRUMENTS.values(), ids=str)
def test_the_range_only_grows_with_the_grade(instrument):
    ranges = [instrument.range_at(grade / 2) for grade in range(18)]
    assert all(low_b <= low_a and high_a <= high_b for (low_a, high_a), (low_b, high_b) in pairwise(ranges))
    assert ranges[-1] == (instrument.written_low, instrument.written_high)


@pytest.mark.parametrize(
    ("name", "transposition"),
    [("clarinet", -2), ("horn", -7), ("alto-sax", -9), ("tenor-sax", -14), ("baritone-sax", -21), ("guitar", -12)],
)
def test_transpositions_are_the_instrument_makers(name, transposition):
    assert get_instrument(name).transposition == transposition


def test_only_voices_answer_in_their_own_octave():
    assert all(item.octave_free == (item.family == "voice") for item in INSTRUMENTS.values())


def test_an_unknown_name_is_told_the_known_ones():
    with pytest.raises(UnknownInstrument, match=r"kazoo.*violin"):
        get_instrument("kazoo")


@pytest.mark.parametrize(
    ("typed", "slug"),
    [("Alto Saxophone", "alto-sax"), ("french_horn", "horn"), ("Double Bass", "double-bass"), ("singing", "voice")],
)
def test_an_instrument_is_found_as_people_type_it(typed, slug):
    assert get_instrument(typed).name == slug


def test_every_other_name_leads_to_an_instrument():
    assert set(ALIASES.values()) <= set(INSTRUMENTS)
