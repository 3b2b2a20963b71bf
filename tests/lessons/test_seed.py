"""A demo school in one command, that a second run leaves alone."""

import time

import pytest
from django.core.management import call_command

from lessons.models import Classroom, Course, Exercise, Lesson, Membership, User


@pytest.fixture
def demo(settings, db):
    settings.DEMO = True


def seed(capsys):
    call_command("seed")
    return capsys.readouterr().out


def test_a_school_to_try_out(demo, capsys):
    said = seed(capsys)
    assert Exercise.objects.filter(status="published").count() >= 30
    assert Lesson.objects.filter(status="published").count() >= 5
    classroom = Classroom.objects.get()
    assert set(classroom.memberships.values_list("user__username", "role")) == {
        ("ada", Membership.Role.STUDENT),
        ("ben", Membership.Role.STUDENT),
        ("ms_clark", Membership.Role.TEACHER),
    }
    assert all(name in said for name in ("ada", "ms_clark", "admin", classroom.join_code))


def test_the_printed_passwords_open_the_door(demo, capsys, client):
    said = seed(capsys)
    for who in ("ada", "ms_clark", "admin"):
        line = next(line for line in said.splitlines() if f" {who} " in line)
        assert client.login(username=who, password=line.split()[-1])


def test_every_exercise_shows_what_it_trains(demo, capsys):
    seed(capsys)
    for exercise in Exercise.objects.all():
        assert exercise.skills and exercise.as_score().notes
        assert 0.5 <= exercise.grade <= 9


def test_a_second_run_changes_nothing_and_is_quick(demo, capsys):
    seed(capsys)
    ada = User.objects.get(username="ada")
    ada.instrument = "tuba"
    ada.set_password("her own now")
    ada.save()
    Course.objects.update(title="Renamed by its author")
    Exercise.objects.filter(pk=Exercise.objects.first().pk).delete()
    before = [list(rows.objects.order_by("pk").values()) for rows in (Course, Lesson, Exercise, User, Classroom)]
    began = time.monotonic()
    said = seed(capsys)
    assert time.monotonic() - began < 1
    assert before == [
        list(rows.objects.order_by("pk").values()) for rows in (Course, Lesson, Exercise, User, Classroom)
    ]
    assert "ada" not in said  # The printed password would no longer be hers.


def test_public_passwords_need_a_demo(settings, db, capsys):
    settings.DEMO = False
    assert "WOODSHED_DEMO=1" in seed(capsys)
    assert not User.objects.exists()
    assert Exercise.objects.exists()
