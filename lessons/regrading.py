"""Old takes heard again: by the present ear, under their own rubric or another. What was heard before stays beside it.

Safe to kill and to begin again: a take whose counting hearing is already by this engine under this rubric is passed
over, and each take is kept by itself. A student's skills follow once all of their takes are done, in one replay, as
they follow a ruling; of a student left in the middle the takes are marked, and the sweep finds them.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from statistics import median

from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lessons import submissions
from lessons.jobs import JobTrouble, Progress
from lessons.models import Assessment, Classroom, Job, Membership, Submission
from lessons.retention import why_silent
from lessons.rubrics import rubric_of_take
from lessons.rulings import as_ruled, effective_assessment, standing_rulings
from tutor.grading import assessment as heard
from tutor.grading.rubric import Rubric, get_rubric
from tutor.listening.errors import RecordingError

log = logging.getLogger(__name__)

# Instead of a preset's name: as exercise and class choose now.
CHOSEN = "chosen"


class SoundGone(RecordingError):
    """The school's time for sound was up: the grade stands as it was heard then."""


@dataclass(frozen=True, slots=True)
class Regraded:
    """What became of one take. `trouble`: why it could not be heard again; then its old hearing goes on counting."""

    submission: Submission
    before: float | None = None
    after: float | None = None
    verdicts: int = 0
    changed: int = 0
    trouble: str = ""

    @property
    def moved(self) -> float | None:
        return None if self.before is None or self.after is None else round(self.after - self.before, 1)


def regrade(
    takes: QuerySet[Submission],
    rubric_name: str = "",
    *,
    dry_run: bool = False,
    begun: Callable[[int, int], None] | None = None,
) -> Iterator[Regraded]:
    """Hears each of these takes again, one student after the other, and says what changed. Takes that were heard so
    already are passed over in silence; `begun` is told of every take, and of how many there are."""
    student: object = None
    again: list[object] = []
    asked = list(takes.order_by("student", "created_at").values_list("pk", "student"))
    for number, (pk, of) in enumerate(asked):
        if begun:
            begun(number, len(asked))
        if of != student:
            _learn_again(again)
            student, again = of, []
        done = _regrade_one(pk, rubric_name, dry_run)
        if done is None:
            continue
        if not (dry_run or done.trouble) and done.submission.learned_at:
            again.append(pk)
        yield done
    _learn_again(again)


def graded_takes() -> QuerySet[Submission]:
    """All that can be heard again: takes with a hearing that counts."""
    return Submission.objects.filter(state=Submission.State.DONE, assessments__counts=True)


def of_class(classroom: Classroom, since: datetime | None = None) -> QuerySet[Submission]:
    """The graded takes of its students, from a moment on."""
    members = classroom.memberships.filter(role=Membership.Role.STUDENT).values("user")
    takes = graded_takes().filter(student__in=members)
    return takes.filter(created_at__gte=since) if since else takes


def run(job: Job, progress: Progress) -> None:
    """The job of a teacher: the takes of a class, as exercise and class choose now. Begun again it goes on where it
    stopped, for what was heard so already is passed over."""
    classroom = Classroom.objects.taught_by(job.owner).filter(pk=job.params["classroom"]).first()
    if classroom is None:
        raise JobTrouble(_("You don't teach this class any more."))
    since = parse_datetime(job.params.get("since") or "")
    done = list(regrade(of_class(classroom, since), CHOSEN, begun=progress))
    job.sentence = in_words(done)
    job.next_url = reverse("class", args=[classroom.pk])
    progress(job.total, job.total, job.sentence)


def in_words(done: list[Regraded]) -> str:
    """`12 takes heard again. The grade moved by +1.5 (median; from -4.0 to +9.0). 14 of 320 verdicts changed.`"""
    heard_again = [one for one in done if not one.trouble]
    moves = [one.moved for one in heard_again if one.moved is not None]
    n = len(heard_again)
    said = [ngettext("%(n)s take heard again.", "%(n)s takes heard again.", n) % {"n": n}]
    if moves:
        facts = {"median": f"{median(moves):+.1f}", "low": f"{min(moves):+.1f}", "high": f"{max(moves):+.1f}"}
        said.append(_("The grade moved by %(median)s (median; from %(low)s to %(high)s).") % facts)
    if heard_again:
        changed, verdicts = sum(one.changed for one in heard_again), sum(one.verdicts for one in heard_again)
        said.append(_("%(changed)s of %(verdicts)s verdicts changed.") % {"changed": changed, "verdicts": verdicts})
    if failed := len(done) - n:
        words = ngettext(
            "%(n)s could not be heard again and keeps its grade.",
            "%(n)s could not be heard again and keep their grades.",
            failed,
        )
        said.append(words % {"n": failed})
    return " ".join(said)


