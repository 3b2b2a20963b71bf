"""A take moves what is known of its student, once and reversibly, and the next plan follows from it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from lessons import practice, verdicts
from lessons.gradebook import writing
from lessons.models import Assignment, Exercise, PlanItem, PracticePlan, SkillState, Submission, User
from lessons.models.curriculum import Status
from lessons.practice.assigned import assigned_to
from tests.factories import (
    AssessmentFactory,
    AssignmentFactory,
    ExerciseFactory,
    LessonFactory,
    SubmissionFactory,
    graded,
    melody,
)
from tutor.composing.skills import describe, skill_counts

pytestmark = pytest.mark.django_db

THIRDS = melody("C4 E4 D4 F4 E4 G4 F4 A4", title="Thirds")
SCALE = melody("C4 D4 E4 F4 G4 A4 B4 C5", title="A scale")
NOTES = [f"n{number}" for number in range(1, 9)]


def exercise(music: Any = SCALE, grade: float = 2.0, **fields: Any) -> Exercise:
    return ExerciseFactory(music=music, grade=grade, skills=skill_counts(music), **fields)


def take(student: User, days_ago: float, *, faulty: Mapping[str, str] | None = None, **fields: Any) -> Submission:
    """A graded take, played in the past."""
    played = graded(faulty, student=student, **{"exercise": Exercise.objects.first() or exercise(), **fields})
    Submission.objects.filter(pk=played.pk).update(created_at=timezone.now() - timedelta(days=days_ago))
    played.refresh_from_db()
    return played


def opened(plan: PracticePlan) -> list[Exercise]:
    """What is planned, in order; orders are composed."""
    return [practice.open_item(item) for item in plan.items.all()]


def skills_of(student: User) -> dict[str, tuple[Any, ...]]:
    fields = ("ability", "variance", "right", "heard", "last_met_at", "due_at", "memory")
    return {
        row.skill: tuple(getattr(row, name) for name in fields) for row in SkillState.objects.filter(student=student)
    }


def test_a_take_moves_the_skills_it_showed(ada: User) -> None:
    practice.learn_from(take(ada, 0, exercise=exercise(THIRDS), faulty=dict.fromkeys(NOTES[:4], "wrong")))
    counts = skill_counts(THIRDS)
    states = {state.skill: state for state in ada.skill_states.all()}
    assert states.keys() == counts.keys()
    assert all(states[skill].heard == notes for skill, notes in counts.items())
    assert states["interval:3:up"].right < states["interval:3:up"].heard
    assert all(state.due_at > timezone.now() - timedelta(days=1) for state in states.values())


def test_learning_from_the_same_take_twice_changes_nothing(ada: User) -> None:
    earlier, later = take(ada, 3), take(ada, 1, faulty={"n3": "wrong"})
    for played in (earlier, later):
        practice.learn_from(played)
    once = skills_of(ada)
    practice.learn_from(later)
    practice.learn_from(earlier)
    assert skills_of(ada) == once


def test_takes_graded_out_of_order_are_learnt_in_the_order_they_were_played(ada: User, ben: User) -> None:
    exercise()
    for student, order in ((ada, (0, 1, 2)), (ben, (2, 0, 1))):
        ben.level = ada.level
        ben.save()
        takes = [
            take(student, days_ago, faulty=faulty)
            for days_ago, faulty in ((5, {"n2": "wrong"}), (3, {}), (1, {"n5": "missing"}))
        ]
        start = timezone.now().replace(microsecond=0)
        for days_ago, played in zip((5, 3, 1), takes, strict=True):
            Submission.objects.filter(pk=played.pk).update(created_at=start - timedelta(days=days_ago))
            played.refresh_from_db()
        for place in order:
            practice.learn_from(takes[place])
    for skill, (ability, variance, right, heard, *_) in skills_of(ada).items():
        assert skills_of(ben)[skill][:4] == (pytest.approx(ability), pytest.approx(variance, abs=1e-6), right, heard)


def test_what_was_not_heard_moves_nothing(ada: User) -> None:
    practice.learn_from(take(ada, 2))
    before = skills_of(ada)
    practice.learn_from(take(ada, 1, faulty=dict.fromkeys(NOTES, "not_heard")))
    assert skills_of(ada) == before


def test_a_ruling_undoes_and_redoes(ada: User, ms_clark: User) -> None:
    """However many takes came after it, the state is as if the teacher's verdict had been the machine's."""
    wrong = take(ada, 4, faulty={"n3": "wrong", "n4": "wrong"})
    practice.learn_from(wrong)
    practice.learn_from(take(ada, 2))
    mistaken = skills_of(ada)
    for note_id in ("n3", "n4"):
        verdicts.rule(wrong, ms_clark, note_id, "correct")
        practice.learn_from(wrong)
    ruled = skills_of(ada)
    assert all(state[2] == state[3] for state in ruled.values())  # right == heard
    assert any(ruled[skill][0] > mistaken[skill][0] for skill in ruled)
    for note_id in ("n3", "n4"):
        verdicts.rule(wrong, ms_clark, note_id, "wrong")
        practice.learn_from(wrong)
    assert {skill: state[2:4] for skill, state in skills_of(ada).items()} == {
        skill: state[2:4] for skill, state in mistaken.items()
    }


def test_a_take_ruled_not_heard_leaves_no_trace(ada: User, ms_clark: User) -> None:
    only = take(ada, 1, exercise=exercise(melody("C4 E4")))
    practice.learn_from(only)
    assert skills_of(ada)
    for note_id in ("n1", "n2"):
        verdicts.rule(only, ms_clark, note_id, "not_heard")
    practice.learn_from(only)
    assert skills_of(ada) == {}


def test_a_second_hearing_takes_the_place_of_the_first(ada: User) -> None:
    played = take(ada, 1, faulty=dict.fromkeys(NOTES, "wrong"))
    practice.learn_from(played)
    AssessmentFactory(submission=played, engine="test-ear/2")
    practice.learn_from(played)
    assert all(state[2] == state[3] > 0 for state in skills_of(ada).values())


def test_a_faster_take_says_more_than_a_slower_one(ada: User, ben: User) -> None:
    User.objects.update(level=2)
    practice.learn_from(take(ada, 0, tempo_bpm=120.0))
    practice.learn_from(take(ben, 0, tempo_bpm=50.0))
    assert all(skills_of(ada)[skill][0] > ability[0] for skill, ability in skills_of(ben).items())


def test_nobody_elses_skills_move(ada: User, ben: User) -> None:
    practice.learn_from(take(ada, 0))
    assert skills_of(ben) == {}


# Plans


def test_the_first_plan_says_that_it_is_the_first(ada: User) -> None:
    exercise()
    item = practice.next_item(ada)
    assert item is not None
    assert item.reason == practice.FIRST_TAKE
    assert item.plan.made_by == PracticePlan.MadeBy.START
    assert practice.next_item(ada) == item


def test_a_voice_with_an_empty_shelf_still_has_something_to_sing(ada: User) -> None:
    ada.instrument = "soprano"
    ada.save()
    item = practice.next_item(ada)
    assert item is not None
    assert item.exercise.origin == Exercise.Origin.COMPOSED
    assert item.exercise.instrument == "soprano"


def test_the_first_plan_is_of_the_students_level(ada: User) -> None:
    for grade in (0.5, 1.0, 2.0, 4.0, 6.0):
        exercise(grade=grade, title=str(grade))
    plan = practice.choose_next(ada, PracticePlan.MadeBy.START)
    assert 1.0 <= opened(plan)[0].grade <= 3.0


def test_after_a_take_the_plan_follows_what_went_wrong(ada: User) -> None:
    exercise(SCALE, 1.5)
    thirds = exercise(THIRDS, 2.0)
    easier = exercise(melody("G4 B4 A4 C5 B4 D5 C5 E5 D5 F5", title="Easier thirds"), 1.2)
    practice.learn_from(take(ada, 0.1, exercise=thirds, faulty={"n2": "wrong", "n4": "wrong"}))
    plan = practice.choose_next(ada)
    first = plan.items.first()
    assert plan.made_by == PracticePlan.MadeBy.TAKE
    assert first.aimed_at == "interval:3:up"
    assert practice.open_item(first) == easier or first.exercise.composed_for == ada
    # Soon after midnight it is due again as well.
    assert first.reason.lower().startswith(f"{describe('interval:3:up')}: 2 of 4 right this week".lower())
    assert 0.6 < first.expected < 0.9


def test_drafts_and_other_students_exercises_are_never_planned(ada: User, ben: User) -> None:
    draft = exercise(status=Status.DRAFT)
    in_draft_lesson = exercise(lesson=LessonFactory(status=Status.DRAFT))
    bens = exercise(composed_for=ben, origin=Exercise.Origin.COMPOSED, instrument="clarinet")
    for _ in range(3):
        planned = {item.exercise_id for item in practice.choose_next(ada).items.all()}
        assert not planned & {draft.pk, in_draft_lesson.pk, bens.pk}


def test_what_is_meant_for_another_instrument_is_not_planned(ada: User) -> None:
    for_all = exercise(title="For all")
    exercise(THIRDS, title="For clarinets", instruments=["clarinet"])
    theirs = exercise(THIRDS, title="For strings", instruments=["violin", "viola"])
    planned = {item.exercise_id for item in practice.choose_next(ada).items.all() if item.exercise_id}
    assert planned == {for_all.pk, theirs.pk}


def test_an_assigned_lesson_comes_first_one_exercise_after_the_other(ada: User, classroom: Any) -> None:
    exercise()
    lesson = LessonFactory(title="First leaps")
    one, two = (exercise(THIRDS, lesson=lesson, position=position) for position in (1, 2))
    Assignment.objects.create(classroom=classroom, lesson=lesson, due_at=timezone.now() + timedelta(days=3))
    practice.learn_from(take(ada, 1, exercise=exercise()))
    item = practice.choose_next(ada).items.first()
    assert item.exercise == one
    assert item.reason.startswith("Assigned: First leaps, for ")
    practice.learn_from(take(ada, 0, exercise=one))
    assert practice.choose_next(ada).items.first().exercise == two


def test_two_good_takes_lead_on_and_the_plan_stays_full(ada: User, classroom: Any) -> None:
    """Found on the running school: the second take was far over the student's level, and the plan after it held
    nothing but the piece just played."""
    well_known, steps = "C4 D4 E4 F4 G4 F4 E4 D4", melody("C4 D4 E4 F4 G4 F4 E4 D4", title="Steps")
    for grade in (0.5, 1.4, 1.9, 2.1, 2.3, 2.5, 3.2):
        exercise(melody(well_known, title=f"Steps {grade}"), grade)
    lesson = LessonFactory(title="Step by step")
    assigned = exercise(steps, 0.5, lesson=lesson)
    Assignment.objects.create(classroom=classroom, lesson=lesson)
    ode, minuet = exercise(steps, 1.92, title="Ode to Joy"), exercise(steps, 3.31, title="Minuet in G")
    for hours, piece in ((2, ode), (1, minuet)):
        practice.learn_from(take(ada, hours / 24, exercise=piece))
    items = list(practice.choose_next(ada).items.all())
    assert len(items) == 5
    assert minuet.pk not in {item.exercise_id for item in items}
    assert assigned.pk in {item.exercise_id for item in items}
    assert all("A step up" not in item.reason or item.grade > minuet.grade for item in items)
    assert not any("of" in item.reason and "right this week" in item.reason for item in items)  # All went right.


def test_failures_step_down_at_once(ada: User) -> None:
    for grade in (0.8, 1.2, 1.6, 2.0, 2.4):
        exercise(SCALE, grade, title=f"Scale {grade}")
    hard = Exercise.objects.get(grade=2.4)
    for hours in (3, 2, 1):
        practice.learn_from(take(ada, hours / 24, exercise=hard, faulty=dict.fromkeys(NOTES[:5], "wrong")))
    first = practice.choose_next(ada).items.first()
    assert practice.open_item(first).grade <= 2.4 - 0.9
    assert first.reason.startswith("A step down: the last 3 takes went under 65.")


def test_going_well_moves_the_grade_by_itself(ada: User) -> None:
    for tenth in range(10, 60, 4):
        exercise(SCALE, tenth / 10, title=f"Scale {tenth / 10}")
    start = practice.choose_next(ada).items.first().grade
    for day in range(10, 0, -1):
        played = practice.choose_next(ada).items.filter(kind="piece").first().exercise
        practice.learn_from(take(ada, day, exercise=played))
    assert practice.recall(ada).working_grade > 2.5
    assert practice.choose_next(ada).items.first().grade > start


def test_a_played_exercise_is_ticked_off_and_the_next_one_comes_up(ada: User) -> None:
    for grade in (1.6, 1.8, 2.0):
        exercise(SCALE, grade)
    first, second, *_ = practice.open_items(ada)
    played = graded(student=ada, exercise=first.exercise)
    practice.mark_played(played)
    practice.mark_played(played)
    assert practice.next_item(ada) == second
    assert PlanItem.objects.filter(played_as=played).count() == 1


def test_a_finished_plan_is_followed_by_another(ada: User) -> None:
    exercise()
    for item in practice.open_items(ada):
        practice.mark_played(graded(student=ada, exercise=practice.open_item(item)))
    item = practice.next_item(ada)
    assert item is not None
    assert ada.plans.count() == 2


def test_of_drills_there_is_at_most_one_and_composed_once(ada: User) -> None:
    """No exercise suits a student who knows nothing but fails at thirds: a drill is made, and not a new one each
    time."""
    only = exercise(THIRDS, 6.0)
    practice.learn_from(take(ada, 0.1, exercise=only, faulty=dict.fromkeys(NOTES, "wrong")))
    plans = [practice.choose_next(ada) for _ in range(3)]
    drills = [item for plan in plans for item in plan.items.all() if item.kind == "drill"]
    assert drills
    assert len(drills) <= len(plans)
    assert len({practice.open_item(item).pk for item in drills}) == 1


def test_what_is_composed_says_how_it_was_made(ada: User) -> None:
    practice.learn_from(take(ada, 0.1, exercise=exercise(THIRDS, 6.0), faulty=dict.fromkeys(NOTES, "wrong")))
    composed = [one for one in opened(practice.choose_next(ada)) if one.composed_for == ada]
    assert composed
    for made in composed:
        assert made.instrument == "violin"
        assert made.origin == Exercise.Origin.COMPOSED
        assert made.skills == skill_counts(made.as_score())
        assert made.recipe and made.kind


def test_a_new_instrument_gets_a_new_plan(ada: User) -> None:
    composed_for_violin = practice.next_item(ada)
    assert composed_for_violin is not None
    ada.instrument = "flute"
    ada.save()
    item = practice.next_item(ada)
    assert item is not None
    assert item.exercise.instrument == "flute"


def test_learning_after_a_long_history_reads_one_take(ada: User, django_assert_max_num_queries: Any) -> None:
    exercise()
    for day in range(8, 0, -1):
        practice.learn_from(take(ada, day))
    newest: Submission = take(ada, 0)
    with django_assert_max_num_queries(17):
        practice.learn_from(newest)


def test_an_ungraded_take_is_no_evidence(ada: User) -> None:
    received: datetime = SubmissionFactory(student=ada, exercise=exercise()).created_at
    practice.learn_from(Submission.objects.get(created_at=received))
    assert skills_of(ada) == {}


@pytest.mark.parametrize("word", ["set", "excused"])
def test_what_a_teacher_has_settled_is_not_planned(word: str, ada: User, ms_clark: User, classroom: Any) -> None:
    works = [AssignmentFactory(classroom=classroom, exercise=exercise()) for _ in range(2)]
    settled, other = works
    if word == "set":
        writing.set_mark(settled, ada, ms_clark, 80, "Played it to me.")
    else:
        writing.excuse(settled, ada, ms_clark, "Ill.")
    assert list(assigned_to([ada.pk], timezone.now())[ada.pk]) == [other.exercise_id]
    writing.undo(settled, ada, ms_clark)
    assert set(assigned_to([ada.pk], timezone.now())[ada.pk]) == {one.exercise_id for one in works}
