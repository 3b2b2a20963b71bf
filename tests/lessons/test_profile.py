"""Oneself: what is kept of one can be changed, taken along, and deleted."""

from __future__ import annotations

import csv
import io
import json
import zipfile

import pytest
from django.urls import reverse
from rest_framework.authtoken.models import Token

from lessons import jobs
from lessons.comments import comment
from lessons.models import Classroom, Job, Membership, Submission, User
from lessons.rulings import effective_assessment
from tests.factories import ClassroomFactory, StudentFactory, UserFactory, graded

WHO = {"first_name": "Ada", "last_name": "King", "email": "ada@example.org", "time_zone": "Asia/Tokyo"}


def test_what_is_said_is_kept(client, ada):
    client.force_login(ada)
    assert client.post(reverse("profile"), {**WHO, "language": "de", "wants_mail": ""}).url == reverse("profile")
    ada.refresh_from_db()
    assert {name: getattr(ada, name) for name in WHO} == WHO
    assert (ada.language, ada.wants_mail) == ("de", False)


@pytest.mark.parametrize(
    "change", [{"time_zone": "Europe/Atlantis"}, {"language": "fr"}, {"email": "nonsense"}, {"first_name": ""}]
)
def test_what_can_not_be_is_refused(client, ada, change):
    client.force_login(ada)
    answer = client.post(reverse("profile"), {**WHO, "language": "", **change})
    assert set(answer.context["form"].errors) == set(change)


def test_another_address_needs_the_password(client, ada):
    """A link to it opens the account: nobody else puts theirs there at a screen that was left open."""
    ada.set_password("seven-green-doors")
    ada.save()
    client.force_login(ada)
    assert "password" not in client.get(reverse("profile")).context["form"].fields
    other = {**WHO, "language": "", "email": "mallory@example.org"}
    for password in ("", "guessed"):
        answer = client.post(reverse("profile"), {**other, "password": password})
        assert set(answer.context["form"].errors) == {"password"}
        assert 'name="password"' in answer.content.decode()
    ada.refresh_from_db()
    assert ada.email == WHO["email"]
    assert client.post(reverse("profile"), {**WHO, "language": "", "first_name": "Augusta"}).status_code == 302
    assert client.post(reverse("profile"), {**other, "password": "seven-green-doors"}).status_code == 302
    ada.refresh_from_db()
    assert (ada.first_name, ada.email) == ("Ada", "mallory@example.org")
    assert ada.check_password("seven-green-doors")


def test_nobody_makes_themselves_more_than_they_are(client, ada):
    client.force_login(ada)
    client.post(reverse("profile"), {**WHO, "language": "", "is_staff": "on", "may_teach": "on", "is_author": "on"})
    ada.refresh_from_db()
    assert not (ada.is_staff or ada.may_teach or ada.is_author)


def test_another_password_ends_everything_that_knew_the_old_one(client, ada):
    ada.set_password("seven-green-doors")
    ada.save()
    Token.objects.create(user=ada)
    client.force_login(ada)
    elsewhere = type(client)()
    elsewhere.force_login(ada)
    said = {"old_password": "seven-green-doors", "new_password1": "nine-blue-boats", "new_password2": "nine-blue-boats"}
    assert client.post(reverse("profile-password"), said).url == reverse("profile")
    assert client.get(reverse("profile")).status_code == 200
    assert elsewhere.get(reverse("profile")).status_code == 302
    assert not Token.objects.exists()


# All that is theirs


def packed(client, user):
    client.force_login(user)
    client.post(reverse("my-data"))
    job = Job.objects.get(kind="my-data", owner=user)
    jobs.run(str(job.pk))
    job.refresh_from_db()
    assert (job.state, job.sentence) == ("done", "Ready to download.")
    return zipfile.ZipFile(io.BytesIO(job.output.read()))


