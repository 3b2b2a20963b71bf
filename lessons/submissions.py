"""The way of a take: received, queued, listened to, graded, learnt from. Nothing received is ever lost.

The row and its file are on disk before "received" is said. From there on the row's state drives everything: the
queue only says when to look, and `sweep` looks again at whatever the queue forgot.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Callable, Collection, Mapping
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from lessons import jobs, recordings, workers
from lessons.assigning.claiming import Claim, claim
from lessons.assigning.sittings import withheld
from lessons.curriculum import versions
from lessons.models import Assessment, Exercise, ExerciseVersion, Submission, TestSitting, User
from lessons.music_stand import stand_of
from lessons.queue import hand_out
from lessons.rubrics import rubric_of_take
from lessons.rulings import let_it_count
from lessons.words import said, trouble_words
from lessons.words import sentence_of as said_error
from tutor.clock import BadClock, Clock
from tutor.grading.assessment import Assessment as Heard
from tutor.grading.rubric import Rubric
from tutor.listening.errors import RecordingError
from tutor.notation.errors import ScoreError
from tutor.notation.instruments import UnknownInstrument, get_instrument

log = logging.getLogger(__name__)
State = Submission.State

MAX_ATTEMPTS = 3
# Ten minutes of sound take the ear some 15 s. A worker that is known to live may be slow on a busy machine, and is
# ended by the task's own time limit if it hangs.
STALE_AFTER = timedelta(seconds=90)
HANGS_AFTER = timedelta(minutes=6)
# Long enough for the queue to have said that it has it, short enough for a student to wait.
QUEUE_SOON = timedelta(seconds=20)
HEARTBEAT = timedelta(seconds=2)
# A take whose learning failed is tried again for this long, and at every worker's start.
LEARN_WITHIN = timedelta(minutes=10)
# As long as the sweep may have stood still without a worker being started anew.
TOLD_WITHIN = timedelta(days=1)

OUR_FAULT = gettext_noop(
    "We could not grade this take. The fault is ours, not yours: the recording is safe, and so is your progress."
)
SENTENCES = {
    State.RECEIVED: gettext_noop("Received. Grading soon."),
    State.QUEUED: gettext_noop("Received. Waiting for a free ear."),
    State.LISTENING: gettext_noop("Listening."),
    State.GRADING: gettext_noop("Grading."),
    State.DONE: gettext_noop("Graded."),
}


class Refusal(ValueError):
    """A take that can't be received. str() is one sentence that the student can act on; `status` is HTTP's word."""

    status = 400


class TooLarge(Refusal):
    status = 413


class NoLength(Refusal):
    status = 411


class WrongType(Refusal):
    status = 415


class KeyReused(Refusal):
    status = 409


class NotInATest(Refusal):
    """A test has its one take already, or has not been begun."""

    status = 409


class ClaimLost(Exception):
    """Another worker took this take over: what we heard of it counts no more."""


def sentence_of(submission: Submission) -> str:
    """What the student is told of where the take stands."""
    if submission.trouble:
        return trouble_words(submission.trouble)
    return said(SENTENCES.get(State(submission.state), OUR_FAULT))


# Receiving


def receive(
    student: User,
    exercise: Exercise,
    upload: UploadedFile,
    *,
    tempo_bpm: float,
    clock: Mapping[str, Any] | None,
    duration_s: float | None,
    idempotency_key: str,
    clapped: bool = False,
    version: int | None = None,
    assignment: int | None = None,
) -> tuple[Submission, bool]:
    """The take as a committed row with its file, and whether it is new. Raises Refusal. `version`: the number of the
    one that the student's page showed; nothing said, the one that stands now.

    The same key again is the same take: an upload that was cut off may be sent again and again. Sent for an assignment
    that it can't count for, it is practice; a test refuses a second one."""
    _check_key(idempotency_key)
    content_type = _check_upload(upload)
    digest = recordings.sha256_of(upload)
    if earlier := _earlier(student, idempotency_key):
        return _same_take(earlier, exercise, digest), False
    played = _check_version(exercise, version)
    versions.as_played(exercise, played)
    submission = Submission(
        student=student,
        exercise=exercise,
        version=played,
        idempotency_key=idempotency_key,
        tempo_bpm=_check_tempo(tempo_bpm),
        clapped=_check_clapped(clapped, exercise),
        clock=_check_clock(clock),
        claimed_duration_s=_check_duration(duration_s),
        content_type=content_type,
        recording_sha256=digest,
        **_as_the_student_sees_it(exercise, student),
    )
    try:
        _commit(submission, upload, assignment)
    except (IntegrityError, NotInATest):
        # The same key a moment ago, in another request.
        if earlier := _earlier(student, idempotency_key):
            return _same_take(earlier, exercise, digest), False
        raise
    submission.refresh_from_db(fields=["state", "heartbeat_at"])
    return submission, True


