"""What a test keeps from its student: the score until they begin, the sound until their take is in, the result until
it may be told.

From the beginning on the server's clock runs: a reload begins nothing anew. After the time to look and the time to
play it the score is hidden again, until the take is in and heard. A take that could not be heard changes nothing of
this: nobody sees or hears more of the music by sending silence.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone

from lessons.models import Assignment, Exercise, MarkOverride, Submission, TestSitting, User

# A slow player, a false start, a microphone to be allowed: the score stays a while after the time to look.
SLOWEST = 2.5
TO_SETTLE = timedelta(seconds=90)


def sitting_now(exercise: Exercise, student: User) -> TestSitting | None:
    """The sitting that this student has begun of this exercise; of several the one that awaits a take."""
    found = TestSitting.objects.filter(
        exercise=exercise, student=student, set_aside_at=None, assignment__withdrawn_at=None
    ).select_related("assignment__classroom", "submission")
    return min(found, key=lambda one: (not awaits_take(one), -one.opened_at.timestamp()), default=None)


def awaits_take(sitting: TestSitting, now: datetime | None = None) -> bool:
    """None has come while the test was open, or one that could not be heard: then the sitting goes on as if nothing had
    been sent, until the test is due or its teacher has set the mark."""
    take, now = sitting.submission, now or timezone.now()
    if take is None:
        return not sitting.assignment.is_closed(now)
    return take.is_not_heard and not sitting.assignment.is_over(now) and not _is_decided(sitting)


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
    if sitting is not None and _is_on(sitting):
        hidden = (now or timezone.now()) > shown_until(sitting)
    else:
        hidden = unbegun_test(exercise, student, now) is not None
    return hidden and not _knows(exercise, student)


def mutes(exercise: Exercise, student: User) -> bool:
    """True while nothing may be played to this student: until the take of the test has been heard."""
    sitting = sitting_now(exercise, student)
    if sitting is not None and _is_on(sitting):
        return True
    return unbegun_test(exercise, student) is not None and not _knows(exercise, student)


def hidden_from(student: User, now: datetime | None = None) -> QuerySet[Exercise]:
    """What tests hide from this student (`hides`): not to be found by what is in it."""
    now = now or timezone.now()
    over = Q(late=Assignment.Late.REFUSE, due_at__lt=now)
    tests = Assignment.objects.for_student(student).filter(mode=Assignment.Mode.TEST).exclude(over)
    begun = TestSitting.objects.filter(student=student, set_aside_at=None)
    known = Exercise.objects.filter(submissions__in=_heard_of(student))
    theirs = Q(pk__in=tests.values("exercise")) | Q(lesson__in=tests.values("lesson"))
    unbegun = (
        Exercise.objects.filter(theirs).exclude(pk__in=begun.values("exercise")).exclude(pk__in=known.values("pk"))
    )
    return Exercise.objects.filter(Q(pk__in=unbegun.values("pk")) | Q(pk__in=_hidden_again(begun, student, now)))


def _hidden_again(begun: QuerySet[TestSitting], student: User, now: datetime) -> set[int]:
    """Begun, and the time is over without a take that was heard. Sittings like that are few."""
    heard = Submission.objects.filter(assessments__counts=True, assessments__overall__isnull=False)
    found = begun.exclude(submission__in=heard.values("pk")).select_related("exercise")
    return {one.exercise_id for one in found if hides(one.exercise, student, now)}


def withholds(take: Submission, user: User, now: datetime | None = None) -> bool:
    """True while this take's own player is not to know how it went: of a test that is told after it is due."""
    test = take.assignment if take.assignment_id else None
    if test is None or not test.is_test or user.pk != take.student_id:
        return False
    return test.told == Assignment.Told.AFTER_DUE and not test.is_over(now or timezone.now())


def goes_on(take: Submission, user: User) -> bool:
    """True of the player's own take of a test that could not be heard, while they may still send another."""
    if take.assignment is None or not take.assignment.is_test or user.pk != take.student_id or not take.is_not_heard:
        return False
    sitting = sitting_now(take.exercise, user)
    return sitting is not None and sitting.assignment_id == take.assignment_id and awaits_take(sitting)


def keeps_back(take: Submission, user: User) -> bool:
    """True of the player's own take that could not be heard, while they are to play its music in a test: what was heard
    of it, if anything, would show them more of it."""
    if user.pk != take.student_id or not take.is_not_heard:
        return False
    return goes_on(take, user) or hides(take.exercise, user)


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


def _is_on(sitting: TestSitting) -> bool:
    """Until a take of it has been heard: one that is being graded may turn out to be silent."""
    take = sitting.submission
    is_heard_now = take is not None and take.state not in (Submission.State.DONE, Submission.State.FAILED)
    return is_heard_now or awaits_take(sitting)


def _is_decided(sitting: TestSitting) -> bool:
    """Its teacher has set the mark, or excused the student, whatever will be played."""
    word = MarkOverride.objects.filter(assignment=sitting.assignment_id, student=sitting.student_id).last()
    return word is not None and word.kind != MarkOverride.Kind.UNDONE


def _knows(exercise: Exercise, student: User) -> bool:
    return _heard_of(student).filter(exercise=exercise).exists()


def _heard_of(student: User) -> QuerySet[Submission]:
    return Submission.objects.filter(student=student, assessments__overall__isnull=False)
