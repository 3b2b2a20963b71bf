"""What the queue forgot is found again: every minute what waited too long, at a worker's start everything."""

import subprocess
import sys
from datetime import timedelta

import pytest
from django.conf import settings as school
from django.utils import timezone

from lessons import jobs, submissions, workers
from lessons.models import Job, Submission
from tests.factories import SubmissionFactory, graded


@pytest.fixture
def queue(monkeypatch):
    queued = []
    monkeypatch.setattr("lessons.tasks.grade_submission.apply_async", lambda args, **_: queued.append(*args))
    return queued


def left(ada, *, seconds_ago, **fields):
    """A take of so long ago, whose heart last beat then."""
    take = SubmissionFactory(student=ada, **fields)
    then = timezone.now() - timedelta(seconds=seconds_ago)
    heartbeat = None if fields.get("state", "received") == "received" else then
    Submission.objects.filter(pk=take.pk).update(created_at=then, heartbeat_at=heartbeat)
    return take


@pytest.mark.parametrize(
    ("state", "seconds_ago", "found"),
    [
        ("received", 5, False),
        ("received", 25, True),
        ("queued", 30, False),
        ("queued", 100, True),
        ("listening", 30, False),
        ("listening", 100, True),
        ("grading", 100, True),
        ("failed", 1000, False),
    ],
)
def test_the_sweep_finds_what_waited_too_long(ada, queue, state, seconds_ago, found):
    take = left(ada, seconds_ago=seconds_ago, state=state, attempts=1 if state in ("listening", "grading") else 0)
    assert submissions.sweep() == int(found)
    assert queue == [str(take.pk)] * found
    if found:
        take.refresh_from_db()
        assert take.state == "queued"


@pytest.mark.parametrize("state", ["received", "queued"])
def test_a_workers_start_finds_everything_unfinished(ada, queue, state):
    take = left(ada, seconds_ago=1, state=state)
    submissions.sweep(at_worker_start=True)
    assert queue == [str(take.pk)]


def test_a_workers_start_leaves_what_another_living_worker_holds(ada, queue):
    left(ada, seconds_ago=1, state="listening", attempts=1, worker=workers.my_name())
    assert submissions.sweep(at_worker_start=True) == 0


def test_a_killed_worker_is_known_to_be_dead_at_once(ada, queue):
    """Its heart beat a second ago; but the kernel let go of its lock."""
    hold = f"""
import os, sys, django
os.environ["DJANGO_SETTINGS_MODULE"] = "tutor.settings"
from django.conf import settings
settings.VAR = {str(school.VAR)!r}
from lessons import workers
print(workers.my_name(), flush=True)
sys.stdin.read()
"""
    process = subprocess.Popen([sys.executable, "-c", hold], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    name = process.stdout.readline().strip()
    take = left(ada, seconds_ago=1, state="listening", attempts=1, worker=name)
    job = Job.objects.create(
        kind="my-data", owner=ada, state="running", attempts=1, worker=name, heartbeat_at=timezone.now()
    )
    assert not workers.is_dead(name)
    assert submissions.sweep() == 0
    process.kill()
    process.communicate()
    assert workers.is_dead(name)
    assert submissions.sweep() == 1
    assert queue == [str(take.pk)]
    submissions.sweep()
    # A job of its is found as soon: the takes' sweep comes first, and leaves what the jobs' asks.
    jobs.sweep()
    job.refresh_from_db()
    assert job.state == "queued"
    submissions.sweep()
    assert not list((school.VAR / "workers").glob(f"{name}.lock"))


def test_a_worker_of_another_machine_is_judged_by_its_heartbeat(db):
    assert not workers.is_dead("0123456789abcdef")


def test_a_slow_worker_that_lives_is_left_alone_for_longer(ada, queue):
    take = left(ada, seconds_ago=200, state="listening", attempts=1, worker=workers.my_name())
    assert submissions.sweep() == 0
    Submission.objects.filter(pk=take.pk).update(heartbeat_at=timezone.now() - submissions.HANGS_AFTER)
    assert submissions.sweep() == 1


def test_attempts_are_capped(ada, queue):
    take = left(ada, seconds_ago=100, state="grading", attempts=submissions.MAX_ATTEMPTS)
    assert submissions.sweep() == 0
    take.refresh_from_db()
    assert (take.state, take.trouble) == ("failed", submissions.OUR_FAULT)


def test_a_long_queue_is_not_queued_again_and_again(ada, queue):
    """After an hour's wait, a take that was queued again 100 s ago is left where it is."""
    take = left(ada, seconds_ago=3600, state="queued")
    assert submissions.sweep() == 1
    Submission.objects.filter(pk=take.pk).update(heartbeat_at=timezone.now() - timedelta(seconds=100))
    assert submissions.sweep() == 0


def test_a_grade_that_was_not_learnt_from_is_found(ada, queue):
    take = graded(student=ada, graded_at=timezone.now() - timedelta(seconds=30))
    assert submissions.sweep() == 1
    assert queue == [str(take.pk)]
    take.refresh_from_db()
    assert take.state == "done"


def test_the_sweep_is_on_the_clock():
    from tutor.celery import app

    schedule = {entry["task"]: entry["schedule"] for entry in app.conf.beat_schedule.values()}
    assert schedule["lessons.tasks.sweep_submissions"] == 60
    app.loader.import_default_modules()
    assert set(schedule) <= set(app.tasks)


def test_beat_keeps_the_clock_of_the_settings():
    """So that a deployment's WOODSHED_SWEEP_EVERY_S counts, and a late beat's jobs expire."""
    from tutor.celery import app

    assert app.conf.beat_schedule == school.CELERY_BEAT_SCHEDULE