def _check_key(key: str) -> None:
    if not 1 <= len(key) <= 100:
        raise Refusal(_("An upload needs an Idempotency-Key of 1 to 100 letters, so that sending it twice is safe."))


def _check_upload(upload: UploadedFile) -> str:
    if not upload.size:
        raise Refusal(_("The recording is empty. Check that the microphone is on, and play it again."))
    if upload.size > settings.MAX_RECORDING_BYTES:
        raise too_large()
    content_type = recordings.audio_type(recordings.head_of(upload))
    if content_type is None:
        raise WrongType(_("This is not a recording we can hear. Send a WAV, FLAC, MP3, M4A, Ogg or WebM file."))
    return content_type


def too_large() -> TooLarge:
    limit_mb = settings.MAX_RECORDING_BYTES // 2**20
    return TooLarge(
        _("The recording is larger than %(most)s MB. Send a shorter take, or a compressed file.") % {"most": limit_mb}
    )


def _check_tempo(tempo_bpm: float) -> float:
    if not (math.isfinite(tempo_bpm) and 10 <= tempo_bpm <= 400):
        raise Refusal(_("The tempo must be between 10 and 400 beats a minute."))
    return tempo_bpm


def _check_clapped(clapped: bool, exercise: Exercise) -> bool:
    if clapped and not exercise.can_be_clapped:
        raise Refusal(_("Only a rhythm exercise can be clapped. Play this one."))
    return clapped


