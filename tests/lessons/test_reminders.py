"""Who is told what, and when: once, by day where they are, and never of what is over."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from lessons import practice
from lessons.assigning import reminding
from lessons.gradebook import writing
from lessons.models import Assignment, Classroom, Notice, Placement, PracticePlan, Submission, User
from lessons.practice import planning
from lessons.tasks import plan_again, remind_of_assignments
from tests.factories import AssignmentFactory, ExerciseFactory, StudentFactory, SubmissionFactory, graded, melody

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def told(kind: str, who: User | None = None) -> int:
    found = Notice.objects.filter(kind=kind)
    return (found.filter(reader=who) if who else found).count()


@pytest.fixture
def work(ada: User, classroom: Any) -> Assignment:
    """Open since yesterday, due in twelve hours, a reminder one day before."""
    return AssignmentFactory(classroom=classroom, opens_at=NOON - DAY, due_at=NOON + 12 * HOUR, note="Slowly")


def test_each_is_told_once_however_often_it_is_asked(work: Assignment, ada: User, ben: User) -> None:
    for hours in range(4):
        reminding.remind(NOON + hours * HOUR)
    reminding.tell_opened(work, NOON)
    assert [told(kind, who) for kind in ("assigned", "due") for who in (ada, ben)] == [1, 1, 1, 1]
    notice = Notice.objects.filter(reader=ada, kind="due").get()
    assert notice.url == work.get_absolute_url()
    assert notice.facts["due"] == "2026-03-11T00:00:00+00:00"
    assert notice.facts["note"] == "Slowly"


def test_it_is_told_when_it_opens_and_not_before(ada: User, classroom: Any) -> None:
    work = AssignmentFactory(classroom=classroom, opens_at=NOON + HOUR)
    reminding.tell_opened(work, NOON)
    reminding.remind(NOON)
    assert told("assigned") == 0
    reminding.remind(NOON + 2 * HOUR)
    assert told("assigned", ada) == 1


def test_who_has_played_it_is_not_reminded(work: Assignment, ada: User, ben: User) -> None:
    graded(student=ada, exercise=work.exercise, assignment=work)
    SubmissionFactory(student=ben, exercise=work.exercise, assignment=work)  # Waits for its grade.
    Submission.objects.update(created_at=NOON - HOUR)
    reminding.remind(NOON)
    assert told("due") == 0
    Submission.objects.all().delete()
    reminding.remind(NOON)
    assert told("due") == 2


def test_who_is_excused_or_has_a_mark_by_hand_is_not_reminded(
    work: Assignment, ada: User, ben: User, ms_clark: User
) -> None:
    writing.excuse(work, ada, ms_clark, "Ill")
    writing.set_mark(work, ben, ms_clark, 80.0, "He played it to me.")
    reminding.remind(NOON)
    assert told("due") == 0


@pytest.mark.parametrize("days", [None, 1, 3])
def test_as_many_days_before_as_was_said(days: int | None, ada: User, classroom: Any) -> None:
    AssignmentFactory(classroom=classroom, opens_at=NOON - 30 * DAY, due_at=NOON, remind_days=days)
    hours = [-5 * 24, -2 * 24, -12]
    seen = []
    for back in hours:
        reminding.remind(NOON + back * HOUR if back != -12 else NOON - 3 * HOUR)
        seen.append(told("due"))
    assert seen == {None: [0, 0, 0], 1: [0, 0, 1], 3: [0, 1, 1]}[days]


def test_due_at_another_time_is_told_anew(work: Assignment) -> None:
    reminding.remind(NOON)
    Assignment.objects.filter(pk=work.pk).update(due_at=NOON + 7 * DAY)
    reminding.remind(NOON + HOUR)
    assert told("due") == 1
    reminding.remind(NOON + 6 * DAY + HOUR)
    assert told("due") == 2


def test_nobody_is_reminded_at_night_where_they_are(ada: User, classroom: Any) -> None:
    in_tokyo = StudentFactory(classroom=classroom, time_zone="Asia/Tokyo")  # 21:00 there at noon.
    AssignmentFactory(classroom=classroom, opens_at=NOON - DAY, due_at=NOON + 20 * HOUR)
    reminding.remind(NOON)
    assert (told("due", ada), told("due", in_tokyo)) == (1, 0)
    reminding.remind(NOON + 10 * HOUR)
    assert told("due", in_tokyo) == 1


@pytest.mark.parametrize("over", ["withdrawn", "archived", "late", "long ago"])
def test_of_what_is_over_nobody_hears(over: str, work: Assignment, classroom: Any) -> None:
    if over == "withdrawn":
        Assignment.objects.update(withdrawn_at=NOON)
    elif over == "archived":
        Classroom.objects.update(archived_at=NOON)
    elif over == "late":
        Assignment.objects.update(due_at=NOON - HOUR)
    else:
        Assignment.objects.update(opens_at=NOON - 60 * DAY, due_at=None)
    reminding.remind(NOON)
    assert Notice.objects.count() == 0


def test_the_beat_asks_every_hour(settings: Any) -> None:
    (beat,) = [one for one in settings.CELERY_BEAT_SCHEDULE.values() if one["task"] == remind_of_assignments.name]
    assert beat["schedule"].hour == set(range(24))
    assert len(beat["schedule"].minute) == 1
    remind_of_assignments()


# In their plans


@pytest.fixture
def planned_anew(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Whom the workers were asked to plan anew for."""
    asked: list[int] = []
    monkeypatch.setattr("lessons.tasks.plan_again.apply_async", lambda args, **_: asked.extend(*args))
    return asked


