"""Tests: begun by the student, who then sees the score for a set time and plays it once; given again by the teacher."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from lessons.assigning.orders import piece_of
from lessons.classroom import ClassroomError
from lessons.models import Assignment, Classroom, Exercise, TestSitting, User


def begin(assignment: Assignment, student: User, exercise: Exercise | None = None) -> TestSitting:
    """From now on the score is shown; begun again, it is the same sitting. `exercise` may be left out where one is to
    be composed. Raises ClassroomError or CannotCompose."""
    now = timezone.now()
    if now < assignment.opens_at:
        raise ClassroomError(_("This test is not open yet."))
    if assignment.is_closed(now):
        raise ClassroomError(_("This test is over."))
    exercise = exercise or piece_of(assignment, student)
    if sitting := _standing(assignment, student, exercise):
        return sitting
    try:
        with transaction.atomic():
            return TestSitting.objects.create(
                assignment=assignment, student=student, exercise=exercise, opened_at=now, look_s=assignment.look_s
            )
    except IntegrityError:
        # Begun in another tab, a moment ago.
        return TestSitting.objects.get(assignment=assignment, student=student, exercise=exercise, set_aside_at=None)


def give_again(teacher: User, sitting: TestSitting) -> None:
    """Another try: this sitting is set aside, with its take if there was one, and neither is lost."""
    classes = Classroom.objects.taught_by(teacher).filter(pk=sitting.assignment.classroom_id)
    if not classes.exists():
        raise PermissionDenied
    TestSitting.objects.filter(pk=sitting.pk, set_aside_at=None).update(
        set_aside_at=timezone.now(), set_aside_by=teacher
    )


def _standing(assignment: Assignment, student: User, exercise: Exercise) -> TestSitting | None:
    return TestSitting.objects.filter(
        assignment=assignment, student=student, exercise=exercise, set_aside_at=None
    ).first()
