"""The chords under a melody: planned before it is drawn, fitted to it afterwards.

A plan is functional: tonic, subdominant, dominant, with a half cadence at the middle of a period and an authentic one
at the end. The transitions are common-practice theory (after Kostka & Payne, *Tonal Harmony*, and Piston), not learned.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from tutor.composing.pitch.modulation import KeyPlan
from tutor.composing.pitch.order import LocalKey
from tutor.composing.rhythm.pulse import pulse_of

# Figure -> its tones as (degree, alteration against the major or natural minor scale), the root first.
Tones = tuple[tuple[int, int], ...]
CHORDS: Mapping[str, Mapping[str, Tones]] = {
    "major": {
        "I": ((1, 0), (3, 0), (5, 0)),
        "ii": ((2, 0), (4, 0), (6, 0)),
        "IV": ((4, 0), (6, 0), (1, 0)),
        "V": ((5, 0), (7, 0), (2, 0)),
        "V7": ((5, 0), (7, 0), (2, 0), (4, 0)),
        "vi": ((6, 0), (1, 0), (3, 0)),
        "iii": ((3, 0), (5, 0), (7, 0)),
        "V7/V": ((2, 0), (4, 1), (6, 0), (1, 0)),
        "V7/IV": ((1, 0), (3, 0), (5, 0), (7, -1)),
        "V7/vi": ((3, 0), (5, 1), (7, 0), (2, 0)),
        "V7/ii": ((6, 0), (1, 1), (3, 0), (5, 0)),
        "iv": ((4, 0), (6, -1), (1, 0)),
    },
    "minor": {
        "i": ((1, 0), (3, 0), (5, 0)),
        "ii°": ((2, 0), (4, 0), (6, 0)),
        "iv": ((4, 0), (6, 0), (1, 0)),
        "V": ((5, 0), (7, 1), (2, 0)),
        "V7": ((5, 0), (7, 1), (2, 0), (4, 0)),
        "VI": ((6, 0), (1, 0), (3, 0)),
        "III": ((3, 0), (5, 0), (7, 0)),
        "VII": ((7, 0), (2, 0), (4, 0)),
        "V7/V": ((2, 0), (4, 1), (6, 1), (1, 0)),
        "V7/iv": ((1, 0), (3, 1), (5, 0), (7, 0)),
        "♭II": ((2, -1), (4, 0), (6, 0)),
    },
}
# What follows what, by weight; what is not named hardly does.
FOLLOWS: Mapping[str, Mapping[str, Mapping[str, float]]] = {
    "major": {
        "I": {"I": 2, "ii": 2, "IV": 3, "V": 2, "V7": 1.5, "vi": 2, "iii": 0.3, "V7/V": 0.2, "V7/IV": 0.3, "iv": 0.05},
        "ii": {"V": 4, "V7": 4, "ii": 0.5, "I": 0.2, "V7/V": 0.3},
        "IV": {"V": 3, "V7": 2, "I": 3, "ii": 1, "IV": 0.5, "V7/V": 0.3, "iv": 0.1},
        "V": {"I": 6, "vi": 1.5, "V7": 1, "V": 0.7, "IV": 0.2, "V7/vi": 0.1},
        "V7": {"I": 7, "vi": 1.5, "V7": 0.3},
        "vi": {"ii": 3, "IV": 3, "V": 2, "I": 0.7, "iii": 0.2, "V7/V": 0.4},
        "iii": {"vi": 3, "IV": 3},
        "V7/V": {"V": 5, "V7": 3},
        "V7/IV": {"IV": 6},
        "V7/vi": {"vi": 6},
        "V7/ii": {"ii": 6},
        "iv": {"I": 3, "V": 2},
    },
    "minor": {
        "i": {"i": 2, "iv": 3, "V": 2.5, "V7": 1.5, "VI": 2, "ii°": 1, "III": 1, "VII": 1, "V7/iv": 0.2, "♭II": 0.05},
        "ii°": {"V": 4, "V7": 4},
        "iv": {"V": 3, "V7": 2, "i": 3, "ii°": 1, "VII": 1, "iv": 0.5, "V7/V": 0.2},
        "V": {"i": 6, "VI": 1.5, "V7": 1, "V": 0.7},
        "V7": {"i": 7, "VI": 1.5},
        "VI": {"iv": 3, "ii°": 2, "III": 2, "V": 2, "VII": 1, "V7/V": 0.2},
        "III": {"VI": 3, "iv": 2, "VII": 1, "i": 1},
        "VII": {"III": 4, "i": 2, "VI": 1},
        "V7/V": {"V": 5, "V7": 3},
        "V7/iv": {"iv": 6},
        "♭II": {"V": 4, "V7": 2},
    },
}
HARDLY = 0.01
# Chords that the plan does not choose of its own accord: they come in where the melody has their notes.
ONLY_FITTED = {"V7/V", "V7/IV", "V7/vi", "V7/ii", "iv", "V7/iv", "♭II"}
TONIC, DOMINANT = {"I", "i"}, {"V", "V7"}
PREDOMINANT = {"ii", "IV", "ii°", "iv"}
# In fitting: bits that a quarter on a downbeat costs outside the chord, that a chord costs which comes in against the
# melody or is not what was planned, and that a cadence's costs which is no cadence.
OUTSIDE_BITS = 2.5
ARRIVAL_BITS = 2.5
PLANNED_BITS = 1.0
NO_CADENCE_BITS = 3.0
NO_CLOSE_BITS = 1000.0
# The natural seventh of minor against the raised one in the chord, beside any other note outside.
CROSS_RELATION = 8.0
TICKS_A_QUARTER = 24


@dataclass(frozen=True, slots=True)
class PlannedChord:
    """One chord: from `onset` ticks after the barline of `bar` (1 the first full one) for so many ticks."""

    bar: int
    onset: int
    ticks: int
    figure: str
    pitch_classes: tuple[int, ...]  # root first, as written
    key: int  # index of the local key it is read in
    cadence: bool = False
    figures: frozenset[str] | None = None  # what it may be at a cadence


@dataclass(frozen=True, slots=True)
class FittedNote:
    """What fitting looks at."""

    bar: int
    onset: int
    ticks: int
    strength: int
    pitch_class: int


def plan_chords(
    metre: tuple[int, int], plan: KeyPlan, half_cadence: int | None, rng: np.random.Generator
) -> tuple[PlannedChord, ...]:
    """One chord a bar, two before the end. `half_cadence` is the bar that pauses on the dominant, if any does."""
    slots = _slots(metre, plan, half_cadence)
    states = [_states(plan.keys[slot.key].mode) for slot in slots]
    weights = [_allowed(slot, names) for slot, names in zip(slots, states, strict=True)]
    moves = [_moves(before, after, plan) for before, after in pairwise(slots)]
    onward = [weights[-1]]
    for move, weight in zip(reversed(moves), reversed(weights[:-1]), strict=True):
        onward.append(weight * (move @ onward[-1]))
    chords: list[PlannedChord] = []
    worth = onward[-1]
    for place, slot in enumerate(slots):
        chosen = int(rng.choice(len(worth), p=worth / worth.sum()))
        chords.append(_chord(slot, states[place][chosen], plan))
        if place + 1 < len(slots):
            worth = moves[place][chosen] * onward[-2 - place]
    return tuple(chords)


def fit_chords(chords: Sequence[PlannedChord], notes: Sequence[FittedNote], plan: KeyPlan) -> tuple[PlannedChord, ...]:
    """The same places, with the chords that the melody has turned out to want (Viterbi); cadences stay cadences
    unless the melody contradicts them."""
    slots = [Slot(chord.bar, chord.onset, chord.ticks, chord.key, chord.figures) for chord in chords]
    states = [_states(plan.keys[slot.key].mode) for slot in slots]
    fits = _fit_bits(chords, notes, plan)
    best, back = fits[0], []
    for (before, slot), fit in zip(pairwise(slots), fits[1:], strict=True):
        reached = best[:, None] + np.log2(_moves(before, slot, plan)) + fit
        back.append(reached.argmax(axis=0))
        best = reached.max(axis=0)
    chosen = [int(best.argmax())]
    for pointer in reversed(back):
        chosen.append(int(pointer[chosen[-1]]))
    return tuple(
        _chord(slot, names[index], plan) for slot, names, index in zip(slots, states, reversed(chosen), strict=True)
    )


def chord_at(chords: Sequence[PlannedChord], bar: int, onset: int) -> PlannedChord | None:
    """The chord that sounds at a place; none in the upbeat."""
    sounding = [chord for chord in chords if (chord.bar, chord.onset) <= (bar, onset)]
    return sounding[-1] if bar >= 1 and sounding else None


@dataclass(frozen=True, slots=True)
class Slot:
    """Where a chord goes; `figures` what it may be at a cadence, None anything."""

    bar: int
    onset: int
    ticks: int
    key: int
    figures: frozenset[str] | None = None


def _slots(metre: tuple[int, int], plan: KeyPlan, half_cadence: int | None) -> list[Slot]:
    """Cadences: the end, the end of each passage in another key, and the half cadence."""
    bar_ticks = pulse_of(metre).bar
    bars = len(plan.by_bar)
    closes = {bar for bar in range(1, bars + 1) if bar == bars or plan.by_bar[bar] != plan.by_bar[bar - 1] == 1}
    slots = []
    for bar in range(1, bars + 1):
        key = plan.key_at(bar)
        if bar in closes:
            slots.append(Slot(bar, 0, bar_ticks, key, frozenset(TONIC)))
        elif bar + 1 in closes:
            # Of the bar before the end the last half is the dominant's, of three beats the last.
            first = _first_part(metre)
            slots.append(Slot(bar, 0, first, key, frozenset(PREDOMINANT | TONIC | DOMINANT)))
            slots.append(Slot(bar, first, bar_ticks - first, key, frozenset(DOMINANT)))
        elif bar == half_cadence:
            slots.append(Slot(bar, 0, bar_ticks, key, frozenset({"V"})))
        else:
            slots.append(Slot(bar, 0, bar_ticks, key, frozenset(TONIC) if bar == 1 else None))
    return slots


def _first_part(metre: tuple[int, int]) -> int:
    """Ticks of the longer first part of a bar in two: 4/4 48, 3/4 48, 6/8 36, 5/4 72."""
    pulse = pulse_of(metre)
    beats = pulse.groups[0] if pulse.is_compound else (pulse.bar // pulse.beat) * (pulse.beat,)
    return int(sum(beats[: (len(beats) + 1) // 2])) if len(beats) > 1 else pulse.bar // 3 * 2


@lru_cache(maxsize=4)
def _states(mode: str) -> tuple[str, ...]:
    return tuple(CHORDS[mode])


def _allowed(slot: Slot, names: Sequence[str]) -> NDArray[np.float64]:
    return np.array(
        [float((slot.figures is None or name in slot.figures) and name not in ONLY_FITTED) for name in names]
    )


def _moves(before: Slot, after: Slot, plan: KeyPlan) -> NDArray[np.float64]:
    """How readily each chord follows each. Into another key by a chord that both share, and by no dominant of it."""
    modes = plan.keys[before.key].mode, plan.keys[after.key].mode
    if before.key == after.key:
        return _follows(modes[0])
    classes = [
        [_classes(plan.keys[slot.key], name) for name in _states(mode)]
        for slot, mode in zip((before, after), modes, strict=True)
    ]
    shared = np.array([[4.0 if set(a) == set(b) else 1.0 for b in classes[1]] for a in classes[0]])
    return np.asarray(shared / shared.sum(axis=1, keepdims=True))


@lru_cache(maxsize=4)
def _follows(mode: str) -> NDArray[np.float64]:
    names = _states(mode)
    weights = np.array([[FOLLOWS[mode][name].get(other, HARDLY) for other in names] for name in names])
    return np.asarray(weights / weights.sum(axis=1, keepdims=True))


def _classes(key: LocalKey, figure: str) -> tuple[int, ...]:
    return tuple(key.degree_class(degree, raised) for degree, raised in CHORDS[key.mode][figure])


def _chord(slot: Slot, figure: str, plan: KeyPlan) -> PlannedChord:
    classes = _classes(plan.keys[slot.key], figure)
    cadence = slot.figures is not None
    return PlannedChord(slot.bar, slot.onset, slot.ticks, figure, classes, slot.key, cadence, slot.figures)


def _fit_bits(chords: Sequence[PlannedChord], notes: Sequence[FittedNote], plan: KeyPlan) -> list[NDArray[np.float64]]:
    """How well each chord that there is goes with the notes over each place, in bits, 0 the best."""
    sounding = _weights(chords, notes)
    found = []
    for place, (chord, weights) in enumerate(zip(chords, sounding, strict=True)):
        key = plan.keys[chord.key]
        names = _states(key.mode)
        cost = np.array([0.0 if name == chord.figure else PLANNED_BITS for name in names])
        if chord.figures is not None:
            wanted = chord.figures | (DOMINANT if chord.figures & DOMINANT else frozenset())
            otherwise = NO_CLOSE_BITS if place == len(chords) - 1 else NO_CADENCE_BITS
            cost += np.array([0.0 if name in wanted else otherwise for name in names])
        found.append(-cost - _outside(key) @ weights)
    return found


def _weights(chords: Sequence[PlannedChord], notes: Sequence[FittedNote]) -> NDArray[np.float64]:
    """What each pitch class weighs over each chord, in bits if it is outside [chords, 12]. A note that sounds when
    the chord comes in weighs more."""
    bar_ticks = max(chord.onset + chord.ticks for chord in chords)
    begins = np.array([chord.bar * bar_ticks + chord.onset for chord in chords])[:, None]
    ends = begins + np.array([chord.ticks for chord in chords])[:, None]
    onset = np.array([note.bar * bar_ticks + note.onset for note in notes])
    off = onset + np.array([note.ticks for note in notes])
    strength = np.array([note.strength for note in notes])
    overlap = np.maximum(np.minimum(ends, off) - np.maximum(begins, onset), 0)
    held = (onset <= begins) & (begins < off)
    bits = OUTSIDE_BITS * overlap / TICKS_A_QUARTER * (1 + strength) / 4 + ARRIVAL_BITS * held
    classes = np.array([note.pitch_class for note in notes])[:, None] == np.arange(12)
    return np.asarray(bits @ classes)


@lru_cache(maxsize=64)
def _outside(key: LocalKey) -> NDArray[np.float64]:
    """How far outside each chord each pitch class lies [figures, 12]: 0 within."""
    outside = np.ones((len(CHORDS[key.mode]), 12))
    for row, figure in enumerate(CHORDS[key.mode]):
        if key.mode == "minor" and (7, 1) in CHORDS[key.mode][figure]:
            outside[row, key.degree_class(7)] = CROSS_RELATION
        outside[row, list(_classes(key, figure))] = 0
    return outside
