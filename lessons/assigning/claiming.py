"""What a take counts for, decided when it arrives, inside the transaction that keeps it.

A take for a practice assignment that can't count any more (no tries left, late, withdrawn) is kept all the same, as
practice. A test takes exactly one that can be heard: another is refused, and so is a take of music that a test still
hides.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from lessons.assigning.audience import audiences_of
from lessons.assigning.marks import exercises_of
from lessons.assigning.sittings import awaits_take, sitting_now, unbegun_test
from lessons.models import Assignment, Submission, TestSitting, User


@dataclass(frozen=True, slots=True)
class Claim:
    """What it counts for, if anything, and of a test the sitting; or why it can't be received at all."""

    assignment: Assignment | None = None
    sitting: TestSitting | None = None
    refusal: str = ""


def claim(take: Submission, wanted: int | None) -> Claim:
    """For a take that is about to be kept. Locks the student's row: of two takes at once one is the last try."""
    student = User.objects.select_for_update(no_key=True).get(pk=take.student_id)
    if sitting := sitting_now(take.exercise, student):
        # Whatever it was sent for: in a test everything played is the test's. Sent for it when it has just closed, it
        # does not count, and its teacher finds it there.
        if awaits_take(sitting) or (wanted == sitting.assignment_id and sitting.submission_id is None):
            return Claim(sitting.assignment, sitting)
        if wanted == sitting.assignment_id:
            return Claim(refusal=_("A test is one take, and yours has been received. This one was not kept."))
    elif unbegun_test(take.exercise, student):
        return Claim(refusal=_("This piece is in a test. Begin the test from your assignments; then play it."))
    if wanted is None:
        return Claim()
    assignment = _found(wanted)
    if assignment is not None and assignment.is_test and not _why_not(assignment, take, student):
        return Claim(refusal=_("This piece is in a test. Begin the test from your assignments; then play it."))
    return Claim(None if _why_not(assignment, take, student) else assignment)


def why_not(take: Submission, wanted: int | None) -> str:
    """Of a take that was kept: why it is practice and does not count for what it was sent for, in a sentence."""
    if wanted is None or take.assignment_id == wanted:
        return ""
    return _why_not(_found(wanted), take, take.student) or _("This take is practice.")


def not_counted(assignment: Assignment, exercise: int, student: User, now: datetime) -> str:
    """Why a take made now would be practice, in a sentence; "" if it would count."""
    if assignment.withdrawn_at is not None or assignment.classroom.is_archived:
        return _("Your teacher has withdrawn this assignment: what you play is practice.")
    if now < assignment.opens_at:
        return _("This assignment is not open yet: what you play is practice.")
    if assignment.is_closed(now):
        return _("It was due, and late work is not accepted: what you play is practice.")
    if assignment.tries is not None and tries_used(assignment, exercise, student) >= assignment.tries:
        return _("No tries are left: what you play is practice.")
    return ""


def tries_used(assignment: Assignment, exercise: int, student: User) -> int:
    """Takes of this exercise that were sent for it, but for those that could not be heard."""
    sent = Submission.objects.filter(assignment=assignment, exercise=exercise, student=student)
    return sent.exclude(pk__in=sent.not_heard().values("pk")).count()


def _found(wanted: int) -> Assignment | None:
    return Assignment.objects.filter(pk=wanted).select_related("classroom").first()


def _why_not(assignment: Assignment | None, take: Submission, student: User) -> str:
    if assignment is None or student.pk not in audiences_of([assignment])[assignment.pk]:
        return _("It is not among your assignments: what you play is practice.")
    if take.exercise_id not in exercises_of(assignment, student):
        return _("This piece is not in the assignment: what you play is practice.")
    return not_counted(assignment, take.exercise_id, student, timezone.now())
