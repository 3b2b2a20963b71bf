"""**Phrases**: English sentences that remember how they were made, so that they can be said in another language later.

The engine speaks English and knows nobody's language. What it says is a `Phrase`: a plain string to all who only want
to print it, and beside that the template it was made from and the facts that were put in. Whoever shows it to a person
(lessons/words.py) looks the template up in that person's language and puts the facts in there.

    phrase("{where}: {note}, you played {heard}.", where=bars([2]), note=…, heard=…)

Templates are literals, so that scripts/messages.py can collect them. A fact is a number, a plain string (a name, said
alike in every language) or another phrase. Floats carry their format: `{beats:.1f}`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

Fact = str | int | float
DAY, CAPITAL, PITCH = "day", "capital", "pitch"


class Phrase(str):
    """The English words, how they were made (`template`, `facts`), and what they are a word for (`sense`)."""

    template: str
    facts: Mapping[str, Fact]
    sense: str
    # Of a phrase with a plural: the template for many, and how many there are.
    many: str
    number: int | None


def phrase(template: str, /, **facts: Fact) -> Phrase:
    """A sentence or a part of one."""
    return _made(template.format(**facts) if facts else template, template, facts)


def phrase_n(one: str, many: str, n: int, /, **facts: Fact) -> Phrase:
    """One of two, by number; the number is a fact called n."""
    facts = {"n": n, **facts}
    made = _made((one if n == 1 else many).format(**facts), one, facts)
    made.many, made.number = many, n
    return made


def term(sense: str, text: str, /) -> Phrase:
    """A word that other languages may have several for: what it is a word for, and the word. “note”, “B flat”."""
    return _made(text, text, {}, sense)


def day(moment: date) -> Phrase:
    """3 November."""
    return _made(f"{moment.day} {moment:%B}", moment.isoformat(), {}, DAY)


def joined(parts: Iterable[str], between: str = " ") -> Phrase:
    """Sentences in a row."""
    facts = {f"part{number}": part for number, part in enumerate(part for part in parts if part)}
    return phrase(between.join(f"{{{name}}}" for name in facts), **facts)


def listed(parts: Iterable[str]) -> Phrase:
    """A, B and C."""
    *first, last = parts
    return phrase("{first} and {last}", first=joined(first, ", "), last=last) if first else joined([last])


def either(parts: Iterable[str]) -> Phrase:
    """A, B or C."""
    *first, last = parts
    return phrase("{first} or {last}", first=joined(first, ", "), last=last) if first else joined([last])


def pitch(name: str) -> Phrase:
    """A printed pitch by its English name: C♯4."""
    return _made(name, name, {}, PITCH)


def sentence_in(error: BaseException) -> str:
    """What an error says, as the phrase that it is."""
    first = error.args[0] if error.args else ""
    return first if isinstance(first, Phrase) else str(error)


def capital(text: Phrase) -> Phrase:
    """The same with its first letter large, in whatever language: “{skill}: new here.” begins with a skill."""
    made = _made(text[:1].upper() + text[1:], text.template, text.facts, CAPITAL)
    made.many, made.number = text.many, text.number
    return made


def to_json(text: str) -> Any:
    """How a phrase is kept: a dict of template and facts; what is no phrase stays the string that it is."""
    if not isinstance(text, Phrase):
        return text
    kept: dict[str, Any] = {"say": text.template}
    if text.facts:
        kept["with"] = {name: to_json(fact) if isinstance(fact, str) else fact for name, fact in text.facts.items()}
    if text.sense:
        kept["of"] = text.sense
    if text.number is not None:
        kept |= {"many": text.many, "n": text.number}
    return kept


def from_json(kept: Any) -> str:
    """The other way round. An older row's plain string stays one."""
    if not isinstance(kept, dict):
        return str(kept)
    if kept.get("of") == DAY:
        return day(date.fromisoformat(kept["say"]))
    if kept.get("of") == PITCH:
        return pitch(kept["say"])
    if kept.get("of") == CAPITAL:
        return capital(_phrase_of({**kept, "of": ""}))
    return _phrase_of(kept)


def _phrase_of(kept: Mapping[str, Any]) -> Phrase:
    given: Mapping[str, Any] = kept.get("with", {})
    facts = {name: fact if isinstance(fact, (int, float)) else from_json(fact) for name, fact in given.items()}
    if "many" in kept:
        one, many, count = kept["say"], kept["many"], kept["n"]
        return phrase_n(one, many, count, **{name: facts[name] for name in facts if name != "n"})
    sense, template = kept.get("of"), kept["say"]
    return term(sense, template) if sense else phrase(template, **facts)


def _made(text: str, template: str, facts: Mapping[str, Fact], sense: str = "") -> Phrase:
    made = Phrase(text)
    made.template, made.facts, made.sense, made.many, made.number = template, facts, sense, "", None
    return made
