"""All lines that an order allows, as a lattice: notes by pitches, and what is known of how it goes on from each.

The backward pass gives, for every note, pitch, class of the move that led there and state of the counters, the
weight of everything that may follow: zero exactly where nothing may. Lines are then drawn forwards and never end
in a blind alley. Pachet & Roy, *Finite-length Markov processes with constraints* (2011).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from tutor.composing.pitch.counters import Counters, counters_for
from tutor.composing.pitch.memory import melody_model
from tutor.composing.pitch.order import Idiom, LineNote, LineOrder, LocalKey
from tutor.composing.pitch.space import MOVE_CLASSES, SYMBOLS, PitchSpace, pitch_space

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]

# A move that the tunes never make may still be asked for.
LEAST_LIKELY = 1e-5
# What a note outside the chord is worth beside one within, by strength (between beats, beat, strong, downbeat).
OUTSIDE_CHORD = (0.8, 0.6, 0.35, 0.25)
# A chromatic note where nothing asks for one.
CHROMATIC_WEIGHT = 0.35
# A note of the key the melody has gone to, foreign to home.
AWAY_WEIGHT = 2.5
# How readily a line begins on each degree.
FIRST_DEGREES = (1.0, 0.15, 0.6, 0.08, 1.0, 0.08, 0.04)
# What the last move is worth by its size in steps: none, a second, a third, …, the last for all wider ones.
CLOSING_MOVES = (1.0, 1.0, 0.4, 0.35, 0.35, 0.15)
# Powers of small numbers that doubles can hold over hundreds of notes.
FLAT = 0.3
# After a rest a line may come in anywhere within an octave, whatever sizes are allowed.
OVER_A_REST = frozenset(range(1, 9))


@dataclass(frozen=True)
class Lattice:
    """One order made ready: P pitches, n notes.

    `unary` [n, P] what each pitch is worth at each note, 0 forbidden; `pair` per note [P, P] what each move into
    it is worth, 0 forbidden; `ahead` per note [P, classes, P] that times how likely it is; `cells` per note
    [P, P, K + 1] the flat state each move leads to from each counter state.
    """

    space: PitchSpace
    counters: Counters
    unary: Floats
    pair: list[Floats]
    ahead: list[Floats]
    cells: list[Ints]
    first_cells: Ints  # [P]


@dataclass(frozen=True)
class Messages:
    """`onward` [n] of [P, classes, K + 1]: the pitch's own worth times all that may follow, scaled; `log2_total`."""

    onward: list[NDArray[np.floating]]
    log2_total: float

    @property
    def possible(self) -> bool:
        return bool(np.isfinite(self.log2_total))


def lattice(order: LineOrder, *, strict: bool = True) -> Lattice:
    """The lattice of an order. Not strict, every move between the keys' pitches is allowed: for orders that
    musicians' habits make impossible."""
    keys = order.local_keys
    chromatic = order.chromatic or any(count.tag == "accidental" and count.least > 0 for count in order.counts)
    space = pitch_space(order.low, order.high, order.written_key, keys, chromatic)
    counters = counters_for(order.counts)
    unary = np.stack([_worth(space, note, order) for note in order.notes])
    unary[0] *= _first_worth(space, order)
    if strict:
        unary[[0, -1]] *= [_not_chromatic(space, order.notes[place]) for place in (0, -1)]
    cells = {
        rest: _cells(space, counters, counters.codes(space, after_rest=rest, staff_middle=order.staff_middle))
        for rest in {note.after_rest for note in order.notes}
    }
    shared = (order.low, order.high, order.written_key, keys, chromatic)
    tensors = [
        _transitions(shared, note.key, note.strength, note.after_rest, order.sizes, order.idiom, strict)
        for note in order.notes
    ]
    if not order.notes[-1].after_rest:
        closing = _closing_worth(space)
        tensors[-1] = tensors[-1][0] * closing, tensors[-1][1] * closing[:, None, :]
    first = np.arange(len(space)) * MOVE_CLASSES * (counters.states + 1)
    first += counters.after[counters.note_codes(space, order.staff_middle), 0]
    return Lattice(
        space,
        counters,
        unary.astype(np.float32),
        [pair for pair, _ in tensors],
        [ahead for _, ahead in tensors],
        [cells[note.after_rest] for note in order.notes],
        first,
    )


def _closing_worth(space: PitchSpace) -> Floats:
    """The last move is a small one: in four of five tunes none or a step [P, P]."""
    size = np.minimum(np.abs(space.steps), len(CLOSING_MOVES) - 1)
    return np.array(CLOSING_MOVES, dtype=np.float32)[size]


def with_fixed(grid: Lattice, fixed: Mapping[int, int]) -> Lattice:
    """The same with the pitches of some notes given (indices into the space)."""
    unary = grid.unary.copy()
    for place, pitch in fixed.items():
        unary[place, np.arange(len(grid.space)) != pitch] = 0
    return replace(grid, unary=unary)


