"""Which notes go wrong, and how: about one in seven, apart from each other, each mistake where it can happen."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

# How often each happens, of a hundred.
CHANCES = {
    "semitone": 14,
    "tone": 9,
    "further": 4,
    "octave": 9,
    "missing": 11,
    "not struck": 4,  # a repeated note that runs on out of the one before
    "extra": 11,
    "extra in rest": 3,
    "slip before": 4,
    "slip": 3,
    "repeated": 8,
    "late": 12,
    "early": 12,
    "short": 7,
    "long": 4,
}
# What may also happen to the neighbour of a mistaken note.
IN_A_ROW = ("semitone", "tone", "missing")
IN_A_ROW_CHANCE = 0.1
EARLIEST_S, LATEST_S = 0.1, 0.25
# A note can be moved by so much of the time to its neighbour without changing their order.
MOST_OF_GAP = 0.6


@dataclass(frozen=True, slots=True)
class Place:
    """What a mistake can use at one score note: times in seconds at the tempo of the moment."""

    gap_before_s: float  # since the onset before
    gap_s: float  # until the next onset
    length_s: float  # as written
    rest_s: float  # written silence after it
    repeats: bool = False  # the pitch of the note before, joined to it


@dataclass(frozen=True, slots=True)
class Mistake:
    """amount: semitones, or seconds, or (short) the part of the length that sounds."""

    kind: str
    amount: float = 0.0


def plant(
    places: list[Place], share: float, rng: np.random.Generator, *, rings: bool, blurs: bool = False
) -> dict[int, Mistake]:
    """Mistakes by score note: the kind is drawn first, then a note to which it can happen."""
    planted: dict[int, Mistake] = {}
    weights = np.array(list(CHANCES.values()), float)
    for kind in map(str, rng.choice(list(CHANCES), size=round(share * len(places)), p=weights / weights.sum())):
        if blurs and kind == "repeated":
            continue
        for note in map(int, rng.permutation(len(places))):
            is_edge = note in (0, len(places) - 1)
            if _is_free(note, kind, planted, rng) and _is_possible(kind, places[note], is_edge, rings):
                planted[note] = Mistake(kind, _amount(kind, places[note], rng))
                break
    return planted


def _is_free(note: int, kind: str, planted: dict[int, Mistake], rng: np.random.Generator) -> bool:
    """Mistakes stand apart; now and then two come in a row."""
    if note in planted:
        return False
    beside = [planted[near].kind for near in (note - 1, note + 1) if near in planted]
    return not beside or (kind in IN_A_ROW and set(beside) <= set(IN_A_ROW) and rng.random() < IN_A_ROW_CHANCE)


def _is_possible(kind: str, place: Place, is_edge: bool, rings: bool) -> bool:
    if kind in ("semitone", "tone", "further", "octave"):
        return True
    if kind == "missing":
        return not is_edge
    if kind == "not struck":
        return place.repeats and not rings
    if kind == "late":
        return not is_edge and min(MOST_OF_GAP * place.gap_s, place.length_s - 0.12) > EARLIEST_S
    if kind == "early":
        return not is_edge and MOST_OF_GAP * place.gap_before_s > EARLIEST_S
    if kind in ("extra", "repeated"):
        return place.length_s >= (0.3 if kind == "extra" else 0.36)
    if kind == "extra in rest":
        return place.rest_s >= 0.45
    if kind == "slip before":
        return not is_edge and place.gap_before_s >= 0.4
    if kind == "slip":
        return place.length_s >= 0.5
    if kind == "short":
        return not rings and place.length_s >= 0.35
    return not rings and place.rest_s >= 0.75 * place.length_s and place.rest_s >= 0.3


def _amount(kind: str, place: Place, rng: np.random.Generator) -> float:
    sign = float(rng.choice([-1, 1]))
    if kind == "semitone":
        return sign
    if kind == "tone":
        return 2 * sign
    if kind == "further":
        return sign * float(rng.integers(3, 6))
    if kind == "octave":
        return 12 * sign
    if kind == "late":
        return float(rng.uniform(EARLIEST_S, min(LATEST_S, MOST_OF_GAP * place.gap_s, place.length_s - 0.12)))
    if kind == "early":
        return float(rng.uniform(EARLIEST_S, min(LATEST_S, MOST_OF_GAP * place.gap_before_s)))
    if kind == "short":
        return float(rng.uniform(0.2, 0.4))
    if kind in ("extra", "extra in rest", "slip before", "slip"):
        return float(rng.choice([-5, -4, -3, -2, -2, -1, -1, 1, 1, 2, 2, 3, 4, 5]))
    return 0.0
