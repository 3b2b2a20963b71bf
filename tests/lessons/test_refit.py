"""`manage.py refit`: the school's own takes say how hard exercises are; killed in the middle, it loses nothing."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone

from lessons import practice
from lessons.models import Exercise, LearnerParameters, LearnerState, SkillEvidence, SkillState, Submission, User
from lessons.practice import refitting
from lessons.practice.hearings import heard
from tests.factories import ClassroomFactory, StudentFactory
from tests.lessons.test_practice import NOTES, SCALE, THIRDS, exercise, skills_of, take
from tutor.learner import refitting as numbers

pytestmark = pytest.mark.django_db


@pytest.fixture
def school(db: None, monkeypatch: pytest.MonkeyPatch) -> list[User]:
    """Twelve students for whom thirds are harder than their grade says, and scales go well."""
    monkeypatch.setattr(numbers, "ENOUGH_TAKES", 20)
    scale, thirds = exercise(SCALE, 2.0, title="Scale"), exercise(THIRDS, 2.0, title="Thirds")
    room = ClassroomFactory()
    students = [StudentFactory(classroom=room, level=2) for _ in range(12)]
    for student in students:
        for day in (4, 3, 2):
            practice.learn_from(take(student, day, exercise=scale))
            wrong = dict.fromkeys(NOTES[:5], "wrong")
            practice.learn_from(take(student, day - 0.5, exercise=thirds, faulty=wrong))
    return students


def refit(*args: str) -> str:
    out = io.StringIO()
    call_command("refit", *args, stdout=out)
    return out.getvalue()


def test_what_goes_worse_than_its_grade_is_found_to_be_harder(school: list[User]) -> None:
    before = skills_of(school[0])
    said = refit()
    row = LearnerParameters.objects.get()
    assert (row.version, row.students, row.takes) == (1, 12, 72)
    assert row.report["after"]["log_loss"] < row.report["before"]["log_loss"]
    harder = dict(Exercise.objects.values_list("title", "harder"))
    assert harder["Thirds"] > harder["Scale"]
    assert set(LearnerState.objects.values_list("parameters", flat=True)) == {row.pk}
    assert skills_of(school[0]) != before
    assert {skill: state[2:] for skill, state in skills_of(school[0]).items()} == {
        skill: state[2:] for skill, state in before.items()
    }
    assert "12 students learnt again." in said and "log-loss" in said and "forecast" in said


def test_a_dry_run_keeps_nothing(school: list[User]) -> None:
    before = skills_of(school[0])
    assert "Nothing was kept." in refit("--dry-run")
    assert not LearnerParameters.objects.exists()
    assert set(Exercise.objects.values_list("harder", flat=True)) == {0.0}
    assert skills_of(school[0]) == before


def test_too_few_takes_change_nothing(ada: User) -> None:
    practice.learn_from(take(ada, 1, exercise=exercise()))
    assert "too few" in refit()
    assert not LearnerParameters.objects.exists()


def test_killed_in_the_middle_it_goes_on_where_it_stopped(school: list[User], monkeypatch: pytest.MonkeyPatch) -> None:
    learn_again, done = refitting.learn_again, []

    def until_killed(student: User, parameters: Any) -> None:
        if len(done) == 5:
            raise KeyboardInterrupt
        done.append(student.pk)
        learn_again(student, parameters)

    monkeypatch.setattr(refitting, "learn_again", until_killed)
    with pytest.raises(KeyboardInterrupt):
        refit()
    assert refitting.left_behind().count() == 7
    monkeypatch.setattr(refitting, "learn_again", learn_again)
    said = refit()
    assert "7 students still to be learnt again" in said and "7 students learnt again." in said
    assert LearnerParameters.objects.count() == 1
    assert not refitting.left_behind().exists()


def test_who_was_left_behind_is_learnt_again_with_the_next_take(school: list[User]) -> None:
    refitting.take_over(refitting.estimate(lambda *_: None))
    practice.learn_from(take(school[0], 0))
    assert school[0].pk not in set(refitting.left_behind().values_list("pk", flat=True))
    once = skills_of(school[0])
    practice.learn_from(Submission.objects.filter(student=school[0]).first())
    assert skills_of(school[0]) == once


def test_a_state_of_before_is_learnt_anew(ada: User) -> None:
    """A school that was there before the beliefs were kept."""
    practice.learn_from(take(ada, 2, exercise=exercise(THIRDS)))
    once = skills_of(ada)
    LearnerState.objects.all().delete()
    assert practice.recall(ada).skills.keys() == once.keys()
    assert list(refitting.left_behind()) == [ada]
    refitting.learn_all_again(lambda *_: None)
    assert skills_of(ada) == once


def test_a_damaged_belief_is_no_end(ada: User) -> None:
    practice.learn_from(take(ada, 2, exercise=exercise(THIRDS)))
    LearnerState.objects.update(belief=b"nonsense")
    assert practice.recall(ada).skills.keys() == set(SkillState.objects.values_list("skill", flat=True))
    assert practice.next_item(ada) is not None


# What takes said is worked out once


def test_what_a_take_said_is_not_worked_out_twice(ada: User, monkeypatch: pytest.MonkeyPatch) -> None:
    practice.learn_from(take(ada, 1, exercise=exercise(THIRDS)))
    (once,) = heard(Submission.objects.all())
    monkeypatch.setattr("lessons.practice.hearings._said", lambda *_: 1 / 0)
    assert heard(Submission.objects.all()) == [once]


def test_of_other_tags_it_is_worked_out_again(ada: User) -> None:
    practice.learn_from(take(ada, 1, exercise=exercise(THIRDS)))
    (once,) = heard(Submission.objects.all())
    SkillEvidence.objects.update(said={"juggling": [1, 2]}, tagging="as it was")
    assert heard(Submission.objects.all()) == [once]
    assert SkillEvidence.objects.get().said.keys() == once.said.keys()


def test_many_takes_are_read_in_two_queries(ada: User, django_assert_num_queries: Any) -> None:
    music = exercise(THIRDS)
    for day in range(6):
        practice.learn_from(take(ada, day, exercise=music))
    with django_assert_num_queries(1):
        takes = heard(Submission.objects.all())
    assert [one.at for one in takes] == sorted(one.at for one in takes)
    assert timezone.now() - takes[0].at > timedelta(days=4)
