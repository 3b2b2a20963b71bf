"""What nobody means and somebody sends: the answer is a refusal in a sentence, never a broken string."""

import errno
import json

import pytest
from django.db import OperationalError
from django.urls import reverse

from lessons.models import Submission
from tests.factories import ExerciseFactory, SubmissionFactory, UserFactory, graded
from tests.lessons.test_submit_recording import CLOCK, send

HUGE = "9" * 30
DEEP = "[" * 100_000 + "]" * 100_000


@pytest.mark.parametrize("name", ["api-exercise-list", "api-submission-list"])
def test_a_page_has_an_end(api, ada, name):
    for _ in range(3):
        SubmissionFactory(student=ada)
    api.force_login(ada)
    for asked in ({"limit": HUGE}, {"offset": HUGE}, {"limit": "-1"}, {"limit": "x"}, {"offset": "nan"}):
        assert api.get(reverse(name), asked).status_code == 200, asked
    assert "limit=200" in (api.get(reverse(name), {"limit": HUGE, "offset": 1}).data["previous"] or "limit=200")


@pytest.mark.parametrize(
    ("name", "parameter"),
    [("api-exercise-list", "lesson"), ("api-submission-list", "student"), ("api-submission-list", "exercise")],
)
@pytest.mark.parametrize("asked", [HUGE, "-1", "x", "1.5", "٣"])
def test_an_id_that_none_can_be_does_not_find_everything(api, ada, name, parameter, asked):
    SubmissionFactory(student=ada)
    api.force_login(ada)
    answer = api.get(reverse(name), {parameter: asked})
    assert answer.status_code == 400 or answer.data["count"] == 0


@pytest.mark.parametrize("parameter", ["search", "skill"])
def test_a_nul_is_no_part_of_a_word(api, ada, parameter):
    ExerciseFactory(skills={"key:0": 8}, title="key:0")
    api.force_login(ada)
    assert api.get(reverse("api-exercise-list"), {parameter: "key:0\x00"}).data["count"] == 1


def test_json_without_a_bottom(api, ada):
    api.force_login(ada)
    answer = api.patch(reverse("api-me"), DEEP, content_type="application/json")
    assert (answer.status_code, answer.data) == (400, {"detail": "The JSON is nested too deep."})


@pytest.mark.parametrize(
    "clock",
    [DEEP, '{"bpm": 1%s, "beat0_s": 0}' % ("0" * 400), '{"bpm": 84, "beat0_s": 1%s}' % ("0" * 5000), '{"bpm": NaN}'],
)
def test_a_clock_that_explodes(api, ada, clock):
    api.force_login(ada)
    answer = send(api, ExerciseFactory(), clock=clock)
    assert answer.status_code == 400 and list(answer.data) == ["detail"]
    assert not Submission.objects.exists()


def test_a_clock_keeps_its_own_numbers_alone(api, ada):
    """What else was sent along would be kept with every take: a megabyte of it, or a NUL that PostgreSQL refuses."""
    api.force_login(ada)
    send(api, ExerciseFactory(), clock=json.dumps(CLOCK | {"more": "\x00" * 1000}))
    clock = Submission.objects.get().clock
    assert {name: clock[name] for name in CLOCK} == CLOCK and "more" not in clock


def test_a_form_of_megabytes(api, ada):
    api.force_login(ada)
    answer = send(api, ExerciseFactory(), clock=json.dumps(CLOCK | {"more": "x" * 3_000_000}))
    assert answer.status_code == 413 and list(answer.data) == ["detail"]


def test_a_take_without_a_length(api, ada):
    api.force_login(ada)
    answer = api.post(
        reverse("api-submission-list"),
        b"",
        content_type="multipart/form-data; boundary=x",
        headers={"Transfer-Encoding": "chunked"},
    )
    assert answer.status_code == 411 and "Content-Length" in answer.data["detail"]


def test_an_exercise_that_none_can_be(api, ada):
    api.force_login(ada)
    exercise = ExerciseFactory()
    exercise.pk = int(HUGE)
    assert send(api, exercise).status_code == 400


@pytest.mark.parametrize("at_s", ["nan", "inf", 10**400])
def test_a_comment_at_no_time(api, ada, at_s):
    api.force_login(ada)
    take = graded(student=ada)
    answer = api.post(reverse("api-comment-list", args=[take.pk]), {"text": "Here.", "at_s": at_s})
    assert answer.status_code == 400 and not take.comments.exists()


def test_a_file_name_is_nobodys_business(api, ada, monkeypatch):
    api.force_login(ada)
    from django.core.files.uploadedfile import SimpleUploadedFile

    from tests.factories import tone_wav

    sound = SimpleUploadedFile("x" * 250 + ".wav", tone_wav())
    answer = api.post(
        reverse("api-submission-list"),
        {"exercise": ExerciseFactory().pk, "recording": sound, "tempo_bpm": 84},
        format="multipart",
        headers={"Idempotency-Key": "long"},
    )
    assert answer.status_code == 201


@pytest.mark.parametrize("problem", [OSError(errno.ENOSPC, "No space left"), OperationalError("database is locked")])
def test_a_full_disk_is_said_and_leaves_no_half_a_file(api, ada, settings, monkeypatch, problem):
    from pathlib import Path

    def full(_):
        raise problem

    monkeypatch.setattr("lessons.recordings.make_durable", full)
    api.force_login(ada)
    answer = send(api, ExerciseFactory())
    assert answer.status_code == 503 and answer.data["detail"].endswith("Try again in a minute.")
    assert not [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]


def test_a_disk_that_fills_up_halfway_leaves_no_half_a_file(api, ada, settings, monkeypatch):
    from pathlib import Path

    from django.core.files.uploadedfile import UploadedFile

    chunks = UploadedFile.chunks
    reads = []

    def fills_up(self, *args):
        reads.append(self)
        for chunk in chunks(self, *args):
            yield chunk
            if len(reads) > 1:  # The first reading is the digest's.
                raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("django.core.files.uploadedfile.InMemoryUploadedFile.chunks", fills_up)
    api.force_login(ada)
    assert send(api, ExerciseFactory()).status_code == 503
    assert not [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]


@pytest.mark.parametrize("method", ["get", "post", "patch", "options", "head"])
def test_whoever_is_nobody_is_asked_for_a_login(api, method, db):
    answer = getattr(api, method)(reverse("api-me"))
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"] == "Token"


@pytest.mark.parametrize("staff", [False, True])
@pytest.mark.parametrize("method", ["options", "head", "put", "delete", "trace"])
def test_no_address_breaks_under_an_unusual_method(api, ada, staff, method):
    from lessons.api.urls import urlpatterns
    from tests.lessons.test_permissions import arguments

    take = graded(student=ada)
    api.force_login(UserFactory(is_staff=True) if staff else ada)
    for pattern in urlpatterns:
        address = reverse(pattern.name, args=arguments(pattern.name, take.pk, take.exercise_id))
        assert getattr(api, method)(address).status_code < 500, address


def test_the_api_speaks_json_alone(api, ada):
    api.force_login(ada)
    assert api.get(reverse("api-me"), {"format": "api"}).status_code == 404
    assert api.get(reverse("api-me"), headers={"Accept": "text/html,*/*;q=0.8"})["Content-Type"] == "application/json"
