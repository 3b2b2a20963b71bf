"""Orders that arithmetic forbids, each with the sum that forbids it.

Every function of `PROOFS` takes a plain order (metre, bars, key and a range of its own, no upbeat) and makes it
impossible whatever the melody: bars hold so many ticks, a range so many steps, a metre has no place for a figure.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

from benchmarks.composing.checker import instruments, midi
from benchmarks.composing.witnesses import KEYS

Order = dict[str, Any]
SIMPLE, COMPOUND = ("2/4", "3/4", "4/4", "5/4", "2/2"), ("3/8", "6/8", "9/8", "12/8")
# Ticks that one occurrence takes up; no two occurrences of one figure share a note.
TICKS_OF = {
    "rhythm:dotted-quarter-eighth": 48,
    "rhythm:dotted-half-quarter": 96,
    "rhythm:dotted-eighth-sixteenth": 24,
    "rhythm:snap": 24,
    "rhythm:eighth-two-sixteenths": 24,
    "rhythm:two-sixteenths-eighth": 24,
}
SHORT_DOTS = ("rhythm:dotted-eighth-sixteenth", "rhythm:snap")
DOWNWARDS = [[f"interval:{size}:down", 0, 0] for size in range(2, 9)]


def impossible_orders(random: Random, wanted: int) -> list[tuple[str, Order]]:
    """(what forbids it, order), the reasons in turn."""
    proofs = list(PROOFS.items())
    found = []
    for turn in range(wanted):
        name, make = proofs[turn % len(proofs)]
        found.append((name, make(_plain(random), random)))
    return found


def _plain(random: Random) -> Order:
    """A modest order that every composer can meet, an octave of range around the tonic's middle."""
    player = random.choice(list(instruments()))
    low, high = map(midi, instruments()[player]["beginner"])
    fifths, mode = random.choice(KEYS)
    return {
        "kind": "sight-reading",
        "instrument": player,
        "grade": float(random.randint(2, 7)),
        "fifths": fifths,
        "mode": mode,
        "metre": random.choice((*SIMPLE, *COMPOUND)),
        "bars": random.choice((2, 4, 6, 8)),
        "upbeat": 0,
        "low": low,
        "high": high,
        "seed": random.randrange(2**31),
        "counts": [],
    }


