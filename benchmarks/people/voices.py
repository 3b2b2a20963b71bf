"""A voice that sings a given f0, exactly: partials under two vowels' formants, breath, silence where it is unvoiced."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

SAMPLE_RATE_HZ = 44_100
# A glottal wave falls off by about 12 dB an octave and the lips give 6 back; the formants are an open "a".
FORMANTS_HZ, FORMANT_WIDTHS_HZ, FORMANT_GAINS = (730.0, 1150.0, 2700.0), (110.0, 130.0, 220.0), (1.0, 0.6, 0.3)
HIGHEST_PARTIAL_HZ = 6000.0
ATTACK_S, RELEASE_S = 0.03, 0.05
PHRASE_LEVEL, BREATH_LEVEL, ROOM_LEVEL = 0.25, 0.004, 0.0006
SHORTEST_VOICED_S = 0.03  # a shorter stretch of f0 is a tracker's slip, not a sung sound


def sing(f0_hz: NDArray[np.float64], hop_s: float, *, seed: int = 0, lead_s: float = 0.4) -> NDArray[np.float32]:
    """Samples at 44.1 kHz. f0_hz: one value a hop, 0 = unvoiced; the first one sounds at `lead_s`."""
    rng = np.random.default_rng(seed)
    count = int(len(f0_hz) * hop_s * SAMPLE_RATE_HZ)
    at_s = np.arange(count) / SAMPLE_RATE_HZ
    voice = np.zeros(count, np.float32)
    for first, last in voiced_stretches(f0_hz, hop_s):
        begin, end = int(first * hop_s * SAMPLE_RATE_HZ), min(int(last * hop_s * SAMPLE_RATE_HZ), count)
        hops_s = np.arange(first, last) * hop_s
        octave = np.interp(at_s[begin:end], hops_s, np.log2(f0_hz[first:last]))
        voice[begin:end] = _tone(2.0**octave, rng) * _envelope(end - begin)
    voice *= PHRASE_LEVEL / (np.sqrt(np.mean(voice[voice != 0] ** 2)) + 1e-9) if voice.any() else 1.0
    lead = np.zeros(int(lead_s * SAMPLE_RATE_HZ), np.float32)
    samples = np.concatenate([lead, 0.5 * voice, lead])
    return (samples + ROOM_LEVEL * rng.standard_normal(len(samples))).astype(np.float32)


def voiced_stretches(f0_hz: NDArray[np.float64], hop_s: float) -> list[tuple[int, int]]:
    """[first, last) of each stretch with an f0, but for the very short ones."""
    edges = np.flatnonzero(np.diff(np.r_[0, (f0_hz > 0).astype(int), 0]))
    least = SHORTEST_VOICED_S / hop_s
    return [(int(first), int(last)) for first, last in edges.reshape(-1, 2) if last - first >= least]


def _tone(f0_hz: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.float32]:
    turn = np.exp(2j * np.pi * np.cumsum(f0_hz) / SAMPLE_RATE_HZ).astype(np.complex64)
    partial, total = np.ones_like(turn), np.zeros(len(turn), np.float32)
    f0_hz = f0_hz.astype(np.float32)
    for number in range(1, int(HIGHEST_PARTIAL_HZ / f0_hz.min()) + 1):
        partial = partial * turn
        heights_hz = number * f0_hz
        total += _formant_gain(heights_hz) / number * partial.imag * (heights_hz < HIGHEST_PARTIAL_HZ)
    return total + np.float32(BREATH_LEVEL) * rng.standard_normal(len(total)).astype(np.float32)


def _formant_gain(hz: NDArray[np.float32]) -> NDArray[np.float32]:
    gains = zip(FORMANTS_HZ, FORMANT_WIDTHS_HZ, FORMANT_GAINS, strict=True)
    peaks = sum(gain / (1 + ((hz - at_hz) / width_hz) ** 2) for at_hz, width_hz, gain in gains)
    return np.asarray(0.15 + peaks, np.float32)


def _envelope(length: int) -> NDArray[np.float32]:
    at_s = np.arange(length) / SAMPLE_RATE_HZ
    attack = np.clip(at_s / min(ATTACK_S, length / SAMPLE_RATE_HZ / 3), 0, 1)
    release = np.clip((at_s[-1] - at_s) / min(RELEASE_S, length / SAMPLE_RATE_HZ / 3), 0, 1) if length else attack
    return np.asarray(np.sin(np.pi / 2 * attack) * np.sin(np.pi / 2 * release), np.float32)
