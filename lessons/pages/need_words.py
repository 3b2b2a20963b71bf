"""Who needs a teacher, and why, in one line with the figures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from lessons.dashboards import Need, NeedKind
from lessons.pages.cause_words import cause_in_words
from lessons.words import said_from

KIND_WORDS = {
    NeedKind.CONTEST: gettext_lazy("Contests a note"),
    NeedKind.NOT_HEARD: gettext_lazy("Sent, not heard"),
    NeedKind.STUCK: gettext_lazy("Stuck"),
    NeedKind.UNSURE: gettext_lazy("The ear is unsure"),
    NeedKind.STOPPED: gettext_lazy("Has stopped"),
}


def need_in_words(need: Need) -> str:
    return REASONS[need.kind](need.figures)


def _contest(facts: Mapping[str, Any]) -> str:
    return _("“%(why)s”") % {"why": facts["why"]} if facts["why"] else ""


def _not_heard(facts: Mapping[str, Any]) -> str:
    if facts["test"]:
        return _("a test: listen to it, then set the mark or give another try")
    return _("assigned work: listen to it, and set the mark")


def _stuck(facts: Mapping[str, Any]) -> str:
    return _("%(cause)s in each of the last %(takes)s takes") % {
        "cause": capfirst(cause_in_words(facts["cause"])),
        "takes": facts["takes"],
    }


def _stopped(facts: Mapping[str, Any]) -> str:
    return _("nothing for %(days)s days, after practice on %(habit)s days of four weeks") % {
        "days": facts["days"],
        "habit": facts["habit"],
    }


def _unsure(facts: Mapping[str, Any]) -> str:
    why = _doubt(facts)
    more = facts["takes"] - 1
    if not more:
        return why
    others = ngettext("and %(n)s more take", "and %(n)s more takes", more) % {"n": more}
    return f"{why}, {others}"


def _doubt(facts: Mapping[str, Any]) -> str:
    if "trouble" in facts:
        return _("not graded: %(why)s") % {"why": said_from(None, facts["trouble"]).rstrip(".")}
    if "not_heard" in facts:
        return _("%(not_heard)s of %(notes)s notes not heard") % {
            "not_heard": facts["not_heard"],
            "notes": facts["notes"],
        }
    if "another_piece" in facts:
        return _("it sounded like another piece")
    if "confidence" in facts:
        return _("%(percent)s %% sure of the notes it judged") % {"percent": round(100 * facts["confidence"])}
    return _("nothing in it could be graded")


REASONS = {
    NeedKind.CONTEST: _contest,
    NeedKind.NOT_HEARD: _not_heard,
    NeedKind.STUCK: _stuck,
    NeedKind.UNSURE: _unsure,
    NeedKind.STOPPED: _stopped,
}
