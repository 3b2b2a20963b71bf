"""Long work for a person: an import, an export, a regrade of a class. Asked for in a request, done by a worker, seen
on a page of its own that may be closed and opened again.

The row drives everything, as with takes (lessons/submissions.py): the queue only says when to look, and `sweep` looks
again at what it forgot and at what a killed worker left. What a kind does must therefore be safe to begin again.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Protocol

from django.conf import settings
from django.core.files.base import File
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone, translation
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from lessons import workers
from lessons.local_time import zone_of
from lessons.models import Job, User
from lessons.queue import hand_out

log = logging.getLogger(__name__)
State = Job.State

# Kind: what does it, as "module:function", taking the job and a Progress.
KINDS: dict[str, str] = {
    "gradebook-export": "lessons.gradebook.export:run",
    "roster-import": "lessons.roster.importing:run",
    "slips-mail": "lessons.roster.mailing:run",
    "my-data": "lessons.my_data:run",
    "import": "lessons.importing.job:run",
    "import-save": "lessons.importing.bulk:run",
    "regrade-class": "lessons.regrading:run",
    "course-export": "lessons.curriculum.archive:run",
    "course-archive": "lessons.curriculum.archive_importing:look",
    "course-import": "lessons.curriculum.archive_importing:run",
}

MAX_ATTEMPTS = 2
# Whoever is at it says so with every step; no step is meant to take as long as this. One whose worker is known to live
# is only slow, up to a point.
STALE_AFTER = timedelta(seconds=90)
HANGS_AFTER = timedelta(minutes=6)
QUEUE_SOON = timedelta(seconds=20)
HEARTBEAT = timedelta(seconds=0.5)
KEPT = timedelta(days=14)


class JobTrouble(Exception):
    """It can't be done as asked; str() is one plain sentence for whoever asked."""


class ClaimLost(Exception):
    """The job was called off, or somebody else does it: nothing more is written."""


class Progress(Protocol):
    def __call__(self, done: int, total: int, sentence: str = "") -> None: ...


def start(
    kind: str, owner: User, title: str, params: dict[str, Any] | None = None, upload: File[Any] | None = None
) -> Job:
    """The job, committed with its upload, and handed to a worker after the commit. What this person asked for already,
    and is not done yet, is that job: a button pressed twice does nothing twice."""
    if kind not in KINDS:
        raise KeyError(kind)
    job = Job(kind=kind, owner=owner, title=title[:200], params=params or {}, language=translation.get_language() or "")
    if upload is not None:
        job.upload.save(upload.name or "upload", upload, save=False)
    try:
        with transaction.atomic():
            if upload is None and (same := _same(job)):
                return same
            job.save()
            transaction.on_commit(partial(_enqueue, str(job.pk)), robust=True)
    except Exception:
        if job.upload:
            job.upload.delete(save=False)
        raise
    return job


def _same(job: Job) -> Job | None:
    # Their row is held: of two requests at once the second one sees what the first one began.
    User.objects.select_for_update(no_key=True).get(pk=job.owner_id)
    unfinished = Job.objects.filter(owner=job.owner_id, kind=job.kind, state__in=[State.QUEUED, State.RUNNING])
    return next((one for one in unfinished if not one.upload and one.params == job.params), None)


def run(job_id: str) -> None:
    """Does the job, if it is there to be done and nobody living is at it."""
    job = _claim(job_id)
    if job is None:
        return
    try:
        language = job.language or settings.LANGUAGE_CODE
        with translation.override(language), timezone.override(zone_of(job.owner)):
            import_string(KINDS[job.kind].replace(":", "."))(job, _Reporter(job))
        _finish(job, State.DONE)
    except ClaimLost:
        log.info("Job %s is no longer ours", job_id)
    except JobTrouble as trouble:
        job.sentence = str(trouble)[:300]
        _finish(job, State.FAILED)
    except Exception:
        log.exception("Job %s (%s) failed, attempt %d", job_id, job.kind, job.attempts)
        _try_again(job)