def _regrade_one(pk: object, rubric_name: str, dry_run: bool) -> Regraded | None:
    from tutor.assess import ENGINE

    take = graded_takes().select_related("exercise", "student").filter(pk=pk).first()
    counting = take.current_assessment if take else None
    if take is None or counting is None:
        return None  # Deleted in the meantime.
    try:
        rubric = _rubric(take, counting, rubric_name)
        if (counting.engine, counting.rubric_digest) == (ENGINE, rubric.digest):
            return None
        before = effective_assessment(counting)
        after = _heard_so(take, rubric, ENGINE) or _hear(take, rubric)
        counts = _as_it_would_count(take, counting, after, rubric) if dry_run else _keep(take, after, rubric)
    except (RecordingError, OSError) as trouble:
        return Regraded(take, counting.overall, trouble=str(trouble) or "the recording can't be read")
    except Exception:  # One take's trouble is ours to read in the log, and no reason to leave out all those after it.
        log.exception("Take %s could not be heard again", pk)
        return Regraded(take, counting.overall, trouble="the fault is ours; the log says more")
    return _compared(take, before, counts) if counts else None


def _rubric(take: Submission, counting: Assessment, name: str) -> Rubric:
    """The one that is asked for; without a word the one that the student was graded by. What was clapped stays so."""
    if not name or _was_clapped(take):
        return Rubric.from_dict(counting.rubric)
    return rubric_of_take(take) if name == CHOSEN else get_rubric(name)


def _was_clapped(take: Submission) -> bool:
    """By the student's choice, or because the exercise asked for it: the first hearing knows."""
    first = take.assessments.order_by("created_at", "pk").first()
    return take.clapped or bool(first and first.rubric.get("onsets_only"))


def _hear(take: Submission, rubric: Rubric) -> heard.Assessment:
    if silent := why_silent(take):
        raise SoundGone(silent)
    return submissions.hear(take, rubric)


def _heard_so(take: Submission, rubric: Rubric, engine: str) -> heard.Assessment | None:
    """A hearing of before, set aside since: it need not be repeated to count again."""
    earlier = take.assessments.filter(engine=engine, rubric_digest=rubric.digest).first()
    return heard.Assessment.from_dict(earlier.result) if earlier else None


def _as_it_would_count(
    take: Submission, counting: Assessment, after: heard.Assessment, rubric: Rubric
) -> heard.Assessment:
    """With the rulings that would go over to it."""
    return as_ruled(after, standing_rulings(counting), rubric.to_dict(), take)


def _keep(take: Submission, after: heard.Assessment, rubric: Rubric) -> heard.Assessment | None:
    """Beside the hearings of before, counting from now on; and the student is to be learnt of again. None if the take
    was deleted while it was heard."""
    with transaction.atomic():
        if not Submission.objects.select_for_update(no_key=True).filter(pk=take.pk).exists():
            return None
        assessment, _ = submissions.keep_hearing(take, after, rubric)
        Submission.objects.filter(pk=take.pk).update(learned_at=None, heartbeat_at=timezone.now())
    return effective_assessment(assessment)


def _compared(take: Submission, before: heard.Assessment, after: heard.Assessment) -> Regraded:
    was = {note.id: note.verdict for note in before.notes}
    changed = sum(was.get(note.id) != note.verdict for note in after.notes)
    return Regraded(take, before.grade.overall, after.grade.overall, len(after.notes), changed)


def _learn_again(takes: list[object]) -> None:
    """One replay of all that the student ever played stands for all of these takes: each was learnt from before, so
    the first sets it off. A take that was not waits for its turn as any other."""
    if not takes:
        return
    submissions.learn(str(takes[0]))
    if Submission.objects.filter(pk=takes[0], learned_at__isnull=False).exists():
        Submission.objects.filter(pk__in=takes).update(learned_at=timezone.now())
