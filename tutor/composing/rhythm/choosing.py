"""Which bars may stand at each place of an order: by its values, rests and figures, cadence, breaths, given bars."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from tutor.composing.rhythm.cells import COMPOUND_CELLS, SIMPLE_CELLS, Grammar
from tutor.composing.rhythm.closure import every_kind_of_bar
from tutor.composing.rhythm.counting import HEAD_TIED, INDEX, NOTES, PAIRS, Limits
from tutor.composing.rhythm.order import REST, TIED, RhythmOrder
from tutor.composing.rhythm.pulse import Pulse, pulse_of
from tutor.composing.rhythm.sampling import Counters, Layer
from tutor.composing.rhythm.shapes import CADENCES, INSIDE, PHRASE_BARS, position_of
from tutor.composing.rhythm.vocabulary import Bars, Floats, bits_of, joined_bars, made_bars, metre_bars

MOST_BARS_KEPT = 320  # the likeliest bars are enough to draw from, if those that show what is asked are among them
KEPT_FOR_A_TAG, KEPT_FOR_AN_END = 32, 16
# Against what musicians write unless they are asked: factors a bar. What can't be helped still comes.
ODD_REST, REST_INSIDE, ORDERED_REST_INSIDE = 1e-6, 1e-5, 0.05
INNER_TIE, HELD_UNASKED = 0.03, 0.2
STRETCHES_BUILT = 60  # bars for an upbeat, or for a last bar that gives it back
USUAL, ALL, EVERY_KIND = range(3)  # how many bars are looked at: the likeliest, the whole table, all of the grammar


@dataclass(frozen=True)
class Allowed:
    """What a bar must keep to, as the key of what is kept for the next order like it."""

    metre: tuple[int, int]
    style: str
    values: frozenset[int]
    rests: bool
    never: tuple[int, ...]  # tags that may not occur
    wanted: tuple[int, ...]  # tags that must
    limits: Limits
    reach: int


def counters_of(order: RhythmOrder, *, notes: bool = False) -> Counters:
    """The order's counts as counters; with `notes`, how many notes and pairs too."""
    wanted = [(INDEX[c.tag], c.least, c.most) for c in order.counts if c.least or c.most is not None]
    if notes:
        fewest, most = order.notes
        # Every note but the first makes a pair or comes after a rest: where the rests are known one counter does.
        rests = _known_rests(order)
        if rests is not None and order.pairs:
            fewest = max(fewest, order.pairs + 1 + rests)
        if most is not None or (fewest and (rests is not None or fewest > order.pairs + 1)):
            wanted.append((NOTES, fewest, most))
        if order.pairs and rests is None:
            wanted.append((PAIRS, order.pairs, None))
    return Counters(tuple(wanted))


def _known_rests(order: RhythmOrder) -> int | None:
    """How many notes come after a rest, if that is not left open."""
    if order.fixed or order.rest_at_start:
        return None
    exact = (count.least for count in order.counts if count.tag == "rhythm:rest" and count.least == count.most)
    return next(exact, None) if _may_rest(order) else 0


def layers_of(order: RhythmOrder, cadence: int, reach: int) -> list[Layer]:
    """A layer for each bar, the upbeat's first; empty if one of them has no bar at all."""
    allowed = _allowed(order, reach)
    inside, pulse = _kept(allowed), pulse_of(order.metre)
    tilt = _tilt(inside, order.density)
    layers: list[Layer] = []
    for number in range(0 if order.upbeat_ticks else 1, order.bars + 1):
        bars = _bars_at(order, number, allowed, inside, pulse)
        position = position_of(number - 1, order.bars) if number else INSIDE
        is_first, is_last = not layers, number == order.bars
        wish = bars.position[position] * (tilt if bars is inside else 1.0)
        wish = wish * _manners(order, bars, number) * _leave(order, bars, number, is_first, cadence)
        if not wish.any():
            return []
        breath = bool(order.breaths) and number > 0 and number % (order.breaths or 1) == 0
        layers.append(Layer(bars, wish, (id(bars), position, is_first, is_last, breath, _ends_phrase(order, number))))
    return layers


def _allowed(order: RhythmOrder, reach: int) -> Allowed:
    never = tuple(INDEX[count.tag] for count in order.counts if count.most == 0)
    wanted = tuple(INDEX[count.tag] for count in order.counts if count.least > 0 and count.most != 0)
    limits: Limits = ()
    if reach == EVERY_KIND:
        told_apart = counters_of(order, notes=True).wanted
        limits = tuple((tag, least if most is None else most, most is not None) for tag, least, most in told_apart)
    return Allowed(order.metre, order.style, order.values, _may_rest(order), never, wanted, limits, reach)


def _may_rest(order: RhythmOrder) -> bool:
    return order.rests or _asks_for(order, "rhythm:rest")


