"""Is the page in order, and is it what was ordered? Judged from MusicXML text, without anything of `tutor/`.

    faults(sheet, order)     sentences; none for a page that is right and to order

`order` is a recipe: plain values, as `MelodyOrder.to_dict` gives them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from fractions import Fraction
from functools import lru_cache
from itertools import groupby, pairwise
from pathlib import Path
from typing import Any

from benchmarks.composing.counting import occurrences
from benchmarks.composing.sheet import SEMITONES, STEPS, Mark, Sheet
from benchmarks.composing.spelling import misspelt

INSTRUMENTS = Path(__file__).parents[2] / "tutor" / "notation" / "instruments.json"
TICKS = 24
NAMED = {"whole": 4, "half": 2, "quarter": 1, "eighth": Fraction(1, 2), "16th": Fraction(1, 4), "32nd": Fraction(1, 8)}
SIGNS = {"": None, "flat-flat": -2, "flat": -1, "natural": 0, "sharp": 1, "double-sharp": 2}
OCTAVE_CLEFS = {"8vb": "-1", "8va": "1", "15mb": "-2", "15ma": "2"}
Order = Mapping[str, Any]


def faults(sheet: Sheet, order: Order) -> list[str]:
    """What is wrong with the page by itself, then what is not as ordered."""
    return [*page_faults(sheet), *order_faults(sheet, order)]


def page_faults(sheet: Sheet) -> list[str]:
    """A page that nobody could print, read or play."""
    if not sheet.notes:
        return ["no notes"]
    return [
        *_bars(sheet),
        *_lengths(sheet),
        *_ties(sheet),
        *_triplets(sheet),
        *_printed_accidentals(sheet),
        *misspelt(sheet),
    ]


def order_faults(sheet: Sheet, order: Order) -> list[str]:
    """What was wished for and is not there."""
    return [*_counts(sheet, order), *_signatures(sheet, order), *_notes(sheet, order), *_player(sheet, order)]


def _bars(sheet: Sheet) -> Iterator[str]:
    """All bars full but an upbeat, and the last one where it gives the upbeat its time."""
    full = sheet.bar_length
    for index, measure in enumerate(sheet.measures):
        is_upbeat = index == 0 and measure.is_implicit
        is_completing = index == len(sheet.measures) - 1 and measure.length + sheet.upbeat == full
        if measure.length != full and not is_upbeat and not is_completing:
            yield f"measure {measure.number} holds {measure.length} of {full} quarters"
        if is_upbeat and not 0 < measure.length < full:
            yield f"an upbeat of {measure.length} quarters"
    if sheet.changes:
        yield "signatures change on the way"
    if any(mark.place + mark.length > full for mark in sheet.marks):
        yield "a symbol lies over the barline"


def _lengths(sheet: Sheet) -> Iterator[str]:
    for mark in sheet.marks:
        if mark.is_bar_rest:
            continue
        actual, normal = mark.tuplet
        dotted = sum((Fraction(1, 2**dot) for dot in range(mark.dots + 1)), Fraction(0))
        printed = NAMED.get(mark.type, 0) * dotted * normal / actual
        if printed != mark.length:
            yield f"{mark.id} is printed {printed} long and lasts {mark.length}"


def _ties(sheet: Sheet) -> Iterator[str]:
    for before, mark in pairwise([None, *sheet.marks, None]):
        begun = before is not None and "start" in before.ties
        ended = mark is not None and "stop" in mark.ties
        if begun != ended:
            yield f"a tie leads nowhere at {(before or mark).id}"
        elif begun and ended and before.pitch != mark.pitch:
            yield f"a tie joins two pitches at {mark.id}"


def _triplets(sheet: Sheet) -> Iterator[str]:
    """Threes in the time of two that fill an eighth, a quarter or a half, and begin where one could."""
    for (bar, ratio), group in groupby(sheet.marks, key=lambda mark: (mark.bar, mark.tuplet)):
        if ratio == (1, 1):
            continue
        members = list(group)
        filled = sum((mark.length for mark in members), Fraction(0))
        unit = next((size for size in (Fraction(1, 2), Fraction(1), Fraction(2)) if filled % size == 0), None)
        if ratio != (3, 2) or filled.denominator % 3 == 0:
            yield f"a broken triplet in measure {bar}"
        elif members[0].place % Fraction(1, 2) or unit is None:
            yield f"a triplet off the beat in measure {bar}"


def _printed_accidentals(sheet: Sheet) -> Iterator[str]:
    """A reader who knows the key and the bar so far plays the pitch that was meant."""
    read: dict[tuple[int, str, int], int] = {}
    for mark in sheet.marks:
        if not mark.step or "stop" in mark.ties:
            continue
        place = (mark.bar, mark.step, mark.octave)
        sign = SIGNS[mark.printed]
        if sign is not None:
            read[place] = sign
        if read.get(place, sheet.key_alter(mark.step)) != mark.alter:
            yield f"{mark.id} is read otherwise than it is meant"


def _counts(sheet: Sheet, order: Order) -> Iterator[str]:
    seen = occurrences(sheet)
    for tag, least, most in order.get("counts", ()):
        if seen[tag] < least or (most is not None and seen[tag] > most):
            yield f"{tag} {seen[tag]} times, not {least} to {most}"


def _signatures(sheet: Sheet, order: Order) -> Iterator[str]:
    for name, seen in (("fifths", sheet.fifths), ("mode", sheet.mode), ("metre", f"{sheet.beats}/{sheet.beat_type}")):
        if order.get(name) not in (None, seen):
            yield f"{name} {seen}, not {order[name]}"
    bars = sum(not measure.is_implicit for measure in sheet.measures)
    if order.get("bars") not in (None, bars):
        yield f"{bars} bars, not {order['bars']}"
    if order.get("upbeat") not in (None, sheet.upbeat * TICKS):
        yield f"an upbeat of {sheet.upbeat * TICKS} ticks, not {order['upbeat']}"
    if order.get("bpm") not in (None, sheet.bpm):
        yield f"{sheet.bpm} beats a minute, not {order['bpm']}"


def _notes(sheet: Sheet, order: Order) -> Iterator[str]:
    pitches = [note.head.pitch for note in sheet.notes]
    if (low := order.get("low")) is not None and min(pitches) < low:
        yield f"down to {min(pitches)}, not {low}"
    if (high := order.get("high")) is not None and max(pitches) > high:
        yield f"up to {max(pitches)}, not {high}"
    if values := order.get("note_values"):
        other = {float(mark.length * TICKS) for mark in sheet.marks if not mark.is_bar_rest} - set(values)
        if other:
            yield f"lengths of {sorted(other)} ticks"
    if sizes := order.get("sizes"):
        found = {abs(b.head.staff - a.head.staff) + 1 for a, b in pairwise(sheet.notes) if not b.rest_before}
        if found - set(sizes):
            yield f"intervals of size {sorted(found - set(sizes))}"
    for name, note in (("start", sheet.notes[0]), ("end", sheet.notes[-1])):
        degree = degree_of(sheet, note.head)
        if order.get(name) and degree not in order[name]:
            yield f"{name} on degree {degree}, not {order[name]}"
    if order.get("chromatic") is False and any(is_foreign(sheet, note.head) for note in sheet.notes):
        yield "chromatic notes"


def _player(sheet: Sheet, order: Order) -> Iterator[str]:
    player = instruments()[order["instrument"]]
    sign, _, octave = player["clef"].partition("_")
    if sheet.clef != sign + OCTAVE_CLEFS.get(octave, ""):
        yield f"clef {sheet.clef}, not {player['clef']}"
    if sheet.transposes != player["transposition"]:
        yield f"sounds {sheet.transposes} from what is written, not {player['transposition']}"
    low, high = map(midi, player["written"])
    outside = [note for note in sheet.notes if not low <= note.head.pitch <= high]
    if outside:
        yield f"{len(outside)} notes that the instrument has not got"


def degree_of(sheet: Sheet, mark: Mark) -> int:
    """1 to 7: the step's place in the scale, whatever its alteration."""
    # The tonic's name: the line of fifths is F C G D A E B, and C stands at 0.
    tonic = "FCGDAEB"[(sheet.tonic + 1) % 7]
    return (STEPS.index(mark.step) - STEPS.index(tonic)) % 7 + 1


def is_foreign(sheet: Sheet, mark: Mark) -> bool:
    """Outside the scale; in minor the raised sixth and seventh belong to it."""
    above = mark.fifths - sheet.tonic
    return not (-4 <= above <= 2 or above in (3, 5)) if sheet.mode == "minor" else not -1 <= above <= 5


@lru_cache(maxsize=1)
def instruments() -> dict[str, dict[str, Any]]:
    """The rows of instruments.json by name."""
    return {row["name"]: row for row in json.loads(INSTRUMENTS.read_text("utf-8"))}


def midi(name: str) -> int:
    """`Bb3` or `F#3` as a MIDI number."""
    return 12 * (int(name[-1]) + 1) + SEMITONES[STEPS.index(name[0])] + name.count("#") - name[1:].count("b")
