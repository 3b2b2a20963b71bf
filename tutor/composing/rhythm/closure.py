"""Every kind of bar that a metre's cells can make: what decides whether an order is impossible.

A metre's cells make far too many bars to look at. But for an order two bars are of one kind if they do the same to its
counts and meet their barlines alike; so at each beat one bar of every kind is kept, the likeliest.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from math import exp

from tutor.composing.rhythm.cells import Bar, Grammar, continuations, tied_forms
from tutor.composing.rhythm.counting import AFTER_REST, HELD, INDEX, PAIRS, SYMBOL_TAGS, Limits, count_bar
from tutor.composing.rhythm.order import NOTE, REST, TIED, BarSymbols
from tutor.composing.rhythm.pulse import Pulse
from tutor.composing.rhythm.shapes import cadence_of, closing, lets_breathe

Kind = tuple[object, ...]
HALF_AND_QUARTER = INDEX["rhythm:dotted-half-quarter"]  # the one figure of two cells
MOST_LOOKED_AT = 16_000  # beginnings of bars: a fifth of a second
HELD_COST = 4.0  # nats for a note held into the bar, or out of it


@dataclass(frozen=True, slots=True)
class _Beginning:
    """A bar as far as it goes, with what is counted in it."""

    symbols: BarSymbols
    log_weight: float
    counts: tuple[int, ...]


def every_kind_of_bar(grammar: Grammar, values: frozenset[int], rests: bool, limits: Limits) -> dict[Bar, float]:
    """One bar of every kind with its weight, from the symbols allowed, for an order that counts up to `limits`. Where
    there are too many kinds to look at, none."""
    pulse, end = grammar.pulse, grammar.pulse.bar if grammar.end is None else grammar.end
    tags = tuple(tag for tag, _, _ in limits)
    start = _Beginning((), 0.0, (0,) * len(tags))
    reached: dict[tuple[int, int], dict[Kind, _Beginning]] = {
        (way, grammar.begin): {(): start} for way in range(len(pulse.groups))
    }
    looked_at = 0
    for onset, node, target, cells in _different_edges(grammar, values, rests, limits):
        kinds = reached.setdefault(target, {})
        looked_at += len(cells) * len(reached.get(node, {}))
        if looked_at > MOST_LOOKED_AT:
            return {}
        for bar in list(reached.get(node, {}).values()):
            for symbols, weight in cells:
                for longer in _longer(bar, symbols, weight, onset, grammar, tags):
                    if _is_too_much(longer.counts, limits):
                        continue
                    kind = _kind(longer, pulse, grammar.begin, limits)
                    if kind not in kinds or kinds[kind].log_weight < longer.log_weight:
                        kinds[kind] = longer
    complete = [bar for way in range(len(pulse.groups)) for bar in reached.get((way, end), {}).values()]
    return _one_of_each(complete, grammar, end, limits)


def _different_edges(
    grammar: Grammar, values: frozenset[int], rests: bool, limits: Limits
) -> Iterator[tuple[int, tuple[int, int], tuple[int, int], list[tuple[BarSymbols, float]]]]:
    """The grammar's edges by their ends, with one cell of those that do the same there."""
    between: dict[tuple[int, tuple[int, int], tuple[int, int]], dict[Kind, tuple[BarSymbols, float]]] = {}
    tags = tuple(tag for tag, _, _ in limits)
    for onset, node, target, symbols, weight in grammar.edges():
        if all(ticks in values and (rests or kind != REST) for ticks, kind in symbols):
            counts = _cell_counts(symbols, onset, grammar.pulse, tags)
            closes = closing(symbols, grammar.pulse, onset) if symbols[-1][1] == REST else None
            kind = (_capped(counts, limits), symbols[0], _last_note(symbols), closes, len(symbols) == 1)
            cells = between.setdefault((onset, node, target), {})
            if kind not in cells or cells[kind][1] < weight:
                cells[kind] = (symbols, weight)
    for (onset, node, target), cells in sorted(between.items(), key=lambda item: item[0]):
        yield onset, node, target, list(cells.values())


