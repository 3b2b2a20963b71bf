"""What a cause asks for, made for the student who asks: the figure or interval by itself, or a melody full of it.

A drill is the quickest way to a hand or a lip: scales, long tones, the beat, a plain figure over and over. What has to
be *read* or heard inside a line is learnt inside one: accidentals, ties, rests, syncopation, wide leaps. And whoever
has done the drill already gets the melody.
"""

from __future__ import annotations

from dataclasses import replace

from django.utils import timezone

from lessons.models import Submission, User
from lessons.practice.kept import digest_of, keep, kept_of
from lessons.practice.learning import recall
from lessons.practice.limits import limits_of
from lessons.practice.orders import EASIEST, HARDEST, can_be_ordered, seed_of
from lessons.practice.workshop import Made, made_of, make_melody
from tutor.composing.aims import aims, easiest_for
from tutor.composing.refusal import CannotCompose
from tutor.composing.remedies import order_for_ask
from tutor.composing.technique import FASTEST_BPM, SLOWEST_BPM, TechniqueOrder, compose
from tutor.composing.wishes import Wishes
from tutor.grading.assessment import Ask
from tutor.learner.ability import forget
from tutor.learner.knowledge import TARGET

IN_A_LINE = frozenset({"accidental", "rhythm:tie", "rhythm:rest", "rhythm:syncopation"})
WIDE_LEAPS = ("4", "5", "6", "7", "8")
TOLERANCE = 1.0  # The tempo is asked for, and the tempo is part of the difficulty.


def answer(student: User, ask: Ask, take_bpm: float) -> int:
    """The primary key of the exercise that a cause asks for, in the student's own instrument. Raises CannotCompose."""
    bpm = min(max(round(take_bpm * ask.tempo), SLOWEST_BPM), FASTEST_BPM)
    order = TechniqueOrder(
        kind=ask.kind,
        instrument=student.instrument,
        fifths=ask.fifths,
        mode=ask.mode,
        metre=ask.metre,
        figure=ask.figure,
        bpm=bpm,
        grade=float(student.level),
    )
    drill = made_of(compose(order), student.instrument)
    made = (_melody(student, ask, take_bpm) if _wants_a_melody(student, ask, drill) else None) or drill
    return keep(student, made).pk


def _wants_a_melody(student: User, ask: Ask, drill: Made) -> bool:
    if not can_be_ordered(ask.skill):
        return False
    kind, _, rest = ask.skill.partition(":")
    if ask.skill in IN_A_LINE or (kind == "interval" and rest.partition(":")[0] in WIDE_LEAPS):
        return True
    kept = kept_of(student, digest_of(drill.recipe, drill.instrument))
    return bool(kept) and Submission.objects.filter(student=student, exercise=kept).exists()


def _melody(student: User, ask: Ask, take_bpm: float) -> Made | None:
    """Eight bars of the take's key and metre, as slowly as was asked; as hard as should go well. None if there is no
    such melody."""
    known, limits = forget(recall(student), timezone.localtime()), limits_of(student)
    wishes, easiest = Wishes(floor=limits.floor, ceiling=limits.ceiling), {ask.skill: easiest_for(ask.skill)}
    (aim,) = aims(known, {ask.skill: 1.0}, TARGET, wishes, easiest)
    # Asked again after another take, it is another melody.
    seed = seed_of(student.pk, ask.skill, Submission.objects.filter(student=student).count())
    grade = min(max(aim.grade, EASIEST), HARDEST)
    try:
        order = order_for_ask(ask, student.instrument, grade, take_bpm=take_bpm, seed=seed)
        return make_melody(replace(order, tolerance=TOLERANCE, style=limits.style))
    except CannotCompose:
        return None
