"""How far a line has got with what is counted: one state for all counters together.

A counter counts up to its most, or to its least where more of it does no harm; one too many leads to the dead
state, from which no line is completed. Papadopoulos, Roy, Régin & Pachet, *Exact sampling for regular and Markov
constraints with belief propagation* (2015): a count is a regular language, so its automaton may run beside the chain.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tutor.composing.pitch.order import CountLike
from tutor.composing.pitch.space import PitchSpace
from tutor.composing.skills import LEDGER_STEPS

Ints = NDArray[np.int64]
Limits = tuple[int, int | None]

ACCIDENTAL, HIGH, LOW = "accidental", "range:high", "range:low"
# Counted of a note, whatever leads to it; a note may feed an accidental and one register.
OF_NOTES = (ACCIDENTAL, HIGH, LOW)
REGISTERS = 3


@dataclass(frozen=True)
class Counters:
    """Counted tags and their joint automaton; C = event codes, K = states, the dead one (index K) beside them.

    An event code says which interval counter a move feeds (0 none), whether it leads to an accidental, and to a high
    or a low note. `after` [C, K + 1] is the state after an event, `accepts` [K + 1].
    """

    intervals: tuple[str, ...]
    after: Ints
    accepts: NDArray[np.bool_]

    @property
    def states(self) -> int:
        """K."""
        return len(self.accepts) - 1

    def codes(self, space: PitchSpace, *, after_rest: bool, staff_middle: int | None) -> Ints:
        """The event code of every move [P, P]; no interval is counted into a note after a rest."""
        code = np.zeros(space.steps.shape, dtype=np.int64)
        if not after_rest:
            for index, tag in enumerate(self.intervals):
                _, size, direction = tag.split(":")
                code[space.steps == (int(size) - 1) * (1 if direction == "up" else -1)] = index + 1
        return code + self.note_codes(space, staff_middle)[None, :]

    def note_codes(self, space: PitchSpace, staff_middle: int | None) -> Ints:
        """The event code of beginning on each pitch [P]."""
        above = np.zeros(len(space)) if staff_middle is None else space.diatonic - staff_middle
        register = np.where(above > LEDGER_STEPS, 1, np.where(above < -LEDGER_STEPS, 2, 0))
        return np.asarray((len(self.intervals) + 1) * (2 * register + space.accidental), dtype=np.int64)


def counters_for(counts: Sequence[CountLike]) -> Counters:
    """The automaton of these counts. Counts that ask nothing are dropped; two of one tag both hold."""
    wanted: dict[str, Limits] = {}
    for count in counts:
        least, most = wanted.get(count.tag, (0, None))
        mosts = [limit for limit in (most, count.most) if limit is not None]
        wanted[count.tag] = (max(least, count.least), min(mosts) if mosts else None)
    wanted = {tag: limits for tag, limits in wanted.items() if limits != (0, None)}
    intervals = tuple(tag for tag in wanted if tag not in OF_NOTES)
    limits = [wanted.get(tag, (0, None)) for tag in (*intervals, *OF_NOTES)]
    return Counters(intervals, *_automaton(limits))


def _automaton(limits: list[Limits]) -> tuple[Ints, NDArray[np.bool_]]:
    """`limits` of the interval counters, then of OF_NOTES."""
    sizes = [(least if most is None else most) + 1 for least, most in limits]
    tally = np.stack(np.unravel_index(np.arange(int(np.prod(sizes))), sizes), axis=1)  # [K, counters]
    accepts = np.append((tally >= [least for least, _ in limits]).all(axis=1), False)
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
    return np.array(rows), accepts


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
