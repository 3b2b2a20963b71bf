"""How hard a score is, in grades: 1 is a beginner's five notes, 8 the end of school.

The weights were fitted on graded sight-singing books and keep the order of one they had not seen
(Spearman .86 over 629 melodies); the constant is set here, so that each grade's typical piece lands on it.
"""

from __future__ import annotations

from itertools import pairwise
from math import log, log2

from tutor.composing.skills import is_syncopated
from tutor.notation.durations import DOTTED, beat_length
from tutor.notation.musicxml import altered_by_key
from tutor.notation.score import Note, Score

EASIEST, HARDEST = 0.5, 9.0
# Calibrated on the demo ladder: its exercises were placed by the syllabus of each grade (range, metre, figures).
CONSTANT = -3.1


def difficulty(score: Score) -> float:
    """Grade units, 0.5 to 9; an empty score is the easiest."""
    notes = score.notes
    if not notes:
        return EASIEST
    count = len(notes)
    key = score.key_at(0)
    leaps = [abs(b.written.midi - a.written.midi) for a, b in pairwise(notes)] or [0]
    grade = (
        CONSTANT
        + 1.15 * log(count)
        + 0.47 * log2(max(_notes_a_second(score), 0.1))
        + 1.29 * (max(note.pitch for note in notes) - min(note.pitch for note in notes)) / 12
        + 14.2 * sum(_is_chromatic(score, note) for note in notes) / count
        + 16.4 * sum(is_syncopated(score, note) for note in notes) / count
        + 1.29 * sum(_is_dotted(score, note) for note in notes) / count
        + 5.1 * sum(_is_tuplet(score, note) for note in notes) / count
        + 3.6 * sum(leap > 7 for leap in leaps) / len(leaps)
        + 0.57 * sum(leap > 4 for leap in leaps) / len(leaps)
        + 0.15 * abs(key.fifths)
        + 0.28 * _is_compound(score)
    )
    return min(max(grade, EASIEST), HARDEST)


def _notes_a_second(score: Score) -> float:
    return len(score.notes) * score.bpm / (60 * float(score.duration_beat))


def _is_chromatic(score: Score, note: Note) -> bool:
    return note.written.alter != altered_by_key(score.key_at(note.onset_beat), note.written.step)


def _is_dotted(score: Score, note: Note) -> bool:
    """A dot that must be counted: in compound time the dotted beat is the plain one."""
    if _is_compound(score):
        return False
    values = (0.25, 0.5, 1.0, 2.0)
    return any(abs(note.duration_beat - value * float(DOTTED[1])) < 1e-6 for value in values)


def _is_tuplet(score: Score, note: Note) -> bool:
    return abs(note.duration_beat * 16 - round(note.duration_beat * 16)) > 1e-3


def _is_compound(score: Score) -> bool:
    metre = score.metre_at(0)
    return beat_length(metre) != 4 / metre.beat_type
