"""How hard a score is, in grades: 1 is a beginner's five notes, 8 the end of school.

The weights were fitted on graded sight-singing books and keep the order of one they had not seen
(Spearman .86 over 629 melodies); the constant is set here, so that each grade's typical piece lands on it.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any, TypeAlias

import numpy as np

from tutor.composing.places import places_of
from tutor.notation.durations import DOTTED, beat_length
from tutor.notation.musicxml import altered_by_key
from tutor.notation.score import Note, Score

EASIEST, HARDEST = 0.5, 9.0
# Calibrated on the demo ladder: its exercises were placed by the syllabus of each grade (range, metre, figures).
CONSTANT = -3.1
GRADES_A_DOUBLING = 0.47  # of the tempo
# A rhythm on one pitch has nothing but its rhythm to be hard: it is weighed as a melody of such a range, so that the
# rhythms which a grade brings, clapped, are of that grade.
CLAPPED_SEMITONES = 10
LEAP, WIDE_LEAP = 4, 7  # semitones: what is wider than a major third, than a fifth

# One melody's figure, or an array of many melodies'.
Figures: TypeAlias = Any


def difficulty(score: Score) -> float:
    """Grade units, 0.5 to 9; an empty score is the easiest."""
    notes = score.notes
    if not notes:
        return EASIEST
    leaps = [abs(b.written.midi - a.written.midi) for a, b in pairwise(notes)] or [0]
    return held_to_the_scale(
        weigh(
            notes=len(notes),
            notes_a_second=_notes_a_second(score),
            semitones=max(note.pitch for note in notes) - min(note.pitch for note in notes),
            chromatic=sum(_is_chromatic(score, note) for note in notes) / len(notes),
            syncopated=sum(place.is_syncopated for place in places_of(score)) / len(notes),
            dotted=sum(_is_dotted(score, note) for note in notes) / len(notes),
            tuplet=sum(_is_tuplet(note) for note in notes) / len(notes),
            wide_leaps=sum(leap > WIDE_LEAP for leap in leaps) / len(leaps),
            leaps=sum(leap > LEAP for leap in leaps) / len(leaps),
            fifths=score.key_at(0).fifths,
            compound=_is_compound(score),
        )
    )


def held_to_the_scale(grade: Any) -> float:
    """One figure within 0.5 to 9."""
    return min(max(float(grade), EASIEST), HARDEST)


def weigh(
    *,
    notes: Figures,
    notes_a_second: Figures,
    semitones: Figures,
    chromatic: Figures,
    syncopated: Figures,
    dotted: Figures,
    tuplet: Figures,
    wide_leaps: Figures,
    leaps: Figures,
    fifths: int,
    compound: bool,
) -> Figures:
    """The formula, of one melody or of many (arrays): shares are of the notes, those of leaps of the
    moves from note to note; `semitones` is from the lowest note to the highest. Not held to the ends of the scale."""
    return (
        CONSTANT
        + 1.15 * np.log(notes)
        + GRADES_A_DOUBLING * np.log2(np.maximum(notes_a_second, 0.1))
        + 1.29 * np.where(np.equal(semitones, 0), CLAPPED_SEMITONES, semitones) / 12
        + 14.2 * chromatic
        + 16.4 * syncopated
        + 1.29 * dotted
        + 5.1 * tuplet
        + 3.6 * wide_leaps
        + 0.57 * leaps
        + 0.15 * abs(fifths)
        + 0.28 * compound
    )


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


def _is_tuplet(note: Note) -> bool:
    return abs(note.duration_beat * 16 - round(note.duration_beat * 16)) > 1e-3


def _is_compound(score: Score) -> bool:
    metre = score.metre_at(0)
    return beat_length(metre) != 4 / metre.beat_type
