"""The grammar of rhythm: cells that fill one beat or several, and the bars that can be built of them.

A cell's weight is how usual it is among cells, before the corpus has its say. Bars are built left to right over the
metre's beats; the likeliest k are found by keeping k at every beat (k-best dynamic programming).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from math import log

from tutor.composing.rhythm.manners import SYMBOL_TICKS, is_needless
from tutor.composing.rhythm.order import NOTE, REST, TIED, BarSymbols
from tutor.composing.rhythm.pulse import COMPOUND, Pulse

TIE_WEIGHT = 0.03
TIED_FROM, TIED_TO = frozenset({12, 24, 36, 48, 72, 96}), frozenset({6, 12, 24, 36, 48, 72, 96})


def cell(*lengths: int) -> BarSymbols:
    """A cell from its lengths; a negative one is a rest."""
    return tuple((abs(ticks), NOTE if ticks > 0 else REST) for ticks in lengths)


SIMPLE_CELLS: Mapping[BarSymbols, float] = {
    cell(24): 100, cell(12, 12): 70, cell(48): 30, cell(36, 12): 12, cell(72): 6, cell(96): 5, cell(144): 1,
    cell(6, 6, 6, 6): 6, cell(12, 6, 6): 5, cell(6, 6, 12): 4, cell(18, 6): 6, cell(6, 18): 0.8, cell(6, 12, 6): 0.5,
    cell(8, 8, 8): 1, cell(16, 8): 0.3, cell(8, 16): 0.1, cell(16, 16, 16): 0.1,
    cell(12, 24, 12): 1.5, cell(12, 36): 0.5, cell(36, 6, 6): 1, cell(12, 24, 24, 12): 0.3, cell(36, 36): 0.2,
    cell(12, 24, 24, 24, 12): 0.1, cell(6, 6, 3, 3, 6): 0.02, cell(12, 6, 3, 3): 0.05, cell(9, 3, 12): 0.02,
    cell(-24): 3, cell(-48): 1, cell(12, -12): 1, cell(-12, 12): 0.8, cell(-12, 24, 12): 0.2, cell(12, 24, -12): 0.2,
    cell(-12, 6, 6): 0.1, cell(36, -12): 0.3, cell(18, -6): 0.02, cell(-6, 6, 6, 6): 0.02,
}  # fmt: skip
COMPOUND_CELLS: Mapping[BarSymbols, float] = {
    cell(12, 12, 12): 100, cell(24, 12): 80, cell(36): 40, cell(72): 8, cell(144): 1, cell(12, 24): 3,
    cell(18, 6, 12): 6, cell(12, 18, 6): 0.8, cell(6, 18, 12): 0.8, cell(12, 6, 18): 0.1, cell(24, 6, 6): 4,
    cell(12, 12, 6, 6): 3, cell(6, 6, 12, 12): 3, cell(12, 6, 6, 12): 2, cell(6, 6, 24): 0.5, cell(18, 18): 0.05,
    cell(12, 6, 6, 6, 6): 1, cell(6, 6, 6, 6, 12): 1, cell(6, 6, 6, 6, 6, 6): 1.5, cell(18, 6, 6, 6): 0.5,
    cell(8, 8, 8, 12): 0.1, cell(12, 8, 8, 8): 0.1, cell(24, 24, 24): 0.2, cell(12, 36, 24): 0.1,
    cell(-36): 1.5, cell(24, -12): 3, cell(12, -24): 0.7, cell(-12, 12, 12): 0.8, cell(12, -12, 12): 0.5,
    cell(12, 12, -12): 0.5, cell(-24, 12): 0.8, cell(-12, 24): 0.3, cell(-12, 18, 6): 0.05, cell(-12, 6, 6, 12): 0.05,
    cell(-12, 12, 6, 6): 0.05, cell(-24, 6, 6): 0.1,
}  # fmt: skip
Cells = Mapping[BarSymbols, float]
Bar = tuple[BarSymbols, bool]  # its symbols, and whether its last note is held over the barline


@dataclass(frozen=True, slots=True)
class Grammar:
    """The cells of a metre with their weights, over a stretch of the bar (all of it, an upbeat, a shortened bar)."""

    pulse: Pulse
    simple: Cells
    compound: Cells
    begin: int = 0
    end: int | None = None  # the barline

    def edges(self) -> Iterator[tuple[int, tuple[int, int], tuple[int, int], BarSymbols, float]]:
        """(onset, node it leaves, node it reaches, cell, log weight): nodes are (way of counting, onset)."""
        end = self.pulse.bar if self.end is None else self.end
        for way, groups in enumerate(self.pulse.groups):
            beats = [(sum(groups[:index]), size) for index, size in enumerate(groups)]
            for onset, size in beats:
                if onset < self.begin:
                    continue
                cells = self.compound if size == COMPOUND else self.simple
                total = sum(cells.values())
                for symbols, weight in cells.items():
                    reached = onset + sum(ticks for ticks, _ in symbols)
                    ends_well = reached in {at for at, _ in beats} | {end}
                    if reached <= end and ends_well and (factor := _fits(self.pulse, onset, symbols, groups)):
                        yield onset, (way, onset), (way, reached), symbols, log(weight * factor / total)
            yield from _stumps(beats, self.begin, end, way)

    def best(self, most: int, allowed: frozenset[int] | None = None) -> dict[BarSymbols, float]:
        """The likeliest bars with their log weights, `most` kept at every beat; `allowed`: lengths of symbols."""
        end = self.pulse.bar if self.end is None else self.end
        edges = sorted(edge for edge in self.edges() if allowed is None or all(t in allowed for t, _ in edge[3]))
        reached: dict[tuple[int, int], dict[BarSymbols, float]] = {
            (way, self.begin): {(): 0.0} for way in range(len(self.pulse.groups))
        }
        leaving: dict[tuple[int, int], list[tuple[tuple[int, int], BarSymbols, float]]] = {}
        for _, node, target, symbols, weight in edges:
            leaving.setdefault(node, []).append((target, symbols, weight))
        for node in sorted(leaving, key=lambda node: node[1]):
            kept = sorted(reached.get(node, {}).items(), key=lambda item: -item[1])[:most]
            for target, symbols, weight in leaving[node]:
                bars = reached.setdefault(target, {})
                for bar, so_far in kept:
                    for continued, factor in continuations(bar, symbols, node[1], self.pulse):
                        score = so_far + weight + factor
                        bars[continued] = max(bars.get(continued, -1e9), score)
        found: dict[BarSymbols, float] = {}
        for way in range(len(self.pulse.groups)):
            for bar, score in reached.get((way, end), {}).items():
                found[bar] = max(found.get(bar, -1e9), score)
        return dict(sorted(found.items(), key=lambda item: -item[1])[:most])


def continuations(bar: BarSymbols, symbols: BarSymbols, onset: int, pulse: Pulse) -> Iterable[tuple[BarSymbols, float]]:
    """The bar with a cell after it, and tied to it where a musician would write a tie; log factors."""
    yield bar + symbols, 0.0
    if not bar or bar[-1][1] == REST or symbols[0][1] == REST:
        return
    before, after = bar[-1][0], symbols[0][0]
    strong = pulse.is_compound or onset == pulse.half
    asked = strong or before + after not in SYMBOL_TICKS
    may = before in TIED_FROM and after in TIED_TO and asked
    if may and not is_needless(pulse, onset - before, before, after):
        yield (*bar, (after, TIED), *symbols[1:]), log(TIE_WEIGHT)


def tied_forms(symbols: BarSymbols) -> Iterator[tuple[Bar, int]]:
    """The bar begun with a held note, ended with one, or both; and how many ties that is."""
    ticks, kind = symbols[0]
    begun = ((ticks, TIED), *symbols[1:]) if kind == NOTE and ticks in TIED_TO and ticks > 6 else None
    can_hold = symbols[-1][1] != REST and symbols[-1][0] in TIED_FROM
    if can_hold:
        yield (symbols, True), 1
    if begun and (len(symbols) == 1 or symbols[1][1] != TIED):
        yield (begun, False), 1
        if can_hold and len(symbols) > 1:
            yield (begun, True), 2


def _stumps(
    beats: list[tuple[int, int]], begin: int, end: int, way: int
) -> Iterator[tuple[int, tuple[int, int], tuple[int, int], BarSymbols, float]]:
    """The beats that a stretch cuts: what is left of them, in one note, or in notes of an eighth or a sixteenth."""
    for onset, size in beats:
        first, last = max(onset, begin), min(onset + size, end)
        if first >= last or (first, last) == (onset, onset + size):
            continue
        left = last - first
        ways = {cell(left): 0.6} if left in SYMBOL_TICKS else {}
        ways |= {cell(*[unit] * (left // unit)): 0.2 for unit in (12, 6) if left % unit == 0 and left > unit}
        if left == 24:
            ways[cell(18, 6)] = 0.1
        if end < sum(size for _, size in beats):
            ways[cell(-left)] = 0.1  # the last bar of a tune with an upbeat may end early
        for symbols, weight in ways.items():
            yield first, (way, first), (way, last), symbols, log(weight)


def _fits(pulse: Pulse, onset: int, symbols: BarSymbols, groups: tuple[int, ...]) -> float:
    """How well a cell stands where it begins: long values on strong beats, nothing written across the half bar."""
    ticks = sum(length for length, _ in symbols)
    if len(set(groups)) > 1 and ticks > groups[_index(groups, onset)]:
        return float(symbols == cell(48) and groups[_index(groups, onset) :][:2] == (24, 24))
    if symbols == cell(-48) and (pulse.half is None or onset % 48):
        return 0.0  # two quarter rests instead
    if pulse.half is None or not onset < pulse.half < onset + ticks or onset == 0:
        return 1.0
    if pulse.is_compound:
        return 0.0
    # Across the half bar: a half note or a dotted quarter may (quarter, half, quarter), the rest is written with ties.
    plain = symbols in (cell(48), cell(36, 12), cell(72))
    return 0.1 if plain else 0.0


def _index(groups: tuple[int, ...], onset: int) -> int:
    filled = 0
    for index, size in enumerate(groups):
        if filled == onset:
            return index
        filled += size
    raise ValueError(onset)
