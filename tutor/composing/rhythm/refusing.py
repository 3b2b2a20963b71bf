"""When no rhythm meets an order: which of its wishes stand in the way, found by leaving out each in turn."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import combinations

from tutor.composing.ordering import Count
from tutor.composing.refusal import CannotCompose
from tutor.composing.rhythm.counting import FIGURES, INDEX
from tutor.composing.rhythm.order import RhythmOrder
from tutor.composing.rhythm.pulse import METRES, pulse_of
from tutor.composing.rhythm.vocabulary import VALUES
from tutor.composing.skills import PAIRED_FIGURES, describe
from tutor.saying import Phrase, either, listed, phrase, phrase_n

MOST_NAMED = 3
VALUE_NAMES = {
    3: phrase("thirty-seconds"),
    6: phrase("sixteenths"),
    8: phrase("triplet eighths"),
    9: phrase("dotted sixteenths"),
    12: phrase("eighths"),
    16: phrase("triplet quarters"),
    18: phrase("dotted eighths"),
    24: phrase("quarters"),
    36: phrase("dotted quarters"),
    48: phrase("halves"),
    72: phrase("dotted halves"),
    96: phrase("wholes"),
    144: phrase("dotted wholes"),
}
PLURALS = {
    "rhythm:rest": phrase("notes after a rest"),
    "rhythm:syncopation": phrase("syncopated notes"),
    "rhythm:snap": phrase("snaps"),
    "rhythm:eighth-two-sixteenths": phrase("figures of an eighth and two sixteenths"),
    "rhythm:two-sixteenths-eighth": phrase("figures of two sixteenths and an eighth"),
}
USUAL_METRES = ((4, 4), (3, 4), (2, 4), (6, 8), (2, 2), (5, 4), (9, 8), (12, 8))


def check(order: RhythmOrder) -> None:
    """Raises CannotCompose for an order that says nothing that could be tried."""
    if order.metre not in METRES:
        known = ", ".join(f"{beats}/{beat_type}" for beats, beat_type in METRES)
        raise CannotCompose(
            phrase(
                "{metre} is no metre that can be written here; these are: {known}.", metre=_metre(order), known=known
            ),
            (known,),
        )
    if order.bars < 1:
        raise CannotCompose(phrase("A rhythm needs a bar at least."), ("more bars",))
    if not 0 <= order.upbeat_ticks < pulse_of(order.metre).bar:
        raise CannotCompose(
            phrase("An upbeat is shorter than a bar of {metre}.", metre=_metre(order)), ("a shorter upbeat",)
        )
    for count in order.counts:
        if count.tag not in INDEX:
            raise CannotCompose(phrase("“{tag}” is no skill of rhythm.", tag=count.tag), ("another skill",))
        if count.most is not None and count.least > count.most:
            words = describe(count.tag)
            raise CannotCompose(
                phrase(
                    "At least {least} and at most {most} {words} exclude each other.",
                    least=count.least,
                    most=count.most,
                    words=words,
                ),
                (words,),
            )
    _check_lengths(order)


def _check_lengths(order: RhythmOrder) -> None:
    """No two figures share a note and no two notes a symbol: what is longer than the bars together is soon refused."""
    sixteenth = min((ticks for ticks in (3, 6) if ticks in order.values), default=6)
    triplet = min((ticks for ticks in order.values if ticks % 3), default=8)
    symbols = {"eighths": 12, "sixteenths": sixteenth, "triplet": triplet, "long-notes": 72}
    figures = {name: int(sum(24 * length for length in lengths)) for name, lengths in PAIRED_FIGURES.items()}
    room = order.bars * pulse_of(order.metre).bar + order.upbeat_ticks
    figures["triplet"] = triplet  # no figure is a triplet
    for lengths in (symbols, figures):
        asked = [count for count in order.counts if count.least and count.tag.removeprefix("rhythm:") in lengths]
        if sum(count.least * lengths[count.tag.removeprefix("rhythm:")] for count in asked) > room:
            kinds = listed(_plain(count.tag) for count in asked)
            words = phrase("{kinds} together", kinds=kinds) if len(asked) > 1 else kinds
            raise CannotCompose(
                phrase(
                    "So many {words} are longer than {place}; ask for fewer of them, or for more bars.",
                    words=words,
                    place=_place(order),
                ),
                (*(_fewer(_plain(count.tag)) for count in asked), "more bars"),
            )


def refuse(order: RhythmOrder, feasible: Callable[[RhythmOrder, bool], bool]) -> CannotCompose:
    """The refusal, with the wishes any one of which would have to go; then two together; then all of them.

    feasible(order, thorough): whether it can be met, looking at usual bars only or at all."""
    for thorough in (False, True):
        helping = [words for words, other in relaxations(order) if feasible(other, thorough)]
        helping = helping or _first_two(order, feasible, thorough)
        if helping:
            return CannotCompose(_sentence(order, helping), tuple(helping))
    return CannotCompose(*_too_many(order))


def _first_two(order: RhythmOrder, feasible: Callable[[RhythmOrder, bool], bool], thorough: bool) -> list[Phrase]:
    """The first two counts that would help together."""
    for (words, place, count), (others, at, other) in combinations(_counts_relaxed(order), 2):
        if place != at and feasible(_with_counts(order, {place: count, at: other}), thorough):
            if words.template != others.template:
                return [listed([words, others])]
            return [phrase(words.template, what=listed([_what(words), _what(others)]))]
    return []


def relaxations(order: RhythmOrder) -> Iterator[tuple[Phrase, RhythmOrder]]:
    """Each wish of the order in words, with the order without it."""
    for words, place, count in _counts_relaxed(order):
        yield words, _with_counts(order, {place: count})
    yield from _values_relaxed(order)
    if not order.rests:
        yield phrase("rests allowed"), replace(order, rests=True)
    fewest, most = order.notes
    if fewest:
        yield phrase("fewer notes"), replace(order, notes=(0, most))
    if most is not None:
        yield phrase("more notes"), replace(order, notes=(fewest, None))
    if order.pairs:
        yield phrase("fewer intervals"), replace(order, pairs=0)
    if order.breaths:
        yield phrase("fewer breaths"), replace(order, breaths=None)
    if order.fixed:
        yield phrase("other bars than those given"), replace(order, fixed={})
    yield phrase("more bars"), replace(order, bars=order.bars + max(4, order.bars))
    if order.upbeat_ticks:
        yield phrase("no upbeat"), replace(order, upbeat_ticks=0, fixed={n: bar for n, bar in order.fixed.items() if n})
    for metre in USUAL_METRES:
        if metre != order.metre and order.upbeat_ticks < pulse_of(metre).bar and not order.fixed:
            other = replace(order, metre=metre)
            yield phrase("{metre} time", metre=_metre(other)), other


def _counts_relaxed(order: RhythmOrder) -> Iterator[tuple[Phrase, int, Count]]:
    """(words, place in the order's counts, the count without that bound)."""
    for place, count in enumerate(order.counts):
        if count.least:
            yield _fewer(_plain(count.tag)), place, replace(count, least=0)
        if count.most is not None:
            yield _more(_plain(count.tag)), place, replace(count, most=None)


def _fewer(what: str) -> Phrase:
    return phrase("fewer {what}", what=what)


def _more(what: str) -> Phrase:
    return phrase("more {what}", what=what)


def _what(words: Phrase) -> str:
    """Of what there should be fewer or more."""
    what = words.facts["what"]
    assert isinstance(what, str)
    return what


def _plain(tag: str) -> str:
    """The skill as a plural: “notes after a rest”, “dotted quarters”."""
    return PLURALS.get(tag, describe(tag))


def _values_relaxed(order: RhythmOrder) -> Iterator[tuple[Phrase, RhythmOrder]]:
    missing = [ticks for ticks in VALUES if ticks not in order.values]
    figures = {ticks for count in order.counts if count.least for ticks in _lengths_of(count.tag)}
    needed = [ticks for ticks in missing if ticks in figures]
    if needed:
        words = listed(VALUE_NAMES[ticks] for ticks in needed)
        yield phrase("{notes} allowed", notes=words), replace(order, values=order.values | {*needed})
    for ticks in missing:
        if [ticks] != needed:
            yield phrase("{notes} allowed", notes=VALUE_NAMES[ticks]), replace(order, values=order.values | {ticks})


def _lengths_of(tag: str) -> tuple[int, ...]:
    name = tag.removeprefix("rhythm:")
    return FIGURES.get(name, {"triplet": (8,), "sixteenths": (6,), "eighths": (12,)}.get(name, ()))


def _with_counts(order: RhythmOrder, changed: dict[int, Count]) -> RhythmOrder:
    counts = tuple(changed.get(place, count) for place, count in enumerate(order.counts))
    return replace(order, counts=counts)


def _sentence(order: RhythmOrder, helping: list[Phrase]) -> Phrase:
    counted = dict.fromkeys(_what(words) for words in helping if "what" in words.facts)
    both = [what for what in counted if _fewer(what) in helping and _more(what) in helping]
    told = [phrase("another number of {what}", what=what) for what in both]
    told += [words for words in helping if words.facts.get("what") not in both]
    return phrase(
        "No rhythm in {place} meets all of the order; it would with {either}.",
        place=_place(order),
        either=either(told[:MOST_NAMED]),
    )


def _too_many(order: RhythmOrder) -> tuple[str, tuple[str, ...]]:
    """Where no one or two wishes stand in the way, or where there are too many to tell which."""
    exact = [_plain(count.tag) for count in order.counts if count.least and count.most is not None]
    wished = [_plain(count.tag) for count in order.counts if count.least]
    if len(wished) < 2:
        sentence = phrase(
            "No rhythm in {place} meets so many wishes at once; leave some of them out.", place=_place(order)
        )
        return sentence, ("fewer wishes",)
    named = (exact if len(exact) > 1 else wished)[:MOST_NAMED]
    sentence = phrase(
        "No rhythm in {place} was found that keeps to so many counts at once; ask less exactly for {either}.",
        place=_place(order),
        either=either(named),
    )
    return sentence, tuple(f"any number of {what}" for what in named)


def _place(order: RhythmOrder) -> Phrase:
    return phrase_n("{n} bar of {metre}", "{n} bars of {metre}", order.bars, metre=_metre(order))


def _metre(order: RhythmOrder) -> str:
    return f"{order.metre[0]}/{order.metre[1]}"
