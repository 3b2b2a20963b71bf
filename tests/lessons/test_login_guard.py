"""Passwords can't be guessed by the thousand, at whichever door."""

import pytest
from django.urls import reverse

from lessons.login_guard import TRIES_A_NAME

PASSWORD = "a long enough one"


@pytest.fixture(autouse=True)
def _one_window(monkeypatch):
    monkeypatch.setattr("lessons.login_guard.time.time", lambda: 1_000_000.0)


@pytest.fixture
def people(ada, ben):
    for person in (ada, ben):
        person.is_staff = True
        person.set_password(PASSWORD)
        person.save()


def try_login(client, door, name, password, address="10.0.0.1"):
    """Whether it opened."""
    said = {"username": name, "password": password}
    answer = client.post(reverse(door), said, REMOTE_ADDR=address)
    client.logout()
    return answer.status_code == (200 if door == "api-token" else 302)


@pytest.mark.parametrize("door", ["login", "admin:login"])
def test_after_a_few_failures_even_the_right_one_waits(client, people, door, monkeypatch):
    assert try_login(client, door, "ada", PASSWORD)
    for number in range(TRIES_A_NAME):
        assert not try_login(client, "login", "ADA" if number % 2 else "ada", "guess")
    assert not try_login(client, door, "ada", PASSWORD)
    assert try_login(client, door, "ben", PASSWORD)
    assert try_login(client, door, "ada", PASSWORD, address="10.0.0.2")
    monkeypatch.setattr("lessons.login_guard.time.time", lambda: 1_000_301.0)
    assert try_login(client, door, "ada", PASSWORD)


def test_a_token_is_behind_the_same_guard(client, people):
    for _ in range(TRIES_A_NAME):
        try_login(client, "login", "ada", "guess")
    assert not try_login(client, "api-token", "ada", PASSWORD)
    assert try_login(client, "api-token", "ben", PASSWORD)


def test_an_address_that_tries_all_names_waits(client, people, monkeypatch):
    monkeypatch.setattr("lessons.login_guard.TRIES_AN_ADDRESS", 15)
    for number in range(15):
        try_login(client, "login", f"name{number}", "guess")
    assert not try_login(client, "login", "ada", PASSWORD)


def test_the_counts_are_shared_by_all_processes():
    """Each of the web server's processes would count for itself in memory."""
    import importlib

    settings = importlib.import_module("tutor.settings")
    assert settings.CACHES["default"]["BACKEND"].endswith("FileBasedCache")
    assert str(settings.CACHES["default"]["LOCATION"]).startswith(str(settings.VAR))


@pytest.fixture
def proxies(settings):
    def set_to(count):
        settings.REST_FRAMEWORK = {**settings.REST_FRAMEWORK, "NUM_PROXIES": count}

    return set_to


def test_behind_a_known_proxy_one_who_guesses_locks_out_nobody_else(client, people, monkeypatch, proxies):
    """What the guesser puts before it themselves changes nothing."""
    proxies(1)
    monkeypatch.setattr("lessons.login_guard.TRIES_AN_ADDRESS", 15)
    for number in range(15):
        said = {"username": f"name{number}", "password": "guess"}
        client.post(reverse("login"), said, headers={"X-Forwarded-For": f"10.1.1.{number}, 192.0.2.7"})
    said = {"username": "ada", "password": PASSWORD}
    refused = client.post(reverse("login"), said, headers={"X-Forwarded-For": "10.1.1.99, 192.0.2.7"})
    assert refused.status_code == 200
    assert client.post(reverse("login"), said, headers={"X-Forwarded-For": "192.0.2.8"}).status_code == 302


def test_without_one_the_header_counts_for_nothing(client, people):
    for number in range(TRIES_A_NAME):
        said = {"username": "ada", "password": "guess"}
        client.post(reverse("login"), said, headers={"X-Forwarded-For": f"10.1.1.{number}"})
    assert not try_login(client, "login", "ada", PASSWORD, address="127.0.0.1")


def test_nor_does_it_spare_anybody_the_apis_throttles(client, people, db):
    rate = [
        client.post(
            reverse("api-token"), {"username": "x", "password": "x"}, headers={"X-Forwarded-For": f"10.1.1.{number}"}
        ).status_code
        for number in range(12)
    ]
    assert rate[-1] == 429
