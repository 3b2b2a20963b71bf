"""Where the melodies come from: the tune books that music21 brings (public domain), and drawn ones.

Each purpose has its own books, and no test tune shares a run of twelve intervals with a training tune:
the same reel stands in several books under several names.
"""

from __future__ import annotations

from functools import cache, lru_cache
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from benchmarks.takes.abc_tunes import read_tunes
from benchmarks.takes.drawn_tunes import STYLES, draw_tune
from benchmarks.takes.tune import Tune

# O'Neill's Music of Ireland (1903), Ryan's Mammoth Collection (1883), Aird's Selection (1782-1801).
BOOKS = {"train": "oneills1850", "more": "oneills1850", "test": "ryansMammoth", "fresh": "airdsAirs"}
# Two melodies that share so long a run are one melody.
SHARED_RUN = 12
FEWEST_NOTES = 32
DRAWN_SEEDS = {"train": 1_000_000, "more": 4_000_000, "test": 2_000_000, "fresh": 3_000_000}


def tune(name: str) -> Tune:
    """A tune by its name: `ryansMammoth/AcaciaReel:0` or `drawn/scale:1000017`."""
    place, _, number = name.rpartition(":")
    book, _, file = place.partition("/")
    if book == "drawn":
        return draw_tune(file, int(number))
    return next(one for one in _file(book, file) if one.name == name)


@lru_cache(maxsize=8)
def real_tunes(purpose: str) -> tuple[str, ...]:
    """The names of the book tunes for a purpose, in the book's order."""
    mine = [one for one in _book(BOOKS[purpose]) if len(one.pitches) >= FEWEST_NOTES and _is_singable(one)]
    if purpose in ("train", "more"):
        return tuple(one.name for one in mine)
    trained = {run for one in _book(BOOKS["train"]) for run in one.runs(SHARED_RUN)}
    return tuple(one.name for one in mine if trained.isdisjoint(one.runs(SHARED_RUN)))


def drawn_tunes(purpose: str, count: int) -> list[str]:
    """So many names of drawn tunes, every style in turn."""
    styles = list(STYLES)
    return [f"drawn/{styles[number % len(styles)]}:{DRAWN_SEEDS[purpose] + number}" for number in range(count)]


def _is_singable(one: Tune) -> bool:
    """A line that lies within two octaves and a bit, of lengths that a person plays."""
    lengths = [note.beats for bar in one.bars for note in bar]
    return np.ptp(one.pitches) <= 28 and min(lengths) >= 1 / 8 and max(lengths) <= 8 and len(set(one.pitches)) >= 5


@lru_cache(maxsize=4)
def _book(book: str) -> tuple[Tune, ...]:
    return tuple(one for file in sorted(_books().joinpath(book).glob("*.abc")) for one in _file(book, file.stem))


@cache
def _file(book: str, file: str) -> tuple[Tune, ...]:
    text = (_books() / book / f"{file}.abc").read_text(encoding="utf-8", errors="replace")
    return tuple(read_tunes(text, f"{book}/{file}"))


def _books() -> Path:
    """music21's bundled corpus, found without importing music21."""
    package = find_spec("music21")
    assert package is not None
    assert package.origin is not None
    return Path(package.origin).parent / "corpus"
