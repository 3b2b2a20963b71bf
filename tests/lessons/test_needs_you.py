"""Who needs a teacher: contested notes, stuck on one cause, an ear in doubt, and who has stopped."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from lessons import aside, dashboards
from lessons.dashboards.attention import HABIT_DAYS, STOPPED_DAYS, STUCK_TAKES, doubt_of, has_stopped, longest_run
from lessons.dashboards.recent import RecentTake
from lessons.models import Assessment, Classroom, Comment, Contest, Exercise, Submission, User
from lessons.verdicts import rule
from tests.factories import ExerciseFactory, StudentFactory, TeacherFactory, graded

NOW = timezone.now()


def take(days: float = 0.0, *causes: str, **fields: Any) -> RecentTake:
    usual = {
        "id": uuid4(), "student": 1, "exercise": 1, "title": "A scale", "at": NOW - timedelta(days=days),
        "state": "done", "trouble": "", "overall": 90.0, "note_count": 20, "not_heard": 0, "confidence": 0.97,
        "causes": causes,
    }  # fmt: skip
    return RecentTake(**{**usual, **fields})


def failed(days: float = 0.0) -> RecentTake:
    nothing = dict.fromkeys(("overall", "note_count", "not_heard", "confidence"))
    return take(days, state="failed", trouble="The take is too quiet.", **nothing)


# Pure


@given(st.lists(st.lists(st.sampled_from("abc"), max_size=3, unique=True), max_size=8))
def test_a_run_is_the_longest_that_the_newest_takes_share(causes: list[list[str]]) -> None:
    takes = [take(number, *codes) for number, codes in enumerate(causes)]
    code, run = longest_run(takes)
    assert all(code in one.causes for one in run)
    assert run == takes[: len(run)]
    if len(run) < len(takes):
        assert code not in takes[len(run)].causes or not run
    for other in causes[0] if causes else ():
        assert len(run) >= next((place for place, codes in enumerate(causes) if other not in codes), len(causes))


def test_a_take_that_could_not_be_heard_breaks_no_run() -> None:
    code, run = longest_run([take(0, "late"), failed(1), take(2, "late"), take(3)])
    assert (code, len(run)) == ("late", 2)


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({}, None),
        ({"not_heard": 4}, {"not_heard": 4, "notes": 20}),
        ({"not_heard": 3}, None),
        ({"not_heard": 1, "note_count": 3}, None),
        ({"overall": None}, {"no_grade": True}),
        ({"confidence": 0.79}, {"confidence": 0.79}),
        ({"confidence": 0.8}, None),
        ({"confidence": None}, None),
        ({"causes": ("different_piece",)}, {"another_piece": True}),
        ({"note_count": None, "not_heard": None, "overall": None}, None),
    ],
)
def test_when_the_ear_is_in_doubt(fields: dict[str, Any], why: dict[str, Any] | None) -> None:
    assert doubt_of(take(**fields)) == why


def test_a_take_that_failed_is_in_doubt_with_its_reason() -> None:
    assert doubt_of(failed()) == {"trouble": "The take is too quiet."}


def test_a_take_that_waits_to_be_graded_is_not_in_doubt() -> None:
    nothing = dict.fromkeys(("overall", "note_count", "not_heard", "confidence"))
    assert doubt_of(take(state="received", **nothing)) is None


@pytest.mark.parametrize(
    ("days", "stopped"),
    [
        ([STOPPED_DAYS, STOPPED_DAYS + 2, STOPPED_DAYS + 5], (STOPPED_DAYS, 3)),
        ([STOPPED_DAYS - 1, STOPPED_DAYS + 2, STOPPED_DAYS + 5], None),
        ([STOPPED_DAYS, STOPPED_DAYS, STOPPED_DAYS + 5], None),
        ([STOPPED_DAYS, STOPPED_DAYS + 2, STOPPED_DAYS + 40], None),
        ([200, 202, 204], None),
        ([], None),
    ],
)
def test_who_has_stopped_had_a_habit(days: list[int], stopped: tuple[int, int] | None) -> None:
    assert has_stopped([take(day) for day in days], NOW) == stopped


# From the rows


@pytest.fixture
def scale(db: None) -> Exercise:
    return ExerciseFactory(title="A scale")


def played(student: User, days: float = 0.0, exercise: Exercise | None = None, **brief: Any) -> Submission:
    done = graded(student=student, **({"exercise": exercise} if exercise else {}))
    Submission.objects.filter(pk=done.pk).update(created_at=timezone.now() - timedelta(days=days))
    if brief:
        Assessment.objects.filter(submission=done).update(**brief)
    return done


def needs(teacher: User, classroom: Classroom) -> dashboards.Needs:
    return dashboards.needs_of(teacher, dashboards.class_overview(classroom))


def kinds(teacher: User, classroom: Classroom) -> list[str]:
    return [need.kind for need in needs(teacher, classroom).open]


def stuck(student: User, scale: Exercise, takes: int = STUCK_TAKES) -> list[Submission]:
    return [played(student, 1 + day / 24, scale, causes=["late", f"other{day}"]) for day in range(takes)]


def test_a_quiet_class_needs_nobody(ms_clark: User, classroom: Classroom, ada: User, scale: Exercise) -> None:
    played(ada, 0, scale)
    assert needs(ms_clark, classroom) == dashboards.Needs([], [])


def test_what_matters_most_comes_first(ms_clark: User, classroom: Classroom, scale: Exercise) -> None:
    gone, doubted, caught, asking = (
        StudentFactory(first_name=name, classroom=classroom) for name in ("Abe", "Bea", "Cy", "Di")
    )
    for day in range(HABIT_DAYS):
        last = played(gone, STOPPED_DAYS + HABIT_DAYS - day, scale)
    unsure = played(doubted, 1, scale, not_heard=5)
    newest = stuck(caught, scale)[0]
    contested = played(asking, 1, scale)
    Contest.objects.create(assessment=contested.current_assessment, note_id="n3", why="I held it.")
    found = needs(ms_clark, classroom).open
    assert [(need.kind, need.name) for need in found] == [
        ("contest", "Di"), ("stuck", "Cy"), ("unsure", "Bea"), ("stopped", "Abe"),
    ]  # fmt: skip
    assert [need.take for need in found] == [contested.pk, newest.pk, unsure.pk, last.pk]
    assert found[0].url == f"{contested.get_absolute_url()}#note=n3"
    assert found[1].figures == {"cause": "late", "takes": STUCK_TAKES}


def test_two_takes_with_one_cause_are_not_stuck(ms_clark: User, classroom: Classroom, ada: User, scale: Any) -> None:
    stuck(ada, scale, STUCK_TAKES - 1)
    assert kinds(ms_clark, classroom) == []


def test_a_doubtful_take_that_was_played_again_and_heard_needs_nobody(
    ms_clark: User, classroom: Classroom, ada: User, scale: Exercise
) -> None:
    played(ada, 2, scale, not_heard=5)
    other = played(ada, 2, not_heard=5)
    played(ada, 1, scale)
    assert [need.take for need in needs(ms_clark, classroom).open] == [other.pk]


def test_doubtful_takes_are_one_line_a_student(ms_clark: User, classroom: Classroom, ada: User) -> None:
    takes = [played(ada, days, not_heard=5) for days in (3, 1, 2)]
    (need,) = needs(ms_clark, classroom).open
    assert (need.take, need.figures["takes"]) == (takes[1].pk, 3)


def test_an_old_doubt_is_over(ms_clark: User, classroom: Classroom, ada: User) -> None:
    played(ada, 29, not_heard=5)
    assert "unsure" not in kinds(ms_clark, classroom)


def test_a_teachers_word_settles_a_doubt_and_a_classmates_does_not(
    ms_clark: User, classroom: Classroom, ada: User, ben: User
) -> None:
    doubtful = played(ada, 1, not_heard=5)
    Comment.objects.create(submission=doubtful, author=ben, text="Loud!")
    assert kinds(ms_clark, classroom) == ["unsure"]
    Comment.objects.create(submission=doubtful, author=ms_clark, text="I hear you.")
    assert kinds(ms_clark, classroom) == []


def test_a_ruling_is_a_word_too(ms_clark: User, classroom: Classroom, ada: User) -> None:
    doubtful = played(ada, 1, confidence=0.4)
    rule(doubtful, ms_clark, "n1", "wrong")
    Assessment.objects.filter(submission=doubtful).update(confidence=0.4)
    assert kinds(ms_clark, classroom) == []


def test_what_is_put_aside_stays_aside_until_there_is_something_new(
    ms_clark: User, classroom: Classroom, ada: User
) -> None:
    played(ada, 1, not_heard=5)
    aside.put_aside(ms_clark, ada, "unsure")
    seen = needs(ms_clark, classroom)
    assert (seen.open, [need.kind for need in seen.aside]) == ([], ["unsure"])
    played(ada, -0.001, not_heard=5)
    assert kinds(ms_clark, classroom) == ["unsure"]


def test_who_was_put_aside_as_stuck_is_stuck_again_after_as_many_takes(
    ms_clark: User, classroom: Classroom, ada: User, scale: Exercise
) -> None:
    stuck(ada, scale)
    aside.put_aside(ms_clark, ada, "stuck", "late")
    for number in range(STUCK_TAKES):
        assert kinds(ms_clark, classroom) == []
        assert [need.about for need in needs(ms_clark, classroom).aside] == ["late"]
        played(ada, -(number + 1) / 1000, scale, causes=["late"])
    assert [need.figures["takes"] for need in needs(ms_clark, classroom).open] == [STUCK_TAKES]


def test_aside_is_one_teachers_own_and_can_be_taken_up(ms_clark: User, classroom: Classroom, ada: User) -> None:
    played(ada, 1, not_heard=5)
    other = TeacherFactory(classroom=classroom)
    aside.put_aside(ms_clark, ada, "unsure")
    aside.put_aside(ms_clark, ada, "unsure")
    assert kinds(other, classroom) == ["unsure"]
    aside.take_up(ms_clark, ada, "unsure")
    assert kinds(ms_clark, classroom) == ["unsure"]


def test_a_contest_of_another_class_is_not_this_ones(ms_clark: User, classroom: Classroom, zoe: User) -> None:
    Contest.objects.create(assessment=played(zoe).current_assessment, note_id="n1", why="No.")
    assert kinds(ms_clark, classroom) == []


@pytest.mark.parametrize("students", [2, 20])
def test_needs_take_four_queries(
    ms_clark: User, classroom: Classroom, scale: Exercise, students: int, django_assert_num_queries: Any
) -> None:
    for _ in range(students):
        student = StudentFactory(classroom=classroom)
        doubtful = played(student, 1, scale, not_heard=5)
        Contest.objects.create(assessment=doubtful.current_assessment, note_id="n1", why="No.")
    overview = dashboards.class_overview(classroom)
    with django_assert_num_queries(4):
        assert len(dashboards.needs_of(ms_clark, overview).open) == 2 * students
