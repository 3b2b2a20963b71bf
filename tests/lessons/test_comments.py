"""Words at a time in the recording, between a student and their teacher."""

import pytest
from django.urls import reverse

from tests.factories import SubmissionFactory, graded


@pytest.fixture
def take(ada):
    return SubmissionFactory(student=ada)


def say(api, who, take, **said):
    api.force_login(who)
    return api.post(reverse("api-comment-list", args=[take.pk]), {"text": "Lovely bow.", "at_s": 3.5, **said})


def test_a_teacher_comments_at_a_time(api, take, ada, ms_clark):
    answer = say(api, ms_clark, take)
    assert answer.status_code == 201
    api.force_login(ada)
    (seen,) = api.get(reverse("api-comment-list", args=[take.pk])).data
    assert (seen["author"], seen["at_s"], seen["text"]) == ("Joan Clark", 3.5, "Lovely bow.")


def test_the_student_answers(api, take, ada, ms_clark):
    say(api, ms_clark, take)
    assert say(api, ada, take, text="Thank you.").status_code == 201


def test_they_stand_in_the_order_of_the_recording(api, take, ms_clark):
    for at_s in (9, 2.5, 4):
        say(api, ms_clark, take, at_s=at_s)
    assert [one["at_s"] for one in api.get(reverse("api-comment-list", args=[take.pk])).data] == [2.5, 4, 9]


@pytest.mark.parametrize("said", [{"text": ""}, {"text": "   "}, {"text": "x" * 2001}, {"at_s": -1}, {"at_s": "late"}])
def test_a_comment_that_says_nothing_is_refused(api, take, ms_clark, said):
    answer = say(api, ms_clark, take, **said)
    assert answer.status_code == 400 and answer.data["detail"]
    assert not take.comments.exists()


def test_the_author_is_who_is_logged_in(api, take, ms_clark, ben):
    say(api, ms_clark, take, author=ben.pk)
    assert take.comments.get().author == ms_clark


def test_a_comment_lies_within_the_recording(api, ada):
    take = graded(student=ada, duration_s=12.3)
    api.force_login(ada)
    address = reverse("api-comment-list", args=[take.pk])
    refused = api.post(address, {"text": "Where?", "at_s": 14})
    assert (refused.status_code, refused.data["detail"]) == (400, "The recording is only 12 seconds long.")
    assert api.post(address, {"text": "At the end.", "at_s": 12.9}).data["at_s"] == 12.3
