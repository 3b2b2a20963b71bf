"""A comment may be spoken: a minute of sound, as private as a recording; and everybody may take back their own."""

import os
import time
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from lessons import comments
from lessons.models import Comment, Notice, Submission
from tests.factories import ClassroomFactory, TeacherFactory, UserFactory, graded, tone_wav


@pytest.fixture
def take(ada, ms_clark):
    return graded(student=ada, duration_s=30.0, faulty={"n2": "missing"})


def speak(api, who, take, sound=None, name="voice.webm", **said):
    api.force_login(who)
    voice = SimpleUploadedFile(name, tone_wav(2.0) if sound is None else sound, "audio/webm")
    return api.post(reverse("api-comment-list", args=[take.pk]), {"voice": voice, **said}, format="multipart")


def write(api, who, take, **said):
    api.force_login(who)
    return api.post(reverse("api-comment-list", args=[take.pk]), {"text": "Here.", **said})


def voice_of(api, who, comment, **headers):
    api.force_login(who)
    return api.get(reverse("api-comment-voice", args=[comment["id"]]), **headers)


def files(settings):
    return [path for path in (Path(settings.MEDIA_ROOT) / "voices").rglob("*") if path.is_file()]


def test_a_teacher_speaks_and_the_student_listens(api, take, ada, ms_clark):
    said = speak(api, ms_clark, take, at_s="3.5", text="Listen.")
    assert said.status_code == 201 and said.data["voice_s"] == 2.0 and said.data["mine"] is True
    api.force_login(ada)
    (seen,) = api.get(reverse("api-comment-list", args=[take.pk])).data
    assert (seen["at_s"], seen["text"], seen["mine"]) == (3.5, "Listen.", False)
    heard = api.get(seen["voice_url"])
    assert heard["Content-Type"] == "audio/wav" and b"".join(heard.streaming_content) == tone_wav(2.0)
    assert heard["Cache-Control"].startswith("private") and heard["Accept-Ranges"] == "bytes"


def test_a_part_of_it_can_be_asked_for(api, take, ada, ms_clark):
    said = speak(api, ms_clark, take).data
    part = voice_of(api, ada, said, HTTP_RANGE="bytes=4-7")
    assert part.status_code == 206 and b"".join(part.streaming_content) == tone_wav(2.0)[4:8]
    assert part["Content-Range"] == f"bytes 4-7/{len(tone_wav(2.0))}"
    assert voice_of(api, ada, said, HTTP_RANGE="bytes=99999999-").status_code == 416


def test_what_it_is_its_bytes_say(api, take, ms_clark):
    speak(api, ms_clark, take, name="voice.html")
    said = Comment.objects.get()
    assert said.voice_type == "audio/wav" and said.voice.name.endswith(".wav") and "voice.html" not in said.voice.name


@pytest.mark.parametrize("who", ["ben", "zoe", "other teacher", "author", "office"])
def test_it_is_nobody_elses(api, take, ms_clark, who, request):
    said = speak(api, ms_clark, take).data
    strangers = {
        "other teacher": lambda: TeacherFactory(classroom=ClassroomFactory()),
        "author": lambda: UserFactory(is_author=True),
        "office": lambda: UserFactory(is_staff=True, is_superuser=True),
    }
    stranger = strangers[who]() if who in strangers else request.getfixturevalue(who)
    assert voice_of(api, stranger, said).status_code == 404
    assert api.delete(reverse("api-comment", args=[said["id"]])).status_code == 404
    assert speak(api, stranger, take).status_code == 404
    assert Comment.objects.count() == 1


def test_there_is_no_public_address(client, take, ms_clark, api):
    speak(api, ms_clark, take)
    for address in (f"/media/{Comment.objects.get().voice.name}", f"/{Comment.objects.get().voice.name}"):
        assert client.get(address).status_code == 404


def test_a_written_one_has_no_sound(api, take, ada):
    said = write(api, ada, take).data
    assert said["voice_url"] is None and voice_of(api, ada, said).status_code == 404


