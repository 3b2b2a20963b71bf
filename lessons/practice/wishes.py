"""What students ask for themselves: surprise me, this kind, this style, this long, more like this, a variation of it;
too easy, too hard. Composed at once, within what their teacher set."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from lessons import music_stand
from lessons.models import Exercise, PracticeFeedback, PracticePlan, User
from lessons.practice import feedback
from lessons.practice.kept import keep
from lessons.practice.learning import recall
from lessons.practice.limits import Limits, limits_of
from lessons.practice.offers import needy_tags
from lessons.practice.orders import EASIEST, HARDEST, SEEDS, can_be_ordered, reading_kind
from lessons.practice.planning import choose_next
from lessons.practice.situations import situations_of
from lessons.practice.workshop import made_of, make_melody
from tutor.composing import technique
from tutor.composing.aims import aims, easiest_for
from tutor.composing.kinds import KINDS, TECHNIQUES
from tutor.composing.likeness import order_like
from tutor.composing.ordering import STYLES, MelodyOrder
from tutor.composing.refusal import CannotCompose
from tutor.composing.remedies import counts_for_skill
from tutor.composing.remedy import remedy
from tutor.composing.technique import TechniqueOrder
from tutor.composing.wishes import Wishes
from tutor.learner.ability import forget
from tutor.learner.knowledge import TARGET, Knowledge
from tutor.notation.instruments import Instrument, UnknownInstrument, get_instrument

MOST_BARS = 32
BARS_A_MINUTE = 20  # of 4/4 at the usual tempo
# "Surprise me" draws from these, reading twice as often: it is what most of music is.
SURPRISES = ("sight-reading", "sight-reading", "rhythm", "echo", "intervals", "arpeggios")
TECHNIQUE = "technique"
VARIATION_LEVELS = (1, 2, 3)
ROUNDED = 0.25  # grades by which a drill may miss its limits: it is as hard as it is
HAD_LATELY, ANEW = 20, 5  # exercises of a kind; times that one is composed anew rather than given again


def wish(
    student: User,
    *,
    kind: str = "",
    style: str = "",
    bars: int | None = None,
    minutes: float | None = None,
    skill: str = "",
) -> Exercise:
    """An exercise as this student asks for it, composed now; what is left open is chosen for them. Nothing asked for is
    a surprise, and never the same twice. Raises CannotCompose, with a sentence."""
    player, limits = _player(student), limits_of(student)
    known = forget(recall(student), timezone.localtime())
    if kind == TECHNIQUE or kind in TECHNIQUES:
        return _technique(student, player, known, limits, kind, skill)
    _check(kind, style, skill)
    order = MelodyOrder(
        kind=_kind(kind or ("" if skill else random.choice(SURPRISES)), player),
        instrument=player.name,
        grade=_grade(known, skill, limits),
        bars=_bars(bars, minutes),
        counts=counts_for_skill(skill) if skill else (),
        style=style or limits.style,
        seed=_new_seed(),
    )
    return _another(student, order)


def more_like(student: User, exercise: Exercise) -> Exercise:
    """Another of the same kind: key, metre, length and difficulty of this one, and no note of it. Raises
    CannotCompose."""
    _check_seen(student, exercise)
    player, limits = _player(student), limits_of(student)
    score, _arranged = music_stand.stand_of(exercise, student)
    order = order_like(score, player, _new_seed())
    kind = exercise.kind if exercise.kind in KINDS and exercise.kind != "variation" else order.kind
    grade = max(EASIEST, min(HARDEST, limits.clamp(order.grade)))
    return _another(student, replace(order, kind=kind, grade=grade))


def vary(student: User, exercise: Exercise, level: int = 1) -> Exercise:
    """A variation of the tune, 1 near it to 3 far from it. Raises CannotCompose."""
    _check_seen(student, exercise)
    if level not in VARIATION_LEVELS:
        raise CannotCompose(_("A variation goes 1, 2 or 3 steps far from its tune."), ("a level from 1 to 3",))
    player = _player(student)
    score, _arranged = music_stand.stand_of(exercise, student)
    grade = limits_of(student).clamp(max(EASIEST, min(HARDEST, exercise.grade)))
    order = MelodyOrder(
        kind="variation", instrument=player.name, grade=grade, theme=score, level=level, seed=_new_seed()
    )
    return keep(student, make_melody(order))


def heed(student: User, exercise: Exercise, said: str) -> str:
    """Too easy or too hard: kept, and the plan is made anew at once. What to tell the student; raises CannotCompose for
    any other word."""
    if said not in PracticeFeedback.Said.values:
        raise CannotCompose(_("Say whether it is too easy or too hard."))
    with transaction.atomic():
        User.objects.select_for_update(no_key=True).get(pk=student.pk)
        feedback.say(student, exercise, said)
        choose_next(student, PracticePlan.MadeBy.WORD)
    if said == PracticeFeedback.Said.TOO_HARD:
        return _("Too hard: the next ones are easier.")
    return _("Too easy: the next ones are harder.")


def _player(student: User) -> Instrument:
    try:
        return get_instrument(student.instrument)
    except UnknownInstrument:
        raise CannotCompose(_("Choose your instrument first: then something can be composed for it.")) from None


def _check(kind: str, style: str, skill: str) -> None:
    kinds = [name for name in KINDS if name not in ("remedy", "variation")]
    if kind and kind not in kinds:
        raise CannotCompose(
            _("“%(name)s” is no kind of exercise; the kinds are %(names)s.")
            % {"name": kind, "names": ", ".join([*kinds, TECHNIQUE])}
        )
    if style and style not in STYLES:
        raise CannotCompose(
            _("“%(name)s” is no style; the styles are %(names)s.") % {"name": style, "names": ", ".join(STYLES)}
        )
    if skill and not can_be_ordered(skill):
        raise CannotCompose(
            _("“%(name)s” is no skill that a melody can be full of.") % {"name": skill}, ("another skill",)
        )


def _check_seen(student: User, exercise: Exercise) -> None:
    """A variation would give the notes away."""
    if exercise.score_hidden_from(student):
        raise CannotCompose(_("Play it by ear first: once it is graded you may have more of it."))


def _kind(kind: str, player: Instrument) -> str:
    """Who sings does not read for an instrument, and the other way round."""
    if not kind or (kind == "sight-reading" and player.family == "voice"):
        return reading_kind(player)
    if kind == "sight-singing" and player.family != "voice":
        raise CannotCompose(
            _("Sight-singing is for voices. Choose a voice as your instrument, or sight-reading."), ("sight-reading",)
        )
    return kind


def _grade(known: Knowledge, skill: str, limits: Limits) -> float:
    """Where it should go as aimed; for one skill, at the grade of which a melody full of it should."""
    wishes = Wishes(floor=limits.floor, ceiling=limits.ceiling)
    aimed = aims(known, {skill: 1.0}, TARGET, wishes, {skill: easiest_for(skill)}) if skill else []
    grade = aimed[0].grade if aimed else round(4 * known.working_grade) / 4
    return max(EASIEST, min(HARDEST, limits.clamp(grade)))


def _bars(bars: int | None, minutes: float | None) -> int | None:
    if bars is None and minutes is not None:
        bars = 4 * max(1, round(minutes * BARS_A_MINUTE / 4))
    if bars is not None and not 2 <= bars <= MOST_BARS:
        raise CannotCompose(
            _("An exercise has 2 to %(most)s bars.") % {"most": MOST_BARS}, (f"{MOST_BARS} bars or fewer",)
        )
    return bars


def _another(student: User, order: MelodyOrder) -> Exercise:
    """Composed, and again if it is what they have had lately: of two easy bars to clap there are not many."""
    lately = Exercise.objects.filter(composed_for=student, recipe__kind=order.kind).order_by("-pk")
    had = [_music(score) for score in lately.values_list("score", flat=True)[:HAD_LATELY]]
    made = make_melody(order)
    for _again in range(ANEW):
        if _music(made.score.to_dict()) not in had:
            break
        made = make_melody(replace(order, seed=_new_seed()))
    return keep(student, made)


def _music(score: Mapping[str, Any]) -> list[Any]:
    """What is played, under whatever title."""
    return [score["symbols"], score["keys"], score["metres"]]


def _new_seed() -> int:
    """Drawn, not counted: asking twice at the same moment gives two exercises."""
    return random.SystemRandom().randrange(SEEDS)


def _technique(student: User, player: Instrument, known: Knowledge, limits: Limits, kind: str, skill: str) -> Exercise:
    """A scale or its kin: for the skill asked for, or the neediest that technique can teach; within the limits if any
    is, and not the one they had last if there is another."""
    grade = float(max(1, int(limits.clamp(known.working_grade))))
    plain = TechniqueOrder(kind="scale", instrument=player.name, grade=grade, seed=_new_seed() % 1000)
    if kind in TECHNIQUES:
        return keep(student, made_of(technique.compose(replace(plain, kind=TECHNIQUES[kind])), player.name))
    (situation,) = situations_of([student], timezone.localtime())
    tags = [skill] if skill else needy_tags(situation, known, timezone.localtime())
    made = [made_of(one.technique, player.name) for tag in tags if (one := remedy(tag, player, known))]
    if all(_outside(one.grade, limits) for one in made):
        orders = [replace(plain, kind=form, bpm=bpm) for form in ("scale", "arpeggio") for bpm in (72, 60, 50)]
        made += [made_of(technique.compose(order), player.name) for order in orders]
    last = Exercise.objects.filter(composed_for=student).order_by("-pk").values_list("title", flat=True).first()
    return keep(student, min(made, key=lambda one: (_outside(one.grade, limits), one.title == last)))


def _outside(grade: float, limits: Limits) -> float:
    """Grades over the teacher's ceiling, or under their floor, by which a drill is too hard or too easy."""
    off = abs(grade - limits.clamp(grade))
    return off if off > ROUNDED else 0.0
