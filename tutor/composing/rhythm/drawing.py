"""Rhythms to order. Chooses the bars that may stand at each place, draws lines of them exactly under the counts, and
of many lines picks the ones that a musician would: with some variety, and restating where the form asks for it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from tutor.composing.refusal import UnexplainedRefusal
from tutor.composing.rhythm.choosing import ALL, EVERY_KIND, USUAL, counters_of, layers_of
from tutor.composing.rhythm.counting import ENDED, HEAD_NOTE, INDEX, NOTES, PAIRS
from tutor.composing.rhythm.effort import OF_A_CLOSURE, OF_A_DRAW, OF_A_REFUSAL, Effort
from tutor.composing.rhythm.order import NOTE, REST, TIED, RhythmLine, RhythmOrder, RhythmSymbol, SoundingNote
from tutor.composing.rhythm.pulse import pulse_of
from tutor.composing.rhythm.refusing import check, refuse
from tutor.composing.rhythm.sampling import Counters, Solved, draw, solve, work_of
from tutor.composing.rhythm.shapes import CADENCES
from tutor.composing.rhythm.vocabulary import Ints

FEWEST_DRAWN, DRAWN_A_LINE = 48, 8  # many are drawn, few are chosen
SAMENESS_COST, RESTATEMENT_GAIN = 6.0, 2.0  # nats, for all bars alike beyond half of them; a bar that restates
FIGURES_HEARD = ("triplet", "sixteenths", "syncopation", "snap", "dotted-eighth-sixteenth")
# Special figures: one that is met in a single bar of a longer tune seems a slip, and many kinds of them a medley.
SPECIAL = [INDEX[f"rhythm:{name}"] for name in FIGURES_HEARD]
LONE_COST, IDEA_COST, FREE_IDEAS, BARS_OF_IDEAS = 4.0, 1.5, 2, 8
STANDSTILL_COST = 2.0  # nats for every bar of a single note after another
LONG = 6  # from so many bars on, variety is expected


def draw_rhythms(order: RhythmOrder, rng: np.random.Generator, lines: int = 1) -> list[RhythmLine]:
    """So many rhythms that meet the order, the same for the same generator state. Raises CannotCompose."""
    check(order)
    drawn: list[RhythmLine] = []
    effort = Effort(OF_A_DRAW)
    for attempt, with_notes, candidates in _attempts(order, lines):
        if len({line.symbols for line in drawn}) < lines:
            solved = solve_order(attempt, with_notes=with_notes, effort=effort)
            if solved is None:
                break  # with more counted it is no easier
            drawn = _lines(attempt, solved, rng, lines, candidates) or drawn
    if not drawn:
        explaining = Effort(OF_A_REFUSAL)
        raise UnexplainedRefusal(
            lambda: refuse(order, lambda other, thorough: is_feasible(other, thorough, explaining))
        )
    return drawn


def _attempts(order: RhythmOrder, lines: int) -> Iterator[tuple[RhythmOrder, bool, int]]:
    """(order, whether notes and pairs are counted exactly, how many candidates): most lines have notes enough anyway,
    or with a density that makes it likely; counting them costs more than all other counts."""
    usual = max(FEWEST_DRAWN, DRAWN_A_LINE * lines)
    yield order, False, usual
    fewest, most = max(order.notes[0], order.pairs + 1 if order.pairs else 0), order.notes[1]
    if fewest or most is not None:
        likely = fewest * 1.03 if most is None else (fewest + most) / 2 if fewest else most * 0.9
        yield replace(order, density=likely / order.bars), False, 4 * usual
        yield order, True, usual


def is_feasible(order: RhythmOrder, thorough: bool = True, effort: Effort | None = None) -> bool:
    """Whether any rhythm meets the order, with whatever ending; `thorough`: of every bar that could be built. False
    too where it would take more than the effort to tell."""
    loose, counters = replace(order, cadences=False), counters_of(order, notes=True)
    effort = effort or Effort(OF_A_REFUSAL)
    if _solved(loose, counters, -1, ALL, effort):
        return True
    alone = thorough and _each_alone_feasible(loose, effort)
    return alone and _solved(loose, counters, -1, EVERY_KIND, effort) is not None


def _each_alone_feasible(order: RhythmOrder, effort: Effort) -> bool:
    """Whether each count could be met without the others: far quicker to tell than all of them together."""
    return all(
        _solved(alone, counters_of(alone, notes=True), -1, reach, effort) is not None
        for count in order.counts
        for alone in [replace(order, counts=(count,), notes=(0, None), pairs=0)]
        for reach in [ALL if _solved(alone, counters_of(alone, notes=True), -1, ALL, effort) else EVERY_KIND]
    )


def solve_order(order: RhythmOrder, *, with_notes: bool, effort: Effort) -> Solved | None:
    """Messages for the firmest cadence and the fewest bars that can meet the order; None where nothing can."""
    counters = counters_of(order, notes=with_notes)
    cadences = range(len(CADENCES)) if order.cadences else [-1]
    tries = [(cadence, reach) for cadence in cadences for reach in (USUAL, ALL)]
    found = _solved(order, counters, *tries[0], effort)
    # The loosest of them allows what any other does: where it has nothing, none has.
    loosest = found or (_solved(order, counters, *tries[-1], effort) if len(tries) > 1 else None)
    if found is None and loosest is not None:
        tries = tries[1:-1]
        found = next((found for at, reach in tries if (found := _solved(order, counters, at, reach, effort))), loosest)
    if found is None and order.thorough and _each_alone_feasible(replace(order, cadences=False), effort):
        tries = [(cadence, EVERY_KIND) for cadence in cadences]
        found = next((found for at, reach in tries if (found := _solved(order, counters, at, reach, effort))), None)
    return found


def _solved(order: RhythmOrder, counters: Counters, cadence: int, reach: int, effort: Effort) -> Solved | None:
    if reach == EVERY_KIND and not effort.affords(OF_A_CLOSURE):
        return None
    layers = layers_of(order, cadence, reach)
    if not layers or not effort.affords(work_of(layers, counters)):
        return None
    solved = solve(layers, counters)
    return solved if solved.feasible else None


def _lines(order: RhythmOrder, solved: Solved, rng: np.random.Generator, lines: int, drawn: int) -> list[RhythmLine]:
    """The chosen lines; [] where too few of those drawn have the notes that are asked."""
    sources = _sources(order, rng, drawn, len(solved.layers))
    bars, kept, log_prob = draw(solved, rng, sources)
    notes, pairs = _sizes(solved, bars)
    fewest, most = order.notes
    meets = (notes >= fewest) & (pairs >= order.pairs) & (notes <= (most if most is not None else notes))
    if not meets.any():
        return []
    merit = RESTATEMENT_GAIN * kept.sum(1) - _sameness(order, bars) - _medley(order, solved, bars)
    merit = np.where(meets, merit, -np.inf)
    merit += rng.gumbel(size=drawn)  # so that the best are drawn, not always taken
    chosen = [index for index in _distinct(np.argsort(-merit), bars) if meets[index]]
    ranked = [chosen[index % len(chosen)] for index in range(lines)]  # an order may leave fewer rhythms than asked
    return [_line(order, solved, bars[i], np.where(kept[i], sources[i], -1), float(log_prob[i])) for i in ranked]


def _sources(order: RhythmOrder, rng: np.random.Generator, lines: int, layers: int) -> Ints:
    """[lines, layers]: which layer each one restates, -1 for none."""
    sources = np.full((lines, layers), -1)
    first = layers - order.bars  # the layer of bar 1
    half = order.bars // 2
    if order.form == "period" and half >= 2:
        lengths = rng.choice([max(1, half // 2), half - 1], size=lines, p=[0.6, 0.4])
        for offset in range(half - 1):
            sources[lengths > offset, first + half + offset] = first + offset
    elif order.form == "sentence" and order.bars >= 3:
        sources[:, first + 1] = first
    for number in order.fixed:
        sources[:, first + number - 1] = -1
    return sources


def _sizes(solved: Solved, bars: Ints) -> tuple[Ints, Ints]:
    """How many notes and how many pairs each line has, [lines]."""
    notes, pairs = np.zeros(len(bars), np.int64), np.zeros(len(bars), np.int64)
    state: Ints | None = None
    for layer, chosen in zip(solved.layers, bars.T, strict=True):
        notes += layer.bars.increments[chosen, NOTES]
        pairs += layer.bars.increments[chosen, PAIRS]
        if state is not None:
            pairs += (state == ENDED) & (layer.bars.head[chosen] == HEAD_NOTE)
        state = layer.bars.state[chosen]
    return notes, pairs


def _sameness(order: RhythmOrder, bars: Ints) -> npt.NDArray[np.float64]:
    """What a line costs of which more than half of the bars are the same one."""
    if order.bars < LONG:
        return np.zeros(len(bars))
    alike = (bars[:, :, None] == bars[:, None, :]).sum(2).max(1) / bars.shape[1]
    return np.asarray(SAMENESS_COST * np.maximum(alike - 0.5, 0) / 0.5)


def _medley(order: RhythmOrder, solved: Solved, bars: Ints) -> npt.NDArray[np.float64]:
    """What a line costs whose special figures nobody ordered come once only, or in too many kinds, or that stands
    still."""
    if order.bars < BARS_OF_IDEAS:
        return np.zeros(len(bars))
    shown = np.stack([layer.bars.increments[row] for layer, row in zip(solved.layers, bars.T, strict=True)], axis=1)
    ordered = {INDEX[count.tag] for count in order.counts if count.least}
    often = (shown[:, :, SPECIAL] > 0).sum(1)  # [lines, figures]: in how many bars
    lone = (often == 1) & ~np.isin(SPECIAL, list(ordered))
    single = shown[:, :, NOTES] == 1
    standstill = (single[:, 1:] & single[:, :-1]).sum(1)
    ideas = np.maximum((often > 0).sum(1) - FREE_IDEAS, 0)
    return np.asarray(LONE_COST * lone.sum(1) + IDEA_COST * ideas + STANDSTILL_COST * standstill)


def _distinct(ranked: Sequence[int] | Ints, bars: Ints) -> list[int]:
    seen: set[bytes] = set()
    distinct = []
    for index in ranked:
        line = bars[index].tobytes()
        if line not in seen:
            seen.add(line)
            distinct.append(int(index))
    return distinct


def _line(order: RhythmOrder, solved: Solved, bars: Ints, sources: Ints, log_prob: float) -> RhythmLine:
    pulse = pulse_of(order.metre)
    first = len(bars) - order.bars
    symbols: list[RhythmSymbol] = []
    notes: list[SoundingNote] = []
    rested = False
    for index, (layer, bar) in enumerate(zip(solved.layers, bars, strict=True)):
        number = index + 1 - first
        onset = pulse.bar - order.upbeat_ticks if number == 0 else 0
        for ticks, kind in layer.bars.symbols[bar]:
            symbols.append(RhythmSymbol(number, onset, ticks, kind != REST, kind == TIED))
            if kind == NOTE:
                notes.append(SoundingNote(number, onset, ticks, pulse.strength(onset), rested, len(symbols) - 1))
            elif kind == TIED:
                notes[-1] = notes[-1]._replace(ticks=notes[-1].ticks + ticks)
            rested = kind == REST
            onset += ticks
    copy_of = {index + 1 - first: int(source) + 1 - first for index, source in enumerate(sources) if source >= 0}
    return RhythmLine(order.metre, order.bars, order.upbeat_ticks, tuple(symbols), tuple(notes), log_prob, copy_of)
