"""What a teacher does with assignments: assign, change, withdraw, bring back, copy. Nothing here loses a take or a
mark. Refusals are a ClassroomError, whose sentence is for the teacher, or PermissionDenied."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.forms import DateTimeField
from django.utils import timezone
from django.utils.translation import gettext as _

from lessons.assigning import orders, reminding
from lessons.assigning.audience import students_of
from lessons.classroom import ClassroomError
from lessons.models import Assignment, Classroom, Exercise, Lesson, Membership, StudentGroup, Submission, User
from lessons.models.assignments import LONGEST_LOOK_S, MOST_TRIES, SHORTEST_LOOK_S
from lessons.models.curriculum import SHOWN, Status

Audience = Assignment.Audience
WHAT = ("lesson", "exercise", "order")
WHOM = ("audience", "group", "students")
RULES = (
    *("opens_at", "due_at", "tries", "goal", "counts", "mode", "look_s", "told", "late", "late_penalty", "weight"),
    *("remind_days", "note"),
)
USUAL_TIME = timedelta(days=7)
FIRST_YEAR, LAST_YEAR = 1970, 2999
HEAVIEST = 100.0  # As in the gradebook.


def assign(teacher: User, classroom: Classroom, **fields: Any) -> Assignment:
    """One piece of work for a class: `lesson`, `exercise` or `order`; for all, or a `group`, or some `students`; and
    any of RULES."""
    _check_teaches(teacher, classroom)
    assignment = Assignment(classroom=classroom, assigned_by=teacher)
    return _set(assignment, fields, told=partial(reminding.tell_opened, assignment))


def change(teacher: User, assignment: Assignment, **fields: Any) -> Assignment:
    """What it is and how it is played stay as they are once somebody has played it; all else may change, and the marks
    follow."""
    _check_teaches(teacher, assignment.classroom)
    fixed = {name for name in (*WHAT, "mode") if name in fields and fields[name] != getattr(assignment, name)}
    if fixed and _is_played(assignment):
        raise ClassroomError(
            _("Somebody has played it already: what it is, and whether it is a test, can't change any more.")
        )
    changed = _set(assignment, fields, told=partial(reminding.tell_opened, assignment))
    # Told sooner, what was played teaches sooner: as after a ruling, the sweep finds it by its heartbeat.
    unlearnt = Submission.objects.filter(assignment=assignment, state=Submission.State.DONE, learned_at=None)
    unlearnt.update(heartbeat_at=timezone.now())
    return changed


def withdraw(teacher: User, assignment: Assignment) -> None:
    """Off everybody's list. Takes and marks stay, and the teacher can bring it back."""
    _check_teaches(teacher, assignment.classroom)
    Assignment.objects.filter(pk=assignment.pk, withdrawn_at=None).update(withdrawn_at=timezone.now())


def bring_back(teacher: User, assignment: Assignment) -> None:
    _check_teaches(teacher, assignment.classroom)
    Assignment.objects.filter(pk=assignment.pk).update(withdrawn_at=None)


def copy(teacher: User, assignment: Assignment, classroom: Classroom, opens_at: datetime | None = None) -> Assignment:
    """The same work under the same rules for another class, all of it, with as much time as before."""
    _check_teaches(teacher, assignment.classroom)
    opens_at = opens_at or timezone.now()
    fields = {name: getattr(assignment, name) for name in (*WHAT, *RULES)}
    if assignment.due_at:
        fields["due_at"] = opens_at + (assignment.due_at - assignment.opens_at)
    fields = {name: value for name, value in fields.items() if name not in WHAT or value is not None}
    return assign(teacher, classroom, **fields | {"opens_at": opens_at, "audience": Audience.CLASS})


def choosable_lessons() -> Any:
    return Lesson.objects.filter(status=Status.PUBLISHED)


def choosable_exercises() -> Any:
    """What every student of a class may see."""
    return Exercise.objects.filter(SHOWN, composed_for=None)


def _check_teaches(teacher: User, classroom: Classroom) -> None:
    if not Classroom.objects.taught_by(teacher).filter(pk=classroom.pk).exists():
        raise PermissionDenied


def _is_played(assignment: Assignment) -> bool:
    return Submission.objects.filter(assignment=assignment).exists() or assignment.sittings.exists()


def _set(assignment: Assignment, fields: dict[str, Any], told: Any) -> Assignment:
    if unknown := fields.keys() - {*WHAT, *WHOM, *RULES}:
        raise TypeError(f"An assignment has no {', '.join(sorted(unknown))}")
    students = _set_whom(assignment, fields)
    for name in RULES:
        if name in fields:
            setattr(assignment, name, fields[name])
    _set_what(assignment, fields, students)
    _check(assignment)
    with transaction.atomic():
        assignment.save()
        if "order" in fields:
            assignment.pieces.all().delete()  # Opened and not played: the next one is made to the new order.
        if students is not None:
            assignment.students.set(students)
        transaction.on_commit(told)
    return assignment


