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

from tutor.composing.corpus.copying import RUN_NOTES, longest_copy
from tutor.composing.pitch.hindsight import AGAIN, NOTES_BETWEEN_SEVENTHS, crossing, paralleling
from tutor.composing.pitch.lattice import LEAST_LIKELY, Ints, Lattice, lattice, with_fixed
from tutor.composing.pitch.learning import LONGEST_MEMORY, MODES, short_codes
from tutor.composing.pitch.looking_back import Messages, first_cells, look_back, look_back_surely
from tutor.composing.pitch.memory import MelodyModel, melody_model
from tutor.composing.pitch.order import EVERY_SIZE, LineOrder, Lines
from tutor.composing.pitch.refusing import refusal
from tutor.composing.pitch.space import NO_SYMBOL, SYMBOLS
from tutor.composing.pitch.steering import Steered, leant, steered, tallies_of
from tutor.composing.refusal import UnexplainedRefusal

PARTICLES_A_LINE = 4
# How often the weights are looked at, in notes.
RESAMPLE_EVERY = 2
LOG_2 = float(np.log(2))
# Resample an island when its particles are worth fewer than this share of them.
FEWEST_EFFECTIVE = 0.5
# Probabilities are raised to this power: chords and counts make lines less likely than tunes, this takes it back. With
# 1.08 the order-5 judge finds lines and held-out tunes equally surprising.
SURENESS = np.float32(1.08)
# Lines drawn beyond those asked for, to leave out the ones that quote a tune.
SPARE_SHARE = 0.25
# Of very long lines fewer are drawn, so that none takes too long: notes of all lines together, and lines at least.
MOST_NOTES, FEWEST_LINES = 1600, 6
# How often drawing looks back for a quotation, in notes, and what one costs (natural log).
LOOK_FOR_COPIES_EVERY = 6
COPY_PENALTY = 12.0
# Lines leant towards wide counts: how often the lean is corrected, and with how many that meet them it is well.
STEERED_ROUNDS, FEWEST_STEERED, PILOT_LINES = 3, 2, 6
UNSURE = 0.2  # a lean beyond which it is tried out first
# Openings tried for a form that restates its own, before the restatement is given up.
OPENINGS = 3


