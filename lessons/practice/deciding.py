"""What goes into a plan, decided from plain values: nothing is written here, and no melody composed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from lessons.practice.offers import Drill, drill_for, needy_tags, tags_to_order
from lessons.practice.orders import melody_for, seed_of, title_for
from lessons.practice.situations import Situation
from lessons.practice.workshop import recipe_of
from tutor.composing.aims import easiest_for
from tutor.composing.choice import PLAN_LENGTH, Candidate, Choice, Wishes, choose
from tutor.learner.ability import forget
from tutor.notation.instruments import Instrument, UnknownInstrument, get_instrument
from tutor.saying import joined, phrase

FIRST_TAKE = phrase("A first take, so I can hear where you are.")
MELODIES = 3  # that a plan may order, if there are pieces to play beside them


@dataclass(frozen=True, slots=True)
class Planned:
    """One line of a plan. `exercise` None: it is composed by `recipe` when it is opened."""

    title: str
    kind: str
    grade: float
    reason: str
    aimed_at: str
    expected: float | None
    exercise: int | None = None
    recipe: dict[str, Any] = field(default_factory=dict)
    skills: dict[str, int] = field(default_factory=dict)
    instrument: str = ""


def decide(situation: Situation, now: datetime, *, drills: bool = True) -> list[Planned]:
    """What this student is to play next, in order, each with its reason. Without drills nothing at all is composed on
    the way, only thought of."""
    player = _player(situation)
    candidates: list[Candidate] = list(situation.pieces.candidates)
    orders: dict[str, float] = {}
    if player:
        known = forget(situation.known, now)
        orders = {tag: easiest_for(tag) for tag in tags_to_order(situation, known)}
        drill = drill_for(needy_tags(situation, known, now), player, known, situation) if drills else None
        candidates += [drill] if drill else []
    choices = _chosen(situation, candidates, orders, now)
    return [_planned(choice, place, situation, player, now) for place, choice in enumerate(choices)]


def _player(situation: Situation) -> Instrument | None:
    try:
        return get_instrument(situation.student.instrument)
    except UnknownInstrument:
        return None


def _chosen(
    situation: Situation, candidates: Sequence[Candidate], orders: Mapping[str, float], now: datetime
) -> list[Choice]:
    word, recent = situation.word, [take.played for take in situation.recent]
    if word and word.fresh and (not recent or recent[0].key != word.of.key):
        recent = [word.of, *recent]
    for wishes in (_wishes(situation), _teachers_wishes(situation)):
        choices = choose(
            candidates,
            situation.known,
            now,
            recent=recent,
            lately=situation.lately,
            wishes=wishes,
            orders=orders,
            count=PLAN_LENGTH + MELODIES,
        )
        if choices:
            return _mixed(choices)
    return []


def _mixed(choices: Sequence[Choice]) -> list[Choice]:
    """The best, with no more melodies to order than leave room for pieces, where there are pieces."""
    ordered = [choice for choice in choices if choice.candidate.order is not None]
    spare = set(map(id, ordered[MELODIES:]))
    kept = [choice for choice in choices if id(choice) not in spare]
    return [*kept, *ordered[MELODIES:]][:PLAN_LENGTH]


def _wishes(situation: Situation) -> Wishes:
    """The teacher's, and within them the student's word."""
    wishes, word = _teachers_wishes(situation), situation.word
    if word is None:
        return wishes
    limit = situation.limits.clamp(word.limit)
    said = word.said if word.fresh else ""
    return replace(wishes, said=said, **({"ceiling": limit} if word.is_too_hard else {"floor": limit}))


def _teachers_wishes(situation: Situation) -> Wishes:
    limits = situation.limits
    return Wishes(
        floor=limits.floor,
        ceiling=limits.ceiling,
        focus=limits.focus,
        style="" if limits.style == "any" else limits.style,
    )


def _planned(choice: Choice, place: int, situation: Situation, player: Instrument | None, now: datetime) -> Planned:
    line = _line(choice, situation, player, now)
    if place == 0 and not situation.known.skills and not situation.recent:
        return replace(line, reason=joined([choice.candidate.assigned, FIRST_TAKE]))
    return line


def _line(choice: Choice, situation: Situation, player: Instrument | None, now: datetime) -> Planned:
    one = choice.candidate
    plain = Planned("", "piece", round(one.grade, 2), choice.reason, choice.aimed_at, choice.expected)
    if one.order is not None and player is not None:
        return _ordered(plain, one, situation, player, now)
    if isinstance(one, Drill):
        kept = one.key if isinstance(one.key, int) else None
        made = {"recipe": dict(one.recipe), "skills": dict(one.skills), "instrument": situation.student.instrument}
        return replace(plain, title=one.title, kind="drill", exercise=kept, **made)
    assert isinstance(one.key, int)
    return replace(plain, title=situation.titles[one.key], exercise=one.key)


def _ordered(plain: Planned, one: Candidate, situation: Situation, player: Instrument, now: datetime) -> Planned:
    """Never the same melody twice: another day, or another take, is another seed."""
    assert one.order is not None
    newest = situation.recent[0].at if situation.recent else None
    seed = seed_of(situation.student.pk, one.order.tag, now, newest)
    order = melody_for(one.order.tag, one.order.grade, player, situation.limits.style, seed)
    return replace(
        plain,
        title=title_for(one.order.tag),
        kind=order.kind,
        recipe=recipe_of(order),
        skills=dict(one.skills),
        instrument=player.name,
    )
