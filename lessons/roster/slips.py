"""The first way in of somebody whose account was made for them: a slip of paper with a username and a code. And the way
back for a student who forgot their password and has no e-mail address.

There is no start password to be guessed, shared or forgotten to be changed: the code only lets its owner choose one,
once. Its digest alone is kept, so a slip is seen when it is printed and never again; printing another one stops it."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from auditlog.models import LogEntry
from django.contrib.auth import password_validation
from django.contrib.auth.signals import user_logged_in
from django.db import transaction
from django.db.models import Q, QuerySet
from django.dispatch import receiver
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac
from rest_framework.authtoken.models import Token

from lessons.models import Classroom, Membership, StartCode, User
from lessons.models.people import JOIN_CODE_LETTERS
from lessons.roster.students import students_of

GOOD_FOR = timedelta(days=60)
# Of an account that is in use: handed over in the lesson, not kept in a drawer.
ANEW_FOR = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Slip:
    person: User
    code: str
    until: datetime


def begin(people: Collection[User], teacher: User) -> None:
    """Accounts that nobody has opened yet, and no slip printed: whoever teaches their class prints it."""
    StartCode.objects.bulk_create([_fresh(person, teacher, _code()) for person in people])


def begin_anew(people: Iterable[User], teacher: User) -> list[User]:
    """For students who forgot their password: to be printed, as for a first way in. The password they have holds until
    another one is chosen. Returned are those whom a teacher must not do this for: whoever teaches, writes or runs the
    school may do more with their account than this teacher."""
    refused, people = [], list(people)
    learners = set(_learners().filter(pk__in=[person.pk for person in people]).values_list("pk", flat=True))
    for person in people:
        if person.pk not in learners:
            refused.append(person)
        elif not StartCode.objects.filter(user=person).exists():
            _fresh(person, teacher, _code()).save(force_insert=True)
            LogEntry.objects.log_create(person, action=LogEntry.Action.UPDATE, changes={"password": ["", "slip"]})
    return refused


def unopened(classroom: Classroom) -> QuerySet[User]:
    """Students of the class who are to choose a password: for the first time, or because they forgot theirs."""
    return students_of(classroom).filter(start_code__isnull=False, pk__in=_learners())


def issue(people: Iterable[User], teacher: User) -> list[Slip]:
    """New codes for these; the ones before stop. Whoever chose a password since gets none, nor does who may do more."""
    with transaction.atomic():
        learners = _learners().filter(pk__in=[person.pk for person in people])
        waiting = StartCode.objects.select_for_update(of=("self",)).filter(user__in=learners).select_related("user")
        people = [row.user for row in waiting.order_by("user__first_name", "user__last_name", "pk")]
        codes = [_code() for _one in people]
        rows = [_fresh(person, teacher, code) for person, code in zip(people, codes, strict=True)]
        StartCode.objects.bulk_update(rows, ["digest", "made_by", "made_at", "expires_at"])
    return [Slip(row.user, code, row.expires_at) for row, code in zip(rows, codes, strict=True)]


class StartCodes:
    """An authentication backend, behind the guard that slows guessing down (lessons/login_guard.py)."""

    def authenticate(self, request: Any, username: str | None = None, start_token: str | None = None) -> User | None:
        if not username or not start_token:
            return None
        # Whose teacher has seen the code: it opens no account that has come to do more than learn.
        good = StartCode.objects.filter(expires_at__gt=timezone.now(), user__in=_learners()).select_related(
            "user", "made_by"
        )
        row = good.filter(user__username__iexact=username.strip()).first()
        if row is None or not constant_time_compare(row.digest, _digest(row.user, start_token)):
            return None
        return row.user if not row.user.has_usable_password() or _still_teaches(row) else None

    def get_user(self, user_id: int) -> User | None:
        return User.objects.filter(pk=user_id, is_active=True).first()


def choose_password(person: User, password: str) -> None:
    """The account is theirs from now on, and its slip is paper."""
    password_validation.validate_password(password, person)
    with transaction.atomic():
        person.set_password(password)
        person.save(update_fields=["password"])
        no_other_way_in(person)


def no_other_way_in(person: User) -> None:
    """Once a password was chosen: no slip and no program's token of before. Sessions end with the old password."""
    StartCode.objects.filter(user=person).delete()
    Token.objects.filter(user=person).delete()


@receiver(user_logged_in)
def needs_no_slip(user: User, **_: Any) -> None:
    """Whoever came in by the password they have."""
    StartCode.objects.filter(user=user).delete()


def shown(code: str) -> str:
    """In two halves, as it is read off paper."""
    return f"{code[:4]}-{code[4:]}"


def _still_teaches(row: StartCode) -> bool:
    """Whoever printed it. A first way in is its student's own wherever they are moved; into an account that is in use
    nobody comes who teaches them no more."""
    theirs = Classroom.objects.filter(memberships__user=row.user, memberships__role=Membership.Role.STUDENT)
    return (
        row.made_by is not None and Classroom.objects.taught_by(row.made_by).filter(pk__in=theirs.values("pk")).exists()
    )


def _learners() -> QuerySet[User]:
    """Who does nothing here but learn: with no other account could its teacher do more than with their own."""
    taught = Membership.objects.filter(role=Membership.Role.TEACHER)
    may_more = Q(is_staff=True) | Q(is_superuser=True) | Q(is_author=True) | Q(may_teach=True)
    return User.objects.filter(is_active=True).exclude(may_more | Q(pk__in=taught.values("user")))


def _fresh(person: User, teacher: User, code: str) -> StartCode:
    now, good_for = timezone.now(), ANEW_FOR if person.has_usable_password() else GOOD_FOR
    return StartCode(user=person, digest=_digest(person, code), made_by=teacher, made_at=now, expires_at=now + good_for)


def _code() -> str:
    return "".join(secrets.choice(JOIN_CODE_LETTERS) for _ in range(8))


def _digest(person: User, code: str) -> str:
    tidy = "".join(letter for letter in code.upper() if letter.isalnum())
    return salted_hmac("lessons.roster.slips", f"{person.pk}:{tidy}", algorithm="sha256").hexdigest()
