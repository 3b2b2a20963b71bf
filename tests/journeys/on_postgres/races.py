"""What happens when two do the same at once. Run by test_on_postgres.py, on a real PostgreSQL: SQLite lets one write
at a time, so it can't show these."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, connections
from django.db.models.signals import pre_delete
from django.utils import timezone

from lessons import comments, leaving, practice, submissions
from lessons.models import Assessment, Exercise, Membership, PlanItem, PracticePlan, Submission, User
from lessons.practice import night
from lessons.practice.workshop import recipe_of
from lessons.roster import students
from tests.factories import ClassroomFactory, ExerciseFactory, StudentFactory, TeacherFactory, graded, melody
from tests.synthesis import play
from tutor.composing.ordering import MelodyOrder
from tutor.notation.score import Score

pytestmark = pytest.mark.django_db(transaction=True)
AT_ONCE = 8
SCORE: Score = melody("C4 D4 E4 F4", bpm=120)


@pytest.fixture(autouse=True)
def _really_on_postgresql() -> None:
    assert connection.vendor == "postgresql"


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return play(SCORE).write_wav(tmp_path_factory.mktemp("take") / "take.wav").read_bytes()


def all_at_once(act: Callable[[], Any], count: int = AT_ONCE) -> list[Any]:
    """What each of `count` threads got, all let go at the same moment."""
    gate, results = threading.Barrier(count), []

    def runner() -> None:
        try:
            gate.wait(10)
            results.append(act())
        except Exception as problem:
            results.append(problem)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=runner) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return results


def received(recording: bytes, key: str | None = None) -> Submission:
    submission, _ = upload(StudentFactory(), ExerciseFactory(music=SCORE), recording, key or uuid.uuid4().hex)
    return submission


def upload(student: Any, exercise: Any, recording: bytes, key: str) -> tuple[Submission, bool]:
    return submissions.receive(
        student,
        exercise,
        SimpleUploadedFile("take.wav", recording, content_type="audio/wav"),
        tempo_bpm=120.0,
        clock=None,
        duration_s=None,
        idempotency_key=key,
    )


def test_one_take_sent_eight_times_at_once_is_one_submission(recording: bytes) -> None:
    student, exercise = StudentFactory(), ExerciseFactory(music=SCORE)
    results = all_at_once(lambda: upload(student, exercise, recording, "the same key"))
    assert all(isinstance(result, tuple) for result in results), results
    assert len({submission.pk for submission, _ in results}) == 1
    assert [new for _, new in results].count(True) == 1
    assert Submission.objects.count() == 1


def test_one_take_graded_by_eight_workers_at_once_is_heard_once(recording: bytes) -> None:
    take = received(recording)
    results = all_at_once(lambda: submissions.grade(str(take.pk)))
    assert results == [None] * AT_ONCE
    take.refresh_from_db()
    assert (take.state, take.attempts) == (Submission.State.DONE, 1)
    assert Assessment.objects.filter(submission=take).count() == 1


def test_grading_a_graded_take_again_leaves_one_assessment(recording: bytes) -> None:
    take = received(recording)
    submissions.grade(str(take.pk))
    submissions.grade(str(take.pk))
    assert Assessment.objects.filter(submission=take).count() == 1


def test_sweeps_at_once_lose_no_take_and_grade_none_twice(recording: bytes) -> None:
    takes = [received(recording) for _ in range(3)]
    results = all_at_once(lambda: submissions.sweep(at_worker_start=True), count=4)
    assert not [result for result in results if isinstance(result, Exception)], results
    for take in takes:
        all_at_once(lambda take=take: submissions.grade(str(take.pk)), count=3)
    assert set(Submission.objects.values_list("state", "attempts")) == {(Submission.State.DONE, 1)}
    assert Assessment.objects.count() == len(takes)


def test_a_night_is_planned_once_by_however_many() -> None:
    ExerciseFactory(music=SCORE)
    classroom = ClassroomFactory()
    students = [StudentFactory(classroom=classroom) for _ in range(12)]
    first, last = students[0].pk, students[-1].pk
    made = all_at_once(lambda: night.plan_chunk(timezone.localdate(), first, last))
    assert sum(made) == 12
    assert all(student.plans.count() == 1 and student.plans.get().items.exists() for student in students)


def test_a_melody_is_composed_once_by_however_many_open_it() -> None:
    student = StudentFactory()
    plan = PracticePlan.objects.create(student=student, made_by="night")
    recipe = recipe_of(MelodyOrder(instrument="violin", grade=2.0, seed=7))
    item = PlanItem.objects.create(plan=plan, position=0, recipe=recipe, instrument="violin", reason="At your level.")
    opened = all_at_once(lambda: practice.open_item(PlanItem.objects.get(pk=item.pk)).pk)
    assert len(set(opened)) == 1
    assert Exercise.objects.filter(composed_for=student).count() == 1


def test_one_student_moved_to_two_classes_at_once_is_in_one_of_them() -> None:
    here, *others = (ClassroomFactory() for _ in range(AT_ONCE + 1))
    teacher, ada = TeacherFactory(classroom=here), StudentFactory(classroom=here)
    for one in others:
        Membership.objects.create(classroom=one, user=teacher, role="teacher")
    left = iter(others)
    moved = all_at_once(lambda: students.move(here, [ada.pk], next(left), teacher))
    assert sorted(moved) == [0] * (AT_ONCE - 1) + [1]
    assert ada.memberships.count() == ada.departures.count() == 1


def test_who_has_their_account_deleted_is_not_kept_by_what_is_said_meanwhile() -> None:
    group = ClassroomFactory()
    teacher, ada = TeacherFactory(classroom=group), StudentFactory(classroom=group)
    take = graded(student=ada, exercise=ExerciseFactory(music=SCORE))
    said: list[threading.Thread] = []

    def say_something(**_: Any) -> None:
        """All that goes has been gathered, and nothing is gone yet."""
        act = partial(all_at_once, partial(comments.comment, take, teacher, 0.0, "Bravo"), 1)
        said.append(threading.Thread(target=act))
        said[0].start()
        said[0].join(2)

    pre_delete.connect(say_something, sender=User)
    try:
        leaving.forget(ada)
    finally:
        pre_delete.disconnect(say_something, sender=User)
        said[0].join(30)
    assert not User.objects.filter(pk=ada.pk).exists() and not Submission.objects.exists()