def sweep() -> None:
    """Hands out again what the queue forgot or a worker left in the middle."""
    now = timezone.now()
    for job in Job.objects.filter(state=State.RUNNING):
        # Who has spoken since this was read is at it still.
        if _is_abandoned(job, now) and _ours(job).filter(heartbeat_at=job.heartbeat_at).exists():
            log.warning("Job %s (%s) was left in the middle", job.pk, job.kind)
            _try_again(job)
    waiting = Q(heartbeat_at=None, created_at__lt=now - QUEUE_SOON) | Q(heartbeat_at__lt=now - STALE_AFTER)
    for pk in Job.objects.filter(waiting, state=State.QUEUED).values_list("pk", flat=True):
        _enqueue(str(pk))


def hands() -> set[str]:
    """The workers that jobs are in the hands of, living or dead."""
    return set(Job.objects.filter(state=State.RUNNING).values_list("worker", flat=True))


def clear_old() -> None:
    """What was finished long ago goes, its files too."""
    for job in Job.objects.filter(finished_at__lt=timezone.now() - KEPT):
        job.delete()


class _Reporter:
    """Writes how far a job is, not oftener than somebody could read it, and learns from that whether it is still
    ours."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.said_at: datetime | None = None

    def __call__(self, done: int, total: int, sentence: str = "") -> None:
        now = timezone.now()
        self.job.done, self.job.total = done, total
        self.job.sentence = sentence[:300] or self.job.sentence
        if self.said_at is None or now - self.said_at >= HEARTBEAT or done == total:
            self.said_at = now
            _update_ours(self.job, done=done, total=total, sentence=self.job.sentence, heartbeat_at=now)


def _enqueue(job_id: str) -> None:
    from lessons.tasks import run_job

    if hand_out(run_job, job_id):
        Job.objects.filter(pk=job_id, state=State.QUEUED).update(heartbeat_at=timezone.now())


def _claim(job_id: str) -> Job | None:
    job = Job.objects.select_related("owner").filter(pk=job_id, state=State.QUEUED).first()
    if job is None:
        return None
    claim = {"state": State.RUNNING, "attempts": job.attempts + 1, "worker": workers.my_name()}
    # Begun again, it is no longer as far as it was.
    claim |= {"done": 0, "total": 0, "sentence": ""}
    # Compare and swap on the attempt's number: whoever else read the same row finds it changed.
    ours = Job.objects.filter(pk=job.pk, state=State.QUEUED, attempts=job.attempts)
    if not ours.update(**claim, heartbeat_at=timezone.now()):
        return None
    for name, value in claim.items():
        setattr(job, name, value)
    return job


def _is_abandoned(job: Job, now: datetime) -> bool:
    if job.heartbeat_at is None or workers.is_dead(job.worker):
        return True
    patience = HANGS_AFTER if workers.is_alive(job.worker) else STALE_AFTER
    return job.heartbeat_at < now - patience


def _try_again(job: Job) -> None:
    if job.attempts >= MAX_ATTEMPTS:
        with translation.override(job.language or settings.LANGUAGE_CODE):
            job.sentence = _("This could not be finished. The fault is ours; nothing was changed halfway.")
        _finish(job, State.FAILED)
        return
    if _ours(job).update(state=State.QUEUED, heartbeat_at=None, worker=""):
        _enqueue(str(job.pk))


def _finish(job: Job, state: State) -> None:
    job.state, job.finished_at = state, timezone.now()
    kept = ["state", "finished_at", "sentence", "result", "next_url", "output", "output_name", "done", "total"]
    try:
        _update_ours(job, **{name: getattr(job, name) for name in kept})
    except ClaimLost:
        if job.output:
            job.output.delete(save=False)


def _update_ours(job: Job, **changes: Any) -> None:
    if not _ours(job).update(**changes):
        raise ClaimLost


def _ours(job: Job) -> QuerySet[Job]:
    """The row while this claim stands: each has its own attempt's number."""
    return Job.objects.filter(pk=job.pk, state=State.RUNNING, attempts=job.attempts)
