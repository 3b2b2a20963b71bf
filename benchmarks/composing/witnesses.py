"""Orders that can certainly be met, because a melody lies beside each that meets it: a **witness**.

A witness is a held-out tune, cut and moved to another key and instrument, or a melody walked by the few lines below.
Its own counts, range, lengths, intervals and ends are then ordered, some tightly and some loosely. That the witness
meets its order is checked by the checker that checks the composer.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from random import Random
from typing import Any

from benchmarks.composing.checker import TICKS, degree_of, instruments, is_foreign, midi, order_faults, page_faults
from benchmarks.composing.counting import occurrences
from benchmarks.composing.grading import grade
from benchmarks.composing.sheet import LINE_OF_FIFTHS, SEMITONES, STEPS, Mark, Measure, Sheet

KEYS = [(fifths, mode) for mode in ("major", "minor") for fifths in range(-7, 8)]
PRINTED = {
    96: ("whole", 0),
    48: ("half", 0),
    24: ("quarter", 0),
    12: ("eighth", 0),
    6: ("16th", 0),
    3: ("32nd", 0),
    144: ("whole", 1),
    72: ("half", 1),
    36: ("quarter", 1),
    18: ("eighth", 1),
    9: ("16th", 1),
}
TRIPLETS = {32: "half", 16: "quarter", 8: "eighth", 4: "16th"}
MOST_BARS = 24


@dataclass(frozen=True)
class Event:
    """A note in degrees: steps above the tonic of octave 4, and semitones above it. `steps` None is a rest."""

    bar: int  # 0 is the upbeat
    place: int  # ticks from the barline of a full bar
    ticks: int
    steps: int | None
    semitones: int = 0
    tied: bool = False  # continues the one before


@dataclass(frozen=True)
class Line:
    """A melody without a key."""

    metre: tuple[int, int]
    mode: str
    style: str
    events: tuple[Event, ...]

    @property
    def bars(self) -> int:
        return max(event.bar for event in self.events)

    @property
    def upbeat(self) -> int:
        return sum(event.ticks for event in self.events if event.bar == 0)


def orders(lines: Sequence[Line], random: Random, wanted: int) -> list[dict[str, Any]]:
    """As many orders with a witness each; metres, keys and instruments come round in turn."""
    shelves: dict[tuple[int, int], list[Line]] = {}
    for line in lines:
        shelves.setdefault(line.metre, []).append(line)
    turns = zip(
        _round(sorted(shelves), random), _round(KEYS, random), _round(list(instruments()), random), strict=False
    )
    found: list[dict[str, Any]] = []
    for metre, (fifths, mode), player in turns:
        if len(found) == wanted:
            break
        fitting = [line for line in shelves[metre] if line.mode == mode]
        if fitting and (order := _order(_cut(random.choice(fitting), random), player, fifths, random)):
            found.append(order)
    return found


def _round(things: Sequence[Any], random: Random) -> Iterator[Any]:
    """Again and again, each time in another order."""
    while True:
        yield from random.sample(things, len(things))


def lines_of_tunes(tunes: Sequence[Any]) -> list[Line]:
    """Tunes of `tutor.composing.corpus.tunes` that one could print here."""
    return [line for tune in tunes if tune.mode in ("major", "minor") and (line := _line(tune))]


def _line(tune: Any) -> Line | None:
    # C-1 is step 0 and pitch 0; the tonic of octave 4 is 35 steps above, on its own letter.
    tonic_step, tonic_pitch = 35 + tune.tonic_letter, 60 + tune.tonic
    events = tuple(
        Event(event.bar, event.onset, event.ticks, None)
        if event.pitch is None
        else Event(event.bar, event.onset, event.ticks, event.step - tonic_step, event.pitch - tonic_pitch, event.tied)
        for event in tune.events
    )
    return Line(tune.metre, tune.mode, tune.style, events) if events and events[-1].bar >= 2 else None


def _cut(line: Line, random: Random) -> Line:
    """Its first bars: 2 to 24, oftenest 8 or 16; the last one gives the upbeat its time."""
    longest = min(line.bars, MOST_BARS)
    usual = [bars for bars in (4, 8, 8, 8, 16) if bars <= longest]
    bars = random.choice(usual) if usual and random.random() < 0.6 else random.randint(2, longest)
    events = [event for event in line.events if event.bar <= bars]
    end = 96 * line.metre[0] // line.metre[1] - line.upbeat
    while events[-1].place >= end and events[-1].bar == bars:
        events.pop()
    last = events[-1]
    events[-1] = replace(last, ticks=min(last.ticks, end - last.place) if last.bar == bars else last.ticks)
    return replace(line, events=tuple(events))


def _order(line: Line, player: str, fifths: int, random: Random) -> dict[str, Any] | None:
    """An order that this line meets; None where it can't be written so."""
    sheet = _written(line, instruments()[player], fifths, random)
    if sheet is None or page_faults(replace(sheet, marks=tuple(_with_signs(sheet)))):
        return None
    order = {**_frame(sheet, player, line, random), "counts": _counts(sheet, random)}
    order |= _limits(sheet, instruments()[player], random)
    is_no_melody = order["low"] == order["high"] or max(order["sizes"]) > 8
    return None if is_no_melody or order_faults(sheet, order) else order


