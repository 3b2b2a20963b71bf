"""A test that is told after it is due: until then no door says how it went, in whole or of a note."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import timedelta
from typing import Any

import pytest
from django.db.models import F
from django.urls import reverse
from django.utils import timezone

from lessons import my_data, submissions, verdicts
from lessons.assigning import writing
from lessons.models import Assignment, Contest, PracticePlan, SkillState, Submission, TestSitting, User
from lessons.practice.assigned import assigned_to
from lessons.practice.kept import keep
from lessons.practice.learning import learn_again
from lessons.practice.situations import situations_of
from lessons.practice.workshop import make_melody
from tests.factories import AssignmentFactory, ExerciseFactory, TeacherFactory, graded, melody
from tutor.composing.ordering import MelodyOrder

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def teacher(classroom: Any) -> User:
    return TeacherFactory(classroom=classroom)


@pytest.fixture
def take(classroom: Any, ada: User) -> Submission:
    now = timezone.now()
    test = AssignmentFactory(
        classroom=classroom,
        exercise=ExerciseFactory(),
        mode="test",
        told="after due",
        opens_at=now - DAY,
        due_at=now + DAY,
    )
    take = graded({"n2": "wrong"}, student=ada, exercise=test.exercise, assignment=test)
    TestSitting.objects.create(
        assignment=test, student=ada, exercise=test.exercise, opened_at=now, look_s=30, submission=take
    )
    return take


def it_is_over(take: Submission) -> None:
    now = timezone.now()
    Assignment.objects.filter(pk=take.assignment_id).update(opens_at=now - 2 * DAY, due_at=now - DAY)


def contest(api: Any, take: Submission) -> Any:
    words = {"note_id": "n2", "why": "I played it"}
    return api.post(reverse("api-contest-list", args=[take.pk]), words, content_type="application/json")


def test_contesting_a_note_does_not_tell_what_was_heard_of_it(client, ada, teacher, take):
    client.force_login(ada)
    refused = contest(client, take)
    assert refused.status_code == 409 and "heard" not in refused.json()
    assert not Contest.objects.exists()
    it_is_over(take)
    assert contest(client, take).json()["heard"]["verdict"] == "wrong"


def test_a_ruling_is_read_with_the_result_and_told_of_no_sooner(client, ada, teacher, take):
    verdicts.rule(take, teacher, "n3", "wrong", "You were flat")
    rulings, contests = (reverse(name, args=[take.pk]) for name in ("api-ruling-list", "api-contest-list"))
    client.force_login(ada)
    assert client.get(rulings).json() == client.get(contests).json() == []
    assert not ada.notices.exists()
    it_is_over(take)
    assert [one["note_id"] for one in client.get(rulings).json()] == ["n3"]
    client.force_login(teacher)
    assert len(client.get(rulings).json()) == 1


def test_its_causes_can_not_be_asked_for_one_by_one(client, ada, take, monkeypatch):
    monkeypatch.setattr("lessons.pages.takes.effective_assessment", lambda _: pytest.fail("it was looked at"))
    client.force_login(ada)
    assert client.post(reverse("take-remedy", args=[take.pk]), {"cause": "high-register-sharp"}).status_code == 404


def taken_along(user: User) -> zipfile.ZipFile:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        my_data.write(archive, user)
    return zipfile.ZipFile(file)


def of_the_take(archive: zipfile.ZipFile) -> Any:
    return json.loads(archive.read(next(name for name in archive.namelist() if name.endswith("take.json"))))


def test_nor_is_it_in_what_one_takes_along(ada, take):
    archive = taken_along(ada)
    assert of_the_take(archive)["hearings"] == []
    assert b"87.5" not in archive.read("takes.csv")
    it_is_over(take)
    archive = taken_along(ada)
    assert of_the_take(archive)["hearings"][0]["overall"] == 87.5
    assert b"87.5" in archive.read("takes.csv")


def test_what_is_to_be_played_by_ear_is_taken_along_once_it_was_played(ada):
    echo = keep(ada, make_melody(MelodyOrder(kind="echo", instrument="violin", grade=1, seed=7)))
    assert json.loads(taken_along(ada).read("exercises-written-for-you.json")) == []
    graded(student=ada, exercise=echo)
    assert [one["title"] for one in json.loads(taken_along(ada).read("exercises-written-for-you.json"))] == [echo.title]


# What is learnt from it


@pytest.fixture
def queue(monkeypatch):
    queued = []
    monkeypatch.setattr("lessons.tasks.grade_submission.apply_async", lambda args, **_: queued.append(*args))
    return queued


def played(student: User, days_ago: float, **fields: Any) -> Submission:
    take = graded(student=student, **fields)
    at = timezone.now() - timedelta(days=days_ago)
    Submission.objects.filter(pk=take.pk).update(created_at=at, heartbeat_at=at, learned_at=None)
    take.refresh_from_db()
    return take


def known_of(student: User) -> dict[str, tuple[float, ...]]:
    rows = SkillState.objects.filter(student=student)
    return {row.skill: (row.ability, row.variance, row.right, row.heard) for row in rows}


def learn(*takes: Submission) -> None:
    for take in takes:
        submissions.learn(str(take.pk))


def test_it_moves_no_skill_and_no_plan_before_it_is_told(ada, take):
    learn(take)
    assert known_of(ada) == {}
    assert not PracticePlan.objects.exists()
    practice_take = played(ada, 0, exercise=ExerciseFactory(music=melody("C4 E4 D4 F4", title="Thirds")))
    learn(practice_take)
    before = known_of(ada)
    learn_again(ada, None)
    assert known_of(ada) == before, "nor does a replay bring it in"
    it_is_over(take)
    learn(take)
    assert known_of(ada).keys() > before.keys()


def test_once_it_is_told_it_is_learnt_at_its_place_in_time(classroom, ada, ben, take):
    """As if it had been learnt from at once: Ben, who has the same level, was told at once."""
    User.objects.filter(pk__in=[ada.pk, ben.pk]).update(instrument="violin", level=2)
    for student in (ada, ben):
        student.refresh_from_db()
    now = timezone.now()
    tested = {ada: take, ben: graded({"n2": "wrong"}, student=ben, exercise=take.exercise)}
    for student, test_take in tested.items():
        before, after = (graded(student=student, exercise=take.exercise) for _ in range(2))
        takes = (before, test_take, after)
        for days_ago, one in zip((3, 2, 1), takes, strict=True):
            Submission.objects.filter(pk=one.pk).update(created_at=now - days_ago * DAY)
        learn(*takes)
    assert known_of(ada) != known_of(ben)
    it_is_over(take)
    learn(take)
    assert known_of(ada) == known_of(ben)


def test_what_was_told_once_stays_learnt_though_the_test_be_given_more_time(ada, take):
    """Left out by a replay meanwhile, nothing would bring it back: it was learnt from already."""
    it_is_over(take)
    Submission.objects.filter(pk=take.pk).update(created_at=timezone.now() - 2 * DAY)
    learn(played(ada, 3, exercise=ExerciseFactory(music=melody("C4 G4 D4 F4", title="Leaps"))), take)
    known = known_of(ada)
    Assignment.objects.update(due_at=timezone.now() + DAY)
    learn_again(ada, None)
    assert known_of(ada) == known
    it_is_over(take)
    learn(take, played(ada, 0, exercise=ExerciseFactory(music=melody("C4 E4 D4 F4", title="Thirds"))))
    known = known_of(ada)
    learn_again(ada, None)
    assert known_of(ada) == known


def test_the_sweep_asks_for_it_once_it_is_told(ada, teacher, take, queue):
    graded_at = timezone.now() - timedelta(hours=3)
    Submission.objects.filter(pk=take.pk).update(graded_at=graded_at, heartbeat_at=graded_at)
    submissions.sweep()
    submissions.sweep(at_worker_start=True)
    assert queue == []
    now = timezone.now()
    Assignment.objects.update(opens_at=now - 2 * DAY, due_at=now - timedelta(hours=1))
    submissions.sweep()
    assert queue == [str(take.pk)]


def test_the_sweep_asks_for_it_when_its_teacher_tells_it_sooner(ada, teacher, take, queue):
    graded_at = timezone.now() - timedelta(hours=3)
    Submission.objects.filter(pk=take.pk).update(graded_at=graded_at, heartbeat_at=graded_at)
    writing.change(teacher, take.assignment, told="at once")
    Submission.objects.update(heartbeat_at=F("heartbeat_at") - submissions.QUEUE_SOON)
    submissions.sweep()
    assert queue == [str(take.pk)]


def test_what_is_planned_does_not_tell_it(classroom, ada, take):
    """Well played in the test, the piece stays in the plan as homework; and no run of good takes begins with it."""
    Submission.objects.filter(pk=take.pk).update(created_at=timezone.now())
    take.assessments.update(overall=100)
    homework = AssignmentFactory(classroom=classroom, exercise=take.exercise, opens_at=timezone.now() - DAY)
    now = timezone.now()
    assert list(assigned_to([ada.pk], now)[ada.pk]) == [homework.exercise_id]
    (situation,) = situations_of([ada], now)
    assert [recent.played.overall for recent in situation.recent] == [None]
    assert situation.lately == {}
    it_is_over(take)
    assert assigned_to([ada.pk], now)[ada.pk] == {}
    (situation,) = situations_of([ada], now)
    assert [recent.played.overall for recent in situation.recent] == [100]
