"""What a student and a teacher look at: true figures, in a constant number of queries."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from lessons import dashboards, practice
from lessons.models import Assignment, Classroom, Comment, Exercise, SkillState, Submission, User
from lessons.models.curriculum import Status
from tests.factories import ExerciseFactory, LessonFactory, StudentFactory, SubmissionFactory, graded, melody
from tutor.composing.skills import describe, skill_counts

pytestmark = pytest.mark.django_db

SCALE = melody("C4 D4 E4 F4 G4 A4 B4 C5")


@pytest.fixture
def scale() -> Exercise:
    return ExerciseFactory(music=SCALE, grade=2.0, skills=skill_counts(SCALE), title="A scale")


@pytest.fixture
def noon() -> Any:
    return timezone.localtime().replace(hour=12, minute=0, second=0, microsecond=0)


def play(
    student: User, exercise: Exercise, at: Any, *, wrong: int = 0, minutes: float = 1.0, **fields: Any
) -> Submission:
    faulty = {f"n{number}": "wrong" for number in range(1, wrong + 1)}
    take = graded(faulty, student=student, exercise=exercise, duration_s=60 * minutes, **fields)
    Submission.objects.filter(pk=take.pk).update(created_at=at)
    return take


def met(student: User, skill: str, ability: float, **fields: Any) -> SkillState:
    row = {"variance": 0.05, "right": 15, "heard": 20, "last_met_at": timezone.now(), **fields}
    return SkillState.objects.create(student=student, skill=skill, ability=ability, **row)


# Progress


def test_practice_time_is_counted_by_day(ada: User, scale: Exercise, noon: Any) -> None:
    play(ada, scale, noon, minutes=2)
    play(ada, scale, noon - timedelta(hours=1), minutes=3)
    play(ada, scale, noon - timedelta(days=27), minutes=1.5)
    play(ada, scale, noon - timedelta(days=28), minutes=40)
    seen = dashboards.progress_of(ada, noon)
    assert len(seen.days) == 28
    assert seen.days[-1].day == noon.date()
    assert [day.minutes for day in seen.days if day.minutes] == [1.5, 5.0]
    assert seen.minutes_this_week == 5.0
    assert seen.takes_in_all == 4


def test_a_take_without_a_decoded_length_counts_as_the_browser_measured_it(ada: User, noon: Any) -> None:
    take = SubmissionFactory(student=ada, claimed_duration_s=30.0, duration_s=None)
    Submission.objects.filter(pk=take.pk).update(created_at=noon)
    assert dashboards.progress_of(ada, noon).minutes_this_week == 0.5


def test_a_take_that_failed_is_no_practice(ada: User, noon: Any) -> None:
    take = SubmissionFactory(student=ada, state=Submission.State.FAILED)
    Submission.objects.filter(pk=take.pk).update(created_at=noon)
    seen = dashboards.progress_of(ada, noon)
    assert seen.minutes_this_week == seen.takes_in_all == seen.streak_days == 0


def test_a_streak_lasts_until_a_day_is_over(ada: User, scale: Exercise, noon: Any) -> None:
    for days in (1, 2, 3, 5):
        play(ada, scale, noon - timedelta(days=days))
    assert dashboards.progress_of(ada, noon).streak_days == 3
    play(ada, scale, noon)
    assert dashboards.progress_of(ada, noon).streak_days == 4
    assert dashboards.progress_of(ada, noon + timedelta(days=2)).streak_days == 0


def test_grades_run_from_old_to_new_with_the_take_to_open(ada: User, scale: Exercise, noon: Any) -> None:
    play(ada, scale, noon - timedelta(days=1), wrong=4)
    newest = play(ada, scale, noon)
    old, new = dashboards.progress_of(ada, noon).grades
    assert (old.overall, new.overall) == (50.0, 100.0)
    assert new.title == "A scale"
    assert new.url == newest.get_absolute_url()


def test_skills_come_weakest_first_with_how_sure_we_are(ada: User, noon: Any) -> None:
    met(ada, "interval:2:up", 2.0)
    met(ada, "interval:3:up", -3.0)
    met(ada, "key:1", 2.0, due_at=noon - timedelta(days=1))
    met(ada, "rhythm:tie", 0.0, heard=3, right=2, variance=0.7)
    skills = {skill.tag: skill for skill in dashboards.progress_of(ada, noon).skills}
    assert next(iter(skills)) == "interval:3:up"
    assert {tag: skill.state for tag, skill in skills.items()} == {
        "interval:2:up": "firm",
        "interval:3:up": "shaky",
        "key:1": "fading",
        "rhythm:tie": "not met",
    }
    assert skills["key:1"].label == describe("key:1")
    assert all(0 < skill.low < skill.strength < skill.high < 1 for skill in skills.values())
    doubtful, sure = skills["rhythm:tie"], skills["interval:2:up"]
    assert doubtful.high - doubtful.low > sure.high - sure.low


def test_somebody_who_has_played_nothing_has_progress_too(ada: User) -> None:
    seen = dashboards.progress_of(ada)
    assert (seen.grades, seen.skills, seen.streak_days, len(seen.days)) == ([], [], 0, 28)
    assert seen.working_grade == ada.level


def test_progress_takes_four_queries(ada: User, scale: Exercise, noon: Any, django_assert_num_queries: Any) -> None:
    for days in range(6):
        practice.learn_from(play(ada, scale, noon - timedelta(days=days)))
    with django_assert_num_queries(4):
        seen = dashboards.progress_of(ada, noon)
    assert seen.skills
    assert len(seen.grades) == 6


# Home


def test_home_has_the_next_exercise_and_the_lessons(ada: User, scale: Exercise, noon: Any) -> None:
    lesson = LessonFactory(title="Thirds")
    done, _to_do = (ExerciseFactory(lesson=lesson, grade=grade, skills=skill_counts(SCALE)) for grade in (1.0, 2.0))
    ExerciseFactory(lesson=lesson, status=Status.DRAFT)
    LessonFactory(status=Status.DRAFT)
    LessonFactory(title="Nothing in it yet")
    play(ada, done, noon)
    play(ada, done, noon)
    seen = dashboards.home_for(ada, noon)
    assert seen.next is not None
    assert seen.next.reason
    assert [(line.title, line.played, line.exercises, line.grade) for line in seen.lessons] == [("Thirds", 1, 2, 1.5)]
    assert [take.title for take in seen.recent] == [done.title, done.title]


def test_home_lists_what_the_class_was_assigned(ada: User, zoe: User, classroom: Classroom, noon: Any) -> None:
    late, soon, open_ended = (LessonFactory(title=title) for title in ("Late", "Soon", "Some day"))
    for lesson, due in ((open_ended, None), (soon, 2), (late, -2)):
        ExerciseFactory(lesson=lesson, skills=skill_counts(SCALE))
        due_at = noon + timedelta(days=due) if due else None
        opens_at = noon - timedelta(days=30)
        Assignment.objects.create(classroom=classroom, lesson=lesson, opens_at=opens_at, due_at=due_at)
    seen = dashboards.home_for(ada, noon).assignments
    listed = [(line.assignment.title, line.section) for line in seen]
    assert listed == [("Late", "late"), ("Soon", "open"), ("Some day", "open")]
    play(ada, late.exercises.get(), noon)
    assert [line.assignment.title for line in dashboards.home_for(ada, noon).assignments] == ["Soon", "Some day"]
    assert dashboards.home_for(zoe, noon).assignments == []


def test_home_takes_four_queries(ada: User, scale: Exercise, noon: Any, django_assert_num_queries: Any) -> None:
    practice.choose_next(ada)
    for hours in range(4):
        ExerciseFactory(lesson=LessonFactory())
        play(ada, scale, noon - timedelta(hours=hours))
    practice.next_item(ada)  # Composed once, by whoever comes first.
    with django_assert_num_queries(4):
        dashboards.home_for(ada, noon)


# The class


def test_the_class_shows_who_practised_and_how_it_goes(
    ada: User, ben: User, ms_clark: User, zoe: User, classroom: Classroom, scale: Exercise, noon: Any
) -> None:
    for day, wrong in enumerate((0, 0, 4, 4, 4), start=-4):
        last = play(ada, scale, noon + timedelta(days=day), wrong=wrong, minutes=2)
    play(zoe, scale, noon)
    Comment.objects.create(submission=last, author=ms_clark, text="Slower.")
    seen = dashboards.class_overview(classroom, noon)
    assert [student.name for student in seen.students] == ["Ada", "Ben"]
    first, second = seen.students
    assert first.last_practised_at == noon
    assert (first.minutes_this_week, first.takes_this_week) == (10.0, 5)
    assert first.last_grades == [100.0, 100.0, 50.0, 50.0, 50.0]
    assert first.trend == -50.0
    assert first.stuck
    assert first.unheard == 4
    assert (second.last_practised_at, second.takes_this_week, second.trend, second.weakest) == (None, 0, None, None)
    assert not second.stuck


def test_last_week_is_not_this_week(ada: User, classroom: Classroom, scale: Exercise, noon: Any) -> None:
    play(ada, scale, noon - timedelta(days=7))
    play(ada, scale, noon - timedelta(days=6))
    (line,) = dashboards.class_overview(classroom, noon).students
    assert line.takes_this_week == 1
    assert len(line.last_grades) == 2


def test_a_long_history_shows_its_last_ten_grades(ada: User, classroom: Classroom, scale: Exercise, noon: Any) -> None:
    for hours in range(12):
        play(ada, scale, noon - timedelta(hours=hours), wrong=8 if hours >= 10 else 0)
    (line,) = dashboards.class_overview(classroom, noon).students
    assert line.last_grades == [100.0] * 10


def test_the_weakest_skill_is_named(ada: User, classroom: Classroom, noon: Any) -> None:
    met(ada, "interval:2:up", 2.0)
    met(ada, "interval:3:up", -3.0)
    (line,) = dashboards.class_overview(classroom, noon).students
    assert line.weakest is not None
    assert line.weakest.tag == "interval:3:up"
    assert line.stuck


def test_a_classmates_word_is_not_the_teachers(
    ada: User, ben: User, classroom: Classroom, scale: Exercise, noon: Any
) -> None:
    Comment.objects.create(submission=play(ada, scale, noon), author=ben, text="Nice!")
    assert dashboards.class_overview(classroom, noon).students[0].unheard == 1


@pytest.mark.parametrize("students", [1, 9])
def test_the_class_takes_six_queries_however_large(
    classroom: Classroom, scale: Exercise, noon: Any, students: int, django_assert_num_queries: Any
) -> None:
    for _ in range(students):
        student = StudentFactory(classroom=classroom)
        play(student, scale, noon)
        met(student, "key:1", 0.0)
    with django_assert_num_queries(6):
        assert len(dashboards.class_overview(classroom, noon).students) == students


def test_one_student_in_full_takes_five_queries(
    ada: User, ms_clark: User, scale: Exercise, noon: Any, django_assert_num_queries: Any
) -> None:
    older, newer = play(ada, scale, noon - timedelta(hours=1)), play(ada, scale, noon)
    for text in ("Bar 2!", "And bar 3."):
        Comment.objects.create(submission=older, author=ms_clark, text=text)
    with django_assert_num_queries(5):
        seen = dashboards.student_overview(ada, noon)
    assert [(take.id, take.comments, take.rulings) for take in seen.takes] == [(newer.pk, 0, 0), (older.pk, 2, 0)]


# Plans


def test_old_plans_say_what_was_asked_and_how_it_went(
    ada: User, zoe: User, scale: Exercise, noon: Any, django_assert_num_queries: Any
) -> None:
    for number in range(3):
        plan = practice.choose_next(ada)
        first = plan.items.first()
        assert first is not None
        first.played_as = play(ada, scale, noon, wrong=4 * (number == 2))
        first.save()
    practice.choose_next(zoe)
    with django_assert_num_queries(2):
        newest, *older = dashboards.plan_lines(dashboards.plans_of(ada))
    assert len(older) == 2
    assert [item.overall for item in newest.played] == [50.0]
    assert [item.overall for item in older[0].played] == [100.0]
    assert newest.played[0].reason


def test_a_plan_outlives_its_exercise(ada: User, scale: Exercise) -> None:
    plan = practice.choose_next(ada)
    composed = practice.open_item(plan.items.first())
    Exercise.objects.filter(pk__in=[scale.pk, composed.pk]).delete()
    (line,) = dashboards.plan_lines([plan])
    assert len(line.unplayed) == plan.items.count() > 0
    assert line.unplayed[0].title == composed.title


@pytest.mark.parametrize(
    ("grades", "trend"),
    [([], None), ([80.0, 90.0, 90.0], None), ([70.0, 70.0, 90.0, 90.0, 90.0], 20.0), ([90.0] * 6, 0.0)],
)
def test_a_trend_needs_takes_on_both_sides(grades: list[float], trend: float | None) -> None:
    assert dashboards.trend_of(grades) == trend
