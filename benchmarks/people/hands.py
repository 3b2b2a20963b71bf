"""Hands that clap or tap at given times, in a room: bursts of noise, no two alike."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

SAMPLE_RATE_HZ = 44_100
Samples = NDArray[np.float32]


def clap(
    onsets_s: Sequence[float],
    *,
    seed: int = 0,
    tap: bool = False,
    reverb_s: float = 0.0,
    noise_db: float = -60.0,
    loudness_scatter_db: float = 3.0,
    lead_s: float = 0.5,
) -> Samples:
    """Samples at 44.1 kHz. The first time counts from `lead_s`. tap: a finger on a table, duller and shorter."""
    rng = np.random.default_rng(seed)
    out = np.zeros(int((max(onsets_s, default=0.0) + lead_s + 1.0) * SAMPLE_RATE_HZ), np.float32)
    colour = _colour(rng, tap)
    for onset_s in onsets_s:
        burst = _burst(rng, colour, tap) * 10 ** (rng.normal(0, loudness_scatter_db) / 20)
        first = int((onset_s + lead_s) * SAMPLE_RATE_HZ)
        out[first : first + len(burst)] += burst[: len(out) - first]
    if reverb_s:
        out = _in_a_room(out, reverb_s, rng)
    out += (10 ** (noise_db / 20) * _pink(len(out), rng)).astype(np.float32)
    return out


def _colour(rng: np.random.Generator, tap: bool) -> tuple[float, float]:
    """(middle Hz, width in octaves): the hollow of two hands, or a table's thump."""
    return (float(rng.uniform(250, 700)), 1.6) if tap else (float(rng.uniform(900, 2200)), 1.3)


def _burst(rng: np.random.Generator, colour: tuple[float, float], tap: bool) -> NDArray[np.float64]:
    at_s = np.arange(int(0.15 * SAMPLE_RATE_HZ)) / SAMPLE_RATE_HZ
    decay_s = rng.uniform(0.008, 0.02) if tap else rng.uniform(0.008, 0.03)
    # The fingers meet a few milliseconds after one another.
    grains = [0.0] if tap else [0.0, *np.sort(rng.uniform(0.001, 0.009, int(rng.integers(0, 3))))]
    envelope = sum(
        np.where(at_s >= grain, (1 - np.exp(-(at_s - grain) / 0.0007)) * np.exp(-(at_s - grain) / decay_s), 0.0)
        for grain in grains
    )
    spectrum = np.fft.rfft(rng.standard_normal(len(at_s)))
    octaves = np.log2(np.maximum(np.fft.rfftfreq(len(at_s), 1 / SAMPLE_RATE_HZ), 20) / colour[0])
    spectrum *= 0.08 + np.exp(-0.5 * (octaves / colour[1]) ** 2)
    noise = np.fft.irfft(spectrum, len(at_s))
    return 0.35 * envelope * noise / (np.abs(noise).max() + 1e-9)


def _in_a_room(samples: Samples, reverb_s: float, rng: np.random.Generator) -> Samples:
    """A few early echoes from the walls, then a tail that dies away in `reverb_s`."""
    at_s = np.arange(int(reverb_s * SAMPLE_RATE_HZ)) / SAMPLE_RATE_HZ
    tail = rng.standard_normal(len(at_s)) * np.exp(-6.9 * at_s / reverb_s) * (at_s > 0.01)
    tail *= 0.5 / np.sqrt(np.sum(tail**2))
    for echo_s in rng.uniform(0.008, 0.05, 5):
        tail[min(int(echo_s * SAMPLE_RATE_HZ), len(tail) - 1)] += rng.uniform(0.1, 0.35) * rng.choice([-1, 1])
    size = 1 << int(np.ceil(np.log2(len(samples) + len(tail))))
    wet = np.fft.irfft(np.fft.rfft(samples, size) * np.fft.rfft(tail, size), size)[: len(samples)]
    return (samples + wet).astype(np.float32)


def _pink(count: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """Room noise: most of it is low."""
    spectrum = np.fft.rfft(rng.standard_normal(count))
    hz = np.fft.rfftfreq(count, 1 / SAMPLE_RATE_HZ)
    noise = np.fft.irfft(spectrum / np.sqrt(np.maximum(hz, 30.0)), count)
    return noise / (noise.std() + 1e-12)
