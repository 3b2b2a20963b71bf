"""How far a line has got with what is counted: one state for all counters together.

A counter counts up to its most, or to its least where more of it does no harm; one too many leads to the dead
state, from which no line is completed. Noel Papadopoulos, Roy, Régin & Pachet, *Exact sampling for regular and
Markov constraints with belief propagation* (2015): a count is a regular language, so its automaton may simply
run beside the chain.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tutor.composing.pitch.order import CountLike
from tutor.composing.pitch.space import PitchSpace

ACCIDENTAL = "accidental"
WIDEST_TAGGED = 8


@dataclass(frozen=True)
class Counters:
    """Counted tags and their joint automaton; C = event codes, K = states, the dead one (index K) beside them.

    An event code is the index of the interval counter that a move feeds, plus one, and after all of those the
    same again for a move to an accidental. `after` [C, K + 1] is the state after an event, `accepts` [K + 1].
    """

    intervals: tuple[str, ...]
    after: NDArray[np.int64]
    accepts: NDArray[np.bool_]

    @property
    def states(self) -> int:
        return len(self.accepts) - 1

    def codes(self, space: PitchSpace, *, after_rest: bool) -> NDArray[np.int64]:
        """The event code of every move [P, P]; no interval is counted into a note after a rest."""
        code = np.zeros(space.steps.shape, dtype=np.int64)
        if not after_rest:
            for index, tag in enumerate(self.intervals):
                _, size, direction = tag.split(":")
                steps = (int(size) - 1) * (1 if direction == "up" else -1)
                code[space.steps == steps] = index + 1
        return code + self.first_codes(space)[None, :]

    def first_codes(self, space: PitchSpace) -> NDArray[np.int64]:
        """The event code of beginning on each pitch [P]."""
        return np.where(space.accidental, len(self.intervals) + 1, 0)


def counters_for(counts: Sequence[CountLike]) -> Counters:
    """The automaton of these counts. Counts that ask nothing are dropped; two of one tag both hold."""
    wanted: dict[str, tuple[int, int | None]] = {}
    for count in counts:
        least, most = wanted.get(count.tag, (0, None))
        mosts = [limit for limit in (most, count.most) if limit is not None]
        wanted[count.tag] = (max(least, count.least), min(mosts) if mosts else None)
    wanted = {tag: limits for tag, limits in wanted.items() if limits != (0, None)}
    intervals = tuple(tag for tag in wanted if tag != ACCIDENTAL)
    limits = [wanted[tag] for tag in intervals] + [wanted.get(ACCIDENTAL, (0, None))]
    return Counters(intervals, *_automaton(limits))


def _automaton(limits: list[tuple[int, int | None]]) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    sizes = [(least if most is None else most) + 1 for least, most in limits]
    states = int(np.prod(sizes))
    tally = np.stack(np.unravel_index(np.arange(states), sizes), axis=1)  # [K, counters]
    accepts = np.append((tally >= [least for least, _ in limits]).all(axis=1), False)
    after = np.empty((2 * len(limits), states + 1), dtype=np.int64)
    for accidental in (0, 1):
        for code in range(len(limits)):
            moved = tally.copy()
            moved[:, -1] += accidental
            if code:
                moved[:, code - 1] += 1
            after[accidental * len(limits) + code] = _indices(moved, limits, sizes)
    return after, accepts


def _indices(tally: NDArray[np.int64], limits: list[tuple[int, int | None]], sizes: list[int]) -> NDArray[np.int64]:
    """State of each tally: saturated where there is no most, dead where it is passed."""
    over = np.zeros(len(tally), dtype=bool)
    for column, (least, most) in enumerate(limits):
        if most is None:
            tally[:, column] = np.minimum(tally[:, column], least)
        else:
            over |= tally[:, column] > most
    states = np.ravel_multi_index(tuple(tally[~over].T), sizes) if (~over).any() else np.zeros(0, np.int64)
    index = np.full(len(tally) + 1, len(tally), dtype=np.int64)
    index[:-1][~over] = states
    return index
