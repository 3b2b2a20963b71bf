"""A take is on disk, row and file, before "received" is said; and what can't be taken is refused in one sentence."""

import json
import threading
import uuid
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connections
from django.urls import reverse

from lessons import submissions
from lessons.models import Submission
from tests.factories import ExerciseFactory, melody, tone_wav

CLOCK = {"bpm": 84, "beat0_s": 2.857, "clicks_s": [0.0, 0.714, 1.429, 2.143], "latency_s": 0.11}


@pytest.fixture
def exercise(db):
    return ExerciseFactory()


def send(api, exercise, *, sound=None, key="take-1", **fields):
    recording = SimpleUploadedFile("whatever.exe", tone_wav() if sound is None else sound, content_type="text/html")
    data = {"exercise": exercise.pk, "recording": recording, "tempo_bpm": 84, "duration_s": 1.0, **fields}
    headers = {} if key is None else {"Idempotency-Key": key}
    return api.post(reverse("api-submission-list"), data, format="multipart", headers=headers)


def test_a_take_is_received(api, ada, exercise):
    api.force_login(ada)
    answer = send(api, exercise, clock=json.dumps(CLOCK))
    assert answer.status_code == 201, answer.data
    take = Submission.objects.get()
    assert answer.data["id"] == str(take.pk)
    assert answer.data["state"] == "received" and answer.data["sentence"] == "Received. Grading soon."
    assert answer.data["page_url"] == take.get_absolute_url()
    assert (take.student, take.exercise, take.instrument) == (ada, exercise, "violin")
    assert take.recording.read() == tone_wav()
    assert take.content_type == "audio/wav" and take.recording.name.endswith(f"{take.pk}.wav")
    assert take.as_clock().clicks_s == (0.0, 0.714, 1.429, 2.143)


def test_a_take_is_queued_once_its_row_is_committed(
    api, ada, exercise, django_capture_on_commit_callbacks, monkeypatch
):
    queued = []
    monkeypatch.setattr("lessons.tasks.grade_submission.apply_async", lambda args, **_: queued.append(*args))
    api.force_login(ada)
    with django_capture_on_commit_callbacks() as callbacks:
        send(api, exercise)
    assert queued == []
    for callback in callbacks:
        callback()
    assert queued == [str(Submission.objects.get().pk)]
    assert Submission.objects.get().state == "queued"


def test_the_score_is_kept_as_the_student_saw_it(api, ben, exercise):
    """Ben plays a B flat clarinet: what he reads sounds two semitones lower, whatever the exercise becomes later."""
    api.force_login(ben)
    seen = api.get(reverse("api-exercise", args=[exercise.pk])).data["notes"]
    send(api, exercise)
    exercise.score = melody("A4").to_dict()
    exercise.save()
    take = Submission.objects.get()
    assert take.as_score().transposition == -2
    assert [note.pitch for note in take.as_score().notes] == [note["pitch"] for note in seen]


def test_the_same_key_is_the_same_take(api, ada, exercise):
    api.force_login(ada)
    first, again = send(api, exercise), send(api, exercise)
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.data == first.data
    assert Submission.objects.count() == 1


def test_another_students_equal_key_is_another_take(api, ada, ben, exercise):
    for student in (ada, ben):
        api.force_login(student)
        assert send(api, exercise).status_code == 201
    assert Submission.objects.count() == 2


@pytest.mark.parametrize("change", ["sound", "exercise"])
def test_a_key_cannot_be_reused_for_something_else(api, ada, exercise, change):
    api.force_login(ada)
    send(api, exercise)
    other = {"sound": tone_wav(f0_hz=330)} if change == "sound" else {}
    answer = send(api, ExerciseFactory() if change == "exercise" else exercise, **other)
    assert answer.status_code == 409
    assert answer.data["detail"].startswith("This Idempotency-Key belongs to another take")
    assert Submission.objects.count() == 1


