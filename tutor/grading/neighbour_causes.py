"""Causes that lie in the instrument: the string beside the right one, the partial beside the right one.

With the finger or the slide in the right place, a string player on the next string is a fifth or a fourth off, a
brass player on the next partial by as much as the harmonic series leaps there, a clarinet with its register key a
twelfth. So the amount tells them from a note misread.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from tutor.grading import asks
from tutor.grading.findings import (
    PITCH,
    Explained,
    Finding,
    Pair,
    Take,
    instead,
    notes_of,
    semitones,
    tell,
    unexplained,
    where,
)
from tutor.grading.words import number
from tutor.notation.score import Note
from tutor.saying import phrase

# Open strings as they sound, in their order across the neck.
STRINGS: Mapping[str, tuple[int, ...]] = {
    "violin": (55, 62, 69, 76),
    "mandolin": (55, 62, 69, 76),
    "viola": (48, 55, 62, 69),
    "cello": (36, 43, 50, 57),
    "double-bass": (28, 33, 38, 43),
    "bass-guitar": (28, 33, 38, 43),
    "guitar": (40, 45, 50, 55, 59, 64),
    "ukulele": (67, 60, 64, 69),
}
HIGHEST_FINGER = 7  # semitones above the open string, within the first position

# The fundamental of the whole tube, as written for the player.
FUNDAMENTALS: Mapping[str, int] = {
    "trumpet": 48,
    "cornet": 48,
    "horn": 36,
    "trombone": 34,
    "euphonium": 34,
    "tuba": 22,
}
# Semitones above the fundamental of partials 2 to 10. Nobody plays the seventh, 31 cents flat: it is passed over.
SERIES = (12, 19, 24, 28, 31, 36, 38, 40)
LONGEST_TUBE = 6  # semitones that all valves together, or the seventh position, lower it by
CLARINET_TWELFTH = 19


def neighbour_string(take: Take, explained: Explained) -> Iterator[Finding]:
    """The finger was right, the string was not."""
    strings = STRINGS.get(take.instrument.name) if take.instrument else None
    if not strings:
        return
    found = [
        pair for pair in unexplained(take, explained) if semitones(pair[1]) in _string_steps(pair[0].pitch, strings)
    ]
    if found:
        remedy = phrase("Look at the string before you play, and hear both strings open, one after the other.")
        yield _tell(take, "neighbour_string", found, phrase("right finger, next string"), remedy)


def _string_steps(pitch: int, strings: tuple[int, ...]) -> set[int]:
    """How far off the same finger is on the strings beside it, wherever the note can be played low on the neck."""
    steps = set()
    for place, open_string in enumerate(strings):
        if 0 <= pitch - open_string <= HIGHEST_FINGER:
            beside = strings[max(place - 1, 0) : place] + strings[place + 1 : place + 2]
            steps |= {other - open_string for other in beside}
    return steps


def neighbour_partial(take: Take, explained: Explained) -> Iterator[Finding]:
    """The fingering was right, the lips were not; or the register key was down that should be up."""
    name = take.instrument.name if take.instrument else ""
    found = [pair for pair in unexplained(take, explained) if semitones(pair[1]) in _partial_steps(pair[0], name)]
    if not found:
        return
    if name == "clarinet":
        what = phrase("right fingers, wrong register")
        remedy = phrase("Play the note from the one before it, and watch the thumb.")
    elif name == "trombone":
        what = phrase("right position, next partial")
        remedy = phrase("Sing the note first, then slur up to it and down to it without a change of the slide.")
    else:
        what = phrase("right fingering, next partial")
        remedy = phrase("Sing the note first, then slur up to it and down to it without a change of the fingers.")
    yield _tell(take, "neighbour_partial", found, what, remedy)


def _partial_steps(note: Note, instrument: str) -> set[int]:
    """How far off the partials above and below it are, with the shortest tube that plays the note."""
    if instrument == "clarinet":
        return {CLARINET_TWELFTH, -CLARINET_TWELFTH}
    if instrument not in FUNDAMENTALS:
        return set()
    above = note.written.midi - FUNDAMENTALS[instrument]
    tube = next((longer for longer in range(LONGEST_TUBE + 1) if above + longer in SERIES), None)
    if tube is None:
        return set()
    place = SERIES.index(above + tube)
    return {SERIES[other] - SERIES[place] for other in (place - 1, place + 1) if 0 <= other < len(SERIES)}


def _tell(take: Take, code: str, found: Sequence[Pair], why: str, remedy: str) -> Finding:
    notes = notes_of(found)
    facts = {"where": where(notes), "instead": instead(take, *found[0]), "why": why}
    if len(found) > 1:
        more = number(len(found) - 1)
        what = phrase("{where}: {instead}, and {number} more like it: {why}.", number=more, **facts)
    else:
        what = phrase("{where}: {instead}: {why}.", **facts)
    asked = asks.interval(take.score, semitones(found[0][1]))
    return tell(code, what, remedy, notes, asked, explains=[PITCH])
