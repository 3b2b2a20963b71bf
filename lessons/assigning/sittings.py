"""What a test keeps from its student: the score until they begin, the sound until their take is in, the result until
it may be told.

From the beginning on the server's clock runs: a reload begins nothing anew. After the time to look and the time to
play it the score is hidden again, until the take is in.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone

from lessons.models import Assignment, Exercise, Submission, TestSitting, User

# A slow player, a false start, a microphone to be allowed: the score stays a while after the time to look.
SLOWEST = 2.5
TO_SETTLE = timedelta(seconds=90)


def sitting_now(exercise: Exercise, student: User) -> TestSitting | None:
    """The sitting that this student has begun of this exercise; of several the one without a take."""
    found = TestSitting.objects.filter(
        exercise=exercise, student=student, set_aside_at=None, assignment__withdrawn_at=None
    ).select_related("assignment__classroom")
    return min(found, key=lambda one: (one.submission_id is not None, -one.opened_at.timestamp()), default=None)


def unbegun_test(exercise: Exercise, student: User, now: datetime | None = None) -> Assignment | None:
    """A test of this exercise that is still before this student, opened or coming."""
    now = now or timezone.now()
    tests = Assignment.objects.for_student(student).of_exercise(exercise).filter(mode=Assignment.Mode.TEST)
    begun = TestSitting.objects.filter(exercise=exercise, student=student, set_aside_at=None)
    for test in tests.exclude(pk__in=begun.values("assignment")).select_related("classroom"):
        if not test.is_closed(now):
            return test
    return None


def hides(exercise: Exercise, student: User, now: datetime | None = None) -> bool:
    """True while a test keeps the score from this student: before it begins, and once the time is over without a
    take. Music that they have played before is no secret."""
    sitting = sitting_now(exercise, student)
    if sitting is not None and sitting.submission_id is None:
        hidden = (now or timezone.now()) > shown_until(sitting)
    else:
        hidden = unbegun_test(exercise, student, now) is not None
    return hidden and not _knows(exercise, student)


def mutes(exercise: Exercise, student: User) -> bool:
    """True while nothing may be played to this student: until the take of the test is in."""
    sitting = sitting_now(exercise, student)
    if sitting is not None and sitting.submission_id is None:
        return True
    return unbegun_test(exercise, student) is not None and not _knows(exercise, student)


def hidden_from(student: User, now: datetime | None = None) -> QuerySet[Exercise]:
    """What tests hide from this student before they begin: not to be found by what is in it."""
    now = now or timezone.now()
    over = Q(late=Assignment.Late.REFUSE, due_at__lt=now)
    tests = Assignment.objects.for_student(student).filter(mode=Assignment.Mode.TEST).exclude(over)
    begun = TestSitting.objects.filter(student=student, set_aside_at=None)
    known = Exercise.objects.filter(submissions__student=student, submissions__assessments__isnull=False)
    theirs = Q(pk__in=tests.values("exercise")) | Q(lesson__in=tests.values("lesson"))
    return Exercise.objects.filter(theirs).exclude(pk__in=begun.values("exercise")).exclude(pk__in=known.values("pk"))


def withholds(take: Submission, user: User, now: datetime | None = None) -> bool:
    """True while this take's own player is not to know how it went: of a test that is told after it is due."""
    test = take.assignment if take.assignment_id else None
    if test is None or not test.is_test or user.pk != take.student_id:
        return False
    return test.told == Assignment.Told.AFTER_DUE and not test.is_over(now or timezone.now())


def withheld(now: datetime | None = None) -> Q:
    """The same for many takes, in the database."""
    due = Q(assignment__due_at=None) | Q(assignment__due_at__gte=now or timezone.now())
    test = Q(assignment__mode=Assignment.Mode.TEST, assignment__told=Assignment.Told.AFTER_DUE)
    # Said first: of a take without an assignment the rest is neither true nor false, and `exclude` would drop it.
    return Q(assignment__isnull=False) & due & test


def looks_until(sitting: TestSitting) -> datetime:
    return sitting.opened_at + timedelta(seconds=sitting.look_s)


def shown_until(sitting: TestSitting) -> datetime:
    score, bpm = sitting.exercise.as_score(), sitting.exercise.tempo_bpm
    music_s = float(score.duration_beat) * 60 / max(bpm, 1)
    return looks_until(sitting) + timedelta(seconds=SLOWEST * music_s) + TO_SETTLE


def _knows(exercise: Exercise, student: User) -> bool:
    return exercise.submissions.filter(student=student, assessments__isnull=False).exists()
