"""A teacher's verdict on one note: it is kept, the grade follows it, an open contest is answered by it, the student
hears of it, and the learner moves."""

from __future__ import annotations

from collections.abc import Collection
from functools import partial

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from lessons import contests, notices, submissions
from lessons.assigning.sittings import withholds
from lessons.classroom import ClassroomError
from lessons.models import Assessment, Contest, Notice, Ruling, Submission, User
from lessons.rulings import CLEARABLE, as_it_stands, heard_of, in_brief
from tutor.grading import assessment as heard


def rule(
    submission: Submission,
    teacher: User,
    note_id: str,
    verdict: str,
    why: str = "",
    cleared: Collection[str] = (),
) -> Ruling:
    """The verdict that counts from now on. The same as the machine's confirms it; `cleared` names the faults that the
    note is free of: right, and not late."""
    if not Submission.objects.taught_by(teacher).filter(pk=submission.pk).exists():
        raise PermissionDenied
    with transaction.atomic():
        # The take first: whoever hears it again just now holds it, and another hearing may count after that.
        Submission.objects.select_for_update(no_key=True).get(pk=submission.pk)
        assessment = submission.current_assessment
        if assessment is None:
            raise ClassroomError(_("This take has not been graded yet."))
        return _keep(assessment, teacher, note_id, verdict, why.strip(), cleared)


def answer(one: Contest, teacher: User, verdict: str = "", words: str = "", cleared: Collection[str] = ()) -> Contest:
    """The teacher's ruling on a contested note. Without a verdict the machine's stands, but for what is cleared."""
    submission = one.assessment.submission
    if not Submission.objects.taught_by(teacher).filter(pk=submission.pk).exists():
        raise PermissionDenied
    with transaction.atomic():
        Submission.objects.select_for_update(no_key=True).get(pk=submission.pk)
        waiting = Contest.objects.open().select_related("assessment__submission__exercise").filter(pk=one.pk).first()
        if waiting is None:
            raise contests.NotNow(_("This contest is closed already."))
        verdict = verdict or as_it_stands(waiting.assessment, waiting.note_id)["verdict"]
        _keep(waiting.assessment, teacher, waiting.note_id, verdict, words.strip(), cleared)
    one.refresh_from_db()
    return one


def _keep(
    assessment: Assessment, teacher: User, note_id: str, verdict: str, why: str, cleared: Collection[str]
) -> Ruling:
    _check(assessment, verdict, cleared)
    before = as_it_stands(assessment, note_id)
    ruling = Ruling.objects.create(
        assessment=assessment,
        note_id=note_id,
        verdict=verdict,
        cleared=sorted(set(cleared)),
        why=why,
        heard=heard_of(assessment, note_id),
        ruled_by=teacher,
    )
    contest = contests.settle(ruling, before)
    if contest or contests.has_moved(ruling, before):
        _follow(assessment)
        _tell_student(assessment.submission, ruling, contest)
    return ruling


def _check(assessment: Assessment, verdict: str, cleared: Collection[str]) -> None:
    if verdict not in heard.VERDICTS:
        raise ClassroomError(_("A verdict is one of: %(verdicts)s.") % {"verdicts": ", ".join(heard.VERDICTS)})
    if verdict == heard.WRONG and assessment.rubric.get("onsets_only"):
        raise ClassroomError(_("A clapped stroke has no pitch to be wrong: it is right, left out or not heard."))
    if not set(cleared) <= set(CLEARABLE):
        raise ClassroomError(_("What a note can be cleared of is: %(faults)s.") % {"faults": ", ".join(CLEARABLE)})


def _follow(assessment: Assessment) -> None:
    """The grade that counts, and the learner after it."""
    assessment.save(update_fields=in_brief(assessment))
    _learn_again(assessment.submission)


def _learn_again(submission: Submission) -> None:
    """A ruling replays all that its student ever played: work for a worker. The take is marked in the ruling's own
    transaction, so that the sweep finds it if the queue never hears of it."""
    Submission.objects.filter(pk=submission.pk).update(learned_at=None, heartbeat_at=timezone.now())
    transaction.on_commit(partial(submissions.queue_learning, str(submission.pk)), robust=True)


def _tell_student(submission: Submission, ruling: Ruling, contest: Contest | None) -> None:
    """An answer is told of each; corrections of one take by one teacher on one day are told of once. Of a test whose
    result is still kept from them they hear nothing: they find the ruling with the result."""
    if withholds(submission, submission.student):
        return
    facts = {"by": ruling.ruled_by.display_name, "title": submission.exercise.title, "answer": ruling.why}
    once = f"corrected-{submission.pk}-{ruling.ruled_by_id}-{timezone.localdate():%Y%m%d}"
    if contest:
        facts["granted"], once = contest.state == Contest.State.GRANTED, f"answer-{contest.pk}"
    address = contests.address_of(submission, ruling.note_id)
    notices.tell([submission.student], Notice.Kind.RULED, facts, address, once)
