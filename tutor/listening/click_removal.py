"""A recording without the metronome's clicks: what the count-in sounded like is taken out wherever one fell."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from tutor.clock import Clock, Latency
from tutor.listening.clicks import (
    ACCENT_HZ,
    CLICK_HZ,
    CLICK_S,
    FEWEST_CLICKS,
    LOWEST_HZ,
    Samples,
    click_near_s,
    click_times_s,
)

# How much of a click, with the room's answer to it, is taken out.
HEARD_S, LEAD_S = 0.08, 0.002
NOISE_BINS = 9
# Half a period of a click: while the latency is known so well, each click is where it should be.
HELD_S = 0.003
MARGIN_S = 0.05
# A player who moves changes the way of the sound by about so much, in loudness and phase.
AS_COUNTED_IN, MOVES = np.array([1.0, 0.0]), 0.2
COLOURED = 10.0


def remove_clicks(samples: Samples, rate_hz: int, clock: Clock, latency: Latency | None) -> Samples:
    """The recording without its metronome: what the count-in sounded like is taken out wherever a click fell.

    Nobody plays in the count-in, so its mean is the click as loudspeaker and room make it. The samples themselves are
    returned where no click was heard.
    """
    times_s = click_times_s(clock, latency)
    if latency is None or not times_s:
        return samples
    if latency.doubt_s > HELD_S:  # Taken out at the wrong moment, a click would sound twice.
        found = [click_near_s(samples, rate_hz, click_s, latency) for click_s in clock.clicks_s]
        times_s = tuple(time_s for time_s in found if time_s is not None)
    if not times_s:
        return samples
    accents = _accents(samples, rate_hz, times_s)
    played_from_s = clock.beat0_s + latency.latency_s - MARGIN_S
    counted = sum(time_s < played_from_s for time_s in times_s) or FEWEST_CLICKS
    room = _piece(samples, rate_hz, times_s[0] - HEARD_S - LEAD_S)
    out = samples.astype(np.float32, copy=True)
    for accent in (True, False):
        mine = [time_s for time_s, is_accent in zip(times_s, accents, strict=True) if is_accent is accent]
        heard = [time_s for time_s in mine if time_s in times_s[:counted]]
        pieces = [piece for time_s in heard if (piece := _piece(samples, rate_hz, time_s)) is not None]
        if pieces:
            _subtract(out, rate_hz, mine, _without_room(np.mean(pieces, axis=0), room, len(pieces), rate_hz))
    return out


def _accents(samples: Samples, rate_hz: int, times_s: Sequence[float]) -> list[bool]:
    """Which clicks were accented, by their pitch."""
    answers = []
    for time_s in times_s:
        first = max(round(time_s * rate_hz), 0)
        window = samples[first : first + round(CLICK_S * rate_hz)]
        turn = 2j * np.pi * np.arange(len(window)) / rate_hz
        plain, accent = (abs(np.vdot(np.exp(turn * f0_hz), window)) for f0_hz in (CLICK_HZ, ACCENT_HZ))
        answers.append(bool(accent > plain))
    return answers


def _piece(samples: Samples, rate_hz: int, time_s: float) -> NDArray[np.float64] | None:
    """The recording around one click, moved by a part of a sample so that all pieces lie alike. None at its edges."""
    at = (time_s - LEAD_S) * rate_hz
    first, length = int(np.floor(at)), round(HEARD_S * rate_hz)
    if first < 0 or first + length > len(samples):
        return None
    return _moved(samples[first : first + length].astype(np.float64), at - first)


def _moved(piece: NDArray[np.float64], samples_earlier: float) -> NDArray[np.float64]:
    turns = np.exp(2j * np.pi * np.fft.rfftfreq(len(piece)) * samples_earlier)
    return np.fft.irfft(np.fft.rfft(piece) * turns, len(piece))


def _without_room(
    click: NDArray[np.float64], room: NDArray[np.float64] | None, pieces: int, rate_hz: int
) -> NDArray[np.float64]:
    """The click by itself: of each frequency only what stands above the room's noise (Wiener's filter), and faded out
    before the piece ends."""
    spectrum = np.fft.rfft(click)
    f_hz = np.fft.rfftfreq(len(click), 1 / rate_hz)
    power = np.abs(spectrum) ** 2
    noise = np.zeros_like(power) if room is None else np.abs(np.fft.rfft(room)) ** 2 / pieces
    noise = np.convolve(noise, np.ones(NOISE_BINS) / NOISE_BINS, "same")
    keep = np.clip(1 - 3 * noise / np.maximum(power, 1e-12), 0, 1) * (f_hz > LOWEST_HZ / 2)
    return np.fft.irfft(spectrum * keep, len(click)) * np.minimum(
        1.0, np.arange(len(click), 0, -1) / (0.25 * len(click))
    )


def _subtract(out: Samples, rate_hz: int, times_s: Sequence[float], click: NDArray[np.float64]) -> None:
    """In place, each as loud and as turned as is likely: as in the count-in, unless the sound itself says otherwise."""
    shapes = np.stack([click, np.imag(_analytic(click))])
    energy = float(np.sum(click**2))
    if energy <= 0:
        return
    for time_s in times_s:
        piece = _piece(out, rate_hz, time_s)
        if piece is None:
            continue
        fits = shapes @ piece / energy
        # The player's own sound is the noise here, and it is no white one.
        noise = COLOURED * float(np.mean((piece - click) ** 2))
        trust = energy / (energy + noise / MOVES**2)
        part = (AS_COUNTED_IN + trust * (fits - AS_COUNTED_IN)) @ shapes
        at = (time_s - LEAD_S) * rate_hz
        first = int(np.floor(at))
        out[first : first + len(part)] -= _moved(part, first - at).astype(np.float32)


def _analytic(piece: NDArray[np.float64]) -> NDArray[np.complex128]:
    spectrum = np.fft.fft(piece)
    half = len(piece) // 2
    spectrum[1:half] *= 2
    spectrum[half + 1 :] = 0
    return np.fft.ifft(spectrum)
