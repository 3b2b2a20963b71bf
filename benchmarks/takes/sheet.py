"""A tune set for a player: an excerpt, moved into the range, spelled in its key, as a Score."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from benchmarks.takes.tune import Tune, TuneBar, TuneNote
from tutor.notation.score import Bar, Key, Metre, Pitch, Score, Symbol

FEWEST, MOST = 20, 45
# Old dances hardly rest, students' pieces do: in some excerpts, some notes give way to silence.
RESTED_TUNES, RESTED_NOTES = 0.4, 0.1
LINE_OF_FIFTHS = "FCGDAEB"


def set_for(tune: Tune, low: int, high: int, rng: np.random.Generator, *, repeats: bool = True) -> Score:
    """Some bars of the tune between two pitches. Where no key fits, single notes jump an octave. Its bpm is 84.
    Without `repeats`, every second one of two equal notes goes to a neighbour."""
    bars = _with_rests(_excerpt(tune, rng), rng)
    return _set(bars if repeats else _without_repeats(bars), tune, low, high, rng)


def set_whole(tune: Tune, low: int, high: int, rng: np.random.Generator) -> Score:
    """All of it, as it stands."""
    return _set(list(tune.bars), tune, low, high, rng)


def _set(bars: list[TuneBar], tune: Tune, low: int, high: int, rng: np.random.Generator) -> Score:
    moved, semitones = _moved(bars, low, high, rng)
    fifths = (tune.fifths + 7 * semitones + 5) % 12 - 5
    return _score(moved, tune, fifths)


def _without_repeats(bars: list[TuneBar]) -> list[TuneBar]:
    """A tone up where two notes would be the same."""
    changed, before = [], None
    for bar in bars:
        row = []
        for note in bar:
            if note.pitch is not None and note.pitch == before:
                note = TuneNote(note.pitch + 2, note.beats)
            before = note.pitch
            row.append(TuneNote(note.pitch, note.beats))
        changed.append(tuple(row))
    return changed


def _excerpt(tune: Tune, rng: np.random.Generator) -> list[TuneBar]:
    sizes = [sum(note.pitch is not None for note in bar) for bar in tune.bars]
    starts = [first for first in range(len(sizes)) if sum(sizes[first:]) >= FEWEST] or [0]
    # Mostly from the beginning, where tunes are most like themselves.
    first = 0 if rng.random() < 0.4 else int(rng.choice(starts))
    wanted = int(rng.integers(FEWEST, MOST + 1))
    bars: list[TuneBar] = []
    count = 0
    for bar, size in zip(tune.bars[first:], sizes[first:], strict=True):
        if bars and count >= FEWEST and count + size > wanted:
            break
        bars.append(bar)
        count += size
    return bars


def _with_rests(bars: list[TuneBar], rng: np.random.Generator) -> list[TuneBar]:
    """Only notes of half a beat and more fall silent, never the first or last, and never two in a row."""
    if rng.random() > RESTED_TUNES:
        return bars
    spare = sum(note.pitch is not None for bar in bars for note in bar) - FEWEST
    rested = []
    was_note = False
    for number, bar in enumerate(bars):
        row = []
        for note in bar:
            is_inner = 0 < number < len(bars) - 1 and was_note and not note.is_tied
            if is_inner and spare > 0 and note.pitch and note.beats >= 0.5 and rng.random() < RESTED_NOTES:
                note = TuneNote(None, note.beats)
                spare -= 1
            was_note = note.pitch is not None and not note.is_tied
            row.append(note)
        rested.append(tuple(row))
    return rested


def _moved(bars: list[TuneBar], low: int, high: int, rng: np.random.Generator) -> tuple[list[TuneBar], int]:
    pitches = [note.pitch for bar in bars for note in bar if note.pitch is not None]
    if max(pitches) - min(pitches) <= high - low:
        semitones = int(rng.integers(low - min(pitches), high - max(pitches) + 1))
    else:
        semitones = low - min(pitches)

    def place(note: TuneNote) -> TuneNote:
        if note.pitch is None:
            return note
        pitch = note.pitch + semitones
        while pitch > high:
            pitch -= 12
        return TuneNote(pitch, note.beats, note.is_tied)

    return [tuple(place(note) for note in bar) for bar in bars], semitones


def _score(bars: list[TuneBar], tune: Tune, fifths: int) -> Score:
    symbols: list[Symbol] = []
    lines: list[Bar] = []
    onset = Fraction(0)
    tied = False
    notes = [note for bar in bars for note in bar]
    following = [*notes[1:], None]
    place = 0
    for number, bar in enumerate(bars, start=1):
        lines.append(Bar(number, onset, sum((note.beats for note in bar), Fraction(0))))
        for note in bar:
            after = following[place]
            goes_on = note.is_tied and after is not None and after.pitch == note.pitch and note.pitch is not None
            tie = ("continue" if tied else "start") if goes_on else ("stop" if tied else "")
            pitch = None if note.pitch is None else spelled(note.pitch, fifths)
            symbols.append(Symbol(f"{'r' if pitch is None else 'n'}{place + 1}", onset, note.beats, pitch, tie=tie))
            tied = goes_on
            onset += note.beats
            place += 1
    keys, metres = (Key(Fraction(0), fifths),), (Metre(Fraction(0), *tune.metre),)
    return Score(tuple(symbols), tuple(lines), keys, metres, title=tune.name)


def spelled(midi: int, fifths: int) -> Pitch:
    """The pitch as its key writes it; foreign notes rather sharp than flat."""
    # The scale of a key with no signs lies from -1 (F) to 5 (B) on the line of fifths where C is 0.
    lowest = fifths - 3
    place = lowest + (7 * midi - lowest) % 12
    step, alter = LINE_OF_FIFTHS[(place + 1) % 7], (place + 1) // 7
    return Pitch((midi - alter) // 12 - 1, step, alter)
