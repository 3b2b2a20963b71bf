"""What the rhythm tables learn from tunes: which bars there are, which follow which, and which close a phrase.

A metre's vocabulary is the bars of its tunes and the likeliest bars of the grammar, whose cells are weighed by the
tunes too; so a metre without tunes (5/4) still knows what a usual beat is. Escapes are weighed as Witten and Bell do
(1991). Tables: see `MetreTables`; packed as "4-4/ticks" and so on.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from itertools import groupby, pairwise
from math import exp, log
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from tutor.composing.rhythm.cells import (
    COMPOUND_CELLS,
    SIMPLE_CELLS,
    Bar,
    Cells,
    Grammar,
    tied_forms,
)
from tutor.composing.rhythm.counting import TAGS, count_bar
from tutor.composing.rhythm.manners import SYMBOL_TICKS, without_needless_ties
from tutor.composing.rhythm.order import NOTE, REST, TIED, BarSymbols
from tutor.composing.rhythm.pulse import METRES, Pulse, pulse_of
from tutor.composing.rhythm.shapes import POSITIONS, SHAPES, position_of, shape_of

if TYPE_CHECKING:
    from tutor.composing.corpus.tunes import Event, Tune

Array = npt.NDArray[np.generic]
Metre = tuple[int, int]

STYLES = ("song", "dance", "hymn")
OWN_ROWS, CLUSTERS = 28, 8  # the usual bars remember what follows them, the others by their cluster
LEAST_SEEN = 2
GRAMMAR_BARS, TIED_BARS = 1000, 160  # the likeliest bars of the grammar, and those that also come tied
PLAIN_CELLS, BARS_A_CELL = 5, 24
HELD_WEIGHT = 0.02
CELL_ESCAPE = 0.02  # the grammar's say against the tunes', for cells and for bars
FEWEST_CELLS = 20  # a beat of the tunes that is met less often is no cell


@dataclass(frozen=True)
class MetreTables:
    """V bars of one metre. ticks, kinds: [V, L], 0 ticks for none; held: [V]; increments: [V, tags], head, state: as
    `counting` has them; row: [V] which row of `follows` tells what comes after it; follows: [styles, rows, V] counts;
    prior: [V] probability; position: [positions, V], how much likelier than elsewhere."""

    ticks: Array
    kinds: Array
    held: Array
    increments: Array
    head: Array
    state: Array
    row: Array
    follows: Array
    prior: Array
    position: Array


def learn(tunes: Sequence[Tune]) -> dict[str, Array]:
    """The tables of every metre, from the tunes that are given."""
    packed: dict[str, Array] = {}
    bars_of = {tune.key: read_bars(tune) for tune in tunes if tune.metre in METRES}
    known = [tune for tune in tunes if tune.metre in METRES]
    cells = {compound: _cells(known, bars_of, compound) for compound in (False, True)}
    pooled = _pooled_positions(known, bars_of)
    for metre in METRES:
        of_metre = [(tune, bars_of[tune.key]) for tune in known if tune.metre == metre]
        tables = _learn_metre(metre, of_metre, cells[False], cells[True], pooled)
        packed |= {f"{metre[0]}-{metre[1]}/{field.name}": getattr(tables, field.name) for field in fields(tables)}
    return packed


def read_bars(tune: Tune) -> list[Bar | None]:
    """The full bars of a tune in order; None where one can't be printed in our symbols or is all rest."""
    groups = [(number, list(events)) for number, events in groupby(tune.events, key=lambda event: event.bar)]
    bars: list[Bar | None] = []
    for index, (number, events) in enumerate(groups):
        following = groups[index + 1][1][0] if index + 1 < len(groups) else None
        if number:
            bars.append(_bar(events, following, pulse_of(tune.metre)))
    return bars


def _bar(events: Sequence[Event], following: Event | None, pulse: Pulse) -> Bar | None:
    symbols = without_needless_ties(tuple((event.ticks, _kind(event)) for event in events), pulse)
    fills = events[0].onset == 0 and sum(ticks for ticks, _ in symbols) == pulse.bar
    printable = all(ticks in SYMBOL_TICKS for ticks, _ in symbols)
    sounds = any(kind != REST for _, kind in symbols)
    tied_oddly = any(a == REST and b == TIED for (_, a), (_, b) in pairwise(symbols))
    held = following is not None and following.tied and symbols[-1][1] != REST
    if not (fills and printable and sounds) or tied_oddly or (symbols[0][1] == TIED and len(symbols) == 1 and held):
        return None
    return symbols, held


