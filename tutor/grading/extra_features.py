"""What tells a note that was added from breath, echo and the tracker's slips: numbers about every onset candidate
that no score note claims.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tutor.alignment.following import Following
from tutor.alignment.locating import Located, Sums
from tutor.grading.features import Table
from tutor.listening.frames import FINE_HOP_S, HOP_S, Frames
from tutor.notation.score import Note

Array = NDArray[np.float64]
Indices = NDArray[np.int64]

# A candidate nearer than this to a followed note's beginning is that beginning.
CLAIMED_S = 0.055
# A pitch goes on while it has this much of the belief.
GOING_ON = 0.4
LONGEST_RUN = 34  # coarse frames
OUTSIDE_S = 1.0


@dataclass(frozen=True)
class Candidates:
    """The onsets that may be extras. One entry each; `pitch` is sounding, tuning removed."""

    onset_s: Array
    next_s: Array  # the next followed note, or the end
    pitch: Indices
    after_note: Indices  # the score note that was followed last before it; the first if none was
    table: Table


@dataclass(frozen=True)
class _Places:
    """Between which followed notes each candidate lies."""

    onset_s: Array
    last_s: Array
    next_s: Array
    last: Indices  # index of the event before (the first where there is none)
    next: Indices
    is_before_all: NDArray[np.bool_]
    is_after_all: NDArray[np.bool_]


def extra_candidates(
    notes: Sequence[Note],
    frames: Frames,
    sums: Sums,
    following: Following,
    located: Located,
    beat_s: float,
    *,
    octave_free: bool = False,
) -> Candidates | None:
    """None if there is no candidate that nobody claims."""
    claimed = np.array(sorted({event.candidate for event in following.events}), np.int64)
    every_s = np.asarray(frames.onsets_fine * FINE_HOP_S, np.float64)
    free = np.setdiff1d(np.arange(len(every_s)), claimed)
    if len(located.onset_s) and len(free):
        nearest_s = np.abs(every_s[free][:, None] - located.onset_s[None, :]).min(axis=1)
        free = free[nearest_s > CLAIMED_S]
    if not len(free) or not following.events:
        return None
    places = _places(every_s[free], located.onset_s, frames.duration_s)
    written = np.array([notes[event.note].pitch for event in following.events]) + following.shift - frames.lowest_pitch
    written = np.clip(written, 0, frames.salience.shape[1] - 1)
    if octave_free:  # Where all octaves are alike the lowest column is the one that is found.
        written = written % 12
    table = Table()
    pitch = _pitch_features(table, frames, sums, places, located.column, written)
    _attack_features(table, frames, sums, free, claimed, located, pitch == located.column[places.last])
    _place_features(table, notes, following, places, beat_s, pitch, located.column)
    return Candidates(
        onset_s=places.onset_s,
        next_s=places.next_s,
        pitch=pitch + frames.lowest_pitch,
        after_note=np.array([following.events[event].note for event in places.last], np.int64),
        table=table,
    )


def _places(onset_s: Array, event_s: Array, duration_s: float) -> _Places:
    order = np.argsort(event_s)
    place = np.searchsorted(event_s[order], onset_s) - 1
    is_before, is_after = place < 0, place + 1 >= len(event_s)
    last, following = order[np.maximum(place, 0)], order[np.minimum(place + 1, len(event_s) - 1)]
    return _Places(
        onset_s=onset_s,
        last_s=np.where(is_before, onset_s - OUTSIDE_S, event_s[last]),
        next_s=np.where(is_after, duration_s, event_s[following]),
        last=last,
        next=following,
        is_before_all=is_before,
        is_after_all=is_after,
    )


def _pitch_features(
    table: Table, frames: Frames, sums: Sums, places: _Places, heard: Indices, written: Indices
) -> Indices:
    rows = np.arange(len(places.onset_s))
    frame = np.round(places.onset_s / HOP_S).astype(np.int64)
    until, since = np.round(places.next_s / HOP_S).astype(np.int64), np.round(places.last_s / HOP_S).astype(np.int64)
    last = np.minimum(frame + 14, np.maximum(until - 1, frame + 3))
    belief = sums.posterior.mean(frame + 2, last)
    whole = sums.posterior.mean(frame + 2, np.maximum(until - 1, frame + 3))
    earlier = sums.posterior.mean(np.maximum(frame - 12, since + 1), frame - 1)
    salience = sums.salience.mean(frame + 2, last)
    now, coming = heard[places.last], heard[places.next]
    pitch = belief.argmax(axis=1)
    other = belief.copy()
    other[rows, now] = 0
    best = other.argmax(axis=1)
    other_of_both = other.copy()
    other_of_both[rows, coming] = 0
    whole_other = whole.copy()
    whole_other[rows, now] = 0
    whole_other[rows, coming] = 0
    echoes = [np.abs(np.abs(best - one) - step) <= 1 for one in (now, coming) for step in (12, 19)]
    run = _run_length(frames.posterior, frame + 2, until, pitch)
    tracked = sums.tracked.mean(frame + 2, frame + 12, pitch)
    is_same = table.add("same", pitch == now)
    table.add("belief in current", belief[rows, now])
    table.add("belief in next", belief[rows, coming] * (coming != now))
    table.add("belief in other", other.max(axis=1))
    table.add("belief in neither", other_of_both.max(axis=1))
    table.add("whole in neither", whole_other.max(axis=1))
    table.add("whole in own", whole[rows, pitch])
    table.add("current before", earlier[rows, now])
    table.add("own before", earlier[rows, pitch])
    table.add("echo", np.any(echoes, axis=0) * other.max(axis=1))
    table.add("run", run * HOP_S * 4)
    table.add("tracked", tracked)
    table.add("near", (np.abs(best - now) <= 4) * other.max(axis=1))
    table.add("salience over current", salience[rows, pitch] - salience[rows, now])
    table.add("salience", salience[rows, pitch])
    table.add("is next", pitch == coming)
    table.add("is written last", pitch == written[places.last])
    table.add("is written next", pitch == written[places.next])
    table.add("voiced", sums.voiced.mean(frame, frame + 10))
    for name, values in (("other", other.max(axis=1)), ("run", np.minimum(1, run * HOP_S * 4)), ("tracked", tracked)):
        table.add(f"{name} if different", values * (1 - is_same))
    wobble = _wobble(frames, frame, pitch)
    table.add("wobble if same", np.minimum(2, wobble) * is_same)
    table.add("usual wobble", np.full(len(rows), np.median(wobble)))
    return np.asarray(pitch, np.int64)


def _run_length(posterior: NDArray[np.float32], first: Indices, until: Indices, pitch: Indices) -> Array:
    """For how many frames the pitch goes on."""
    run = np.zeros(len(first))
    for step in range(LONGEST_RUN):
        at = np.minimum(first + step, len(posterior) - 1)
        run = np.where((run == step) & (posterior[at, pitch] > GOING_ON) & (first + step < until), step + 1, run)
    return run


def _wobble(frames: Frames, frame: Indices, pitch: Indices) -> Array:
    """How far the tracked pitch swings around the candidate, in quarter-semitones: vibrato is no new note."""
    at = np.clip(frame[:, None] + np.arange(-10, 13), 0, max(len(frames.f0) - 1, 0))
    off = np.nan_to_num(frames.f0[at] - frames.tuning, nan=-99.0) - (pitch + frames.lowest_pitch)[:, None]
    near = np.abs(off) < 1.0
    count = near.sum(axis=1) + 1e-6
    mean = (off * near).sum(axis=1) / count
    return np.asarray(4 * np.sqrt((near * (off - mean[:, None]) ** 2).sum(axis=1) / count))


def _attack_features(
    table: Table,
    frames: Frames,
    sums: Sums,
    free: Indices,
    claimed: Indices,
    located: Located,
    is_same: NDArray[np.bool_],
) -> None:
    """How it begins, alone and beside the beginnings of this take's own notes."""
    level = np.maximum(frames.fine_level_db, sums.floor_db)
    here, theirs = frames.onsets_fine[free], frames.onsets_fine[claimed]
    weight, usual = located.candidate_weight[free], located.candidate_weight[claimed]
    flux, rise = _flux(frames, here), _rise(frames, here)
    loudest, softest = _around(level, here, 2, 20).max(axis=1), _around(level, here, -10, 4).min(axis=1)
    earlier = _around(level, here, -30, -6).max(axis=1)
    again = (loudest - softest) / 10
    their_again = (_around(level, theirs, 2, 20).max(axis=1) - _around(level, theirs, -10, 4).min(axis=1)) / 10
    same, other = is_same * 1.0, 1.0 - is_same
    table.add("strength", frames.onset_strengths[free])
    table.add("flux", flux)
    table.add("rise", rise)
    table.add("pitch change", _around(frames.pitch_change, here, -5, 8).max(axis=1))
    dip = table.add("dip", (np.minimum(loudest, earlier) - softest) / 10)
    table.add("rise again", again)
    table.add("level", loudest / 10)
    table.add("level step", (loudest - earlier) / 10)
    relative = table.add("weight of usual", (weight - np.median(usual)) / 4)
    weakest = table.add("weight of weakest", (weight - np.percentile(usual, 10)) / 4)
    table.add("weight of free", (weight - np.percentile(weight, 80)) / 4)
    table.add("above weakest", np.maximum(0, weakest))
    table.add("strength of usual", frames.onset_strengths[free] - np.median(frames.onset_strengths[claimed]))
    flux_of = table.add(
        "flux of usual", flux - np.median(np.minimum(1.5, _around(frames.flux, theirs, -3, 6).max(axis=1)))
    )
    rise_of = table.add(
        "rise of usual", rise - np.median(np.minimum(2, _around(frames.rise, theirs, -5, 8).max(axis=1) / 10))
    )
    again_of = table.add("rise again of usual", again - np.median(their_again))
    pairs = {"weight": relative, "weakest": weakest, "flux": flux_of, "rise": rise_of, "again": again_of, "dip": dip}
    for name, values in pairs.items():
        table.add(f"{name} if same", values * same)
    table.add("weight if different", relative * other)


