"""The metronome's own clicks in a recording, and how late they are. `click_removal` takes them out.

The page plays one known sound at known times. Where the microphone hears it, the time between is the latency of this
take: through loudspeaker, air and microphone. With headphones there is nothing to hear.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from tutor.clock import Clock, Latency

Samples = NDArray[np.float32]

# The page's click. The same numbers stand in static/src/audio/click.js: change both, or neither.
CLICK_S = 0.03
CLICK_DECAY_PER_S = 160.0
CLICK_HZ, ACCENT_HZ = 1175.0, 1760.0
CLICK_LEVEL, ACCENT_LEVEL = 0.32, 0.5

# A click is not heard before it is played; but a clock may be a little off, and a wireless loudspeaker far.
EARLIEST_S, LATEST_S = -0.1, 0.35
AGREEMENT_S = 0.005
FEWEST_CLICKS = 3
# So many are enough, and no more: shifted by one beat, seven of eight would still fit, and eleven of twelve nearly so.
MOST_LISTENED_TO = 8
# Likeness of a window of sound and a click: 0.1 to 0.3 by chance, 0.5 for a long note of the same pitch, 0.6 and more
# for a click in a hall.
LIKENESS = 0.4
SURE = 0.7
# By so much the filter's answer rises at a click; at a note that sounds already it stays where it was.
RISE = 2.0
BEFORE_S, JUST_BEFORE_S = 0.03, 0.008
# Hum, rumble and hiss lie outside the click's own band.
LOWEST_HZ, HIGHEST_HZ = 700.0, 3500.0
# No measurement is surer than half the length of a period and the way through a room.
LEAST_DOUBT_S = 0.002
LATER_CLICKS, DRIFT_S = 6, 0.05
# So far the whole take was seen to move at once, when a busy machine lost some of its sound.
JUMP_S = 0.15
# A machine at work on other things was seen to bring clicks 30 ms sooner and later, one after the other.
UNSTEADY_S = 0.04


def click_sound(rate_hz: int, *, accent: bool) -> Samples:
    """The click as the page renders it."""
    time_s = np.arange(round(CLICK_S * rate_hz)) / rate_hz
    f0_hz, level = (ACCENT_HZ, ACCENT_LEVEL) if accent else (CLICK_HZ, CLICK_LEVEL)
    return (level * np.exp(-CLICK_DECAY_PER_S * time_s) * np.sin(2 * np.pi * f0_hz * time_s)).astype(np.float32)


def best_latency(samples: Samples, rate_hz: int, clock: Clock) -> Latency | None:
    """As this take's own clicks say; else as the page remembers it; None where nobody knows."""
    return find_clicks(samples, rate_hz, clock) or clock.told_latency


