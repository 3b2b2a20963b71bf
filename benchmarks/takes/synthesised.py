"""Strokes through the project's own synthesis: its instruments of known truth, and timbres that no take shares."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from benchmarks.takes.performance import Stroke
from benchmarks.takes.take import SAMPLE_RATE_HZ, Samples
from tests.synthesis import TIMBRES, PlayedNote, Timbre, _sound

Rng = np.random.Generator
TAIL_S = 0.6
RELEASES_S = (0.02, 0.12)


def render(strokes: Sequence[Stroke], instrument: str, rng: Rng) -> Samples:
    """`instrument` is "synthetic-" and a timbre of tests.synthesis, or bright, hollow, dull, struck: drawn anew."""
    timbre = _timbre(instrument.removeprefix("synthetic-"), rng)
    end_s = max((stroke.offset_s for stroke in strokes), default=0.0) + TAIL_S
    out = np.zeros(int(end_s * SAMPLE_RATE_HZ) + 1, np.float32)
    for stroke in strokes:
        swayed = replace(timbre, vibrato_cents=stroke.vibrato[1] if stroke.vibrato else timbre.vibrato_cents)
        # Its release ends at the offset; a real one begins there.
        note = PlayedNote(None, stroke.sounding, stroke.onset_s, stroke.offset_s + 0.5 * timbre.release_s)
        sound = _sound(note, swayed, 0.25 * _loudness(stroke.velocity), rng)
        first = int(stroke.onset_s * SAMPLE_RATE_HZ)
        sound = sound[: len(out) - first]
        out[first : first + len(sound)] += sound
    return out


def _loudness(velocity: float) -> float:
    return (velocity / 90) ** 2


def _timbre(name: str, rng: Rng) -> Timbre:
    if name in TIMBRES:
        return TIMBRES[name]
    is_struck = name == "struck"
    return Timbre(
        partials=_partials(name, rng),
        attack_s=float(rng.uniform(0.003, 0.008) if is_struck else np.exp(rng.uniform(np.log(0.006), np.log(0.09)))),
        release_s=float(rng.uniform(*RELEASES_S)),
        decay_per_s=float(rng.uniform(0.6, 3.0)) if is_struck else 0.0,
        vibrato_cents=0.0 if is_struck else float(rng.choice([0.0, 0.0, rng.uniform(4, 25)])),
        breath=float(np.exp(rng.uniform(np.log(0.001), np.log(0.03)))),
        inharmonicity=float(rng.uniform(0, 0.0005)) if is_struck else 0.0,
    )


def _partials(name: str, rng: Rng) -> tuple[float, ...]:
    """bright: a formant and many partials; hollow: weak even ones; dull: few; struck: falling off."""
    count = {"bright": 18, "hollow": 13, "dull": 5, "struck": 12}[name]
    number = np.arange(1, count + 1)
    power = {"bright": rng.uniform(0.2, 1.0), "hollow": rng.uniform(0.6, 1.2), "dull": rng.uniform(1.2, 2.4)}
    strengths = number ** -power.get(name, rng.uniform(1.0, 1.8))
    if name == "bright":
        strengths = strengths * (0.3 + np.exp(-(((number - rng.uniform(2, 9)) / rng.uniform(1.5, 4)) ** 2)))
    if name == "hollow":
        strengths[1::2] *= rng.uniform(0.02, 0.2)
    strengths = strengths * np.exp(rng.normal(0, 0.35, count))
    return tuple(float(strength) for strength in strengths / strengths.max())