@pytest.mark.parametrize(
    ("sound", "words"),
    [
        (b"#!/bin/sh\n" * 100, "no sound"),
        (b"", "no sound"),
        (tone_wav(0.5)[:40], "read as sound"),
        (b"RIFF" + b"\0" * (2 * 1024 * 1024), "2 MB"),
        (tone_wav(63.0), "a minute"),
        (tone_wav(605.0, rate_hz=1600), "a minute"),
    ],
    ids=["a script", "nothing", "broken off", "large", "long", "endless"],
)
def test_what_is_no_short_speech_is_refused(api, take, ms_clark, sound, words, settings):
    said = speak(api, ms_clark, take, sound)
    assert said.status_code == 400 and words in said.data["detail"]
    assert not Comment.objects.exists() and files(settings) == []


def test_a_minute_is_a_minute(api, take, ms_clark):
    assert speak(api, ms_clark, take, tone_wav(60.4)).status_code == 201


def test_a_comment_on_a_note_stands_where_it_was_heard(api, take, ms_clark):
    """The second note was left out: it stands where the first was."""
    first, second, third = (write(api, ms_clark, take, note_id=note).data for note in ("n1", "n2", "n3"))
    assert first["at_s"] == second["at_s"] < third["at_s"]
    assert [one["note_id"] for one in (first, second, third)] == ["n1", "n2", "n3"]
    assert write(api, ms_clark, take, note_id="n3", at_s=9.0).data["at_s"] == 9.0


def test_a_comment_on_a_note_that_is_not_there_is_refused(api, take, ms_clark):
    said = write(api, ms_clark, take, note_id="n99")
    assert said.status_code == 400 and "no such note" in said.data["detail"]


def test_the_other_side_hears_of_it(api, take, ada, ms_clark, classroom):
    second = TeacherFactory(classroom=classroom)
    speak(api, ms_clark, take, note_id="n3")
    told = Notice.objects.get()
    assert (told.reader, told.kind, told.facts["spoken"], told.facts["by"]) == (ada, "commented", True, "Joan Clark")
    assert told.url == f"{take.get_absolute_url()}#note=n3"
    Notice.objects.all().delete()
    write(api, ada, take, text="Thank you. " * 100)
    told = Notice.objects.all()
    assert {notice.reader for notice in told} == {ms_clark, second}
    assert len(told[0].facts["text"]) <= comments.TOLD and told[0].facts["spoken"] is False


def test_everybody_takes_back_their_own_at_any_time(
    api, take, ada, ms_clark, settings, django_capture_on_commit_callbacks
):
    said = speak(api, ms_clark, take).data
    api.force_login(ada)
    assert api.delete(said["url"]).status_code == 403 and files(settings)
    api.force_login(ms_clark)
    with django_capture_on_commit_callbacks(execute=True):
        assert api.delete(said["url"]).status_code == 204
    assert not Comment.objects.exists() and files(settings) == []


@pytest.mark.parametrize("whose", ["take", "student", "author"])
def test_its_sound_goes_with_take_and_people(
    api, take, ada, ms_clark, settings, whose, django_capture_on_commit_callbacks
):
    speak(api, ms_clark, take)
    with django_capture_on_commit_callbacks(execute=True):
        {"take": Submission.objects.get(), "student": ada, "author": ms_clark}[whose].delete()
    assert files(settings) == []


def test_a_row_that_fails_leaves_no_sound(take, ms_clark, settings, monkeypatch):
    def full(*_, **__):
        raise OSError("No space left")

    monkeypatch.setattr(comments.notices, "tell", full)
    with pytest.raises(OSError, match="space"):
        comments.comment(take, ms_clark, voice=SimpleUploadedFile("v.wav", tone_wav(1.0)))
    assert not Comment.objects.exists() and files(settings) == []


def test_what_a_killed_process_left_goes_after_a_day(api, take, ms_clark, settings):
    speak(api, ms_clark, take)
    (kept,) = files(settings)
    left = kept.with_name("59d361b2-b275-4c4b-835a-ded7dd920175.wav")
    left.write_bytes(b"sound")
    for path in (kept, left):
        os.utime(path, (time.time() - 90_000,) * 2)
    assert comments.clear_orphans() == 1
    assert files(settings) == [kept]
