"""Assigning, changing, withdrawing, copying: what is kept and what is refused; and that no mark is lost."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import RestrictedError
from django.utils import timezone

from lessons.assigning import reading, writing
from lessons.assigning.audience import students_of
from lessons.assigning.marks import State, marks_of
from lessons.assigning.orders import piece_of
from lessons.classroom import ClassroomError
from lessons.models import Assignment, Classroom, Exercise, Membership, StudentGroup, Submission, User
from tests.factories import (
    AssignmentFactory,
    ClassroomFactory,
    ExerciseFactory,
    LessonFactory,
    StudentFactory,
    TeacherFactory,
    graded,
)

pytestmark = pytest.mark.django_db

READING = {"kind": "sight-reading", "grade": 1.0, "bars": 4, "style": "", "skills": [], "same": False}
HOUR = timedelta(hours=1)


@pytest.fixture
def scale() -> Exercise:
    return ExerciseFactory()


def titles_for(student: User) -> list[str]:
    return [line.assignment.title for line in reading.for_student(student)]


# Who


def test_a_class_a_group_and_some_students(ada: User, ben: User, zoe: User, ms_clark: User, classroom: Any) -> None:
    group = StudentGroup.objects.create(classroom=classroom, name="First violins")
    group.members.add(ada, zoe)  # Zoe is in no class of Ms Clark's.
    for_all, for_group, for_ben = (ExerciseFactory(title=title) for title in ("All", "Group", "Ben"))
    writing.assign(ms_clark, classroom, exercise=for_all)
    writing.assign(ms_clark, classroom, exercise=for_group, group=group)
    writing.assign(ms_clark, classroom, exercise=for_ben, students=[ben])
    assert sorted(titles_for(ada)) == ["All", "Group"]
    assert sorted(titles_for(ben)) == ["All", "Ben"]
    assert titles_for(zoe) == []


def test_who_joins_has_what_the_class_has(ms_clark: User, classroom: Any, scale: Exercise) -> None:
    writing.assign(ms_clark, classroom, exercise=scale)
    assert titles_for(StudentFactory(classroom=classroom)) == [scale.title]


def test_who_leaves_has_it_no_more_and_their_take_stays(ada: User, classroom: Any) -> None:
    work = AssignmentFactory(classroom=classroom)
    take = graded(student=ada, exercise=work.exercise, assignment=work)
    Membership.objects.filter(user=ada).delete()
    assert titles_for(ada) == []
    assert marks_of([work], [ada]) == {}
    take.refresh_from_db()
    assert take.assignment == work


def test_a_group_that_is_dissolved_leaves_its_work_with_its_members(ada: User, ben: User, classroom: Any) -> None:
    group = StudentGroup.objects.create(classroom=classroom, name="Low brass")
    group.members.add(ada)
    work = AssignmentFactory(classroom=classroom, group=group)
    group.delete()
    work.refresh_from_db()
    assert students_of(work) == [ada]
    assert (titles_for(ada), titles_for(ben)) == ([work.title], [])


def test_a_student_who_is_forgotten_leaves_nobody_else_their_work(ada: User, ben: User, classroom: Any) -> None:
    work = AssignmentFactory(classroom=classroom, students=[ada])
    ada.delete()
    assert students_of(work) == []
    assert titles_for(ben) == []


# What is refused, in words and by the database


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, "Choose one lesson"),
        ({"exercise": "scale", "order": READING}, "Choose one lesson"),
        ({"exercise": "draft"}, "not for everybody"),
        ({"exercise": "adas"}, "not for everybody"),
        ({"lesson": "draft"}, "not published"),
        ({"lesson": "empty"}, "nothing to play"),
        ({"exercise": "scale", "due_at": -HOUR}, "due after it opens"),
        ({"exercise": "scale", "due_at": datetime(9999, 12, 31, 23, 59, tzinfo=UTC)}, "valid date"),
        ({"exercise": "scale", "opens_at": datetime(1, 1, 1, tzinfo=UTC)}, "valid date"),
        ({"exercise": "scale", "tries": 0}, "tries"),
        ({"exercise": "scale", "goal": 101.0}, "goal"),
        ({"exercise": "scale", "weight": -1.0}, "weight"),
        ({"exercise": "scale", "weight": 1e308}, "weight"),
        ({"exercise": "scale", "late_penalty": 101.0}, "penalty"),
        ({"exercise": "scale", "look_s": 1, "mode": "test"}, "seconds"),
        ({"exercise": "scale", "mode": "exam"}, "offered"),
        ({"exercise": "scale", "mode": "test", "told": "after due"}, "need a day"),
        ({"exercise": "scale", "late": "refuse"}, "only be refused"),
        ({"exercise": "scale", "students": ["zoe"]}, "not in this class"),
        ({"exercise": "scale", "audience": "students", "students": []}, "at least one"),
        ({"exercise": "scale", "group": "other"}, "group of this class"),
        ({"order": {**READING, "kind": "echo"}, "mode": "test"}, "heard, not read"),
        ({"order": {**READING, "kind": "opera"}}, "kind of exercise"),
        ({"order": {**READING, "bars": 1}}, "2 to 32 bars"),
        ({"order": {**READING, "grade": 9.0}}, "from 1 to 8"),
        ({"order": {**READING, "grade": None, "same": True}}, "needs a grade"),
        ({"order": {**READING, "skills": ["range:high"]}}, "melody can be full of"),
    ],
)
def test_what_cannot_be_assigned(
    fields: dict[str, Any], words: str, ada: User, zoe: User, ms_clark: User, classroom: Classroom, scale: Exercise
) -> None:
    rows = {
        ("exercise", "scale"): lambda: scale,
        ("exercise", "draft"): lambda: ExerciseFactory(status="draft"),
        ("exercise", "adas"): lambda: ExerciseFactory(composed_for=ada),
        ("lesson", "draft"): lambda: LessonFactory(status="draft"),
        ("lesson", "empty"): LessonFactory,
        ("group", "other"): lambda: StudentGroup.objects.create(classroom=ClassroomFactory(), name="Elsewhere"),
    }
    meant = {
        name: rows[name, value]() if isinstance(value, str) and (name, value) in rows else value
        for name, value in fields.items()
    }
    if meant.get("students") == ["zoe"]:
        meant["students"] = [zoe]
    if isinstance(meant.get("due_at"), timedelta):
        meant["due_at"] = timezone.now() + meant["due_at"]
    with pytest.raises(ClassroomError, match=words):
        writing.assign(ms_clark, classroom, **meant)
    assert not Assignment.objects.exists()


@pytest.mark.parametrize(
    "broken",
    [
        {"lesson": True},
        {"exercise": None},
        {"due_at": timezone.now() - timedelta(days=3)},
        {"tries": 0},
        {"goal": 101},
        {"weight": -0.1},
        {"late_penalty": 100.5},
    ],
    ids=lambda broken: next(iter(broken)),
)
def test_the_database_refuses_it_too(broken: dict[str, Any], classroom: Classroom) -> None:
    fields = {**broken, "lesson": LessonFactory()} if "lesson" in broken else broken
    with pytest.raises(IntegrityError), transaction.atomic():
        AssignmentFactory(classroom=classroom, **{"exercise": ExerciseFactory(), **fields})


def test_a_test_is_one_take_whatever_was_asked(classroom: Classroom) -> None:
    work = AssignmentFactory(classroom=classroom, mode="test", tries=5)
    assert work.tries == 1
    with pytest.raises(IntegrityError), transaction.atomic():
        Assignment.objects.filter(pk=work.pk).update(tries=2)


def test_only_a_teacher_of_the_class_assigns(ada: User, classroom: Classroom, scale: Exercise) -> None:
    work = AssignmentFactory(classroom=classroom)
    for somebody in (ada, TeacherFactory(classroom=ClassroomFactory()), StudentFactory(is_staff=True)):
        for act in (
            lambda who=somebody: writing.assign(who, classroom, exercise=scale),
            lambda who=somebody: writing.change(who, work, note="Hi"),
            lambda who=somebody: writing.withdraw(who, work),
            lambda who=somebody: writing.copy(who, work, classroom),
        ):
            with pytest.raises(PermissionDenied):
                act()


def test_nothing_is_assigned_in_the_archive(ms_clark: User, ada: User, classroom: Classroom, scale: Exercise) -> None:
    work = AssignmentFactory(classroom=classroom)
    Classroom.objects.filter(pk=classroom.pk).update(archived_at=timezone.now())
    with pytest.raises(PermissionDenied):
        writing.assign(ms_clark, classroom, exercise=scale)
    assert titles_for(ada) == []
    assert work in Assignment.objects.taught_by(ms_clark, archived=True)


# Changing, withdrawing, copying


def test_withdrawn_work_leaves_the_lists_and_loses_nothing(ada: User, ms_clark: User, classroom: Any) -> None:
    work = AssignmentFactory(classroom=classroom)
    graded(student=ada, exercise=work.exercise, assignment=work)
    before = marks_of([work], [ada])
    writing.withdraw(ms_clark, work)
    assert titles_for(ada) == []
    assert marks_of([work], [ada]) == before
    assert Submission.objects.filter(assignment=work).count() == 1
    writing.bring_back(ms_clark, work)
    assert titles_for(ada) == [work.title]


def test_what_was_played_stays_what_it_is(ada: User, ms_clark: User, classroom: Any, scale: Exercise) -> None:
    work = AssignmentFactory(classroom=classroom)
    writing.change(ms_clark, work, exercise=scale)
    graded(student=ada, exercise=scale, assignment=work)
    for fields in ({"mode": "test"}, {"exercise": ExerciseFactory()}, {"order": READING}):
        with pytest.raises(ClassroomError, match="played it already"):
            writing.change(ms_clark, Assignment.objects.get(pk=work.pk), **fields)
    writing.change(ms_clark, work, exercise=scale, goal=100.0, late="penalty", late_penalty=5.0)
    assert marks_of([work], [ada])[work.pk, ada.pk].state == State.GOAL_REACHED


def test_a_change_of_rules_moves_the_marks(ada: User, ms_clark: User, classroom: Any, scale: Exercise) -> None:
    now = timezone.now()
    work = AssignmentFactory(classroom=classroom, exercise=scale, due_at=now + HOUR)
    take = graded(student=ada, exercise=scale, assignment=work)
    Submission.objects.filter(pk=take.pk).update(created_at=now - HOUR)
    assert marks_of([work], [ada])[work.pk, ada.pk].overall == 100
    writing.change(ms_clark, work, due_at=now - 2 * HOUR, late="penalty", late_penalty=10.0)
    late = marks_of([work], [ada])[work.pk, ada.pk]
    assert (late.overall, late.state) == (90, State.LATE)
    writing.change(ms_clark, work, late="refuse")
    assert marks_of([work], [ada])[work.pk, ada.pk].state == State.MISSING


def test_a_copy_has_the_same_rules_and_as_much_time(ms_clark: User, classroom: Any, scale: Exercise) -> None:
    other = ClassroomFactory()
    Membership.objects.create(user=ms_clark, classroom=other, role="teacher")
    opens_at = timezone.now() - timedelta(days=10)
    work = AssignmentFactory(
        classroom=classroom, exercise=scale, tries=3, goal=80, opens_at=opens_at, due_at=opens_at + timedelta(days=7)
    )
    made = writing.copy(ms_clark, work, other)
    assert (made.exercise, made.tries, made.goal, made.classroom) == (scale, 3, 80, other)
    assert made.due_at - made.opens_at == timedelta(days=7)
    assert made.due_at > timezone.now()


def test_what_is_assigned_is_not_deleted_under_its_marks(classroom: Classroom) -> None:
    work = AssignmentFactory(classroom=classroom, lesson=LessonFactory())
    with pytest.raises(RestrictedError):
        work.lesson.delete()


# Kinds to compose


def test_each_has_their_own_and_it_stays_the_same(ada: User, ben: User, ms_clark: User, classroom: Any) -> None:
    work = writing.assign(ms_clark, classroom, order=READING)
    hers, his = piece_of(work, ada), piece_of(work, ben)
    assert hers == piece_of(Assignment.objects.get(pk=work.pk), ada)
    assert (hers.composed_for, hers.instrument) == (ada, "violin")
    assert (his.composed_for, his.instrument) == (ben, "clarinet")
    assert shape(hers) != shape(his)


def test_one_melody_for_all_is_the_same_in_each_ones_clef(ada: User, ms_clark: User, classroom: Any) -> None:
    cellist = StudentFactory(classroom=classroom, instrument="cello")
    singer = StudentFactory(classroom=classroom, instrument="soprano")
    work = writing.assign(ms_clark, classroom, order={**READING, "same": True})
    pieces = [piece_of(work, student) for student in (ada, cellist, singer)]
    assert shape(pieces[0]) == shape(pieces[1]) == shape(pieces[2])
    assert [piece.kind for piece in pieces] == ["sight-reading", "sight-reading", "sight-singing"]
    assert pieces[1].score["clef"] != pieces[0].score["clef"]


def test_at_their_own_level_each_has_their_grade(ms_clark: User, classroom: Any) -> None:
    students = [StudentFactory(classroom=classroom, level=level) for level in (1, 5)]
    work = writing.assign(ms_clark, classroom, order={**READING, "grade": None})
    easy, hard = (piece_of(work, student) for student in students)
    assert easy.grade + 1 < hard.grade


def test_what_cannot_be_composed_for_one_of_them_is_refused_at_once(ada: User, ms_clark: User, classroom: Any) -> None:
    impossible = {**READING, "bars": 2, "skills": ["metre:6/8", "metre:5/4"]}
    with pytest.raises(ClassroomError, match=r"^Violin: \w+"):
        writing.assign(ms_clark, classroom, order=impossible)
    assert not Assignment.objects.exists()


def test_a_new_order_makes_a_new_piece_where_none_was_played(ada: User, ms_clark: User, classroom: Any) -> None:
    work = writing.assign(ms_clark, classroom, order=READING)
    first = piece_of(work, ada)
    writing.change(ms_clark, work, order={**READING, "bars": 8})
    assert piece_of(work, ada) != first


def shape(exercise: Exercise) -> list[Any]:
    """Rhythm and steps, whatever the clef, the octave and the key."""
    return [(note.onset_beat, note.duration_beat) for note in exercise.as_score().notes]
