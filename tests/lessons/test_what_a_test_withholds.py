"""A test that is told after it is due: until then no door says how it went, in whole or of a note."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from lessons import my_data, verdicts
from lessons.models import Assignment, Contest, Submission, TestSitting, User
from lessons.practice.kept import keep
from lessons.practice.workshop import make_melody
from tests.factories import AssignmentFactory, ExerciseFactory, TeacherFactory, graded
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
