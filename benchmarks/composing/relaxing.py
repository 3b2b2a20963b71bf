"""Does a refusal help? What it names is relaxed in the order, by the words of the sentence alone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

Order = dict[str, Any]
WORDS = {
    "rhythm:triplet": "triplet",
    "rhythm:sixteenths": "sixteenth",
    "rhythm:eighths": "eighth",
    "rhythm:long-notes": "long",
    "rhythm:rest": "rest",
    "rhythm:syncopation": "syncop",
    "rhythm:snap": "snap",
    "rhythm:tie": r"\btie",
    "rhythm:dotted-half-quarter": "dotted hal",
    "rhythm:dotted-quarter-eighth": "dotted quarter",
    "rhythm:dotted-eighth-sixteenth": "dotted eighth",
    "rhythm:eighth-two-sixteenths": "an eighth and two sixteenths",
    "rhythm:two-sixteenths-eighth": "two sixteenths and an eighth",
    "accidental": "accidental|chromatic",
}
INTERVALS = {2: "step|second", 3: "third", 4: "fourth", 5: "fifth", 6: "sixth", 7: "seventh", 8: "octave"}
MOST_BARS = 24
# Words of a refusal -> what is left open instead. The composer may then choose.
LIMITS = {
    "bar|longer|length|piece": {"bars": MOST_BARS},
    "range|low|high|from .* to|wider|beyond": {"low": None, "high": None},
    "value|short|long|note": {"note_values": None},
    "size|interval|leap|step": {"sizes": None},
    "start|begin|first": {"start": None},
    "end|last|degree": {"end": None},
    "metre|time": {"metre": None},
    "chromatic|accidental": {"chromatic": True},
    "upbeat|pickup": {"upbeat": None},
    "tempo|minute": {"bpm": None},
    "key|sharps|flats": {"fifths": None},
    "mode": {"mode": None},
    "style": {"style": "any"},
    "kind": {"kind": "sight-reading"},
}


def relaxations(order: Order, words: str) -> Iterator[tuple[str, Order]]:
    """(what was given up, the easier order): each change that the words name, by itself, and at last all of them."""
    named = list(_named(order, words.lower()))
    everything = order
    for what, easier in named:
        yield what, easier
        everything = _merged(everything, easier, order)
    if len(named) > 1:
        yield "all that is named", everything


def _named(order: Order, words: str) -> Iterator[tuple[str, Order]]:
    for tag, _, _ in order["counts"]:
        if re.search(_words_for(tag), words):
            yield tag, {**order, "counts": [count for count in order["counts"] if count[0] != tag]}
    for pattern, changes in LIMITS.items():
        if re.search(pattern, words) and any(order.get(name) not in (None, value) for name, value in changes.items()):
            yield pattern.partition("|")[0], {**order, **changes}
    if "skill" in words or "wish" in words or "ask for less" in words or "number" in words:
        yield "counts", {**order, "counts": []}


def _words_for(tag: str) -> str:
    kind, _, rest = tag.partition(":")
    if kind == "interval":
        return INTERVALS[int(rest.partition(":")[0])]
    return WORDS.get(tag, re.escape(rest or tag))


def _merged(first: Order, second: Order, order: Order) -> Order:
    """Both changes at once."""
    changed = {name: value for name, value in second.items() if value != order.get(name)}
    if "counts" in changed:
        kept = [count for count in first["counts"] if count in second["counts"]]
        changed["counts"] = kept
    return {**first, **changed}
