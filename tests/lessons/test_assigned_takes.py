"""A take sent for an assignment: when it counts, when it is practice, and what many at once come to."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections
from django.urls import reverse
from django.utils import timezone

from lessons import submissions
from lessons.assigning import reading
from lessons.assigning.marks import State, marks_of
from lessons.models import Assignment, Exercise, Submission, TestSitting, User
from lessons.rulings import effective_assessment
from tests.factories import (
    AssessmentFactory,
    AssignmentFactory,
    ClassroomFactory,
    ExerciseFactory,
    LessonFactory,
    StudentFactory,
    graded,
    tone_wav,
)

DAY = timedelta(days=1)


def send(api: Any, who: User, exercise: Exercise, assignment: Any = None, key: str = "take-1", hz: float = 440) -> Any:
    api.force_login(who)
    recording = SimpleUploadedFile("take.wav", tone_wav(f0_hz=hz), content_type="audio/wav")
    data = {"exercise": exercise.pk, "recording": recording, "tempo_bpm": 84, "duration_s": 1.0}
    if assignment is not None:
        data["assignment"] = getattr(assignment, "pk", assignment)
    return api.post(reverse("api-submission-list"), data, format="multipart", headers={"Idempotency-Key": key})


def state_of(work: Assignment, student: User) -> Any:
    return marks_of([work], [student])[work.pk, student.pk]


@pytest.mark.django_db
def test_a_take_counts_for_what_it_was_sent_for(api: Any, ada: User, classroom: Any) -> None:
    work = AssignmentFactory(classroom=classroom, tries=2)
    answer = send(api, ada, work.exercise, work)
    assert (answer.status_code, answer.data["assignment"], answer.data["not_counted"]) == (201, work.pk, "")
    assert (state_of(work, ada).tries_used, state_of(work, ada).waiting) == (1, 1)


@pytest.mark.django_db
def test_the_last_try_is_the_last_and_more_is_practice(api: Any, ada: User, classroom: Any) -> None:
    work = AssignmentFactory(classroom=classroom, tries=1)
    graded(student=ada, exercise=work.exercise, assignment=work)
    answer = send(api, ada, work.exercise, work)
    assert (answer.status_code, answer.data["assignment"]) == (201, None)
    assert answer.data["not_counted"] == "No tries are left: what you play is practice."
    again = send(api, ada, work.exercise, work)
    assert (again.status_code, again.data["not_counted"]) == (200, answer.data["not_counted"])
    assert state_of(work, ada).tries_used == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("rules", "words"),
    [
        ({"opens_at": DAY}, "not open yet"),
        ({"due_at": -DAY, "opens_at": -2 * DAY, "late": "refuse"}, "late work is not accepted"),
        ({"withdrawn_at": -DAY}, "withdrawn"),
    ],
    ids=["before it opens", "after it closed", "withdrawn"],
)
def test_what_comes_at_the_wrong_time_is_practice(
    rules: dict[str, Any], words: str, api: Any, ada: User, classroom: Any
) -> None:
    now = timezone.now()
    times = {name: now + value if isinstance(value, timedelta) else value for name, value in rules.items()}
    work = AssignmentFactory(classroom=classroom, **times)
    answer = send(api, ada, work.exercise, work)
    assert (answer.status_code, answer.data["assignment"]) == (201, None)
    assert words in answer.data["not_counted"]
    assert state_of(work, ada).take_ids == ()


@pytest.mark.django_db
def test_somebody_elses_assignment_is_said_to_be_no_more_than_one_that_is_not(api: Any, ada: User) -> None:
    theirs = AssignmentFactory(classroom=ClassroomFactory())
    answers = [send(api, ada, theirs.exercise, pk, key=f"k{pk}") for pk in (theirs.pk, 999_999)]
    assert [(one.status_code, one.data["assignment"]) for one in answers] == [(201, None), (201, None)]
    assert answers[0].data["not_counted"] == answers[1].data["not_counted"] != ""


@pytest.mark.django_db
def test_another_piece_than_the_assignments_is_practice(api: Any, ada: User, classroom: Any) -> None:
    work = AssignmentFactory(classroom=classroom)
    answer = send(api, ada, ExerciseFactory(), work)
    assert answer.data["assignment"] is None
    assert "not in the assignment" in answer.data["not_counted"]


@pytest.mark.django_db
def test_a_take_from_anywhere_counts_where_it_can_only_help(ada: User, classroom: Any) -> None:
    """Any number of tries and the best of them: a take of the piece counts wherever it was begun. Else it must be sent
    for the assignment."""
    piece = ExerciseFactory()
    free, last, twice = (
        AssignmentFactory(classroom=classroom, exercise=piece, **rules)
        for rules in ({}, {"counts": "last"}, {"tries": 2})
    )
    graded(student=ada, exercise=piece)
    marks = marks_of([free, last, twice], [ada])
    assert [marks[one.pk, ada.pk].state for one in (free, last, twice)] == [State.DONE, State.OPEN, State.OPEN]


@pytest.mark.django_db
def test_a_take_that_failed_or_was_not_heard_costs_no_try(ada: User, classroom: Any, api: Any) -> None:
    work = AssignmentFactory(classroom=classroom, tries=1)
    failed = graded(student=ada, exercise=work.exercise, assignment=work)
    Submission.objects.filter(pk=failed.pk).update(state="failed")
    unheard = graded(student=ada, exercise=work.exercise, assignment=work)
    unheard.assessments.update(overall=None)
    assert send(api, ada, work.exercise, work).data["assignment"] == work.pk
    assert send(api, ada, work.exercise, work, key="one-more").data["assignment"] is None


@pytest.mark.django_db
def test_a_ruling_and_a_regrade_move_the_mark(ada: User, classroom: Any) -> None:
    work = AssignmentFactory(classroom=classroom)
    take = graded({"n1": "wrong"}, student=ada, exercise=work.exercise, assignment=work)
    before = state_of(work, ada).overall
    AssessmentFactory(submission=take, engine="test-ear/2")
    assert state_of(work, ada).overall == 100 > before
    take.assessments.filter(counts=True).update(overall=64.0)
    assert state_of(work, ada).overall == 64
    assert effective_assessment(take.current_assessment) is not None


@pytest.mark.django_db
def test_each_piece_of_a_lesson_has_tries_of_its_own(ada: User, classroom: Any, api: Any) -> None:
    lesson = LessonFactory()
    first, second = (ExerciseFactory(lesson=lesson, position=place) for place in (1, 2))
    work = AssignmentFactory(classroom=classroom, lesson=lesson, tries=1)
    graded(student=ada, exercise=first, assignment=work)
    assert send(api, ada, first, work).data["assignment"] is None
    assert send(api, ada, second, work, key="take-2").data["assignment"] == work.pk


@pytest.mark.django_db
def test_the_marks_of_a_school_cost_as_much_as_the_marks_of_two(
    classroom: Any, django_assert_max_num_queries: Any
) -> None:
    def school(students: int) -> tuple[list[Assignment], list[User]]:
        people = [StudentFactory(classroom=classroom) for _ in range(students)]
        lesson = LessonFactory()
        ExerciseFactory(lesson=lesson)
        works = [
            AssignmentFactory(classroom=classroom, lesson=lesson),
            AssignmentFactory(classroom=classroom, tries=1),
            AssignmentFactory(classroom=classroom, students=people[:1]),
            AssignmentFactory(classroom=classroom, order={"kind": "echo"}),
            AssignmentFactory(classroom=classroom, mode="test"),
        ]
        for person in people:
            graded(student=person, exercise=works[1].exercise, assignment=works[1])
        return works, people

    for students in (2, 12):
        works, people = school(students)
        with django_assert_max_num_queries(7):
            assert len(marks_of(works, people)) == 4 * students + 1
        with django_assert_max_num_queries(9):
            reading.class_lines(works)
        with django_assert_max_num_queries(12):
            reading.student_lines(works[1], people)


# Many at once


def at_once(count: int, act: Callable[[int], None]) -> None:
    gate = threading.Barrier(count)

    def one(number: int) -> None:
        gate.wait()
        try:
            act(number)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=one, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def receive(student: User, exercise: Exercise, assignment: Assignment, key: str, hz: float = 440) -> Any:
    sound = SimpleUploadedFile("take.wav", tone_wav(f0_hz=hz))
    return submissions.receive(
        student,
        exercise,
        sound,
        tempo_bpm=84,
        clock=None,
        duration_s=1.0,
        idempotency_key=key,
        assignment=assignment.pk,
    )


@pytest.mark.django_db(transaction=True)
def test_of_eight_takes_at_once_as_many_count_as_there_are_tries(ada: User, classroom: Any) -> None:
    work = AssignmentFactory(classroom=classroom, tries=3)
    at_once(8, lambda number: receive(ada, work.exercise, work, f"key-{number}"))
    assert Submission.objects.count() == 8, "none is lost"
    assert Submission.objects.filter(assignment=work).count() == 3


@pytest.mark.django_db(transaction=True)
def test_of_eight_takes_of_a_test_at_once_one_is_kept(ada: User, classroom: Any) -> None:
    work = AssignmentFactory(classroom=classroom, mode="test")
    TestSitting.objects.create(assignment=work, student=ada, exercise=work.exercise, look_s=30)
    refused: list[str] = []

    def act(number: int) -> None:
        try:
            receive(ada, work.exercise, work, f"key-{number}")
        except submissions.Refusal as why:
            refused.append(str(why))

    at_once(8, act)
    take = Submission.objects.get()
    assert TestSitting.objects.get().submission == take
    assert len(refused) == 7
    assert all("one take" in why for why in refused)


@pytest.mark.django_db(transaction=True)
def test_an_upload_that_is_sent_again_and_again_is_one_take(ada: User, classroom: Any) -> None:
    """The same key in eight requests at once, for a test: each of them is told of the same take."""
    work = AssignmentFactory(classroom=classroom, mode="test")
    TestSitting.objects.create(assignment=work, student=ada, exercise=work.exercise, look_s=30)
    told: list[Any] = []
    at_once(8, lambda _number: told.append(receive(ada, work.exercise, work, "one-key")[0].pk))
    assert len(told) == 8
    assert set(told) == {Submission.objects.get().pk}


@pytest.mark.django_db
@pytest.mark.parametrize("whole", [True, False], ids=["its lesson", "alone"])
def test_what_its_author_took_back_is_not_missing(ada: User, classroom: Any, whole: bool) -> None:
    """Nobody can play it: no nought for anybody. What was played of it before stays."""
    exercise = ExerciseFactory(lesson=LessonFactory())
    played = ExerciseFactory(lesson=LessonFactory())
    over = {"classroom": classroom, "opens_at": timezone.now() - 3 * DAY, "due_at": timezone.now() - DAY}
    left, done = (
        AssignmentFactory(**over, **({"lesson": one.lesson, "exercise": None} if whole else {"exercise": one}))
        for one in (exercise, played)
    )
    take = graded(student=ada, exercise=played)
    Submission.objects.filter(pk=take.pk).update(created_at=timezone.now() - 2 * DAY)
    assert state_of(left, ada).state == State.MISSING
    for one in (exercise, played):
        one.lesson.status = "draft"
        one.lesson.save()
    assert (state_of(left, ada).state, state_of(left, ada).overall) == (State.OPEN, None)
    assert (state_of(done, ada).state, state_of(done, ada).overall) == (State.DONE, 100)
