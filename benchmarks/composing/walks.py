"""Melodies walked up and down a scale by dice: witnesses in metres and with figures that old tunes lack."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from benchmarks.composing.witnesses import Event, Line

METRES = ((2, 4), (3, 4), (4, 4), (5, 4), (2, 2), (3, 8), (6, 8), (9, 8), (12, 8))
# Cells by their length in ticks; a negative number is a rest.
SIMPLE = {
    24: ((24,), (12, 12), (6, 6, 6, 6), (12, 6, 6), (6, 6, 12), (18, 6), (6, 18), (8, 8, 8), (-24,), (-12, 12)),
    48: ((48,), (36, 12), (12, 24, 12), (24, 24), (12, 36)),
    72: ((72,), (24, 48), (48, 24)),
    96: ((96,), (72, 24), (24, 48, 24)),
}
COMPOUND = {
    36: ((36,), (24, 12), (12, 12, 12), (12, 24), (18, 6, 12), (12, 12, 6, 6), (24, -12)),
    72: ((72,), (24, 24, 24)),
}
WORDS = 5  # cells that one melody is made of
SCALES = {"major": (0, 2, 4, 5, 7, 9, 11), "minor": (0, 2, 3, 5, 7, 8, 10)}
MOVES = (-1, 1, -1, 1, -1, 1, 0, 2, -2, 3, -3, 4, -4, 5, 7, -7)
TIE_CHANCE, SHARPENED_CHANCE, UPBEAT_CHANCE = 0.06, 0.05, 0.25


def walks(random: Random, wanted: int) -> list[Line]:
    """So many lines, the metres in turn."""
    return [_walk(METRES[turn % len(METRES)], random) for turn in range(wanted)]


def _walk(metre: tuple[int, int], random: Random) -> Line:
    mode = random.choice(("major", "minor"))
    reach = random.choice((4, 6, 7, 9))
    moves = random.sample(MOVES, random.choice((5, 8, 14)))
    height = random.choice((0, 2, 4))
    events: list[Event] = []
    rhythm = list(_rhythm(metre, random))
    for index, (bar, place, ticks) in enumerate(rhythm):
        is_last = index == len(rhythm) - 1
        if ticks < 0:
            events.append(Event(bar, place, -ticks, None))
        elif events and events[-1].steps is not None and not is_last and random.random() < TIE_CHANCE:
            events.append(Event(bar, place, ticks, events[-1].steps, events[-1].semitones, tied=True))
        else:
            height = 0 if is_last else _next(height, moves, reach, random)
            events.append(_event(bar, place, ticks, height, mode, random))
    return Line(metre, mode, "any", tuple(events))


def _next(height: int, moves: list[int], reach: int, random: Random) -> int:
    after = height + random.choice(moves)
    return after if -reach // 2 <= after <= reach else height + (1 if height < 1 else -1)


def _event(bar: int, place: int, ticks: int, height: int, mode: str, random: Random) -> Event:
    octave, degree = divmod(height, 7)
    semitones = 12 * octave + SCALES[mode][degree]
    # A raised fourth is a neighbour of the fifth; in minor the seventh leads.
    is_raised = (degree == 3 and random.random() < SHARPENED_CHANCE) or (degree == 6 and mode == "minor")
    return Event(bar, place, ticks, height, semitones + is_raised)


def _rhythm(metre: tuple[int, int], random: Random) -> Iterator[tuple[int, int, int]]:
    """(bar, place, ticks); the last bar is one long note, shorter by the upbeat, so that the whole is even."""
    full = 96 * metre[0] // metre[1]
    is_compound = metre[1] == 8
    cells = [
        cell for length, group in (COMPOUND if is_compound else SIMPLE).items() if length <= full for cell in group
    ]
    words = random.sample(cells, min(WORDS, len(cells)))
    if all(sum(map(abs, cell)) != (36 if is_compound else 24) for cell in words):
        words.append(random.choice(COMPOUND[36][:2] if is_compound else SIMPLE[24][:2]))
    upbeat = (12 if is_compound else 24) if random.random() < UPBEAT_CHANCE else 0
    if upbeat:
        yield 0, full - upbeat, upbeat
    bars = random.choice((2, 3, 4, 4, 6, 8, 8, 8, 10, 12, 16, 16, 20, 24))
    for bar in range(1, bars):
        yield from ((bar, place, ticks) for place, ticks in _bar(full, words, random))
    place = 0
    closing = (72, 36, 24, 12) if is_compound else (96, 72, 48, 36, 24, 12)
    while left := full - upbeat - place:
        ticks = next(length for length in closing if length <= left)
        yield bars, place, ticks
        place += ticks


def _bar(full: int, words: list[tuple[int, ...]], random: Random) -> Iterator[tuple[int, int]]:
    place = 0
    while place < full:
        fitting = [cell for cell in words if sum(map(abs, cell)) <= full - place]
        for ticks in random.choice(fitting):
            yield place, ticks
            place += abs(ticks)
