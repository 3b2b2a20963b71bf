"""The kinds of exercise: what each one is for, and how it differs from a plain melody of the same grade."""

from __future__ import annotations

from dataclasses import dataclass

from tutor.composing.technique import KINDS as TECHNIQUE_KINDS

# Generic sizes that a voice finds without an instrument, by grade from 1 on.
SINGABLE_LEAPS = (3, 4, 5, 5, 6, 6, 8, 8)
EVERY_LEAP = (8,) * 8
# The interval that a drill is for where none was asked for, by grade.
DRILLED_SIZES = ((3,), (3, 4), (4, 5), (4, 5, 6), (5, 6), (6, 8), (6, 7, 8), (6, 7, 8))


@dataclass(frozen=True, slots=True)
class Kind:
    """How a kind differs: `bars` its lengths (None: the grade's), `span` in semitones at most, `leaps` the widest
    generic size by grade, `starts_on` degrees to begin on. `aims`: its difficulty is the grade's, where it can be;
    what is short for the memory's sake is as
    hard as it is."""

    name: str
    title: str  # {key} is filled in
    bars: tuple[int, ...] | None = None
    span: int = 127
    leaps: tuple[int, ...] = EVERY_LEAP
    starts_on: tuple[int, ...] = (1, 3, 5)
    upbeats: bool = True
    accidentals: bool = True
    breathes: bool = False
    is_clapped: bool = False
    is_broken_chords: bool = False
    is_drill: bool = False
    aims: bool = True


_KINDS = (
    Kind("sight-reading", "Melody in {key}"),
    Kind("sight-singing", "Melody to sing in {key}", span=17, leaps=SINGABLE_LEAPS, breathes=True),
    Kind("rhythm", "Rhythm to clap in {metre}", is_clapped=True),
    Kind(
        "echo",
        "Echo in {key}",
        bars=(2, 2, 4),
        span=12,
        leaps=SINGABLE_LEAPS,
        upbeats=False,
        accidentals=False,
        aims=False,
    ),
    Kind("intervals", "{interval} in {key}", is_drill=True, upbeats=False, accidentals=False),
    Kind("arpeggios", "Broken chords in {key}", is_broken_chords=True, upbeats=False, accidentals=False),
    Kind("remedy", "Study in {key}"),
    Kind("variation", "Variation on {theme}", aims=False),
)
KINDS = {kind.name: kind for kind in _KINDS}
# By the same door; “rhythm” is the clapped one, so that the technique of that name gets another.
TECHNIQUES = {("rhythm-pattern" if name == "rhythm" else name): name for name in TECHNIQUE_KINDS}
KIND_NAMES = (*KINDS, *TECHNIQUES)
