"""Into a class by the code on the blackboard."""

import pytest
from django.urls import reverse

from lessons import classroom as school
from lessons.models import Classroom, Membership


@pytest.fixture
def strings(classroom):
    Classroom.objects.filter(pk=classroom.pk).update(join_code="K7PWQ2")
    return classroom


@pytest.mark.parametrize("typed", ["K7PWQ2", "k7pwq2", " K7P WQ2 ", "k7p-wq2"])
def test_however_it_is_typed(api, zoe, strings, typed):
    api.force_login(zoe)
    answer = api.post(reverse("api-join"), {"code": typed})
    assert answer.status_code == 200, answer.data
    assert answer.data["classrooms"] == [{"id": strings.pk, "name": "Thursday strings", "role": "student"}]


@pytest.mark.parametrize("typed", ["K7PWQ3", "K7PWQ", "%", "'; --"])
def test_a_code_that_nobody_gave_out(api, zoe, strings, typed):
    api.force_login(zoe)
    answer = api.post(reverse("api-join"), {"code": typed})
    assert answer.status_code == 400 and answer.data["detail"].startswith("No class has this code")
    assert not zoe.memberships.exists()


def test_twice_is_once(zoe, strings):
    school.join(zoe, "K7PWQ2")
    school.join(zoe, "K7PWQ2")
    assert zoe.memberships.count() == 1


def test_a_teacher_stays_the_teacher(ms_clark, strings):
    school.join(ms_clark, "K7PWQ2")
    assert Membership.objects.get(user=ms_clark).role == "teacher"


def test_guessing_is_slowed_down(api, zoe, strings):
    api.force_login(zoe)
    answers = {api.post(reverse("api-join"), {"code": f"AAAA{number}"}).status_code for number in range(25)}
    assert 429 in answers


def test_me(api, ada):
    api.force_login(ada)
    seen = api.get(reverse("api-me")).data
    assert (seen["username"], seen["name"], seen["instrument"], seen["level"]) == ("ada", "Ada", "violin", 2)
    changed = api.patch(reverse("api-me"), {"instrument": "clarinet", "level": 3, "username": "admin"})
    assert changed.status_code == 200 and (changed.data["instrument"], changed.data["username"]) == ("clarinet", "ada")


@pytest.mark.parametrize("change", [{"instrument": "kazoo"}, {"level": 9}, {"level": 0}])
def test_what_one_cannot_be(api, ada, change):
    api.force_login(ada)
    answer = api.patch(reverse("api-me"), change)
    assert answer.status_code == 400 and next(iter(change)) in answer.data["detail"]
