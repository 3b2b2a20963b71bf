"""Long work: done once, seen from anywhere, begun again where it was left."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from lessons import jobs, workers
from lessons.models import Job, User

pytestmark = pytest.mark.django_db
done: list[str] = []


def count_to_three(job: Job, progress: jobs.Progress) -> None:
    for number in range(1, 4):
        progress(number, 3, f"Step {number}.")
    job.keep_output("three.txt", b"1 2 3")
    done.append(translation.get_language() or "")


def refuse(job: Job, progress: jobs.Progress) -> None:
    raise jobs.JobTrouble("The file holds no music.")


def fall_over(job: Job, progress: jobs.Progress) -> None:
    progress(1, 3)
    done.append("tried")
    raise RuntimeError("no")


def is_called_off(job: Job, progress: jobs.Progress) -> None:
    Job.objects.all().delete()
    progress(3, 3)
    done.append("not reached")


@pytest.fixture(autouse=True)
def kinds(monkeypatch: pytest.MonkeyPatch) -> None:
    done.clear()
    ours = {name: f"{__name__}:{name}" for name in ("count_to_three", "refuse", "fall_over", "is_called_off")}
    monkeypatch.setattr(jobs, "KINDS", ours)


def started(kind: str, owner: User, **more: Any) -> Job:
    return jobs.start(kind, owner, "Some work", **more)


def test_a_job_is_done_once_in_its_owners_language_and_its_file_can_be_had(client: Client, ada: User) -> None:
    with translation.override("de"):
        job = started("count_to_three", ada)
    jobs.run(str(job.pk))
    jobs.run(str(job.pk))
    assert done == ["de"]
    client.force_login(ada)
    assert client.get(reverse("job-state", args=[job.pk])).json() == {
        "state": "done",
        "done": 3,
        "total": 3,
        "sentence": "Step 3.",
        "next_url": "",
        "file": True,
    }
    answer = client.get(reverse("job-file", args=[job.pk]))
    assert b"".join(answer.streaming_content) == b"1 2 3"  # type: ignore[attr-defined]
    assert 'filename="three.txt"' in answer["Content-Disposition"]
    page = client.get(reverse("job", args=[job.pk])).content.decode()
    assert "three.txt" in page


def test_nobody_else_sees_a_job(client: Client, ada: User, ben: User) -> None:
    job = started("count_to_three", ada)
    jobs.run(str(job.pk))
    client.force_login(ben)
    for name in ("job", "job-state", "job-file"):
        assert client.get(reverse(name, args=[job.pk])).status_code == 404
    assert "Some work" not in client.get(reverse("jobs")).content.decode()


def test_trouble_is_one_sentence_and_no_second_try(ada: User) -> None:
    job = started("refuse", ada)
    jobs.run(str(job.pk))
    job.refresh_from_db()
    assert (job.state, job.sentence, job.attempts) == ("failed", "The file holds no music.", 1)


def test_our_own_fault_is_tried_twice(ada: User, caplog: pytest.LogCaptureFixture) -> None:
    job = started("fall_over", ada)
    for _ in range(4):
        jobs.run(str(job.pk))
    job.refresh_from_db()
    assert (job.state, done) == ("failed", ["tried", "tried"])
    assert "fault is ours" in job.sentence


def test_what_a_killed_worker_left_is_begun_again(ada: User) -> None:
    job = started("count_to_three", ada)
    Job.objects.filter(pk=job.pk).update(
        state="running", attempts=1, heartbeat_at=timezone.now() - timedelta(minutes=2), done=40, total=90
    )
    jobs.sweep()
    job.refresh_from_db()
    assert job.state == "queued"
    jobs.run(str(job.pk))
    job.refresh_from_db()
    assert (job.state, job.attempts) == ("done", 2)


def test_what_is_begun_again_does_not_say_how_far_it_was(ada: User, monkeypatch: pytest.MonkeyPatch) -> None:
    job = started("count_to_three", ada)
    Job.objects.filter(pk=job.pk).update(state="queued", attempts=1, done=40, total=90)
    seen: list[tuple[int, int]] = []
    monkeypatch.setattr(f"{__name__}.count_to_three", lambda job, _progress: seen.append(_told(job)))
    jobs.run(str(job.pk))
    assert seen == [(0, 0)]


def _told(job: Job) -> tuple[int, int]:
    job = Job.objects.get(pk=job.pk)
    return job.done, job.total


def test_a_job_in_living_hands_is_left_alone(ada: User) -> None:
    job = started("count_to_three", ada)
    Job.objects.filter(pk=job.pk).update(state="running", attempts=1, heartbeat_at=timezone.now())
    jobs.sweep()
    jobs.run(str(job.pk))
    assert done == []


@pytest.mark.parametrize(("minutes", "state"), [(3, "running"), (7, "queued")])
def test_a_slow_step_is_no_death_while_its_worker_is_known_to_live(ada: User, minutes: int, state: str) -> None:
    job = started("count_to_three", ada)
    said_at = timezone.now() - timedelta(minutes=minutes)
    Job.objects.filter(pk=job.pk).update(state="running", attempts=1, heartbeat_at=said_at, worker=workers.my_name())
    jobs.sweep()
    job.refresh_from_db()
    assert job.state == state


@pytest.mark.parametrize("attempts", [1, jobs.MAX_ATTEMPTS])
def test_one_that_speaks_while_it_is_looked_at_is_left_alone(
    ada: User, attempts: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = started("count_to_three", ada)
    long_ago = timezone.now() - timedelta(minutes=2)
    Job.objects.filter(pk=job.pk).update(state="running", attempts=attempts, heartbeat_at=long_ago)

    def it_speaks(_name: str) -> bool:
        Job.objects.filter(pk=job.pk).update(heartbeat_at=timezone.now())
        return False

    monkeypatch.setattr("lessons.jobs.workers.is_dead", it_speaks)
    jobs.sweep()
    job.refresh_from_db()
    assert job.state == "running"


def test_a_dead_job_that_two_find_is_begun_again_once(ada: User, monkeypatch: pytest.MonkeyPatch) -> None:
    job = started("count_to_three", ada)
    Job.objects.filter(pk=job.pk).update(state="running", attempts=1, heartbeat_at=timezone.now())

    def another_found_it(_name: str) -> bool:
        Job.objects.filter(pk=job.pk).update(attempts=2, heartbeat_at=timezone.now())
        return True

    monkeypatch.setattr("lessons.jobs.workers.is_dead", another_found_it)
    jobs.sweep()
    job.refresh_from_db()
    assert (job.state, job.attempts) == ("running", 2)


def test_a_job_that_was_called_off_writes_nothing_more(ada: User) -> None:
    job = started("is_called_off", ada)
    jobs.run(str(job.pk))
    assert done == []
    assert not Job.objects.exists()


def test_an_old_job_goes_with_its_files(ada: User, django_capture_on_commit_callbacks: Any) -> None:
    job = started("count_to_three", ada, upload=ContentFile(b"music", name="up.xml"))
    jobs.run(str(job.pk))
    job.refresh_from_db()
    files = [(one.storage, one.name) for one in (job.upload, job.output)]
    assert all(storage.exists(name) for storage, name in files)
    Job.objects.update(finished_at=timezone.now() - jobs.KEPT - timedelta(days=1))
    with django_capture_on_commit_callbacks(execute=True):
        jobs.clear_old()
    assert not Job.objects.exists()
    assert not any(storage.exists(name) for storage, name in files)


def test_a_button_pressed_twice_does_nothing_twice(ada: User, ben: User) -> None:
    first = started("count_to_three", ada, params={"of": [1, 2]})
    assert started("count_to_three", ada, params={"of": [1, 2]}) == first
    others = [
        started("count_to_three", ada, params={"of": [2, 1]}),
        started("refuse", ada, params={"of": [1, 2]}),
        started("count_to_three", ben, params={"of": [1, 2]}),
        started("count_to_three", ada, params={"of": [1, 2]}, upload=ContentFile(b"x", name="x.txt")),
    ]
    assert len({first.pk, *(job.pk for job in others)}) == 5
    jobs.run(str(first.pk))
    assert started("count_to_three", ada, params={"of": [1, 2]}) != first


def test_all_that_is_ones_own_is_kept_once(ada: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "KINDS", {"my-data": "lessons.my_data:run"})
    for _ in range(2):
        jobs.run(str(started("my-data", ada).pk))
    (kept,) = Job.objects.all()
    assert kept.state == Job.State.DONE and kept.output.storage.exists(kept.output.name)
    folder, _, _name = kept.output.name.rpartition("/")
    assert kept.output.storage.listdir(folder)[1] == [_name]
