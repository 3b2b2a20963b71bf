"""Strokes through a General MIDI soundfont (FluidR3, Debian's fluid-soundfont-gm), by `fluidsynth`."""

from __future__ import annotations

import shutil
import struct
import subprocess
import tempfile
import wave
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from benchmarks.takes.performance import Stroke
from benchmarks.takes.take import SAMPLE_RATE_HZ, Samples

SOUNDFONTS = (Path("/usr/share/sounds/sf2/FluidR3_GM.sf2"), Path("/usr/share/soundfonts/FluidR3_GM.sf2"))
TICKS_PER_S = 4000
# Neighbours play on channels of their own, so that bending one doesn't bend the other's release. 9 is drums.
CHANNELS = (0, 1, 2, 3, 4, 5)
BEND_CENTS = 200  # either way, by the standard
VIBRATO_STEP_S = 0.01
TAIL_S = 0.8
# FluidR3's violin has no B flat 6: it is a bent A.
SILENT = {(40, 94)}

Event = tuple[float, int, bytes]


def is_here() -> bool:
    """Whether this machine has both the program and the sounds."""
    return _soundfont() is not None and shutil.which("fluidsynth") is not None


def render(strokes: Sequence[Stroke], program: int) -> Samples:
    """Mono, unscaled."""
    with tempfile.TemporaryDirectory(prefix="take-") as folder:
        midi, wav = Path(folder) / "take.mid", Path(folder) / "take.wav"
        midi.write_bytes(midi_file(strokes, program))
        # Without dynamic loading every take would read 148 MB of sounds.
        quiet = ["-ni", "-q", "-R", "0", "-C", "0", "-o", "synth.dynamic-sample-loading=1"]
        out = ["-r", str(SAMPLE_RATE_HZ), "-g", "0.6", "-T", "wav", "-F", str(wav)]
        subprocess.run(["fluidsynth", *quiet, *out, str(_soundfont()), str(midi)], check=True, capture_output=True)
        with wave.open(str(wav), "rb") as file:
            stereo = np.frombuffer(file.readframes(file.getnframes()), "<i2").reshape(-1, file.getnchannels())
    return (stereo.mean(axis=1) / 32768).astype(np.float32)


def midi_file(strokes: Sequence[Stroke], program: int) -> bytes:
    """One track, format 0."""
    events: list[Event] = [(0.0, 0, bytes([0xC0 | channel, program])) for channel in CHANNELS]
    for number, stroke in enumerate(strokes):
        events += _events(_audible(stroke, program), CHANNELS[number % len(CHANNELS)])
    last_s = max((stroke.offset_s for stroke in strokes), default=0.0)
    events.append((last_s + TAIL_S, 3, b"\xff\x2f\x00"))
    track, now = b"\x00\xff\x51\x03" + (1_000_000).to_bytes(3, "big"), 0
    for at_s, _, message in sorted(events, key=lambda event: event[:2]):
        tick = max(round(at_s * TICKS_PER_S), now)
        track += _varied(tick - now) + message
        now = tick
    header = b"MThd" + struct.pack(">IHHH", 6, 0, 1, TICKS_PER_S)
    return header + b"MTrk" + struct.pack(">I", len(track)) + track


def _audible(stroke: Stroke, program: int) -> Stroke:
    if (program, stroke.pitch) in SILENT:
        return replace(stroke, pitch=stroke.pitch - 1, cents=stroke.cents + 100)
    return stroke


def _events(stroke: Stroke, channel: int) -> list[Event]:
    events = [
        (max(stroke.onset_s - 0.003, 0.0), 0, _bend(stroke.cents, channel)),
        (stroke.onset_s, 2, bytes([0x90 | channel, stroke.pitch, round(stroke.velocity)])),
        (stroke.offset_s, 1, bytes([0x80 | channel, stroke.pitch, 0])),
    ]
    if stroke.vibrato is not None:
        rate_hz, depth_cents, delay_s = stroke.vibrato
        times_s = np.arange(stroke.onset_s + delay_s, stroke.offset_s, VIBRATO_STEP_S)
        sway = depth_cents * np.sin(2 * np.pi * rate_hz * (times_s - stroke.onset_s - delay_s))
        events += [
            (float(at_s), 0, _bend(stroke.cents + float(one), channel)) for at_s, one in zip(times_s, sway, strict=True)
        ]
    return events


def _bend(cents: float, channel: int) -> bytes:
    value = int(np.clip(8192 + round(cents / BEND_CENTS * 8192), 0, 16383))
    return bytes([0xE0 | channel, value & 0x7F, value >> 7])


def _varied(number: int) -> bytes:
    """MIDI's number of varying length."""
    out = [number & 0x7F]
    while number := number >> 7:
        out.append(0x80 | (number & 0x7F))
    return bytes(reversed(out))


def _soundfont() -> Path | None:
    return next((path for path in SOUNDFONTS if path.exists()), None)
