"""All lines that an order allows, as a lattice: notes by pitches, and what is known of how it goes on from each.

The backward pass gives, for every note, pitch, class of the move that led there and state of the counters, the
weight of everything that may follow: zero exactly where nothing may. Lines are then drawn forwards and never end
in a blind alley. Pachet & Roy, *Finite-length Markov processes with constraints* (2011).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from tutor.composing.pitch.counters import Counters, counters_for
from tutor.composing.pitch.memory import melody_model
from tutor.composing.pitch.order import Idiom, LineNote, LineOrder, LocalKey
from tutor.composing.pitch.space import MOVE_CLASSES, REPEAT_CLASS, SYMBOLS, KeyView, PitchSpace, pitch_space

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]
# What a PitchSpace is made of.
SpaceKey = tuple[int, int, LocalKey, tuple[LocalKey, ...], bool]

# A move that the tunes never make may still be asked for.
LEAST_LIKELY = 1e-5
# What a note outside the chord is worth beside one within, by strength (between beats, beat, strong, downbeat).
OUTSIDE_CHORD = (0.8, 0.6, 0.35, 0.25)
# Not less, however much the chord counts: what is asked for may leave nothing else.
LEAST_OUTSIDE = 3e-4
# The natural seventh of minor over a chord with the raised one, by how much the chord counts; and where it rises to 1.
NATURAL_SEVENTH = 0.05
RISING_NATURAL_SEVENTH = 0.35
# A repeated note after so many repetitions in a row: tunes repeat less than chords would have them.
REPEATED = (0.8, 0.6, 0.4, 0.25, 0.1, 0.05)
# A chromatic note where nothing asks for one.
CHROMATIC_WEIGHT = 0.35
# A note of the key the melody has gone to, foreign to home.
AWAY_WEIGHT = 2.5
# How readily a line begins on each degree.
FIRST_DEGREES = (1.0, 0.15, 0.6, 0.08, 1.0, 0.08, 0.04)
# What the last move is worth by its size in steps: none, a second, a third, …, the last for all wider ones.
CLOSING_MOVES = (1.0, 1.0, 0.4, 0.35, 0.35, 0.15)
# Up to so many counter states it isn't worth while to ask which of them matter.
FEW_STATES = 32
# States of all notes together beyond which the class of the last move is no longer kept apart.
MOST_STATES = 400_000
# After a rest a line may come in anywhere within an octave, whatever sizes are allowed.
OVER_A_REST = frozenset(range(1, 9))


@dataclass(frozen=True)
class Into:
    """Moves into one note: `pair` [P, P] what each is worth, 0 forbidden; `ahead` [P, classes, P] that times how
    likely it is by the class of the move before; `codes` [P, P] its interval counter."""

    pair: Floats
    ahead: Floats
    codes: Ints


@dataclass(frozen=True)
class Lattice:
    """One order made ready: P pitches, n notes.

    `unary` [n, P] what each pitch is worth at each note, 0 forbidden; `into` per note the moves into it. A state is
    (pitch, class of the last move, counter state); where there are too many of them the last move is forgotten, and
    `move_class` [P, P] is 0. `live` per note the counter states that matter there, `column` per note [K + 1] where
    each stands among them, all others at the end. `note_codes` [P]: what a pitch adds to the code of a move to it.
    """

    space: PitchSpace
    counters: Counters
    unary: Floats
    into: list[Into]
    classes: int
    move_class: Ints
    note_codes: Ints
    live: list[Ints]
    column: list[Ints]

    @cached_property
    def reached(self) -> Ints:
        """Which row of pitches and classes each move leads to [P, P]."""
        return np.asarray(np.arange(len(self.space)) * self.classes + self.move_class)


def lattice(order: LineOrder, *, strict: bool = True, classes: int | None = None) -> Lattice:
    """The lattice of an order. Not strict, every move between the keys' pitches is allowed: for orders that
    musicians' habits make impossible."""
    keys = order.local_keys
    chromatic = order.chromatic or any(count.tag == "accidental" and count.least > 0 for count in order.counts)
    shared = (order.low, order.high, order.written_key, keys, chromatic)
    space = pitch_space(*shared)
    counters = counters_for(order.counts, len(order.notes))
    unary = _worths(shared, order)
    unary[0] *= _first_worth(space, shared, order.notes[0].key)
    if strict:
        unary[[0, -1]] *= [_not_chromatic(space, order.notes[place]) for place in (0, -1)]
    live = _live(order.notes, counters)
    if classes is None:
        states = len(space) * sum(len(states) for states in live)
        classes = MOVE_CLASSES if states * MOVE_CLASSES <= MOST_STATES else 1
    return Lattice(
        space,
        counters,
        unary.astype(np.float32),
        _moves_into(order, shared, counters, strict, classes),
        classes,
        space.move_class if classes > 1 else np.zeros_like(space.move_class),
        counters.note_codes(space, order.staff_middle),
        live,
        [_columns(states, counters.states) for states in live],
    )


