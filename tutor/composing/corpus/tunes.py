"""The tunes the composer learns from: read, cleaned, sorted by style, and dealt into ten folds.

Takes some ten seconds: for building the tables and for benches, never in a request.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from tutor.composing.corpus.cleaning import full_bars, sung_mode
from tutor.composing.corpus.families import place
from tutor.composing.corpus.sources import read_sources
from tutor.composing.corpus.styles import style_of
from tutor.composing.corpus.written import TICKS_A_QUARTER, TICKS_A_WHOLE, WrittenBar, WrittenTune

__all__ = ["TICKS_A_QUARTER", "Event", "Tune", "read_tunes"]

# Sharps of a mode's signature beyond the major's on the same tonic.
SHARPER = {"major": 0, "minor": -3, "dorian": -2, "mixolydian": -1, "phrygian": -4, "lydian": 1}


@dataclass(frozen=True, slots=True)
class Event:
    """A note or rest (`pitch` None) as written.

    onset: ticks from the barline; in an upbeat bar counted as if the bar were full. bar: 0 is the upbeat, 1 the first
    full bar. tied: continues the event before, no new attack. step: staff places above C-1 (C4 is 35; rests: 0).
    ends_phrase: a fermata, double bar or repeat sign follows.
    """

    pitch: int | None
    onset: int
    ticks: int
    bar: int
    tied: bool
    step: int = 0
    ends_phrase: bool = False


@dataclass(frozen=True, slots=True)
class Tune:
    """One melody. tonic: pitch class 0..11, its letter `tonic_letter` 0..6 above C; fifths: the signature of its mode.

    `key`: "collection:number", unique.
    """

    key: str
    collection: str
    number: str
    title: str
    metre: tuple[int, int]
    tonic: int
    mode: str
    fifths: int
    style: str
    events: tuple[Event, ...]
    fold: int
    tonic_letter: int = 0

    @property
    def bar_ticks(self) -> int:
        """The length of a full bar."""
        return TICKS_A_WHOLE * self.metre[0] // self.metre[1]

    def sounding(self) -> list[tuple[int, int, int, int]]:
        """(pitch, onset, ticks, bar) of every attack, ties joined."""
        notes: list[tuple[int, int, int, int]] = []
        for event in self.events:
            if event.pitch is None:
                continue
            if event.tied and notes:
                pitch, onset, ticks, bar = notes[-1]
                notes[-1] = (pitch, onset, ticks + event.ticks, bar)
            else:
                notes.append((event.pitch, event.onset, event.ticks, event.bar))
        return notes


def read_tunes() -> list[Tune]:
    """All tunes, of versions that hardly differ the first, in book order; fold 0 is held out, never learned from."""
    tunes = list(_each_once(_clean()))
    placings = place([tune.key for tune in tunes], [_intervals(tune) for tune in tunes])
    return [
        replace(tune, fold=placing.fold) for tune, placing in zip(tunes, placings, strict=True) if not placing.is_copy
    ]


def _clean() -> Iterator[Tune]:
    keys: dict[str, int] = {}
    for collection, written in read_sources():
        bars = full_bars(written)
        if bars is None:
            continue
        name = f"{collection}:{written.number}"
        keys[name] = keys.get(name, 0) + 1
        yield _tune(name if keys[name] == 1 else f"{name}.{keys[name]}", collection, written, bars)


def _tune(key: str, collection: str, written: WrittenTune, bars: tuple[WrittenBar, ...]) -> Tune:
    mode = sung_mode(written)
    return Tune(
        key=key,
        collection=collection,
        number=written.number,
        title=written.title,
        metre=written.metre,
        tonic=written.tonic,
        mode=mode,
        fifths=written.fifths - SHARPER[written.mode] + SHARPER[mode],
        style=style_of(collection, written),
        events=tuple(_events(bars, written.bar_ticks)),
        fold=0,
        tonic_letter=written.tonic_letter,
    )


def _events(bars: tuple[WrittenBar, ...], bar_ticks: int) -> Iterator[Event]:
    has_upbeat = bars[0].ticks < bar_ticks
    for number, bar in enumerate(bars, start=0 if has_upbeat else 1):
        onset = bar_ticks - bar.ticks if number == 0 else 0
        for count, note in enumerate(bar.notes, start=1):
            ends_phrase = note.fermata or (bar.closes and count == len(bar.notes))
            yield Event(note.pitch, onset, note.ticks, number, note.tied, note.step, ends_phrase)
            onset += note.ticks


def _each_once(tunes: Iterator[Tune]) -> Iterator[Tune]:
    """Of tunes that are the same note for note, whatever their key and title, the first."""
    seen: set[tuple[object, ...]] = set()
    for tune in tunes:
        line = (tune.metre, *_intervals(tune), *(note[2] for note in tune.sounding()))
        if line not in seen:
            seen.add(line)
            yield tune


def _intervals(tune: Tune) -> list[int]:
    return [after[0] - before[0] for before, after in pairwise(tune.sounding())]
