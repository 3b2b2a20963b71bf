"""What happens to a take between the player and the file: rooms, noises, microphones, codecs."""

from __future__ import annotations

import io
from collections.abc import Callable

import av
import numpy as np
from numpy.typing import NDArray

from benchmarks.takes.take import SAMPLE_RATE_HZ, Samples
from tests.synthesis import speech
from tutor.listening.decoding import decode

Rng = np.random.Generator

NOISE_DB = -20.0
QUIET_DBFS = -35.0
OPUS_RATE_HZ = 48_000


def apply(samples: Samples, condition: str, rng: Rng) -> Samples:
    """The recording of it. Every one has a floor of noise: digital silence is in no room."""
    peak = float(np.abs(samples).max()) or 1.0
    out = (samples / peak).astype(np.float32)
    out = _CHANGES.get(condition, _unchanged)(out, rng)
    level = 10 ** (QUIET_DBFS / 20) if condition == "quiet" else rng.uniform(0.15, 0.85)
    out = out / (float(np.abs(out).max()) or 1.0) * level
    floor_dbfs = rng.uniform(-82, -62) if condition != "quiet" else rng.uniform(-86, -75)
    return (out + 10 ** (floor_dbfs / 20) * pink(len(out), rng)).astype(np.float32)


def _unchanged(samples: Samples, rng: Rng) -> Samples:
    return samples


def _noise(samples: Samples, rng: Rng) -> Samples:
    kind = str(rng.choice(["pink", "pink", "white", "babble", "hum"]))
    made = {"pink": pink, "white": lambda size, rng: rng.standard_normal(size), "babble": _babble, "hum": _hum}
    noise = made[kind](len(samples), rng)
    noise = noise / np.sqrt(np.mean(noise**2))
    return samples + (10 ** (NOISE_DB / 20) * np.sqrt(np.mean(samples**2)) * noise).astype(np.float32)


def _reverb(samples: Samples, rng: Rng) -> Samples:
    """A room of half a second to one, the player a few metres away."""
    reverb_s = rng.uniform(0.5, 1.0)
    time_s = np.arange(int(1.2 * reverb_s * SAMPLE_RATE_HZ)) / SAMPLE_RATE_HZ
    tail = rng.standard_normal(len(time_s)) * np.exp(-6.91 * time_s / reverb_s)
    tail[: int(0.004 * SAMPLE_RATE_HZ)] = 0
    tail *= 10 ** (rng.uniform(-6, -2) / 20) / np.sqrt(np.sum(tail**2))
    tail[0] = 1.0
    return convolved(samples, tail)


def _noise_and_reverb(samples: Samples, rng: Rng) -> Samples:
    return _noise(_reverb(samples, rng), rng)


def _cheap_microphone(samples: Samples, rng: Rng) -> Samples:
    """A telephone's band, soft clipping, and a codec's coarse steps."""
    loud = samples / (np.abs(samples).max() + 1e-9)
    band = _band(loud, rng.uniform(200, 300), rng.uniform(3400, 4400))
    clipped = np.tanh(rng.uniform(1.0, 2.5) * band / (np.abs(band).max() + 1e-9))
    steps = 2.0 ** rng.integers(8, 11)
    companded = np.sign(clipped) * np.sqrt(np.abs(clipped))
    coarse = np.round(companded * steps) / steps
    return _band((np.sign(coarse) * coarse**2).astype(np.float32), 0.0, 4000.0)


def _opus(samples: Samples, rng: Rng) -> Samples:
    """As a browser records: opus in webm, 24 or 32 kbit/s."""
    return opus_round_trip(samples, int(rng.choice([24_000, 32_000])))


def opus_round_trip(samples: Samples, bits_per_s: int) -> Samples:
    """The samples as they come back from an opus file, as many as went in."""
    file = io.BytesIO()
    with av.open(file, mode="w", format="webm") as container:
        stream = container.add_stream("libopus", rate=OPUS_RATE_HZ, layout="mono")
        stream.bit_rate = bits_per_s
        resampler = av.AudioResampler(format="flt", layout="mono", rate=OPUS_RATE_HZ)
        frame = av.AudioFrame.from_ndarray(samples[None, :].astype(np.float32), format="flt", layout="mono")
        frame.sample_rate = SAMPLE_RATE_HZ
        for resampled in [*resampler.resample(frame), *resampler.resample(None)]:
            container.mux(stream.encode(resampled))
        container.mux(stream.encode(None))
    back = decode(file.getvalue()).samples
    out = np.zeros(len(samples), np.float32)
    out[: len(back)] = back[: len(samples)]
    return out


def _band(samples: NDArray[np.float32], low_hz: float, high_hz: float) -> NDArray[np.float32]:
    """What lies between two frequencies, with slopes of a third of an octave or so."""
    spectrum = np.fft.rfft(samples)
    hz = np.fft.rfftfreq(len(samples), 1 / SAMPLE_RATE_HZ) + 1e-9
    passed = 1 / (1 + (low_hz / hz) ** 8) / (1 + (hz / high_hz) ** 16)
    return np.fft.irfft(spectrum * passed, len(samples)).astype(np.float32)


def convolved(samples: Samples, response: NDArray[np.float64]) -> Samples:
    """By FFT; as long as the samples."""
    size = fast_length(len(samples) + len(response))
    spectrum = np.fft.rfft(samples, size) * np.fft.rfft(response, size)
    return np.fft.irfft(spectrum, size)[: len(samples)].astype(np.float32)


def fast_length(least: int) -> int:
    """The next length that an FFT likes: a power of two, or three or five eighths of one."""
    power = 1 << int(np.ceil(np.log2(least)))
    return next(size for size in (power * 5 // 8, power * 3 // 4, power) if size >= least)


def pink(size: int, rng: Rng) -> NDArray[np.float64]:
    """1/f noise of unit power."""
    length = fast_length(size)
    spectrum = np.fft.rfft(rng.standard_normal(length))
    spectrum /= np.sqrt(np.maximum(np.arange(len(spectrum)), 1))
    noise = np.fft.irfft(spectrum, length)[:size]
    return np.asarray(noise / (np.std(noise) + 1e-12))


def _babble(size: int, rng: Rng) -> NDArray[np.float64]:
    """Four people talking in the next room."""
    length_s = size / SAMPLE_RATE_HZ + 0.5
    voices = sum(speech(length_s, seed=int(rng.integers(1 << 30))) for _ in range(4))
    return np.asarray(_band(np.asarray(voices, np.float32)[:size], 100.0, 3000.0), np.float64)


def _hum(size: int, rng: Rng) -> NDArray[np.float64]:
    """A refrigerator or an amplifier: the mains and some hiss."""
    time_s = np.arange(size) / SAMPLE_RATE_HZ
    mains_hz = float(rng.choice([50.0, 60.0]))
    total = sum(np.sin(2 * np.pi * mains_hz * partial * time_s) / partial for partial in (1, 2, 3, 4, 6))
    return np.asarray(total) + 0.3 * pink(size, rng)


_CHANGES: dict[str, Callable[[Samples, Rng], Samples]] = {
    "noise": _noise,
    "reverb": _reverb,
    "reverb+noise": _noise_and_reverb,
    "cheap-mic": _cheap_microphone,
    "opus": _opus,
}
