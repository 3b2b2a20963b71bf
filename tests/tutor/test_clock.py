"""The clock: refused where nobody could have played to it; and what of a lateness is the player's."""

from __future__ import annotations

import json
import math
from dataclasses import asdict, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutor.clock import (
    CALIBRATION_DOUBT_S,
    DAY_S,
    MOST_DOUBT_S,
    BadClock,
    Clock,
    Latency,
    calibration_doubt_s,
    held_against,
)
from tutor.grading.assessment import Assessment, Grade

GOOD = {"bpm": 96.0, "beat0_s": 2.65, "clicks_s": [0.15, 0.775, 1.4, 2.025, 2.65], "latency_s": None}


def test_there_and_back():
    clock = Clock.from_dict(GOOD)
    assert Clock.from_dict(asdict(clock)) == clock
    assert clock.count_in_s == (0.15, 0.775, 1.4, 2.025)
    assert clock.told_latency is None


@pytest.mark.parametrize(
    "nonsense",
    [
        *({"bpm": bpm} for bpm in (0, -60, math.nan, math.inf, 9, 401, 1e12)),
        *({"beat0_s": time_s} for time_s in (math.nan, -math.inf, 1e6)),
        {"clicks_s": [0.1, math.nan]},
        {"clicks_s": [0.1] * 10_001},
        *({"latency_s": latency_s} for latency_s in (math.nan, 3, -3)),
        *({"latency_s": 0.1, "latency_doubt_s": doubt_s} for doubt_s in (math.nan, math.inf, -0.01)),
        {"latency_s": 0.1, "latency_age_s": -1},
    ],
    ids=str,
)
def test_a_clock_that_nobody_could_play_to_is_refused_in_one_sentence(nonsense):
    with pytest.raises(BadClock) as refused:
        Clock.from_dict(GOOD | nonsense)
    assert str(refused.value).endswith(".") and len(str(refused.value)) < 120


@pytest.mark.parametrize("nonsense", [{"bpm": None}, {"bpm": "fast"}, {"clicks_s": 5}, {"beat0_s": []}], ids=str)
def test_what_is_no_clock_at_all_is_refused_too(nonsense):
    with pytest.raises((TypeError, ValueError)):
        Clock.from_dict(GOOD | nonsense)


@given(st.floats(0, 400 * DAY_S), st.floats(0, 400 * DAY_S), st.floats(0, 0.2))
def test_an_older_calibration_is_never_surer(age_s, more_s, doubt_s):
    now_s = calibration_doubt_s(age_s, doubt_s)
    assert CALIBRATION_DOUBT_S <= now_s <= max(MOST_DOUBT_S, doubt_s)
    assert calibration_doubt_s(age_s + more_s, doubt_s) >= now_s >= doubt_s


def test_what_was_measured_in_the_take_itself_keeps_its_doubt():
    clock = Clock.from_dict(GOOD)
    assert clock.with_latency(Latency(0.1, 0.002, heard=4)).told_latency == Latency(0.1, 0.002)
    assert clock.with_latency(None).told_latency is None
    assert Clock.from_dict(GOOD | {"latency_s": 0.1}).told_latency == Latency(0.1, CALIBRATION_DOUBT_S)
    remembered = Clock.from_dict(GOOD | {"latency_s": 0.1, "latency_doubt_s": 0.002, "latency_age_s": 3 * DAY_S})
    assert remembered.told_latency is not None
    assert remembered.told_latency.doubt_s == pytest.approx(CALIBRATION_DOUBT_S + 0.024)


@given(st.floats(-0.5, 0.5), st.floats(0, 0.1))
def test_no_steady_lateness_within_30_ms_and_the_doubt_is_the_players(late_s, doubt_s):
    held_s = held_against(late_s, Latency(0.08, doubt_s))
    assert held_s in (None, late_s)
    assert (held_s is not None) == (abs(late_s) > 0.03 + doubt_s)


@pytest.mark.parametrize("late_s", [0.02, 0.4, math.nan])
def test_where_nobody_knows_the_latency_nobody_is_late(late_s):
    assert held_against(late_s, None) is None


def test_a_lateness_that_is_no_number_is_none():
    assert held_against(math.nan, Latency(0.0, 0.0)) is None


def test_a_hearing_keeps_the_latency_through_json():
    empty = Grade(None, None, None, None, None, None)
    heard = Assessment("ear/1", empty, 0.0, None, (), latency=Latency(0.09, 0.002, 4))
    for one in (heard, replace(heard, latency=None)):
        assert Assessment.from_dict(json.loads(json.dumps(one.to_dict()))) == one
    assert (
        Assessment.from_dict({key: value for key, value in heard.to_dict().items() if key != "latency"}).latency is None
    )
