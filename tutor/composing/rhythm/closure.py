"""Every kind of bar that a metre's cells can make: what decides whether an order is impossible.

A metre's cells make far too many bars to look at. But for an order two bars are of one kind if they do the same to its
counts and meet their barlines alike; so at each beat one bar of every kind is kept, the likeliest.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import exp

from tutor.composing.rhythm.cells import Grammar, continuations
from tutor.composing.rhythm.counting import BarCount, count_bar
from tutor.composing.rhythm.learning import tied_forms
from tutor.composing.rhythm.order import NOTE, REST, TIED, BarSymbols
from tutor.composing.rhythm.shapes import closing

Bar = tuple[BarSymbols, bool]
Kind = tuple[object, ...]


def every_kind_of_bar(
    grammar: Grammar, values: frozenset[int], rests: bool, counted: Sequence[int]
) -> dict[Bar, float]:
    """One bar of every kind with its weight, from the symbols allowed; `counted` are indices into TAGS."""
    end = grammar.pulse.bar if grammar.end is None else grammar.end
    reached: dict[tuple[int, int], dict[Kind, tuple[BarSymbols, float]]] = {
        (way, grammar.begin): {(): ((), 0.0)} for way in range(len(grammar.pulse.groups))
    }
    edges = [edge for edge in grammar.edges() if _may(edge[3], values, rests)]
    for onset, node, target, symbols, weight in sorted(edges, key=lambda edge: edge[0]):
        kinds = reached.setdefault(target, {})
        for bar, so_far in list(reached.get(node, {}).values()):
            openings = [symbols] if bar else [symbols, *_held_into(symbols, grammar.begin)]
            for opening in openings:
                for longer, factor in continuations(bar, opening, onset, grammar.pulse):
                    score = so_far + weight + factor - 4.0 * (opening is not symbols)
                    kind = _kind(longer, grammar, counted)
                    if kind not in kinds or kinds[kind][1] < score:
                        kinds[kind] = (longer, score)
    found: dict[Bar, float] = {}
    for way in range(len(grammar.pulse.groups)):
        for bar, weight in reached.get((way, end), {}).values():
            found[bar, False] = exp(max(weight, -300.0))
            if end == grammar.pulse.bar and any(held for (_, held), _ in tied_forms(bar)):
                found[bar, True] = exp(max(weight - 4.0, -300.0))
    return {bar: weight for bar, weight in found.items() if not (bar[1] and len(bar[0]) == 1 and bar[0][0][1] == TIED)}


def _may(symbols: BarSymbols, values: frozenset[int], rests: bool) -> bool:
    return all(ticks in values and (rests or kind != REST) for ticks, kind in symbols)


def _held_into(symbols: BarSymbols, begin: int) -> list[BarSymbols]:
    ticks, kind = symbols[0]
    return [((ticks, TIED), *symbols[1:])] if kind == NOTE and begin == 0 and ticks > 6 and ticks % 3 == 0 else []


def _kind(bar: BarSymbols, grammar: Grammar, counted: Sequence[int]) -> Kind:
    """What the rest of the line can still tell of this beginning of a bar."""
    count: BarCount = count_bar(bar, False, grammar.pulse, grammar.begin)
    increments = tuple(count.increments[tag] for tag in counted)
    return (increments, count.head, bar[0][1] == REST, _last_note(bar), closing(bar, grammar.pulse, grammar.begin))


def _last_note(bar: BarSymbols) -> tuple[object, ...]:
    for index in range(len(bar) - 1, -1, -1):
        if bar[index][1] != TIED:
            return bar[index:]
    return bar
