"""The bars that a line may be made of, as arrays: a metre's own, the few an order leaves, and bars made for it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from tutor.composing.corpus.tables import tables
from tutor.composing.rhythm.counting import TAGS, count_bar
from tutor.composing.rhythm.manners import inner_ties, odd_rests, rests_last
from tutor.composing.rhythm.order import REST, TIED, BarSymbols
from tutor.composing.rhythm.pulse import Pulse, pulse_of
from tutor.composing.rhythm.shapes import POSITIONS, closing, lets_breathe

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

VALUES = (3, 6, 8, 9, 12, 16, 18, 24, 36, 48, 72, 96, 144)
VALUE_BIT = {ticks: 1 << bit for bit, ticks in enumerate(VALUES)}
UNPRINTABLE = 1 << len(VALUES)
ESCAPE = 4.0  # a tune's bars come in bursts: what is not seen is likelier than single notes would say
NOT_SLICED = ("symbols", "increments")  # whose last axis is not the bars
STYLE_ROWS = ("song", "dance", "hymn")


@dataclass(frozen=True)
class Bars:
    """V bars of rhythm with what the sampler needs of each.

    symbols, held: the bars themselves. increments: [V, tags]. head, state: see `counting`. row: which row of `chain`
    tells what follows the bar; chain: [rows + 1, V] probabilities, its last row for a beginning. position:
    [positions, V] factors. bits: the lengths it prints. rests: does it print one; begins_with_rest. strength, closes:
    of its last note, its ticks. breathes: with a rest or a long note at the end. inner_ties, odd_rests, rests_last:
    see `manners`.
    """

    symbols: tuple[BarSymbols, ...]
    held: npt.NDArray[np.bool_]
    increments: Ints
    head: Ints
    state: Ints
    row: Ints
    chain: Floats
    position: Floats
    bits: Ints
    rests: npt.NDArray[np.bool_]
    begins_with_rest: npt.NDArray[np.bool_]
    strength: Ints
    closes: Ints
    breathes: npt.NDArray[np.bool_]
    inner_ties: Ints
    odd_rests: Ints
    rests_last: npt.NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.symbols)

    def only(self, kept: npt.NDArray[Any]) -> Bars:
        """The bars with these indices."""
        changed: dict[str, Any] = {
            field.name: getattr(self, field.name)[..., kept] for field in fields(self) if field.name not in NOT_SLICED
        }
        symbols = tuple(self.symbols[index] for index in kept)
        return replace(self, symbols=symbols, increments=self.increments[kept], **changed)


def bits_of(values: Iterable[int]) -> int:
    """Lengths as a set of bits."""
    bits = 0
    for ticks in values:
        bits |= VALUE_BIT.get(ticks, UNPRINTABLE)
    return bits


@lru_cache(maxsize=64)
def metre_bars(metre: tuple[int, int], style: str) -> Bars:
    """All bars of a metre, with the chain of a style."""
    tables = _tables(metre)
    chain = _chain(tables["follows"], tables["prior"].astype(float), style)
    plain = _plain(metre)
    return replace(plain, chain=chain)


def made_bars(
    bars: Sequence[tuple[BarSymbols, bool]], weights: Sequence[float], pulse: Pulse, rows: int, onset: int = 0
) -> Bars:
    """Bars of one's own, beginning at `onset`: as likely after any other bar."""
    counts = [count_bar(symbols, held, pulse, onset) for symbols, held in bars]
    share = np.array(weights, float) / max(sum(weights), 1e-300)
    closings = [closing(symbols, pulse, onset) for symbols, _ in bars]
    return Bars(
        symbols=tuple(symbols for symbols, _ in bars),
        held=np.array([held for _, held in bars], bool),
        increments=np.array([count.increments for count in counts], np.int64).reshape(-1, len(TAGS)),
        head=np.array([count.head for count in counts], np.int64),
        state=np.array([count.state for count in counts], np.int64),
        row=np.full(len(bars), rows),
        chain=np.tile(share, (rows + 1, 1)),
        position=np.ones((POSITIONS, len(bars))),
        bits=np.array([bits_of(ticks for ticks, _ in symbols) for symbols, _ in bars], np.int64),
        rests=np.array([any(kind == REST for _, kind in symbols) for symbols, _ in bars], bool),
        begins_with_rest=np.array([symbols[0][1] == REST for symbols, _ in bars], bool),
        strength=np.array([strength for strength, _ in closings], np.int64),
        closes=np.array([ticks for _, ticks in closings], np.int64),
        breathes=np.array([lets_breathe(symbols, pulse) for symbols, _ in bars], bool),
        inner_ties=np.array([inner_ties(symbols, pulse, onset) for symbols, _ in bars], np.int64),
        odd_rests=np.array([odd_rests(symbols, pulse, onset) for symbols, _ in bars], np.int64),
        rests_last=np.array([rests_last(symbols) for symbols, _ in bars], bool),
    )


