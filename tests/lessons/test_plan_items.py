"""A line of a plan may be an order: composed when it is first opened, once; readable for ever."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections
from django.urls import reverse
from django.utils import timezone

from lessons import practice
from lessons.models import Exercise, PlanItem, PracticePlan, User
from lessons.models.curriculum import Status
from lessons.practice import kept
from lessons.practice.orders import melody_for
from lessons.practice.workshop import make, recipe_of
from tests.factories import ExerciseFactory, LessonFactory, graded
from tests.lessons.test_practice import SCALE, exercise, take
from tutor.composing.refusal import CannotCompose
from tutor.notation.instruments import get_instrument

pytestmark = pytest.mark.django_db


def ordered(student: User, tag: str = "interval:3:up", seed: int = 7, **fields: Any) -> PlanItem:
    plan, _ = PracticePlan.objects.get_or_create(student=student, made_by="night", night=timezone.localdate())
    recipe = recipe_of(melody_for(tag, 2.0, get_instrument(student.instrument), "any", seed))
    return PlanItem.objects.create(
        plan=plan,
        position=plan.items.count(),
        **{
            "recipe": recipe,
            "title": "A melody with thirds",
            "reason": "Skips of a third, upwards: 4 of 9 right this week.",
            "instrument": student.instrument,
            **fields,
        },
    )


def test_it_is_composed_when_it_is_opened_and_stays_so(ada: User) -> None:
    item = ordered(ada)
    assert not Exercise.objects.exists()
    opened = practice.open_item(item)
    assert opened.composed_for == ada and opened.skills["interval:3:up"] >= 4
    item.refresh_from_db()
    assert item.exercise == opened and item.title == opened.title
    assert practice.open_item(item) == opened == practice.open_item(PlanItem.objects.get(pk=item.pk))
    assert Exercise.objects.count() == 1


def test_the_same_recipe_makes_the_same_melody(ada: User) -> None:
    recipe = ordered(ada).recipe
    assert make(recipe, "violin").score == make(recipe, "violin").score


def test_the_same_order_in_two_plans_is_one_exercise_and_each_student_has_their_own(ada: User, zoe: User) -> None:
    first, second = ordered(ada), ordered(ada)
    assert practice.open_item(first) == practice.open_item(second)
    assert practice.open_item(ordered(zoe)) != practice.open_item(first)


@pytest.mark.django_db(transaction=True)
def test_two_doors_open_the_same_exercise(ada: User) -> None:
    item = ordered(ada)
    both_ready = threading.Barrier(2)
    opened: list[int] = []

    def work() -> None:
        mine = PlanItem.objects.select_related("plan__student", "exercise").get(pk=item.pk)
        both_ready.wait()
        opened.append(practice.open_item(mine).pk)
        connections.close_all()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert len(opened) == 2 and len(set(opened)) == 1
    assert Exercise.objects.count() == 1


def test_the_first_is_composed_for_who_comes_home_the_others_wait(ada: User) -> None:
    items = [ordered(ada, seed=seed) for seed in (1, 2, 3)]
    assert [item.exercise is not None for item in practice.open_items(ada)] == [True, False, False]
    assert Exercise.objects.count() == 1
    assert practice.open_items(ada)[1].get_absolute_url() == reverse("plan-item", args=[items[1].pk])


def test_an_order_that_cannot_be_had_is_passed_over(ada: User) -> None:
    impossible = ordered(ada)
    PlanItem.objects.filter(pk=impossible.pk).update(recipe={**impossible.recipe, "metre": "17/16"})
    good = ordered(ada, seed=2)
    assert [item.pk for item in practice.open_items(ada)] == [good.pk]


def test_what_cannot_be_had_is_tried_once(ada: User, monkeypatch: pytest.MonkeyPatch) -> None:
    tried = []
    monkeypatch.setattr("lessons.practice.planning.compose_once", lambda *order: tried.append(order) or refuse())
    plain = exercise(SCALE, 2.0)
    first = ordered(ada)
    ordered(ada, exercise=plain, recipe={})
    assert [practice.next_item(ada).exercise for _ in range(3)] == [plain] * 3
    assert len(tried) == 1
    first.refresh_from_db()
    assert first.title == "A melody with thirds" and not first.can_be_opened


def refuse() -> None:
    raise CannotCompose("Not to be had.")


def test_an_exercise_of_a_lesson_taken_back_is_not_given(ada: User) -> None:
    lesson = LessonFactory(status=Status.PUBLISHED)
    ordered(ada, exercise=exercise(SCALE, 2.0, lesson=lesson), recipe={})
    assert practice.next_item(ada).exercise.lesson == lesson
    lesson.status = Status.DRAFT
    lesson.save()
    assert practice.next_item(ada).exercise.lesson is None


def test_where_there_is_nothing_to_play_no_plans_pile_up(ada: User) -> None:
    User.objects.filter(pk=ada.pk).update(instrument="")
    ada.refresh_from_db()
    assert [practice.next_item(ada) for _ in range(4)] == [None] * 4
    assert ada.plans.count() == 1


def test_a_recipe_of_an_older_composer_is_a_sentence(ada: User) -> None:
    item = ordered(ada)
    item.recipe = {"composer": "melody", "kind": "sight-reading", "mood": "wistful"}
    with pytest.raises(CannotCompose, match="older composer"):
        practice.open_item(item)


def test_a_plan_whose_exercises_are_gone_can_still_be_read(ada: User) -> None:
    piece = exercise(SCALE, 2.0, title="Scale")
    item = next(item for item in practice.choose_next(ada).items.all() if item.exercise == piece)
    piece.delete()
    item.refresh_from_db()
    assert (item.exercise, item.title, bool(item.reason)) == (None, "Scale", True)
    assert not item.can_be_opened
    assert item.pk not in {one.pk for one in practice.open_items(ada)}
    with pytest.raises(CannotCompose, match="no longer there"):
        practice.open_item(item)


def test_a_played_order_is_ticked_off(ada: User) -> None:
    first, second = ordered(ada), ordered(ada, seed=2)
    practice.mark_played(graded(student=ada, exercise=practice.open_item(first)))
    assert practice.next_item(ada) == second


def test_a_plan_mixes_what_is_assigned_pieces_melodies_and_one_drill(ada: User) -> None:
    for grade in (1.8, 2.0, 2.2):
        exercise(SCALE, grade, title=f"Scale {grade}")
    practice.learn_from(take(ada, 0.1, faulty={"n2": "wrong", "n4": "wrong", "n6": "wrong"}))
    items = list(practice.choose_next(ada).items.all())
    kinds = [item.kind for item in items]
    assert len(items) == 5
    assert "piece" in kinds and "sight-reading" in kinds and kinds.count("drill") <= 1
    assert all(item.reason.endswith(".") and item.title for item in items)
    assert len({item.title for item in items}) == 5


def test_another_take_another_melody(ada: User) -> None:
    seeds = set()
    for hours in (3, 2, 1):
        practice.learn_from(take(ada, hours / 24, exercise=Exercise.objects.first() or exercise()))
        orders = [item.recipe["seed"] for item in practice.choose_next(ada).items.all() if item.kind != "piece"]
        seeds |= {seed for seed in orders if seed}
    assert len(seeds) >= 3


# By way of the API


def test_it_is_opened_by_its_student_alone(api: Any, ada: User, ben: User, ms_clark: User) -> None:
    item = ordered(ada)
    for who in (ben, ms_clark):
        api.force_login(who)
        assert api.post(reverse("api-plan-item-open", args=[item.pk])).status_code == 404
    api.force_login(ada)
    answers = [api.post(reverse("api-plan-item-open", args=[item.pk])) for _ in range(2)]
    assert answers[0].status_code == 200 and answers[0].data == answers[1].data
    assert Exercise.objects.count() == 1


def test_what_is_gone_answers_with_a_sentence(api: Any, ada: User) -> None:
    item = ordered(ada, recipe={})
    api.force_login(ada)
    answer = api.post(reverse("api-plan-item-open", args=[item.pk]))
    assert answer.status_code == 422 and "no longer there" in answer.data["detail"]


def test_the_plan_shows_orders_as_they_are(api: Any, ada: User) -> None:
    ordered(ada), ordered(ada, seed=2)
    api.force_login(ada)
    first, second = api.get(reverse("api-plan")).json()
    assert first["exercise"] and second["exercise"] is None
    assert second["title"] == "A melody with thirds" and second["open_url"].endswith("/open/")
    assert "recipe" not in second


# What nobody plays


def old(one: Exercise) -> Exercise:
    Exercise.objects.filter(pk=one.pk).update(created_at=timezone.now() - timedelta(days=31))
    return one


def test_what_was_opened_and_never_played_goes_after_a_while(ada: User) -> None:
    item = ordered(ada)
    practice.open_item(item)
    assert kept.clear_unplayed() == 0
    unplayed, played = old(item.exercise), old(practice.open_item(ordered(ada, seed=2)))
    graded(student=ada, exercise=played)
    authored = old(ExerciseFactory())
    assert kept.clear_unplayed() == 1
    assert set(Exercise.objects.all()) == {played, authored}
    item.refresh_from_db()
    assert practice.open_item(item).score == unplayed.score  # The recipe makes it again.


def test_a_beat_task_clears_them() -> None:
    from lessons.tasks import clear_unplayed
    from tutor.celery import app

    assert clear_unplayed.name in {entry["task"] for entry in app.conf.beat_schedule.values()}
    clear_unplayed()
