"""Contests: a student says that the machine judged a note wrongly, a teacher listens and answers with a ruling.

The way of one: open -> granted or kept, by a teacher's ruling on that note, wherever it was made; or withdrawn by the
student. Nothing is rewritten and nothing goes: the rows are the log of who said what, and when. One is open on a note
at a time. When the take is heard again, its contests go over to the new hearing, as its rulings do.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from lessons import notices
from lessons.assigning.sittings import keeps_back, withholds
from lessons.classroom import ClassroomError
from lessons.models import Contest, Membership, Notice, Ruling, Submission, User
from lessons.rulings import claims_of, heard_of

# A take has some fifty notes; whoever contests them all wants to talk to their teacher.
MOST_OPEN = 30


class NotNow(ClassroomError):
    """It makes sense, but not as things stand."""

    status = 409


def contest(submission: Submission, student: User, note_id: str, why: str) -> Contest:
    """The student of a take objects to the verdict on one note; their teachers are told."""
    if submission.student_id != student.pk:
        raise PermissionDenied
    if not why.strip():
        raise ClassroomError(_("Say in a word why."))
    if withholds(submission, student):
        # What was heard of a note is a part of the result.
        raise NotNow(_("This was a test: its result is told after it is due."))
    if keeps_back(submission, student):
        raise NotNow(_("This take could not be heard, and its music is in a test: play the test first."))
    teachers = list(teachers_of(student))
    if not teachers:
        raise NotNow(_("You have no teacher yet who could listen. Join a class first."))
    with transaction.atomic():
        # The take first: whoever hears it again just now holds it, and another hearing may count after that.
        Submission.objects.select_for_update(no_key=True).get(pk=submission.pk)
        assessment = submission.current_assessment
        if assessment is None:
            raise NotNow(_("This take has not been graded yet."))
        heard = heard_of(assessment, note_id)
        _check_room(assessment.pk, student, note_id)
        made = Contest.objects.create(assessment=assessment, note_id=note_id, heard=heard, why=why.strip())
        facts = {"by": student.display_name, "title": submission.exercise.title, "why": made.why}
        notices.tell(teachers, Notice.Kind.CONTESTED, facts, address_of(submission, note_id), f"contest-{made.pk}")
    return made


def withdraw(one: Contest, student: User) -> Contest:
    """Taken back by its student, as long as nobody has answered."""
    if one.assessment.submission.student_id != student.pk:
        raise PermissionDenied
    closed = {"state": Contest.State.WITHDRAWN, "closed_at": timezone.now()}
    if not Contest.objects.open().filter(pk=one.pk).update(**closed):
        raise NotNow(_("This contest is closed already."))
    one.refresh_from_db()
    return one


def open_for(teacher: User) -> QuerySet[Contest]:
    """What waits for this teacher's answer, oldest first, over all their classes. For lists: the large columns of
    take and hearing stay in the database."""
    return listed(Contest.objects.open().answerable_by(teacher))


def answered_for(teacher: User) -> QuerySet[Contest]:
    """What was answered or taken back, of the students that this teacher teaches now, newest first."""
    closed = Contest.objects.exclude(state=Contest.State.OPEN).answerable_by(teacher)
    return listed(closed).order_by("-closed_at", "-pk")


def listed(contests: QuerySet[Contest]) -> QuerySet[Contest]:
    """With all that a line about a contest says, in one query."""
    return contests.select_related(
        "answered_by", "ruling__ruled_by", "assessment__submission__student", "assessment__submission__exercise"
    ).defer(
        *("assessment__result", "assessment__trace", "assessment__rubric"),
        *("assessment__submission__score", "assessment__submission__clock"),
        *("assessment__submission__exercise__score", "assessment__submission__exercise__musicxml"),
        "assessment__submission__exercise__recipe",
    )


def settle(ruling: Ruling, before: Mapping[str, Any]) -> Contest | None:
    """A ruling on a contested note is the answer to it. `before`: the verdict on the note until then."""
    one = Contest.objects.open().filter(assessment=ruling.assessment_id, note_id=ruling.note_id).first()
    if one is None:
        return None
    one.state = Contest.State.GRANTED if has_moved(ruling, before) else Contest.State.KEPT
    one.ruling, one.answered_by, one.answer, one.closed_at = ruling, ruling.ruled_by, ruling.why, ruling.created_at
    one.save(update_fields=["state", "ruling", "answered_by", "answer", "closed_at"])
    return one


def has_moved(ruling: Ruling, before: Mapping[str, Any]) -> bool:
    """Whether it overturns anything that was said of the note."""
    return any(overturned for _kind, overturned in claims_of(before, ruling.verdict, ruling.cleared))


def teachers_of(student: User) -> QuerySet[User]:
    """Every teacher of a class that the student is in, of classes that go on."""
    classes = Membership.objects.studying().filter(user=student).values("classroom")
    places = Membership.objects.filter(classroom__in=classes, role=Membership.Role.TEACHER).exclude(user=student)
    return User.objects.filter(pk__in=places.values("user"), is_active=True)


def address_of(submission: Submission, note_id: str) -> str:
    """The take's page, opened at that note."""
    return f"{submission.get_absolute_url()}#note={note_id}" if note_id else submission.get_absolute_url()


def _check_room(assessment_pk: int, student: User, note_id: str) -> None:
    if Ruling.objects.filter(assessment=assessment_pk, note_id=note_id).exists():
        raise NotNow(_("Your teacher has listened to this note already. Ask about it in a comment."))
    waiting = Contest.objects.open().filter(assessment__submission__student=student)
    if waiting.filter(assessment=assessment_pk, note_id=note_id).exists():
        raise NotNow(_("You have contested this note already; your teacher will listen to it."))
    if waiting.count() >= MOST_OPEN:
        raise NotNow(_("%(count)s of your notes wait for an answer. Wait for your teacher.") % {"count": MOST_OPEN})
