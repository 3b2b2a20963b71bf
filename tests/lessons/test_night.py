"""Between lessons every student gets one plan a night: in chunks, whatever dies, and never two."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, connections, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from kombu.exceptions import OperationalError

from lessons import practice, tasks
from lessons.models import (
    Assignment,
    Exercise,
    Membership,
    Placement,
    PlanningNight,
    PracticePlan,
    SkillState,
    User,
)
from lessons.practice import deciding, night
from tests.factories import ClassroomFactory, ExerciseFactory, LessonFactory, StudentFactory, graded, melody
from tests.lessons.test_practice import SCALE, THIRDS, exercise, take
from tutor.celery import app

pytestmark = pytest.mark.django_db


@pytest.fixture
def school(db: None) -> list[User]:
    """Seven students in chunks of three."""
    room = ClassroomFactory()
    exercise()
    return [StudentFactory(classroom=room) for _ in range(7)]


@pytest.fixture
def chunks(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, int, int]]:
    """What was handed out and nobody has done yet."""
    monkeypatch.setattr(night, "CHUNK", 3)
    return []


def hand_out(chunks: list[tuple[Any, int, int]]) -> int:
    return night.begin_night(lambda *chunk: chunks.append(chunk))


def everybody_has_one_plan(students: list[User]) -> bool:
    return all(student.plans.count() == 1 for student in students)


def test_the_night_plans_each_student_once(ada: User, ben: User, ms_clark: User) -> None:
    exercise()
    assert practice.replan_all() == 2
    assert practice.replan_all() == 0
    assert not ms_clark.plans.exists()
    plan = ada.plans.get()
    assert (plan.made_by, plan.night) == (PracticePlan.MadeBy.NIGHT, timezone.localdate())
    PracticePlan.objects.update(night=timezone.localdate() - timedelta(days=1))
    assert practice.replan_all() == 2


def test_whoever_left_is_not_planned_for(ada: User, ben: User) -> None:
    User.objects.filter(pk=ben.pk).update(is_active=False)
    assert practice.replan_all() == 1
    assert not ben.plans.exists()


def test_it_is_handed_out_in_chunks(school: list[User], chunks: list[Any]) -> None:
    assert hand_out(chunks) == 3
    assert [night.plan_chunk(*chunk) for chunk in chunks] == [3, 3, 1]
    assert everybody_has_one_plan(school)
    assert PlanningNight.objects.get().finished_at


def test_a_chunk_done_twice_is_done_once(school: list[User], chunks: list[Any]) -> None:
    hand_out(chunks)
    for chunk in chunks * 2:
        night.plan_chunk(*chunk)
    assert everybody_has_one_plan(school)


def test_what_a_killed_worker_left_is_handed_out_again(school: list[User], chunks: list[Any]) -> None:
    hand_out(chunks)
    night.plan_chunk(*chunks[0])
    again: list[Any] = []
    assert night.resume_nights(lambda *chunk: again.append(chunk)) == 0  # It may be at it yet.
    PlanningNight.objects.update(heartbeat_at=timezone.now() - 2 * night.STALE_AFTER)
    assert night.resume_nights(lambda *chunk: again.append(chunk)) == 2
    for chunk in again:
        night.plan_chunk(*chunk)
    assert everybody_has_one_plan(school)
    PlanningNight.objects.update(heartbeat_at=timezone.now() - 2 * night.STALE_AFTER)
    assert night.resume_nights(lambda *chunk: again.append(chunk)) == 0


def test_a_chunk_is_written_whole_or_not_at_all(
    school: list[User], chunks: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A worker that dies between the plans and what is in them leaves neither."""
    hand_out(chunks)
    monkeypatch.setattr(night, "items_of", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt), transaction.atomic():
        night.plan_chunk(*chunks[0])
    assert not PracticePlan.objects.exists()


def test_the_database_holds_one_plan_a_night(ada: User) -> None:
    PracticePlan.objects.create(student=ada, made_by="night", night=timezone.localdate())
    with pytest.raises(IntegrityError), transaction.atomic():
        PracticePlan.objects.create(student=ada, made_by="night", night=timezone.localdate())
    PracticePlan.objects.create(student=ada, made_by="take")
    PracticePlan.objects.create(student=ada, made_by="take")


def test_whoever_was_quicker_is_believed(school: list[User], monkeypatch: pytest.MonkeyPatch) -> None:
    """Another worker plans the first student while this one is at the same chunk."""
    decide = deciding.decide

    def slowly(situation: Any, *args: Any, **kwargs: Any) -> Any:
        today = timezone.localdate()
        PracticePlan.objects.get_or_create(student=school[0], night=today, defaults={"made_by": "night"})
        return decide(situation, *args, **kwargs)

    monkeypatch.setattr(night, "decide", slowly)
    assert practice.replan_all() == 6
    assert everybody_has_one_plan(school)


@pytest.mark.django_db(transaction=True)
def test_two_workers_on_the_same_chunk_make_one_plan_a_student(school: list[User]) -> None:
    pks = [student.pk for student in school]
    today = timezone.localdate()
    both_ready = threading.Barrier(2)
    made: list[int] = []

    def work() -> None:
        both_ready.wait()
        made.append(night.plan_chunk(today, pks[0], pks[-1]))
        connections.close_all()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sum(made) == 7
    assert everybody_has_one_plan(school)


