"""A notice in the reader's language: what happened in a line, and the rest of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import formats, timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from lessons.models import Notice
from lessons.words import quoted


@dataclass(frozen=True, slots=True)
class Words:
    """`title` stands alone; `text` may be empty."""

    title: str
    text: str = ""


def in_words(notice: Notice) -> Words:
    """In the language that is active. Facts that are missing, of an old notice, leave a gap and no error."""
    facts = {"by": _("Somebody"), "title": _("a piece"), "classroom": "", **notice.facts}
    return _WORDS[notice.kind](facts)


def _assigned(facts: dict[str, Any]) -> Words:
    return Words(_("%(by)s assigned “%(title)s”") % facts, _due_words(facts))


def _due(facts: dict[str, Any]) -> Words:
    return Words(_("“%(title)s” is due soon") % facts, _due_words(facts))


def _commented(facts: dict[str, Any]) -> Words:
    text = facts.get("text", "")
    title = (
        _("%(by)s left a spoken comment on “%(title)s”")
        if facts.get("spoken")
        else _("%(by)s commented on “%(title)s”")
    )
    return Words(title % facts, quoted(text) if text else "")


def _ruled(facts: dict[str, Any]) -> Words:
    answer = facts.get("answer", "")
    if "granted" not in facts:
        title = _("%(by)s corrected a note of “%(title)s”")
    elif facts["granted"]:
        title = _("%(by)s agrees with you about a note of “%(title)s”")
    else:
        title = _("%(by)s has listened to the note of “%(title)s” and lets it stand")
    return Words(title % facts, quoted(answer) if answer else "")


def _contested(facts: dict[str, Any]) -> Words:
    why = facts.get("why", "")
    return Words(_("%(by)s contests a note of “%(title)s”") % facts, quoted(why) if why else "")


def _due_words(facts: dict[str, Any]) -> str:
    due = parse_datetime(facts.get("due") or "")
    note = facts.get("note", "")
    words = _("Due %(when)s.") % {"when": _when(due)} if due else ""
    return " ".join(part for part in (words, quoted(note) if note else "") if part)


def _when(moment: datetime) -> str:
    return formats.date_format(timezone.localtime(moment), "DATETIME_FORMAT")


_WORDS = {
    Notice.Kind.ASSIGNED: _assigned,
    Notice.Kind.DUE: _due,
    Notice.Kind.COMMENTED: _commented,
    Notice.Kind.RULED: _ruled,
    Notice.Kind.CONTESTED: _contested,
}
