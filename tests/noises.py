"""What else a microphone hears: people talking and singing words, traffic, claps, a whistle, a metronome.

Each returns samples at `SAMPLE_RATE_HZ`, the same for the same seed. Voices are harmonics of a gliding fundamental,
weighed by formants (the vowels' centres after Peterson and Barney 1952), between consonants made of noise.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from tests.synthesis import SAMPLE_RATE_HZ, Samples
from tutor.notation.score import Score

Array = NDArray[np.float64]

# First three formants in hertz, of a man; a child's lie a third higher.
VOWELS = {
    "i": (270, 2290, 3010),
    "e": (530, 1840, 2480),
    "a": (730, 1090, 2440),
    "o": (570, 840, 2410),
    "u": (300, 870, 2240),
    "er": (490, 1350, 1690),
}
FORMANT_WIDTHS_HZ, FORMANT_LEVELS = (90.0, 110.0, 170.0), (1.0, 0.5, 0.25)
HIGHEST_HZ = 5000.0
# Where the noise of a consonant lies, and how long it is: s, sh, f, t, k, p.
CONSONANTS = (
    (4500, 9000, 0.09),
    (2200, 5500, 0.1),
    (1500, 9000, 0.07),
    (3000, 8000, 0.025),
    (1200, 3500, 0.03),
    (300, 2000, 0.02),
)


def talk(duration_s: float, seed: int = 0, level: float = 0.2, f0_hz: float = 120.0) -> Samples:
    """Somebody talking: words of one to three syllables, phrases that sink, and breaths between them."""
    rng = np.random.default_rng(seed)
    out = np.zeros(_count(duration_s))
    at_s, said = 0.15, 0
    while at_s < duration_s - 0.5:
        sinking = 1.25 - 0.09 * (said % 6)
        for _ in range(int(rng.integers(1, 4))):
            at_s += _add_consonant(out, at_s, 0.6 * level, rng)
            length_s = float(rng.uniform(0.07, 0.2))
            glide = f0_hz * sinking * np.linspace(rng.uniform(0.95, 1.2), rng.uniform(0.8, 1.0), _count(length_s))
            _add(out, _voiced(glide, _two_vowels(rng), level, rng), at_s)
            at_s += length_s
        said += 1
        at_s += float(rng.uniform(0.4, 0.8)) if said % 6 == 0 else float(rng.uniform(0.01, 0.08))
    return out.astype(np.float32)


def babble(duration_s: float, seed: int = 0, level: float = 0.1, people: int = 5) -> Samples:
    """A full room: several people talking at once."""
    rng = np.random.default_rng(seed)
    voices = [talk(duration_s, seed=100 * seed + one, f0_hz=rng.uniform(95, 240)) for one in range(people)]
    total = np.sum(voices, axis=0)
    return (level * total / (np.abs(total).max() or 1.0)).astype(np.float32)


def sing(
    score: Score,
    *,
    octaves: int = 0,
    bpm: float | None = None,
    lead_s: float = 0.5,
    level: float = 0.25,
    vibrato_cents: float = 35.0,
    scoop_cents: float = 120.0,
    noise_db: float = -65.0,
    seed: int = 0,
) -> Samples:
    """The tune on words: each note a syllable with its consonant and vowel, scooped into from below, with vibrato."""
    rng = np.random.default_rng(seed)
    beat_s = 60.0 / (bpm or score.bpm)
    out = np.zeros(_count(lead_s + float(score.duration_beat) * beat_s + 0.6))
    for note in score.notes:
        onset_s, length_s = lead_s + note.onset_beat * beat_s, 0.93 * note.duration_beat * beat_s
        _add_consonant(out, onset_s - 0.06, 0.4 * level, rng)
        time_s = np.arange(_count(length_s)) / SAMPLE_RATE_HZ
        cents = -scoop_cents * np.exp(-time_s / 0.03) + rng.normal(0, 8)
        cents += vibrato_cents * np.clip((time_s - 0.2) / 0.2, 0, 1) * np.sin(2 * np.pi * (5.6 * time_s + rng.random()))
        f0_hz = 440 * 2 ** ((note.pitch + 12 * octaves - 69 + cents / 100) / 12)
        _add(out, _voiced(f0_hz, _two_vowels(rng), level, rng), onset_s)
    out += 10 ** (noise_db / 20) * rng.standard_normal(len(out))
    return out.astype(np.float32)


def traffic(duration_s: float, seed: int = 0, level: float = 0.15, horns: int = 2) -> Samples:
    """An open window on a street: a rumble, cars that come and go, and somebody's horn."""
    rng = np.random.default_rng(seed)
    time_s = np.arange(_count(duration_s)) / SAMPLE_RATE_HZ
    out = 0.3 * level * _noise_band(len(time_s), 25, 300, rng)
    for _ in range(max(1, int(duration_s / 3))):
        passing_s, width_s = rng.uniform(0, duration_s), rng.uniform(0.6, 1.4)
        swell = np.exp(-0.5 * ((time_s - passing_s) / width_s) ** 2)
        doppler = 1 - 0.06 * np.tanh((time_s - passing_s) / 0.4)
        phase = 2 * np.pi * np.cumsum(rng.uniform(45, 95) * doppler) / SAMPLE_RATE_HZ
        engine = sum(np.sin(number * phase + rng.uniform(0, 6)) / number for number in range(1, 9))
        out += level * swell * (0.8 * _noise_band(len(time_s), 80, 1200, rng) + 0.12 * engine)
    for _ in range(horns):
        _add(out, level * _horn(rng), float(rng.uniform(0.2, max(0.3, duration_s - 1))))
    return out.astype(np.float32)


