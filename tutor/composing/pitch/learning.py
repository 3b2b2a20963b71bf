"""What tunes teach about melodies: how often which move followed which moves, by degree, place in the bar and style.

A **symbol** is a move: staff steps up or down and the alteration of the note it leads to, against the scale. Its
context is the degree it leaves, the move before, how strong the two notes' places in the bar are (the short
memory, one code), and then up to four moves more (the long memory, hashed). Counts are kept by style.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from tutor.composing.corpus.tunes import Tune
from tutor.composing.pitch.space import NO_SYMBOL, SYMBOLS, WIDEST_STEPS
from tutor.composing.rhythm.pulse import METRES, pulse_of

Ints = NDArray[np.int64]
Hashes = NDArray[np.uint64]

MODES = ("major", "minor")
STYLES = ("song", "dance", "hymn")
SCALES = {"major": (0, 2, 4, 5, 7, 9, 11), "minor": (0, 2, 3, 5, 7, 8, 10)}
DEGREES = 21  # seven, each lowered, plain or raised
STRENGTHS = 4
# Radices of the short memory: mode, degree left, move before, strength of the note led to, strength of the one left.
SHORT_SHAPE = (len(MODES), DEGREES, SYMBOLS + 1, STRENGTHS, STRENGTHS)
LONGEST_MEMORY = 5  # moves
# A context of the long memory that occurred once says little and is how a line would copy.
FEWEST_VISITS = 2
# Odd numbers without pattern (the golden ratio, square roots of primes): a context's name is a hash of its tokens.
MIX = np.uint64(0x9E3779B97F4A7C15)
ODD_MULTIPLIERS = np.array(
    [0xBB67AE8584CAA73B, 0x3C6EF372FE94F82B, 0xA54FF53A5F1D36F1, 0x510E527FADE682D1], dtype=np.uint64
)
ORDER_MARKS = np.array(
    [0x9B05688C2B3E6C1F, 0x1F83D9ABFB41BD6B, 0x5BE0CD19137E2179, 0xCBBB9D5DC1059ED8], dtype=np.uint64
)


def learn(tunes: Sequence[Tune]) -> dict[str, NDArray[np.generic]]:
    """The tables of the short memory (`short_*`) and of the long memory (`long_*`); see `memory.py`."""
    visits = np.concatenate([_visits(tune) for tune in tunes if tune.mode in MODES and tune.metre in METRES])
    style, symbols, history = visits[:, 0], visits[:, 1], visits[:, 6:]
    short = short_codes(visits[:, 2], visits[:, 3], history[:, 0], visits[:, 4], visits[:, 5])
    codes, counts = _counted(short.astype(np.uint64) * np.uint64(64) + symbols.astype(np.uint64), style)
    keys, sizes, entries, long_counts = _long(short, symbols, history, style)
    return {
        "short_codes": codes.astype(np.uint32),
        "short_counts": counts,
        "long_gaps": np.diff(keys, prepend=np.uint64(0)).astype(np.uint32),
        "long_sizes": sizes.astype(np.uint8),
        "long_symbols": entries.astype(np.uint8),
        "long_counts": long_counts,
    }


def _visits(tune: Tune) -> Ints:
    """One row a move: style, symbol, mode, degree left, strength, strength before, the last moves (newest first)."""
    notes = _attacks(tune)
    rows = []
    past = [NO_SYMBOL] * LONGEST_MEMORY
    for (degree, raised, step, before), (_, next_raised, next_step, strength) in pairwise(notes):
        symbol = symbol_of(next_step - step, next_raised)
        place = 3 * degree + raised + 1
        rows.append([STYLES.index(tune.style), symbol, MODES.index(tune.mode), place, strength, before, *past])
        past = [symbol, *past[:-1]]
    return np.array(rows, dtype=np.int64).reshape(-1, 6 + LONGEST_MEMORY)


def _attacks(tune: Tune) -> list[tuple[int, int, int, int]]:
    """(degree 0..6, alteration against the scale, staff step, strength) of every attack."""
    scale, pulse = SCALES[tune.mode], pulse_of(tune.metre)
    found = []
    for event in tune.events:
        if event.pitch is None or event.tied:
            continue
        degree = (event.step - tune.tonic_letter) % 7
        raised = (event.pitch - tune.tonic - scale[degree] + 6) % 12 - 6
        found.append((degree, min(max(raised, -1), 1), event.step, pulse.strength(event.onset)))
    return found


def symbol_of(steps: int, raised: int) -> int:
    """A move in staff steps to a note so altered, as the model names it."""
    return (min(max(steps, -WIDEST_STEPS), WIDEST_STEPS) + WIDEST_STEPS) * 3 + raised + 1


def short_codes(mode: Ints | int, place: Ints, last: Ints, strength: Ints | int, before: Ints | int) -> Ints:
    """The short memory as one number a visit, each argument within its radix of SHORT_SHAPE."""
    code: Ints = np.asarray(mode * DEGREES + place)
    for token, radix in zip((last, strength, before), SHORT_SHAPE[2:], strict=True):
        code = np.asarray(code * radix + token)
    return code


def long_keys(short: Ints, history: Ints) -> Hashes:
    """32-bit names of the contexts of 2, 3, 4 and 5 moves [4, n]; history [n, 5] newest move first."""
    tokens = history.T[1:].astype(np.uint64) * ODD_MULTIPLIERS[:, None]
    sums = np.cumsum(tokens, axis=0) + ORDER_MARKS[:, None] + short.astype(np.uint64) * MIX
    # The upper half of a product is mixed well, and mixes the upper half of a second one better.
    return np.asarray(((sums ^ (sums >> np.uint64(31))) * MIX) >> np.uint64(32))


def _long(short: Ints, symbols: Ints, history: Ints, style: Ints) -> tuple[Hashes, Ints, Ints, NDArray[np.uint16]]:
    """Contexts sorted by name: their names, how many symbols each, the symbols, their counts by style."""
    keys = long_keys(short, history)
    known = history[:, 1:].T != NO_SYMBOL
    contexts = keys[known]
    _, inverse, visits = np.unique(contexts, return_inverse=True, return_counts=True)
    often = visits[inverse] >= FEWEST_VISITS
    pair = contexts * np.uint64(64) + np.broadcast_to(symbols.astype(np.uint64), keys.shape)[known]
    codes, counts = _counted(pair[often], np.broadcast_to(style, keys.shape)[known][often])
    names, sizes = np.unique(codes >> np.uint64(6), return_counts=True)
    return names, sizes, (codes & np.uint64(63)).astype(np.int64), counts


def _counted(codes: Hashes, style: Ints) -> tuple[Hashes, NDArray[np.uint16]]:
    """Each code once, sorted, and how often it came in each style [codes, styles]."""
    unique, inverse = np.unique(codes, return_inverse=True)
    counts = np.bincount(inverse * len(STYLES) + style, minlength=len(unique) * len(STYLES))
    return unique, np.minimum(counts, 65535).astype(np.uint16).reshape(-1, len(STYLES))
