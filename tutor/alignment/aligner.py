"""Score + heard notes -> Alignment.

Dynamic programming over pairs (score note, heard note). Between two neighbouring matches up to
`SKIPPED_NOTES` score notes may be left out, and up to `SKIPPED_HEARD` heard notes may be extra or pieces of the
first; besides, the player may go back (a restart) or leave out a whole stretch, a repeated note may
still be sounding, and the tempo is the player's own: it is guessed, then fitted to what was matched,
then the whole is done again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tutor.alignment import costs
from tutor.alignment.alignment import Alignment, Jump, Match
from tutor.alignment.tempo import beat_lengths
from tutor.listening.segmentation import HeardNote
from tutor.notation.score import Note

Array = NDArray[np.float64]

SKIPPED_NOTES = 4
SKIPPED_HEARD = 7
FIRST_TIMING_WEIGHT = 0.5

# Students start at anything from half to twice the asked tempo; each guess is tried.
TEMPO_GUESSES = (1.0, 0.8, 1.25, 0.62, 1.6)
# Above this many pairs (some minutes of music) only two guesses are tried, to stay quick.
MANY_PAIRS = 150_000


def align(
    notes: Sequence[Note],
    heard: Sequence[HeardNote],
    *,
    bpm: float,
    tuning: float = 0.0,
    octave_free: bool = False,
    pitch_cost: Array | None = None,
) -> Alignment:
    """The likeliest account of what was played. `bpm` is a guess; `pitch_cost` (notes x heard) replaces ours."""
    if not notes or not heard:
        return Alignment((), tuple(range(len(notes))), tuple(range(len(heard))))
    if pitch_cost is None:
        pitch_cost = costs.pitch_costs([note.pitch for note in notes], heard, tuning, octave_free)
    problem = _Problem.of(notes, heard, pitch_cost)
    guesses = [_solve(problem, np.full(len(notes), guess_s), FIRST_TIMING_WEIGHT) for guess_s in _guesses(problem, bpm)]
    best: Alignment | None = None
    for guess in sorted(guesses, key=lambda alignment: alignment.cost)[:2]:
        alignment = guess
        for _ in range(2):
            alignment = _solve(problem, _tempo_of(problem, alignment, 60.0 / bpm), 1.0)
        if best is None or alignment.cost < best.cost:
            best = alignment
    assert best is not None
    return best


@dataclass(frozen=True)
class _Problem:
    beats: Array
    lengths: Array
    repeats: NDArray[np.bool_]  # the score note has the same pitch as the one before, and follows it directly
    onsets_s: Array
    offsets_s: Array
    pitch: Array
    insertion: Array
    piece: Array

    @classmethod
    def of(cls, notes: Sequence[Note], heard: Sequence[HeardNote], pitch_cost: Array) -> _Problem:
        beats = np.array([note.onset_beat for note in notes])
        lengths = np.array([note.duration_beat for note in notes])
        pitches = np.array([note.pitch for note in notes])
        joined = np.abs(beats[:-1] + lengths[:-1] - beats[1:]) < 1e-6
        return cls(
            beats=beats,
            lengths=lengths,
            repeats=np.r_[False, (np.diff(pitches) == 0) & joined],
            onsets_s=np.array([note.onset_s for note in heard]),
            offsets_s=np.array([note.offset_s for note in heard]),
            pitch=pitch_cost,
            insertion=costs.insertion_costs(heard),
            piece=costs.piece_costs(heard),
        )


def _guesses(problem: _Problem, bpm: float) -> list[float]:
    """Seconds a beat to begin with: the asked tempo, others around it, and the one that fills the whole take."""
    asked_s = 60.0 / bpm
    whole_s = (problem.offsets_s[-1] - problem.onsets_s[0]) / (
        problem.beats[-1] + problem.lengths[-1] - problem.beats[0]
    )
    factors = TEMPO_GUESSES if problem.pitch.size < MANY_PAIRS else (1.0,)
    return [asked_s / factor for factor in factors] + [float(whole_s)]


def _tempo_of(problem: _Problem, alignment: Alignment, fallback_s: float) -> Array:
    """Seconds a beat at every score note, from what was matched; over a jump nothing is learnt."""
    struck = [match for match in alignment.matches if match.heard]
    beats = problem.beats[[match.note for match in struck]]
    onsets_s = problem.onsets_s[[match.heard[0] for match in struck]]
    return beat_lengths(beats, onsets_s, problem.beats, fallback_s)


@dataclass
class _Table:
    """Best cost of each state (heard note, score note), the beat its onset stands for, and where it came from."""

    cost: Array
    anchor_beat: Array  # the beat that the heard note's onset stands for: the first of the notes that share it
    from_note: NDArray[np.int32]
    from_heard: NDArray[np.int32]


@dataclass
class _Choice:
    """For one heard note and every score note: the cheapest way to come there so far."""

    cost: Array
    from_note: NDArray[np.int64]
    from_heard: NDArray[np.int64]

    def offer(self, cost: Array, note: NDArray[np.int64], heard: NDArray[np.int64], since: int = 0) -> None:
        """Other ways, for the score notes from `since` on; taken where they are cheaper."""
        better = cost < self.cost[since:]
        self.cost[since:] = np.where(better, cost, self.cost[since:])
        self.from_note[since:] = np.where(better, note, self.from_note[since:])
        self.from_heard[since:] = np.where(better, heard, self.from_heard[since:])


def _solve(problem: _Problem, beat_s: Array, timing_weight: float) -> Alignment:
    table = _fill(problem, beat_s, timing_weight)
    count, many = len(problem.beats), len(problem.onsets_s)
    ending = costs.end_costs(np.arange(count - 1.0, -1, -1), costs.TRAIL_OFF, costs.TRAIL_OFF_MOST)
    extras = _between_costs(problem)
    final = table.cost + extras[many][None, :] - extras[1 : many + 1] + ending[None, :]
    heard, note = np.unravel_index(int(final.argmin()), final.shape)
    everything_wrong = problem.insertion.sum() + min(costs.DELETION * count, costs.TRAIL_OFF_MOST)
    if final[heard, note] > everything_wrong:
        return Alignment((), tuple(range(count)), tuple(range(many)), cost=float(everything_wrong))
    path = []
    while note >= 0:
        path.append((int(note), int(heard)))
        note, heard = table.from_note[heard, note], table.from_heard[heard, note]
    return _read_back(problem, path[::-1], float(final.min()))


def _between_costs(problem: _Problem) -> Array:
    """(heard + 1) x notes, cumulated: what heard notes cost as extras or as pieces of a score note before them."""
    on_pitch = problem.pitch < 0.5
    as_piece = np.where(on_pitch, problem.piece[None, :], np.inf)
    each = np.minimum(problem.insertion[None, :], as_piece).T
    return np.concatenate([np.zeros((1, each.shape[1])), np.cumsum(each, axis=0)])


def _fill(problem: _Problem, beat_s: Array, timing_weight: float) -> _Table:
    count, many = len(problem.beats), len(problem.onsets_s)
    table = _Table(
        cost=np.full((many, count), np.inf),
        anchor_beat=np.tile(problem.beats, (many, 1)),
        from_note=np.full((many, count), -1, np.int32),
        from_heard=np.full((many, count), -1, np.int32),
    )
    between = _between_costs(problem)
    lead_in = costs.end_costs(np.arange(float(count)), costs.LEAD_IN, costs.LEAD_IN_MOST)
    left_out = _left_out_costs(problem)
    before = np.cumsum(problem.insertion) - problem.insertion
    for heard in range(many):
        choice = _Choice(before[heard] + lead_in, np.full(count, -1), np.full(count, -1))
        if heard:
            first = max(heard - 1 - SKIPPED_HEARD, 0)
            leaving = table.cost[first:heard] + between[heard][None, :] - between[first + 1 : heard + 1]
            late = timing_weight, beat_s
            _step_on(problem, table, late, left_out, range(first, heard), leaving, choice)
            _jump(problem, range(first, heard), leaving, choice)
        table.cost[heard] = choice.cost + problem.pitch[:, heard]
        table.from_note[heard], table.from_heard[heard] = choice.from_note, choice.from_heard
        _share(problem, table, beat_s, heard)
    return table


def _left_out_costs(problem: _Problem) -> Array:
    """steps x notes: what it costs to arrive at a note having left out step - 1 notes before it."""
    count = len(problem.beats)
    each = np.where(problem.repeats, 0.7 * costs.DELETION, costs.DELETION)
    total = np.concatenate([[0.0], np.cumsum(each)])
    out = np.full((SKIPPED_NOTES + 1, count), np.inf)
    for step in range(1, SKIPPED_NOTES + 2):
        note = np.arange(step, count)
        out[step - 1, step:] = total[note] - total[note - step + 1]
    return out


def _step_on(
    problem: _Problem,
    table: _Table,
    tempo: tuple[float, Array],
    left_out: Array,
    sources: range,
    leaving: Array,
    choice: _Choice,
) -> None:
    """From a match to the next score note but a few, in time. tempo: (weight of the timing, seconds a beat)."""
    weight, beat_s = tempo
    count = len(problem.beats)
    elapsed_s = problem.onsets_s[sources.stop] - problem.onsets_s[sources.start : sources.stop]
    for step in range(1, min(SKIPPED_NOTES + 1, count - 1) + 1):
        passed = problem.beats[step:] - table.anchor_beat[sources.start : sources.stop, :-step]
        expected_s = passed * (beat_s[step:] + beat_s[:-step]) / 2
        timing = weight * costs.timing_costs(elapsed_s[:, None], expected_s)
        total = leaving[:, :-step] + timing + left_out[step - 1, step:]
        source = total.argmin(axis=0)
        note = np.arange(count - step)
        choice.offer(total[source, note], note, source + sources.start, since=step)


def _jump(problem: _Problem, sources: range, leaving: Array, choice: _Choice) -> None:
    """Back to an earlier note (or the same one again), or far ahead."""
    heard = sources.stop
    pause_s = problem.onsets_s[heard] - problem.offsets_s[heard - 1]
    back = costs.JUMP_AFTER_PAUSE if pause_s > costs.PAUSE_S else costs.JUMP_BACK
    source = leaving.argmin(axis=0)
    value = leaving[source, np.arange(len(source))]
    later = (len(value) - 1 - _running_argmin(value[::-1]))[::-1]  # the cheapest to leave, at or after each note
    choice.offer(value[later] + back, later, source[later] + sources.start)
    each = costs.SKIP_NOTE * np.arange(len(value))
    earlier = _running_argmin(value - each)[:-1]
    ahead = (value - each)[earlier] + each[1:] + costs.SKIP
    choice.offer(ahead, earlier, source[earlier] + sources.start, since=1)


def _running_argmin(values: Array) -> NDArray[np.int64]:
    lowest = np.minimum.accumulate(values)
    fresh = np.r_[True, values[1:] < lowest[:-1]]
    return np.maximum.accumulate(np.where(fresh, np.arange(len(values)), 0))


def _share(problem: _Problem, table: _Table, beat_s: Array, heard: int) -> None:
    """A repeated note may still be the heard note of the one before, while that lasts."""
    length_s = problem.offsets_s[heard] - problem.onsets_s[heard]
    for note in np.flatnonzero(problem.repeats):
        anchor = table.anchor_beat[heard, note - 1]
        began_s = (problem.beats[note] - anchor) * beat_s[note]
        if length_s < began_s + 0.35 * problem.lengths[note] * beat_s[note] or problem.pitch[note, heard] > 0.5:
            continue
        chain = round((problem.beats[note] - anchor) / max(problem.lengths[note - 1], 1e-6)) - 1
        value = table.cost[heard, note - 1] + costs.SHARED + costs.SHARED_STEP * max(chain, 0)
        if value < table.cost[heard, note]:
            table.cost[heard, note] = value
            table.anchor_beat[heard, note] = anchor
            table.from_note[heard, note], table.from_heard[heard, note] = note - 1, heard


def _read_back(problem: _Problem, path: list[tuple[int, int]], cost: float) -> Alignment:
    """The path as an Alignment. Where a note was played twice, after a restart, the last time counts."""
    last_time = {note: step for step, (note, _) in enumerate(path)}
    matches: list[Match] = []
    abandoned: list[int] = []
    insertions = list(range(path[0][1]))
    jumps: list[Jump] = []
    for step, (note, heard) in enumerate(path):
        ends = path[step + 1][1] if step + 1 < len(path) else len(problem.onsets_s)
        shared = step > 0 and path[step - 1][1] == heard
        pieces = [] if shared else [heard]
        for other in range(heard + 1, ends):
            goes_on = problem.pitch[note, other] < 0.5 and problem.piece[other] < problem.insertion[other]
            (pieces if goes_on and not shared else insertions).append(other)
        if last_time[note] == step:
            matches.append(Match(note, tuple(pieces), shares=heard if shared else None))
        else:
            abandoned.extend(pieces)
        if step and not 0 < note - path[step - 1][0] <= SKIPPED_NOTES + 1:
            jumps.append(Jump(path[step - 1][0], note, heard))
    found = {match.note for match in matches}
    return Alignment(
        matches=tuple(sorted(matches, key=lambda match: match.note)),
        deletions=tuple(note for note in range(len(problem.beats)) if note not in found),
        insertions=tuple(insertions),
        abandoned=tuple(abandoned),
        jumps=tuple(jumps),
        cost=cost,
    )