def find_clicks(samples: Samples, rate_hz: int, clock: Clock) -> Latency | None:
    """The latency of this take. None if fewer than three clicks agree on one: headphones, or a loud room."""
    first = clock.count_in_s[:MOST_LISTENED_TO]
    if len(first) < MOST_LISTENED_TO // 2:  # Two beats are counted in: the metronome says the rest.
        first = clock.clicks_s[: MOST_LISTENED_TO // 2]
    windows = [_listen(samples, rate_hz, click_s, EARLIEST_S, LATEST_S) for click_s in first]
    answers = [answer for answer in windows if answer is not None]
    if len(answers) < FEWEST_CLICKS:
        return None
    common_s = _common_lag_s(answers)
    enough = max(FEWEST_CLICKS, (len(first) + 1) // 2)
    lags_s = _agreeing([answer.lag_near(common_s, AGREEMENT_S) for answer in answers])
    if len(lags_s) < enough:
        return _unsteady(answers, common_s, enough)
    latency_s = float(np.median(lags_s))
    later_s = _later_lags(samples, rate_hz, clock, first[-1], latency_s)
    doubt_s = max(LEAST_DOUBT_S, 2 * _spread(lags_s), *(abs(lag_s - latency_s) for lag_s in later_s[-1:]))
    return Latency(round(latency_s, 5), round(doubt_s, 5), len(lags_s))


def _unsteady(answers: Sequence[_Answer], common_s: float, enough: int) -> Latency | None:
    """Clicks that are heard beyond doubt and come now sooner, now later: a machine too busy to keep its sound flowing.
    Their middle, as doubtful as they differ."""
    lags_s = [answer.lag_near(common_s, UNSTEADY_S, SURE) for answer in answers]
    known = [lag_s for lag_s in lags_s if lag_s is not None]
    if len(known) < enough:
        return None
    middle_s = float(np.median(known))
    return Latency(round(middle_s, 5), round(max(abs(lag_s - middle_s) for lag_s in known), 5), len(known))


def click_near_s(samples: Samples, rate_hz: int, click_s: float, latency: Latency) -> float | None:
    """Where in the recording this one click sounds, within the doubt; None if it can't be told from what is played."""
    reach_s = max(latency.doubt_s, UNSTEADY_S)
    answer = _listen(samples, rate_hz, click_s, latency.latency_s - reach_s, latency.latency_s + reach_s)
    lag_s = answer.lag_near(latency.latency_s, reach_s, SURE) if answer else None
    return None if lag_s is None else click_s + lag_s


def click_times_s(clock: Clock, latency: Latency | None) -> tuple[float, ...]:
    """When the clicks sound in the recording. Empty where they don't: nobody heard them."""
    if latency is None or not latency.is_measured:
        return ()
    return tuple(click_s + latency.latency_s for click_s in clock.clicks_s)


@dataclass(frozen=True)
class _Answer:
    """What the filter says around one scheduled click, for each lag."""

    lags_s: NDArray[np.float64]
    likeness: NDArray[np.float64]  # 0..1
    strength: NDArray[np.float64]

    def lag_near(self, lag_s: float, within_s: float, likeness: float = LIKENESS) -> float | None:
        """Where within these bounds the click begins; None if none does."""
        near = np.flatnonzero(np.abs(self.lags_s - lag_s) <= within_s)
        if not len(near):
            return None
        best = near[np.argmax(self.likeness[near])]
        at_s = self.lags_s[best]
        before = self.strength[(self.lags_s >= at_s - BEFORE_S) & (self.lags_s <= at_s - JUST_BEFORE_S)]
        rises = len(before) > 0 and self.strength[best] >= RISE * before.max()
        return float(at_s) if rises and self.likeness[best] >= likeness else None


def _listen(samples: Samples, rate_hz: int, click_s: float, earliest_s: float, latest_s: float) -> _Answer | None:
    """The matched filter's answer: as like a click, plain or accented, as each moment sounds. None outside the take.

    The silence before a click is part of it, so a tone that goes on is none."""
    quiet = round(JUST_BEFORE_S * rate_hz)
    length = quiet + round(CLICK_S * rate_hz)
    first = round((click_s + earliest_s - BEFORE_S) * rate_hz) - quiet
    last = round((click_s + latest_s) * rate_hz) + length
    first, last = max(first, 0), min(last, len(samples))
    if last - first < 2 * length:
        return None
    # Room enough that the end does not come round to the beginning.
    size = 1 << int(np.ceil(np.log2(last - first + length)))
    spectrum = np.fft.fft(samples[first:last].astype(np.float64), size) * _band(size, rate_hz)
    window = np.fft.ifft(spectrum).real[: last - first]
    running = np.concatenate([[0.0], np.cumsum(window**2)])
    energy = running[length:] - running[:-length]
    answers = [np.abs(np.fft.ifft(spectrum * _click_spectrum(size, rate_hz, accent))) for accent in (False, True)]
    strength = np.maximum(*answers)[quiet : quiet + len(energy)]
    likeness = strength / np.sqrt(np.maximum(energy, 1e-12))
    lags_s = (first + quiet + np.arange(len(likeness))) / rate_hz - click_s
    return _Answer(lags_s, likeness, strength)


@lru_cache(maxsize=8)
def _band(size: int, rate_hz: int) -> NDArray[np.bool_]:
    f_hz = np.abs(np.fft.fftfreq(size, 1 / rate_hz))
    inside: NDArray[np.bool_] = (f_hz >= LOWEST_HZ) & (f_hz <= HIGHEST_HZ)
    return inside


@lru_cache(maxsize=16)
def _click_spectrum(size: int, rate_hz: int, accent: bool) -> NDArray[np.complex128]:
    """To multiply with: the size of the answer is the same whatever the phase, which a loudspeaker turns."""
    time_s = np.arange(round(CLICK_S * rate_hz)) / rate_hz
    turns = np.exp(2j * np.pi * (ACCENT_HZ if accent else CLICK_HZ) * time_s - CLICK_DECAY_PER_S * time_s)
    spectrum: NDArray[np.complex128] = np.conj(np.fft.fft(turns, size)) / np.sqrt(np.sum(turns.real**2))
    return spectrum


def _common_lag_s(answers: Sequence[_Answer]) -> float:
    """The lag that all clicks together speak for; of several as good, the earliest: the rest are echoes, or a beat."""
    lags_s = np.arange(EARLIEST_S, LATEST_S, 0.0005)
    likeness = [np.interp(lags_s, one.lags_s, one.likeness, left=0.0, right=0.0) for one in answers]
    together = np.convolve(np.sum(likeness, axis=0), np.ones(3) / 3, "same")
    first = int(np.flatnonzero(together >= 0.9 * together.max())[0])
    peak = together[first : first + round(AGREEMENT_S / 0.0005)]
    return float(lags_s[first + int(np.argmax(peak))])


def _agreeing(lags_s: Sequence[float | None]) -> list[float]:
    known = [lag_s for lag_s in lags_s if lag_s is not None]
    middle_s = np.median(known) if known else 0.0
    return [lag_s for lag_s in known if abs(lag_s - middle_s) <= AGREEMENT_S]


def _later_lags(samples: Samples, rate_hz: int, clock: Clock, after_s: float, latency_s: float) -> list[float]:
    """[latency of the metronome's clicks later in the take]: whether it held. Empty if too few are to be heard."""
    later = [click_s for click_s in clock.clicks_s if click_s > after_s]
    some = later[:: max(1, len(later) // LATER_CLICKS)]
    jump_s = min(JUMP_S, 0.4 * 60.0 / clock.bpm)
    known = []
    for click_s in some:
        answer = _listen(samples, rate_hz, click_s, latency_s - jump_s, latency_s + jump_s)
        lags_s = answer and (answer.lag_near(latency_s, jump_s, SURE), answer.lag_near(latency_s, min(DRIFT_S, jump_s)))
        known += [lag_s for lag_s in lags_s or () if lag_s is not None][:1]
    return [float(np.median(known))] if len(known) >= FEWEST_CLICKS else []


def _spread(lags_s: Sequence[float]) -> float:
    return 1.4826 * float(np.median(np.abs(np.array(lags_s) - np.median(lags_s))))
