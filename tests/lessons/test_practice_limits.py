"""A teacher fixes a floor, a ceiling, a focus and a style, for a class or for one student; nobody else does."""

from __future__ import annotations

from statistics import median
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from lessons import practice
from lessons.models import Assignment, Membership, PracticeLimits, User
from lessons.practice.limits import EASIEST, HARDEST, limits_of
from tests.factories import ClassroomFactory, LessonFactory, StudentFactory
from tests.lessons.test_practice import SCALE, THIRDS, exercise, take

pytestmark = pytest.mark.django_db


def put(api: Any, who: User, name: str, pk: int, **asked: Any) -> Any:
    api.force_login(who)
    return api.put(reverse(name, args=[pk]), asked)


def test_for_a_class_and_for_a_student(api: Any, ada: User, ben: User, ms_clark: User, classroom: Any) -> None:
    answer = put(api, ms_clark, "api-class-limits", classroom.pk, floor=1.5, ceiling=4, focus=["rhythm:tie"])
    assert answer.status_code == 200 and answer.data["set_by"] == "Joan Clark"
    put(api, ms_clark, "api-student-limits", ada.pk, ceiling=2.5, style="dance")
    theirs, bens = limits_of(ada), limits_of(ben)
    assert (theirs.floor, theirs.ceiling, theirs.focus, theirs.style) == (1.5, 2.5, ("rhythm:tie",), "dance")
    assert (bens.floor, bens.ceiling, bens.style) == (1.5, 4, "any")
    assert api.get(reverse("api-student-limits", args=[ada.pk])).data["ceiling"] == 2.5


def test_setting_it_again_sets_it_anew(api: Any, ms_clark: User, classroom: Any) -> None:
    for floor in (1.5, 2.0):
        put(api, ms_clark, "api-class-limits", classroom.pk, floor=floor, focus=["accidental"])
    put(api, ms_clark, "api-class-limits", classroom.pk)
    row = PracticeLimits.objects.get()
    assert (row.floor, row.ceiling, row.focus, row.style) == (None, None, [], "")


def test_nothing_set_limits_nothing(api: Any, ada: User, ms_clark: User, classroom: Any) -> None:
    api.force_login(ms_clark)
    assert api.get(reverse("api-class-limits", args=[classroom.pk])).data["floor"] is None
    assert (limits_of(ada).floor, limits_of(ada).ceiling, limits_of(ada).focus) == (EASIEST, HARDEST, ())


@pytest.mark.parametrize(
    "asked",
    [
        {"floor": 5, "ceiling": 2},
        {"floor": 0},
        {"ceiling": 12},
        {"floor": "NaN"},
        {"focus": ["juggling"]},
        {"focus": [f"interval:{size}:up" for size in range(2, 9)]},
        {"style": "polka"},
    ],
)
def test_what_makes_no_sense_is_a_sentence(api: Any, ms_clark: User, classroom: Any, asked: dict[str, Any]) -> None:
    answer = put(api, ms_clark, "api-class-limits", classroom.pk, **asked)
    assert answer.status_code == 400 and answer.data["detail"]
    assert not PracticeLimits.objects.exists()


def test_only_who_teaches_them(api: Any, ada: User, ben: User, zoe: User, ms_clark: User, classroom: Any) -> None:
    for who in (ada, ben, zoe):
        for name, pk in (("api-class-limits", classroom.pk), ("api-student-limits", ada.pk)):
            assert put(api, who, name, pk, floor=2).status_code == 404
            assert api.get(reverse(name, args=[pk])).status_code == 404
    assert put(api, ms_clark, "api-student-limits", zoe.pk, floor=2).status_code == 404
    assert put(api, ms_clark, "api-student-limits", ms_clark.pk, floor=2).status_code == 404
    assert put(api, ms_clark, "api-class-limits", ClassroomFactory().pk, floor=2).status_code == 404


def test_a_student_in_two_classes(ada: User, classroom: Any) -> None:
    """Of two classes the one set last; a contradiction is settled for what goes before."""
    other = ClassroomFactory()
    Membership.objects.create(classroom=other, user=ada)
    PracticeLimits.objects.create(classroom=classroom, ceiling=3.0, focus=["accidental"])
    PracticeLimits.objects.create(classroom=other, floor=4.0, focus=["rhythm:tie"])
    found = limits_of(ada)
    assert (found.floor, found.ceiling) == (4.0, 4.0)
    assert set(found.focus) == {"accidental", "rhythm:tie"}
    PracticeLimits.objects.create(student=ada, ceiling=2.0)
    assert (limits_of(ada).floor, limits_of(ada).ceiling) == (2.0, 2.0)


