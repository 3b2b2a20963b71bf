"""Following the player through the score: which onset begins which note.

Two readings: a rough one on the outstanding onset candidates, at several tempi, over the whole score, so that a restart
is found however far back it goes; then a fine one on all candidates, near the rough path and at the tempo read off it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from tutor.alignment.another_key import likely_shifts
from tutor.alignment.earnings import Earnings, earnings, outstanding
from tutor.alignment.intervals import Line, Reading
from tutor.alignment.pacing import beat_curve, guesses
from tutor.alignment.viterbi import Block, Path, best_path
from tutor.listening.frames import FINE_HOP_S, HOP_S, Frames
from tutor.notation.score import Note

ROUGH_TIMING, FINE_TIMING = 0.5, 1.5
ROUGH_SKIPS, FINE_SKIPS = 2, 4
# Candidates that a note may last: there are up to fifteen a second, and nothing written is held for over six.
ROUGH_BACK, FINE_BACK = 36, 90

# Of a longer take the tempo is guessed from the first so many seconds in which something sounds.
OPENING_S = 30.0
# The fine reading thinks of notes that lie so near to the rough path, in notes and in time.
AROUND_NOTES, AROUND_S = 24, 2.5

# Another key is thought of if less than this share of what sounds is right, and believed if most would be and the score
# is so many times better.
IN_DOUBT, MOSTLY_RIGHT, MUCH_BETTER = 0.7, 0.55, 1.3
FULL_EARNING = 0.14  # what a frame of the right pitch earns over some other sound

# A jump ahead leaves out more notes than can be passed over.
PASSED_OVER_MOST = FINE_SKIPS


@dataclass(frozen=True, slots=True)
class Event:
    """A score note (its index) that began at an onset candidate (its index in the frames)."""

    note: int
    candidate: int


@dataclass(frozen=True)
class Following:
    """`shift`: semitones by which the whole take lies above the score (0 mostly).

    The shift counts from the frames' tuning: a take 55 cents sharp has tuning -0.45 and shift 1; their sum is meant.
    """

    events: tuple[Event, ...] = ()
    score: float = 0.0
    shift: int = 0

    @property
    def jumps(self) -> list[tuple[int, int, int]]:
        """(from note, to note, index of the event it jumped to): back, to the same one again, or far ahead."""
        return [
            (here.note, there.note, index)
            for index, (here, there) in enumerate(pairwise(self.events), start=1)
            if not here.note < there.note <= here.note + PASSED_OVER_MOST + 1
        ]

    @property
    def runs(self) -> list[list[Event]]:
        """The events between the jumps; within one the notes increase."""
        cuts = [0, *(index for _, _, index in self.jumps), len(self.events)]
        return [list(self.events[a:b]) for a, b in pairwise(cuts) if a < b]


def follow(notes: Sequence[Note], frames: Frames, *, bpm: float) -> Following:
    """The likeliest account of which candidate begins which note. `bpm`: the tempo asked for (quarters a minute)."""
    sound = earnings(frames)
    if not notes or not len(sound):
        return Following()
    plain = _follow(notes, frames, sound, bpm, shift=0)
    if _share_right(notes, frames, sound, plain) > IN_DOUBT:
        return plain
    shifts = likely_shifts(notes, frames)
    others = [_follow(notes, frames, sound, bpm, shift) for shift in shifts]
    best = max(others, key=lambda following: following.score)
    certain = best.score > MUCH_BETTER * max(plain.score, 0) and _share_right(notes, frames, sound, best) > MOSTLY_RIGHT
    return best if certain else plain


def _share_right(notes: Sequence[Note], frames: Frames, sound: Earnings, following: Following) -> float:
    """Of all that sounds, how much are the notes followed, each at its own pitch. 1: every frame of it."""
    line = _line(notes, frames, following.shift)
    begins = np.searchsorted(sound.indices, [event.candidate for event in following.events])
    ends = np.append(begins[1:], len(sound))
    columns = line.columns[[event.note for event in following.events]]
    earned = sound.by_pitch[ends, columns] - sound.by_pitch[begins, columns]
    return float(np.maximum(earned, 0).sum() / max(FULL_EARNING * float(sound.voiced[-1]), 1e-6))


def _follow(notes: Sequence[Note], frames: Frames, sound: Earnings, bpm: float, shift: int) -> Following:
    line = _line(notes, frames, shift)
    rough = outstanding(sound)
    found = _rough_path(line, rough, bpm)
    beat_s = beat_curve(line.beats, found.steps, rough.onsets_fine)
    if beat_s is None:
        beat_s = np.full(len(line), 60.0 / bpm)
    places = [(note, int(rough.onsets_fine[k])) for note, k in found.steps]
    path = best_path(
        line, sound, Reading(beat_s, FINE_TIMING, FINE_SKIPS, FINE_BACK), _blocks(places, len(line), sound)
    )
    events = tuple(Event(note, int(sound.indices[k])) for note, k in path.steps)
    return Following(events, path.value, shift)


def _line(notes: Sequence[Note], frames: Frames, shift: int) -> Line:
    columns = np.array([note.pitch for note in notes]) - frames.lowest_pitch + shift
    unheard = frames.reward.shape[1]
    columns = np.where((columns >= 0) & (columns < unheard), columns, unheard)
    return Line(
        columns, np.array([note.onset_beat for note in notes]), np.array([note.duration_beat for note in notes])
    )


def _rough_path(line: Line, rough: Earnings, bpm: float) -> Path:
    """The best path at the likeliest of several tempi, which is judged by the opening if the take is long."""
    opening = rough.first(_opening(rough))
    sounding_s = float(rough.onsets_fine[-1] - rough.onsets_fine[0]) * FINE_HOP_S
    tried = guesses(line.beats, 60.0 / bpm, sounding_s)
    paths = [best_path(line, opening, _steady(line, beat_s)) for beat_s in tried]
    best = int(np.argmax([path.value for path in paths]))
    if len(opening) == len(rough):
        return paths[best]
    curve = beat_curve(line.beats, paths[best].steps, rough.onsets_fine)
    beat_s = tried[best] if curve is None else float(np.median(curve))
    return best_path(line, rough, _steady(line, beat_s))


def _steady(line: Line, beat_s: float) -> Reading:
    return Reading(np.full(len(line), beat_s), ROUGH_TIMING, ROUGH_SKIPS, ROUGH_BACK)


def _opening(rough: Earnings) -> int:
    """How many candidates lie in the first `OPENING_S` of sound; all if little more follows."""
    sounds_s = rough.voiced * HOP_S
    if sounds_s[-1] < 1.5 * OPENING_S:
        return len(rough)
    return max(int(np.searchsorted(sounds_s, OPENING_S)), 1)


def _blocks(places: Sequence[tuple[int, int]], notes: int, sound: Earnings) -> list[tuple[Block, ...]] | None:
    """For each candidate the stretches of notes around those that `places` (note, fine frame) has nearby in time."""
    if notes <= 2 * AROUND_NOTES or not places:
        return None
    at = np.array([onset for _, onset in places])
    since = np.searchsorted(at, sound.onsets_fine - AROUND_S / FINE_HOP_S)
    until = np.searchsorted(at, sound.onsets_fine + AROUND_S / FINE_HOP_S, side="right")
    blocks: list[tuple[Block, ...]] = []
    known: dict[tuple[int, int], tuple[Block, ...]] = {}
    for first, last in zip(since.tolist(), until.tolist(), strict=True):
        near = max(first - 1, 0), min(last + 1, len(places))  # the last before and the first after, at least
        if near not in known:
            known[near] = _stretches(sorted({note for note, _ in places[near[0] : near[1]]}), notes)
        blocks.append(known[near])
    return blocks


def _stretches(near: Sequence[int], notes: int) -> tuple[Block, ...]:
    """The notes `near` (increasing) with `AROUND_NOTES` on each side, as few stretches as they make."""
    edges = [0, *(i for i in range(1, len(near)) if near[i] - near[i - 1] > 2 * AROUND_NOTES), len(near)]
    return tuple(
        (max(near[a] - AROUND_NOTES, 0), min(near[b - 1] + AROUND_NOTES + 1, notes)) for a, b in pairwise(edges)
    )
