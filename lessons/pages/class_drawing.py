"""The lines of a class as shapes: a week in seven bars, the last grades as a line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lessons.dashboards import ClassStudent, RecentTake
from lessons.pages import drawing
from lessons.pages.drawing import Dot
from lessons.words import said
from tutor.notation.instruments import INSTRUMENTS

WEEK_WIDTH, WEEK_HEIGHT = 84.0, 30.0
# One short day does not fill the wall.
AT_LEAST_MINUTES = 15.0


@dataclass(frozen=True, slots=True)
class Line:
    """One student. `days` and `today`: paths of the week's bars; `points`: those of the last grades, `end` the newest;
    `minutes` and `grades` say the same, to be read aloud; `last`: the take before all others. The shapes are whole
    when they come to the template: bar by bar it would draw a class for a tenth of the page's time."""

    student: ClassStudent
    instrument: str
    days: str
    today: str
    minutes: str
    points: str
    end: Dot | None
    grades: str
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
    *days, today = _week(student.week.minutes, most)
    return Line(
        student=student,
        instrument=said(played.label) if played else student.instrument,
        days="".join(days),
        today=today,
        minutes=_in_a_row(student.week.minutes),
        points=drawing.points(dots),
        end=dots[-1] if dots else None,
        grades=_in_a_row(student.last_grades),
        last=student.recent[0] if student.recent else None,
    )


def _week(minutes: Sequence[float], most: float) -> list[str]:
    """A bar a day. A day without practice is a line on the floor, so that the days can be counted."""
    step = WEEK_WIDTH / len(minutes)
    heights = [max(3.0, WEEK_HEIGHT * one / most) if one else 1.0 for one in minutes]
    return [
        f"M{place * step + 1:.1f} {WEEK_HEIGHT:.1f}v-{height:.1f}h{step - 2:.1f}v{height:.1f}z"
        for place, height in enumerate(heights)
    ]


def _in_a_row(figures: Sequence[float]) -> str:
    return ", ".join(f"{figure:.0f}" for figure in figures)
