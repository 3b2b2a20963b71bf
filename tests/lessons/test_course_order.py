"""What comes after what: every move keeps all, in one numbering through the whole course."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from lessons.curriculum import order
from lessons.curriculum.order import Shelf
from lessons.curriculum.refusal import Refused
from lessons.models import Course, Lesson, Unit
from tests.factories import CourseFactory, ExerciseFactory, LessonFactory, UserFactory


def tree(course, units=2, lessons=2):
    """A loose lesson, then units of lessons."""
    LessonFactory(course=course, title="loose")
    for unit in range(units):
        row = Unit.objects.create(course=course, title=f"unit {unit}", position=unit)
        for place in range(lessons):
            LessonFactory(course=course, unit=row, title=f"{unit}.{place}")
    order.settle(course)
    return course


def titles(course):
    return list(Lesson.objects.filter(course=course).values_list("title", flat=True))


def test_lessons_are_numbered_through_units(db):
    assert titles(tree(CourseFactory())) == ["loose", "0.0", "0.1", "1.0", "1.1"]


def test_a_lesson_moves_within_its_unit_and_past_its_end(db):
    course = tree(CourseFactory())
    lesson = Lesson.objects.get(title="0.0")
    order.move_lesson(lesson, "down")
    assert titles(course) == ["loose", "0.1", "0.0", "1.0", "1.1"]
    order.move_lesson(lesson, "down")
    lesson.refresh_from_db()
    assert (lesson.unit.title, titles(course)) == ("unit 1", ["loose", "0.1", "0.0", "1.0", "1.1"])
    for _ in range(5):
        order.move_lesson(lesson, "up")
    lesson.refresh_from_db()
    assert (lesson.unit, titles(course)[0]) == (None, "0.0")


def test_a_unit_takes_its_lessons_along(db):
    course = tree(CourseFactory())
    order.move_unit(Unit.objects.get(title="unit 1"), "up")
    assert titles(course) == ["loose", "1.0", "1.1", "0.0", "0.1"]
    order.move_unit(Unit.objects.get(title="unit 1"), "up")
    assert titles(course)[0] == "loose"


def test_courses_change_places(db):
    first, second = CourseFactory(title="a"), CourseFactory(title="b")
    order.move_course(second, "up")
    assert list(Course.objects.all()) == [second, first]


def test_exercises_in_another_order_are_another_version(db):
    author, lesson = UserFactory(), LessonFactory()
    one, two = (ExerciseFactory(lesson=lesson, title=title, position=place) for place, title in enumerate("ab"))
    order.move_exercise(two, "up", author)
    assert list(lesson.exercises.all()) == [two, one]
    assert [row["title"] for row in lesson.versions.first().exercises] == ["b", "a"]
    assert lesson.versions.first().published_by == author


@pytest.mark.parametrize("change", ["missing", "twice", "foreign", "unit missing"])
def test_a_tree_that_does_not_hold_what_the_course_holds_is_refused(db, change):
    course = tree(CourseFactory())
    foreign = LessonFactory()
    before, shelves = titles(course), order.tree_of(course)
    if change == "missing":
        shelves[1].lessons.pop()
    elif change == "twice":
        shelves[1].lessons.append(shelves[1].lessons[0])
    elif change == "foreign":
        shelves[0].lessons.append(foreign.pk)
    else:
        shelves[0].lessons += shelves.pop().lessons
    with pytest.raises(Refused):
        order.arrange(course, shelves)
    assert titles(course) == before


def test_a_move_costs_the_same_in_a_long_course(db):
    def cost(lessons):
        lesson = Lesson.objects.filter(course=tree(CourseFactory(), lessons=lessons)).last()
        with CaptureQueriesContext(
            connection,
        ) as queries:
            order.move_lesson(lesson, "up")
        return len(queries)

    assert cost(20) == cost(2)


class AnyTree(TestCase):
    @settings(max_examples=15, deadline=None)
    @given(st.data())
    def test_any_arrangement_comes_out_as_it_was_put(self, data):
        course = tree(CourseFactory(), units=3)
        shelves = order.tree_of(course)
        units = data.draw(st.permutations([one.unit for one in shelves[1:]]))
        lessons = data.draw(st.permutations([pk for one in shelves for pk in one.lessons]))
        cuts = sorted(data.draw(st.lists(st.integers(0, len(lessons)), min_size=3, max_size=3)))
        parts = [lessons[a:b] for a, b in zip([0, *cuts], [*cuts, len(lessons)], strict=True)]
        wanted = [Shelf(unit, list(part)) for unit, part in zip([None, *units], parts, strict=True)]
        order.arrange(course, wanted)
        assert order.tree_of(course) == wanted
        assert list(Lesson.objects.filter(course=course).values_list("pk", flat=True)) == list(lessons)