def _worth(space: PitchSpace, note: LineNote, order: LineOrder) -> Floats:
    """What each pitch is worth at this note before any move is looked at [P]."""
    view = space.views[note.key]
    worth = view.usable.astype(np.float32)
    if note.only is not None:
        natural = (view.raised == 0) | ~view.chromatic
        worth *= natural & np.isin(view.degree + 1, list(note.only))
    if note.fixed is not None:
        worth *= (space.diatonic == note.fixed[0]) & (space.alter == note.fixed[1])
    if note.chord is not None and note.chord_weight > 0:
        within = np.isin(space.midi % 12, list(note.chord))
        worth *= np.where(within, 1, OUTSIDE_CHORD[note.strength] ** note.chord_weight).astype(np.float32)
    worth *= np.where(view.chromatic, CHROMATIC_WEIGHT, 1).astype(np.float32)
    if note.key:
        # What home does not have is what tells the ear that it has left.
        home = space.views[0]
        away = ~view.chromatic & (home.chromatic | (home.raised != 0) | ~home.usable)
        worth *= np.where(away, AWAY_WEIGHT, 1).astype(np.float32)
    return np.asarray(worth * np.exp2(-order.idiom.reach_bits * _reach(space, order) ** 4), dtype=np.float32)


def _reach(space: PitchSpace, order: LineOrder) -> Floats:
    """How far each pitch lies from the middle of the range, -1..1 [P]."""
    middle, half = (order.low + order.high) / 2, max((order.high - order.low) / 2, 1)
    return np.asarray((space.midi - middle) / half, dtype=np.float32)


def _first_worth(space: PitchSpace, order: LineOrder) -> Floats:
    """A line begins within the range rather than at its edge, and on a note of the tonic chord."""
    degree = np.array(FIRST_DEGREES, dtype=np.float32)[space.views[order.notes[0].key].degree]
    return degree * np.exp(-2 * _reach(space, order) ** 2)


def _not_chromatic(space: PitchSpace, note: LineNote) -> NDArray[np.bool_]:
    return ~space.views[note.key].chromatic | (note.fixed is not None)


def _cells(space: PitchSpace, counters: Counters, codes: Ints) -> Ints:
    """The flat state every move leads to [P, P, K + 1]."""
    columns = counters.states + 1
    after = counters.after[codes]
    row = np.arange(len(space))[None, :] * MOVE_CLASSES + space.move_class
    return np.asarray(after + (row * columns)[:, :, None])


SpaceKey = tuple[int, int, LocalKey, tuple[LocalKey, ...], bool]


@lru_cache(maxsize=512)
def _transitions(
    shared: SpaceKey, key: int, strength: int, after_rest: bool, sizes: frozenset[int], idiom: Idiom, strict: bool
) -> tuple[Floats, Floats]:
    """What moves into a note are worth [P, P], and that times how likely they are by the last move [P, classes, P]."""
    space = pitch_space(*shared)
    view = space.views[key]
    sizes = OVER_A_REST if after_rest else sizes
    allowed = (view.moves if strict else view.loose) & np.isin(np.abs(space.steps) + 1, list(sizes))
    pair = allowed * idiom_worth(space, idiom)
    table = melody_model().ahead[("major", "minor").index(shared[3][key].mode)]
    likely = table[view.place[:, None], :, strength, np.minimum(view.symbol, SYMBOLS - 1)]  # [P, P, classes]
    likely = np.maximum(likely, LEAST_LIKELY) * pair[:, :, None]
    return pair.astype(np.float32), np.ascontiguousarray(likely.transpose(0, 2, 1), dtype=np.float32)


def idiom_worth(space: PitchSpace, idiom: Idiom) -> Floats:
    """What each move is worth to the player [P, P], 1 where it lies well."""
    width = np.abs(space.semitones)
    bits = idiom.leap_bits * np.maximum(np.abs(space.steps) - 2, 0)
    bits = bits + idiom.awkward_bits * ((width == 6) | (width == 10) | (width == 11))
    if idiom.open_strings and idiom.crossing_bits:
        string = np.searchsorted(np.array(idiom.open_strings), space.midi, side="right")
        bits = bits + idiom.crossing_bits * np.maximum(np.abs(string[None, :] - string[:, None]) - 1, 0)
    return np.asarray(np.exp2(-bits), dtype=np.float32)


def look_back_surely(grid: Lattice) -> Messages:
    """The backward pass, again in doubles and flattened where it found nothing: only then is there nothing."""
    messages = look_back(grid)
    return messages if messages.possible else look_back(grid, flat=FLAT)


def look_back(grid: Lattice, *, flat: float = 1.0) -> Messages:
    """The backward pass. `flat` below 1 flattens the probabilities and computes in doubles, so that a line which
    is possible but utterly unlikely is not rounded to nothing."""
    kind = np.float32 if flat == 1.0 else np.float64
    shape = (len(grid.space), MOVE_CLASSES, grid.counters.states + 1)
    onward: list[NDArray[np.floating]] = []
    log2_total = 0.0
    message = np.broadcast_to(grid.counters.accepts.astype(kind), shape)
    for place in range(len(grid.unary) - 1, -1, -1):
        here = message * _flattened(grid.unary[place], flat, kind)[:, None, None]
        largest = float(here.max())
        if largest <= 0:
            return Messages([], -np.inf)
        here = here / kind(largest)
        log2_total += float(np.log2(largest))
        onward.append(here)
        if place:
            led_to = here.reshape(-1)[grid.cells[place]]
            message = np.matmul(_flattened(grid.ahead[place], flat, kind), led_to)
    start = onward[-1].reshape(-1)[grid.first_cells].sum()
    return Messages(onward[::-1], log2_total + float(np.log2(start)) if start > 0 else -np.inf)


def _flattened(worth: Floats, flat: float, kind: type[np.floating]) -> NDArray[np.floating]:
    return worth if flat == 1.0 else np.power(worth.astype(kind), flat)