@pytest.mark.parametrize(
    ("status", "words", "what"),
    [
        (400, "empty", {"sound": b""}),
        (415, "not a recording we can hear", {"sound": b"ffconcat version 1.0\nfile /etc/passwd\n"}),
        (415, "not a recording we can hear", {"sound": b"<html>no music here</html>"}),
        (400, "Idempotency-Key", {"key": None}),
        (400, "Idempotency-Key", {"key": "k" * 101}),
        (413, "longer than 10 minutes", {"duration_s": 601}),
        (400, "length of the take", {"duration_s": -1}),
        (400, "duration_s", {"duration_s": "nan"}),
        (400, "tempo", {"tempo_bpm": 0}),
        (400, "tempo_bpm", {"tempo_bpm": "allegro"}),
        (400, "clock", {"clock": "{nonsense"}),
        (400, "clock", {"clock": '"noon"'}),
        (400, "clock", {"clock": '{"bpm": 84}'}),
        (400, "clock", {"clock": '{"bpm": 84, "beat0_s": 1e999}'}),
        (400, "clock", {"clock": '{"bpm": 84, "beat0_s": 0, "clicks_s": 5}'}),
    ],
)
def test_a_take_that_cannot_be_received_is_refused_in_a_sentence(api, ada, exercise, status, words, what, settings):
    api.force_login(ada)
    answer = send(api, exercise, **what)
    assert answer.status_code == status, answer.data
    assert list(answer.data) == ["detail"] and words in answer.data["detail"]
    assert Submission.objects.count() == 0
    assert not [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]


def test_a_recording_over_the_limit_is_refused(api, ada, exercise, settings):
    settings.MAX_RECORDING_BYTES = 2**20
    api.force_login(ada)
    sound = tone_wav()
    answer = send(api, exercise, sound=sound + bytes(2**20 - len(sound) + 1))
    assert answer.status_code == 413 and "larger than 1 MB" in answer.data["detail"]
    assert send(api, exercise, sound=sound + bytes(2**20 - len(sound))).status_code == 201


def test_a_gigabyte_is_refused_before_it_is_read(api, ada):
    api.force_login(ada)
    answer = api.post(
        reverse("api-submission-list"), b"", content_type="multipart/form-data; boundary=x", CONTENT_LENGTH=str(2**30)
    )
    assert answer.status_code == 413


def test_an_unpublished_exercise_cannot_be_played(api, ada):
    api.force_login(ada)
    assert send(api, ExerciseFactory(status="draft")).status_code == 404


def test_a_row_that_fails_leaves_no_file(ada, exercise, settings, monkeypatch):
    def full_disk(*_, **__):
        raise OSError("database disk is full")

    monkeypatch.setattr(Submission, "save", full_disk)
    with pytest.raises(OSError, match="full"):
        receive(ada, exercise)
    assert not [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]


def test_the_file_is_on_disk_before_the_row_is(ada, exercise, monkeypatch):
    order = []
    save = Submission.save
    monkeypatch.setattr("lessons.recordings.os.fsync", lambda _: order.append("file"))
    monkeypatch.setattr(Submission, "save", lambda self, **how: (order.append("row"), save(self, **how)))
    receive(ada, exercise)
    assert order[0] == "file" and order[-1] == "row"


def test_a_race_on_one_key_is_one_take(ada, exercise, settings, monkeypatch):
    """Both requests looked before either wrote: the unique key decides, and the loser's file goes."""
    first, _ = receive(ada, exercise)
    seen = iter([None])
    earlier = submissions._earlier
    monkeypatch.setattr(
        submissions, "_earlier", lambda *args: next(seen) if (seen.__length_hint__()) else earlier(*args)
    )
    second, created = receive(ada, exercise)
    assert (second, created) == (first, False)
    assert len([path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]) == 1


@pytest.mark.django_db(transaction=True)
def test_eight_requests_with_one_key_at_once_are_one_take(ada):
    exercise, key = ExerciseFactory(), str(uuid.uuid4())
    results, gate = [], threading.Barrier(8)

    def one():
        try:
            gate.wait()
            results.append(receive(ada, exercise, key=key))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=one) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({take.pk for take, _ in results}) == 1 and len(results) == 8
    assert sum(created for _, created in results) == 1


def test_a_recording_goes_with_its_row(ada, exercise, django_capture_on_commit_callbacks):
    take, _ = receive(ada, exercise)
    path = Path(take.recording.path)
    assert path.exists()
    with django_capture_on_commit_callbacks(execute=True):
        ada.delete()
    assert not path.exists()


def receive(student, exercise, key="take-1"):
    upload = SimpleUploadedFile("take.wav", tone_wav())
    return submissions.receive(
        student, exercise, upload, tempo_bpm=84.0, clock=None, duration_s=None, idempotency_key=key
    )


def test_the_key_is_unique_in_the_database_itself(ada, exercise):
    take, _ = receive(ada, exercise)
    take.pk = uuid.uuid4()
    with pytest.raises(IntegrityError):
        take.save(force_insert=True)
