"""Drawing lines: forwards through the lattice, each move by the long memory times what may still follow.

What may follow is known exactly (`lattice.py`), so every line meets its order; the long memory is followed by
carrying several particles a line, weighted by how much better or worse than foreseen they do, and resampled among
themselves: a particle filter with look-ahead. Guarniero, Johansen & Lee, *The iterated auxiliary particle filter*
(2017); islands of particles keep the lines independent (Vergé et al., 2015).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from tutor.composing.pitch.lattice import (
    LEAST_LIKELY,
    Ints,
    Lattice,
    Messages,
    lattice,
    look_back,
    look_back_surely,
    with_fixed,
)
from tutor.composing.pitch.learning import LONGEST_MEMORY, MODES, short_codes
from tutor.composing.pitch.memory import MelodyModel, melody_model
from tutor.composing.pitch.order import EVERY_SIZE, LineOrder, Lines
from tutor.composing.pitch.refusing import refusal
from tutor.composing.pitch.space import MOVE_CLASSES, NO_SYMBOL

PARTICLES_A_LINE = 4
# Resample an island when its particles are worth fewer than this share of them.
FEWEST_EFFECTIVE = 0.5
# Openings tried for a form that restates its own, before the restatement is given up.
OPENINGS = 3


def draw_lines(order: LineOrder, rng: np.random.Generator, lines: int = 16) -> Lines:
    """That many lines, each a fair draw from all that meet the order. Raises CannotCompose where none does.

    Where notes restate earlier ones (`same_as`) all lines share one opening; the restatement is given up where it
    can't be had together with the rest.
    """
    course = _open_course(order)
    strain = _strain(order, course.messages)
    formed = _restating(course, rng) if any(note.same_as is not None for note in order.notes) else None
    drawn = _draw(formed or course, rng, lines, len(order.notes))
    pitches = np.stack([course.grid.space.diatonic[drawn.path], course.grid.space.alter[drawn.path]], axis=-1)
    return Lines(pitches.astype(np.int16), drawn.bits / max(len(order.notes) - 1, 1), strain)


def _open_course(order: LineOrder) -> Course:
    """The lattice that has a line, as a musician would write it if that can be had. Raises CannotCompose."""
    model = melody_model(order.style)
    for strict in (True, False):
        grid = lattice(order, strict=strict)
        messages = look_back_surely(grid)
        if messages.possible:
            return Course(order, grid, messages, model)
    raise refusal(order)


def _strain(order: LineOrder, messages: Messages) -> float:
    """Bits a note by which the order's lines are rarer than lines of its range and chords alone."""
    notes = [replace(note, only=None, fixed=None, same_as=None) for note in order.notes]
    free = look_back(lattice(replace(order, notes=notes, sizes=EVERY_SIZE | order.sizes, counts=())))
    return max(free.log2_total - messages.log2_total, 0.0) / len(order.notes)


def _restating(course: Course, rng: np.random.Generator) -> Course | None:
    """The same with an opening drawn and put where it is restated; None where that can't be had."""
    copies: dict[int, int] = {}
    for place, note in enumerate(course.order.notes):
        if note.same_as is not None:
            copies[place] = copies.get(note.same_as, note.same_as)
    openings = _draw(course, rng, OPENINGS, max(copies.values()) + 1).path
    for opening in openings:
        given = {place: int(opening[source]) for place, source in copies.items()}
        given |= {source: int(opening[source]) for source in copies.values()}
        grid = with_fixed(course.grid, given)
        messages = look_back_surely(grid)
        if messages.possible:
            return replace(course, grid=grid, messages=messages)
    return None


@dataclass
class Particles:
    """Lines being drawn, n at once: n = islands times particles, those of an island side by side."""

    path: Ints  # [n, notes] indices into the space
    cell: Ints  # [n] flat state of the lattice
    history: Ints  # [n, 5] symbols, newest first
    bits: NDArray[np.float64]  # [n]
    weight: NDArray[np.float64]  # [n], log

    def kept(self, chosen: Ints) -> Particles:
        return Particles(
            self.path[chosen], self.cell[chosen], self.history[chosen], self.bits[chosen], self.weight[chosen]
        )


@dataclass(frozen=True)
class Course:
    """All that drawing needs to know of an order."""

    order: LineOrder
    grid: Lattice
    messages: Messages
    model: MelodyModel


