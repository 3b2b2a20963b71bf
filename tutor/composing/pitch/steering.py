"""Wide counts, kept by leaning towards them and leaving out the lines that miss them.

An automaton for "sixteen to twenty-three seconds up" beside one for as many down has hundreds of states, and the time
that a backward pass takes grows with them. But a chain whose moves are weighed by exp(lean) a move still draws the
lines of any one tally as often, one beside the other, as it did before: only how often tallies come changes. So the
chain is leant until its tallies fall where they should, and what misses is left out. Csiszár, *Sanov property,
generalized I-projection and a conditional limit theorem* (1984).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from tutor.composing.ordering import Count
from tutor.composing.pitch.counters import OF_NOTES, joined_limits, states_of
from tutor.composing.pitch.lattice import Into, Lattice
from tutor.composing.pitch.order import LineNote, LineOrder
from tutor.composing.pitch.space import PitchSpace

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

# Joint states that are quickly kept exactly, times notes.
FEW_CELLS = 6000
# Of the moves of lines without counts, by generic size: up, and as many down.
USUAL_SHARES = {2: 0.28, 3: 0.12, 4: 0.027, 5: 0.013, 6: 0.005, 7: 0.002, 8: 0.002}
# Lines differ less than dice: the spread of a tally beside a binomial one's.
SPREAD = 0.9
LEAST_MET = 0.04  # of lines: with fewer it is quicker to count
LONGEST_STEP, LONGEST_OF_RARE = 1.5, 4.0  # of a lean
HEEDED = 0.75  # of how tallies vary together, which few lines tell roughly
FEW, FEWEST_CAME = 2.0, 0.1  # times on average
WITHIN = 0.5  # spreads: a tally without a most is aimed so far beyond its least


@dataclass(frozen=True)
class Steered:
    """Counts of intervals that are leant towards: `tags` with `least` and `most` [T] and the tally `aimed` at [T]."""

    tags: tuple[str, ...]
    least: Ints
    most: Ints
    aimed: Floats
    moves: int

    def first_lean(self) -> Floats:
        """By what tunes have [T]."""
        usual = np.array([_usual(tag) * self.moves for tag in self.tags])
        return np.asarray(np.where(self.safely_met_by(usual), 0, self.lean_from(usual)))

    def safely_met_by(self, came: Floats) -> NDArray[np.bool_]:
        """Which of these are safely met by so many [T]."""
        safe = np.array([_spread(mean / max(self.moves, 1), self.moves) for mean in came])
        return np.asarray(((self.least == 0) | (came - safe >= self.least)) & (came + safe <= self.most))

    def lean_from(self, came: Floats) -> Floats:
        """How much more to lean where so many came on average [T]: moves that are not counted take what is left."""
        came = np.maximum(came, FEWEST_CAME)
        rest = max(self.moves - came.sum(), 1.0) / max(self.moves - self.aimed.sum(), 1.0)
        return np.asarray(np.clip(np.log(self.aimed / came * rest), -LONGEST_OF_RARE, LONGEST_OF_RARE))

    def lean_further(self, tallies: Ints) -> Floats:
        """How much more to lean where these came [lines, T]: Newton's step, as leaning changes the mean by as much as
        tallies vary together; where hardly any came, by how many."""
        came = tallies.mean(axis=0)
        spread = np.array([_spread(mean / max(self.moves, 1), self.moves) for mean in came])
        together = HEEDED * np.cov(tallies.T).reshape(len(came), -1) + (1 - HEEDED) * np.diag(spread**2)
        newton = np.clip(np.linalg.solve(together, self.aimed - came), -LONGEST_STEP, LONGEST_STEP)
        return np.asarray(np.where(came < FEW, self.lean_from(came), newton))

    def met_by(self, tallies: Ints) -> NDArray[np.bool_]:
        """Which tallies [..., T] are as they should be."""
        return np.asarray(((tallies >= self.least) & (tallies <= self.most)).all(axis=-1))


def steered(order: LineOrder) -> tuple[LineOrder, Steered | None]:
    """The order with only those counts that are best kept exactly, and the others; None where that is all."""
    limits = joined_limits(order.counts, len(order.notes))
    moves = sum(not note.after_rest for note in order.notes[1:])
    chance, chosen = 1.0, []
    while states_of(limits) * len(order.notes) > FEW_CELLS:
        worth = {
            tag: math.log(states_of({tag: limits[tag]})) + math.log(_chance(tag, limits[tag], moves))
            for tag in limits
            if tag not in OF_NOTES and limits[tag] != (0, 0)
        }
        if not worth:
            break
        tag = max(worth, key=lambda one: (round(worth[one], 6), one))
        chance *= _chance(tag, limits[tag], moves)
        if chance < LEAST_MET:
            break
        chosen.append((tag, limits.pop(tag)))
    if not chosen:
        return order, None
    kept = tuple(Count(tag, least, most) for tag, (least, most) in limits.items())
    least = np.array([least for _, (least, _) in chosen])
    most = np.array([moves if most is None else most for _, (_, most) in chosen])
    aimed = np.array([_aimed(tag, limit, moves) for tag, limit in chosen])
    return replace(order, counts=kept), Steered(tuple(tag for tag, _ in chosen), least, most, aimed, moves)


def _usual(tag: str) -> float:
    return USUAL_SHARES.get(int(tag.split(":")[1]), 0.01)


def _spread(share: float, moves: int) -> float:
    share = min(max(share, 0.5 / max(moves, 1)), 0.6)
    return SPREAD * math.sqrt(moves * share * (1 - share))


def _aimed(tag: str, limits: tuple[int, int | None], moves: int) -> float:
    """What is usual if it may be, or else the nearest that is safely within."""
    least, most = limits
    usual = _usual(tag) * moves
    safe = WITHIN * _spread(least / max(moves, 1), moves)
    low = least + safe if least else 0.0
    high = float(moves) if most is None else max(most - safe, 0.0)
    return max((least + most) / 2 if most is not None and low > high else min(max(usual, low), high), 0.3)


def _chance(tag: str, limits: tuple[int, int | None], moves: int) -> float:
    """Of a line to meet such a count when it is leant towards, about."""
    least, most = limits
    aimed = _aimed(tag, limits, moves)
    spread = _spread(aimed / max(moves, 1), moves) * math.sqrt(2)
    above = 1.0 if most is None else (1 + math.erf((most + 0.5 - aimed) / spread)) / 2
    below = 0.0 if not least else (1 + math.erf((least - 0.5 - aimed) / spread)) / 2
    return max(above - below, 1e-6)


def leant(grid: Lattice, notes: Sequence[LineNote], tags: Sequence[str], lean: Floats) -> Lattice:
    """The same with every move of these intervals worth exp(lean) times as much."""
    worth = np.ones(grid.space.steps.shape, dtype=np.float32)
    for tag, by in zip(tags, lean, strict=True):
        worth[grid.space.steps == _steps(tag)] = np.exp(by)
    made: dict[int, Into] = {}
    into = []
    for note, one in zip(notes, grid.into, strict=True):
        if not note.after_rest:
            one = made.get(id(one)) or made.setdefault(
                id(one), Into(one.pair * worth, one.ahead * worth[:, None, :], one.codes)
            )
        into.append(one)
    return replace(grid, into=into)


def tallies_of(space: PitchSpace, path: Ints, notes: Sequence[LineNote], tags: Sequence[str]) -> Ints:
    """How often each line [lines, notes] has these intervals [lines, T]."""
    joined = np.array([not note.after_rest for note in notes[1:]], dtype=bool)
    steps = np.diff(space.diatonic[path], axis=1)[:, joined]
    return np.stack([(steps == _steps(tag)).sum(axis=1) for tag in tags], axis=-1)


def _steps(tag: str) -> int:
    _, size, way = tag.split(":")
    return (int(size) - 1) * (1 if way == "up" else -1)