def _live(notes: Sequence[LineNote], counters: Counters) -> list[Ints]:
    """For each note the counter states that can be reached by then and may still come right."""
    if counters.states <= FEW_STATES:
        return [np.arange(counters.states)] * len(notes)
    moves = np.cumsum([0, *(not note.after_rest for note in notes[1:])])
    last = len(notes) - 1
    return [
        counters.live(int(moves[place]), place + 1, int(moves[-1] - moves[place]), last - place)
        for place in range(len(notes))
    ]


def _columns(live: Ints, states: int) -> Ints:
    columns = np.full(states + 1, len(live))
    columns[live] = np.arange(len(live))
    return columns


def _moves_into(order: LineOrder, shared: SpaceKey, counters: Counters, strict: bool, classes: int) -> list[Into]:
    space = pitch_space(*shared)
    codes = {rest: counters.interval_codes(space, after_rest=rest) for rest in (False, True)}
    into = []
    for note in order.notes:
        pair, ahead = _transitions(shared, note.key, note.strength, note.after_rest, order.sizes, order.idiom, strict)
        into.append(Into(pair, ahead if classes > 1 else ahead.mean(axis=1, keepdims=True), codes[note.after_rest]))
    if not order.notes[-1].after_rest:
        closing, last = _closing_worth(space), into[-1]
        into[-1] = Into(last.pair * closing, last.ahead * closing[:, None, :], last.codes)
    return into


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


def _worths(shared: SpaceKey, order: LineOrder) -> Floats:
    """What each pitch is worth at each note [n, P]."""
    plain = [replace(note, ticks=0, after_rest=False, same_as=None, parallel=None) for note in order.notes]
    return np.stack([_worth(shared, note, order.idiom.reach_bits) for note in plain])


@lru_cache(maxsize=4096)
def _worth(shared: SpaceKey, note: LineNote, reach_bits: float) -> Floats:
    """What each pitch is worth at this note before any move is looked at [P]."""
    space, key = pitch_space(*shared), shared[3][note.key]
    view = space.views[note.key]
    worth = view.usable.astype(np.float32)
    if note.only is not None:
        natural = (view.raised == 0) | ~view.chromatic
        worth *= natural & np.isin(view.degree + 1, list(note.only))
    if note.fixed is not None:
        worth *= (space.diatonic == note.fixed[0]) & (space.alter == note.fixed[1])
    if note.chord is not None and note.chord_weight > 0:
        worth *= _chord_worth(space, view, key, note.chord, note)
    worth *= np.where(view.chromatic, CHROMATIC_WEIGHT, 1).astype(np.float32)
    if note.key:
        # What home does not have is what tells the ear that it has left.
        home = space.views[0]
        away = ~view.chromatic & (home.chromatic | (home.raised != 0) | ~home.usable)
        worth *= np.where(away, AWAY_WEIGHT, 1).astype(np.float32)
    return np.asarray(worth * np.exp2(-reach_bits * _reach(space, shared) ** 4), dtype=np.float32)


