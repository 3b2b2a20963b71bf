"""The lines of a class as shapes: a week in seven bars, the last grades as a line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lessons.dashboards import ClassStudent, RecentTake
from lessons.pages import drawing
from lessons.pages.drawing import Bar, Dot
from lessons.words import said
from tutor.notation.instruments import INSTRUMENTS

WEEK_WIDTH, WEEK_HEIGHT = 84.0, 30.0
# One short day does not fill the wall.
AT_LEAST_MINUTES = 15.0


@dataclass(frozen=True, slots=True)
class Line:
    """One student. `week`: a bar a day, today last; `dots` and `points`: the last grades; `last`: the take before
    all others."""

    student: ClassStudent
    instrument: str
    week: Sequence[Bar]
    dots: Sequence[Dot]
    points: str
    last: RecentTake | None


@dataclass(frozen=True, slots=True)
class Sum:
    students: int
    practised: int
    minutes: float
    to_hear: int


def lines(students: Sequence[ClassStudent]) -> list[Line]:
    """All weeks are drawn to the same measure: half an hour is as tall for everybody."""
    most = max((minutes for one in students for minutes in one.week.minutes), default=0.0)
    return [_line(one, max(most, AT_LEAST_MINUTES)) for one in students]


def in_sum(students: Sequence[ClassStudent]) -> Sum:
    return Sum(
        students=len(students),
        practised=sum(one.takes_this_week > 0 for one in students),
        minutes=sum(one.minutes_this_week for one in students),
        to_hear=sum(one.unheard for one in students),
    )


def _line(student: ClassStudent, most: float) -> Line:
    played = INSTRUMENTS.get(student.instrument)
    dots = drawing.sparkline(student.last_grades)
    return Line(
        student=student,
        instrument=said(played.label) if played else student.instrument,
        week=_week(student.week.minutes, most) if student.takes_this_week else (),
        dots=dots,
        points=drawing.points(dots),
        last=student.recent[0] if student.recent else None,
    )


def _week(minutes: Sequence[float], most: float) -> list[Bar]:
    """A day without practice is a line on the floor, so that the days can be counted."""
    step = WEEK_WIDTH / len(minutes)
    heights = [max(3.0, WEEK_HEIGHT * one / most) if one else 1.0 for one in minutes]
    return [
        Bar(round(place * step + 1, 1), round(WEEK_HEIGHT - height, 1), round(step - 2, 1), round(height, 1))
        for place, height in enumerate(heights)
    ]
