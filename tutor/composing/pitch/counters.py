"""How far a line has got with what is counted: one state for all counters together.

A counter counts up to its most, or to its least where more of it does no harm; one too many leads to the dead
state, from which no line is completed. Papadopoulos, Roy, Régin & Pachet, *Exact sampling for regular and Markov
constraints with belief propagation* (2015): a count is a regular language, so its automaton may run beside the chain.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tutor.composing.pitch.order import CountLike
from tutor.composing.pitch.space import PitchSpace
from tutor.composing.refusal import CannotCompose
from tutor.composing.skills import LEDGER_STEPS
from tutor.saying import phrase

Ints = NDArray[np.int64]
Limits = tuple[int, int | None]

ACCIDENTAL, HIGH, LOW = "accidental", "range:high", "range:low"
# Counted of a note, whatever leads to it; a note may feed an accidental and one register.
OF_NOTES = (ACCIDENTAL, HIGH, LOW)
REGISTERS = 3
# Joint states that fit into some hundred megabytes while a line is drawn.
MOST_STATES = 100_000


@dataclass(frozen=True)
class Counters:
    """Counted tags and their joint automaton; C = event codes, K = states, the dead one (index K) beside them.

    An event code says which interval counter a move feeds (0 none), whether it leads to an accidental, and to a high
    or a low note. `after` [C, K + 1] is the state after an event, `accepts` [K + 1]; `tally` and `lacking` [K,
    counters] how often each was counted (up to where it stops) and is still to be, intervals first, then OF_NOTES.
    """

    intervals: tuple[str, ...]
    after: Ints
    accepts: NDArray[np.bool_]
    tally: Ints
    lacking: Ints

    @property
    def states(self) -> int:
        """K."""
        return len(self.accepts) - 1

    def interval_codes(self, space: PitchSpace, *, after_rest: bool) -> Ints:
        """The event code of every move as an interval [P, P]; nothing is counted into a note after a rest."""
        code = np.zeros(space.steps.shape, dtype=np.int64)
        if not after_rest:
            for index, tag in enumerate(self.intervals):
                _, size, direction = tag.split(":")
                code[space.steps == (int(size) - 1) * (1 if direction == "up" else -1)] = index + 1
        return code

    def note_codes(self, space: PitchSpace, staff_middle: int | None) -> Ints:
        """What each pitch adds to the code of a move that leads to it [P]; the code of beginning on it."""
        above = np.zeros(len(space)) if staff_middle is None else space.diatonic - staff_middle
        register = np.where(above > LEDGER_STEPS, 1, np.where(above < -LEDGER_STEPS, 2, 0))
        return np.asarray((len(self.intervals) + 1) * (2 * register + space.accidental), dtype=np.int64)

    def live(self, moves_done: int, notes_done: int, moves_left: int, notes_left: int) -> Ints:
        """The states that a line may be in after so many countable moves and notes, with so many to come."""
        split = len(self.intervals)
        alive = (self.tally[:, :split].sum(axis=1) <= moves_done) & (self.tally[:, split:] <= notes_done).all(axis=1)
        alive &= self.lacking[:, :split].sum(axis=1) <= moves_left
        return np.flatnonzero(alive & (self.lacking[:, split:] <= notes_left).all(axis=1))


def counters_for(counts: Sequence[CountLike], notes: int) -> Counters:
    """The automaton of these counts over so many notes. What asks nothing is dropped; two of one tag both hold.

    Raises CannotCompose where they are too many to keep at once.
    """
    wanted = joined_limits(counts, notes)
    intervals = tuple(tag for tag in wanted if tag not in OF_NOTES)
    limits = [wanted.get(tag, (0, None)) for tag in (*intervals, *OF_NOTES)]
    if states_of(wanted) > MOST_STATES:
        raise CannotCompose(
            phrase("That is more than can be counted at once; ask for fewer skills."), ("fewer skills at once",)
        )
    return Counters(intervals, *_automaton(limits))


def joined_limits(counts: Sequence[CountLike], notes: int) -> dict[str, Limits]:
    """The least and the most of each tag, None where more does no harm over so many notes."""
    wanted: dict[str, Limits] = {}
    for count in counts:
        least, most = wanted.get(count.tag, (0, None))
        mosts = [limit for limit in (most, count.most) if limit is not None]
        wanted[count.tag] = (max(least, count.least), min(mosts) if mosts and min(mosts) < notes else None)
    return {tag: limits for tag, limits in wanted.items() if limits != (0, None)}


def states_of(wanted: Mapping[str, Limits]) -> int:
    """How many joint states counters of these limits have."""
    return math.prod(_size(limits) for limits in wanted.values())


def _automaton(limits: list[Limits]) -> tuple[Ints, NDArray[np.bool_], Ints, Ints]:
    """The fields of Counters from `after` on. `limits` of the interval counters, then of OF_NOTES."""
    sizes = [_size(limit) for limit in limits]
    tally = np.stack(np.unravel_index(np.arange(int(np.prod(sizes))), sizes), axis=1)  # [K, counters]
    lacking = np.maximum(np.array([least for least, _ in limits]) - tally, 0)
    intervals = len(limits) - len(OF_NOTES)
    rows = []
    for register in range(REGISTERS):
        for accidental in (0, 1):
            of_note = np.array([accidental, register == 1, register == 2], dtype=np.int64)
            for interval in range(intervals + 1):
                moved = tally.copy()
                moved[:, intervals:] += of_note
                if interval:
                    moved[:, interval - 1] += 1
                rows.append(_indices(moved, limits, sizes))
    return np.array(rows), np.append(~lacking.any(axis=1), False), tally, lacking


def _size(limits: Limits) -> int:
    """How many states a counter has: it stops at its most, or without one at its least."""
    least, most = limits
    return (least if most is None else most) + 1


def _indices(tally: Ints, limits: list[Limits], sizes: list[int]) -> Ints:
    """State of each tally: saturated where there is no most, dead where it is passed."""
    over = np.zeros(len(tally), dtype=bool)
    for column, (least, most) in enumerate(limits):
        if most is None:
            tally[:, column] = np.minimum(tally[:, column], least)
        else:
            over |= tally[:, column] > most
    index = np.full(len(tally) + 1, len(tally), dtype=np.int64)
    index[:-1][~over] = np.ravel_multi_index(tuple(tally[~over].T), sizes)
    return index
