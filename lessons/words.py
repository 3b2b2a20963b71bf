"""What the engine says, in the reader's language: the door between tutor/saying.py and Django's catalogues."""

from __future__ import annotations

import re
import string
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format, get_format
from django.utils.translation import get_language, gettext, ngettext, pgettext
from django.utils.translation import gettext as _

from tutor.grading.words import NOTES
from tutor.listening.errors import TOO_LONG, TRUNCATED
from tutor.notation.score import ACCIDENTAL_SIGNS
from tutor.saying import CAPITAL, DAY, PITCH, Phrase, from_json, phrase, sentence_in, to_json

ENGLISH = "en"
# Helmholtz's way, as static/src/score/spelling.js has it: c′ is C4, c is C3, C is C2.
BY_STROKES, SMALL_OCTAVE = {"de"}, 3
STROKES = ("", "′", "″", "‴", "⁗", "‴″", "‴‴")
ALTERS = {sign: alter for alter, sign in ACCIDENTAL_SIGNS.items()}
PITCH_NAME = re.compile(r"([A-G])(𝄫|♭|♯|𝄪|)(-?\d+)")


def said(text: str) -> str:
    """A phrase of the engine, or a plain word of its tables, in the language that is active."""
    if not text or is_english():
        return str(text)
    if not isinstance(text, Phrase):
        return gettext(text)
    if text.sense == DAY:
        return day_words(date.fromisoformat(text.template))
    if text.sense == PITCH:
        return pitch_named(text.template)
    words = _IN_WORDS.vformat(_template(text), (), {name: _fact(fact) for name, fact in text.facts.items()})
    return words[:1].upper() + words[1:] if text.sense == CAPITAL else words


def said_within(text: str) -> str:
    """The same inside a sentence, where English writes an instrument small and German doesn't."""
    return str(text).lower() if is_english() else said(text)


def is_english() -> bool:
    """Of whatever country: the engine's own language."""
    return (get_language() or ENGLISH).startswith(ENGLISH)


def trouble_words(trouble: str) -> str:
    """What a take's row keeps of what went wrong, in the reader's language."""
    for template in (TOO_LONG, TRUNCATED):
        if match := re.fullmatch(re.sub(r"\\{(\w+)\\}", r"(?P<\1>\\d+)", re.escape(template)), trouble):
            return said(phrase(template, **match.groupdict()))
    return said(trouble)


def cause_words(cause: Mapping[str, Any]) -> dict[str, Any]:
    """A hearing's cause, as the public object has it, in the reader's language. An older hearing's stays English."""
    made = cause.get("said") or {}
    told = {name: value for name, value in cause.items() if name != "said"}
    if is_english() or not made:
        return told
    showed, remedy = said_from(made["showed"], cause["showed"]), said_from(made["remedy"], cause["remedy"])
    return told | {"showed": showed, "remedy": remedy, "text": f"{showed} {remedy}".strip()}


def said_from(kept: Any, english: str) -> str:
    """What a row keeps beside its English sentence, said; an older row has only that sentence."""
    return said(from_json(kept)) if kept else said(english)


def made_of(text: str) -> Any:
    """What a row keeps beside an English sentence, for `said_from`; nothing of one that is no phrase."""
    return to_json(text) if isinstance(text, Phrase) else None


def sentence_of(trouble: BaseException) -> str:
    """What an error tells the person who can act on it."""
    return said(sentence_in(trouble))


def listed(parts: Sequence[str]) -> str:
    """`one, two and three`, of what is in the reader's language already."""
    if len(parts) < 2:
        return "".join(parts)
    return _("%(first)s and %(last)s") % {"first": ", ".join(parts[:-1]), "last": parts[-1]}


def quoted(text: str) -> str:
    """What somebody wrote, in the language's own quotation marks."""
    return _("“%(why)s”") % {"why": text}


def pitch_words(step: str, alter: int, octave: int) -> str:
    """A printed pitch: C♯4, or cis′ where octaves are told by strokes."""
    if get_language() not in BY_STROKES:
        return f"{step}{ACCIDENTAL_SIGNS[alter]}{octave}"
    note = said(NOTES[step][alter + 2])
    if octave < SMALL_OCTAVE:
        return note + {1: "₁", 0: "₂"}.get(octave, "")
    return note.lower() + STROKES[min(octave - SMALL_OCTAVE, len(STROKES) - 1)]


def pitch_named(name: str) -> str:
    """The same of a name that was kept: `B♭4`. What is none stays as it is."""
    match = PITCH_NAME.fullmatch(name)
    return pitch_words(match[1], ALTERS[match[2]], int(match[3])) if match else name


def day_words(moment: date) -> str:
    """3 November, 3. November."""
    return date_format(timezone.localtime(moment) if isinstance(moment, datetime) else moment, _("j F"))


def noted(sense: str, text: str) -> str:
    """Marks a word to be collected (scripts/messages.py); it is translated where it is shown."""
    return text


def _template(text: Phrase) -> str:
    if text.number is not None:
        return ngettext(text.template, text.many, text.number)
    return pgettext(text.sense, text.template) if text.sense not in ("", CAPITAL) else gettext(text.template)


def _fact(fact: object) -> object:
    return said(fact) if isinstance(fact, Phrase) else fact


class _InWords(string.Formatter):
    """Numbers with the language's own decimal sign; what a template asks for and wasn't given stays visible."""

    def get_value(self, key: int | str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:
        return kwargs.get(str(key), f"{{{key}}}")

    def format_field(self, value: Any, format_spec: str) -> Any:
        if not isinstance(value, (int, float)):
            return str(value)
        return format(value, format_spec).replace(".", get_format("DECIMAL_SEPARATOR"))


_IN_WORDS = _InWords()
