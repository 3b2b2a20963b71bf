"""Bars drawn exactly under counts: a chain of bars times saturating counters, solved backwards, drawn forwards.

Pachet & Roy (2011), Finite-Length Markov Processes with Constraints; Papadopoulos et al. (2015), Exact Sampling for
Regular and Markov Constraints. A message tells, for every (what came before, what is counted so far), how likely it is
that the rest of the line meets the order. Bars that do the same to the counts and to what may follow share one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tutor.composing.rhythm.counting import START, STATES, joined
from tutor.composing.rhythm.vocabulary import Bars, Floats, Ints

STATES_OF_NO_COUNT = 100  # what a line costs without any count, in states of counters


@dataclass(frozen=True)
class Counters:
    """What is counted, (index into TAGS, least, most) each. `sizes`: how many values a counter keeps apart."""

    wanted: tuple[tuple[int, int, int | None], ...]

    @property
    def tags(self) -> list[int]:
        return [tag for tag, _, _ in self.wanted]

    @property
    def sizes(self) -> list[int]:
        return [(least if most is None else most) + 1 for _, least, most in self.wanted]

    @property
    def states(self) -> int:
        return int(np.prod(self.sizes, dtype=np.int64)) if self.wanted else 1

    def accepted(self) -> Floats:
        """[states + 1]: 1 where the order is met; the last state is too much of something."""
        digits = self._digits()
        met = np.ones(self.states + 1)
        for values, (_, least, _) in zip(digits, self.wanted, strict=True):
            met[:-1] *= values >= least
        met[-1] = 0
        return met

    def steps(self, increments: Ints) -> Ints:
        """[I, states + 1] which state each of I increments leads to, from increments [I, counters]."""
        reached = np.zeros((len(increments), self.states + 1), np.int64)
        too_much = np.zeros((len(increments), self.states), bool)
        for place, (values, size, (_, _, most)) in enumerate(zip(self._digits(), self.sizes, self.wanted, strict=True)):
            total = values + increments[:, place, None]
            if most is not None:
                too_much |= total > most
            reached[:, :-1] = reached[:, :-1] * size + np.minimum(total, size - 1)
        reached[:, :-1][too_much] = self.states
        reached[:, -1] = self.states
        return reached

    def _digits(self) -> list[Ints]:
        return list(np.indices(self.sizes).reshape(len(self.sizes), -1)) if self.wanted else []


@dataclass(frozen=True)
class Layer:
    """One bar's place in the line: the bars that may stand there, and how much each is wished for, [V]."""

    bars: Bars
    wish: Floats
    key: object  # layers with the same key have the same bars and wishes


@dataclass(frozen=True)
class Step:
    """A layer after another one, its bars told apart where the barline before them counts.

    bar: [I] index into the layer's bars; weight: [befores, I]; target: [I] the place in `Frontier` that it leads to;
    steps: [I, states + 1]; groups of them share messages."""

    bar: Ints
    weight: Floats
    target: Ints
    step: Ints  # [I] index into `steps`
    steps: Ints
    group_weight: Floats
    group_target: Ints
    group_step: Ints


@dataclass(frozen=True)
class Frontier:
    """What may have come before: (row of the chain, state left at the barline) each; `place` of every bar, [V]."""

    pairs: Ints
    place: Ints


@dataclass
class Solved:
    """Messages for a line: `messages[b]` [befores, states + 1] before layer b, scaled."""

    layers: Sequence[Layer]
    steps: list[Step]
    messages: list[Floats]
    log_scale: float = 0.0

    @property
    def feasible(self) -> bool:
        return bool(self.messages[0][0, 0] > 0)


def work_of(layers: Sequence[Layer], counters: Counters) -> float:
    """What `solve` has to do, about, in the units of `Effort`."""
    return float(sum(len(layer.bars) for layer in layers)) * (counters.states + STATES_OF_NO_COUNT)


def solve(layers: Sequence[Layer], counters: Counters) -> Solved:
    """Messages of every bar, last to first; `feasible` tells whether any line meets the order."""
    frontiers: dict[object, Frontier] = {}
    steps: list[Step] = []
    made: dict[object, Step] = {}
    before = Frontier(np.array([[len(layers[0].bars.chain) - 1, START]]), np.zeros(0, np.int64))
    before_key: object = None
    for layer in layers:
        after = frontiers.get(id(layer.bars)) or frontiers.setdefault(id(layer.bars), _frontier(layer.bars))
        key = (before_key, layer.key)
        if key not in made:
            made[key] = _step(layer, before, after, counters)
        steps.append(made[key])
        before, before_key = after, id(layer.bars)
    message = np.tile(counters.accepted(), (len(before.pairs), 1))
    messages, log_scale = [message], 0.0
    for step in reversed(steps):
        gathered = message[step.group_target[:, None], step.steps[step.group_step]]
        message = step.group_weight @ gathered
        scale = message.max()
        if scale > 0:
            message = message / scale
            log_scale += float(np.log(scale))
        messages.append(message)
    return Solved(layers, steps, messages[::-1], log_scale)


