"""How hard a page is, in grades: the published weights, applied to the sheet alone."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from math import log, log2

from benchmarks.composing.counting import is_syncopated
from benchmarks.composing.sheet import Sheet

CONSTANT, EASIEST, HARDEST = -3.1, 0.5, 9.0
CLAPPED_SEMITONES = 10  # what a rhythm on one pitch counts for
DOTTED = {Fraction(3, 8), Fraction(3, 4), Fraction(3, 2), Fraction(3)}


def grade(sheet: Sheet, bpm: float | None = None) -> float:
    """0.5 to 9; `bpm` instead of the page's own tempo."""
    notes = sheet.notes
    if not notes:
        return EASIEST
    pitches = [note.head.pitch for note in notes]
    leaps = [abs(after - before) for before, after in pairwise(pitches)] or [0]
    notes_a_second = len(notes) * (bpm or sheet.bpm) / (60 * float(sheet.length))

    def share(cases: int) -> float:
        return cases / len(notes)

    found = (
        CONSTANT
        + 1.15 * log(len(notes))
        + 0.47 * log2(max(notes_a_second, 0.1))
        + 1.29 * (max(pitches) - min(pitches) or CLAPPED_SEMITONES) / 12
        + 14.2 * share(sum(note.head.alter != sheet.key_alter(note.head.step) for note in notes))
        + 16.4 * share(sum(is_syncopated(sheet, note) for note in notes))
        + (0 if sheet.is_compound else 1.29 * share(sum(note.length in DOTTED for note in notes)))
        + 5.1 * share(sum(note.length.denominator % 3 == 0 for note in notes))
        + 3.6 * sum(leap > 7 for leap in leaps) / len(leaps)
        + 0.57 * sum(leap > 4 for leap in leaps) / len(leaps)
        + 0.15 * abs(sheet.fifths)
        + 0.28 * sheet.is_compound
    )
    return min(max(found, EASIEST), HARDEST)
