"""What a cause asks for, made for the student who asks: the figure or interval by itself, or a melody full of it."""

from __future__ import annotations

from lessons.models import User
from lessons.practice.kept import keep
from lessons.practice.workshop import made_of
from tutor.composing.technique import FASTEST_BPM, SLOWEST_BPM, TechniqueOrder, compose
from tutor.grading.assessment import Ask


def answer(student: User, ask: Ask, take_bpm: float) -> int:
    """The primary key of the exercise that a cause asks for, in the student's own instrument. Raises CannotCompose."""
    bpm = min(max(round(take_bpm * ask.tempo), SLOWEST_BPM), FASTEST_BPM)
    order = TechniqueOrder(
        kind=ask.kind,
        instrument=student.instrument,
        fifths=ask.fifths,
        mode=ask.mode,
        metre=ask.metre,
        figure=ask.figure,
        bpm=bpm,
        grade=float(student.level),
    )
    return keep(student, made_of(compose(order), student.instrument)).pk
