"""What a student is to play next: a plan after each take, when something is assigned, on the student's word, and
whenever the last is done."""

from __future__ import annotations

import logging
from collections.abc import Collection, Sequence

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, Subquery
from django.utils import timezone

from lessons.models import Exercise, Placement, PlanItem, PracticePlan, User
from lessons.models.curriculum import Status
from lessons.practice import placement
from lessons.practice.deciding import Planned, decide
from lessons.practice.kept import compose_once
from lessons.practice.situations import situations_of
from lessons.words import made_of
from tutor.composing.refusal import CannotCompose

log = logging.getLogger(__name__)


def choose_next(student: User, made_by: str = PracticePlan.MadeBy.TAKE) -> PracticePlan:
    """A new plan from what is known now. The newest plan stands."""
    now = timezone.localtime()
    planned = placement.next_take(student, now)
    if not planned:
        (situation,) = situations_of([student], now)
        planned = decide(situation, now)
    with transaction.atomic():
        plan = PracticePlan.objects.create(student=student, made_by=made_by)
        PlanItem.objects.bulk_create(items_of(plan, planned))
    return plan


def plan_again(students: Collection[int]) -> int:
    """Something was assigned to these: it comes into the plan at once, not with the next take; how many were made. Who
    has no plan gets one at the first look, and a level that is being found is found first."""
    placed = Placement.objects.filter(student=OuterRef("pk"), ended_at=None)
    planned = PracticePlan.objects.filter(student=OuterRef("pk"))
    found = User.objects.filter(Exists(planned), ~Exists(placed), pk__in=students, is_active=True)
    return sum(_plan_again(student) for student in found.order_by("pk"))


def _plan_again(student: User) -> bool:
    try:
        with transaction.atomic():
            choose_next(student, PracticePlan.MadeBy.NIGHT)  # “Between lessons.”
    except Exception:  # One student's trouble is ours to read in the log, not the next student's.
        log.exception("No plan for student %s", student.pk)
        return False
    return True


def items_of(plan: PracticePlan, planned: Sequence[Planned]) -> list[PlanItem]:
    return [
        PlanItem(
            plan=plan,
            position=position,
            exercise_id=line.exercise,
            recipe=line.recipe,
            title=line.title[:200],
            kind=line.kind,
            grade=line.grade,
            skills=line.skills,
            instrument=line.instrument,
            reason=line.reason[:300],
            reason_made_of=made_of(line.reason),
            aimed_at=line.aimed_at,
            expected=line.expected,
        )
        for position, line in enumerate(planned)
    ]


def next_item(student: User) -> PlanItem | None:
    """The one thing to do next, with its exercise. Makes a plan if there is none; None only if there is nothing at all
    to play."""
    return next(iter(open_items(student)), None)


def open_items(student: User) -> list[PlanItem]:
    """What is still to play of the newest plan, in order; of a new one if that is done or no longer fits. The first
    has its exercise; of the others some may be orders still (`exercise` None): `open_item` composes them."""
    newest = PracticePlan.objects.filter(student=student).order_by("-created_at", "-pk")
    if items := _first_opened(student, _still_open(student, Subquery(newest.values("pk")[:1]))):
        return items
    made_by = PracticePlan.MadeBy.TAKE if newest.exists() else PracticePlan.MadeBy.START
    _clear_empty(student)
    return _first_opened(student, _still_open(student, choose_next(student, made_by).pk))


def open_item(item: PlanItem) -> Exercise:
    """The exercise of a plan's item: as it is, or composed now and kept. The same item is the same melody, however
    often and by however many it is opened. Raises CannotCompose, with a sentence, where both are gone."""
    if item.exercise is not None:
        return item.exercise
    if not item.recipe:
        raise CannotCompose("This exercise is no longer there. Play the next one instead.")
    exercise = compose_once(item.plan.student, item.recipe, item.instrument)
    PlanItem.objects.filter(pk=item.pk).update(exercise=exercise, title=exercise.title)
    item.exercise, item.title = exercise, exercise.title
    return exercise


def _clear_empty(student: User) -> None:
    """Where there is nothing to play every look at the page plans again: of plans that hold nothing none is kept. Of
    the night's one stays, as it says that the student was planned for."""
    PracticePlan.objects.filter(student=student, items=None, night=None).delete()


def _first_opened(student: User, items: Sequence[PlanItem]) -> list[PlanItem]:
    """An order that can't be had after all is left out, and the next one comes first."""
    for place, item in enumerate(items):
        try:
            item.plan.student = student  # Known already: it need not be asked for.
            open_item(item)
        except CannotCompose as why:
            log.warning("Item %s of a plan can't be composed: %s", item.pk, why)
            PlanItem.objects.filter(pk=item.pk).update(recipe={})  # Or it would be tried again on every page.
            continue
        return list(items[place:])
    return []


def _still_open(student: User, plan: int | Subquery) -> list[PlanItem]:
    composed = Q(exercise__origin=Exercise.Origin.COMPOSED, exercise__instrument=student.instrument)
    in_a_lesson = Q(exercise__lesson=None) | Q(exercise__lesson__status=Status.PUBLISHED)
    fits = composed | Q(in_a_lesson, exercise__status=Status.PUBLISHED, exercise__composed_for=None)
    ordered = Q(exercise=None, instrument=student.instrument)
    items = (
        PlanItem.objects.filter(fits | ordered, plan=plan, played_as=None)
        .select_related("exercise", "plan")
        .defer("exercise__score", "exercise__musicxml")
        .order_by("position")
    )
    return [item for item in items if item.can_be_opened]