def test_one_students_trouble_is_not_the_others(ada: User, ben: User, monkeypatch: pytest.MonkeyPatch) -> None:
    exercise()
    decide = deciding.decide

    def not_for_ada(situation: Any, *args: Any, **kwargs: Any) -> Any:
        if situation.student == ada:
            raise RuntimeError("a broken row")
        return decide(situation, *args, **kwargs)

    monkeypatch.setattr(night, "decide", not_for_ada)
    assert practice.replan_all() == 1
    assert ben.plans.exists()
    assert PlanningNight.objects.get().finished_at is None


def test_what_fails_again_and_again_waits_for_a_person(school: list[User], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(night, "decide", lambda *_, **__: 1 / 0)
    practice.replan_all()
    handed = []
    for _ in range(10):
        PlanningNight.objects.update(heartbeat_at=timezone.now() - 2 * night.STALE_AFTER)
        handed.append(night.resume_nights(lambda *_: None))
    assert sum(handed) == night.MOST_ROUNDS - 1


def test_what_is_due_by_tomorrow_is_in_tomorrows_plan(ada: User, monkeypatch: pytest.MonkeyPatch) -> None:
    exercise(SCALE, 1.6)
    exercise(THIRDS, 1.6)
    practice.learn_from(take(ada, 0.1, exercise=exercise(THIRDS, 1.6), faulty={"n4": "wrong"}))
    due = SkillState.objects.get(student=ada, skill="interval:3:up").due_at
    assert due > timezone.now()
    monkeypatch.setattr(timezone, "now", lambda: due + timedelta(hours=1))
    assert practice.replan_all() == 1
    assert any("due" in item.reason for item in ada.plans.get().items.all())


def test_it_is_built_around_what_was_assigned(ada: User, ben: User, classroom: Any) -> None:
    lesson = LessonFactory(title="First leaps")
    assigned = exercise(THIRDS, 1.5, lesson=lesson)
    exercise(SCALE, 1.5)
    Assignment.objects.create(classroom=classroom, lesson=lesson)
    graded(student=ben, exercise=assigned)
    practice.replan_all()
    first = ada.plans.get().items.first()
    assert first.exercise == assigned
    assert first.reason.startswith("Assigned: First leaps.")
    assert not any(item.reason.startswith("Assigned") for item in ben.plans.get().items.all())  # It went well.


def test_nothing_is_composed_in_the_night(ada: User, monkeypatch: pytest.MonkeyPatch) -> None:
    """Orders only: what nobody opens is never composed, and is no exercise."""
    monkeypatch.setattr("lessons.practice.workshop.make_melody", lambda *_: 1 / 0)
    monkeypatch.setattr("lessons.practice.offers.remedy", lambda *_: 1 / 0)
    practice.replan_all()
    orders = list(ada.plans.get().items.filter(exercise=None))
    assert orders
    assert all(item.recipe and item.title and item.reason for item in orders)
    assert not Exercise.objects.filter(composed_for=ada).exists()


def test_whose_level_is_being_found_goes_on_with_that(ada: User, ben: User) -> None:
    Placement.objects.create(student=ada)
    assert practice.replan_all() == 1
    assert ben.plans.exists()


def test_the_queries_of_a_chunk_do_not_grow_with_its_students(ada: User, ben: User, classroom: Any) -> None:
    lesson = LessonFactory()
    music = melody("C4 D4 E4 F4 G4 A4 B4 C5")
    piece = ExerciseFactory(music=music, lesson=lesson, grade=1.5)
    Assignment.objects.create(classroom=classroom, lesson=lesson)

    def queries() -> int:
        PracticePlan.objects.all().delete()
        students = list(Membership.objects.filter(role="student").values_list("user", flat=True))
        with CaptureQueriesContext(
            connection,
        ) as seen:
            night.plan_chunk(timezone.localdate(), min(students), max(students))
        return len(seen)

    practice.learn_from(graded(student=ada, exercise=piece))
    few = queries()
    for student in [StudentFactory(classroom=classroom) for _ in range(12)]:
        practice.learn_from(graded(student=student, exercise=piece))
    assert queries() == few


def test_the_beat_hands_it_out_and_the_sweep_looks_after_it(
    school: list[User], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Through the tasks themselves; the first worker takes its chunk and dies."""
    queued: list[tuple[Any, ...]] = []
    monkeypatch.setattr(night, "CHUNK", 3)
    monkeypatch.setattr(tasks.plan_chunk, "delay", lambda *chunk: queued.append(chunk))
    tasks.replan_students()
    assert len(queued) == 3 and all(isinstance(part, str | int) for chunk in queued for part in chunk)
    for chunk in queued[1:]:
        tasks.plan_chunk(*chunk)
    queued.clear()
    tasks.resume_nights()
    assert queued == []
    PlanningNight.objects.update(heartbeat_at=timezone.now() - 2 * night.STALE_AFTER)
    tasks.resume_nights()
    for chunk in queued:
        tasks.plan_chunk(*chunk)
    assert everybody_has_one_plan(school)
    scheduled = {entry["task"] for entry in app.conf.beat_schedule.values()}
    assert {tasks.replan_students.name, tasks.resume_nights.name} <= scheduled


def test_with_the_queue_down_the_night_waits_for_the_sweep(school: list[User], monkeypatch: pytest.MonkeyPatch) -> None:
    def down(*_: object) -> None:
        raise OperationalError("no queue")

    with pytest.raises(OperationalError):
        night.begin_night(down)
    PlanningNight.objects.update(heartbeat_at=timezone.now() - 2 * night.STALE_AFTER)
    assert night.resume_nights(lambda *chunk: night.plan_chunk(*chunk)) == 1
    assert everybody_has_one_plan(school)
