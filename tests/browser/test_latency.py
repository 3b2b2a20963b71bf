"""How late a recording is, over a real loopback: what the page plays comes back through its own microphone.

Needs PulseAudio's binaries (`apt-get install pulseaudio`); the school itself doesn't."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import loopback, stage
from tests.browser.conftest import FLAGS
from tests.real_school import RealSchool
from tutor.clock import Clock
from tutor.listening.clicks import find_clicks
from tutor.listening.decoding import Sound, decode

pytestmark = pytest.mark.skipif(not loopback.is_possible(), reason="no PulseAudio here: apt-get install pulseaudio")

# Keeps the page's own audio context, and when each of its sounds was scheduled.
EAVESDROP = """
  const Context = window.AudioContext;
  window.AudioContext = class extends Context { constructor(...all) { super(...all); window.heard = this; } };
  const start = AudioBufferSourceNode.prototype.start;
  window.scheduled = [];
  AudioBufferSourceNode.prototype.start = function (at, ...rest) {
    window.scheduled.push(at);
    return start.call(this, at, ...rest);
  };
"""
# The melody from the loudspeaker, on the metronome's own beat; and sweeps to measure by.
PERFORM = """({ notes, beat0_s, beat_s, sweeps_s }) => {
  const audio = window.heard;
  for (const { pitch, onset_beat, duration_beat } of notes) {
    const from = beat0_s + onset_beat * beat_s;
    const oscillator = new OscillatorNode(audio, { type: "sawtooth", frequency: 440 * 2 ** ((pitch - 69) / 12) });
    const gain = new GainNode(audio, { gain: 0 });
    const to = from + duration_beat * beat_s * 0.85;
    gain.gain.setValueAtTime(0, from);
    gain.gain.linearRampToValueAtTime(0.12, from + 0.015);
    gain.gain.setValueAtTime(0.12, to - 0.03);
    gain.gain.linearRampToValueAtTime(0, to);
    oscillator.connect(gain).connect(audio.destination);
    oscillator.start(from);
    oscillator.stop(to);
  }
  for (const from of sweeps_s) {
    const sweep = new OscillatorNode(audio, { frequency: 300 });
    const gain = new GainNode(audio, { gain: 0.2 });
    sweep.frequency.setValueAtTime(300, from);
    sweep.frequency.linearRampToValueAtTime(6000, from + 0.2);
    sweep.connect(gain).connect(audio.destination);
    sweep.start(from);
    sweep.stop(from + 0.2);
  }
}"""
SWEEP_S, SWEEP_FROM_HZ, SWEEP_TO_HZ = 0.2, 300.0, 6000.0
# Of the sweep, a sound of another kind found in another way: both are late by the same.
AGREE_WITHIN_S = 0.003


@pytest.fixture(scope="module")
def exercise(school: RealSchool) -> int:
    return stage.put_on_stand(school)


@pytest.fixture(scope="module")
def room(
    launch_browser: Callable[..., Browser],
    browser_context_args: dict[str, Any],
    school: RealSchool,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Page]:
    """Ada's page in a room where the microphone hears the loudspeaker."""
    flags = [flag for flag in FLAGS if flag != "--use-fake-device-for-media-stream"]
    with loopback.loopback(tmp_path_factory.mktemp("room")) as environment:
        browser = launch_browser(args=[*flags, "--no-sandbox"], env=environment, ignore_default_args=["--mute-audio"])
        page = browser.new_context(**browser_context_args).new_page()
        page.add_init_script(EAVESDROP)
        stage.come_in(page, "Student")
        yield page
        browser.close()


def perform(page: Page, exercise: int) -> list[float]:
    """Plays one take and has it taken; how long after its first click each sweep was scheduled."""
    page.goto(f"/practice/{exercise}/")
    page.wait_for_selector("body[data-state=ready]")
    page.keyboard.press(" ")
    page.wait_for_selector("body[data-state=recording]", timeout=20_000)
    first_s = page.evaluate("Math.min(...window.scheduled)")
    beat_s = 60 / stage.BPM
    beat0_s = first_s + stage.count_in_s()
    notes = [
        {"pitch": note.pitch, "onset_beat": float(note.onset_beat), "duration_beat": float(note.duration_beat)}
        for note in stage.as_ada_sees_it().notes
    ]
    end_s = beat0_s + float(stage.MELODY.duration_beat) * beat_s
    # Two between the clicks of the count-in, one after the last note.
    sweeps_s = [first_s + 1.4 * beat_s, first_s + 2.4 * beat_s, end_s + 0.25]
    page.evaluate(PERFORM, {"notes": notes, "beat0_s": beat0_s, "beat_s": beat_s, "sweeps_s": sweeps_s})
    page.wait_for_selector("body[data-state=taken]", timeout=40_000)
    return [sweep_s - first_s for sweep_s in sweeps_s]


