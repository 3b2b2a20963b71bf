"""Kinds to compose: an assignment's order in plain values, and what it makes for each student.

    {"kind": "sight-reading", "grade": 2.5 | None, "bars": 8 | None, "style": "" | "song" …, "skills": [tags],
     "same": bool, "seed": 123, "instrument": "violin"}

Without a grade each student has it at their own level. `same`: one melody for all, comparable; it is composed for
`instrument`, the one of the class with the least room, and arranged for each. Else each has their own.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.formats import localize
from django.utils.translation import gettext as _

from lessons.classroom import ClassroomError
from lessons.models import AssignedPiece, Assignment, Exercise, User
from lessons.practice.kept import keep
from lessons.practice.learning import recall_all
from lessons.practice.limits import settable_tags
from lessons.practice.orders import EASIEST, HARDEST, SEEDS, can_be_ordered, reading_kind, seed_of
from lessons.practice.wishes import MOST_BARS
from lessons.practice.workshop import Made, made_of, make_melody
from lessons.words import said, sentence_of
from tutor.composing import technique
from tutor.composing.ordering import STYLES, Count, MelodyOrder
from tutor.composing.refusal import CannotCompose
from tutor.composing.remedies import counts_for_skill
from tutor.composing.skills import describe
from tutor.composing.technique import TechniqueOrder
from tutor.notation.errors import ScoreError
from tutor.notation.instruments import INSTRUMENTS, Instrument, UnknownInstrument, get_instrument

READING, TECHNIQUE, BY_EAR = "sight-reading", "technique", "echo"
KINDS = (READING, BY_EAR, "rhythm", "intervals", "arpeggios", TECHNIQUE)
MOST_SKILLS = 3
Order = Mapping[str, Any]


def title_of(order: Order) -> str:
    """`Sight-reading, grade 2.5, 8 bars`."""
    parts = [said(_KIND_WORDS.get(order.get("kind", ""), "Exercise"))]
    if (grade := order.get("grade")) is not None:
        parts.append(_("grade %(grade)s") % {"grade": localize(int(grade) if grade % 1 == 0 else grade)})
    if order.get("bars"):
        parts.append(_("%(bars)s bars") % {"bars": order["bars"]})
    parts += [said(describe(tag)) for tag in order.get("skills", ())]
    return ", ".join(parts)


def checked(asked: Order, players: Iterable[User]) -> dict[str, Any]:
    """The order as it is kept: complete, and possible for every one of these players. Raises ClassroomError with the
    composer's own sentence, and whom it is about."""
    order = _tidy(asked)
    players = [one for one in players if one.instrument in INSTRUMENTS]
    if order["same"]:
        order["instrument"] = _least_room({one.instrument for one in players}, order["grade"])
    for instrument, grade in sorted(_stands(order, players)):
        try:
            _made(order, get_instrument(instrument), grade, order["seed"])
        except (CannotCompose, ScoreError) as why:
            words = {"instrument": said(get_instrument(instrument).label), "why": sentence_of(why)}
            raise ClassroomError(_("%(instrument)s: %(why)s") % words) from why
    return order


def sample(order: Order, instrument: str) -> Made:
    """What it may look like. Raises CannotCompose or ScoreError."""
    return _made(order, get_instrument(instrument), _grade(order, float(order["grade"] or 2)), order["seed"])


def piece_of(assignment: Assignment, student: User) -> Exercise:
    """This student's, composed when it is first opened and the same ever after. Raises CannotCompose."""
    assert assignment.order is not None
    if kept := _kept(assignment, student):
        return kept
    exercise = keep(student, _made_for(assignment, student))
    try:
        with transaction.atomic():
            AssignedPiece.objects.create(assignment=assignment, student=student, exercise=exercise)
    except IntegrityError:
        # In another tab, a moment ago.
        return _kept(assignment, student) or exercise
    return exercise