def test_all_that_is_theirs_is_in_the_file(client, ada, ms_clark, ben):
    take = graded({"n2": "wrong"}, student=ada)
    comment(take, ms_clark, 0.5, "=Lovely, “F♯”.")
    graded(student=ben, exercise=take.exercise)
    file = packed(client, ada)
    assert file.testzip() is None
    (line,) = csv.DictReader(io.StringIO(file.read("takes.csv").decode("utf-8-sig")))
    assert float(line["overall"]) == effective_assessment(take.current_assessment).grade.overall
    with take.recording.open("rb") as sound:
        assert file.read(f"{line['folder']}/recording.wav") == sound.read()
    told = json.loads(file.read(f"{line['folder']}/take.json"))
    assert told["comments"][0]["text"] == "=Lovely, “F♯”."
    assert told["hearings"][0]["result"]["notes"]
    you = json.loads(file.read("you.json"))
    assert (you["username"], you["classes"][0]["name"]) == ("ada", "Thursday strings")


def test_and_nothing_of_anybody_elses(client, ada, ben, ms_clark):
    take = graded(student=ben)
    comment(take, ms_clark, 0.1, "For Ben alone.")
    file = packed(client, ada)
    everything = b"".join(file.read(name) for name in file.namelist())
    assert b"For Ben alone." not in everything and str(take.pk).encode() not in everything


def test_a_teachers_words_on_others_takes_are_theirs_and_whose_they_are_is_not(client, ada, ms_clark):
    comment(graded(student=ada), ms_clark, 0.1, "+Well done.")
    file = packed(client, ms_clark)
    said = file.read("said-by-you.csv").decode("utf-8-sig")
    assert "'+Well done." in said, "no formula for a spreadsheet"
    assert "Ada" not in said


def test_a_take_without_its_sound_does_not_stop_it(client, ada):
    take = graded(student=ada)
    take.recording.storage.delete(take.recording.name)
    assert not [name for name in packed(client, ada).namelist() if name.endswith(".wav")]


# Going


@pytest.fixture
def with_password(ada):
    ada.set_password("seven-green-doors")
    ada.save()
    return ada


def test_going_takes_everything_along(client, with_password, django_capture_on_commit_callbacks):
    take = graded(student=with_password)
    client.force_login(with_password)
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(reverse("goodbye"), {"password": "seven-green-doors"}).url == reverse("welcome")
    assert not User.objects.filter(username="ada").exists() and not Submission.objects.exists()
    assert not take.recording.storage.exists(take.recording.name)
    assert client.get(reverse("profile")).status_code == 302


def test_a_wrong_password_deletes_nothing_and_is_slow_to_guess(client, with_password):
    client.force_login(with_password)
    for _ in range(11):
        assert client.post(reverse("goodbye"), {"password": "wrong"}).status_code == 200
    assert client.post(reverse("goodbye"), {"password": "seven-green-doors"}).status_code == 200
    assert User.objects.filter(username="ada").exists()


def test_a_teacher_is_told_what_becomes_of_their_classes(client, ms_clark, classroom, ada):
    shared = ClassroomFactory(name="Shared choir")
    for teacher in (ms_clark, UserFactory()):
        Membership.objects.create(classroom=shared, user=teacher, role="teacher")
    ms_clark.set_password("seven-green-doors")
    ms_clark.save()
    take = graded(student=ada)
    client.force_login(ms_clark)
    what = client.get(reverse("goodbye")).context["what"]
    assert (what.left_alone, what.shared) == ([(classroom, 1)], [shared])
    client.post(reverse("goodbye"), {"password": "seven-green-doors"})
    assert Classroom.objects.get(pk=classroom.pk).is_archived
    assert not Classroom.objects.get(pk=shared.pk).is_archived
    assert Submission.objects.visible_to(ada).get() == take


def test_a_school_keeps_an_office(client, db):
    alone = UserFactory(is_superuser=True, is_staff=True)
    alone.set_password("seven-green-doors")
    alone.save()
    client.force_login(alone)
    assert client.post(reverse("goodbye"), {"password": "seven-green-doors"}).status_code == 200
    UserFactory(is_superuser=True)
    client.force_login(alone)
    assert client.post(reverse("goodbye"), {"password": "seven-green-doors"}).status_code == 302


def test_a_student_of_nobody_may_go_too(client, db):
    zoe = StudentFactory()
    zoe.set_password("seven-green-doors")
    zoe.save()
    client.force_login(zoe)
    assert client.post(reverse("goodbye"), {"password": "seven-green-doors"}).status_code == 302