def _longer(
    bar: _Beginning, symbols: BarSymbols, weight: float, onset: int, grammar: Grammar, tags: tuple[int, ...]
) -> Iterator[_Beginning]:
    """The bar with a cell more, tied to it or not; a first cell also as the end of a note held into the bar."""
    pulse, score = grammar.pulse, bar.log_weight + weight
    if not bar.symbols:
        yield _Beginning(symbols, score, _cell_counts(symbols, onset, pulse, tags))
        ticks, kind = symbols[0]
        if kind == NOTE and grammar.begin == 0 and ticks > 6 and ticks % 3 == 0:
            held: BarSymbols = ((ticks, TIED), *symbols[1:])
            yield _Beginning(held, score - HELD_COST, _cell_counts(held, onset, pulse, tags))
        return
    for longer, factor in continuations(bar.symbols, symbols, onset, pulse):
        if factor:  # tied: figures may go, and syncopations come
            yield _Beginning(longer, score + factor, _cell_counts(longer, grammar.begin, pulse, tags))
        else:
            added = _between(bar.symbols[-1], symbols, onset)
            alone = _cell_counts(symbols, onset, pulse, tags)
            counts = tuple(a + b + added.get(tag, 0) for a, b, tag in zip(bar.counts, alone, tags, strict=True))
            yield _Beginning(longer, score, counts)


def _between(last: tuple[int, int], symbols: BarSymbols, onset: int) -> dict[int, int]:
    """What two cells show together, beyond what each shows."""
    if symbols[0][1] == REST:
        return {}
    if last[1] == REST:
        return {AFTER_REST: 1}
    figure = last == (72, NOTE) and symbols[0][0] == 24 and onset % 24 == 0 and symbols[1:2] != ((24, TIED),)
    return {PAIRS: 1, HALF_AND_QUARTER: int(figure)}


@lru_cache(maxsize=4096)
def _cell_counts(symbols: BarSymbols, onset: int, pulse: Pulse, tags: tuple[int, ...]) -> tuple[int, ...]:
    increments = count_bar(symbols, False, pulse, onset).increments
    return tuple(int(increments[tag]) for tag in tags)


def _kind(bar: _Beginning, pulse: Pulse, begin: int, limits: Limits) -> Kind:
    """All that the rest of the line can still tell of this beginning of a bar."""
    symbols = bar.symbols
    closes = cadence_of(*closing(symbols, pulse, begin)) if symbols[-1][1] == REST else None
    return (_capped(bar.counts, limits), _head(symbols, limits), _last_note(symbols), closes)


def _is_too_much(counts: tuple[int, ...], limits: Limits) -> bool:
    """More than the order bears already; a tie may still undo one figure, but no symbol."""
    return any(
        is_most and count > cap + (tag >= len(SYMBOL_TAGS))
        for count, (tag, cap, is_most) in zip(counts, limits, strict=True)
    )


def _head(symbols: BarSymbols, limits: Limits) -> Kind:
    """How it begins; of a held note its length only where such symbols are counted."""
    ticks, kind = symbols[0]
    return (kind, ticks if kind == TIED and any(tag < len(SYMBOL_TAGS) for tag, _, _ in limits) else 0)


def _capped(counts: tuple[int, ...], limits: Limits) -> tuple[int, ...]:
    """Counts beyond what the order tells apart are one; one more is kept, as a tie may undo a figure."""
    return tuple(min(count, cap + 1) for count, (_, cap, _) in zip(counts, limits, strict=True))


def _last_note(bar: BarSymbols) -> BarSymbols:
    for index in range(len(bar) - 1, -1, -1):
        if bar[index][1] != TIED:
            return bar[index:] if bar[index][1] != REST else ((0, REST),)
    return bar


def _one_of_each(bars: list[_Beginning], grammar: Grammar, end: int, limits: Limits) -> dict[Bar, float]:
    """The complete bars, ended and held on, one of those that no line can tell apart."""
    pulse = grammar.pulse
    best: dict[Kind, tuple[Bar, float]] = {}
    for beginning in bars:
        symbols = beginning.symbols
        forms = [(symbols, False)]
        can_hold = end == pulse.bar and any(form == (symbols, True) for form, _ in tied_forms(symbols))
        if can_hold and not (len(symbols) == 1 and symbols[0][1] == TIED):
            forms.append((symbols, True))
        for form in forms:
            count = count_bar(*form, pulse, grammar.begin)
            counts = tuple(int(count.increments[tag]) for tag, _, _ in limits)
            if any(n > cap for n, (_, cap, is_most) in zip(counts, limits, strict=True) if is_most):
                continue
            capped = tuple(min(n, cap) for n, (_, cap, _) in zip(counts, limits, strict=True))
            closes = cadence_of(*closing(symbols, pulse, grammar.begin))
            state = count.state if any(tag < len(SYMBOL_TAGS) for tag, _, _ in limits) else min(count.state, HELD)
            kind = (capped, _head(symbols, limits), state, closes, lets_breathe(symbols, pulse))
            weight = beginning.log_weight - HELD_COST * form[1]
            if kind not in best or best[kind][1] < weight:
                best[kind] = (form, weight)
    return {bar: exp(max(weight, -300.0)) for bar, weight in best.values()}