def send(page: Page) -> str:
    page.keyboard.press("Enter")
    page.wait_for_url("**/takes/*/", timeout=40_000)
    page.wait_for_selector("[data-marked]")
    return page.url.rstrip("/").rpartition("/")[2]


def sent_take(school: RealSchool, take: str) -> tuple[Sound, Clock]:
    ((clock,),) = school.ask_database("select clock from lessons_submission where id = ?", take.replace("-", ""))
    recording = stage.ada_of(school).get(f"/api/v1/submissions/{take}/recording").body
    return decode(recording), Clock.from_dict(json.loads(clock))


def sweep_lag_s(sound: Sound, scheduled_s: float) -> float:
    """How late the sweep is, by correlation with itself: no click is looked for."""
    time_s = np.arange(round(SWEEP_S * sound.rate_hz)) / sound.rate_hz
    rise = (SWEEP_TO_HZ - SWEEP_FROM_HZ) / SWEEP_S
    sweep = np.sin(2 * np.pi * (SWEEP_FROM_HZ * time_s + rise * time_s**2 / 2))
    first = round(scheduled_s * sound.rate_hz)
    window = sound.samples[first : first + len(sweep) + round(0.4 * sound.rate_hz)]
    return int(np.argmax(np.abs(np.correlate(window, sweep, "valid")))) / sound.rate_hz


def test_the_clicks_tell_how_late_the_recording_is(room: Page, exercise: int, school: RealSchool) -> None:
    sweeps_after_s = perform(room, exercise)
    sound, clock = sent_take(school, send(room))
    found = find_clicks(sound.samples, sound.rate_hz, clock)
    true_s = [sweep_lag_s(sound, clock.clicks_s[0] + after_s) for after_s in sweeps_after_s]
    assert found is not None
    said = ", ".join(f"{1000 * lag_s:.1f}" for lag_s in true_s)
    print(f"{1000 * found.latency_s:.1f} ± {1000 * found.doubt_s:.1f} ms by {found.heard} clicks; {said} by the sweeps")
    assert 0.005 < found.latency_s < 0.35
    # A machine that is busy with other things stutters: then no one latency is true, and the doubt must say so.
    stutter_s = max(true_s) - min(true_s)
    assert abs(found.latency_s - float(np.median(true_s))) < AGREE_WITHIN_S + stutter_s + found.doubt_s


def stutter_s(school: RealSchool, take: str, sweeps_after_s: list[float]) -> float:
    """By how much the sweeps of one take are late unalike: nothing, where the machine has time for its sound."""
    sound, clock = sent_take(school, take)
    lags_s = [sweep_lag_s(sound, clock.clicks_s[0] + after_s) for after_s in sweeps_after_s]
    return max(lags_s) - min(lags_s)


def test_the_page_says_so_and_keeps_it_for_headphones(room: Page, exercise: int, school: RealSchool) -> None:
    """And a take that is on the beat is called neither ahead of it nor behind."""
    for _ in range(3):
        sweeps_after_s = perform(room, exercise)
        # Of a take that stuttered the page rightly says that no one latency is true: play it again.
        if stutter_s(school, send(room), sweeps_after_s) < AGREE_WITHIN_S:
            break
    expect(room.locator("[data-timing]")).to_contain_text("measured from this take’s clicks")
    expect(room.locator("[data-causes]")).not_to_contain_text("the beat")
    kept = json.loads(room.evaluate("localStorage.getItem('woodshed.latency')"))
    assert len(kept) == 1
    assert next(iter(kept.values()))["latency_s"] > 0.005
    room.goto(f"/practice/{exercise}/")
    room.wait_for_selector("body[data-state=ready]")
    room.get_by_role("button", name="Check the microphone").click()
    expect(room.locator("[data-mic-facts]")).to_contain_text("from your last calibration, ±")
