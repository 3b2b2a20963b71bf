"""A queue that is down costs nothing but time."""

import socket
import time

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from lessons import submissions
from lessons.models import Submission
from tests.factories import ExerciseFactory, tone_wav
from tutor.celery import app


@pytest.fixture(params=["no socket", "no server", "no answer"])
def dead_broker(request, settings):
    import lessons.tasks  # noqa: F401  what a web server has loaded long since is no part of the measure

    app.finalize()
    before = app.conf.broker_url, app.conf.broker_transport_options
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = {
            "no socket": "redis+socket:///nowhere/valkey.sock",
            "no server": "redis://127.0.0.1:9/0",
            "no answer": f"redis://127.0.0.1:{silent.getsockname()[1]}/0",
        }[request.param]
        _connect(address, settings.CELERY_BROKER_TRANSPORT_OPTIONS)
        yield
        _connect(*before)


def _connect(url, options):
    app.conf.update(broker_url=url, broker_transport_options=options)
    app._pool = None  # Pools are kept by address: the next send makes or finds the one for this address.
    app.amqp._producer_pool = None


def receive(student):
    return submissions.receive(
        student,
        ExerciseFactory(),
        SimpleUploadedFile("take.wav", tone_wav()),
        tempo_bpm=84.0,
        clock=None,
        duration_s=1.0,
        idempotency_key="one",
    )


@pytest.mark.django_db(transaction=True)
def test_a_take_is_received_without_a_queue(ada, dead_broker):
    began = time.monotonic()
    take, created = receive(ada)
    # Not a measure of speed: a queue that never answers once held the upload for more than a minute.
    assert time.monotonic() - began < 20
    assert created and take.state == "received"
    assert submissions.sentence_of(take) == "Received. Grading soon."
    assert Submission.objects.get().recording.size == len(tone_wav())


@pytest.mark.django_db(transaction=True)
def test_it_is_queued_once_the_queue_is_back(ada, dead_broker, monkeypatch):
    take, _ = receive(ada)
    assert submissions.sweep(at_worker_start=True) == 0
    take.refresh_from_db()
    assert take.state == "received"
    queued = []
    monkeypatch.setattr("lessons.tasks.grade_submission.apply_async", lambda args, **_: queued.append(*args))
    assert submissions.sweep(at_worker_start=True) == 1
    assert queued == [str(take.pk)]


@pytest.mark.django_db(transaction=True)
def test_with_a_queue_it_says_that_it_is_queued(ada):
    take, _ = receive(ada)
    assert take.state == "queued"
