"""What was understood of a take before anything is judged: who played what when, and how likely each verdict is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from tutor.alignment.following import Following, follow
from tutor.alignment.in_tune import follow_in_tune, retuned
from tutor.alignment.locating import Located, Sums, locate
from tutor.alignment.sung_line import SungLine
from tutor.grading.extra_features import Candidates, extra_candidates
from tutor.grading.features import Table, note_features
from tutor.grading.models import Classifier, Models
from tutor.grading.sung import explains, line_onsets, sung_line, weigh_line, without_false_jumps
from tutor.grading.timeline import Timeline, timeline
from tutor.listening.frames import Frames, any_octave
from tutor.notation.score import Note

Array = NDArray[np.float64]
Indices = NDArray[np.int64]


@dataclass(frozen=True)
class Understanding:
    """`chances` is notes x KINDS, `extra_chances` one for each of `extras`."""

    frames: Frames
    sounds: Frames  # the same, or with the octaves folded where they are free
    following: Following
    located: Located
    line: Timeline
    chances: Array
    heard_column: Indices  # the pitch that was heard of each score note
    extras: Candidates | None
    extra_chances: Array
    octave_free: bool

    @property
    def last_note(self) -> int:
        """The furthest score note that was reached."""
        return max(event.note for event in self.following.events)


def understand(
    notes: Sequence[Note], frames: Frames, learnt: Models, *, bpm: float, octave_free: bool = False
) -> Understanding | None:
    """None if nothing could be followed. `bpm` is the tempo that was asked for, as a first guess."""
    voice, sung = _voice(notes, frames, bpm) if octave_free else (None, notes)
    if voice is not None:  # A take beyond half a semitone has every note at the wrong one, until the melody is asked.
        frames = retuned(frames, round(voice.tuning - frames.tuning))
    sounds = any_octave(frames) if octave_free else frames
    sounds, following = follow_in_tune(notes, sounds, bpm=bpm, is_sung=octave_free)
    if not following.events:
        return None
    following = _without_afterthought(following)
    frames = replace(frames, tuning=sounds.tuning, lowest_pitch=sounds.lowest_pitch)
    if voice is not None:
        following = without_false_jumps(following, voice, frames)
    sums = Sums.of(sounds, octave_free=octave_free)
    located = locate(following.events, sounds, sums, learnt.locator)
    if voice is not None:
        located = line_onsets(located, following, voice, sung)
    line = timeline(notes, following, located, sums, frames.duration_s, 60.0 / bpm)
    assert line is not None
    table, heard = note_features(notes, sounds, sums, following, located, line, octave_free=octave_free)
    beat_s = float(np.median(line.beat_s))
    extras = extra_candidates(notes, sounds, sums, following, located, beat_s, octave_free=octave_free)
    chances = learnt.verdicts.probabilities(_blind_to_octaves(table, learnt.verdicts) if octave_free else table)
    column = heard.column
    if voice is not None:
        chances, column = weigh_line(chances, column, sung, voice, frames)
    return Understanding(
        frames=frames,
        sounds=sounds,
        following=following,
        located=located,
        line=line,
        chances=chances,
        heard_column=column,
        extras=extras,
        extra_chances=learnt.extras.probabilities(extras.table)[:, 1] if extras else np.zeros(0),
        octave_free=octave_free,
    )


def _without_afterthought(following: Following) -> Following:
    """One last note that also stands further back was added: who goes back plays on from there."""
    if following.jumps:
        from_note, to_note, index = following.jumps[-1]
        if to_note < from_note and index == len(following.events) - 1:
            return replace(following, events=following.events[:-1])
    return following


def _voice(notes: Sequence[Note], frames: Frames, bpm: float) -> tuple[SungLine, Sequence[Note]]:
    """The line of the voice, and the notes that it is a line through: the score's, or all of them in another key."""
    plain = sung_line(notes, frames)
    if explains(plain):
        return plain, notes
    shift = follow(notes, any_octave(frames), bpm=bpm).shift
    shift -= 12 * round(shift / 12)
    moved = [replace(note, pitch=note.pitch + shift) for note in notes]
    other = sung_line(moved, frames) if shift else plain
    return (other, moved) if explains(other) else (plain, notes)


def _blind_to_octaves(table: Table, classifier: Classifier) -> Table:
    """Where the octave is free, what speaks of octaves says nothing: it stands at its mean."""
    columns = [
        np.full_like(column, mean) if "octave" in name else column
        for name, column, mean in zip(table.names, table.columns, classifier.mean, strict=True)
    ]
    return Table(table.names, columns)
