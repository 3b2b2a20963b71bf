"""Titles of composed exercises in the reader's language. A row keeps the English one, and what an author wrote stays as
it is: only what a composer of ours would have called so is said anew."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache

from lessons.words import is_english, said
from tutor.composing.scales import KEYS
from tutor.composing.skills import WORDS, describe
from tutor.composing.technique import METRES
from tutor.composing.titles import FORMS, TITLES
from tutor.saying import Phrase, phrase

MOST_LETTERS = 200


def titled(title: str) -> str:
    if is_english():
        return title
    found = _recognised(title)
    return said(found) if found is not None else title


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple(
        (template, re.compile(re.sub(r"\\{(\w+)\\}", r"(?P<\1>.+)", re.escape(template))))
        for template in map(str, TITLES)
    )


def _recognised(title: str) -> Phrase | None:
    """The phrase it was made as; None for a title of somebody's own."""
    for template, pattern in _patterns():
        if match := pattern.fullmatch(title[:MOST_LETTERS]):
            facts = {name: FACTS[name](text) for name, text in match.groupdict().items()}
            if all(fact is not None for fact in facts.values()):
                return phrase(template, **{name: fact for name, fact in facts.items() if fact is not None})
    return None


def _key(text: str) -> str | None:
    if text in KEYS:
        return KEYS[text]
    tonic, _space, rest = text.partition(" ")
    form = rest.removesuffix(" minor")
    minor = KEYS.get(f"{tonic} minor")
    return phrase(FORMS[form], key=minor) if minor and form in FORMS else None


@cache
def _skills() -> Mapping[str, Phrase]:
    metres = [describe(f"metre:{metre}") for metre in METRES]
    return {str(words): words for words in (*WORDS.values(), *metres) if isinstance(words, Phrase)}


def _theme(text: str) -> str:
    return _recognised(text) or (phrase("a tune") if text == "a tune" else text)


FACTS: Mapping[str, Callable[[str], str | None]] = {
    "key": _key,
    "skill": lambda text: _skills().get(text),
    "metre": lambda text: text if text in METRES else None,
    "theme": _theme,
}
