"""A recording is served whole or in the part that was asked for, and only through the checked view."""

import pytest
from django.urls import reverse

from tests.factories import SubmissionFactory, tone_wav

SOUND = tone_wav(duration_s=0.05)
SIZE = len(SOUND)


@pytest.fixture
def ask(api, ada):
    address = reverse("api-recording", args=[SubmissionFactory(student=ada, sound=SOUND).pk])
    api.force_login(ada)

    def ask(asked=None, method="get", **headers):
        return getattr(api, method)(address, headers=headers if asked is None else {"Range": asked, **headers})

    return ask


def body(response):
    return b"".join(response.streaming_content)


def test_the_whole(ask):
    answer = ask()
    assert answer.status_code == 200 and body(answer) == SOUND
    assert answer["Content-Type"] == "audio/wav"
    assert answer["Content-Length"] == str(SIZE)
    assert answer["Accept-Ranges"] == "bytes"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Disposition"] == 'inline; filename="take.wav"'
    assert answer["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [
        ("bytes=0-", 0, SIZE - 1),
        ("bytes=0-0", 0, 0),
        ("bytes=10-19", 10, 19),
        ("bytes=100-", 100, SIZE - 1),
        ("bytes=-10", SIZE - 10, SIZE - 1),
        (f"bytes=5-{SIZE * 9}", 5, SIZE - 1),
        (f"bytes=-{SIZE * 9}", 0, SIZE - 1),
    ],
)
def test_a_part(ask, asked, first, last):
    answer = ask(asked)
    assert answer.status_code == 206
    assert answer["Content-Range"] == f"bytes {first}-{last}/{SIZE}"
    assert answer["Content-Length"] == str(last - first + 1)
    assert body(answer) == SOUND[first : last + 1]


@pytest.mark.parametrize("asked", [f"bytes={SIZE}-", f"bytes={SIZE * 2}-{SIZE * 3}", "bytes=-0"])
def test_a_part_that_is_not_there(ask, asked):
    answer = ask(asked)
    assert answer.status_code == 416
    assert answer["Content-Range"] == f"bytes */{SIZE}"


@pytest.mark.parametrize("asked", ["bytes=9-3", "bytes=-", "bars=1-4", "bytes=1-2,5-6", "nonsense"])
def test_what_cannot_be_understood_is_answered_with_the_whole(ask, asked):
    answer = ask(asked)
    assert answer.status_code == 200 and body(answer) == SOUND


def test_a_changed_recording_is_sent_whole(ask):
    etag = ask()["ETag"]
    assert ask("bytes=0-9", **{"If-Range": etag}).status_code == 206
    assert ask("bytes=0-9", **{"If-Range": '"another"'}).status_code == 200


def test_the_head_alone(ask):
    answer = ask(method="head")
    assert answer.status_code == 200 and answer["Content-Length"] == str(SIZE)
    assert answer.content == b"" if not answer.streaming else True


def test_what_a_media_element_asks_for(ask):
    """Its Accept header names audio types alone."""
    assert ask(Accept="audio/webm,audio/ogg;q=0.9").status_code == 200


def test_there_is_no_other_way_to_it(client, ada):
    take = SubmissionFactory(student=ada)
    client.force_login(ada)
    for address in (f"/media/{take.recording.name}", f"/{take.recording.name}", f"/static/{take.recording.name}"):
        assert client.get(address).status_code == 404
