"""What a lesson needs first, for whom it is locked, and what is said of it."""

import pytest
from django.urls import reverse
from django.utils import timezone

from lessons import practice
from lessons.curriculum import prerequisites, publishing
from lessons.curriculum.closing import closed_to
from lessons.curriculum.refusal import Refused
from lessons.models import Assignment, Lesson
from lessons.practice.situations import situations_of
from tests.factories import (
    ClassroomFactory,
    ExerciseFactory,
    LessonFactory,
    StudentFactory,
    SubmissionFactory,
    TeacherFactory,
    UserFactory,
    graded,
)


@pytest.fixture
def first(db):
    lesson = LessonFactory(title="First notes")
    for place in range(2):
        ExerciseFactory(lesson=lesson, position=place)
    return lesson


@pytest.fixture
def second(first):
    lesson = LessonFactory(title="Thirds")
    ExerciseFactory(lesson=lesson)
    need(lesson, first)
    return lesson


def need(lesson, *others, **skill):
    needs = [{"lesson": str(other.uid)} for other in others] + ([skill] if skill else [])
    prerequisites.set_needs(lesson, needs)


def play(student, exercise, overall):
    take = graded(student=student, exercise=exercise)
    take.assessments.update(overall=overall)
    return take


def test_a_lesson_is_open_once_what_it_needs_went_well(ada, first, second):
    one, two = first.exercises.all()
    assert prerequisites.locks_of(ada)[second.pk] == ["“First notes” done (0 of 2 so far)"]
    play(ada, one, 90)
    play(ada, two, 40)
    assert prerequisites.locks_of(ada)[second.pk] == ["“First notes” done (1 of 2 so far)"]
    play(ada, two, 75)
    assert prerequisites.locks_of(ada) == {}


def test_the_best_take_counts_and_nobody_elses(ada, ben, first, second):
    for exercise in first.exercises.all():
        play(ben, exercise, 95)
        play(ada, exercise, 95)
        play(ada, exercise, 10)
    assert prerequisites.locks_of(ada) == {}


def test_what_does_not_suit_the_student_is_not_asked_of_them(ada, first, second):
    one, two = first.exercises.all()
    two.instruments = ["tuba"]
    two.save()
    play(ada, one, 90)
    assert prerequisites.locks_of(ada) == {}


def test_what_was_taken_off_the_shelf_is_not_asked_for(ada, first, second):
    publishing.retire(first, UserFactory(is_author=True))
    assert prerequisites.locks_of(ada) == {}


def test_what_was_begun_is_never_locked(ada, first, second):
    SubmissionFactory(student=ada, exercise=second.exercises.get())
    assert prerequisites.locks_of(ada) == {}


def test_assigned_work_is_never_locked(first, second):
    classroom = ClassroomFactory()
    student, other = StudentFactory(classroom=classroom), StudentFactory()
    Assignment.objects.create(classroom=classroom, lesson=second, assigned_by=TeacherFactory(classroom=classroom))
    assert prerequisites.locks_of(student) == {}
    assert second.pk in prerequisites.locks_of(other)


def test_nothing_is_locked_for_those_who_teach_and_write(second):
    assert prerequisites.locks_of(TeacherFactory(classroom=ClassroomFactory())) == {}
    assert prerequisites.locks_of(UserFactory(is_author=True)) == {}


def test_a_skill_that_was_never_met_is_not_there(ada):
    lesson = LessonFactory()
    need(lesson, skill="interval:3:up", strength=60)
    (said,) = prerequisites.locks_of(ada)[lesson.pk]
    assert said.endswith("at 60 % (now 0 %)")


@pytest.mark.parametrize(
    "needs",
    [
        [{"skill": "no such skill", "strength": 50}],
        [{"skill": "key:0", "strength": 0}],
        [{"skill": "key:0", "strength": 100}],
        [{"skill": "key:0", "strength": True}],
        [{"lesson": "not a uuid"}],
        [{"lesson": "00000000-0000-0000-0000-000000000000"}],
    ],
)
@pytest.mark.django_db
def test_nonsense_is_refused(needs):
    with pytest.raises(Refused):
        prerequisites.checked(LessonFactory(), needs)


def test_no_lesson_needs_itself_however_far_around(db):
    a, b, c = (LessonFactory(title=title) for title in "abc")
    with pytest.raises(Refused, match="itself"):
        need(a, a)
    need(b, a)
    need(c, b)
    with pytest.raises(Refused, match="already needs"):
        need(a, c)


def test_two_edits_that_would_close_a_circle_are_caught_when_the_second_is_published(db):
    office = UserFactory(is_staff=True)
    a, b = LessonFactory(title="a"), LessonFactory(title="b")
    publishing.save_draft(a, {"needs": [{"lesson": str(b.uid)}]}, office)
    publishing.save_draft(b, {"needs": [{"lesson": str(a.uid)}]}, office)
    publishing.publish(a, office)
    with pytest.raises(Refused):
        publishing.publish(b, office)
    assert not Lesson.objects.get(pk=b.pk).needs.exists()


@pytest.mark.parametrize("count", [2, 20])
def test_locks_cost_the_same_for_any_number_of_lessons(ada, first, count, django_assert_num_queries):
    for _ in range(count):
        need(LessonFactory(), first)
    with django_assert_num_queries(6):
        assert len(prerequisites.locks_of(ada)) == count


def test_a_school_without_needs_asks_once(ada, django_assert_num_queries):
    LessonFactory()
    with django_assert_num_queries(1):
        assert prerequisites.locks_of(ada) == {}


def test_the_stand_leads_to_the_lesson_that_says_why(client, ada, first, second):
    client.force_login(ada)
    exercise = second.exercises.get()
    answer = client.get(reverse("practice", args=[exercise.pk]))
    assert (answer.status_code, answer.url) == (302, reverse("lesson", args=[second.pk]))
    for one in first.exercises.all():
        play(ada, one, 90)
    assert client.get(reverse("practice", args=[exercise.pk])).status_code == 200


def test_what_is_locked_or_does_not_suit_is_not_offered_of_itself(ada, ben, first, second):
    one, two = first.exercises.all()
    two.instruments = ["tuba"]
    two.save()
    third = ExerciseFactory(lesson=LessonFactory(title="Skilled"))
    need(third.lesson, skill="interval:3:up", strength=60)
    play(ben, one, 90)
    people, now = [ada, ben], timezone.now()
    closed = closed_to(people, practice.recall_all(people), now)
    locked = {second.exercises.get().pk, third.pk}
    # Ben has done all of the first lesson that he can play.
    assert closed == {ada.pk: {two.pk, *locked}, ben.pk: {two.pk, third.pk}}


@pytest.mark.parametrize("count", [2, 20])
def test_closing_costs_the_same_for_any_number_of_students(first, second, count, django_assert_num_queries):
    people = StudentFactory.create_batch(count)
    known = practice.recall_all(people)
    with django_assert_num_queries(4):
        closed_to(people, known, timezone.now())


def test_a_choice_leaves_out_what_is_locked_and_keeps_what_is_assigned(first, second):
    classroom = ClassroomFactory()
    student = StudentFactory(classroom=classroom)
    exercise = second.exercises.get().pk
    (situation,) = situations_of([student], timezone.now())
    assert exercise not in [piece.key for piece in situation.pieces.candidates]
    Assignment.objects.create(classroom=classroom, lesson=second, assigned_by=TeacherFactory(classroom=classroom))
    (situation,) = situations_of([student], timezone.now())
    assert exercise in [piece.key for piece in situation.pieces.candidates]
