"""What occurs in a bar of rhythm, as `tutor.composing.skills.occurrences` counts it, and what crosses its barlines.

A note counts in the bar where it begins. Three things cross a barline: a rest (the next note comes in after it), a
neighbour (a pair with no rest between), and a held note, whose symbols count once each kind. A bar therefore has a
**head** (how it takes up what came before) and leaves a **state** behind; `joined` is what the two add.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

from tutor.composing.rhythm.order import NOTE, REST, TIED, BarSymbols
from tutor.composing.rhythm.pulse import Pulse
from tutor.composing.skills import PAIRED_FIGURES

Increments = npt.NDArray[np.int16]

FIGURES = {name: tuple(int(24 * length) for length in lengths) for name, lengths in PAIRED_FIGURES.items()}
# A held note's symbols: which kinds it has shown already, as bits.
SYMBOL_TAGS = ("eighths", "sixteenths", "long-notes", "triplet")
TAGS = (*(f"rhythm:{name}" for name in (*SYMBOL_TAGS, "tie", "syncopation", "rest", *FIGURES)), "notes", "pairs")
INDEX = {tag: index for index, tag in enumerate(TAGS)}
TIE, SYNCOPATION, AFTER_REST = INDEX["rhythm:tie"], INDEX["rhythm:syncopation"], INDEX["rhythm:rest"]
NOTES, PAIRS = INDEX["notes"], INDEX["pairs"]
# What an order tells apart: (index into TAGS, count up to which it matters, whether more is forbidden).
Limits = tuple[tuple[int, int, bool], ...]

# What a bar leaves behind: nothing before the first bar, a rest, a note that ended, or one that is held on (plus bits).
START, RESTED, ENDED, HELD = 0, 1, 2, 3
STATES = HELD + 2 ** len(SYMBOL_TAGS)
# How a bar begins: with a note, a rest, or a held note (plus the bits of its symbols).
HEAD_NOTE, HEAD_REST, HEAD_TIED = 0, 1, 2


@dataclass(frozen=True, slots=True)
class BarCount:
    """What occurs in a bar by itself; `joined` gives what the barline adds."""

    increments: Increments
    head: int
    state: int


def count_bar(symbols: BarSymbols, held: bool, pulse: Pulse, onset: int = 0) -> BarCount:
    """Count one bar (`held`: its last note goes on over the barline), beginning at `onset` where it is an upbeat."""
    increments = np.zeros(len(TAGS), np.int16)
    notes = _notes(symbols, onset)
    head = HEAD_REST if symbols[0][1] == REST else HEAD_NOTE
    for index, (begins, lengths, is_new) in enumerate(notes):
        goes_on = held and index == len(notes) - 1
        bits = _bits(lengths)
        if not is_new:
            head = HEAD_TIED + bits
        else:
            _count_note(increments, begins, lengths, bits, goes_on, pulse)
        if index and begins == notes[index - 1][0] + sum(notes[index - 1][1]):
            increments[PAIRS] += 1
        elif index:
            increments[AFTER_REST] += 1
    if notes and notes[0][2] and head == HEAD_REST:
        increments[AFTER_REST] += 1
    for name, lengths in FIGURES.items():
        increments[INDEX[f"rhythm:{name}"]] = _count_figure(name, lengths, notes, held, pulse)
    state = RESTED if symbols[-1][1] == REST else HELD + _bits(notes[-1][1]) if held else ENDED
    return BarCount(increments, head, state)


@cache
def joined(state: int, head: int) -> tuple[int, ...] | None:
    """What the barline between adds to the second bar's increments; None where the two don't go together."""
    added = [0] * len(TAGS)
    if (state >= HELD) != (head >= HEAD_TIED):
        return None
    if head >= HEAD_TIED:
        fresh = (head - HEAD_TIED) & ~(state - HELD)
        added[: len(SYMBOL_TAGS)] = [fresh >> bit & 1 for bit in range(len(SYMBOL_TAGS))]
    elif head == HEAD_NOTE and state == RESTED:
        added[AFTER_REST] = 1
    elif head == HEAD_NOTE and state == ENDED:
        added[PAIRS] = 1
    return tuple(added)


NoteInBar = tuple[int, tuple[int, ...], bool]  # onset, the lengths of its symbols, does it begin here


def _notes(symbols: BarSymbols, onset: int) -> list[NoteInBar]:
    notes: list[NoteInBar] = []
    for ticks, kind in symbols:
        if kind == TIED and notes:
            begins, lengths, is_new = notes[-1]
            notes[-1] = (begins, (*lengths, ticks), is_new)
        elif kind != REST:
            notes.append((onset, (ticks,), kind == NOTE))
        onset += ticks
    return notes


def _bits(lengths: tuple[int, ...]) -> int:
    bits = 0
    for ticks in lengths:
        kinds = (ticks == 12, ticks in (3, 6), ticks >= 72, ticks % 3 != 0)
        bits |= sum(1 << bit for bit, is_one in enumerate(kinds) if is_one)
    return bits


def _count_note(
    increments: Increments, onset: int, lengths: tuple[int, ...], bits: int, goes_on: bool, pulse: Pulse
) -> None:
    increments[NOTES] += 1
    increments[: len(SYMBOL_TAGS)] += [bits >> bit & 1 for bit in range(len(SYMBOL_TAGS))]
    increments[TIE] += goes_on or len(lengths) > 1
    increments[SYNCOPATION] += _is_syncopated(onset, sum(lengths) + goes_on, pulse)


def _is_syncopated(onset: int, ticks: int, pulse: Pulse) -> bool:
    """As `skills.is_syncopated`; a barline is a beat, so a note held over it is syncopated however long it lasts."""
    if onset % 3:
        return False
    if onset % pulse.beat:
        return onset + ticks > (onset // pulse.beat + 1) * pulse.beat
    if pulse.beats != 4:
        return False
    half = pulse.bar // 2
    return onset % half != 0 and onset + ticks > (onset // half + 1) * half


def _count_figure(name: str, lengths: tuple[int, ...], notes: list[NoteInBar], held: bool, pulse: Pulse) -> int:
    if pulse.is_compound and name not in ("dotted-eighth-sixteenth", "snap"):
        return 0
    place = 12 if pulse.is_compound else 24
    found = 0
    for first in range(len(notes) - len(lengths) + 1):
        group = notes[first : first + len(lengths)]
        goes_on = held and first + len(lengths) == len(notes)
        onset = group[0][0]
        plain = all(printed == (ticks,) and is_new for (_, printed, is_new), ticks in zip(group, lengths, strict=True))
        touching = group[-1][0] + lengths[-1] == onset + sum(lengths)
        found += plain and touching and not goes_on and onset % place == 0
    return found
