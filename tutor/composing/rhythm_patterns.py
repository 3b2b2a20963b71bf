"""Bars of rhythm to order: a figure to practise, set among plain beats of its metre."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from random import Random

from tutor.notation.durations import beat_length
from tutor.notation.score import Metre

H, Q, T = Fraction(1, 2), Fraction(1, 4), Fraction(1, 3)


@dataclass(frozen=True, slots=True)
class Cell:
    """A rhythm figure: its lengths in beats, a negative one a rest, and the grade that first meets it."""

    figure: str
    lengths: tuple[Fraction, ...]
    grade: float

    @property
    def duration_beat(self) -> Fraction:
        """The whole figure's length."""
        return sum((abs(length) for length in self.lengths), Fraction(0))


def _cell(figure: str, grade: float, *lengths: Fraction | int) -> Cell:
    return Cell(figure, tuple(Fraction(length) for length in lengths), grade)


PLAIN = (_cell("quarters", 1, 1), _cell("halves", 1, 2), _cell("eighths", 1, H, H))
FIGURES = (
    *PLAIN,
    _cell("long-notes", 1, 3),
    _cell("rest", 2, 1, -1),
    _cell("rest", 4, H, -H),
    _cell("tie", 2, Fraction(5, 2), H),
    _cell("dotted-half-quarter", 1.5, 3, 1),
    _cell("dotted-quarter-eighth", 2, Fraction(3, 2), H),
    _cell("sixteenths", 3, Q, Q, Q, Q),
    _cell("eighth-two-sixteenths", 3, H, Q, Q),
    _cell("two-sixteenths-eighth", 3, Q, Q, H),
    _cell("dotted-eighth-sixteenth", 4, 3 * Q, Q),
    _cell("syncopation", 5, H, 1, H),
    _cell("triplet", 5, T, T, T),
    _cell("snap", 6, Q, 3 * Q),
)
COMPOUND_PLAIN = (_cell("dotted-quarters", 1, 3 * H), _cell("quarter-eighth", 1, 1, H), _cell("eighths", 1, H, H, H))
COMPOUND_FIGURES = (
    *COMPOUND_PLAIN,
    _cell("rest", 4, 1, -H),
    _cell("dotted-eighth-sixteenth", 4, 3 * Q, Q, H),
    _cell("sixteenths", 4, H, Q, Q, H),
)
# How the uneven metres are counted, in eighths.
UNEVEN_GROUPS = {(5, 8): (3, 2), (7, 8): (2, 2, 3)}


def figures_for(metre: Metre) -> tuple[str, ...]:
    """The names of the figures that this metre can hold."""
    cells = [cell for group in set(_groups(metre)) for cell in _cells(group, metre)]
    return tuple(dict.fromkeys(cell.figure for cell in cells))


def rhythm_bar(metre: Metre, figure: str, grade: float, rng: Random) -> list[Fraction]:
    """One bar that shows the figure (any figure of the grade if ""); [] where the metre can't hold it."""
    groups = _groups(metre)
    wanted = [
        (index, cell)
        for index in range(len(groups))
        for cell in _cells(_room(groups, index), metre)
        if cell.figure == figure and _may_stand(cell, index, metre)
    ]
    if figure and not wanted:
        return []
    place, chosen = rng.choice(wanted) if figure else (-1, PLAIN[0])
    lengths: list[Fraction] = []
    index, filled = 0, Fraction(0)
    while index < len(groups):
        if index == place:
            cell = chosen
        else:
            room = _room(groups[: place if place > index else len(groups)], index)
            cell = rng.choice([cell for cell in _fillers(room, metre, grade) if _may_stand(cell, index, metre)])
        lengths += cell.lengths
        filled += cell.duration_beat
        while index < len(groups) and sum(groups[: index + 1], Fraction(0)) <= filled:
            index += 1
    return lengths


def _groups(metre: Metre) -> list[Fraction]:
    """The bar's beats in quarter notes, as they are counted: 5/8 is three and two eighths."""
    if (metre.beats, metre.beat_type) in UNEVEN_GROUPS:
        return [Fraction(eighths, 2) for eighths in UNEVEN_GROUPS[metre.beats, metre.beat_type]]
    beat = Fraction(1) if metre.beat_type == 2 else beat_length(metre)
    return [beat] * int(metre.bar_beats / beat)


def _room(groups: Sequence[Fraction], index: int) -> Fraction:
    return sum(groups[index:], Fraction(0))


def _cells(room: Fraction, metre: Metre) -> list[Cell]:
    """Figures no longer than this; in compound time they fill one beat, in simple time whole ones."""
    compound = any(group.numerator % 3 == 0 for group in _groups(metre))
    cells = FIGURES if not compound else COMPOUND_FIGURES if metre.beats % 3 == 0 else (*COMPOUND_FIGURES, *PLAIN)
    return [cell for cell in cells if cell.duration_beat <= room]


def _fillers(room: Fraction, metre: Metre, grade: float) -> list[Cell]:
    plain = [cell for cell in _cells(room, metre) if cell in PLAIN or cell in COMPOUND_PLAIN]
    harder = [cell for cell in _cells(room, metre) if 1 < cell.grade <= grade and cell.figure in ("rest", "sixteenths")]
    return plain + harder * (grade >= 4)


def _may_stand(cell: Cell, index: int, metre: Metre) -> bool:
    """A figure fills its beats exactly; one of two beats begins on a strong one, a longer one on the first."""
    groups = _groups(metre)
    whole = any(cell.duration_beat == sum(groups[index:end], Fraction(0)) for end in range(index + 1, len(groups) + 1))
    if not whole:
        return False
    if cell.duration_beat > 2:
        return index == 0
    return not (cell.duration_beat == 2 and len(groups) % 2 == 0 and index % 2)