def _kind(event: Event) -> int:
    return REST if event.pitch is None else TIED if event.tied else NOTE


def _cells(tunes: Sequence[Tune], bars_of: dict[str, list[Bar | None]], compound: bool) -> Cells:
    """The cells' weights: how often the tunes show them, and the grammar's own for a fiftieth."""
    prior = COMPOUND_CELLS if compound else SIMPLE_CELLS
    seen: Counter[BarSymbols] = Counter()
    for tune in tunes:
        pulse = pulse_of(tune.metre)
        if pulse.is_compound == compound and len(pulse.groups) == 1:
            for bar in bars_of[tune.key]:
                seen.update(_beats(bar[0], pulse.groups[0][0]) if bar else ())
    usual = {beat: count for beat, count in seen.items() if beat in prior or count >= FEWEST_CELLS}
    seen_in_all, weight_in_all = max(sum(usual.values()), 1), sum(prior.values())
    return {
        beat: usual.get(beat, 0) / seen_in_all + CELL_ESCAPE * prior.get(beat, 0.0) / weight_in_all
        for beat in dict.fromkeys([*prior, *sorted(usual)])
    }


def _beats(symbols: BarSymbols, unit: int) -> Iterator[BarSymbols]:
    """A bar cut at every beat where a symbol begins; held symbols count as notes."""
    onset = 0
    beat: list[tuple[int, int]] = []
    for ticks, kind in symbols:
        if onset % unit == 0 and beat:
            yield tuple(beat)
            beat = []
        beat.append((ticks, NOTE if kind == TIED else kind))
        onset += ticks
    yield tuple(beat)


def _pooled_positions(tunes: Sequence[Tune], bars_of: dict[str, list[Bar | None]]) -> npt.NDArray[np.float64]:
    """[positions, shapes]: how often a bar of a shape stands there, over all metres."""
    counts = np.ones((POSITIONS, SHAPES))
    for tune in tunes:
        bars, pulse = bars_of[tune.key], pulse_of(tune.metre)
        for index, bar in enumerate(bars):
            if bar:
                counts[position_of(index, len(bars)), shape_of(bar[0], bar[1], pulse)] += 1
    return np.asarray(counts / counts.sum(1, keepdims=True))


def _learn_metre(
    metre: Metre,
    tunes: Sequence[tuple[Tune, list[Bar | None]]],
    simple: Cells,
    compound: Cells,
    pooled: npt.NDArray[np.float64],
) -> MetreTables:
    pulse = pulse_of(metre)
    seen = Counter(bar for _, bars in tunes for bar in bars if bar)
    weights = _grammar_bars(Grammar(pulse, simple, compound), [bar for bar, n in seen.most_common() if n >= LEAST_SEEN])
    bars = sorted(weights, key=lambda bar: (-seen[bar], -weights[bar]))
    index = {bar: place for place, bar in enumerate(bars)}
    prior = _prior(bars, seen, weights)
    counts = [count_bar(symbols, held, pulse) for symbols, held in bars]
    rows = np.array([_row(place, bar, pulse) for place, bar in enumerate(bars)], np.uint8)
    longest = max(len(symbols) for symbols, _ in bars)
    grid = np.zeros((2, len(bars), longest), np.uint8)
    for place, (symbols, _) in enumerate(bars):
        grid[:, place, : len(symbols)] = np.array(symbols).T
    return MetreTables(
        ticks=grid[0],
        kinds=grid[1],
        held=np.array([held for _, held in bars]),
        increments=np.array([count.increments for count in counts], np.uint8).reshape(-1, len(TAGS)),
        head=np.array([count.head for count in counts], np.uint8),
        state=np.array([count.state for count in counts], np.uint8),
        row=rows,
        follows=_follows(tunes, index, rows),
        prior=prior.astype(np.float32),
        position=_positions(tunes, index, prior, [shape_of(*bar, pulse) for bar in bars], pooled).astype(np.float32),
    )


