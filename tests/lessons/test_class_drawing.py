"""The lines of a class as shapes: what is drawn is what is said."""

from __future__ import annotations

import re
from types import SimpleNamespace

from hypothesis import given
from hypothesis import strategies as st

from lessons.dashboards import Week
from lessons.pages.class_drawing import WEEK_HEIGHT, WEEK_WIDTH, lines

BAR = re.compile(r"M([\d.]+) ([\d.]+)v-([\d.]+)h([\d.]+)v([\d.]+)z")


def student(minutes: list[float], grades: list[float]) -> SimpleNamespace:
    return SimpleNamespace(week=Week(tuple(minutes), takes=7), last_grades=grades, instrument="violin", recent=[])


@given(
    st.lists(st.lists(st.sampled_from([0.0]) | st.floats(0.1, 300), min_size=7, max_size=7), min_size=1, max_size=5),
    st.lists(st.floats(0, 100), max_size=10),
)
def test_seven_bars_on_one_floor_to_one_measure(weeks, grades):
    drawn = lines([student(week, grades) for week in weeks])
    most = max(max(week) for week in weeks)
    for week, line in zip(weeks, drawn, strict=True):
        bars = [tuple(map(float, bar)) for bar in BAR.findall(line.days + line.today)]
        assert len(bars) == 7 and len(BAR.findall(line.today)) == 1
        for (x, floor, up, width, down), minutes in zip(bars, week, strict=True):
            assert floor == WEEK_HEIGHT and up == down and x >= 0 and x + width <= WEEK_WIDTH
            assert 1 <= up <= WEEK_HEIGHT
            assert (up == 1) == (minutes == 0), "a day without practice can be counted, one with some is seen"
            assert up < WEEK_HEIGHT or minutes >= 0.99 * most, "all weeks are drawn to the same measure"
        assert line.minutes == ", ".join(f"{minutes:.0f}" for minutes in week)
        assert (line.end is None) == (not grades) and line.points.count(",") == len(grades)
