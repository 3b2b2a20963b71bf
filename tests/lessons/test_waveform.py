"""The outline of a take's sound: for whoever may hear the take, made once, and gone with it."""

import pytest
from django.core.cache import cache
from django.urls import reverse

from tests.factories import SubmissionFactory, tone_wav
from tutor.listening import peaks


@pytest.fixture
def take(ada):
    return SubmissionFactory(student=ada, sound=tone_wav(1.5))


def outline(api, who, take):
    api.force_login(who)
    return api.get(reverse("api-waveform", args=[take.pk]))


def test_student_and_teacher_see_it(api, take, ada, ms_clark):
    for who in (ada, ms_clark):
        seen = outline(api, who, take)
        assert seen.status_code == 200
        assert (seen.data["per_second"], seen.data["duration_s"], len(seen.data["high"])) == (50, 1.5, 75)
        assert min(seen.data["high"][5:70]) > 20 and max(seen.data["low"][5:70]) < -20


def test_nobody_else_does(api, take, ben, zoe):
    assert {outline(api, who, take).status_code for who in (ben, zoe)} == {404}


def test_it_is_made_once(api, take, ada, monkeypatch):
    first = outline(api, ada, take).json()
    monkeypatch.setattr(peaks, "read_outline", lambda _: pytest.fail("read again"))
    assert outline(api, ada, take).json() == first


def test_a_recording_that_is_gone_leaves_no_outline(api, take, ada):
    outline(api, ada, take)
    take.recording.storage.delete(take.recording.name)
    refused = outline(api, ada, take)
    assert (refused.status_code, refused.json()["detail"]) == (404, "The sound of this take can't be drawn.")


def test_what_is_no_sound_is_said(api, ada):
    assert outline(api, ada, SubmissionFactory(student=ada, sound=b"RIFF\0\0\0\0WAVEnothing")).status_code == 404


def test_a_deleted_take_leaves_nothing_behind(api, take, ada, django_capture_on_commit_callbacks):
    outline(api, ada, take)
    key = f"waveform-{take.pk}"
    assert cache.get(key)
    with django_capture_on_commit_callbacks(execute=True):
        take.delete()
    assert cache.get(key) is None
