"""Who changed what: said with who and what stood before, never of what the school itself makes, and of nobody who asked
to be forgotten."""

from __future__ import annotations

from typing import Any

import pytest
from auditlog.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.test import Client
from django.urls import reverse

from lessons.models import Exercise, Membership, SchoolSettings, User
from tests.factories import ExerciseFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(db: None) -> User:
    return UserFactory(username="office", is_staff=True, is_superuser=True)


def entries(model: Any) -> Any:
    return LogEntry.objects.filter(content_type=ContentType.objects.get_for_model(model))


def test_a_change_in_the_admin_tells_who_and_what_stood_before(client: Client, office: User) -> None:
    SchoolSettings.objects.create(name="Old Hall")
    client.force_login(office)
    address = reverse("admin:lessons_schoolsettings_change", args=[1])
    answer = client.post(address, {"name": "New Hall", "sign_up": "code", "languages": "[]"})
    assert answer.status_code == 302, answer.context["errors"]
    entry = entries(SchoolSettings).latest("pk")
    assert entry.actor == office
    assert entry.changes["name"] == ["Old Hall", "New Hall"]
    assert "New Hall" in client.get(reverse("admin:auditlog_logentry_changelist")).content.decode()


def test_bulk_actions_are_told_one_by_one(client: Client, office: User, ada: User, ben: User) -> None:
    client.force_login(office)
    asked = {"action": "make_authors", "_selected_action": [ada.pk, ben.pk]}
    client.post(reverse("admin:lessons_user_changelist"), asked)
    assert set(User.objects.filter(is_author=True)) == {ada, ben}
    assert entries(User).filter(action=LogEntry.Action.UPDATE, actor=office).count() == 2


def test_nobody_locks_themselves_out(client: Client, office: User, ada: User) -> None:
    client.force_login(office)
    asked = {"action": "keep_out", "_selected_action": [ada.pk, office.pk]}
    client.post(reverse("admin:lessons_user_changelist"), asked)
    assert list(User.objects.filter(is_active=False)) == [ada]


def test_what_is_composed_for_a_student_is_no_change(ada: User) -> None:
    ExerciseFactory(composed_for=ada)
    assert not entries(Exercise).exists()
    ExerciseFactory()
    assert entries(Exercise).count() == 1


def test_no_password_is_written_down(ada: User) -> None:
    ada.set_password("a new and secret one")
    ada.save()
    assert all("password" not in (entry.changes or {}) for entry in entries(User))


def test_who_is_forgotten_stands_in_no_log(ada: User, ben: User) -> None:
    assert entries(Membership).filter(object_repr__contains="ada").exists()
    Membership.objects.filter(user=ada).delete()
    ada.delete()
    assert not LogEntry.objects.filter(object_repr__contains="ada").exists()
    assert entries(Membership).filter(object_repr__contains="ben").exists()


def test_what_they_changed_is_somebodys_from_then_on(client: Client, ada: User, ben: User) -> None:
    for person in (ada, ben):
        client.force_login(person)
        client.post(reverse("profile"), {"first_name": "Other", "email": person.email})
        LogEntry.objects.create(
            content_type=entries(User).first().content_type,
            object_pk="1",
            object_repr="a class",
            action=1,
            actor=person,
            actor_email=person.email,
            remote_addr="192.0.2.7",
        )
    address, other = ada.email, ben.email
    ada.delete()
    assert not LogEntry.objects.filter(actor_email=address).exists()
    assert LogEntry.objects.get(object_repr="a class", actor=None).remote_addr is None
    assert LogEntry.objects.get(object_repr="a class", actor=ben).actor_email == other


def test_the_log_can_be_changed_by_nobody(client: Client, office: User, ada: User) -> None:
    client.force_login(office)
    entry = LogEntry.objects.first()
    assert entry is not None
    assert client.post(reverse("admin:auditlog_logentry_delete", args=[entry.pk]), {"post": "yes"}).status_code == 403
    assert client.post(reverse("admin:auditlog_logentry_change", args=[entry.pk]), {"action": 0}).status_code == 403


@pytest.mark.parametrize(
    "name",
    [
        *("index", "lessons_user_changelist", "lessons_user_add", "lessons_classroom_changelist"),
        *("lessons_job_changelist", "lessons_submission_changelist", "lessons_learnerparameters_changelist"),
        *("auditlog_logentry_changelist", "lessons_course_changelist", "lessons_lesson_changelist"),
        "lessons_exercise_changelist",
    ],
)
def test_the_office_has_no_broken_door(client: Client, office: User, name: str) -> None:
    client.force_login(office)
    assert client.get(reverse(f"admin:{name}") + "?q=x" * name.endswith("list")).status_code == 200


def test_the_log_is_told_in_the_readers_language(client: Client, office: User, ada: User) -> None:
    User.objects.filter(pk=office.pk).update(language="de")
    client.force_login(office)
    classroom = ada.classrooms.get()
    classroom.code_open = False
    classroom.save()
    page = client.get(reverse("admin:auditlog_logentry_changelist"), {"kind": "classroom"}).content.decode()
    assert "Klasse" in page and "Code offen" in page
    assert "code_open" not in page and "classroom</" not in page
    entry = LogEntry.objects.get_for_object(classroom).latest("pk")
    page = client.get(reverse("admin:auditlog_logentry_change", args=[entry.pk])).content.decode()
    assert "Code offen" in page and "Thursday strings geändert" in page


def test_the_log_is_looked_through_by_what_it_watches(client: Client, office: User, ada: User) -> None:
    client.force_login(office)
    page = client.get(reverse("admin:auditlog_logentry_changelist"), {"kind": "membership"})
    assert {entry.content_type.model for entry in page.context["cl"].result_list} == {"membership"}
    everything = client.get(reverse("admin:auditlog_logentry_changelist")).content.decode()
    assert "?kind=studentgroup" in everything and "skillevidence" not in everything


@pytest.mark.parametrize("said", ["192.0.2.66", "nobody's", "192.0.2.66, 10.0.0.1", "1" * 500])
def test_nobody_chooses_the_address_that_is_written_down(client: Client, ada: User, said: str) -> None:
    client.force_login(ada)
    headers = {"X-Forwarded-For": said, "X-Forwarded-Port": "9" * 20}
    sent = {"first_name": "Other", "email": ada.email, "language": ""}
    assert client.post(reverse("profile"), sent, headers=headers).status_code == 302
    entry = entries(User).latest("pk")
    assert (entry.actor, entry.remote_addr, entry.remote_port) == (ada, "127.0.0.1", None)