def _chord_worth(space: PitchSpace, view: KeyView, key: LocalKey, chord: frozenset[int], note: LineNote) -> Floats:
    """What each pitch is worth over a chord [P]."""
    outside = max(OUTSIDE_CHORD[note.strength] ** note.chord_weight, LEAST_OUTSIDE)
    worth = np.where(np.isin(space.midi % 12, list(chord)), 1, outside)
    if key.mode == "minor" and key.degree_class(7, 1) in chord:
        natural_seventh = (view.degree == 6) & (view.raised == 0)
        worth[natural_seventh] *= NATURAL_SEVENTH**note.chord_weight
    return worth.astype(np.float32)


def _reach(space: PitchSpace, shared: SpaceKey) -> Floats:
    """How far each pitch lies from the middle of the range, -1..1 [P]."""
    low, high = shared[:2]
    return np.asarray((space.midi - (low + high) / 2) / max((high - low) / 2, 1), dtype=np.float32)


def _first_worth(space: PitchSpace, shared: SpaceKey, key: int) -> Floats:
    """A line begins within the range rather than at its edge, and on a note of the tonic chord."""
    degree = np.array(FIRST_DEGREES, dtype=np.float32)[space.views[key].degree]
    return degree * np.exp(-2 * _reach(space, shared) ** 2)


def _not_chromatic(space: PitchSpace, note: LineNote) -> NDArray[np.bool_]:
    return ~space.views[note.key].chromatic | (note.fixed is not None)


@lru_cache(maxsize=256)
def _transitions(
    shared: SpaceKey, key: int, strength: int, after_rest: bool, sizes: frozenset[int], idiom: Idiom, strict: bool
) -> tuple[Floats, Floats]:
    """What moves into a note are worth [P, P], and that times how likely they are by the last move [P, classes, P]."""
    space = pitch_space(*shared)
    view = space.views[key]
    sizes = OVER_A_REST if after_rest else sizes
    allowed = (view.moves if strict else view.loose) & np.isin(np.abs(space.steps) + 1, list(sizes))
    pair = allowed * idiom_worth(space, idiom) * _voice_leading(space, view, shared[3][key].mode)
    table = melody_model().ahead[("major", "minor").index(shared[3][key].mode)]
    likely = table[view.place[:, None], :, strength, np.minimum(view.symbol, SYMBOLS - 1)]  # [P, P, classes]
    likely = np.maximum(likely, LEAST_LIKELY) * pair[:, :, None]
    likely[np.arange(len(space)), np.arange(len(space)), REPEAT_CLASS] *= REPEATED[1] / REPEATED[0]
    return pair.astype(np.float32), np.ascontiguousarray(likely.transpose(0, 2, 1), dtype=np.float32)


def _voice_leading(space: PitchSpace, view: KeyView, mode: str) -> Floats:
    """What each move is worth to a composer, beyond how common it is [P, P]."""
    worth = np.where(space.semitones == 0, REPEATED[0], 1).astype(np.float32)
    if mode == "minor":
        natural_seventh = (view.degree == 6) & (view.raised == 0)
        worth[natural_seventh[:, None] & (space.steps == 1)] *= RISING_NATURAL_SEVENTH
    return worth


def idiom_worth(space: PitchSpace, idiom: Idiom) -> Floats:
    """What each move is worth to the player [P, P], 1 where it lies well."""
    width = np.abs(space.semitones)
    bits = idiom.leap_bits * np.maximum(np.abs(space.steps) - 2, 0)
    bits = bits + idiom.awkward_bits * ((width == 6) | (width == 10) | (width == 11))
    if idiom.open_strings and idiom.crossing_bits:
        string = np.searchsorted(np.array(idiom.open_strings), space.midi, side="right")
        bits = bits + idiom.crossing_bits * np.maximum(np.abs(string[None, :] - string[:, None]) - 1, 0)
    return np.asarray(np.exp2(-bits), dtype=np.float32)