def _written(line: Line, row: dict[str, Any], fifths: int, random: Random) -> Sheet | None:
    """On the instrument's staff, in the key; None where it is too wide, or a length can't be printed."""
    tonic = fifths + (3 if line.mode == "minor" else 0)
    letter = STEPS.index(LINE_OF_FIFTHS[(tonic + 1) % 7])
    height = SEMITONES[letter] + (tonic + 1) // 7
    sounding = [event for event in line.events if event.steps is not None]
    low, high = map(midi, row["written"])
    octaves = [
        octave
        for octave in range(-1, 9)
        if sounding
        and low <= min(event.semitones for event in sounding) + height + 12 * (octave + 1)
        and max(event.semitones for event in sounding) + height + 12 * (octave + 1) <= high
    ]
    if not octaves or any(event.ticks not in PRINTED and event.ticks not in TRIPLETS for event in line.events):
        return None
    octave = random.choice(octaves)
    marks = tuple(_marks(line, 7 * octave + letter, height + 12 * (octave + 1)))
    if any(abs(mark.alter) > 2 for mark in marks):
        return None
    return Sheet(
        marks=marks,
        measures=tuple(_measures(line)),
        fifths=fifths,
        mode=line.mode,
        beats=line.metre[0],
        beat_type=line.metre[1],
        clef=row["clef"].partition("_")[0] + {"8vb": "-1"}.get(row["clef"].partition("_")[2], ""),
        transposes=row["transposition"],
        bpm=float(random.choice((60, 66, 72, 80, 88, 96, 104))),
        changes=0,
    )


def _marks(line: Line, tonic_step: int, tonic_pitch: int) -> Iterator[Mark]:
    onset = 0
    for index, event in enumerate(line.events):
        after = line.events[index + 1] if index + 1 < len(line.events) else None
        step, alter, octave = "", 0, 0
        if event.steps is not None:
            octave, letter = divmod(tonic_step + event.steps, 7)
            step = STEPS[letter]
            alter = tonic_pitch + event.semitones - (12 * (octave + 1) + SEMITONES[letter])
        name, dots = PRINTED.get(event.ticks) or (TRIPLETS[event.ticks], 0)
        goes_on = after is not None and after.tied and after.semitones == event.semitones
        yield Mark(
            id=f"w{index}",
            bar=event.bar,
            onset=Fraction(onset, TICKS),
            place=Fraction(event.place, TICKS),
            length=Fraction(event.ticks, TICKS),
            step=step,
            alter=alter,
            octave=octave,
            ties=frozenset(kind for kind, is_so in (("stop", event.tied), ("start", goes_on)) if is_so),
            printed="",
            type=name,
            dots=dots,
            tuplet=(3, 2) if event.ticks in TRIPLETS else (1, 1),
            is_bar_rest=False,
        )
        onset += event.ticks


def _measures(line: Line) -> Iterator[Measure]:
    onset = 0
    for bar in range(0 if line.upbeat else 1, line.bars + 1):
        ticks = sum(event.ticks for event in line.events if event.bar == bar)
        yield Measure(str(bar), bar == 0, Fraction(onset, TICKS), Fraction(ticks, TICKS))
        onset += ticks


def _with_signs(sheet: Sheet) -> Iterator[Mark]:
    """With an accidental before every note: a witness is never printed, and must not fail for want of one."""
    names = {-2: "flat-flat", -1: "flat", 0: "natural", 1: "sharp", 2: "double-sharp"}
    return (replace(mark, printed=names[mark.alter] if mark.step else "") for mark in sheet.marks)


def _frame(sheet: Sheet, player: str, line: Line, random: Random) -> dict[str, Any]:
    """Who plays, in what key, metre and tempo, how hard."""
    is_voice = instruments()[player]["family"] == "voice"
    frame = {
        "kind": "sight-singing" if is_voice and random.random() < 0.7 else "sight-reading",
        "instrument": player,
        "grade": round(4 * grade(sheet)) / 4,
        "fifths": sheet.fifths,
        "mode": sheet.mode,
        "metre": f"{sheet.beats}/{sheet.beat_type}",
        "bars": line.bars,
        "upbeat": line.upbeat,
        "seed": random.randrange(2**31),
    }
    if random.random() < 0.4:
        frame["bpm"] = sheet.bpm
    if random.random() < 0.3:
        frame["style"] = line.style
    return frame


def _limits(sheet: Sheet, row: dict[str, Any], random: Random) -> dict[str, Any]:
    """Range, lengths, sizes and ends that hold the witness, with a little room here and there."""
    pitches = [note.head.pitch for note in sheet.notes]
    low, high = map(midi, row["written"])
    room = random.choice((0, 2, 5))
    limits: dict[str, Any] = {
        "low": max(min(pitches) - room, low),
        "high": min(max(pitches) + room, high),
        "note_values": sorted({int(mark.length * TICKS) for mark in sheet.marks}),
    }
    heads = [note.head for note in sheet.notes]
    sizes = {abs(after.staff - before.staff) + 1 for before, after in itertools.pairwise(heads)}
    limits["sizes"] = sorted(sizes | {1, 2})
    if random.random() < 0.5:
        limits["end"] = [degree_of(sheet, heads[-1])]
    if random.random() < 0.3:
        limits["start"] = [degree_of(sheet, heads[0])]
    if any(is_foreign(sheet, head) for head in heads):
        limits["chromatic"] = True
    elif random.random() < 0.3:
        limits["chromatic"] = False
    return limits


def _counts(sheet: Sheet, random: Random) -> list[list[Any]]:
    """None to four of its own counts: exactly so many, at least, at most, or between."""
    seen = occurrences(sheet)
    tags = sorted(seen)
    random.shuffle(tags)
    return [[tag, *_bounds(seen[tag], random)] for tag in tags[: random.choice((0, 1, 1, 2, 2, 3, 3, 4, 4))]]


def _bounds(many: int, random: Random) -> tuple[int, int | None]:
    how = random.random()
    if how < 0.15:
        return many, many
    if how < 0.55:
        return random.randint((many + 1) // 2, many), None
    if how < 0.7:
        return 0, many + random.randint(0, 2)
    return random.randint((many + 1) // 2, many), many + random.randint(0, 3)
