"""The page of a take: a teacher's round from take to take, and the takes that may be laid beside it."""

import json
import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from lessons.contests import contest
from lessons.models import Submission
from lessons.pages.queues import LONGEST_ROUND, on_round, round_query
from tests.factories import ExerciseFactory, SubmissionFactory, graded, melody


def page(client, who, take, query=""):
    client.force_login(who)
    return client.get(f"{take.get_absolute_url()}?{query}")


def desk_of(answer):
    found = re.search(rb'<script id="desk" type="application/json">(.*?)</script>', answer.content)
    return json.loads(found[1])


def links(answer):
    return re.findall(r'href="([^"]+)" data-round="(\w+)"', answer.content.decode())


@pytest.fixture
def round_of_three(ada, ben):
    return [graded(student=student) for student in (ada, ben, ada)]


# The round


def test_a_teacher_goes_from_take_to_take(client, ms_clark, round_of_three):
    first, second, third = round_of_three
    query = round_query(take.pk for take in round_of_three)
    seen = page(client, ms_clark, second, query)
    assert "2 of 3" in seen.content.decode()
    assert links(seen) == [
        (f"{first.get_absolute_url()}?{query}", "before"),
        (f"{third.get_absolute_url()}?{query}", "after"),
    ]
    assert [which for _, which in links(page(client, ms_clark, third, query))] == ["before"]


def test_what_a_teacher_may_not_hear_is_not_on_the_round(client, ms_clark, zoe, round_of_three):
    strange = graded(student=zoe)
    first, second, _ = round_of_three
    seen = page(client, ms_clark, first, round_query([first.pk, strange.pk, second.pk]))
    assert str(strange.pk) not in seen.content.decode()
    assert "1 of 2" in seen.content.decode()


@pytest.mark.parametrize("queue", ["", "nonsense", ",,", "00000000-0000-0000-0000-000000000000"])
def test_a_round_that_is_none_is_passed_over(client, ms_clark, round_of_three, queue):
    seen = page(client, ms_clark, round_of_three[0], f"queue={queue}")
    assert seen.status_code == 200 and not links(seen)


def test_a_student_has_no_round(client, ada, round_of_three):
    mine = [take for take in round_of_three if take.student == ada]
    assert not links(page(client, ada, mine[0], round_query(take.pk for take in mine)))


def test_the_address_of_a_round_stays_short_enough():
    assert round_query(range(500)).count(",") == LONGEST_ROUND - 1


# Beside it


def test_other_takes_of_the_same_exercise_stand_beside_it(client, ada, ms_clark):
    exercise = ExerciseFactory()
    takes = [graded(student=ada, exercise=exercise, faulty={"n3": "wrong"} if n else None) for n in range(3)]
    graded(student=ada)
    for who in (ada, ms_clark):
        beside = desk_of(page(client, who, takes[1]))["beside"]
        assert [one["id"] for one in beside] == [str(takes[0].pk), str(takes[2].pk)]
        assert [one["number"] for one in beside] == [1, 3]
        assert beside[0]["overall"] > beside[1]["overall"]
        assert all(one["same_score"] for one in beside)


def test_a_classmates_take_does_not(client, ada, ben):
    exercise = ExerciseFactory()
    mine, _ = graded(student=ada, exercise=exercise), graded(student=ben, exercise=exercise)
    assert desk_of(page(client, ada, mine))["beside"] == []


def test_a_take_that_was_not_graded_does_not(client, ada):
    take = graded(student=ada)
    SubmissionFactory(student=ada, exercise=take.exercise)
    assert desk_of(page(client, ada, take))["beside"] == []


def test_what_was_read_from_another_page_says_so(client, ada):
    take = graded(student=ada)
    graded(student=ada, exercise=take.exercise, score=melody("G4 A4 B4 C5").to_dict())
    assert [one["same_score"] for one in desk_of(page(client, ada, take))["beside"]] == [False]