def _check_duration(duration_s: float | None) -> float | None:
    if duration_s is None:
        return None
    if not (math.isfinite(duration_s) and duration_s >= 0):
        raise Refusal(_("The length of the take must be a number of seconds."))
    if duration_s > settings.MAX_RECORDING_S:
        words = _("The take is longer than %(most)s minutes. Send it in parts.")
        raise TooLarge(words % {"most": settings.MAX_RECORDING_S // 60})
    return duration_s


def _check_clock(clock: Mapping[str, Any] | None) -> dict[str, Any] | None:
    if not clock:
        return None
    try:
        return asdict(Clock.from_dict(clock))  # Its own numbers, and nothing else that was sent along.
    except BadClock as bad:
        raise Refusal(said_error(bad)) from None
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError):
        raise Refusal(_("The clock that came with the take can't be read.")) from None


def _check_version(exercise: Exercise, number: int | None) -> ExerciseVersion | None:
    try:
        return versions.played_from(exercise, number)
    except versions.UnknownVersion as unknown:
        raise Refusal(said_error(unknown)) from None


def _as_the_student_sees_it(exercise: Exercise, student: User) -> dict[str, Any]:
    try:
        score, instrument = stand_of(exercise, student)
    except (ScoreError, UnknownInstrument) as problem:
        raise Refusal(said_error(problem)) from problem
    return {"score": score.to_dict(), "instrument": instrument.name if instrument else ""}


def _commit(submission: Submission, upload: UploadedFile, assignment: int | None) -> None:
    """The file first, on disk for good; then the row, which is what makes it received; then the queue."""
    name = f"take.{recordings.SUFFIXES[submission.content_type]}"
    # Named before it is written: a disk that fills up halfway leaves half a file under this name.
    submission.recording = submission.recording.field.generate_filename(submission, name)
    try:
        submission.recording.save(name, upload, save=False)
        recordings.make_durable(submission.recording)
        with transaction.atomic(durable=True):
            claimed = _claim_assignment(submission, assignment)
            submission.save(force_insert=True)
            if claimed.sitting:
                TestSitting.objects.filter(pk=claimed.sitting.pk).update(submission=submission)
            transaction.on_commit(lambda: _enqueue(submission), robust=True)
    except BaseException:
        if not Submission.objects.filter(pk=submission.pk).exists():
            submission.recording.delete(save=False)
        raise


def _claim_assignment(submission: Submission, wanted: int | None) -> Claim:
    claimed = claim(submission, wanted)
    if claimed.refusal:
        raise NotInATest(claimed.refusal)
    submission.assignment = claimed.assignment
    return claimed


def _earlier(student: User, key: str) -> Submission | None:
    return Submission.objects.filter(student=student, idempotency_key=key).first()


def _same_take(earlier: Submission, exercise: Exercise, digest: str) -> Submission:
    if earlier.exercise_id != exercise.pk or earlier.recording_sha256 != digest:
        raise KeyReused(_("This Idempotency-Key belongs to another take. Send this one under a new key."))
    return earlier


def _enqueue(submission: Submission) -> bool:
    """Tells the workers. A broker that is down costs nothing but time: the sweep asks again."""
    from lessons.tasks import grade_submission

    if not hand_out(grade_submission, str(submission.pk)):
        return False
    # Only if no worker was quicker than this line.
    waiting = Submission.objects.filter(pk=submission.pk, state__in=[State.RECEIVED, State.QUEUED])
    waiting.update(state=State.QUEUED, heartbeat_at=timezone.now())
    return True


# Grading


def grade(submission_id: str) -> None:
    """Listens to one take, writes its grade, and moves the student on. Safe to run twice, or twice at once."""
    submission = _claim(submission_id)
    if submission is not None:
        try:
            _keep(submission, *_listen(submission))
        except RecordingError as trouble:
            _fail(submission, str(trouble))
        except ClaimLost:
            log.warning("Take %s was taken over by another worker", submission_id)
        except Exception:
            log.exception("Take %s, attempt %d", submission_id, submission.attempts)
            _try_again_later(submission)
    learn(submission_id)


def _claim(submission_id: str) -> Submission | None:
    """The take, ours alone to grade; None if it is done, unknown, or in living hands."""
    take = Submission.objects.filter(pk=submission_id).first()
    if take is None or take.state in (State.DONE, State.FAILED):
        return None
    if take.state in (State.LISTENING, State.GRADING) and not _is_abandoned(take, timezone.now()):
        return None
    if take.attempts >= MAX_ATTEMPTS:
        _fail(take, OUR_FAULT)
        return None
    # Compare and swap on the attempt's number: whoever else read the same row finds it changed. Not on the state:
    # the upload may mark the row as queued between our reading and our writing, and then nobody would grade it.
    claim = {"state": State.LISTENING, "attempts": take.attempts + 1, "worker": workers.my_name()}
    ours = Submission.objects.filter(pk=take.pk, attempts=take.attempts).exclude(state__in=[State.DONE, State.FAILED])
    won = ours.update(**claim, heartbeat_at=timezone.now())
    take.state, take.attempts, take.worker = claim["state"], claim["attempts"], claim["worker"]
    return take if won else None


def _is_abandoned(take: Submission, now: datetime) -> bool:
    if take.heartbeat_at is None or workers.is_dead(take.worker):
        return True
    patience = HANGS_AFTER if workers.is_alive(take.worker) else STALE_AFTER
    return take.heartbeat_at < now - patience


def _listen(submission: Submission) -> tuple[Heard, Rubric]:
    rubric = rubric_of_take(submission)
    return hear(submission, rubric, _heartbeat(submission)), rubric


def hear(submission: Submission, rubric: Rubric, progress: Callable[[str, float], None] | None = None) -> Heard:
    """The take as the present engine hears it under this rubric. Nothing is written."""
    from tutor.assess import assess_recording

    with submission.recording.open("rb") as file:
        sound = file.read()
    return assess_recording(
        sound,
        submission.as_score(),
        rubric,
        submission.as_clock(),
        instrument=get_instrument(submission.instrument) if submission.instrument else None,
        bpm=submission.tempo_bpm,
        claimed_duration_s=submission.claimed_duration_s,
        progress=progress,
    )


def _heartbeat(submission: Submission) -> Callable[[str, float], None]:
    """Tells the row where the ear is: at each new stage, and every few seconds between."""
    told: tuple[str, datetime] = (State.LISTENING, timezone.now())

    def progress(stage: str, share: float) -> None:
        nonlocal told
        now = timezone.now()
        state = stage if stage in (State.LISTENING, State.GRADING) else told[0]
        if state != told[0] or now - told[1] > HEARTBEAT:
            told = (state, now)
            _update_ours(submission, state=state, heartbeat_at=now)

    return progress


def _still_ours(submission: Submission) -> Any:
    """The row while the claim stands: each claim has its own attempt number."""
    return Submission.objects.filter(
        pk=submission.pk, attempts=submission.attempts, state__in=[State.LISTENING, State.GRADING]
    )


def _update_ours(submission: Submission, **changes: Any) -> None:
    if not _still_ours(submission).update(**changes):
        raise ClaimLost(submission.pk)


def _keep(submission: Submission, heard: Heard, rubric: Rubric) -> None:
    """The grade and "done" in one step. An engine that heard this take before under the same rubric is not repeated."""
    now = timezone.now()
    with transaction.atomic():
        done = {"state": State.DONE, "graded_at": now, "heartbeat_at": now, "trouble": "", "worker": ""}
        _update_ours(submission, **done, duration_s=heard.duration_s)
        keep_hearing(submission, heard, rubric)


def keep_hearing(submission: Submission, heard: Heard, rubric: Rubric) -> tuple[Assessment, bool]:
    """A hearing beside those before, which counts from now on, and whether it is new."""
    assessment, new = Assessment.objects.get_or_create(
        submission=submission,
        engine=heard.engine,
        rubric_digest=rubric.digest,
        defaults={
            "rubric": rubric.to_dict(),
            "result": heard.to_dict(),
            "trace": _trace(heard),
            "overall": heard.grade.overall,
            "counts": False,  # Until the one before is told that it no longer does.
        },
    )
    if not assessment.counts:
        let_it_count(assessment)
    return assessment, new


def _trace(heard: Heard) -> dict[str, Any]:
    """Cents and decibels are all that the eye can tell."""
    if heard.trace is None:
        return {}
    return {
        "hop_s": heard.trace.hop_s,
        "midi": [None if pitch is None else round(pitch, 2) for pitch in heard.trace.midi],
        "level_db": [round(level, 1) for level in heard.trace.level_db],
    }


def _fail(submission: Submission, trouble: str) -> None:
    failed = {"state": State.FAILED, "trouble": trouble[:300], "heartbeat_at": timezone.now(), "worker": ""}
    Submission.objects.filter(pk=submission.pk, attempts=submission.attempts).exclude(state=State.DONE).update(**failed)


def _try_again_later(submission: Submission) -> None:
    if submission.attempts >= MAX_ATTEMPTS:
        _fail(submission, OUR_FAULT)
    else:
        _still_ours(submission).update(state=State.RECEIVED, heartbeat_at=timezone.now(), worker="")


# Learning


def queue_learning(submission_id: str) -> None:
    """Asks a worker to learn from a take that is marked as not learnt from. If the queue is down, the sweep asks."""
    from lessons.tasks import learn_from_submission

    hand_out(learn_from_submission, submission_id)


def learn(submission_id: str) -> None:
    """Moves the student's skills by a graded take and chooses what is next, once; by a test's take when its result is
    told. The grade stands whatever happens here, and the sweep tries again."""
    from lessons import practice

    try:
        with transaction.atomic():
            take = _to_learn_from().select_for_update(of=("self",)).filter(pk=submission_id).first()
            if take is None:
                return
            # Two takes of one student move the same skills: one after the other.
            student = User.objects.select_for_update().get(pk=take.student_id)
            practice.learn_from(take)
            practice.choose_next(student)
            Submission.objects.filter(pk=take.pk).update(learned_at=timezone.now())
    except Exception:
        log.exception("Take %s is graded, and not yet learnt from", submission_id)


def _to_learn_from() -> Any:
    return Submission.objects.filter(state=State.DONE, learned_at=None).exclude(withheld())


# Sweeping


def sweep(*, at_worker_start: bool = False) -> int:
    """Queues again whatever was forgotten, and says how many. At a worker's start that is everything unfinished that
    nobody living holds: the queue may have died with the last worker."""
    now = timezone.now()
    _release_abandoned(now)
    _give_up_exhausted()
    _let_told_tests_teach(now)
    forgotten = _forgotten(now, at_worker_start)
    for count, take in enumerate(forgotten):
        if not _enqueue(take):
            return count  # The queue is down: the next sweep finds them as they are.
    return len(forgotten)


def _release_abandoned(now: datetime) -> None:
    claimed = Submission.objects.filter(state__in=[State.LISTENING, State.GRADING]).defer("score", "clock")
    living = set()
    for take in claimed:
        if _is_abandoned(take, now):
            log.warning("Take %s was left in the middle (attempt %d)", take.pk, take.attempts)
            _still_ours(take).filter(heartbeat_at=take.heartbeat_at).update(
                state=State.RECEIVED, heartbeat_at=None, worker=""
            )
        else:
            living.add(take.worker)
    workers.bury(living | jobs.hands())


def _give_up_exhausted() -> None:
    for take in Submission.objects.filter(state=State.RECEIVED, attempts__gte=MAX_ATTEMPTS).defer("score", "clock"):
        _fail(take, OUR_FAULT)


def _let_told_tests_teach(now: datetime) -> None:
    """Results that are told since their test was due: as after a ruling, a heartbeat makes them takes to learn from.
    Older ones are found when a worker starts."""
    due = Q(assignment__due_at__gt=now - TOLD_WITHIN, assignment__due_at__lt=now)
    kept_back = Q(heartbeat_at=None) | Q(heartbeat_at__lt=F("assignment__due_at"))
    rows = Submission.objects.filter(due, kept_back, state=State.DONE, learned_at=None)
    rows.update(heartbeat_at=now - QUEUE_SOON)


def _forgotten(now: datetime, at_worker_start: bool) -> list[Submission]:
    soon = now - QUEUE_SOON
    received = Q(state=State.RECEIVED) & (Q(heartbeat_at=None, created_at__lt=soon) | Q(heartbeat_at__lt=soon))
    left = Q(state=State.RECEIVED, heartbeat_at=None, attempts__gt=0)
    queued = Q(state=State.QUEUED, heartbeat_at__lt=now - STALE_AFTER)
    # A teacher's ruling is a heartbeat too: it makes an old take one to learn from again.
    window = (now - LEARN_WITHIN, soon)
    unlearnt = Q(state=State.DONE, learned_at=None) & (Q(graded_at__range=window) | Q(heartbeat_at__range=window))
    if at_worker_start:
        received, queued = Q(state=State.RECEIVED), Q(state=State.QUEUED)
        unlearnt = Q(state=State.DONE, learned_at=None, graded_at__lt=soon)
    takes = Submission.objects.filter(received | left | queued | unlearnt & ~withheld(now)).defer("score", "clock")
    return [take for take in takes.order_by("created_at") if at_worker_start or _waited_enough(take, now)]


def _waited_enough(take: Submission, now: datetime) -> bool:
    """A long queue is no reason to queue everything twice a minute: each wait is as long as all before it."""
    if take.state != State.QUEUED or take.heartbeat_at is None:
        return True
    return now - take.heartbeat_at >= (now - take.created_at) / 2


def clear_orphans() -> int:
    """Removes recordings that a killed process left without a row, and says how many."""
    return recordings.clear_orphans(_known)


def _known(takes: Collection[UUID]) -> set[UUID]:
    """Asked in parts: SQLite takes only so many at once."""
    ids = list(takes)
    parts = (ids[first : first + 500] for first in range(0, len(ids), 500))
    return {pk for part in parts for pk in _with_sound(part)}


def _with_sound(ids: Collection[UUID]) -> Any:
    """Of these takes those whose recording is meant to be there."""
    return Submission.objects.filter(pk__in=ids, sound_deleted_at=None).values_list("pk", flat=True)
