"""One row of a class list: a name, and whatever else its columns say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from django.contrib.auth.validators import UnicodeUsernameValidator
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from lessons.roster import words
from lessons.words import said
from tutor.notation.instruments import INSTRUMENTS

NEW, JOINS, THERE, CODE, TWICE, INVALID = "new", "joins", "there", "code", "twice", "invalid"


@dataclass(frozen=True, slots=True)
class Row:
    """One row and what becomes of it. `why` says it to the teacher; `notes` what was read otherwise than written."""

    number: int
    first: str = ""
    last: str = ""
    username: str = ""
    email: str = ""
    instrument: str = ""
    level: int | None = None
    group: str = ""
    outcome: str = NEW
    why: str = ""
    notes: tuple[str, ...] = ()
    user: int | None = None

    @property
    def name(self) -> str:
        return f"{self.first} {self.last}".strip()

    @property
    def instrument_label(self) -> str:
        return said(INSTRUMENTS[self.instrument].label) if self.instrument else ""

    @property
    def played(self) -> list[str]:
        """What they play, how far they are, and with whom: only what the row says."""
        level = _("grade %(grade)s") % {"grade": self.level} if self.level else ""
        return [one for one in (self.instrument_label, level, self.group) if one]


def read_row(number: int, cells: Sequence[str], columns: Sequence[str]) -> Row:
    said = {kind: cell for kind, cell in zip(columns, cells, strict=False) if kind != words.IGNORED}
    first, last = _names(said)
    notes: list[str] = []
    instrument = _instrument(said.get(words.INSTRUMENT, ""), notes)
    level = _level(said.get(words.LEVEL, ""), notes)
    row = Row(
        number=number,
        first=first[:150],
        last=last[:150],
        username=said.get(words.USERNAME, ""),
        email=said.get(words.EMAIL, ""),
        instrument=instrument,
        level=level,
        group=said.get(words.GROUP, "")[:60],
        notes=tuple(notes),
    )
    why = _invalid(row)
    return replace(row, outcome=INVALID, why=why) if why else row


def _names(said: Mapping[str, str]) -> tuple[str, str]:
    if words.LAST_FIRST in said:
        whole = said[words.LAST_FIRST]
        last, _comma, first = whole.partition(",") if "," in whole else whole.partition(" ")
        return first.strip(), last.strip()
    if words.NAME in said and not said.get(words.FIRST):
        whole = said[words.NAME]
        if "," in whole:
            last, _comma, first = whole.partition(",")
            return first.strip(), last.strip()
        first, _space, last = whole.rpartition(" ")
        return (first, last) if first else (last, said.get(words.LAST, ""))
    return said.get(words.FIRST, ""), said.get(words.LAST, "")


def _instrument(written: str, notes: list[str]) -> str:
    found = words.instrument(written) if written else ""
    if found is None:
        notes.append(_("“%(written)s” is no instrument here: they choose one themselves.") % {"written": written})
    return found or ""


def _level(written: str, notes: list[str]) -> int | None:
    if not written:
        return None
    if written in tuple("12345678"):
        return int(written)
    notes.append(_("“%(written)s” is no grade from 1 to 8: it is left out.") % {"written": written})
    return None


def _invalid(row: Row) -> str:
    if not row.name:
        return _("There is no name in this row.")
    if row.email:
        try:
            validate_email(row.email)
        except ValidationError:
            return _("“%(email)s” is no e-mail address.") % {"email": row.email}
    if row.username:
        try:
            UnicodeUsernameValidator()(row.username)
        except ValidationError:
            return _("“%(username)s” can't be a username: letters, digits and @ . + - _ only.") % {
                "username": row.username
            }
        if len(row.username) > 150:
            return _("This username is too long.")
    return ""
