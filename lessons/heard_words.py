"""What the machine said of a note, in a teacher's words. See `rulings.kinds_of` for the kinds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from lessons.rulings import kinds_of

KIND_WORDS: dict[str, str | Promise] = {
    "pitch": gettext_lazy("wrong note"),
    "octave": gettext_lazy("wrong octave"),
    "missing": gettext_lazy("left out"),
    "early": pgettext_lazy("a note", "early"),
    "late": pgettext_lazy("a note", "late"),
    "sharp": pgettext_lazy("tuning", "sharp"),
    "flat": pgettext_lazy("tuning", "flat"),
    "short": gettext_lazy("too short"),
    "long": gettext_lazy("too long"),
    "not_heard": gettext_lazy("not heard"),
    "right": pgettext_lazy("a note", "right"),
}


def heard_in_words(said: Mapping[str, Any]) -> str:
    """`late by 180 ms, too short`"""
    amounts = {fault["kind"]: abs(fault["amount"]) for fault in said["faults"]}
    return ", ".join(_one(kind, amounts) for kind in kinds_of(said))


def _one(kind: str, amounts: Mapping[str, float]) -> str:
    if kind in ("early", "late"):
        sentence = _("early by %(ms)s ms") if kind == "early" else _("late by %(ms)s ms")
        return sentence % {"ms": round(amounts[kind])}
    if kind in ("sharp", "flat"):
        sentence = _("%(cents)s cents sharp") if kind == "sharp" else _("%(cents)s cents flat")
        return sentence % {"cents": round(amounts["intonation"])}
    return str(KIND_WORDS[kind])