def _flux(frames: Frames, at: Indices) -> NDArray[np.float32]:
    return np.asarray(np.minimum(1.5, _around(frames.flux, at, -3, 6).max(axis=1)))


def _rise(frames: Frames, at: Indices) -> NDArray[np.float32]:
    return np.asarray(np.minimum(2, _around(frames.rise, at, -5, 8).max(axis=1) / 10))


def _around(track: NDArray[np.float32], at: Indices, first: int, last: int) -> NDArray[np.float32]:
    return np.asarray(track[np.clip(at[:, None] + np.arange(first, last), 0, max(len(track) - 1, 0))])


def _place_features(
    table: Table,
    notes: Sequence[Note],
    following: Following,
    places: _Places,
    beat_s: float,
    pitch: Indices,
    heard: Indices,
) -> None:
    """Where it lies between the notes around it, beside what the score says of the time between them."""
    event_note = np.array([event.note for event in following.events])
    beats = np.array([note.onset_beat for note in notes])
    lengths = np.array([note.duration_beat for note in notes])
    last, coming = event_note[places.last], event_note[places.next]
    outside = places.is_before_all | places.is_after_all
    written_s = np.where(outside, lengths[last], np.maximum(0.1, beats[coming] - beats[last])) * beat_s
    from_s, to_s = places.onset_s - places.last_s, places.next_s - places.onset_s
    part = np.where(outside, 0.0, from_s / np.maximum(0.05, from_s + to_s))
    span = table.add("span", np.clip((from_s + to_s) / np.maximum(0.1, written_s), 0, 4))
    table.add("longer than written", np.maximum(0, span - 1.1))
    table.add("since last", np.minimum(1, from_s))
    table.add("to next", np.minimum(1, to_s))
    table.add("soon after", np.maximum(0, 0.13 - from_s) * 8)
    table.add("soon before", np.maximum(0, 0.13 - to_s) * 8)
    table.add("part", part)
    is_same = pitch == heard[places.last]
    table.add("off middle if same", np.abs(part - 0.5) * is_same)
    table.add("off middle if different", np.abs(part - 0.5) * ~is_same)
    table.add("half way", np.abs(from_s / np.maximum(0.05, written_s) - 0.5) < 0.12)
    table.add("beyond written", np.clip(from_s / np.maximum(0.05, lengths[last] * beat_s) - 1, 0, 2))
    table.add("after all", places.is_after_all)
    table.add("before all", places.is_before_all)
    table.add("left out between", np.where(outside, 0, np.clip(coming - last - 1, -1, 3)))
    table.add("jump", (coming <= last) & ~outside)
    every_s = places.onset_s
    nearest_s = np.minimum(every_s - np.r_[-9.0, every_s[:-1]], np.r_[every_s[1:], 1e4] - every_s)
    table.add("nearest", np.minimum(1, nearest_s))
