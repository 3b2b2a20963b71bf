"""The day and the hour where a reader is. Times are kept in UTC; a day is a day of somebody's."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

from django.utils import timezone

from lessons.models import User


def zone_of(user: User) -> tzinfo:
    """The person's own, or the school's while they have not said; also where a zone has been abolished since."""
    return ZoneInfo(user.time_zone) if is_zone(user.time_zone) else timezone.get_default_timezone()


def is_zone(name: str) -> bool:
    return name in zone_names()


@lru_cache
def zone_names() -> frozenset[str]:
    """Places and UTC: not the three letters of old, some of which know no summer time."""
    return frozenset(name for name in available_timezones() if ("/" in name and not name.startswith("Etc/"))) | {"UTC"}


def local_day(user: User, when: datetime) -> date:
    """On which day of theirs it was: a take at one in the morning is of the new day, however late it is in UTC."""
    return when.astimezone(zone_of(user)).date()


def today_of(user: User, now: datetime | None = None) -> date:
    return local_day(user, now or timezone.now())


def day_begins(user: User, day: date) -> datetime:
    """The first moment of a day of theirs, in UTC. Where the clocks change at midnight, and there is no 0:00, it is
    the moment that they change."""
    zone = zone_of(user)
    moment = datetime.combine(day, time(), tzinfo=zone).astimezone(UTC)
    # A midnight that is skipped is read by the old clock: it comes out on the day before, or an hour into this one.
    while local_day(user, moment) < day:
        moment += timedelta(minutes=15)
    return moment


def days_before(user: User, count: int, now: datetime | None = None) -> datetime:
    """When the day began that was `count` days before today: of a week of days, six."""
    return day_begins(user, today_of(user, now) - timedelta(days=count))