def _grammar_bars(grammar: Grammar, seen: Sequence[Bar]) -> dict[Bar, float]:
    """Bar -> its weight in the grammar: the tunes' bars, the likeliest that can be built, and the usual ones tied."""
    built = _built(grammar)
    least = min(built.values())
    weights = {bar: built.get(bar[0], least - 1) + (log(HELD_WEIGHT) if bar[1] else 0) for bar in seen}
    weights |= {(symbols, False): weight for symbols, weight in built.items()}
    for symbols in sorted(built, key=lambda symbols: -built[symbols])[:TIED_BARS]:
        for bar, ties in tied_forms(symbols):
            weights.setdefault(bar, built[symbols] + ties * log(HELD_WEIGHT))
    return weights


def _built(grammar: Grammar) -> dict[BarSymbols, float]:
    """The likeliest bars of all, and for every cell, however rare, the likeliest that show it among plain beats."""
    built = grammar.best(GRAMMAR_BARS)
    for rare in {**grammar.simple, **grammar.compound}:
        simple, compound = (_among_plain(rare, family) for family in (grammar.simple, grammar.compound))
        narrow = Grammar(grammar.pulse, simple, compound)
        share = max(
            family[rare] / sum(family.values()) for family in (grammar.simple, grammar.compound) if rare in family
        )
        for bar, weight in narrow.best(BARS_A_CELL).items():
            built.setdefault(bar, weight + log(share))
    return built


def _among_plain(rare: BarSymbols, family: Cells) -> Cells:
    """The family's usual cells and the rare one, as usual as they."""
    plain = dict(sorted(family.items(), key=lambda item: -item[1])[:PLAIN_CELLS])
    return {**plain, rare: max(plain.values())} if rare in family else plain


def _prior(bars: Sequence[Bar], seen: Counter[Bar], weights: dict[Bar, float]) -> npt.NDArray[np.float64]:
    counts = np.array([seen[bar] for bar in bars], float)
    built = np.exp(np.array([weights[bar] for bar in bars]))
    escape = max(1.0, len(seen))  # Witten-Bell: as likely as there are kinds
    return np.asarray((counts + escape * built / built.sum()) / (counts.sum() + escape))


def _row(place: int, bar: Bar, pulse: Pulse) -> int:
    if place < OWN_ROWS:
        return place
    beats = pulse.bar / pulse.groups[0][0]
    many = min(int(2 * sum(kind == NOTE for _, kind in bar[0]) / beats), 3)
    return OWN_ROWS + 2 * many + (bar[0][-1][0] >= 24)


def _follows(
    tunes: Sequence[tuple[Tune, list[Bar | None]]], index: dict[Bar, int], rows: npt.NDArray[np.uint8]
) -> npt.NDArray[np.uint16]:
    follows = np.zeros((len(STYLES), OWN_ROWS + CLUSTERS, len(index)), np.uint16)
    for tune, bars in tunes:
        # Once a tune: what a tune repeats is its own, not its style's.
        for before, bar in sorted({pair for pair in pairwise(bars) if None not in pair}):
            if before in index and bar in index:
                follows[STYLES.index(tune.style), rows[index[before]], index[bar]] += 1
    return follows


def _positions(
    tunes: Sequence[tuple[Tune, list[Bar | None]]],
    index: dict[Bar, int],
    prior: npt.NDArray[np.float64],
    shapes: Sequence[int],
    pooled: npt.NDArray[np.float64],
) -> npt.NDArray[np.float64]:
    """[positions, V]: by the bar's shape over all metres, then in this one, then by the bar itself."""
    by_shape = np.zeros((POSITIONS, SHAPES))
    by_bar = np.zeros((POSITIONS, len(index)))
    for _, bars in tunes:
        for at, bar in enumerate(bars):
            if bar in index:
                place = position_of(at, len(bars))
                by_shape[place, shapes[index[bar]]] += 1
                by_bar[place, index[bar]] += 1
    kinds = 4 * (by_bar > 0).sum(1, keepdims=True) + 1
    shape = np.array(shapes)
    of_shape = np.bincount(shape, prior, SHAPES)
    usual = pooled / pooled.sum(0, keepdims=True) * of_shape
    by_shape = (by_shape + 10 * usual / usual.sum(1, keepdims=True)) / (by_shape.sum(1, keepdims=True) + 10)
    expected = by_shape[:, shape] * prior / np.maximum(of_shape[shape], 1e-300)
    smoothed = (by_bar + kinds * expected) / (by_bar.sum(1, keepdims=True) + kinds)
    return np.asarray(np.clip(smoothed / prior, exp(-4), exp(4)))
