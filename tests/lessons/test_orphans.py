"""A recording without a row belongs to nobody and is never heard: it goes. One with a row never does."""

import os
import time
import uuid
from pathlib import Path

import pytest

from lessons import recordings, submissions
from tests.factories import SubmissionFactory

DAYS = 24 * 3600


@pytest.fixture
def folder(settings):
    return Path(settings.MEDIA_ROOT) / "recordings"


def lay(folder, *, days_ago, name=None):
    name = name or f"{uuid.uuid4()}.webm"
    path = folder / name[:2] / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"sound")
    aged(path, days_ago)
    return path


def aged(path, days_ago):
    os.utime(path, (time.time() - days_ago * DAYS,) * 2)


def test_they_are_cleared_at_night():
    from tutor.celery import app

    assert "lessons.tasks.clear_orphans" in {entry["task"] for entry in app.conf.beat_schedule.values()}


def test_what_a_killed_process_left_goes_after_a_day(db, folder, ada):
    left, fresh = lay(folder, days_ago=1.1), lay(folder, days_ago=0.9)
    kept = Path(SubmissionFactory(student=ada).recording.path)
    aged(kept, 400)
    submissions.clear_orphans()
    assert (left.exists(), fresh.exists(), kept.exists()) == (False, True, True)


@pytest.mark.parametrize("name", ["README.txt", "not-a-take.wav", "59d361b2b2754c4b835aded7dd920175.wav"])
def test_what_is_no_recording_of_ours_is_left_alone(db, folder, name):
    path = lay(folder, days_ago=400, name=name)
    submissions.clear_orphans()
    assert path.exists()


def test_another_database_does_not_cost_a_school_its_recordings(db, folder, caplog):
    """Started with a new database on the old folder, all files have no row."""
    files = [lay(folder, days_ago=30) for _ in range(recordings.FEW_ORPHANS + 1)]
    submissions.clear_orphans()
    assert all(path.exists() for path in files)
    assert "none is removed" in caplog.text


def test_a_school_without_a_recording_sweeps_too(db, folder):
    assert not folder.exists()
    submissions.clear_orphans()
