"""A recording -> samples: mono, float32, 44.1 kHz unless another rate is asked for.

Only sound formats that a browser or a phone writes are opened. Never without the whitelist: a text
file that names other files would otherwise be followed to them.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import av
import av.error
import numpy as np
from numpy.typing import NDArray

from tutor.listening.errors import Empty, TooLong, Truncated, Unreadable

Samples = NDArray[np.float32]

SAMPLE_RATE_HZ = 44_100
LONGEST_S = 600.0
SHORTEST_S = 0.1  # Less than this holds no note that could be judged.
FORMATS = "matroska,webm,mov,mp4,m4a,3gp,3g2,mj2,ogg,wav,mp3,flac"

CANCELLED_DBFS = -70.0  # below what any microphone hears in any room

# A recorder may stop its own clock a little late; more than this share (and this long) missing is a loss.
LOST_SHARE, LOST_S = 0.1, 1.0


@dataclass(frozen=True)
class Sound:
    """Mono samples, -1..1, `rate_hz` of them a second."""

    samples: Samples
    rate_hz: int = SAMPLE_RATE_HZ

    @property
    def duration_s(self) -> float:
        """From the first sample to the last."""
        return len(self.samples) / self.rate_hz

    @property
    def peak_dbfs(self) -> float:
        """The loudest sample; -120 is silence."""
        peak = float(max(self.samples.max(), -self.samples.min())) if len(self.samples) else 0.0
        return 20 * float(np.log10(max(peak, 1e-6)))


def decode(recording: Path | bytes, *, claimed_duration_s: float | None = None, rate_hz: int = SAMPLE_RATE_HZ) -> Sound:
    """Read a recording. `claimed_duration_s` is what the recorder says it made; far less arriving is `Truncated`.

    Raises Unreadable, Empty, TooLong or Truncated. A missing file is an OSError: that is not the student's fault.
    """
    source = io.BytesIO(recording) if isinstance(recording, bytes) else recording.open("rb")
    with source:
        if not source.read(1):
            raise Empty
        sound = _read(source, "mono", rate_hz)
        if sound.peak_dbfs < CANCELLED_DBFS:
            # Some phones record the second channel upside down: together they are silence, each alone is not.
            sound = _read(source, "stereo", rate_hz)
    if sound.duration_s < SHORTEST_S:
        raise Empty
    if claimed_duration_s is not None and _is_truncated(sound.duration_s, claimed_duration_s):
        raise Truncated(sound.duration_s, claimed_duration_s)
    return sound


def _read(source: io.IOBase, layout: str, rate_hz: int) -> Sound:
    """All of it: the mean of the channels ("mono") or the first of two ("stereo")."""
    source.seek(0)
    try:
        blocks = list(_blocks(source, layout, rate_hz))
    except (av.error.FFmpegError, ValueError, IndexError, EOFError) as error:
        raise Unreadable from error
    return Sound(np.concatenate(blocks) if blocks else np.zeros(0, np.float32), rate_hz)


def _blocks(source: io.IOBase, layout: str, rate_hz: int) -> Iterator[Samples]:
    """Mono blocks, stopping with TooLong as soon as the samples themselves are too many: headers may lie."""
    total = 0
    with av.open(source, mode="r", options={"format_whitelist": FORMATS}) as container:
        if not container.streams.audio:
            raise Unreadable
        resampler = av.AudioResampler(format="flt", layout=layout, rate=rate_hz)
        channels = 2 if layout == "stereo" else 1
        for frame in _frames_until_broken(container):
            for resampled in resampler.resample(frame):
                block = resampled.to_ndarray().reshape(-1, channels)[:, 0]
                block = np.nan_to_num(block.astype(np.float32, copy=False))
                total += len(block)
                if total > LONGEST_S * rate_hz:
                    raise TooLong(LONGEST_S)
                yield block


def _frames_until_broken(container: av.container.InputContainer) -> Iterator[av.AudioFrame | None]:
    """Decoded frames; a file that breaks off in the middle gives what came before. None at the end flushes."""
    anything = False
    try:
        for frame in container.decode(audio=0):
            anything = True
            frame.pts = None  # Some recorders' timestamps jump; samples follow each other.
            yield frame
    except av.error.FFmpegError:
        if not anything:
            raise
    if anything:
        yield None


def _is_truncated(decoded_s: float, claimed_s: float) -> bool:
    lost_s = claimed_s - decoded_s
    return lost_s > LOST_S and lost_s > LOST_SHARE * claimed_s
