"""What a page asks of its player, counted anew from the sheet: tag -> occurrences.

One a note for intervals, accidentals, ties, syncopation, sixteenths, triplets, rests, eighths and long notes; one a
figure for figures of several notes, which stand in one bar without a tie. An interval has no rest between its notes,
and its size is counted in staff steps.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise

from benchmarks.composing.sheet import Sheet, Sounding

Q = Fraction(1)
FIGURES = {
    "dotted-half-quarter": (3 * Q, Q),
    "dotted-quarter-eighth": (3 * Q / 2, Q / 2),
    "dotted-eighth-sixteenth": (3 * Q / 4, Q / 4),
    "snap": (Q / 4, 3 * Q / 4),
    "eighth-two-sixteenths": (Q / 2, Q / 4, Q / 4),
    "two-sixteenths-eighth": (Q / 4, Q / 4, Q / 2),
}
SHORT_DOTS = ("dotted-eighth-sixteenth", "snap")  # all that is a figure where the beat itself is dotted


def occurrences(sheet: Sheet) -> Counter[str]:
    """Every tag that can be ordered, with how often it occurs."""
    counted = Counter(interval for interval in intervals(sheet) if interval)
    counted.update(f"rhythm:{name}" for name in _figures(sheet))
    for note in sheet.notes:
        counted.update(_of_one(sheet, note))
    return +counted


def intervals(sheet: Sheet) -> Iterator[str]:
    """Of each note, the interval that led to it; "" for a repetition, beyond the octave and after a rest."""
    for before, note in pairwise(sheet.notes):
        steps = note.head.staff - before.head.staff
        named = 1 <= abs(steps) <= 7 and not note.rest_before
        yield f"interval:{abs(steps) + 1}:{'up' if steps > 0 else 'down'}" if named else ""


def _of_one(sheet: Sheet, note: Sounding) -> Iterator[str]:
    head = note.head
    if head.alter != sheet.key_alter(head.step):
        yield "accidental"
    if len(note.marks) > 1:
        yield "rhythm:tie"
    if any(mark.tuplet == (3, 2) for mark in note.marks):
        yield "rhythm:triplet"
    if any(mark.type in ("16th", "32nd") and not mark.dots and mark.tuplet == (1, 1) for mark in note.marks):
        yield "rhythm:sixteenths"
    if any(mark.type == "eighth" and not mark.dots and mark.tuplet == (1, 1) for mark in note.marks):
        yield "rhythm:eighths"
    if any(mark.length >= 3 for mark in note.marks):
        yield "rhythm:long-notes"
    if note.rest_before:
        yield "rhythm:rest"
    if is_syncopated(sheet, note):
        yield "rhythm:syncopation"


def is_syncopated(sheet: Sheet, note: Sounding) -> bool:
    """Begun between the beats (not in a triplet) and held over the next beat; or, where a bar has four beats, begun
    on a weak one and held over the middle or the barline."""
    place = note.head.place
    if place.denominator % 3 == 0:
        return False
    end = place + note.length
    if place % sheet.beat:
        return end > place - place % sheet.beat + sheet.beat
    half = sheet.bar_length / 2
    return sheet.beats == 4 and bool(place % half) and end > place - place % half + half


def _figures(sheet: Sheet) -> Iterator[str]:
    notes = sheet.notes
    for index, first in enumerate(notes):
        for name, lengths in FIGURES.items():
            group = notes[index : index + len(lengths)]
            is_one = (
                not any(note.rest_before for note in group[1:])
                and all(len(note.marks) == 1 and note.head.bar == first.head.bar for note in group)
                and tuple(note.length for note in group) == lengths
            )
            if is_one and _is_begun_well(sheet, first, name):
                yield name


def _is_begun_well(sheet: Sheet, first: Sounding, name: str) -> bool:
    """Where one counts: on a quarter; in compound time on an eighth, and only the short dots."""
    if sheet.is_compound:
        return name in SHORT_DOTS and (2 * first.head.place).denominator == 1
    return first.head.place.denominator == 1
