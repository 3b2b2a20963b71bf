"""The shapes of a chart follow the numbers."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from lessons.pages import drawing

minutes = st.lists(st.floats(0, 600, allow_nan=False), min_size=1, max_size=60)
grades = st.lists(st.floats(0, 100, allow_nan=False), min_size=1, max_size=60)


@given(minutes)
def test_more_minutes_never_make_a_lower_bar(values: list[float]) -> None:
    heights = [bar.height for bar in drawing.bars(values)]
    ordered = [height for _, height in sorted(zip(values, heights, strict=True))]
    assert ordered == sorted(ordered)


@given(minutes)
def test_bars_stand_on_the_floor_and_stay_in_the_chart(values: list[float]) -> None:
    for bar in drawing.bars(values):
        assert abs(bar.y + bar.height - (drawing.HEIGHT - drawing.FOOT)) < 0.2
        assert bar.y >= -0.1
        assert 0 <= bar.x <= bar.x + bar.width <= drawing.WIDTH + 0.1


@given(grades)
def test_a_better_grade_stands_higher(values: list[float]) -> None:
    dots = drawing.line(values)
    for (value, dot), (other, next_dot) in zip(zip(values, dots), list(zip(values, dots))[1:]):  # noqa: B905
        assert (dot.y <= next_dot.y) if value >= other else (dot.y >= next_dot.y)
    assert dots[-1].x == drawing.WIDTH


@given(st.lists(st.floats(0, 1, allow_nan=False), min_size=3, max_size=3).map(sorted))
def test_the_dot_lies_within_its_doubt(three: list[float]) -> None:
    span = drawing.span(*three)
    assert 0 <= span.low <= span.at <= span.high <= drawing.WIDTH