@lru_cache(maxsize=64)
def _kept(allowed: Allowed) -> Bars:
    """The bars of a metre that keep to what is allowed: the likeliest, and the likeliest that show what is asked."""
    bars = metre_bars(allowed.metre, allowed.style)
    fits = np.flatnonzero(_keeps_to(bars, allowed))
    if allowed.reach == EVERY_KIND:
        return _with_every_kind(bars.only(fits), allowed)
    if allowed.reach == ALL or len(fits) <= MOST_BARS_KEPT:
        return bars.only(fits)
    likely = bars.chain[-1][fits] * ODD_REST ** bars.odd_rests[fits]
    chosen = set(np.argsort(-likely, kind="stable")[:MOST_BARS_KEPT].tolist())
    closes = ~bars.held & (bars.strength >= 2) & (bars.closes >= 24)
    for useful in (closes, bars.breathes, bars.held, bars.head >= HEAD_TIED):
        ending = np.flatnonzero(useful[fits])
        chosen.update(ending[np.argsort(-likely[ending], kind="stable")[:KEPT_FOR_AN_END]].tolist())
    for tag in allowed.wanted:
        often = bars.increments[fits, tag]
        showing = np.flatnonzero(often)
        chosen.update(showing[np.argsort(-likely[showing], kind="stable")[:KEPT_FOR_A_TAG]].tolist())
        chosen.update(showing[np.lexsort((-likely[showing], -often[showing]))[: KEPT_FOR_A_TAG // 4]].tolist())
    return bars.only(fits[sorted(chosen)])


def _keeps_to(bars: Bars, allowed: Allowed) -> npt.NDArray[np.bool_]:
    fits: npt.NDArray[np.bool_] = (bars.bits & ~bits_of(allowed.values)) == 0
    if not allowed.rests:
        fits &= ~bars.rests
    for tag in allowed.never:
        fits &= bars.increments[:, tag] == 0
    return fits


def _with_every_kind(bars: Bars, allowed: Allowed) -> Bars:
    pulse = pulse_of(allowed.metre)
    built = every_kind_of_bar(
        Grammar(pulse, SIMPLE_CELLS, COMPOUND_CELLS), allowed.values, allowed.rests, allowed.limits
    )
    if not built:
        return bars
    made = made_bars(list(built), list(built.values()), pulse, len(bars.chain) - 1)
    made = made.only(np.flatnonzero(_keeps_to(made, allowed)))
    return joined_bars(bars, made) if len(made) else bars


def _tilt(bars: Bars, density: float | None) -> Floats:
    """Factors that bring the mean number of notes a bar to the density wished for, as far as the bars go."""
    if density is None or not len(bars):
        return np.ones(len(bars))
    notes = bars.increments[:, NOTES].astype(float)
    usual = bars.chain[-1] / bars.chain[-1].sum()
    low, high = -3.0, 3.0
    for _ in range(12):
        middle = (low + high) / 2
        weight = usual * np.exp(middle * notes)
        low, high = (middle, high) if weight @ notes < density * weight.sum() else (low, middle)
    return np.asarray(np.exp((low + high) / 2 * (notes - density)))


def _bars_at(order: RhythmOrder, number: int, allowed: Allowed, inside: Bars, pulse: Pulse) -> Bars:
    if number in order.fixed:
        following = order.fixed.get(number + 1, ((0, REST),))
        held = following[0][1] == TIED
        onset = pulse.bar - order.upbeat_ticks if number == 0 else 0
        return made_bars([(tuple(order.fixed[number]), held)], [1.0], pulse, len(inside.chain) - 1, onset)
    if number == 0:
        return _stretch(allowed, pulse.bar - order.upbeat_ticks, pulse.bar)
    if number == order.bars and order.upbeat_ticks and not order.whole_last_bar:
        return _stretch(allowed, 0, pulse.bar - order.upbeat_ticks)
    return inside


@lru_cache(maxsize=64)
def _stretch(allowed: Allowed, begin: int, end: int) -> Bars:
    """Bars for a part of the bar only: the upbeat, or the last bar without it."""
    pulse = pulse_of(allowed.metre)
    rows = len(metre_bars(allowed.metre, allowed.style).chain) - 1
    grammar = Grammar(pulse, SIMPLE_CELLS, COMPOUND_CELLS, begin, end)
    if allowed.reach == EVERY_KIND:
        weights = every_kind_of_bar(grammar, allowed.values, allowed.rests, allowed.limits)
    else:
        weights = {
            (symbols, False): float(np.exp(w)) for symbols, w in grammar.best(STRETCHES_BUILT, allowed.values).items()
        }
        if begin == 0:
            weights |= {
                (((symbols[0][0], TIED), *symbols[1:]), False): weight / 50
                for (symbols, _), weight in list(weights.items())
                if symbols[0][1] != REST and symbols[0][0] > 6 and symbols[0][0] % 3 == 0
            }
    bars = made_bars(list(weights), list(weights.values()), pulse, rows, begin)
    return bars.only(np.flatnonzero(_keeps_to(bars, allowed)))


def _manners(order: RhythmOrder, bars: Bars, number: int) -> Floats:
    """Rests are short and end a phrase, ties are few."""
    factors = ODD_REST**bars.odd_rests * INNER_TIE**bars.inner_ties
    if not _asks_for(order, "rhythm:tie"):
        factors = factors * np.where(bars.held, HELD_UNASKED, 1.0)
    inside = bars.rests & ~(bars.rests_last & _ends_phrase(order, number))
    return np.asarray(
        factors * np.where(inside, ORDERED_REST_INSIDE if _asks_for(order, "rhythm:rest") else REST_INSIDE, 1.0)
    )


def _ends_phrase(order: RhythmOrder, number: int) -> bool:
    return number == order.bars or (number > 0 and number % (order.breaths or PHRASE_BARS) == 0)


def _asks_for(order: RhythmOrder, tag: str) -> bool:
    return any(count.tag == tag and count.least for count in order.counts)


def _leave(order: RhythmOrder, bars: Bars, number: int, is_first: bool, cadence: int) -> npt.NDArray[np.bool_]:
    """Which bars may stand at this place."""
    if number in order.fixed:
        return np.ones(len(bars), bool)
    may = np.ones(len(bars), bool)
    if is_first and not order.rest_at_start:
        may &= ~bars.begins_with_rest
    if number == order.bars:
        strength, ticks = CADENCES[cadence]
        may &= ~bars.held & (bars.strength >= strength) & (bars.closes >= ticks)
    if order.breaths and 0 < number < order.bars and number % order.breaths == 0:
        may &= bars.breathes
    return may