def _set_whom(assignment: Assignment, fields: dict[str, Any]) -> Collection[User] | None:
    """The students by name, if it is for some; None where nothing is to be set."""
    group: StudentGroup | None = fields.get("group")
    named: Collection[User] | None = fields.get("students")
    if group is None and not named and "audience" not in fields:
        return None
    audience = fields.get("audience") or (Audience.GROUP if group else Audience.STUDENTS)
    if audience == Audience.GROUP and (group is None or group.classroom_id != assignment.classroom_id):
        raise ClassroomError(_("Choose a group of this class."))
    if audience == Audience.STUDENTS:
        _check_members(assignment.classroom, named or ())
    assignment.audience = audience
    assignment.group = group if audience == Audience.GROUP else None
    return list(named or ()) if audience == Audience.STUDENTS else []


def _check_members(classroom: Classroom, named: Collection[User]) -> None:
    pks = {one.pk for one in named}
    members = Membership.objects.filter(classroom=classroom, role=Membership.Role.STUDENT, user__in=pks)
    if not pks:
        raise ClassroomError(_("Choose at least one student."))
    if members.count() != len(pks):
        raise ClassroomError(_("One of these students is not in this class."))


def _set_what(assignment: Assignment, fields: dict[str, Any], students: Collection[User] | None) -> None:
    given = [name for name in WHAT if fields.get(name) is not None]
    if len(given) > 1 or (assignment.pk is None and not given):
        raise ClassroomError(_("Choose one lesson, one exercise or one kind to compose."))
    for name in given:
        _CHECKS[name](fields[name])
        for other in WHAT:
            setattr(assignment, other, fields[name] if other == name else None)
    if "order" in given:
        assignment.order = orders.checked(fields["order"], students or _players(assignment))


def _players(assignment: Assignment) -> list[User]:
    if assignment.pk is not None and assignment.audience == Audience.STUDENTS:
        return students_of(assignment)
    places = Membership.objects.filter(classroom=assignment.classroom, role=Membership.Role.STUDENT)
    theirs = User.objects.filter(pk__in=places.values("user"))
    return list(theirs.filter(student_groups=assignment.group) if assignment.group else theirs)


def _check_lesson(lesson: Lesson) -> None:
    if not choosable_lessons().filter(pk=lesson.pk).exists():
        raise ClassroomError(_("This lesson is not published: students could not open it."))
    if not choosable_exercises().filter(lesson=lesson).exists():
        raise ClassroomError(_("This lesson has nothing to play yet."))


def _check_exercise(exercise: Exercise) -> None:
    if not choosable_exercises().filter(pk=exercise.pk).exists():
        raise ClassroomError(_("This exercise is not for everybody: students could not open it."))


def _check_order(order: dict[str, Any]) -> None:
    """`orders.checked` does, once it is known for whom it is."""


_CHECKS: dict[str, Any] = {"lesson": _check_lesson, "exercise": _check_exercise, "order": _check_order}


def _check(one: Assignment) -> None:
    """What the database would refuse too, in words."""
    for name in ("counts", "mode", "told", "late"):
        if getattr(one, name) not in dict(Assignment._meta.get_field(name).flatchoices):  # type: ignore[union-attr]
            raise ClassroomError(_("Choose among what is offered."))
    # Beyond, there is no such time in every reader's zone.
    if any(moment and not FIRST_YEAR <= moment.year <= LAST_YEAR for moment in (one.opens_at, one.due_at)):
        raise ClassroomError(str(DateTimeField.default_error_messages["invalid"]))
    if one.due_at is not None and one.due_at <= one.opens_at:
        raise ClassroomError(_("It must be due after it opens."))
    if one.tries is not None and not 1 <= one.tries <= MOST_TRIES:
        raise ClassroomError(_("Allow 1 to %(most)s tries, or any number.") % {"most": MOST_TRIES})
    if one.goal is not None and not 0 <= one.goal <= 100:
        raise ClassroomError(_("The goal is a grade from 0 to 100."))
    if not 0 <= one.late_penalty <= 100:
        raise ClassroomError(_("The penalty is 0 to 100 points."))
    if not 0 <= one.weight <= HEAVIEST:
        raise ClassroomError(_("A weight is between 0 and 100."))
    if not SHORTEST_LOOK_S <= one.look_s <= LONGEST_LOOK_S:
        span = {"least": SHORTEST_LOOK_S, "most": LONGEST_LOOK_S}
        raise ClassroomError(_("The score is shown for %(least)s to %(most)s seconds.") % span)
    if one.is_test and one.order is not None and one.order["kind"] == orders.BY_EAR:
        raise ClassroomError(_("An echo is heard, not read: assign it as practice."))
    if one.is_test and one.told == Assignment.Told.AFTER_DUE and one.due_at is None:
        raise ClassroomError(_("Results told after the test is due need a day when it is due."))
    if one.late == Assignment.Late.REFUSE and one.due_at is None:
        raise ClassroomError(_("Late work can only be refused if there is a day when it is due."))
