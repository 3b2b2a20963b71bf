"""A day is a day of somebody's: where they are, on the nights too when the clocks change."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone, translation
from hypothesis import given
from hypothesis import strategies as st

from lessons.local_time import day_begins, days_before, is_zone, local_day, today_of, zone_names, zone_of
from lessons.models import SchoolSettings, User
from tests.factories import StudentFactory

ZONES = ["Europe/Berlin", "America/New_York", "Asia/Kolkata", "Pacific/Kiritimati", "Pacific/Apia", "America/Sao_Paulo"]
ZONES += ["Asia/Beirut", "America/Havana", "Australia/Lord_Howe", "Pacific/Chatham", "UTC"]


def someone(zone):
    return User(username="x", time_zone=zone)


@pytest.mark.parametrize(
    ("zone", "utc", "day"),
    [
        ("Europe/Berlin", "2026-03-28T22:59", "2026-03-28"),
        ("Europe/Berlin", "2026-03-28T23:00", "2026-03-29"),
        ("Europe/Berlin", "2026-03-29T21:59", "2026-03-29"),  # Summer time since the night: the day is short.
        ("Europe/Berlin", "2026-03-29T22:00", "2026-03-30"),
        ("Europe/Berlin", "2026-10-25T22:59", "2026-10-25"),  # A day of 25 hours.
        ("America/New_York", "2026-11-23T04:59", "2026-11-22"),
        ("Pacific/Kiritimati", "2026-11-22T10:00", "2026-11-23"),
        ("", "2026-11-22T23:59", "2026-11-22"),
        ("Nowhere/Atlantis", "2026-11-22T23:59", "2026-11-22"),
    ],
)
def test_the_day_it_was_there(zone, utc, day):
    moment = datetime.fromisoformat(utc).replace(tzinfo=UTC)
    assert local_day(someone(zone), moment).isoformat() == day


@given(st.sampled_from(ZONES), st.dates(date(1990, 1, 1), date(2037, 12, 30)))
def test_a_day_begins_where_the_one_before_ends(zone, day):
    """Also where midnight itself is skipped (Beirut, Havana, São Paulo): nothing is in two days or in none. A day that
    a country left out (Samoa, 30 December 2011) has no moment."""
    who = someone(zone)
    begins, ends = day_begins(who, day), day_begins(who, day + timedelta(days=1))
    assert local_day(who, begins) >= day
    assert local_day(who, begins - timedelta(microseconds=1)) < local_day(who, begins)
    if begins < ends:
        assert local_day(who, ends - timedelta(microseconds=1)) == day


@pytest.mark.parametrize(("day", "hours"), [("2026-03-29", 23), ("2026-10-25", 25), ("2026-11-22", 24)])
def test_the_nights_when_the_clocks_change(day, hours):
    who, one = someone("Europe/Berlin"), date.fromisoformat(day)
    assert day_begins(who, one + timedelta(days=1)) - day_begins(who, one) == timedelta(hours=hours)


def test_a_week_is_today_and_the_six_days_before():
    who, now = someone("Europe/Berlin"), datetime(2026, 10, 28, 12, tzinfo=UTC)
    assert today_of(who, now) == date(2026, 10, 28)
    assert days_before(who, 6, now) == datetime(2026, 10, 21, 22, tzinfo=UTC)  # Before the clocks changed.


@pytest.mark.parametrize("name", ["EST", "Etc/GMT+5", "Europe/Atlantis", "../../etc/passwd", "", "europe/berlin\n"])
def test_what_is_no_place_is_no_zone(name):
    assert not is_zone(name)
    assert zone_of(someone(name)) == timezone.get_default_timezone()


def test_every_zone_offered_is_one():
    assert all(zone_of(someone(name)).key == name for name in zone_names())  # type: ignore[attr-defined]


# The reader's pages


def test_the_browser_says_where_one_is_once(client, ada):
    client.force_login(ada)
    assert "data-zone" in client.get(reverse("profile")).content.decode()
    for asked, kept in (("Europe/Atlantis", ""), ("Asia/Tokyo", "Asia/Tokyo"), ("Europe/Berlin", "Asia/Tokyo")):
        assert client.post(reverse("profile-zone"), {"zone": asked}).status_code == 204
        ada.refresh_from_db()
        assert ada.time_zone == kept
    assert "data-zone" not in client.get(reverse("profile")).content.decode()


@pytest.mark.parametrize(
    ("own", "browser", "offered", "language"),
    [
        ("", "", [], "en"),
        ("", "de", [], "de"),
        ("", "fr", [], "en"),
        ("en", "de", [], "en"),
        ("de", "en", [], "de"),
        ("de", "en", ["en"], "en"),
        ("", "en", ["de"], "de"),
        ("xx", "", [], "en"),
    ],
)
def test_the_readers_language(client, db, own, browser, offered, language):
    SchoolSettings(languages=offered).save()
    client.force_login(StudentFactory(language=own))
    answer = client.get(reverse("profile"), headers={"Accept-Language": browser})
    assert answer.headers["Content-Language"] == language
    assert f'<html lang="{language}">' in answer.content.decode()


def test_nothing_stays_active_for_the_next_reader(client, db):
    client.force_login(StudentFactory(language="de", time_zone="Asia/Tokyo"))
    client.get(reverse("profile"))
    assert translation.get_language() == "en"
    assert timezone.get_current_timezone_name() == "UTC"