def test_the_plan_keeps_to_it_but_for_what_was_assigned(ada: User, classroom: Any) -> None:
    for grade in (0.8, 1.2, 1.8, 2.2, 2.8):
        exercise(SCALE, grade, title=f"Scale {grade}")
    lesson = LessonFactory()
    assigned = exercise(THIRDS, 1.0, lesson=lesson)
    Assignment.objects.create(classroom=classroom, lesson=lesson)
    PracticeLimits.objects.create(classroom=classroom, floor=1.5, ceiling=2.0)
    items = list(practice.choose_next(ada).items.all())
    assert assigned.pk in {item.exercise_id for item in items}
    assert all(1.5 <= item.grade <= 2.0 for item in items if item.exercise_id != assigned.pk)
    assert len(items) > 1


def test_the_plan_works_on_the_focus(ada: User, classroom: Any) -> None:
    for grade in (1.6, 1.8, 2.0, 2.2):
        exercise(SCALE, grade, title=f"Scale {grade}")
    practice.learn_from(take(ada, 1, exercise=exercise(SCALE, 2.0)))
    assert "rhythm:tie" not in {item.aimed_at for item in practice.choose_next(ada).items.all()[:1]}
    PracticeLimits.objects.create(classroom=classroom, focus=["rhythm:tie"], style="hymn")
    first = practice.choose_next(ada).items.first()
    assert first.aimed_at == "rhythm:tie"
    assert first.recipe["style"] == "hymn"


@pytest.mark.parametrize(("floor", "ceiling"), [(0.5, 0.6), (1.0, 1.5), (3.0, 3.0), (8.5, 9.0)])
def test_what_is_composed_keeps_to_it_as_nearly_as_melodies_can(ada: User, floor: float, ceiling: float) -> None:
    PracticeLimits.objects.create(student=ada, floor=floor, ceiling=ceiling)
    assert practice.next_item(ada)
    items = practice.open_items(ada)
    made = [practice.open_item(item).grade for item in items]
    # One melody in ten lies farther off its grade than all others: see benchmarks/README.md.
    assert min(floor, 8.0) - 0.5 <= median(made) <= max(ceiling, 1.0) + 0.5
    assert min(floor, 8.0) - 1.5 <= min(made) and max(made) <= max(ceiling, 1.0) + 1.5
    assert median(abs(item.grade - grade) for item, grade in zip(items, made, strict=True)) <= 0.5


@pytest.mark.parametrize("tag", ["interval:8:up", "metre:7/8", "key:-7", "accidental", "range:high"])
def test_a_focus_that_is_out_of_reach_leaves_something_to_play(ada: User, tag: str) -> None:
    ada.level, ada.instrument = 1, "trumpet"
    ada.save()
    PracticeLimits.objects.create(student=ada, focus=[tag], ceiling=1.0)
    assert practice.next_item(ada)
    assert len(practice.open_items(ada)) > 1


def test_limits_are_of_a_class_or_of_a_student(ada: User, classroom: Any) -> None:
    for whose in ({}, {"classroom": classroom, "student": ada}, {"student": ada, "floor": 5.0, "ceiling": 1.0}):
        with pytest.raises(IntegrityError), transaction.atomic():
            PracticeLimits.objects.create(**whose)


def test_they_go_with_whom_they_are_for_and_stay_when_the_teacher_goes(ada: User, ms_clark: User) -> None:
    PracticeLimits.objects.create(student=ada, floor=2.0, set_by=ms_clark)
    ms_clark.delete()
    assert PracticeLimits.objects.get().set_by is None
    ada.delete()
    assert not PracticeLimits.objects.exists()


def test_many_students_take_two_queries(django_assert_num_queries: Any, classroom: Any) -> None:
    from lessons.practice.limits import limits_of_all

    students = [StudentFactory(classroom=classroom).pk for _ in range(5)]
    PracticeLimits.objects.create(classroom=classroom, floor=2.0)
    with django_assert_num_queries(2):
        assert {limits.floor for limits in limits_of_all(students).values()} == {2.0}


def test_technique_keeps_to_the_ceiling_too(api: Any, ada: User, ms_clark: User) -> None:
    User.objects.filter(pk=ada.pk).update(level=4)
    ada.refresh_from_db()
    free = practice.wish(ada, kind="technique")
    put(api, ms_clark, "api-student-limits", ada.pk, ceiling=2)
    kept_low = [practice.wish(ada, kind="technique") for _ in range(3)]
    assert free.grade > 2.25 and all(one.grade <= 2.25 for one in kept_low)
    assert len({one.title for one in kept_low}) > 1