def draw(solved: Solved, rng: np.random.Generator, sources: Ints) -> tuple[Ints, npt.NDArray[np.bool_], Floats]:
    """Lines of bars from the messages: their bars and where they kept to `sources`, both [lines, layers], and log
    probabilities. sources: [lines, layers], the layer whose bar stands there again, -1 for none; a bar that could not
    stand again under the counts is drawn freely, and nothing after it is held to its source."""
    lines = len(sources)
    chosen = np.zeros(sources.shape, np.int64)
    kept = np.zeros(sources.shape, bool)
    willing = np.ones(lines, bool)
    place, counted = np.zeros(lines, np.int64), np.zeros(lines, np.int64)
    log_prob = np.zeros(lines)
    row = np.full(lines, len(solved.layers[0].bars.chain) - 1)
    for index, (layer, step) in enumerate(zip(solved.layers, solved.steps, strict=True)):
        ahead = solved.messages[index + 1]
        weight = step.weight[place] * ahead[step.target, step.steps[step.step][:, counted].T]
        restates = willing & (sources[:, index] >= 0)
        if restates.any():
            same = step.bar == np.take_along_axis(chosen, np.maximum(sources[:, index, None], 0), 1)
            narrowed = weight * same
            can = restates & (narrowed.sum(1) > 0)
            weight = np.where(can[:, None], narrowed, weight)
            willing &= can | ~restates
            kept[:, index] = can
        reached = np.cumsum(weight, axis=1)
        item = (reached < (rng.random(lines) * reached[:, -1])[:, None]).sum(1)
        item = np.minimum(item, weight.shape[1] - 1)
        bar = step.bar[item]
        log_prob += np.log(np.maximum(layer.bars.chain[row, bar], 1e-300))
        place, counted = step.target[item], step.steps[step.step[item], counted]
        chosen[:, index], row = bar, layer.bars.row[bar]
    return chosen, kept, log_prob


def _frontier(bars: Bars) -> Frontier:
    codes, place = np.unique(bars.row * STATES + bars.state, return_inverse=True)
    return Frontier(np.stack(np.divmod(codes, STATES), axis=1), place)


def _step(layer: Layer, before: Frontier, after: Frontier, counters: Counters) -> Step:
    bar, allowed, added = _told_apart(layer.bars, before, counters.tags)
    weight = layer.bars.chain[before.pairs[:, 0]][:, bar] * layer.wish[bar] * allowed
    increments = layer.bars.increments[bar][:, counters.tags] + added
    kinds, kind = _unique_rows(increments)
    target = after.place[bar]
    codes = target * len(kinds) + kind
    order = np.argsort(codes, kind="stable")
    starts = np.flatnonzero(np.diff(codes[order], prepend=-1))
    first = order[starts]
    grouped = np.add.reduceat(weight[:, order], starts, axis=1) if len(order) else np.zeros((len(weight), 0))
    return Step(bar, weight, target, kind, counters.steps(kinds), grouped, target[first], kind[first])


def _told_apart(bars: Bars, before: Frontier, tags: list[int]) -> tuple[Ints, npt.NDArray[np.bool_], Ints]:
    """Each bar once for every way that the barline before it adds to the counts: (index, [befores, I] where that is
    so, [I, counters] what it adds)."""
    states = before.pairs[:, 1]
    found: list[tuple[Ints, npt.NDArray[np.bool_], tuple[int, ...]]] = []
    for head in np.unique(bars.head):
        index = np.flatnonzero(bars.head == head)
        ways: dict[tuple[int, ...], list[int]] = {}
        for state in np.unique(states):
            added = joined(int(state), int(head))
            if added is not None:
                ways.setdefault(tuple(added[tag] for tag in tags), []).append(int(state))
        found += [(index, np.isin(states, some), added) for added, some in ways.items()]
    if not found:
        return np.zeros(0, np.int64), np.zeros((len(states), 0), bool), np.zeros((0, len(tags)), np.int64)
    return (
        np.concatenate([index for index, _, _ in found]),
        np.concatenate([np.repeat(where[:, None], len(index), 1) for index, where, _ in found], axis=1),
        np.concatenate([np.tile(np.array(added, np.int64), (len(index), 1)) for index, _, added in found]),
    )


def _unique_rows(rows: Ints) -> tuple[Ints, Ints]:
    """Distinct rows and which of them each is; numpy's own is slow for narrow ones."""
    if rows.shape[1] == 0 or not len(rows):
        return np.zeros((1, rows.shape[1]), np.int64), np.zeros(len(rows), np.int64)
    codes = np.zeros(len(rows), np.int64)
    for column in rows.T:
        codes = codes * (int(column.max()) + 1) + column
    _, first, kind = np.unique(codes, return_index=True, return_inverse=True)
    return rows[first], kind
