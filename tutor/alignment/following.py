"""Following the player through the score: which onset begins which note.

Two readings: a rough one on the outstanding onset candidates, at several tempi, over the whole score, so that a restart
is found however far back it goes; then a fine one on all candidates, near the rough path and at the tempo read off it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from tutor.alignment.earnings import Earnings, earnings, outstanding
from tutor.alignment.pacing import beat_curve, guesses
from tutor.alignment.viterbi import Line, Path, Reading, best_path
from tutor.listening.frames import FINE_HOP_S, Frames
from tutor.notation.score import Note

ROUGH_TIMING, FINE_TIMING = 0.5, 1.5
ROUGH_SKIPS, FINE_SKIPS = 2, 4
ROUGH_BACK, FINE_BACK = 18, 40

# A jump ahead leaves out more notes than can be passed over.
PASSED_OVER_MOST = FINE_SKIPS


@dataclass(frozen=True, slots=True)
class Event:
    """A score note (its index) that began at an onset candidate (its index in the frames)."""

    note: int
    candidate: int


@dataclass(frozen=True)
class Following:
    """`shift`: semitones by which the whole take lies above the score (0 mostly)."""

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
    return _follow(notes, frames, sound, bpm, shift=0)


def _follow(notes: Sequence[Note], frames: Frames, sound: Earnings, bpm: float, shift: int) -> Following:
    line = _line(notes, frames, shift)
    path, rough = _rough(line, sound, bpm)
    beat_s = beat_curve(line.beats, path.steps, rough.onsets_fine)
    if beat_s is None:
        beat_s = np.full(len(line), 60.0 / bpm)
    path = best_path(line, sound, Reading(beat_s, FINE_TIMING, FINE_SKIPS, FINE_BACK))
    events = tuple(Event(note, int(sound.indices[k])) for note, k in path.steps)
    return Following(events, path.value, shift)


def _line(notes: Sequence[Note], frames: Frames, shift: int) -> Line:
    columns = np.array([note.pitch for note in notes]) - frames.lowest_pitch + shift
    unheard = frames.reward.shape[1]
    columns = np.where((columns >= 0) & (columns < unheard), columns, unheard)
    return Line(
        columns, np.array([note.onset_beat for note in notes]), np.array([note.duration_beat for note in notes])
    )


def _rough(line: Line, sound: Earnings, bpm: float) -> tuple[Path, Earnings]:
    rough = outstanding(sound)
    sounding_s = float(sound.onsets_fine[-1] - sound.onsets_fine[0]) * FINE_HOP_S
    paths = [
        best_path(line, rough, Reading(np.full(len(line), beat_s), ROUGH_TIMING, ROUGH_SKIPS, ROUGH_BACK))
        for beat_s in guesses(line.beats, 60.0 / bpm, sounding_s)
    ]
    return max(paths, key=lambda path: path.value), rough