def draw_lines(order: LineOrder, rng: np.random.Generator, lines: int = 16) -> Lines:
    """At most that many lines, at least one, each a fair draw from all that meet the order. Raises CannotCompose.

    Counts of which there are too many to be kept in mind at each note are leant towards and then checked
    (`steering.py`); where too few lines meet them they are counted after all. Their strain is an estimate.

    Lines that quote a tune are left out, unless all do; of lines beyond a hundred notes there are fewer. Where notes
    restate earlier ones (`same_as`) all lines share one opening; the restatement is given up where it can't be had
    together with the rest.
    """
    wanted = min(lines, max(FEWEST_LINES, MOST_NOTES // len(order.notes)))
    wanted += round(SPARE_SHARE * wanted)
    easier, wide = steered(order)
    if wide is not None:
        course = _open_course(easier, asked=order)
        if steering := _steered_lines(course, wide, rng, wanted):
            return _own_lines(course, steering[0], lines, steering[1])
    course = _open_course(order, asked=order)
    formed, opening = _formed(course, rng)
    particles = _draw(formed, rng, wanted, len(order.notes), opening)
    return _own_lines(course, _one_an_island(particles, rng), lines, _strain(course, course.messages.log2_total))


def _own_lines(course: Course, drawn: Particles, lines: int, strain: float) -> Lines:
    own = _least_copied(course, drawn.path)[:lines]
    path, bits = drawn.path[own], drawn.bits[own]
    pitches = np.stack([course.grid.space.diatonic[path], course.grid.space.alter[path]], axis=-1)
    return Lines(pitches.astype(np.int16), bits / max(len(course.order.notes) - 1, 1), strain)


def _steered_lines(
    course: Course, wide: Steered, rng: np.random.Generator, wanted: int
) -> tuple[Particles, float] | None:
    """Lines that meet the wide counts, drawn without counting and chosen by it, and their strain; None where they are
    met too seldom."""
    notes = course.order.notes
    lean = wide.first_lean()
    leaning = _leaning(course, wide, lean)
    if np.abs(lean).max() > UNSURE:
        pilots = _draw(leaning, rng, PILOT_LINES, len(notes))
        further = wide.lean_further(_tallies(course, pilots, wide))
        lean, leaning = lean + further, _leaning(leaning, wide, further)
    formed, opening = _formed(leaning, rng)
    for _ in range(STEERED_ROUNDS):
        particles = _draw(formed, rng, wanted, len(notes), opening)
        tallies = _tallies(course, particles, wide)
        meets = wide.met_by(tallies)
        if meets.reshape(-1, PARTICLES_A_LINE).any(axis=1).sum() >= FEWEST_STEERED:
            undone = tallies @ lean  # what leaning has given them
            particles.weight = np.where(meets, particles.weight - undone, -np.inf)
            share = np.mean(np.where(meets, np.exp(-undone), 0))
            return _one_an_island(particles, rng), _strain(course, leaning.messages.log2_total + float(np.log2(share)))
        further = wide.lean_further(tallies)
        lean, formed, leaning = lean + further, _leaning(formed, wide, further), _leaning(leaning, wide, further)
    return None


def _leaning(course: Course, wide: Steered, lean: NDArray[np.float64]) -> Course:
    grid = leant(course.grid, course.order.notes, wide.tags, lean)
    return replace(course, grid=grid, messages=look_back_surely(grid))


def _tallies(course: Course, particles: Particles, wide: Steered) -> Ints:
    return tallies_of(course.grid.space, particles.path, course.order.notes, wide.tags)


def _formed(course: Course, rng: np.random.Generator) -> tuple[Course, Opening | None]:
    return _restating(course, rng) if any(note.same_as is not None for note in course.order.notes) else (course, None)


def _least_copied(course: Course, path: Ints) -> Ints:
    """The lines that quote no tune, in the order drawn; where all do, those that quote least."""
    ticks = [note.ticks for note in course.order.notes[: path.shape[1]]]
    copied = longest_copy(np.diff(course.grid.space.midi[path], axis=1), ticks)
    return np.flatnonzero(copied == copied.min())


def _open_course(order: LineOrder, asked: LineOrder) -> Course:
    """The lattice that has a line, as a musician would write it if that can be had. Raises CannotCompose, with what
    can be relaxed of what was `asked`."""
    model = melody_model(order.style)
    for strict in (True, False):
        grid = lattice(order, strict=strict)
        messages = look_back_surely(grid)
        if messages.possible:
            return Course(order, grid, messages, model)
    raise UnexplainedRefusal(lambda: refusal(asked))


def _strain(course: Course, log2_total: float) -> float:
    """Bits a note by which the order's lines, of that much probability, are rarer than lines of its range and chords
    alone."""
    order = course.order
    notes = [replace(note, only=None, fixed=None, same_as=None) for note in order.notes]
    freed = replace(order, notes=notes, sizes=EVERY_SIZE | order.sizes, counts=())
    free = look_back(lattice(freed, classes=course.grid.classes))
    return max(free.log2_total - log2_total, 0.0) / len(order.notes)


def _restating(course: Course, rng: np.random.Generator) -> tuple[Course, Opening | None]:
    """The same with an opening drawn and put where it is restated; as it is where that can't be had."""
    copies: dict[int, int] = {}
    for place, note in enumerate(course.order.notes):
        if note.same_as is not None:
            copies[place] = copies.get(note.same_as, note.same_as)
    stop = max(copies.values()) + 1
    drawn = _one_an_island(_draw(course, rng, OPENINGS, stop), rng)
    for line in _least_copied(course, drawn.path[:, :stop]):
        given = {place: int(drawn.path[line, source]) for place, source in copies.items()}
        given |= {place: int(drawn.path[line, place]) for place in range(stop)}
        grid = with_fixed(course.grid, given)
        messages = look_back_surely(grid)
        if messages.possible:
            return replace(course, grid=grid, messages=messages), Opening(drawn.kept(np.array([line])), stop)
    return course, None


@dataclass
class Particles:
    """Lines being drawn, n at once: n = islands times particles, those of an island side by side."""

    path: Ints  # [n, notes] indices into the space
    moved: Ints  # [n] class of the last move
    counted: Ints  # [n] counter state
    history: Ints  # [n, 5] symbols, newest first
    repeats: Ints  # [n] how often the last note has been repeated
    bits: NDArray[np.float64]  # [n]
    weight: NDArray[np.float64]  # [n], log

    def kept(self, chosen: Ints) -> Particles:
        return Particles(
            self.path[chosen],
            self.moved[chosen],
            self.counted[chosen],
            self.history[chosen],
            self.repeats[chosen],
            self.bits[chosen],
            self.weight[chosen],
        )


@dataclass(frozen=True)
class Opening:
    """One line drawn as far as note `stop`."""

    line: Particles
    stop: int


@dataclass(frozen=True)
class Course:
    """All that drawing needs to know of an order."""

    order: LineOrder
    grid: Lattice
    messages: Messages
    model: MelodyModel


def _draw(course: Course, rng: np.random.Generator, lines: int, stop: int, opening: Opening | None = None) -> Particles:
    """So many islands of particles, drawn as far as note `stop`."""
    count = lines * PARTICLES_A_LINE
    opening = opening or _given(course, rng, stop)
    particles = opening.line.kept(np.zeros(count, dtype=np.int64)) if opening else _begin(course, rng, count)
    for place in range(opening.stop if opening else 1, stop):
        _advance(course, particles, place, rng)
        if place % LOOK_FOR_COPIES_EVERY == 0 or place == stop - 1:
            _punish_copies(course, particles, place)
        if place % RESAMPLE_EVERY == 0:
            particles = _resampled(particles, lines, rng)
    return particles


def _one_an_island(particles: Particles, rng: np.random.Generator) -> Particles:
    """One line an island, by weight; none of an island whose particles have none."""
    weights = particles.weight.reshape(-1, PARTICLES_A_LINE)
    islands = np.flatnonzero(np.isfinite(weights).any(axis=1))
    weights = weights[islands]
    best = _choose(np.cumsum(np.exp(weights - weights.max(axis=1, keepdims=True)), axis=1), rng)
    return particles.kept(islands * PARTICLES_A_LINE + best)


def _given(course: Course, rng: np.random.Generator, stop: int) -> Opening | None:
    """The notes at the beginning that have one pitch to choose from, if there are any."""
    choices = (course.grid.unary[:stop] > 0).sum(axis=1) > 1
    given = int(choices.argmax()) if choices.any() else stop
    if not given:
        return None
    line = _begin(course, rng, 1)
    for place in range(1, given):
        _advance(course, line, place, rng)
    return Opening(line, given)


def _punish_copies(course: Course, particles: Particles, place: int) -> None:
    """Particles that have just gone note for note with a tune for too long lose to the others of their island."""
    first = max(place - RUN_NOTES - LOOK_FOR_COPIES_EVERY + 2, 0)
    recent = course.grid.space.midi[particles.path[:, first : place + 1]]
    ticks = [note.ticks for note in course.order.notes[first : place + 1]]
    particles.weight -= COPY_PENALTY * (longest_copy(np.diff(recent, axis=1), ticks) > 0)


def _begin(course: Course, rng: np.random.Generator, count: int) -> Particles:
    grid = course.grid
    first = course.messages.onward[0].reshape(-1)[first_cells(grid)]
    pitch = _choose(np.broadcast_to(np.cumsum(first), (count, len(first))), rng)
    path = np.zeros((count, len(course.order.notes)), dtype=np.int64)
    path[:, 0] = pitch
    history = np.full((count, LONGEST_MEMORY), NO_SYMBOL, dtype=np.int64)
    counted = grid.counters.after[grid.note_codes[pitch], 0]
    nothing = np.zeros_like(pitch)
    return Particles(path, nothing, counted, history, nothing, np.zeros(count), np.zeros(count))


def _advance(course: Course, particles: Particles, place: int, rng: np.random.Generator) -> None:
    """One note more for every particle."""
    grid, order, note = course.grid, course.order, course.order.notes[place]
    view = grid.space.views[note.key]
    mode = MODES.index(order.local_keys[note.key].mode)
    here = particles.path[:, place - 1]
    rows = np.arange(len(here))
    before = order.notes[place - 1].strength
    short = short_codes(mode, view.place[here], particles.history[:, 0], note.strength, before)
    symbols = view.symbol[here]
    moves = course.model.next_moves(short, particles.history)
    log_likely = np.log(np.maximum(moves.reshape(-1)[symbols + rows[:, None] * SYMBOLS], LEAST_LIKELY))
    into, message = grid.into[place], course.messages.onward[place]
    counted = grid.counters.after[into.codes[here] + grid.note_codes, particles.counted[:, None]]
    row = grid.reached[here] * message.shape[-1]
    onward = message.reshape(-1)[row + grid.column[place][counted]]
    # What follows may be so unlikely that its product with anything would be rounded to nothing.
    onward = onward / onward.max(axis=1, keepdims=True)
    worth = np.exp(SURENESS * log_likely) * into.pair[here] * onward
    worth[rows, here] *= AGAIN[particles.repeats]
    if order.local_keys[note.key].mode == "minor":
        worth *= crossing(view.place, particles.path[:, max(place - NOTES_BETWEEN_SEVENTHS, 0) : place])
    if note.parallel is not None:
        worth *= paralleling(order.notes, grid.space.diatonic, particles.path, place)
    foreseen = np.einsum("np,np->n", into.ahead[here, particles.moved], onward)
    heap = np.cumsum(worth, axis=1)
    pitch = _choose(heap, rng)
    particles.weight += np.log(heap[:, -1] / foreseen)
    particles.bits -= log_likely[rows, pitch] / LOG_2
    particles.repeats = np.minimum(particles.repeats + 1, len(AGAIN) - 1) * (pitch == here)
    particles.moved = grid.move_class[here, pitch]
    particles.counted = counted[rows, pitch]
    particles.path[:, place] = pitch
    particles.history[:, 1:] = particles.history[:, :-1]
    particles.history[:, 0] = symbols[rows, pitch]


def _choose(heap: NDArray[np.floating], rng: np.random.Generator) -> Ints:
    """One column a row, as likely as it adds to the row's sums so far; never one that adds nothing."""
    mark = rng.random(len(heap)) * heap[:, -1]
    # Rounding may put the mark at the very top, where only the last column that adds anything is right.
    mark = np.minimum(mark, np.nextafter(heap[:, -1], 0))
    return np.asarray((heap <= mark[:, None]).sum(axis=1))


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
