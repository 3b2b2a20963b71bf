"""The pitches a line may use, as they are spelled, and the moves between them that a musician would write.

A pitch is a place on the staff and an alteration, so the generic size of every move is exact. What is allowed is
judged within a local key: its scale (in minor with the raised sixth and seventh), and where the order is
chromatic the usual neighbours by function: raised ones go up by step, lowered ones down.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from tutor.composing.pitch.order import LocalKey, midi_numbers

# Alterations of degrees 1..7 against the major or natural minor scale.
RAISED_IN_MINOR = {(6, 1), (7, 1)}
CHROMATIC = {
    "major": {(1, 1), (2, 1), (4, 1), (5, 1), (7, -1), (6, -1), (3, -1), (2, -1)},
    "minor": {(4, 1), (3, 1), (2, -1)} | RAISED_IN_MINOR,
}
# What a line may move by, as semitones of each generic size; other qualities (augmented seconds, diminished
# fourths and sevenths) are left out. Fourths and fifths include the tritone.
QUALITIES = {0: (0, 1), 1: (1, 2), 2: (3, 4), 3: (5, 6), 4: (6, 7), 5: (8, 9), 6: (10, 11), 7: (12,), 8: (13, 14)}
QUALITIES[9] = (15, 16)
WIDEST_STEPS = 9
MOVES = 2 * WIDEST_STEPS + 1
SYMBOLS = 3 * MOVES  # a move in steps and the alteration of where it leads
NO_SYMBOL = SYMBOLS  # before the first note
# The last move, as far as looking ahead remembers it.
REPEAT_CLASS = 1
MOVE_CLASSES = 8  # none, repeat, step up, step down, third up, third down, leap up, leap down


@dataclass(frozen=True)
class KeyView:
    """All pitches seen from one local key. P = pitches of the space.

    `degree` [P] 0..6 and `raised` [P] -1..1 against the scale; `chromatic` [P] outside the scale (raised sixths and
    sevenths of minor are inside); `usable` [P]; `moves` [P, P] strictly grammatical from, to; `loose` [P, P] all
    that stays within the key's pitches; `symbol` [P, P] the model's name of a move.
    """

    degree: NDArray[np.int64]
    raised: NDArray[np.int64]
    chromatic: NDArray[np.bool_]
    usable: NDArray[np.bool_]
    moves: NDArray[np.bool_]
    loose: NDArray[np.bool_]
    symbol: NDArray[np.int64]

    @cached_property
    def place(self) -> NDArray[np.int64]:
        """Degree and alteration as one number 0..20 [P]."""
        return np.asarray(3 * self.degree + self.raised + 1)


@dataclass(frozen=True)
class PitchSpace:
    """Every pitch that some local key of a line may use within its range, from low to high."""

    diatonic: NDArray[np.int64]
    alter: NDArray[np.int64]
    midi: NDArray[np.int64]
    steps: NDArray[np.int64]  # [P, P] staff steps from, to
    semitones: NDArray[np.int64]  # [P, P]
    move_class: NDArray[np.int64]  # [P, P]
    accidental: NDArray[np.bool_]  # [P] against the written signature
    views: tuple[KeyView, ...]

    def __len__(self) -> int:
        return len(self.midi)


@lru_cache(maxsize=256)
def pitch_space(low: int, high: int, written: LocalKey, keys: tuple[LocalKey, ...], chromatic: bool) -> PitchSpace:
    """The space of a range (written MIDI numbers, both ends included) and its local keys."""
    spelled = sorted(
        {pitch for key in keys for pitch in _pitches(low, high, key, chromatic)}, key=lambda p: (_midi(*p), p)
    )
    diatonic = np.array([pitch[0] for pitch in spelled], dtype=np.int64)
    alter = np.array([pitch[1] for pitch in spelled], dtype=np.int64)
    midi = midi_numbers(diatonic.astype(np.int16), alter.astype(np.int16)).astype(np.int64)
    steps = diatonic[None, :] - diatonic[:, None]
    semitones = midi[None, :] - midi[:, None]
    signature = np.array([written.altered(int(letter)) for letter in diatonic % 7], dtype=np.int64)
    return PitchSpace(
        diatonic,
        alter,
        midi,
        steps,
        semitones,
        move_classes(steps),
        alter != signature,
        tuple(_view(diatonic, alter, steps, semitones, key, chromatic) for key in keys),
    )


def _pitches(low: int, high: int, key: LocalKey, chromatic: bool) -> list[tuple[int, int]]:
    found = []
    for diatonic in range(low * 7 // 12 - 9, high * 7 // 12 - 4):
        letter = diatonic % 7
        degree = (letter - key.tonic_letter) % 7 + 1
        for raised in (-1, 0, 1):
            alter = key.altered(letter) + raised
            usable = _is_usable(degree, raised, key.mode, chromatic) and abs(alter) <= 2
            if usable and low <= _midi(diatonic, alter) <= high:
                found.append((diatonic, alter))
    return found


def _is_usable(degree: int, raised: int, mode: str, chromatic: bool) -> bool:
    if raised == 0 or (mode == "minor" and (degree, raised) in RAISED_IN_MINOR):
        return True
    return chromatic and (degree, raised) in CHROMATIC[mode]


def _midi(diatonic: int, alter: int) -> int:
    return int(midi_numbers(np.array([diatonic], np.int16), np.array([alter], np.int16))[0])


def move_classes(steps: NDArray[np.int64]) -> NDArray[np.int64]:
    """Staff steps as one of MOVE_CLASSES: 1 repeat, then up and down by step, third, leap."""
    size = np.minimum(np.abs(steps), 3)
    return np.where(size == 0, 1, 2 * size + (steps < 0))


def _view(
    diatonic: NDArray[np.int64],
    alter: NDArray[np.int64],
    steps: NDArray[np.int64],
    semitones: NDArray[np.int64],
    key: LocalKey,
    chromatic: bool,
) -> KeyView:
    degree = (diatonic - key.tonic_letter) % 7
    raised = alter - np.array([key.altered(letter) for letter in range(7)])[diatonic % 7]
    minor = key.mode == "minor"
    usable = np.array(
        [_is_usable(int(d) + 1, int(r), key.mode, chromatic) for d, r in zip(degree, raised, strict=True)], dtype=bool
    )
    melodic = minor & (degree >= 5) & (raised == 1)
    outside = (raised != 0) & ~melodic
    symbol = (np.clip(steps, -WIDEST_STEPS, WIDEST_STEPS) + WIDEST_STEPS) * 3 + np.clip(raised, -1, 1)[None, :] + 1
    loose = (np.abs(steps) <= WIDEST_STEPS) & (np.sign(steps) * np.sign(semitones) >= 0)
    return KeyView(
        degree,
        np.clip(raised, -1, 1),
        outside,
        usable,
        loose & _grammatical(steps, semitones, outside, raised),
        loose,
        symbol,
    )


def _grammatical(
    steps: NDArray[np.int64], semitones: NDArray[np.int64], outside: NDArray[np.bool_], raised: NDArray[np.int64]
) -> NDArray[np.bool_]:
    """Plain qualities only; a chromatic note is come to from a step away at most and left by step in its direction."""
    size, width = np.abs(steps), np.abs(semitones)
    plain = np.zeros(steps.shape, dtype=bool)
    for generic, widths in QUALITIES.items():
        plain |= (size == generic) & np.isin(width, widths)
    # A chromatic semitone on one letter needs a chromatic note at one of its ends.
    plain &= (size > 0) | (width == 0) | outside[:, None] | outside[None, :]
    near = (size <= 1) & (width <= 2)
    stays = semitones == 0
    direction = np.sign(raised)[:, None]
    resolves = (steps == direction) & (width <= 2) & ~outside[None, :]
    return np.asarray(plain & (near | ~outside[None, :]) & (resolves | (stays & (steps == 0)) | ~outside[:, None]))
