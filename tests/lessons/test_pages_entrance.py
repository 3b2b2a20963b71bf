"""The way in: welcome, code, login, instrument."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from lessons.models import User
from lessons.pages.overture import LINE, MARKED
from tests.factories import StudentFactory, UserFactory
from tutor.notation.instruments import INSTRUMENTS

NEWCOMER = {"name": "Nina Okonkwo", "username": "nina", "password": "seven-green-doors"}


def test_a_newcomer_joins_in_one_step_and_chooses_an_instrument(client: Client, classroom: Any) -> None:
    code = f" {classroom.join_code[:3].lower()}-{classroom.join_code[3:].lower()} "
    answer = client.post(reverse("join"), {**NEWCOMER, "code": code})
    nina = User.objects.get(username="nina")
    assert answer.url == reverse("setup")
    assert nina.classrooms.get() == classroom
    assert nina.display_name == "Nina Okonkwo"
    assert client.session["_auth_user_id"] == str(nina.pk)


@pytest.mark.parametrize(
    ("change", "field"),
    [({"code": "NOSUCH"}, "code"), ({"password": "12345678"}, "password"), ({"username": "ADA"}, "username")],
)
def test_a_refusal_makes_nobody(client: Client, classroom: Any, ada: Any, change: dict[str, str], field: str) -> None:
    answer = client.post(reverse("join"), {**NEWCOMER, "code": classroom.join_code, **change})
    assert field in answer.context["form"].errors
    assert not User.objects.filter(username="nina").exists()


def test_who_is_logged_in_needs_the_code_alone(client: Client, classroom: Any, zoe: Any) -> None:
    client.force_login(zoe)
    assert client.post(reverse("join"), {"code": classroom.join_code}).url == reverse("home")
    assert classroom.members.filter(pk=zoe.pk).exists()


def test_every_instrument_can_be_chosen(client: Client, db: None) -> None:
    client.force_login(StudentFactory(instrument=""))
    page = client.get(reverse("setup")).content.decode()
    missing = [name for name in INSTRUMENTS if f'value="{name}"' not in page]
    assert missing == []


def test_the_choice_is_kept(client: Client, ada: Any) -> None:
    client.force_login(ada)
    assert client.post(reverse("setup"), {"instrument": "clarinet", "level": "4"}).url == reverse("home")
    ada.refresh_from_db()
    assert (ada.instrument, ada.level) == ("clarinet", 4)


@pytest.mark.parametrize("sent", [{"instrument": "kazoo", "level": "1"}, {"instrument": "violin", "level": "9"}, {}])
def test_what_is_no_choice_changes_nothing(client: Client, ada: Any, sent: dict[str, str]) -> None:
    client.force_login(ada)
    assert client.post(reverse("setup"), sent).status_code == 200
    ada.refresh_from_db()
    assert (ada.instrument, ada.level) == ("violin", 2)


def test_the_demo_logins_are_there_only_in_a_demo(client: Client, db: None, settings: Any) -> None:
    UserFactory(username="ada", instrument="violin")
    assert client.post(reverse("demo-login", args=["student"])).status_code == 404
    assert "demo school" not in client.get(reverse("welcome")).content.decode()
    settings.DEMO = True
    assert "demo school" in client.get(reverse("welcome")).content.decode()
    assert client.post(reverse("demo-login", args=["student"])).url == reverse("home")


def test_a_demo_login_is_no_link(client: Client, db: None, settings: Any) -> None:
    settings.DEMO = True
    UserFactory(username="ada")
    assert client.get(reverse("demo-login", args=["student"])).status_code == 405


def test_the_demo_lets_nobody_in_by_another_name(client: Client, ada: Any, settings: Any) -> None:
    settings.DEMO = True
    assert client.post(reverse("demo-login", args=["ada"])).status_code == 404


def test_a_page_that_is_not_there_says_so(client: Client, db: None) -> None:
    answer = client.get("/nowhere/")
    assert answer.status_code == 404
    assert "nothing on this stand" in answer.content.decode()


def test_the_red_note_on_the_welcome_page_is_one_a_musician_would_mark(client: Client, db: None) -> None:
    assert LINE[int(MARKED.rpartition("-")[2]) - 1] == "F♯4"
    page = client.get(reverse("welcome")).content.decode()
    assert page.count(f'id="{MARKED}" class="note v-pitch"') == 1
    assert page.count('class="mark v-pitch"') == 1
    for printed in ("clef", "keySig", "meterSig"):
        assert f'class="{printed}"' in page
