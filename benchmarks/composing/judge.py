"""How surprising a melody is to a judge who has read the corpus: bits a note, of pitch and of rhythm.

The judge shares nothing with the composer: it predicts each interval from the degree left and up to five intervals
before, and each length from metre, place in the bar and up to three lengths before. Each context is interpolated with
the next shorter one (Witten & Bell, "The zero-frequency problem", 1991). It learns from folds 1 to 9; fold 0 are the
real tunes to compare with.

A **line** is a list of notes (pitch MIDI, onset in ticks from the barline, ticks, bar), ties joined, in the key of
`tonic` (pitch class) and `mode`; 24 ticks a quarter.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tutor.composing.corpus.tunes import TICKS_A_QUARTER, Tune

Note = tuple[int, int, int, int]
Codes = NDArray[np.int64]

HELD_OUT_FOLD = 0
# Wider leaps count as this wide: 29 intervals.
WIDEST = 14
INTERVALS = 2 * WIDEST + 1
NO_INTERVAL = INTERVALS
PITCH_MEMORY = 5
RHYTHM_MEMORY = 3
# Lengths are told apart up to two whole notes of 3/4; forty of them are likely before anything is known.
LENGTHS = 40
LONGEST_TICKS = 192
NO_LENGTH = LONGEST_TICKS + 1


@dataclass(frozen=True)
class Line:
    """One melody to judge."""

    notes: tuple[Note, ...]
    tonic: int
    mode: str
    metre: tuple[int, int]


def line_of(tune: Tune, most_bars: int | None = None) -> Line:
    """A tune, or its first bars (an upbeat not counted)."""
    notes = [note for note in tune.sounding() if most_bars is None or note[3] <= most_bars]
    return Line(tuple(notes), tune.tonic, tune.mode, tune.metre)


def comparable(
    tunes: Iterable[Tune], metre: tuple[int, int], mode: str, style: str = "any", most_bars: int = 8
) -> list[Line]:
    """The beginnings of the held-out tunes that a melody of this metre, mode and style may be measured by."""
    return [
        line_of(tune, most_bars)
        for tune in tunes
        if tune.fold == HELD_OUT_FOLD and tune.metre == metre and tune.mode == mode and style in ("any", tune.style)
    ]


class Judge:
    """Trained once (a second or two) on the major and minor tunes that are not held out."""

    def __init__(self, tunes: Iterable[Tune]) -> None:
        lines = [line_of(tune) for tune in tunes if tune.fold != HELD_OUT_FOLD and tune.mode in ("major", "minor")]
        self._metres = {metre: number for number, metre in enumerate(sorted({line.metre for line in lines}))}
        self._pitch = _Chain(*_joined([_pitch_contexts(line) for line in lines]), symbols=INTERVALS)
        self._rhythm = _Chain(*_joined([self._rhythm_contexts(line) for line in lines]), symbols=LENGTHS)

    def pitch_bits(self, line: Line) -> NDArray[np.float64]:
        """For every note but the first: -log2 of the probability of the interval that leads to it."""
        return self._pitch.bits(*_pitch_contexts(line))

    def rhythm_bits(self, line: Line) -> NDArray[np.float64]:
        """For every note: -log2 of the probability of its length."""
        return self._rhythm.bits(*self._rhythm_contexts(line))

    def _rhythm_contexts(self, line: Line) -> tuple[Codes, Codes]:
        lengths = np.array([min(note[2], LONGEST_TICKS) for note in line.notes], dtype=np.int64)
        metre = np.full(len(lengths), self._metres.get(line.metre, len(self._metres)))
        onsets = np.array([note[1] for note in line.notes], dtype=np.int64)
        parts = [metre, onsets, *(_before(lengths, lag, NO_LENGTH) for lag in range(1, RHYTHM_MEMORY + 1))]
        return _growing(parts, (1000, 1000, *[NO_LENGTH + 1] * RHYTHM_MEMORY), range(1, len(parts) + 1)), lengths


def bits_a_note(bits: Sequence[NDArray[np.float64]]) -> float:
    """The mean over all notes of several melodies."""
    return float(np.concatenate(list(bits)).mean())


def random_walk(rng: np.random.Generator, metre: tuple[int, int], tonic: int = 0, bars: int = 8) -> Line:
    """A line no one would sing: in the scale, in metre, by dice. What any composer must be far better than."""
    scale = [pitch for pitch in range(60, 80) if (pitch - tonic) % 12 in (0, 2, 4, 5, 7, 9, 11)]
    bar_ticks = 4 * TICKS_A_QUARTER * metre[0] // metre[1]
    notes: list[Note] = []
    place = len(scale) // 2
    for bar in range(1, bars + 1):
        onset = 0
        while onset < bar_ticks:
            fitting = [ticks for ticks in (12, 24, 36, 48) if ticks <= bar_ticks - onset] or [bar_ticks - onset]
            ticks = int(rng.choice(fitting))
            notes.append((scale[place], onset, ticks, bar))
            onset += ticks
            place = int(np.clip(place + rng.choice([-3, -2, -1, -1, 0, 1, 1, 2, 3]), 0, len(scale) - 1))
    return Line(tuple(notes), tonic, "major", metre)


def _pitch_contexts(line: Line) -> tuple[Codes, Codes]:
    """For each interval the contexts from none to degree and five intervals [orders, intervals], and its number."""
    pitches = np.array([note[0] for note in line.notes], dtype=np.int64)
    intervals = np.clip(np.diff(pitches), -WIDEST, WIDEST) + WIDEST
    degrees = (pitches[:-1] - line.tonic) % 12 + (12 if line.mode == "minor" else 0)
    befores = [_before(intervals, lag, NO_INTERVAL) for lag in range(1, PITCH_MEMORY + 1)]
    # Nothing; the degree; one, two, three and five intervals with it.
    return _growing([degrees, *befores], (24, *[INTERVALS + 1] * PITCH_MEMORY), (0, 1, 2, 3, 4, 6)), intervals


def _before(values: Codes, lag: int, missing: int) -> Codes:
    return np.concatenate([np.full(min(lag, len(values)), missing), values[:-lag]])


def _growing(parts: Sequence[Codes], bases: Sequence[int], counts: Iterable[int]) -> Codes:
    """One number for the first `count` parts together, for each count [counts, notes]."""
    rows = []
    for count in counts:
        row = np.zeros_like(parts[0])
        for part, base in zip(parts[:count], bases[:count], strict=True):
            row = row * base + part
        rows.append(row)
    return np.array(rows)


def _joined(pairs: Sequence[tuple[Codes, Codes]]) -> tuple[Codes, Codes]:
    return np.concatenate([contexts for contexts, _ in pairs], axis=1), np.concatenate([seen for _, seen in pairs])


class _Chain:
    """Witten-Bell: a context's counts, and as many again as it has kinds of them given to the next shorter context."""

    # More than any interval or length has as its number.
    SYMBOL_BASE = 256

    def __init__(self, contexts: Codes, seen: Codes, symbols: int) -> None:
        self._symbols = symbols
        self._levels = [_Level(row, row * self.SYMBOL_BASE + seen, self.SYMBOL_BASE) for row in contexts]

    def bits(self, contexts: Codes, seen: Codes) -> NDArray[np.float64]:
        probability = np.full(len(seen), 1 / self._symbols)
        for level, row in zip(self._levels, contexts, strict=True):
            together, total, kinds = level.counts(row, row * self.SYMBOL_BASE + seen)
            known = total > 0
            mixed = (together + kinds * probability) / np.maximum(total + kinds, 1)
            probability = np.where(known, mixed, probability)
        return -np.log2(probability)


class _Level:
    """Counts of one order, in sorted arrays."""

    def __init__(self, contexts: Codes, pairs: Codes, symbol_base: int) -> None:
        self._pairs, self._pair_counts = np.unique(pairs, return_counts=True)
        self._contexts, self._totals = np.unique(contexts, return_counts=True)
        _, self._kinds = np.unique(self._pairs // symbol_base, return_counts=True)

    def counts(self, contexts: Codes, pairs: Codes) -> tuple[Codes, Codes, Codes]:
        """How often the pair, how often the context, and how many kinds followed it."""
        return (
            _look_up(self._pairs, self._pair_counts, pairs),
            _look_up(self._contexts, self._totals, contexts),
            _look_up(self._contexts, self._kinds, contexts),
        )


def _look_up(keys: Codes, values: Codes, wanted: Codes) -> Codes:
    places = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    return np.where(keys[places] == wanted, values[places], 0)
