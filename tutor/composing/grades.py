"""What each grade holds: a synthesis of common syllabuses, to be checked against one's own, and nobody's exam board.

Every grade holds what those before it hold. Lengths are in ticks, 24 a quarter note; leaps are generic sizes (3 a
third, 8 an octave), spans are semitones.
"""

from __future__ import annotations

from dataclasses import dataclass

HARDEST_GRADE = 8
WIDEST_SPAN = 36  # three octaves, where the instrument has them


@dataclass(frozen=True, slots=True)
class Step:
    """What a grade adds to the ones before it, and how far it goes."""

    bars: tuple[int, ...]  # the usual lengths
    metres: tuple[str, ...]
    fifths: int  # sharps or flats at most
    note_values: tuple[int, ...]
    figures: tuple[str, ...]  # rhythm tags that need leave
    leap: int  # generic size
    span: int
    beats_a_minute: tuple[int, int]  # slowest and fastest that a musician would take, in counted beats


STEPS = (
    Step((4, 6, 4), ("4/4", "3/4", "2/4"), 1, (96, 72, 48, 24, 12), (), 3, 7, (54, 96)),
    Step((8, 4, 6, 8), (), 2, (36,), ("dotted-quarter-eighth", "tie", "rest"), 5, 12, (54, 100)),
    Step(
        (8,),
        ("3/8",),
        3,
        (6,),
        ("sixteenths", "eighth-two-sixteenths", "two-sixteenths-eighth"),
        6,
        16,
        (54, 104),
    ),
    Step((8,), ("6/8",), 3, (18,), ("dotted-eighth-sixteenth",), 8, 19, (54, 108)),
    Step((8, 12), ("2/2",), 4, (8, 16), ("syncopation", "triplet"), 8, 24, (54, 112)),
    Step((12, 16), ("9/8", "5/4", "5/8"), 5, (), ("snap",), 8, 28, (54, 120)),
    Step((16, 16, 20), ("12/8", "7/8"), 6, (), (), 8, WIDEST_SPAN, (54, 126)),
    Step((16, 24), (), 7, (3,), (), 8, WIDEST_SPAN, (54, 132)),
)
# Accidentals come with grade 3, an upbeat and eighth rests with 4, a change of key on the way with 6.
FIRST_ACCIDENTALS, FIRST_UPBEAT, FIRST_SHORT_RESTS, FIRST_MODULATION = 3, 4, 4, 6
FIRST_MINOR = 3  # its seventh is raised
NEEDS_LEAVE = tuple(figure for step in STEPS for figure in step.figures)


@dataclass(frozen=True, slots=True)
class Holdings:
    """All that a grade holds, its own and what comes before it."""

    grade: int
    bars: tuple[int, ...]
    metres: tuple[str, ...]
    fifths: int
    note_values: frozenset[int]
    figures: frozenset[str]
    leap: int
    span: int
    beats_a_minute: tuple[int, int]

    @property
    def accidentals(self) -> bool:
        return self.grade >= FIRST_ACCIDENTALS

    @property
    def rests(self) -> bool:
        return "rest" in self.figures


def holdings(grade: float) -> Holdings:
    """What a player of this grade may meet; between two grades, the lower one's."""
    number = min(max(int(grade), 1), HARDEST_GRADE)
    steps, own = STEPS[:number], STEPS[number - 1]
    return Holdings(
        grade=number,
        bars=own.bars,
        metres=tuple(metre for step in steps for metre in step.metres),
        fifths=own.fifths,
        note_values=frozenset(value for step in steps for value in step.note_values),
        figures=frozenset(figure for step in steps for figure in step.figures),
        leap=own.leap,
        span=own.span,
        beats_a_minute=own.beats_a_minute,
    )
