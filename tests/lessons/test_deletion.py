"""Whoever goes takes what is theirs along, and nothing of anybody else's."""

from pathlib import Path

import pytest
from django.db.models import RestrictedError
from django.urls import reverse

from lessons import practice
from lessons.models import (
    Exercise,
    LearnerState,
    Placement,
    PlanItem,
    PracticeFeedback,
    PracticeLimits,
    PracticePlan,
    SkillEvidence,
    SkillState,
    Submission,
    User,
)
from tests.factories import ExerciseFactory, SubmissionFactory, UserFactory, graded


@pytest.fixture
def composed(ada):
    return ExerciseFactory(composed_for=ada, origin=Exercise.Origin.COMPOSED, instrument="violin")


def test_a_student_goes_with_all_that_was_made_for_them(ada, composed):
    graded(student=ada, exercise=composed)
    ada.delete()
    assert not Exercise.objects.exists() and not Submission.objects.exists()


def test_what_the_teacher_played_of_it_stays_the_teachers(ada, ms_clark, composed):
    """A teacher who tried a student's exercise must not keep that student from being forgotten."""
    graded(student=ada, exercise=composed)
    theirs = graded(student=ms_clark, exercise=composed)
    untouched = ExerciseFactory(composed_for=ada, origin=Exercise.Origin.COMPOSED)
    ada.delete()
    assert list(Submission.objects.all()) == [theirs]
    assert Exercise.objects.get().composed_for == ms_clark
    assert not Exercise.objects.filter(pk=untouched.pk).exists()


def test_both_may_go_at_once(ada, ms_clark, composed):
    graded(student=ada, exercise=composed)
    graded(student=ms_clark, exercise=composed)
    User.objects.filter(pk__in=[ada.pk, ms_clark.pk]).delete()
    assert not Exercise.objects.exists() and not Submission.objects.exists()


def test_the_office_can_forget_a_student(client, ada, ms_clark, composed, django_capture_on_commit_callbacks):
    take = graded(student=ada, exercise=composed)
    graded(student=ms_clark, exercise=composed)
    client.force_login(UserFactory(is_staff=True, is_superuser=True))
    address = reverse("admin:lessons_user_delete", args=[ada.pk])
    assert b"would require deleting the following protected" not in client.get(address).content
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(address, {"post": "yes"}).status_code == 302
    assert not User.objects.filter(pk=ada.pk).exists()
    assert not Path(take.recording.path).exists()


def test_a_class_goes_and_its_students_takes_stay(ada, classroom):
    take = graded(student=ada)
    classroom.delete()
    assert Submission.objects.get() == take


def test_music_that_was_played_stays(ada):
    take = SubmissionFactory(student=ada)
    with pytest.raises(RestrictedError):
        take.exercise.delete()


def test_all_that_is_known_and_planned_of_a_student_goes_too(ada, ben):
    for student in (ada, ben):
        practice.learn_from(graded(student=student))
        practice.heed(student, practice.next_item(student).exercise, "too-hard")
        PracticeLimits.objects.create(student=student, floor=1.0)
        Placement.objects.create(student=student)
    ada.delete()
    for model in (LearnerState, SkillState, PracticePlan, PracticeFeedback, PracticeLimits, Placement):
        assert {row.student for row in model.objects.select_related("student")} == {ben}
    assert PlanItem.objects.exclude(plan__student=ben).count() == 0
    assert SkillEvidence.objects.exclude(assessment__submission__student=ben).count() == 0
    assert not Exercise.objects.filter(composed_for__isnull=False).exclude(composed_for=ben).exists()


def test_of_two_who_had_the_same_order_composed_one_may_go(ada, ms_clark):
    """What the teacher played of a student's becomes the teacher's, who has the same already."""
    composed = [
        ExerciseFactory(composed_for=who, origin=Exercise.Origin.COMPOSED, recipe_digest="the same")
        for who in (ada, ms_clark)
    ]
    graded(student=ms_clark, exercise=composed[0])
    ada.delete()
    assert set(Exercise.objects.filter(composed_for=ms_clark)) == set(composed)