def test_forty_takes_are_asked_for_as_two_are(client, ms_clark, ada):
    take = graded(student=ada)
    page(client, ms_clark, take)  # What is asked once a session.
    graded(student=ada, exercise=take.exercise)
    few = _queries(client, ms_clark, take)
    for _ in range(20):
        graded(student=ada, exercise=take.exercise)
    assert _queries(client, ms_clark, take) == few


def _queries(client, who, take):
    with CaptureQueriesContext(connection) as asked:
        page(client, who, take)
    return len(asked)


# What the page is told


def test_the_page_knows_its_bars_and_where_to_ask(client, ada):
    desk = desk_of(page(client, ada, graded(student=ada)))
    assert [bar["onset_beat"] for bar in desk["bars"]] == [0.0, 4.0]
    for name in ("assessment_url", "waveform_url", "contests_url", "comments_url", "rulings_url"):
        assert client.get(desk[name]).status_code in (200, 404), name
    assert client.get(desk["waveform_url"]).status_code == 200


def test_of_sound_that_is_gone_it_asks_nothing(client, ada):
    take = graded(student=ada)
    Submission.objects.filter(pk=take.pk).update(recording="", sound_deleted_at=timezone.now())
    answer = page(client, ada, take)
    desk = desk_of(answer)
    assert (desk["recording_url"], desk["waveform_url"]) == (None, None)
    button = answer.content.decode().partition('data-do="take"')[2].partition(">")[0]
    assert "disabled" in button


def test_what_is_still_to_be_played_by_ear_shows_no_notes_of_it(client, ada):
    echo = ExerciseFactory(recipe={"kind": "echo"}, composed_for=ada, origin="composed", instrument="violin")
    waiting = SubmissionFactory(student=ada, exercise=echo)
    seen = page(client, ada, waiting)
    desk = desk_of(seen)
    assert desk["veiled"] and desk["beside"] == []
    assert 'class="note"' not in seen.content.decode()
    assert client.get(reverse("api-assessment", args=[waiting.pk])).status_code == 404


def test_a_ruling_is_answered_without_the_trace(api, ms_clark, ada):
    take = graded(student=ada)
    api.force_login(ms_clark)
    address = reverse("api-assessment", args=[take.pk])
    whole, short = api.get(address).json(), api.get(address, {"trace": "no"}).json()
    assert whole["trace"]["midi"] and short["trace"] == {}
    assert {**whole, "trace": {}} == short


def test_of_a_class_that_is_over_the_take_is_nobodys(client, ms_clark, ada, classroom):
    """Whatever is decided of archived classes: the page is there or it isn't, and never breaks."""
    take = graded(student=ada)
    classroom.archived_at = timezone.now() - timedelta(days=1)
    classroom.save()
    assert page(client, ms_clark, take).status_code in (200, 404)
    assert Submission.objects.filter(pk=take.pk).exists()


def test_what_needs_a_teacher_is_a_round(client, ms_clark, ada, classroom):
    takes = [graded(student=ada, faulty=dict.fromkeys(("n2", "n3", "n4"), "not_heard")) for _ in range(2)]
    for take in takes:
        contest(take, ada, "n3", "I did.")
    client.force_login(ms_clark)
    for where in (reverse("class", args=[classroom.pk]), reverse("contested")):
        seen = client.get(where).content.decode()
        asked = re.findall(r'href="(/takes/[^"]*)"', seen)
        ways = [way for way in asked if "queue=" in way]
        assert ways and all(way.endswith("#note=n3") for way in ways if "#" in way), where
        assert all(str(take.pk) in way.partition("queue=")[2] for way in ways for take in takes)
        assert "2 of 2" in client.get(ways[-1]).content.decode() or "1 of 2" in client.get(ways[-1]).content.decode()


def test_one_take_is_no_round():
    assert on_round("/takes/1/#note=n3", [1, 1, None]) == "/takes/1/#note=n3"
    assert on_round("/takes/1/#note=n3", [1, 2]) == "/takes/1/?queue=1,2#note=n3"