def claps(score: Score, *, bpm: float | None = None, lead_s: float = 0.5, level: float = 0.4, seed: int = 0) -> Samples:
    """The rhythm of a score, clapped in a small room."""
    rng = np.random.default_rng(seed)
    beat_s = 60.0 / (bpm or score.bpm)
    out = 1e-4 * rng.standard_normal(_count(lead_s + float(score.duration_beat) * beat_s + 0.6))
    for note in score.notes:
        time_s = np.arange(_count(0.18)) / SAMPLE_RATE_HZ
        clap = _noise_band(len(time_s), rng.uniform(500, 900), rng.uniform(2200, 3500), rng)
        shape = np.exp(-time_s / 0.008) + 0.12 * np.exp(-time_s / 0.05)
        _add(out, level * 0.7 * clap * shape, lead_s + note.onset_beat * beat_s + float(rng.normal(0, 0.006)))
    return out.astype(np.float32)


def clicks(bpm: float, count: int, *, f0_hz: float = 1000.0, level: float = 0.05) -> Samples:
    """A metronome that stands in the room, the first click at once."""
    out = np.zeros(_count(count * 60.0 / bpm + 0.1))
    time_s = np.arange(_count(0.03)) / SAMPLE_RATE_HZ
    for number in range(count):
        pitch = 1.5 * f0_hz if number % 4 == 0 else f0_hz
        _add(out, level * np.sin(2 * np.pi * pitch * time_s) * np.exp(-time_s / 0.008), number * 60.0 / bpm)
    return out.astype(np.float32)


def whistle(duration_s: float, seed: int = 0, level: float = 0.1) -> Samples:
    """Somebody whistling to themselves, in no key."""
    rng = np.random.default_rng(seed)
    knots = 1400 * 2 ** (np.cumsum(rng.normal(0, 2.0, int(duration_s / 0.3) + 2)) / 12)
    f0_hz = np.interp(np.linspace(0, len(knots) - 1, _count(duration_s)), np.arange(len(knots)), knots)
    tone = np.sin(2 * np.pi * np.cumsum(np.clip(f0_hz, 700, 2800)) / SAMPLE_RATE_HZ)
    return (level * (tone + 0.05 * rng.standard_normal(len(tone))) * _faded(len(tone), 0.1)).astype(np.float32)


