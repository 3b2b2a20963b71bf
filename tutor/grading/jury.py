"""How a jury hears a sung exam: the right notes, in time. Two parts and their mean, and nothing else.

What 747 entrance exams at a conservatory show: wrong or missing notes and bad rhythm decide. The octave is free, a
tuning offset within a semitone is forgiven, tempo hardly matters. So: fit one tuning offset and one tempo, give each
note points for its pitch and for its time, none for a note that was left out, and take the geometric mean of both
parts: neither makes up for the other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from tutor.alignment.sung_line import follow_line
from tutor.alignment.tempo import median_line
from tutor.grading.assessment import CORRECT, NOT_HEARD, WRONG, Grade, NoteVerdict, PitchTrace
from tutor.grading.intonation import falling_points, written_octave
from tutor.notation.score import Note

Array = NDArray[np.float64]

PITCH_FULL_SEMITONES, PITCH_NONE_SEMITONES = 0.5, 1.5
TIME_FULL_S, TIME_NONE_S = 0.03, 0.2
# Fewer notes than this are no melody.
FEWEST = 3
# From these marks on a jury gave a 2, a 3, a 4: sung, and tapped (`rhythm_only`).
SUNG_CUTS, TAPPED_CUTS = (60.0, 73.0, 78.0), (67.0, 77.0, 97.0)


@dataclass(frozen=True)
class Marks:
    """0 to 100 each."""

    overall: float
    pitch: float
    rhythm: float


def mark_line(notes: Sequence[Note], trace: PitchTrace) -> Marks:
    """A sung take by the line of the voice alone: what is to be preferred, since who sings legato strikes nothing."""
    midi = np.array([np.nan if one is None else one for one in trace.midi])
    line = follow_line([note.pitch for note in notes], midi, trace.hop_s)
    beats = np.array([note.onset_beat for note in notes])
    return mark_notes(line.onsets_s, line.deviations - line.tuning, beats)


def mark_verdicts(notes: Sequence[NoteVerdict]) -> Marks:
    """The same from verdicts, where there is no trace or a teacher has ruled. What was not heard is left aside."""
    heard = [note for note in notes if note.verdict != NOT_HEARD]
    onsets_s = np.array([np.nan if one.onset_s is None else one.onset_s for one in heard], float)
    sung = np.array([one.verdict in (CORRECT, WRONG) for one in heard], bool)
    return mark_notes(
        np.where(sung, onsets_s, np.nan) if len(heard) else onsets_s,
        np.array([_off(one) for one in heard], float),
        np.array([one.onset_beat for one in heard], float),
        sung,
    )


def mark_notes(onsets_s: Array, off: Array, beats: Array, sung: NDArray[np.bool_] | None = None) -> Marks:
    """Marks from one value a score note. onsets_s: NaN where nothing was measured. off: semitones from what is written,
    the tuning taken out. sung: False where the note was left out (then onsets_s is NaN as well)."""
    sung = np.isfinite(onsets_s) if sung is None else sung
    if sung.sum() < min(FEWEST, len(beats)) or not sung.any():
        return Marks(0.0, 0.0, 0.0)
    pitch = np.where(sung, [falling_points(abs(one), PITCH_FULL_SEMITONES, PITCH_NONE_SEMITONES) for one in off], 0.0)
    timed = np.isfinite(onsets_s)
    late_s = np.full(len(beats), np.inf)
    start_s, beat_s = median_line(beats[timed], onsets_s[timed])
    late_s[timed] = onsets_s[timed] - start_s - beat_s * beats[timed]
    counts = timed | ~sung  # sung, but nobody knows when: no evidence about time
    rhythm = np.array([falling_points(abs(one), TIME_FULL_S, TIME_NONE_S) for one in late_s[counts]])
    pitch_part, rhythm_part = float(pitch.mean()), float(rhythm.mean()) if len(rhythm) else 0.0
    overall = np.sqrt(pitch_part * rhythm_part)
    return Marks(*(round(100 * float(part), 1) for part in (overall, pitch_part, rhythm_part)))


def exam_grade(grade: Grade, marks: Marks) -> Grade:
    """The grade of an exam: the jury's three figures, the others as they were."""
    return replace(grade, overall=marks.overall, pitch=marks.pitch, rhythm=marks.rhythm)


def out_of_four(overall: float, cuts: Sequence[float] = SUNG_CUTS) -> int:
    """The grade 1 to 4 that a jury would give."""
    return 1 + sum(overall >= cut for cut in cuts)


def _off(note: NoteVerdict) -> float:
    """Semitones from what is written: sung in another octave is not sung wrong."""
    if note.verdict == WRONG and note.heard_pitch is None:
        return PITCH_NONE_SEMITONES
    if note.cents is not None:
        return note.cents / 100
    return 0.0 if note.heard_pitch is None else written_octave(note.heard_pitch, note.pitch) - note.pitch
