"""What runs outside a request. Each task fetches nothing and decides nothing: see submissions.py and practice/."""

from __future__ import annotations

import logging
from datetime import date

from celery import shared_task
from celery.signals import worker_init, worker_ready
from django.db import connections

from lessons import comments, forgotten, jobs, notices, submissions

log = logging.getLogger(__name__)


# Ten minutes of sound take some 15 s: after four minutes something hangs, and the take is tried again.
@shared_task(soft_time_limit=240, time_limit=270)
def grade_submission(submission_id: str) -> None:
    submissions.grade(submission_id)


@shared_task
def learn_from_submission(submission_id: str) -> None:
    submissions.learn(submission_id)


@shared_task
def sweep_submissions() -> None:
    submissions.sweep()


@shared_task
def clear_orphans() -> None:
    submissions.clear_orphans()
    comments.clear_orphans()


# An import of a thousand files takes minutes; what hangs beyond this is ended and begun again.
@shared_task(soft_time_limit=1800, time_limit=1830)
def run_job(job_id: str) -> None:
    jobs.run(job_id)


@shared_task
def sweep_jobs() -> None:
    jobs.sweep()


@shared_task
def clear_old() -> None:
    from lessons.importing import job as importing

    importing.clear_old()
    jobs.clear_old()
    notices.clear_old()


@shared_task
def mail_notices() -> None:
    notices.mail_waiting()


# A mail server that is out for a while is asked again: after half a minute, one, two, four and eight.
@shared_task(autoretry_for=(OSError,), retry_backoff=30, max_retries=5)
def send_password_links(who: str, asked_in: str) -> None:
    forgotten.send_links(who, asked_in)


@shared_task
def replan_students() -> None:
    from lessons.practice import night

    night.begin_night(_queue_chunk)


# A chunk takes seconds: after two minutes something hangs, and the sweep hands it out again.
@shared_task(soft_time_limit=120, time_limit=150)
def plan_chunk(night: str, first: int, last: int) -> None:
    from lessons.practice.night import plan_chunk

    plan_chunk(date.fromisoformat(night), first, last)


# A chunk of a class takes seconds. What is lost comes with the next plan.
@shared_task(soft_time_limit=120, time_limit=150)
def plan_again(students: list[int]) -> None:
    from lessons.practice import planning

    planning.plan_again(students)


@shared_task
def resume_nights() -> None:
    from lessons.practice import night

    night.resume_nights(_queue_chunk)


@shared_task
def clear_unplayed() -> None:
    from lessons.practice import kept

    kept.clear_unplayed()


@shared_task
def forget_old_sound() -> None:
    from lessons import retention

    retention.forget_old_sound()


@shared_task
def clear_unconfirmed_lists() -> None:
    from lessons.roster import importing

    importing.clear_unconfirmed()


def _queue_chunk(night: date, first: int, last: int) -> None:
    plan_chunk.delay(night.isoformat(), first, last)


@shared_task
def remind_of_assignments() -> None:
    from lessons.assigning import reminding

    reminding.remind()


@worker_init.connect
def tune_the_ear(**_: object) -> None:
    """Loads the ear before the worker forks: the first take of the day is heard as fast as the second."""
    import tutor.assess  # noqa: F401


@worker_ready.connect
def sweep_at_start(**_: object) -> None:
    """The queue does not give back what a killed worker held for minutes: the rows know better."""
    try:
        found = submissions.sweep(at_worker_start=True)
        jobs.sweep()
        log.info("Worker up; %d unfinished takes queued again", found)
    except Exception:
        log.exception("The sweep at the start failed; the next one comes within a minute")
    finally:
        connections.close_all()