def joined_bars(first: Bars, second: Bars) -> Bars:
    """Both, the second's a tenth as likely as the first's."""
    share = 0.1 if len(first) else 1.0
    changed: dict[str, Any] = {
        field.name: np.concatenate([getattr(first, field.name), getattr(second, field.name)], axis=-1)
        for field in fields(first)
        if field.name not in (*NOT_SLICED, "chain")
    }
    return replace(
        first,
        symbols=first.symbols + second.symbols,
        increments=np.concatenate([first.increments, second.increments]),
        chain=np.concatenate([first.chain, share * second.chain], axis=1),
        **changed,
    )


def _tables(metre: tuple[int, int]) -> Mapping[str, npt.NDArray[Any]]:
    """The metre's learned tables; the grammar's alone where none are built yet."""
    prefix = f"{metre[0]}-{metre[1]}/"
    packed = _learned() or _unlearned()
    return {name.removeprefix(prefix): array for name, array in packed.items() if name.startswith(prefix)}


def _learned() -> Mapping[str, npt.NDArray[Any]]:
    try:
        return tables("rhythm")
    except FileNotFoundError:
        return {}


@lru_cache(maxsize=1)
def _unlearned() -> Mapping[str, npt.NDArray[Any]]:
    from tutor.composing.rhythm.learning import learn

    return learn([])


@lru_cache(maxsize=16)
def _plain(metre: tuple[int, int]) -> Bars:
    tables, pulse = _tables(metre), pulse_of(metre)
    ticks, kinds = tables["ticks"].astype(int), tables["kinds"].astype(int)
    lengths = (ticks > 0).sum(1)
    symbols = tuple(
        tuple(zip(line[:length], kind[:length], strict=True))
        for line, kind, length in zip(ticks.tolist(), kinds.tolist(), lengths.tolist(), strict=True)
    )
    last = ticks[np.arange(len(ticks)), lengths - 1]
    ends_with_rest = kinds[np.arange(len(ticks)), lengths - 1] == REST
    closings = np.array([closing(bar, pulse) for bar in symbols])
    bits = np.zeros(256, np.int64)
    for value, bit in VALUE_BIT.items():
        bits[value] = bit
    rests = ((kinds == REST) & (ticks > 0)).any(1)
    tied = ((kinds == TIED) & (ticks > 0))[:, 1:].any(1)
    return Bars(
        symbols=symbols,
        held=tables["held"],
        increments=tables["increments"].astype(np.int64),
        head=tables["head"].astype(np.int64),
        state=tables["state"].astype(np.int64),
        row=tables["row"].astype(np.int64),
        chain=np.zeros((0, len(symbols))),
        position=tables["position"].astype(float),
        bits=np.bitwise_or.reduce(bits[ticks], axis=1),
        rests=rests,
        begins_with_rest=kinds[:, 0] == REST,
        strength=closings[:, 0],
        closes=closings[:, 1],
        breathes=ends_with_rest | (last >= min(48, pulse.bar // 2)),
        inner_ties=np.array([inner_ties(bar, pulse) if ties else 0 for bar, ties in zip(symbols, tied, strict=True)]),
        odd_rests=np.array([odd_rests(bar, pulse) if rest else 0 for bar, rest in zip(symbols, rests, strict=True)]),
        rests_last=np.array([rests_last(bar) if rest else False for bar, rest in zip(symbols, rests, strict=True)]),
    )


def _chain(follows: npt.NDArray[Any], prior: Floats, style: str) -> Floats:
    """[rows + 1, V]: what follows what in the style, backed off to all styles and to the bar alone (Witten-Bell)."""
    everywhere = _smoothed(follows.sum(0).astype(float), prior)
    if style not in STYLE_ROWS:
        return np.concatenate([everywhere, prior[None]])
    of_style = follows[STYLE_ROWS.index(style)].astype(float)
    return np.concatenate([_smoothed(of_style, everywhere), _smoothed(of_style.sum(0)[None], prior)])


def _smoothed(counts: Floats, base: Floats) -> Floats:
    kinds = ESCAPE * np.maximum((counts > 0).sum(1, keepdims=True), 1)
    return np.asarray((counts + kinds * base) / (counts.sum(1, keepdims=True) + kinds))
