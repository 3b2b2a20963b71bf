"""“Too easy”, “too hard”: taken at their word at once, for a few takes, and of one's own exercises only."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from lessons import practice
from lessons.models import Exercise, PracticeFeedback, PracticeLimits, PracticePlan, User
from tests.factories import ExerciseFactory
from tests.lessons.test_practice import SCALE, exercise, take

pytestmark = pytest.mark.django_db


@pytest.fixture
def ladder(db: None) -> list[Exercise]:
    return [exercise(SCALE, grade, title=f"Scale {grade}") for grade in (0.8, 1.2, 1.6, 2.0, 2.4, 2.8, 3.2)]


def say(api: Any, who: User, one: Exercise, said: str) -> Any:
    api.force_login(who)
    return api.post(reverse("api-feedback"), {"exercise": one.pk, "said": said})


def test_too_hard_steps_down_at_once(api: Any, ada: User, ladder: list[Exercise]) -> None:
    practice.learn_from(take(ada, 0.1, exercise=ladder[4]))
    answer = say(api, ada, ladder[4], "too-hard")
    assert answer.status_code == 201 and "easier" in answer.data["detail"]
    plan = ada.plans.first()
    assert plan.made_by == PracticePlan.MadeBy.WORD
    assert all(item.grade <= ladder[4].grade - 0.3 for item in plan.items.all())
    assert answer.data["next"]["exercise"]["id"] == practice.next_item(ada).exercise_id
    assert "too hard" in plan.items.first().reason


def test_too_easy_steps_up_at_once(api: Any, ada: User, ladder: list[Exercise]) -> None:
    practice.learn_from(take(ada, 0.1, exercise=ladder[2]))
    say(api, ada, ladder[2], "too-easy")
    assert ada.plans.first().items.first().grade >= ladder[2].grade + 0.3


def test_also_before_anything_was_played(api: Any, ada: User, ladder: list[Exercise]) -> None:
    first = practice.next_item(ada).exercise
    say(api, ada, first, "too-hard")
    after = practice.next_item(ada)
    assert after.grade < first.grade and after.exercise != first


def test_it_wears_off_after_a_few_takes(ada: User, ladder: list[Exercise]) -> None:
    practice.heed(ada, ladder[4], "too-hard")
    PracticeFeedback.objects.update(created_at=timezone.now() - timedelta(hours=1))
    ceiling = ladder[4].grade - 0.3
    for minutes in (40, 30):
        practice.learn_from(take(ada, minutes / 1440, exercise=ladder[2]))
        assert all(item.grade <= ceiling for item in practice.choose_next(ada).items.all())
    for minutes in (20, 10):
        practice.learn_from(take(ada, minutes / 1440, exercise=ladder[2]))
    assert any(item.grade > ceiling for item in practice.choose_next(ada).items.all())


def test_the_teachers_floor_stands_against_it(ada: User, ladder: list[Exercise]) -> None:
    PracticeLimits.objects.create(student=ada, floor=2.2)
    practice.heed(ada, ladder[4], "too-hard")
    assert all(item.grade >= 2.2 for item in ada.plans.first().items.all())


def test_the_last_word_counts(ada: User, ladder: list[Exercise]) -> None:
    practice.heed(ada, ladder[2], "too-hard")
    practice.heed(ada, ladder[2], "too-easy")
    assert ada.plans.first().items.first().grade >= ladder[2].grade
    assert PracticeFeedback.objects.filter(student=ada).count() == 2


def test_too_hard_ten_times_is_as_easy_as_melodies_are(api: Any, ada: User) -> None:
    """What comes is easier as it is composed, not only as it was planned."""
    one = practice.next_item(ada).exercise
    grades = [one.grade]
    for _ in range(10):
        assert say(api, ada, one, "too-hard").status_code == 201
        one = practice.next_item(ada).exercise
        grades.append(one.grade)
    assert all(later <= max(earlier - 0.2, 1.3) for earlier, later in pairwise(grades))


def test_too_easy_ten_times_climbs(api: Any, ada: User) -> None:
    one = practice.next_item(ada).exercise
    grades = [one.grade]
    for _ in range(10):
        assert say(api, ada, one, "too-easy").status_code == 201
        one = practice.next_item(ada).exercise
        grades.append(one.grade)
    assert all(later > min(earlier, 7.5) for earlier, later in pairwise(grades))


def test_refusals(api: Any, ada: User, ben: User) -> None:
    bens = ExerciseFactory(composed_for=ben, origin=Exercise.Origin.COMPOSED)
    assert say(api, ada, bens, "too-easy").status_code == 404
    assert say(api, ada, ExerciseFactory(), "boring").status_code == 400
    api.logout()
    assert api.post(reverse("api-feedback"), {"exercise": 1, "said": "too-easy"}).status_code == 401
    assert not PracticeFeedback.objects.exists()


def test_it_is_forgotten_with_the_student(ada: User) -> None:
    practice.heed(ada, exercise(), "too-easy")
    ada.delete()
    assert not PracticeFeedback.objects.exists()