def _ticks(order: Order) -> int:
    """Of all bars."""
    over, under = map(int, order["metre"].split("/"))
    return int(order["bars"] * 96 * over // under)


def _more_figures_than_fit(order: Order, random: Random) -> Order:
    """Their lengths together are longer than the piece."""
    tag = random.choice(list(TICKS_OF))
    metre = order["metre"] if tag in SHORT_DOTS else random.choice(SIMPLE)
    order = order | {"metre": metre}
    return order | {"counts": [[tag, _ticks(order) // TICKS_OF[tag] + random.randint(1, 4), None]]}


def _two_figures_too_many(order: Order, random: Random) -> Order:
    order = order | {"metre": random.choice(("2/4", "3/4", "4/4"))}
    first, second = random.sample(sorted(TICKS_OF), 2)
    half = _ticks(order) // 2
    return order | {"counts": [[tag, half // TICKS_OF[tag] + 1, None] for tag in (first, second)]}


def _more_short_notes_than_fit(order: Order, random: Random) -> Order:
    """Every one needs a printed value of its own: 12 ticks an eighth, 6 a sixteenth, or the values allowed."""
    tag, value = random.choice((("rhythm:eighths", 12), ("rhythm:sixteenths", 6)))
    return order | {
        "note_values": [value, 24, 36, 48],
        "counts": [[tag, _ticks(order) // value + random.randint(1, 4), None]],
    }


def _more_triplets_than_fit(order: Order, random: Random) -> Order:
    order = order | {"metre": random.choice(SIMPLE)}
    return order | {"note_values": [8, 24, 48], "counts": [["rhythm:triplet", _ticks(order) // 8 + 1, None]]}


def _more_rests_than_fit(order: Order, random: Random) -> Order:
    """Each note after a rest is a rest and a note."""
    shortest = random.choice((12, 24)) if order["metre"] in SIMPLE else 12
    values = [shortest, 36] if order["metre"] in COMPOUND else [shortest, 48]
    return order | {
        "note_values": values,
        "counts": [["rhythm:rest", _ticks(order) // (2 * shortest) + random.randint(1, 3), None]],
    }


def _more_ties_than_fit(order: Order, random: Random) -> Order:
    """A tied note is two printed ones at least."""
    shortest = 12 if order["metre"] in COMPOUND else 24
    return order | {
        "note_values": [shortest, 2 * shortest, 36] if shortest == 12 else [24, 48],
        "counts": [["rhythm:tie", _ticks(order) // (2 * shortest) + random.randint(1, 3), None]],
    }


def _more_intervals_than_pairs(order: Order, random: Random) -> Order:
    """Steps and skips together outnumber the pairs of neighbours that the shortest value allows."""
    shortest = random.choice((12, 24)) if order["metre"] in SIMPLE else 12
    pairs = _ticks(order) // shortest - 1
    up = pairs // 2 + 1
    return order | {
        "note_values": [shortest, 36] if order["metre"] in COMPOUND else [shortest, 48],
        "counts": [["interval:2:up", up, None], ["interval:2:down", pairs - up + 1, None]],
    }


def _leap_wider_than_range(order: Order, random: Random) -> Order:
    """The narrowest spelling of a sixth has seven semitones, of a seventh nine, of an octave eleven."""
    size, span = random.choice(((5, 4), (6, 6), (7, 7), (8, 9)))
    way = random.choice(("up", "down"))
    return order | {"high": order["low"] + span, "counts": [[f"interval:{size}:{way}", random.randint(1, 3), None]]}


def _always_up(order: Order, random: Random) -> Order:
    """Nothing falls and nothing rests, so that every third climbs, out of the octave."""
    return order | {
        "bars": max(4, order["bars"]),
        "sizes": [1, 2, 3],
        "counts": [["interval:3:up", 5, None], ["rhythm:rest", 0, 0], *DOWNWARDS[:2]],
    }


def _size_not_allowed(order: Order, random: Random) -> Order:
    size = random.randint(4, 7)
    sizes = sorted({1, 2, 3, 4, 5} - {size})
    return order | {"sizes": sizes, "counts": [[f"interval:{size}:{random.choice(('up', 'down'))}", 2, None]]}


def _value_not_allowed(order: Order, random: Random) -> Order:
    """A figure whose lengths may not be printed, and ties may not make up for it."""
    order = order | {"metre": random.choice(("2/4", "3/4", "4/4"))}
    tag = random.choice(("rhythm:eighths", "rhythm:sixteenths", "rhythm:triplet", "rhythm:dotted-eighth-sixteenth"))
    return order | {"note_values": [24, 48], "counts": [[tag, 2, None]]}


def _accidentals_without_chromatics(order: Order, random: Random) -> Order:
    """In major, every accidental is foreign to the key."""
    return order | {"mode": "major", "chromatic": False, "modulates": False, "counts": [["accidental", 2, None]]}


def _off_the_beat_in_quarters(order: Order, random: Random) -> Order:
    """With quarters and halves alone nothing begins off the beat, and two or three beats have no weak middle."""
    return order | {
        "metre": random.choice(("2/4", "3/4")),
        "note_values": [24, 48],
        "counts": [["rhythm:syncopation", 1, None]],
    }


def _figure_not_of_the_metre(order: Order, random: Random) -> Order:
    """Where the beat is dotted, a dotted quarter is the beat itself and no figure."""
    tags = [tag for tag in TICKS_OF if tag not in SHORT_DOTS]
    return order | {"metre": random.choice(COMPOUND), "counts": [[random.choice(tags), 1, None]]}


def _long_note_in_a_short_bar(order: Order, random: Random) -> Order:
    """No single note of three quarters can be printed in a bar of two."""
    return order | {"metre": random.choice(("2/4", "3/8")), "counts": [["rhythm:long-notes", 1, None]]}


def _more_long_notes_than_bars(order: Order, random: Random) -> Order:
    order = order | {"metre": random.choice(("3/4", "4/4", "5/4", "6/8"))}
    return order | {"counts": [["rhythm:long-notes", order["bars"] + random.randint(1, 3), None]]}


def _end_out_of_range(order: Order, random: Random) -> Order:
    """A degree that the range has not got: C D E without G."""
    name = random.choice(("start", "end"))
    low = order["low"] + (-order["low"]) % 12
    return order | {"fifths": 0, "mode": "major", "low": low, "high": low + 5, name: [random.choice((5, 6))]}


def _octaves_one_way(order: Order, random: Random) -> Order:
    """In one octave a leap of an octave up must be undone, by notes that are not allowed."""
    return order | {
        "sizes": [1, 2, 8],
        "counts": [["interval:8:up", 3, None], ["rhythm:rest", 0, 0], ["interval:2:down", 0, 3], DOWNWARDS[-1]],
    }


def _more_than_all(order: Order, random: Random) -> Order:
    """More accidentals, or syncopated notes, than there can be notes."""
    order = order | {"metre": random.choice(SIMPLE), "note_values": [24, 48]}
    tag = random.choice(("accidental", "rhythm:syncopation"))
    return order | {"counts": [[tag, _ticks(order) // 24 + 1, None]]}


def _sum_of_values(order: Order, random: Random) -> Order:
    """Eighths, sixteenths and triplets each within reach, and together longer than the piece."""
    order = order | {"metre": random.choice(("2/4", "3/4", "4/4"))}
    third = _ticks(order) // 3
    return order | {
        "counts": [
            ["rhythm:eighths", third // 12 + 1, None],
            ["rhythm:sixteenths", third // 6 + 1, None],
            ["rhythm:triplet", third // 8 + 3, None],
        ],
        "note_values": [6, 8, 12, 24],
    }


def _beyond_the_instrument(order: Order, random: Random) -> Order:
    low, high = map(midi, instruments()[order["instrument"]]["written"])
    return order | random.choice(({"high": high + 3}, {"low": low - 4}, {"low": high + 2, "high": high + 14}))


def _nonsense(order: Order, random: Random) -> Order:
    """No such thing."""
    return order | random.choice(
        (
            {"bars": 0},
            {"bars": 500},
            {"fifths": 8},
            {"metre": "7/16"},
            {"low": order["high"], "high": order["low"]},
            {"upbeat": 24 * 16},
            {"kind": "sonata"},
            {"style": "polka"},
            {"mode": "locrian"},
            {"bpm": 900.0},
            {"counts": [["rhythm:polyrhythm", 1, None]]},
            {"counts": [["rhythm:eighths", 4, 2]]},
            {"end": [9]},
        )
    )


def _clapped_intervals(order: Order, random: Random) -> Order:
    """A rhythm to clap has no intervals."""
    return order | {"kind": "rhythm", "counts": [[f"interval:{random.randint(2, 5)}:up", 2, None]]}


PROOFS: dict[str, Callable[[Order, Random], Order]] = {
    "more figures than fit": _more_figures_than_fit,
    "two figures too many": _two_figures_too_many,
    "more short notes than fit": _more_short_notes_than_fit,
    "more triplets than fit": _more_triplets_than_fit,
    "more rests than fit": _more_rests_than_fit,
    "more ties than fit": _more_ties_than_fit,
    "more intervals than pairs": _more_intervals_than_pairs,
    "a leap wider than the range": _leap_wider_than_range,
    "always up": _always_up,
    "a size not allowed": _size_not_allowed,
    "a value not allowed": _value_not_allowed,
    "accidentals without chromatics": _accidentals_without_chromatics,
    "off the beat in quarters": _off_the_beat_in_quarters,
    "a figure not of the metre": _figure_not_of_the_metre,
    "a long note in a short bar": _long_note_in_a_short_bar,
    "more long notes than bars": _more_long_notes_than_bars,
    "an end out of range": _end_out_of_range,
    "octaves one way": _octaves_one_way,
    "more than all notes": _more_than_all,
    "the sum of values": _sum_of_values,
    "beyond the instrument": _beyond_the_instrument,
    "no such thing": _nonsense,
    "intervals to clap": _clapped_intervals,
}
