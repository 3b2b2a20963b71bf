"""Is each note spelt as a musician would, and does each chromatic note go where it points?"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from benchmarks.composing.sheet import Mark, Sheet

# Distance from the tonic on the line of fifths. Major: D♭ A♭ E♭ B♭ in C, and F♯ C♯ G♯ D♯ A♯.
SENSIBLE = {"major": range(-5, 11), "minor": range(-6, 7)}
# Names of intervals on the line of fifths. Perfect, major and minor ones lie within five; 6 is the tritone. Beyond:
# chromatic semitones (7), diminished fourths and augmented fifths (8), augmented seconds (9), diminished thirds (10).
# Eleven and more is a third that sounds like a fourth, or one sound under two names (12).
WIDEST = 10


def misspelt(sheet: Sheet) -> Iterator[str]:
    """Names that no function of the key explains, and intervals that sound like another one."""
    for note in sheet.notes:
        above = note.head.fifths - sheet.tonic
        if above not in SENSIBLE.get(sheet.mode, range(-6, 11)) and sheet.key_alter(note.head.step) != note.head.alter:
            yield f"{_name(note.head)} in a piece of {sheet.fifths} fifths, {sheet.mode}"
    for before, note in pairwise(sheet.notes):
        if abs(note.head.fifths - before.head.fifths) > WIDEST:
            yield f"{_name(before.head)} to {_name(note.head)}"


def awkward(sheet: Sheet) -> list[str]:
    """Right by the letter, and seldom written: augmented and diminished intervals but the tritone and the semitone, and
    chromatic notes that don't go on by a step in their direction. In minor the leading note may fall a diminished
    fourth or seventh."""
    found = [
        f"{_name(before.head)} to {_name(note.head)}"
        for before, note in pairwise(sheet.notes)
        if abs(note.head.fifths - before.head.fifths) in (8, 9, 10)
        and not note.rest_before
        and not (sheet.mode == "minor" and _is_harmonic_minor(sheet, before.head, note.head))
    ]
    return found + [f"{_name(mark)} is left" for mark, after in unresolved(sheet)]


def unresolved(sheet: Sheet) -> Iterator[tuple[Mark, Mark]]:
    """Chromatic notes, and the next other pitch, where that is not a step or a chromatic semitone on its way."""
    heads = [note.head for note in sheet.notes]
    for index, mark in enumerate(heads):
        change = mark.alter - sheet.key_alter(mark.step)
        after = next((later for later in heads[index + 1 :] if later.pitch != mark.pitch), None)
        if not change or after is None or (sheet.mode == "minor" and mark.fifths - sheet.tonic in (3, 5)):
            continue
        if abs(after.staff - mark.staff) > 1 or abs(after.pitch - mark.pitch) > 2:
            yield mark, after


def _is_harmonic_minor(sheet: Sheet, before: Mark, after: Mark) -> bool:
    return 5 in (before.fifths - sheet.tonic, after.fifths - sheet.tonic)


def _name(mark: Mark) -> str:
    return f"{mark.step}{'#' * mark.alter}{'b' * -mark.alter}{mark.octave}"
