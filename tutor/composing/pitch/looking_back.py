"""The backward pass over a lattice: what everything that may follow is worth, from every state of every note."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from tutor.composing.pitch.lattice import Floats, Into, Ints, Lattice

# Powers of small numbers that doubles can hold over hundreds of notes.
FLAT = 0.3


@dataclass(frozen=True)
class Messages:
    """`onward` [n] of [P, classes, live states + 1]: the pitch's own worth times all that may follow, scaled, the
    last column zero; `log2_total` of all lines together, -inf where there is none."""

    onward: list[NDArray[np.floating]]
    log2_total: float

    @property
    def possible(self) -> bool:
        """Is there any line?"""
        return bool(np.isfinite(self.log2_total))


def look_back_surely(grid: Lattice) -> Messages:
    """The backward pass, again in doubles and flattened where it found nothing: only then is there nothing."""
    messages = look_back(grid)
    return messages if messages.possible else look_back(grid, flat=FLAT)


def look_back(grid: Lattice, *, flat: float = 1.0) -> Messages:
    """The backward pass. `flat` below 1 flattens the probabilities and computes in doubles, so that a line which
    is possible but utterly unlikely is not rounded to nothing."""
    kind = np.float32 if flat == 1.0 else np.float64
    onward: list[NDArray[np.floating]] = []
    log2_total = 0.0
    message: NDArray[np.floating] = grid.counters.accepts[grid.live[-1]].astype(kind)
    plans: dict[int, Plan] = {}
    for place in range(len(grid.unary) - 1, -1, -1):
        here = np.zeros((len(grid.space), grid.classes, len(grid.live[place]) + 1), dtype=kind)
        here[..., :-1] = message * _flattened(grid.unary[place], flat, kind)[:, None, None]
        largest = float(here.max())
        if largest <= 0:
            return Messages([], -np.inf)
        here /= kind(largest)
        log2_total += float(np.log2(largest))
        onward.append(here)
        if place:
            into = grid.into[place]
            plan = plans.get(id(into.codes)) or plans.setdefault(id(into.codes), _plan(grid, into))
            message = np.matmul(_flattened(into.ahead, flat, kind), _led_to(grid, place, here, plan))
    start = float(onward[-1].reshape(-1)[first_cells(grid)].sum())
    return Messages(onward[::-1], log2_total + float(np.log2(start)) if start > 0 else -np.inf)


def first_cells(grid: Lattice) -> Ints:
    """Where in the first message a line stands that begins on each pitch [P]."""
    row = np.arange(len(grid.space)) * grid.classes * (len(grid.live[0]) + 1)
    return np.asarray(row + grid.column[0][grid.counters.after[grid.note_codes, 0]])


@dataclass(frozen=True)
class Plan:
    """How moves differ for a message: by their class and interval counter, D ways. `way` [P, P] of each move,
    `classes` [D], `codes` [P, D] the event of reaching a pitch in each way."""

    way: Ints
    classes: Ints
    codes: Ints
    found: dict[tuple[int, int], Ints] = field(default_factory=dict)  # cells by the live states before and here


def _plan(grid: Lattice, into: Into) -> Plan:
    counters = len(grid.counters.intervals) + 1
    ways, way = np.unique(grid.move_class * counters + into.codes, return_inverse=True)
    return Plan(way.reshape(into.codes.shape), ways // counters, (ways % counters)[None, :] + grid.note_codes[:, None])


def _led_to(grid: Lattice, place: int, here: NDArray[np.floating], plan: Plan) -> NDArray[np.floating]:
    """What each move to this note leads to, by the counter state it comes from [P, P, live states before].

    Only the ways of reaching a pitch are looked up; moves then copy whole rows, which is what makes it fast.
    """
    pitches, ways = plan.codes.shape
    between = id(grid.live[place - 1]), id(grid.live[place])
    if between not in plan.found:
        plan.found.clear()
        columns = grid.column[place][grid.counters.after[:, grid.live[place - 1]]]  # [codes, live states before]
        row = (np.arange(pitches)[:, None] * grid.classes + plan.classes[None, :]) * here.shape[-1]
        plan.found[between] = row[:, :, None] + columns[plan.codes]
    reached = np.take(here, plan.found[between]).reshape(pitches * ways, -1)
    return np.asarray(reached[np.arange(pitches) * ways + plan.way])


def _flattened(worth: Floats, flat: float, kind: type[np.floating]) -> NDArray[np.floating]:
    return worth if flat == 1.0 else np.power(worth.astype(kind), flat)