def _voiced(f0_hz: Array, formants: Array, level: float, rng: np.random.Generator) -> Array:
    """A voice on this fundamental; `formants`: those at its beginning and at its end (2 x 3, hertz)."""
    f0_hz = f0_hz * (1 + 0.004 * np.cumsum(rng.standard_normal(len(f0_hz))) / np.sqrt(np.arange(1, len(f0_hz) + 1)))
    phase = 2 * np.pi * np.cumsum(f0_hz) / SAMPLE_RATE_HZ
    way = np.linspace(0, 1, len(f0_hz))
    total = np.zeros(len(f0_hz))
    for number in range(1, int(HIGHEST_HZ / f0_hz.min()) + 1):
        strength = np.zeros(len(f0_hz))
        for place, (width_hz, height) in enumerate(zip(FORMANT_WIDTHS_HZ, FORMANT_LEVELS, strict=True)):
            centre_hz = (1 - way) * formants[0, place] + way * formants[1, place]
            strength += height / (1 + ((number * f0_hz - centre_hz) / width_hz) ** 2)
        total += (strength + 0.02) * np.sin(number * phase)
    total += 0.02 * rng.standard_normal(len(total))
    return level * total / (np.abs(total).max() or 1.0) * _faded(len(total), 0.02)


def _two_vowels(rng: np.random.Generator) -> Array:
    names = list(VOWELS)
    first = VOWELS[names[int(rng.integers(len(names)))]]
    second = VOWELS[names[int(rng.integers(len(names)))]] if rng.random() < 0.3 else first
    return np.array([first, second], float) * rng.uniform(0.95, 1.15)


def _add_consonant(out: Array, at_s: float, level: float, rng: np.random.Generator) -> float:
    """Its length in seconds."""
    low_hz, high_hz, length_s = CONSONANTS[int(rng.integers(len(CONSONANTS)))]
    noise = _noise_band(_count(length_s), low_hz, high_hz, rng)
    _add(out, level * noise * _faded(len(noise), 0.005), max(at_s, 0.0))
    return length_s


def _horn(rng: np.random.Generator) -> Array:
    """A car's: two reeds a third apart."""
    time_s = np.arange(_count(float(rng.uniform(0.25, 0.6)))) / SAMPLE_RATE_HZ
    low_hz = rng.uniform(380, 430)
    reeds = sum(
        np.sin(2 * np.pi * number * f0 * time_s) / number for f0 in (low_hz, 1.26 * low_hz) for number in (1, 2, 3)
    )
    return 0.4 * reeds * _faded(len(time_s), 0.02)


def _noise_band(count: int, low_hz: float, high_hz: float, rng: np.random.Generator) -> Array:
    """Noise between two frequencies, its peak at 1."""
    spectrum = np.fft.rfft(rng.standard_normal(count))
    at_hz = np.fft.rfftfreq(count, 1 / SAMPLE_RATE_HZ)
    spectrum *= 1 / np.sqrt((1 + (low_hz / np.maximum(at_hz, 1)) ** 4) * (1 + (at_hz / high_hz) ** 4))
    band = np.fft.irfft(spectrum, count)
    return band / (np.abs(band).max() or 1.0)


def _faded(count: int, fade_s: float) -> Array:
    """One, but for a soft beginning and end."""
    ramp = np.clip(np.minimum(np.arange(count), np.arange(count)[::-1]) / max(fade_s * SAMPLE_RATE_HZ, 1), 0, 1)
    return 0.5 - 0.5 * np.cos(np.pi * ramp)


def _add(out: Array, sound: Array, at_s: float) -> None:
    first = int(at_s * SAMPLE_RATE_HZ)
    part = sound[: max(len(out) - first, 0)]
    out[first : first + len(part)] += part


def _count(duration_s: float) -> int:
    return int(duration_s * SAMPLE_RATE_HZ)


def mix(parts: Sequence[tuple[float, Samples]]) -> Samples:
    """Sounds together, each from its own second on."""
    out = np.zeros(max(_count(at_s) + len(samples) for at_s, samples in parts))
    for at_s, samples in parts:
        _add(out, samples.astype(float), at_s)
    return out.astype(np.float32)
