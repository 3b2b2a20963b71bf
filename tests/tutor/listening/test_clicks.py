"""The metronome's clicks in a recording: found where they are, to the millisecond, and taken out again."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.scores import score_of
from tests.synthesis import SAMPLE_RATE_HZ, play
from tutor.clock import Clock, Latency
from tutor.listening import clicks
from tutor.listening.click_removal import remove_clicks
from tutor.listening.clicks import best_latency, click_sound, click_times_s, find_clicks

RATE = SAMPLE_RATE_HZ
TUNE = score_of("D4 F#4 A4 D5 C#5 B4", bpm=96)
BEFORE_S = 0.15  # as the practice page leaves it before the first click
CLICK_JS = Path(clicks.__file__).parents[2] / "static" / "src" / "audio" / "click.js"


def take(
    latency_s,
    *,
    bpm=96,
    beats=4,
    metronome=True,
    level=0.5,
    noise_db=-65.0,
    hall_s=0.0,
    move_s=0.0,
    jitter_s=(),
    seed=0,
):
    """(samples, the same without its clicks, the page's clock): the tune, as a microphone heard it."""
    beat_s = 60 / bpm
    beat0_s = BEFORE_S + beats * beat_s
    count = beats + (len(TUNE.notes) if metronome else 0)
    times_s = tuple(BEFORE_S + number * beat_s for number in range(count))
    music = play(TUNE, bpm=bpm, lead_s=beat0_s + latency_s, noise_db=None, timbre="string", seed=seed).samples
    ticking = np.zeros(len(music) + RATE, np.float32)
    for number, time_s in enumerate(times_s):
        sound = level * click_sound(RATE, accent=number % beats == 0)
        moved_s = (move_s if number >= beats else 0.0) + (jitter_s[number] if number < len(jitter_s) else 0.0)
        first = round((time_s + latency_s + moved_s) * RATE)
        ticking[first : first + len(sound)] += sound
    rng = np.random.default_rng(seed)
    plain = np.pad(music, (0, RATE)) + 0
    noise = (10 ** (noise_db / 20) * rng.standard_normal(len(plain))).astype(np.float32)
    if hall_s:
        plain, ticking = in_a_hall(plain, hall_s, 1), in_a_hall(ticking, hall_s, 1)
    return plain + ticking + noise, plain + noise, Clock(bpm, beat0_s, times_s)


def in_a_hall(samples, hall_s, seed):
    time_s = np.arange(round(hall_s * RATE)) / RATE
    tail = np.random.default_rng(seed).standard_normal(len(time_s)) * np.exp(-6.9 * time_s / hall_s)
    tail *= 0.7 / np.sqrt(np.sum(tail**2))
    tail[0] += 1
    size = 1 << int(np.ceil(np.log2(len(samples) + len(tail))))
    wet = np.fft.irfft(np.fft.rfft(samples, size) * np.fft.rfft(tail, size), size)
    return wet[: len(samples)].astype(np.float32)


@settings(max_examples=8)
@given(st.floats(0, 0.25), st.sampled_from([60, 96, 208]), st.integers(0, 99))
def test_the_latency_comes_back_within_a_millisecond(latency_s, bpm, seed):
    samples, _, clock = take(latency_s, bpm=bpm, seed=seed)
    found = find_clicks(samples, RATE, clock)
    assert found is not None and found.heard >= 3
    assert abs(found.latency_s - latency_s) < 0.001 and found.doubt_s < 0.004


@pytest.mark.parametrize(
    "how",
    [
        {"noise_db": -40},
        {"hall_s": 0.5},
        {"hall_s": 1.5, "noise_db": -50},
        {"level": 0.05},
        {"beats": 3},
        {"metronome": False},
        # Two beats are counted in, and the next two are played over.
        {"beats": 2},
        # A beat is shorter than the longest latency: the next click must not be taken for this one.
        {"bpm": 240},
        {"bpm": 300, "hall_s": 0.4},
    ],
    ids=str,
)
@pytest.mark.parametrize("latency_s", [0.0, 0.031, 0.25])
def test_in_noise_in_a_hall_softly_and_fast(how, latency_s):
    samples, _, clock = take(latency_s, **how)
    found = find_clicks(samples, RATE, clock)
    assert found is not None
    assert abs(found.latency_s - latency_s) < 0.002


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("noise_db", [-65, -25])
def test_with_headphones_nothing_is_heard(seed, noise_db):
    samples, _, clock = take(0.1, level=0, noise_db=noise_db, seed=seed, hall_s=0.4 * (seed % 2))
    assert find_clicks(samples, RATE, clock) is None


def test_somebody_who_plays_in_the_count_in_is_no_click():
    """A long A6 and D6 are the click's own pitches."""
    samples, _, clock = take(0.1, level=0)
    time_s = np.arange(len(samples)) / RATE
    for f0_hz in (clicks.CLICK_HZ, clicks.ACCENT_HZ):
        warming_up = samples + (0.2 * np.sin(2 * np.pi * f0_hz * time_s)).astype(np.float32)
        assert find_clicks(warming_up, RATE, clock) is None


def test_fewer_than_three_clicks_say_nothing():
    samples, _, clock = take(0.05, beats=2, metronome=False)
    assert find_clicks(samples, RATE, clock) is None
    assert find_clicks(samples, RATE, Clock(96, 0.5)) is None
    assert find_clicks(samples[:100], RATE, clock) is None


def test_later_clicks_that_come_otherwise_make_it_doubtful():
    steady = find_clicks(*take(0.08)[::2][:1], RATE, take(0.08)[2])
    samples, _, clock = take(0.08, move_s=0.02)
    moved = find_clicks(samples, RATE, clock)
    assert steady is not None and moved is not None
    assert abs(moved.latency_s - 0.08) < 0.001
    assert steady.doubt_s < 0.004 < 0.015 < moved.doubt_s


def test_a_jump_in_the_middle_of_the_take_is_noticed():
    samples, _, clock = take(0.08, move_s=0.1, level=1.5)
    moved = find_clicks(samples, RATE, clock)
    assert moved is not None and abs(moved.latency_s - 0.08) < 0.001
    assert moved.doubt_s > 0.09


def test_the_take_itself_is_believed_before_an_earlier_calibration():
    samples, silent, clock = take(0.08)
    told = Clock(clock.bpm, clock.beat0_s, clock.clicks_s, latency_s=0.15, latency_doubt_s=0.01, latency_age_s=3600)
    heard, remembered = best_latency(samples, RATE, told), best_latency(silent, RATE, told)
    assert heard is not None and heard.is_measured and abs(heard.latency_s - 0.08) < 0.001
    assert remembered is not None and not remembered.is_measured and remembered.latency_s == 0.15
    assert best_latency(silent, RATE, clock) is None


@pytest.mark.parametrize(("how", "less_db"), [({}, 12), ({"hall_s": 0.5}, 6), ({"noise_db": -45}, 8)], ids=str)
def test_clicks_are_taken_out_and_the_music_is_left(how, less_db):
    samples, plain, clock = take(0.07, **how)
    latency = find_clicks(samples, RATE, clock)
    cleaned = remove_clicks(samples, RATE, clock, latency)
    at_clicks = np.zeros(len(samples), bool)
    for time_s in click_times_s(clock, latency):
        at_clicks[round((time_s - 0.0021) * RATE) : round((time_s + 0.0801) * RATE)] = True
    before, after = (float(np.sum((one - plain)[at_clicks] ** 2)) for one in (samples, cleaned))
    assert after < before * 10 ** (-less_db / 10)
    assert np.array_equal(cleaned[~at_clicks], samples[~at_clicks])
    assert samples is not cleaned


def test_nothing_is_taken_out_where_no_click_was_heard():
    samples, _, clock = take(0.07, level=0)
    assert click_times_s(clock, None) == () == click_times_s(clock, Latency(0.1, 0.05))
    assert remove_clicks(samples, RATE, clock, None) is samples
    assert remove_clicks(samples, RATE, clock, Latency(0.1, 0.05)) is samples


def test_a_click_that_moved_is_taken_out_where_it_is_or_left():
    samples, plain, clock = take(0.08, move_s=0.02)
    latency = find_clicks(samples, RATE, clock)
    cleaned = remove_clicks(samples, RATE, clock, latency)
    assert np.sum((cleaned - plain) ** 2) < 0.8 * np.sum((samples - plain) ** 2)


@pytest.mark.parametrize("seed", range(4))
def test_a_machine_that_stutters_is_heard_and_doubted(seed):
    """Each click sooner or later than the one before, by tens of milliseconds."""
    jitter_s = np.random.default_rng(seed).uniform(-0.03, 0.03, 4)
    samples, plain, clock = take(0.12, jitter_s=jitter_s, metronome=False)
    found = find_clicks(samples, RATE, clock)
    assert found is not None and found.heard >= 3
    assert abs(found.latency_s - 0.12) <= 0.03 and 0.003 < found.doubt_s < 0.07
    cleaned = remove_clicks(samples, RATE, clock, found)
    assert np.sum((cleaned - plain) ** 2) < 0.3 * np.sum((samples - plain) ** 2)


def test_the_page_plays_the_click_that_the_ear_looks_for():
    """The one sound that two languages render: the numbers at both ends are the same."""
    page = {name: float(value) for name, value in re.findall(r"const (\w+) = ([\d.]+);", CLICK_JS.read_text())}
    for name in ("CLICK_S", "CLICK_DECAY_PER_S", "CLICK_HZ", "ACCENT_HZ", "CLICK_LEVEL", "ACCENT_LEVEL"):
        assert page[name] == getattr(clicks, name), name
