"""What is different when somebody sings: legato has no attacks, and a wrong note is a little beside the right one.

So the line of the voice itself (`tutor.alignment.sung_line`) has a say beside what was followed from attack to attack:
it knows the tuning by the melody, where one note passes into the next, and how far off each note was.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from tutor.alignment.following import Event, Following
from tutor.alignment.locating import Located
from tutor.alignment.sung_line import SungLine, follow_line
from tutor.grading.models import EARLY, LATE, MISSING, OCTAVE, PITCH, RIGHT
from tutor.listening.frames import FINE_HOP_S, HOP_S, Frames
from tutor.notation.score import Note

Array = NDArray[np.float64]
Indices = NDArray[np.int64]

# Further off than this, by the middle of the note, it is another note.
OTHER_NOTE_SEMITONES = 0.62
# How much of the chance moves to what the line says.
SAYS_OTHER, SAYS_NOTHING, SAYS_RIGHT = 0.85, 0.6, 0.7
# Singers slide: heard so much later than the voice came to it, and no more, a note was heard where its pitch settled.
SETTLED_S, SAME_ONSET_S = 0.12, 0.3
# A singer who goes back takes a breath first.
BREATH_S = 0.5
# The line explains the take if so many of its notes lie on it.
EXPLAINS = 0.7


def sung_line(notes: Sequence[Note], frames: Frames) -> SungLine:
    """The line of the voice through these notes."""
    voice = np.where(frames.tonal, frames.f0, np.nan).astype(np.float64)
    return follow_line([note.pitch for note in notes], voice, HOP_S)


def explains(line: SungLine) -> bool:
    """Whether most of the notes lie on the line."""
    return bool(np.mean(np.abs(line.deviations - line.tuning) < OTHER_NOTE_SEMITONES) >= EXPLAINS)


def without_false_jumps(following: Following, line: SungLine, frames: Frames) -> Following:
    """With all octaves alike some note always fits, and a jump is soon made: without a breath before it, it is none."""
    if not following.jumps or not explains(line):
        return following
    for _, _, index in following.jumps:
        at_s = frames.onsets_fine[following.events[index].candidate] * FINE_HOP_S
        if _is_breath(frames, at_s):
            return following
    return _followed(line, frames, following)


def line_onsets(located: Located, following: Following, line: SungLine, notes: Sequence[Note]) -> Located:
    """The onsets, with those of the line where a note was slid into."""
    onset_s = located.onset_s.copy()
    for number, event in enumerate(following.events):
        other_s = line.onsets_s[event.note]
        is_repeated = event.note > 0 and notes[event.note - 1].pitch == notes[event.note].pitch
        if not is_repeated and SETTLED_S < onset_s[number] - other_s < SAME_ONSET_S:
            onset_s[number] = other_s
    in_order = np.maximum.accumulate(onset_s) if not following.jumps else onset_s
    return replace(located, onset_s=in_order)


def weigh_line(
    chances: Array, heard_column: Indices, notes: Sequence[Note], line: SungLine, frames: Frames
) -> tuple[Array, Indices]:
    """The chances and the pitches heard, with what the line of the voice says of each note."""
    chances, heard_column = chances.copy(), heard_column.copy()
    chances[:, RIGHT] += chances[:, OCTAVE]
    chances[:, OCTAVE] = 0.0
    played = [RIGHT, LATE, EARLY]
    for number, note in enumerate(notes):
        off = line.deviations[number] - line.tuning
        if np.isnan(off):
            if chances[number, PITCH] > chances[number].sum() / 2:  # Left out of the line since another note was sung.
                continue
            _move(chances[number], [*played, PITCH], MISSING, SAYS_NOTHING)
        elif abs(off) > OTHER_NOTE_SEMITONES:
            _move(chances[number], played, PITCH, SAYS_OTHER)
            heard_column[number] = note.pitch + (round(off) or int(np.sign(off))) - frames.lowest_pitch
        else:
            _move(chances[number], [PITCH, MISSING], RIGHT, SAYS_RIGHT)
    return chances, np.clip(heard_column, 0, frames.logits.shape[1] - 1)


def _move(chance: Array, sources: list[int], target: int, share: float) -> None:
    moved = share * chance[sources]
    chance[sources] -= moved
    chance[target] += moved.sum()


def _is_breath(frames: Frames, at_s: float) -> bool:
    until = round(at_s / HOP_S)
    before = frames.voiced[max(until - round(2 * BREATH_S / HOP_S), 0) : until]
    return int((~before).sum()) * HOP_S >= BREATH_S


def _followed(line: SungLine, frames: Frames, following: Following) -> Following:
    """The notes of the line, each at the nearest onset candidate that is still free."""
    candidates_s = frames.onsets_fine * FINE_HOP_S
    events: list[Event] = []
    for note in np.flatnonzero(line.sung):
        first = events[-1].candidate + 1 if events else 0
        if first >= len(candidates_s):
            break
        nearest = first + int(np.argmin(np.abs(candidates_s[first:] - line.onsets_s[note])))
        events.append(Event(int(note), nearest))
    return replace(following, events=tuple(events)) if events else following