def _tidy(asked: Order) -> dict[str, Any]:
    kind, grade, bars = asked.get("kind"), asked.get("grade"), asked.get("bars")
    style, skills = asked.get("style") or "", list(dict.fromkeys(asked.get("skills") or ()))
    same = bool(asked.get("same"))
    if kind not in KINDS:
        raise ClassroomError(_("Choose what kind of exercise is to be composed."))
    if grade is not None and not EASIEST <= grade <= HARDEST:
        raise ClassroomError(_("A grade goes from 1 to 8."))
    if bars is not None and not 2 <= bars <= MOST_BARS:
        raise ClassroomError(_("An exercise has 2 to %(most)s bars.") % {"most": MOST_BARS})
    if style and style not in STYLES:
        raise ClassroomError(_("Choose a song, a dance, a hymn, or any style."))
    if len(skills) > MOST_SKILLS:
        raise ClassroomError(_("An exercise practises up to %(most)s skills at once.") % {"most": MOST_SKILLS})
    if any(tag not in settable_tags() or not can_be_ordered(tag) for tag in skills):
        raise ClassroomError(_("One of these skills is nothing that a melody can be full of. Choose another."))
    if same and grade is None:
        raise ClassroomError(_("One melody for all needs a grade: their own levels differ."))
    plain = kind == TECHNIQUE  # A scale has no style, and is as long as it is.
    return {
        "kind": kind,
        "grade": None if grade is None else float(grade),
        "bars": None if plain else bars,
        "style": "" if plain else style,
        "skills": [] if plain else skills,
        "same": same and not plain,
        "seed": asked.get("seed") or random.SystemRandom().randrange(1, SEEDS),
    }


def _least_room(instruments: Iterable[str], grade: float) -> str:
    """What fits the one with the narrowest range fits all."""

    def room(name: str) -> tuple[int, str]:
        low, high = get_instrument(name).range_at(grade)
        return high - low, name

    return min(instruments, key=room, default="violin")


def _stands(order: Order, players: Sequence[User]) -> set[tuple[str, float]]:
    """Instruments and grades to try: of own levels, whole grades."""
    if order["grade"] is not None:
        return {(one.instrument, float(order["grade"])) for one in players}
    known = recall_all(players)
    return {(one.instrument, _grade(order, round(known[one.pk].working_grade))) for one in players}


def _grade(order: Order, own: float) -> float:
    grade = own if order["grade"] is None else float(order["grade"])
    return max(EASIEST, min(HARDEST, grade))


def _kept(assignment: Assignment, student: User) -> Exercise | None:
    return Exercise.objects.filter(assigned_pieces__assignment=assignment, assigned_pieces__student=student).first()


def _made_for(assignment: Assignment, student: User) -> Made:
    order: Order = assignment.order or {}
    try:
        player = get_instrument(student.instrument)
    except UnknownInstrument:
        raise CannotCompose(_("Choose your instrument first: then something can be composed for it.")) from None
    own = round(4 * recall_all([student])[student.pk].working_grade) / 4 if order["grade"] is None else 0.0
    seed = order["seed"] if order["same"] else seed_of("assigned", assignment.pk, student.pk)
    try:
        return _made(order, player, _grade(order, own), seed)
    except ScoreError as why:
        raise CannotCompose(sentence_of(why)) from why


def _made(order: Order, player: Instrument, grade: float, seed: int) -> Made:
    if order["kind"] == TECHNIQUE:
        scale = TechniqueOrder(kind="scale", instrument=player.name, grade=float(int(grade)), seed=seed % 1000)
        return made_of(technique.compose(scale), player.name)
    composed_for = get_instrument(order["instrument"]) if order["same"] else player
    kind = reading_kind(composed_for) if order["kind"] == READING else order["kind"]
    made = make_melody(
        MelodyOrder(
            kind=kind,
            instrument=composed_for.name,
            grade=grade,
            bars=order["bars"],
            counts=_counts(order["skills"]),
            style=order["style"] or "any",
            seed=seed,
        )
    )
    return made if composed_for.name == player.name else _arranged(made, player, grade)


def _counts(skills: Sequence[str]) -> tuple[Count, ...]:
    return tuple(count for tag in skills for count in counts_for_skill(tag))


def _arranged(made: Made, player: Instrument, grade: float) -> Made:
    """The same melody on another's stand. Its kind is the player's: what one reads, a voice sings."""
    from tutor.notation.arranging import arrange

    kind = made.recipe["kind"]
    reads = kind in (READING, "sight-singing")
    recipe = {**made.recipe, "kind": reading_kind(player) if reads else kind}
    return replace(made, recipe=recipe, score=arrange(made.score, player, grade), instrument=player.name)


# As on the choosing page, where they stand as things to translate.
_KIND_WORDS = {
    READING: "Sight-reading",
    BY_EAR: "Echo",
    "rhythm": "Rhythm",
    "intervals": "Intervals",
    "arpeggios": "Arpeggios",
    TECHNIQUE: "Technique",
}