def _draw(course: Course, rng: np.random.Generator, lines: int, stop: int) -> Particles:
    """One line an island, drawn as far as note `stop`."""
    particles = _begin(course, rng, lines * PARTICLES_A_LINE)
    for place in range(1, stop):
        _advance(course, particles, place, rng)
        particles = _resampled(particles, lines, rng)
    weights = particles.weight.reshape(lines, PARTICLES_A_LINE)
    best = _choose(np.exp(weights - weights.max(axis=1, keepdims=True)), rng)
    return particles.kept(np.arange(lines) * PARTICLES_A_LINE + best)


def _begin(course: Course, rng: np.random.Generator, count: int) -> Particles:
    first = course.messages.onward[0].reshape(-1)[course.grid.first_cells]
    pitch = _choose(np.broadcast_to(first, (count, len(first))), rng)
    path = np.zeros((count, len(course.order.notes)), dtype=np.int64)
    path[:, 0] = pitch
    history = np.full((count, LONGEST_MEMORY), NO_SYMBOL, dtype=np.int64)
    return Particles(path, course.grid.first_cells[pitch], history, np.zeros(count), np.zeros(count))


def _advance(course: Course, particles: Particles, place: int, rng: np.random.Generator) -> None:
    """One note more for every particle."""
    grid, note = course.grid, course.order.notes[place]
    view = grid.space.views[note.key]
    mode = MODES.index(course.order.local_keys[note.key].mode)
    here = particles.path[:, place - 1]
    rows = np.arange(len(here))
    degree = 3 * view.degree[here] + view.raised[here] + 1
    before = course.order.notes[place - 1].strength
    short = short_codes(
        np.full_like(here, mode), degree, particles.history[:, 0], *_filled(here, note.strength, before)
    )
    symbols = view.symbol[here]
    likely = np.maximum(course.model.next_moves(short, particles.history)[rows[:, None], symbols], LEAST_LIKELY)
    columns = grid.counters.states + 1
    row, state = np.divmod(particles.cell, columns)
    led_to = grid.cells[place][here, :, state]
    onward = course.messages.onward[place].reshape(-1)[led_to]
    worth = likely * grid.pair[place][here] * onward
    foreseen = (grid.ahead[place][here, row % MOVE_CLASSES] * onward).sum(axis=1)
    pitch = _choose(worth, rng)
    particles.weight += np.log(worth.sum(axis=1)) - np.log(foreseen)
    particles.bits -= np.log2(likely[rows, pitch])
    particles.cell = led_to[rows, pitch]
    particles.path[:, place] = pitch
    particles.history = np.concatenate([symbols[rows, pitch][:, None], particles.history[:, :-1]], axis=1)


def _filled(like: Ints, *values: int) -> tuple[Ints, ...]:
    return tuple(np.full_like(like, value) for value in values)


def _choose(worth: NDArray[np.floating], rng: np.random.Generator) -> Ints:
    """One column a row, as likely as it is worth; never one that is worth nothing."""
    heap = np.cumsum(worth, axis=1, dtype=np.float64)
    mark = rng.random(len(heap)) * heap[:, -1]
    return np.asarray((heap <= mark[:, None]).sum(axis=1).clip(max=worth.shape[1] - 1))


def _resampled(particles: Particles, islands: int, rng: np.random.Generator) -> Particles:
    """Systematic resampling within each island whose weights have become unequal."""
    weight = particles.weight.reshape(islands, -1)
    size = weight.shape[1]
    share = np.exp(weight - weight.max(axis=1, keepdims=True))
    share /= share.sum(axis=1, keepdims=True)
    poor = 1 / (share**2).sum(axis=1) < FEWEST_EFFECTIVE * size
    if not poor.any():
        return particles
    marks = (rng.random((islands, 1)) + np.arange(size)) / size
    drawn = (np.cumsum(share, axis=1)[:, None, :] < marks[:, :, None]).sum(axis=2).clip(max=size - 1)
    chosen = np.where(poor[:, None], drawn, np.arange(size)) + np.arange(islands)[:, None] * size
    kept = particles.kept(chosen.reshape(-1))
    kept.weight = np.where(poor[:, None], 0.0, weight).reshape(-1)
    return kept
