"""What an import would do, row by row, before it does it.

Nobody is taken into a class without a word: a row joins somebody who has an account only where the teacher teaches
them already (or the office imports); whoever else has one types the class code themselves. So a list can't be used to
hear a stranger."""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from lessons.models import Classroom, Membership, RosterImport, User
from lessons.roster import words
from lessons.roster.rows import CODE, INVALID, JOINS, NEW, THERE, TWICE, Row, read_row

# What is done when it is confirmed; all else stays as it is.
DONE = (NEW, JOINS)


@dataclass(frozen=True, slots=True)
class Known:
    """The people that a list can mean: their usernames in small letters, e-mail addresses, and names."""

    people: Mapping[int, User]
    places: Mapping[int, str]  # of those in this class: "student" or "teacher"
    taught: Collection[int]  # whom this teacher may take into it
    usernames: Mapping[str, int]
    emails: Mapping[str, list[int]]
    names: Mapping[str, list[int]]
    taken: Collection[str]  # every username that there is, in small letters


def plan(roster: RosterImport) -> list[Row]:
    rows = [read_row(number, cells, roster.columns) for number, cells in enumerate(roster.cells, start=1)]
    return list(_decided(rows, known_to(roster.made_by, roster.classroom, rows)))


def digest(rows: Sequence[Row]) -> str:
    """Of what the teacher saw: where something else would be done now, they look again."""
    seen = [(row.number, row.outcome, row.name, row.username, row.email, row.user) for row in rows]
    return hashlib.sha256(json.dumps(seen).encode()).hexdigest()


def known_to(teacher: User, classroom: Classroom, rows: Sequence[Row]) -> Known:
    """Four queries, however long the list."""
    places = dict(classroom.memberships.values_list("user", "role"))
    taught = set(
        Membership.objects.filter(
            classroom__in=Classroom.objects.taught_by(teacher, archived=True), role=Membership.Role.STUDENT
        ).values_list("user", flat=True)
    )
    everybody = User.objects.filter(is_active=True).only("pk", "username", "email", "first_name", "last_name")
    wanted = {row.username.casefold() for row in rows if row.username}
    addresses = {row.email.casefold() for row in rows if row.email}
    near = everybody.filter(Q(pk__in=taught) | Q(pk__in=places))
    people = {one.pk: one for one in near} | _called(everybody, wanted, addresses)
    emails: dict[str, list[int]] = {}
    names: dict[str, list[int]] = {}
    for pk, one in people.items():
        if one.email:
            emails.setdefault(one.email.casefold(), []).append(pk)
        if pk in taught or pk in places:
            names.setdefault(_name_key(one.first_name, one.last_name), []).append(pk)
    taken = {name.casefold() for name in User.objects.values_list("username", flat=True)}
    by_name = {one.username.casefold(): pk for pk, one in people.items()}
    may_take = set(people) if teacher.is_staff else taught
    return Known(people, places, may_take, by_name, emails, names, taken)


def _called(everybody: QuerySet[User], usernames: Collection[str], addresses: Collection[str]) -> dict[int, User]:
    """Those with one of these usernames or addresses, letters large or small."""
    if not usernames and not addresses:
        return {}
    return {
        one.pk: one
        for one in everybody.iterator()
        if one.username.casefold() in usernames or (one.email and one.email.casefold() in addresses)
    }


def _decided(rows: Sequence[Row], known: Known) -> Iterator[Row]:
    taken = set(known.taken)
    met: set[object] = set()
    for row in rows:
        if row.outcome != INVALID:
            row = _outcome(row, known)
            who: object = row.user or (_name_key(row.first, row.last), row.username.casefold(), row.email.casefold())
            if who in met:
                row = replace(row, outcome=TWICE, why=_("They are in this list already."))
            met.add(who)
        if row.outcome == NEW and row.username.casefold() in taken:
            row = replace(row, outcome=INVALID, why=_("This username is taken: choose another one."))
        if row.outcome == NEW:
            row = replace(row, username=row.username or _username(row, taken))
            taken.add(row.username.casefold())
        yield row


def _outcome(row: Row, known: Known) -> Row:
    try:
        found = _found(row, known)
    except ValueError as doubt:
        return replace(row, outcome=INVALID, why=str(doubt))
    if found is None:
        return row
    person = known.people[found]
    as_now = {"user": found, "username": person.username}
    names = {"username": person.username}
    if known.places.get(found) == Membership.Role.STUDENT:
        return replace(row, outcome=THERE, why=_("Is in this class as %(username)s.") % names, **as_now)
    if found in known.places:
        return replace(row, outcome=INVALID, why=_("%(username)s teaches this class.") % names, **as_now)
    if found in known.taught:
        return replace(row, outcome=JOINS, why=_("Has an account, %(username)s, and joins.") % names, **as_now)
    said = _("Has an account, %(username)s, that is not yours to move: give them the class code.")
    return replace(row, outcome=CODE, why=said % names, **as_now)


def _found(row: Row, known: Known) -> int | None:
    """Whom the row means; by name alone only somebody whom the teacher teaches. ValueError if that can't be told."""
    if row.username:
        return known.usernames.get(row.username.casefold())
    if row.email:
        same = known.emails.get(row.email.casefold(), [])
        if len(same) > 1:
            raise ValueError(_("Several people have this e-mail address: add a column with usernames."))
        return same[0] if same else None
    same = known.names.get(_name_key(row.first, row.last), [])
    here = [pk for pk in same if pk in known.places] or same
    if len(here) > 1:
        raise ValueError(_("You teach several people of this name: add a column with usernames."))
    return here[0] if here else None


def _name_key(first: str, last: str) -> str:
    return words.plain(f"{first} {last}")


# As they are written without dots and marks.
_SPELT = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "ø": "oe", "å": "aa", "æ": "ae", "œ": "oe", "ł": "l"}
)


def _username(row: Row, taken: Collection[str]) -> str:
    """nina.okonkwo, or nina.okonkwo2 where there is one."""
    parts = [_ascii(row.first.split(" ")[0]), _ascii(row.last)]
    base = ".".join(part for part in parts if part)[:140] or "student"
    if base not in taken:
        return base
    return next(name for name in (f"{base}{number}" for number in range(2, 100_000)) if name not in taken)


def _ascii(text: str) -> str:
    letters = unicodedata.normalize("NFKD", text.casefold().translate(_SPELT))
    return "".join(letter for letter in letters if letter.isascii() and letter.isalnum())
