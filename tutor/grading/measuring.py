"""How a note that was found sounded: its pitch to the cent, its end, its level. Each is None where it can't be told.

Cents come from the tracker over the sustained part, so that vibrato is judged by its centre; the tracker's octave
slips don't matter, since it is known which pitch was heard.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tutor.listening.frames import HOP_S, Frames

ATTACK_PART_S = 0.05  # left out of the pitch: breath, bow and hammer noise
# Shorter, and half of it is the attack, where bows and voices slide: nobody hears whether it is in tune.
SHORTEST_IN_TUNE_S = 0.13
NEAR_SEMITONES = 0.75
FEWEST_SHARE = 0.3  # of its frames must be tracked near the pitch

# A note goes on through frames in which its pitch is this near the strongest, over gaps of so many frames.
STILL_SOUNDING = -1.2
GAP_FRAMES = 5
# Where it has fallen by this much and goes on falling it is an echo, or a string ringing on.
ECHO_DB = 18.0
ENDED_DB = 12.0

# Blown, bowed and sung notes hold their level or swell; a guitar loses some 10 dB in a second, a piano 8.
RINGING_DB_PER_S = 7.0

SHORTEST_WRITTEN_S = 0.05
# Below this a note is only short if silence follows: cut off by the next one, that one was early, or added.
SHORT_RATIO = 0.6
SILENT_SHARE, SILENT_DB = 0.3, 10.0  # of the written length; below the note
# Beyond this it is only long if it goes on as loud as it was: else it is the room, or the string.
LONG_RATIO, STILL_LOUD_DB = 1.3, 10.0


@dataclass(frozen=True)
class Measured:
    """`pitch` is sounding, the tuning still in it."""

    pitch: float | None
    has_cents: bool
    onset_s: float
    offset_s: float
    level_dbfs: float
    decay_db_per_s: float

    @property
    def duration_s(self) -> float:
        """From onset to offset."""
        return self.offset_s - self.onset_s


def measure(frames: Frames, sounds: Frames, column: int, onset_s: float, until_s: float) -> Measured:
    """A note of the pitch in `column` that began at `onset_s`, before anything else began at `until_s`.

    frames: what was heard. sounds: the same, or with the octaves folded where they are free.
    """
    offset_s = _offset_s(frames, sounds, column, onset_s, until_s)
    attack_s = min(ATTACK_PART_S, 0.3 * (offset_s - onset_s))
    span = _span(frames, onset_s + attack_s, max(offset_s - 0.02, onset_s + attack_s))
    pitch = frames.lowest_pitch + column
    near = _near(frames.f0[span] - np.float32(frames.tuning), pitch)
    is_tracked = len(near) >= max(2, FEWEST_SHARE * (span.stop - span.start))
    level = frames.level_dbfs[span]
    return Measured(
        pitch=float(np.median(near)) + frames.tuning if is_tracked else None,
        has_cents=is_tracked and offset_s - onset_s >= SHORTEST_IN_TUNE_S,
        onset_s=onset_s,
        offset_s=offset_s,
        level_dbfs=float(np.percentile(level, 80)) if len(level) else -120.0,
        decay_db_per_s=_decay_db_per_s(frames, onset_s, offset_s),
    )


def rings_on(notes: Sequence[Measured]) -> bool:
    """Whether this sounds like struck or plucked strings: notes that die away by themselves and start at once."""
    long = [note for note in notes if note.duration_s > 0.25]
    return len(long) >= 3 and float(np.median([note.decay_db_per_s for note in long])) > RINGING_DB_PER_S


def held_ratio(note: Measured, frames: Frames, written_s: float, until_s: float) -> float | None:
    """Of the written length, the part that a note was held, or None where its end can't be told.

    written_s: the written length in the player's tempo. until_s: when something else began.
    """
    if not np.isfinite(written_s) or written_s < SHORTEST_WRITTEN_S:
        return None
    ratio = note.duration_s / written_s
    if ratio < SHORT_RATIO:
        silent_until_s = min(until_s, note.onset_s + written_s)
        is_ended = silent_until_s - note.offset_s > SILENT_SHARE * written_s
        middle_s = (note.offset_s + silent_until_s) / 2
        is_silent = _level(frames, middle_s, silent_until_s - 0.01) < note.level_dbfs - SILENT_DB
        return ratio if is_ended and is_silent else None
    if ratio > LONG_RATIO:
        goes_on = _level(frames, note.onset_s + 1.15 * written_s, note.offset_s) > note.level_dbfs - STILL_LOUD_DB
        return ratio if goes_on else None
    return ratio


def _offset_s(frames: Frames, sounds: Frames, column: int, onset_s: float, until_s: float) -> float:
    span = _span(frames, onset_s, until_s)
    sounding = frames.voiced[span] & (sounds.logits[span, column] > STILL_SOUNDING)
    level = frames.level_dbfs[span]
    if len(level):
        sounding &= level > np.percentile(level[: max(len(level) // 2, 1)], 90) - ECHO_DB
    # The attack may not have a pitch yet: it belongs to the note all the same.
    sounding[:4] = True
    last = 0
    for frame in np.flatnonzero(sounding):
        if frame - last > GAP_FRAMES:
            break
        last = int(frame)
    # The window of the pitch reaches beyond the note's end; the level falls when it ends.
    if last:
        loud = level[: last + 1] > np.percentile(level[: last + 1], 80) - ENDED_DB
        last = max(int(np.flatnonzero(loud)[-1]), min(last, 2))
    least_s = onset_s + HOP_S
    return float(np.clip((span.start + last + 1) * HOP_S, least_s, max(until_s, least_s)))


def _near(f0: NDArray[np.float32], pitch: int) -> NDArray[np.float32]:
    """Tracked pitches near this one, whatever octave the tracker named."""
    known = f0[np.isfinite(f0)]
    folded = known - 12 * np.round((known - pitch) / 12)
    return np.asarray(folded[np.abs(folded - pitch) < NEAR_SEMITONES], np.float32)


def _decay_db_per_s(frames: Frames, onset_s: float, offset_s: float) -> float:
    """From soon after the attack to a little before the end, so that a bow's or a tongue's ending does not count."""
    begin_s, end_s = onset_s + 0.04, onset_s + 0.75 * (offset_s - onset_s)
    if end_s - begin_s < 0.1:
        return 0.0
    level = frames.level_dbfs[_span(frames, begin_s, end_s)]
    part = max(len(level) // 3, 1)
    return float(np.mean(level[:part]) - np.mean(level[-part:])) / (2 / 3 * (end_s - begin_s))


def _level(frames: Frames, from_s: float, to_s: float) -> float:
    return float(np.median(frames.level_dbfs[_span(frames, from_s, to_s)]))


def _span(frames: Frames, from_s: float, to_s: float) -> slice:
    """The frames of a stretch of time, at least one if there are any."""
    count = len(frames.level_dbfs)
    first = min(max(round(from_s / HOP_S), 0), max(count - 1, 0))
    return slice(first, min(max(round(to_s / HOP_S), first + 1), count))
