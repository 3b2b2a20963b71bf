"""The first way in of somebody whose account was made for them: a slip of paper with a username and a code.

There is no start password to be guessed, shared or forgotten to be changed: the code only lets its owner choose one,
once. Its digest alone is kept, so a slip is seen when it is printed and never again; printing another one stops it."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.contrib.auth import password_validation
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac

from lessons.models import Classroom, StartCode, User
from lessons.models.people import JOIN_CODE_LETTERS
from lessons.roster.students import students_of

GOOD_FOR = timedelta(days=60)


@dataclass(frozen=True, slots=True)
class Slip:
    person: User
    code: str


def begin(people: Collection[User], teacher: User) -> None:
    """Accounts that nobody has opened yet, and no slip printed: whoever teaches their class prints it."""
    StartCode.objects.bulk_create([_fresh(person, teacher, _code()) for person in people])


def unopened(classroom: Classroom) -> QuerySet[User]:
    """Students of the class who have not chosen a password yet."""
    return students_of(classroom).filter(start_code__isnull=False)


def issue(people: Iterable[User], teacher: User) -> list[Slip]:
    """New codes for these; the ones before stop. Whoever chose a password since gets none."""
    with transaction.atomic():
        waiting = StartCode.objects.select_for_update(of=("self",)).filter(user__in=people).select_related("user")
        issued = [Slip(row.user, _code()) for row in waiting.order_by("user__first_name", "user__last_name", "pk")]
        rows = [_fresh(slip.person, teacher, slip.code) for slip in issued]
        StartCode.objects.bulk_update(rows, ["digest", "made_by", "made_at", "expires_at"])
    return issued


class StartCodes:
    """An authentication backend, behind the guard that slows guessing down (lessons/login_guard.py)."""

    def authenticate(self, request: Any, username: str | None = None, start_token: str | None = None) -> User | None:
        if not username or not start_token:
            return None
        good = StartCode.objects.filter(expires_at__gt=timezone.now(), user__is_active=True).select_related("user")
        row = good.filter(user__username__iexact=username.strip()).first()
        return row.user if row and constant_time_compare(row.digest, _digest(row.user, start_token)) else None

    def get_user(self, user_id: int) -> User | None:
        return User.objects.filter(pk=user_id, is_active=True).first()


def choose_password(person: User, password: str) -> None:
    """The account is theirs from now on, and its slip is paper."""
    password_validation.validate_password(password, person)
    with transaction.atomic():
        person.set_password(password)
        person.save(update_fields=["password"])
        StartCode.objects.filter(user=person).delete()


def shown(code: str) -> str:
    """In two halves, as it is read off paper."""
    return f"{code[:4]}-{code[4:]}"


def _fresh(person: User, teacher: User, code: str) -> StartCode:
    now = timezone.now()
    return StartCode(user=person, digest=_digest(person, code), made_by=teacher, made_at=now, expires_at=now + GOOD_FOR)


def _code() -> str:
    return "".join(secrets.choice(JOIN_CODE_LETTERS) for _ in range(8))


def _digest(person: User, code: str) -> str:
    tidy = "".join(letter for letter in code.upper() if letter.isalnum())
    return salted_hmac("lessons.roster.slips", f"{person.pk}:{tidy}", algorithm="sha256").hexdigest()
