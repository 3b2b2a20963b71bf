"""When each score note should have sounded in the player's own time, and when it did.

The line that a note is judged by is drawn without it, robustly, through its neighbours. A constant lateness (an
instrument that speaks late, a slow sound card) lies in the line and is never a fault.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tutor.alignment.following import Following
from tutor.alignment.locating import Located, Sums
from tutor.alignment.tempo import lines_without
from tutor.listening.frames import FINE_HOP_S
from tutor.notation.score import Note

Array = NDArray[np.float64]
Indices = NDArray[np.int64]

NEIGHBOURS = 10
# A local tempo further from the take's than this is a misfit of few notes.
SLOWEST, FASTEST = 1.6, 0.6
# Only deviations within this tell of the player's scatter: beyond it lie mistakes.
SCATTER_WITHIN_S = 0.12
# Attacks of one kind share a lateness; it is believed the more, the more of them there are.
FEWEST_OF_A_KIND, DOUBT = 3, 4.0
STRUCK_RISE_DB = 8.0
# Waited longer than this, and than so many beats, the player had stopped: what follows has a line of its own.
PAUSE_S, PAUSE_BEATS = 2.0, 3.0


@dataclass(frozen=True)
class Timeline:
    """One entry a score note. Times in seconds; where a note was not found its onset is the expected one."""

    event: Indices  # which event of the following is this note's last try, -1 if it was not found
    onset_s: Array
    expected_s: Array
    beat_s: Array  # seconds a beat there
    misfit_s: Array  # how far its neighbours lie off their line
    deviation_s: Array  # positive is late; 0 where it was not found
    next_s: Array  # when the next thing begins
    scatter_s: float  # of the whole take
    is_timed: NDArray[np.bool_]  # whether there is a line without the note: of two notes neither is early or late
    has_pause: bool  # whether the player stopped, and went on where they had been

    @property
    def is_found(self) -> NDArray[np.bool_]:
        """Whether the note was matched to something that sounded."""
        return self.event >= 0


def timeline(
    notes: Sequence[Note], following: Following, located: Located, sums: Sums, duration_s: float, asked_beat_s: float
) -> Timeline | None:
    """None if nothing was followed. A note played twice counts the last time."""
    if not following.events:
        return None
    events = np.array([event.note for event in following.events], np.int64)
    own_event = np.full(len(notes), -1, np.int64)
    own_event[events] = np.arange(len(events))
    beats = np.array([note.onset_beat for note in notes])
    lengths = np.array([note.duration_beat for note in notes])
    pauses = _pauses(beats[events], located.onset_s)
    run = _run_numbers(following) + np.cumsum(pauses)
    expected_s, beat_s, misfit_s = _lines(beats, events, run, own_event, located.onset_s)
    typical_s = float(np.nanmedian(beat_s)) if np.isfinite(beat_s).any() else asked_beat_s
    if not typical_s > 0.02:
        typical_s = asked_beat_s
    usable = (beat_s > FASTEST * typical_s) & (beat_s < SLOWEST * typical_s)
    beat_s = np.where(usable, beat_s, typical_s)
    found = own_event >= 0
    is_timed = np.isfinite(expected_s)
    expected_s = np.where(is_timed, expected_s, _from_nearest(beats, own_event, located.onset_s, beat_s))
    onset_s = np.where(found, located.onset_s[np.maximum(own_event, 0)], expected_s)
    deviation_s = _without_kind(notes, np.where(found, onset_s - expected_s, 0.0), found, onset_s, sums)
    near = np.abs(deviation_s[found & (np.abs(deviation_s) < SCATTER_WITHIN_S)])
    return Timeline(
        event=own_event,
        onset_s=onset_s,
        expected_s=expected_s,
        beat_s=beat_s,
        misfit_s=np.nan_to_num(misfit_s, nan=0.15),
        deviation_s=deviation_s,
        next_s=_next_s(own_event, located.onset_s, onset_s, expected_s, lengths * beat_s, duration_s),
        scatter_s=float(1.48 * np.median(near)) if len(near) > 4 else 0.02,
        is_timed=is_timed,
        has_pause=bool(pauses.any()),
    )


def _pauses(beats: Array, onset_s: Array) -> NDArray[np.bool_]:
    """Before which events the player had stopped for a while. beats: where each event stands in the score."""
    ahead, gap_s = np.diff(beats, prepend=beats[:1]), np.diff(onset_s, prepend=onset_s[:1])
    onward = (ahead > 0) & (gap_s > 0)
    if not onward.any():
        return onward
    beat_s = float(np.median(gap_s[onward] / ahead[onward]))
    return onward & (gap_s - beat_s * ahead > max(PAUSE_S, PAUSE_BEATS * beat_s))


def _run_numbers(following: Following) -> Indices:
    numbers = [number for number, run in enumerate(following.runs) for _ in run]
    return np.array(numbers, np.int64)


def _lines(
    beats: Array, events: Indices, run: Indices, own_event: Indices, onset_s: Array
) -> tuple[Array, Array, Array]:
    """Expected time, seconds a beat and misfit of every note, from the run in which it was last played."""
    count = len(beats)
    out = [np.full(count, np.nan) for _ in range(3)]
    found = np.flatnonzero(own_event >= 0)
    nearest = found[np.abs(np.arange(count)[:, None] - found[None, :]).argmin(axis=1)]
    own_run = run[own_event[nearest]]
    for number in np.unique(own_run):
        members = np.flatnonzero(run == number)
        mine = np.flatnonzero(own_run == number)
        place = np.full(count, -1, np.int64)
        place[events[members]] = np.arange(len(members))
        # A note that was played again later stands in a later run, and only there.
        leave_out = np.where(own_event[mine] >= 0, place[mine], -1)
        fitted = lines_without(beats[events[members]], onset_s[members], beats[mine], leave_out, NEIGHBOURS)
        # One onset makes no line; two make one, but neither can be judged by the other.
        is_line = len(members) - (leave_out >= 0) >= 2
        for values, fit in zip(out, fitted, strict=True):
            values[mine] = np.where(is_line, fit, np.nan)
        if len(members) == 2 and (ahead := float(np.diff(beats[events[members]])[0])) > 0:
            out[1][mine] = float(np.diff(onset_s[members])[0]) / ahead
    return out[0], out[1], out[2]


def _from_nearest(beats: Array, own_event: Indices, event_onset_s: Array, beat_s: Array) -> Array:
    """Where no line says when a note was due: as far from the nearest note that was found as the score has it."""
    found = np.flatnonzero(own_event >= 0)
    nearest = found[np.abs(np.arange(len(beats))[:, None] - found[None, :]).argmin(axis=1)]
    return np.asarray(event_onset_s[own_event[nearest]] + (beats - beats[nearest]) * beat_s)


def _without_kind(
    notes: Sequence[Note], deviation_s: Array, found: NDArray[np.bool_], onset_s: Array, sums: Sums
) -> Array:
    """Take away what attacks of one kind share: a repeated or a slurred note is heard later than a tongued one."""
    at = np.round(onset_s / FINE_HOP_S).astype(np.int64)
    rise_db = sums.level.mean(at + 6, at + 26) - sums.level.mean(at - 16, at - 2)
    pitches = np.array([note.pitch for note in notes])
    is_repeated = np.r_[False, pitches[1:] == pitches[:-1]]
    kind = 2 * is_repeated + (rise_db > STRUCK_RISE_DB)
    out = deviation_s.copy()
    usable = found & (np.abs(deviation_s) < SCATTER_WITHIN_S)
    for one in range(4):
        members = usable & (kind == one)
        count = int(members.sum())
        if count >= FEWEST_OF_A_KIND:
            shared_s = float(np.median(deviation_s[members])) * count / (count + DOUBT)
            out[found & (kind == one)] -= shared_s
    return out


def _next_s(
    own_event: Indices, event_onset_s: Array, onset_s: Array, expected_s: Array, length_s: Array, duration_s: float
) -> Array:
    """When the next event begins; for a note that was not found, when one of the next two notes does."""
    count, events = len(own_event), len(event_onset_s)
    out = np.empty(count)
    for note in range(count):
        event = own_event[note]
        if event >= 0:
            last_s = min(duration_s, onset_s[note] + 1.3 * length_s[note])
            out[note] = event_onset_s[event + 1] if event + 1 < events else last_s
            continue
        later = [
            event_onset_s[own_event[other]] for other in range(note + 1, min(note + 3, count)) if own_event[other] >= 0
        ]
        out[note] = later[0] if len(later) else expected_s[note] + length_s[note]
    return out
