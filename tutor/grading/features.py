"""What a verdict is made from: some ninety numbers about each score note, read off the frames where it was and
where it should have been.

Every number is about the written pitch against all others, never about one instrument, so that what was
learnt on some instruments holds on others.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from tutor.alignment.following import Following
from tutor.alignment.locating import Located, Sums
from tutor.grading.timeline import Timeline
from tutor.listening.frames import FINE_HOP_S, HOP_S, Frames
from tutor.notation.score import Note

Array = NDArray[np.float64]
Indices = NDArray[np.int64]

# Pitches that share many partials with the written one: an octave, a twelfth, two octaves.
RELATED = (-12, 12, -24, 24, 7, -5, 19, -19)
NEARBY = 3  # semitones: a slip lands here
IN_TIME_S = 0.065
LONGEST_IOI_S = 1.2


@dataclass
class Table:
    """Named columns, one row a note (or an extra's candidate)."""

    names: list[str] = field(default_factory=list)
    columns: list[Array] = field(default_factory=list)

    def add(self, name: str, values: NDArray[np.generic] | Array) -> Array:
        column = np.nan_to_num(np.asarray(values, np.float64), nan=0.0, posinf=0.0, neginf=0.0)
        self.names.append(name)
        self.columns.append(column)
        return column

    @property
    def matrix(self) -> Array:
        return np.stack(self.columns, axis=1)


@dataclass(frozen=True)
class Heard:
    """What the windows of a note hold, for those who come after: the pitch that was heard, and how clearly."""

    column: Indices
    written: Indices  # the column of the written pitch


def note_features(
    notes: Sequence[Note],
    frames: Frames,
    sums: Sums,
    following: Following,
    located: Located,
    line: Timeline,
    *,
    octave_free: bool = False,
) -> tuple[Table, Heard]:
    """The table of all score notes, and the pitch heard of each. octave_free: octaves are neither right nor wrong."""
    width = frames.salience.shape[1]
    written = np.clip(
        np.array([note.pitch for note in notes], np.int64) + following.shift - frames.lowest_pitch, 0, width - 1
    )
    length_s = np.array([note.duration_beat for note in notes]) * line.beat_s
    table = Table()
    span_s = line.next_s - line.onset_s
    body = _Window(
        line.onset_s + 0.15 * np.minimum(length_s, span_s) + 0.02,
        np.maximum(line.onset_s + 0.06, np.minimum(line.next_s - 0.01, line.onset_s + length_s)),
    )
    first = _Window(line.onset_s + 0.01, line.onset_s + 0.01 + np.minimum(0.16, 0.6 * np.maximum(0.08, span_s)))
    due = _Window(line.expected_s + 0.3 * length_s, line.expected_s + 0.8 * length_s)
    in_body = _window_features(table, "body", body, written, sums, octave_free)
    _window_features(table, "first", first, written, sums, octave_free)
    at_due = _window_features(table, "due", due, written, sums, octave_free)
    _neighbour_features(table, written, in_body.belief, at_due.belief)
    ioi_s = _iois_s(notes, line)
    _time_features(table, notes, line, located, following, ioi_s)
    _sound_features(table, line, located, following, sums, frames, in_body, written, ioi_s)
    _take_features(table, frames, line, in_body, written)
    rows = np.arange(len(notes))
    heard = np.where(in_body.other_belief > in_body.belief[rows, written], in_body.other, written)
    return table, Heard(heard, written)


@dataclass(frozen=True)
class _Window:
    from_s: Array
    to_s: Array


@dataclass(frozen=True)
class _Seen:
    """What a window holds: belief over pitches, the best other pitch, and its belief."""

    belief: Array
    other: Indices
    other_belief: Array
    voiced: Array


def _window_features(table: Table, tag: str, window: _Window, written: Indices, sums: Sums, octave_free: bool) -> _Seen:
    first = np.round(window.from_s / HOP_S).astype(np.int64)
    last = np.round(window.to_s / HOP_S).astype(np.int64)
    rows = np.arange(len(written))
    belief, salience = sums.posterior.mean(first, last), sums.salience.mean(first, last)
    tracked = sums.tracked.mean(first, last)
    voiced = table.add(f"{tag} voiced", sums.voiced.mean(first, last))
    others, tracked_others = belief.copy(), tracked.copy()
    same = np.arange(belief.shape[1])[None, :] - written[:, None]
    same = same % 12 == 0 if octave_free else same == 0
    others[same] = tracked_others[same] = 0.0
    other = others.argmax(axis=1)
    table.add(f"{tag} belief", belief[rows, written])
    table.add(f"{tag} other belief", others.max(axis=1))
    table.add(f"{tag} octave belief", _octave(belief, written))
    table.add(f"{tag} tracked", tracked[rows, written])
    table.add(f"{tag} other tracked", tracked_others.max(axis=1))
    table.add(f"{tag} octave tracked", _octave(tracked, written))
    table.add(f"{tag} salience", salience[rows, written])
    for name, step in (("octave up", 12), ("octave down", -12), ("twelfth up", 19), ("twelfth down", -19)):
        at, exists = _shifted(written, step, belief.shape[1])
        table.add(f"{tag} salience over {name}", (salience[rows, written] - salience[rows, at]) * exists)
    table.add(f"{tag} salience over unrelated", salience[rows, written] - _unrelated(salience, written))
    table.add(f"{tag} slip", (np.abs(other - written) <= NEARBY) * others.max(axis=1))
    beside = np.maximum(*(salience[rows, _shifted(written, step, belief.shape[1])[0]] for step in (-1, 1)))
    table.add(f"{tag} salience over semitones", salience[rows, written] - beside)
    return _Seen(belief, other, others.max(axis=1), voiced)


def _shifted(written: Indices, step: int, width: int) -> tuple[Indices, NDArray[np.bool_]]:
    at = np.clip(written + step, 0, width - 1)
    return at, at == written + step


def _octave(values: Array, written: Indices) -> Array:
    rows = np.arange(len(written))
    (up, is_up), (down, is_down) = (_shifted(written, step, values.shape[1]) for step in (12, -12))
    return np.asarray(np.maximum(values[rows, up] * is_up, values[rows, down] * is_down), np.float64)


def _unrelated(salience: Array, written: Indices) -> Array:
    """The strongest pitch that does not share its partials with the written one."""
    rows = np.arange(len(written))
    out = salience.copy()
    for step in (0, *RELATED):
        at, exists = _shifted(written, step, salience.shape[1])
        out[rows[exists], at[exists]] = -9.0
    return np.asarray(out.max(axis=1), np.float64)


def _neighbour_features(table: Table, written: Indices, body: Array, due: Array) -> None:
    """Whether it is only the note before, or the one after, that is heard."""
    rows = np.arange(len(written))
    before, after = np.r_[written[:1], written[:-1]], np.r_[written[1:], written[-1:]]
    for tag, belief in (("due", due), ("body", body)):
        table.add(f"{tag} last note", np.where(before != written, belief[rows, before], 0))
        table.add(f"{tag} next note", np.where(after != written, belief[rows, after], 0))
    table.add("repeats", before == written)
    table.add("is repeated", after == written)


def _iois_s(notes: Sequence[Note], line: Timeline) -> Array:
    beats = np.array([note.onset_beat for note in notes])
    return np.asarray(np.r_[np.diff(beats), [note.duration_beat for note in notes[-1:]]] * line.beat_s, np.float64)


def _time_features(
    table: Table, notes: Sequence[Note], line: Timeline, located: Located, following: Following, ioi_s: Array
) -> None:
    found, deviation_s = line.is_found, line.deviation_s
    event = np.maximum(line.event, 0)
    table.add("found", found)
    table.add("ioi", np.minimum(ioi_s, LONGEST_IOI_S))
    table.add("misfit", np.minimum(line.misfit_s, 0.15))
    table.add("certainty", np.where(found, located.certainty[event], 0))
    table.add("scatter", np.full(len(notes), 20 * line.scatter_s))
    own = 0.03 + 2.0 * line.scatter_s
    table.add("deviation", 10 * deviation_s)
    for name, late in (("late", deviation_s), ("early", -deviation_s)):
        table.add(f"{name} of scatter", np.clip(late / own - 1, 0, 4))
        table.add(f"{name} of twice scatter", np.clip(late / own - 2, 0, 4))
        for edge_ms in (30, 60, 90):
            table.add(f"{name} over {edge_ms}", 10 * np.clip(late - edge_ms / 1000, 0, 0.3))
    table.add("deviation before", 10 * np.clip(np.r_[0, deviation_s[:-1]], -0.3, 0.3))
    table.add("deviation after", 10 * np.clip(np.r_[deviation_s[1:], 0], -0.3, 0.3))
    belief = located.belief[event]
    off_s = located.belief_s[event] - (located.onset_s[event] - deviation_s)[:, None]
    table.add("believed late", np.where(found, (belief * (off_s > IN_TIME_S)).sum(axis=1), 0))
    table.add("believed early", np.where(found, (belief * (off_s < -IN_TIME_S)).sum(axis=1), 0))
    table.add("believed in time", np.where(found, (belief * (np.abs(off_s) < IN_TIME_S)).sum(axis=1), 0))
    span = np.clip((line.next_s - line.onset_s) / np.maximum(0.05, ioi_s), 0, 3)
    table.add("span", span)
    table.add("short span", np.maximum(0, 0.6 - span))
    rows = np.arange(len(notes))
    table.add("first", rows == 0)
    table.add("last", rows == len(notes) - 1)
    table.add("neighbours not found", np.r_[0, ~found[:-1]] + np.r_[~found[1:], 0])


def _sound_features(
    table: Table,
    line: Timeline,
    located: Located,
    following: Following,
    sums: Sums,
    frames: Frames,
    body: _Seen,
    written: Indices,
    ioi_s: Array,
) -> None:
    """Attacks, levels, and whether what was heard instead looks like a note of its own."""
    for tag, at_s in (("onset", line.onset_s), ("due", line.expected_s)):
        table.add(f"{tag} flux", np.minimum(1.5, _greatest(frames.flux, at_s - 0.05, 16)))
        table.add(f"{tag} rise", np.minimum(2, _greatest(frames.rise, at_s - 0.05, 16) / 10))
        table.add(f"{tag} pitch change", _greatest(frames.pitch_change, at_s - 0.06, 20))
    onset, due = (np.round(at_s / FINE_HOP_S).astype(np.int64) for at_s in (line.onset_s, line.expected_s))
    after, before = sums.level.mean(onset + 4, onset + 24), sums.level.mean(onset - 20, onset - 4)
    table.add("level", np.maximum(-40, after) / 10)
    table.add("level step", (after - before) / 10)
    table.add("level when due", np.maximum(-40, sums.level.mean(due + 4, due + 24)) / 10)
    candidates = np.array([event.candidate for event in following.events], np.int64)
    weight = located.candidate_weight[candidates]
    usual = float(np.median(weight))
    attack = np.where(line.is_found, weight[np.maximum(line.event, 0)] - usual, -4) / 4
    is_other = (body.other_belief > body.belief[np.arange(len(written)), written]) * 1.0
    heard = np.where(is_other > 0, body.other, written)
    table.add("attack", attack)
    table.add("attack of other", attack * is_other)
    # In a take that holds what it should strike anew, all attacks are weak alike: so also by itself.
    alone = np.where(line.is_found, weight[np.maximum(line.event, 0)], -8) / 8
    dip = (after - _least(frames.fine_level_db, line.onset_s - 0.06, 16)) / 10
    repeats = np.r_[0.0, (written[1:] == written[:-1]) * 1.0]
    table.add("attack alone", alone)
    table.add("usual attack", np.full(len(written), usual / 8))
    table.add("dip", dip)
    table.add("attack if repeated", alone * repeats)
    table.add("dip if repeated", dip * repeats)
    table.add("flux if repeated", np.minimum(1.5, _greatest(frames.flux, line.onset_s - 0.05, 16)) * repeats)
    table.add("voiced other", body.voiced * is_other)
    fills = np.minimum(1, (line.next_s - line.onset_s) / np.maximum(0.05, ioi_s))
    table.add("other fills", body.other_belief * fills * is_other)
    table.add("other is last note", is_other * (heard == np.r_[-1, heard[:-1]]))
    table.add("other is next note", is_other * (heard == np.r_[written[1:], -1]))


def _greatest(track: NDArray[np.float32], from_s: Array, count: int) -> Array:
    """The largest of `count` fine frames from a time on."""
    if not len(track):
        return np.zeros(len(from_s))
    at = np.round(from_s / FINE_HOP_S).astype(np.int64)[:, None] + np.arange(count)
    return np.asarray(track[np.clip(at, 0, len(track) - 1)].max(axis=1), np.float64)


def _least(track: NDArray[np.float32], from_s: Array, count: int) -> Array:
    return -_greatest(-track, from_s, count)


def _take_features(table: Table, frames: Frames, line: Timeline, body: _Seen, written: Indices) -> None:
    """What kind of take this is: the same number means less where everything is doubtful."""
    count = len(written)
    at_written = body.belief[np.arange(count), written]
    usual = float(np.median(at_written))
    table.add("usual belief", np.full(count, usual))
    table.add("belief of usual", at_written - usual)
    loud = float(np.percentile(frames.level_dbfs, 95)) if len(frames.level_dbfs) else 0.0
    table.add("over the room", np.full(count, np.clip((loud - frames.room_dbfs) / 20, 0, 3)))
    table.add("share found", np.full(count, float(np.mean(line.is_found))))
