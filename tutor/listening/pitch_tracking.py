"""Fundamental frequency over time, by aubio, as sounding MIDI numbers with the cents in the decimals.

One estimate a hop of `HOP_S`; frame k stands for the time k * HOP_S. NaN is "no pitch".
"""

from __future__ import annotations

import aubio
import numpy as np
from numpy.typing import NDArray

from tutor.listening.decoding import SAMPLE_RATE_HZ, Sound

HOP_SAMPLES = 512
HOP_S = HOP_SAMPLES / SAMPLE_RATE_HZ

# A window must hold two periods and more: below D3 the short one reads wrong octaves.
LOW_PITCH = 50
SHORT_WINDOW, LONG_WINDOW = 2048, 4096

# yinfast and not yinfft: the latter reads low notes sharp, +36 cents at E2.
METHOD = "yinfast"


def track_pitch(sound: Sound, lowest_pitch: int, highest_pitch: int) -> NDArray[np.float32]:
    """The pitch of every frame; outside the given range (sounding MIDI numbers) by over a semitone it is NaN."""
    window = LONG_WINDOW if lowest_pitch < LOW_PITCH else SHORT_WINDOW
    detector = aubio.pitch(METHOD, window, HOP_SAMPLES, SAMPLE_RATE_HZ)
    detector.set_unit("midi")
    detector.set_silence(-90)
    # An estimate stands for the middle of its window, so the signal is read half a window ahead.
    ahead = window // 2
    count = len(sound.samples) // HOP_SAMPLES
    end = np.concatenate([sound.samples[max(count - 1, 0) * HOP_SAMPLES :], np.zeros(ahead + HOP_SAMPLES, np.float32)])
    lead = ahead // HOP_SAMPLES
    track = np.empty(count + lead, np.float32)
    for number in range(count + lead):
        samples, first = (sound.samples, number) if number < count - 1 else (end, number - max(count - 1, 0))
        track[number] = detector(samples[first * HOP_SAMPLES : (first + 1) * HOP_SAMPLES])[0]
    # After hop n the window ends at (n + 1) hops: its middle is lead - 1 hops earlier.
    track = track[lead - 1 : lead - 1 + count]
    inside = (track > lowest_pitch - 1) & (track < highest_pitch + 1)
    return np.where(inside, track, np.nan).astype(np.float32)
