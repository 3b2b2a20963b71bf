"""Fundamental frequency over time, by aubio, as sounding MIDI numbers with the cents in the decimals."""

from __future__ import annotations

import aubio
import numpy as np

from tutor.listening.spectra import RATE_HZ, Array

HOP = 256

# At this rate the tracker reads higher notes up to 5 cents off, and above C#6 up to 40; below, within half a cent.
RELIABLE_BELOW = 72.0

# A window must hold two periods and more: below D3 the short one reads wrong octaves.
LOW_PITCH = 50
SHORT_WINDOW, LONG_WINDOW = 1024, 2048

# yinfast and not yinfft: the latter reads low notes sharp, +36 cents at E2.
METHOD = "yinfast"


def track_fundamental(samples: Array, lowest_pitch: int, highest_pitch: int, stride: int = 1) -> Array:
    """The pitch of every `stride`-th frame k, centred on sample k * HOP; NaN if outside lowest-1..highest+1."""
    window = LONG_WINDOW if lowest_pitch + 13 < LOW_PITCH else SHORT_WINDOW
    hop = stride * HOP
    detector = aubio.pitch(METHOD, window, hop, RATE_HZ)
    detector.set_unit("midi")
    detector.set_silence(-90)
    # After hop n the window ends at (n + 1) hops: its middle lies window / 2 earlier.
    ahead = window // 2 // hop - 1
    count = -(-(len(samples) // HOP) // stride)
    padded = np.concatenate([samples, np.zeros((ahead + 1) * hop, np.float32)])[: (count + ahead) * hop]
    track = np.array([detector(piece)[0] for piece in padded.reshape(-1, hop)], np.float32)[ahead:]
    inside = (track > lowest_pitch - 1) & (track < highest_pitch + 1)
    return np.where(inside, track, np.nan).astype(np.float32)