def test_what_is_assigned_is_planned_at_once_and_once(
    work: Assignment, ada: User, ben: User, planned_anew: list[int], django_capture_on_commit_callbacks: Any
) -> None:
    for _ in range(2):
        with django_capture_on_commit_callbacks(execute=True):
            reminding.tell_opened(work, NOON)
    assert sorted(planned_anew) == sorted([ada.pk, ben.pk])


def test_a_queue_that_is_down_is_asked_once_for_all(
    work: Assignment, ada: User, ben: User, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    asked: list[list[int]] = []
    monkeypatch.setattr(reminding, "A_CHUNK", 1)
    monkeypatch.setattr(reminding, "hand_out", lambda _task, students: asked.append(students))
    with django_capture_on_commit_callbacks(execute=True):
        reminding.tell_opened(work, NOON)
    assert len(asked) == 1


def test_a_test_is_told_of_and_not_planned(
    ada: User, classroom: Any, planned_anew: list[int], django_capture_on_commit_callbacks: Any
) -> None:
    test = AssignmentFactory(classroom=classroom, opens_at=NOON - DAY, mode="test")
    with django_capture_on_commit_callbacks(execute=True):
        reminding.tell_opened(test, NOON)
    assert told("assigned", ada) == 1
    assert planned_anew == []


def test_a_plan_that_stands_takes_it_in(ada: User, ben: User, classroom: Any) -> None:
    """Ben has no plan yet: his first one will have it."""
    for name in "CDE":
        ExerciseFactory(music=melody(f"{name}4 D4 E4 F4", title=name))
    practice.choose_next(ada)
    work = AssignmentFactory(classroom=classroom, exercise=ExerciseFactory(title="Homework"))
    plan_again([ada.pk, ben.pk])
    plan = PracticePlan.objects.filter(student=ada).order_by("-pk").first()
    assert plan is not None
    assert plan.made_by == PracticePlan.MadeBy.NIGHT
    assert work.exercise_id in {item.exercise_id for item in plan.items.all()}
    assert not PracticePlan.objects.filter(student=ben).exists()


def test_a_level_that_is_being_found_is_found_first(ada: User, classroom: Any) -> None:
    ExerciseFactory()
    practice.choose_next(ada)
    Placement.objects.create(student=ada)
    plan_again([ada.pk])
    assert PracticePlan.objects.filter(student=ada).count() == 1


def test_one_students_trouble_is_nobody_elses(
    ada: User, ben: User, classroom: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    ExerciseFactory()
    for who in (ada, ben):
        practice.choose_next(who)
    usual = planning.choose_next

    monkeypatch.setattr(planning, "choose_next", lambda who, by: usual(who, by) if who == ben else 1 / 0)
    assert planning.plan_again([ada.pk, ben.pk]) == 1
