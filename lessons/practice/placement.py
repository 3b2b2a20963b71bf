"""Finding a new student's level: at most six short takes of music they have never seen, each as hard as the last one
says. Those who know their level say so, and are asked nothing."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from lessons.models import Placement, PracticePlan, Submission, User
from lessons.practice.deciding import Planned
from lessons.practice.hearings import HeardTake, heard
from lessons.practice.learning import learn_again, newest_parameters
from lessons.practice.orders import EASIEST, HARDEST, reading_kind, seed_of
from lessons.practice.workshop import recipe_of
from tutor.composing.ordering import MelodyOrder
from tutor.composing.refusal import CannotCompose
from tutor.composing.titles import AT_SIGHT
from tutor.learner.evidence import TIME_KINDS, Evidence
from tutor.learner.placement import MOST_TAKES, Trial, place
from tutor.notation.instruments import Instrument, UnknownInstrument, get_instrument
from tutor.saying import phrase

BARS = 4  # Two would be three notes in some styles.
# What a wrong note counts against, however far off it was.
READING_KINDS = frozenset({"interval", "accidental", "range"})
NONE, RUNNING, ENDED = "none", "running", "ended"


@dataclass(frozen=True, slots=True)
class Standing:
    """`take`: the one that comes now, from 1; 0 if none does."""

    state: str
    take: int
    at_most: int
    level: int


def begin(student: User) -> None:
    """Raises CannotCompose for who has played already: we have heard where they are."""
    get_instrument(student.instrument)
    if Submission.objects.filter(student=student, state=Submission.State.DONE).exists():
        raise CannotCompose(phrase("You have played already: the exercises follow your takes by themselves."))
    with transaction.atomic():
        Placement.objects.update_or_create(student=student, defaults={"ended_at": None, "level": None})
        _plan_again(student)


def skip(student: User, level: int) -> None:
    """“I know my level.”"""
    with transaction.atomic():
        _set_level(student, level)
        Placement.objects.filter(student=student, ended_at=None).update(ended_at=timezone.now())
        _plan_again(student)


def standing(student: User) -> Standing:
    placement = Placement.objects.filter(student=student).first()
    if placement is None or not placement.is_running:
        return Standing(NONE if placement is None else ENDED, 0, MOST_TAKES, student.level)
    return Standing(RUNNING, len(_takes(placement)) + 1, MOST_TAKES, student.level)


def next_take(student: User, now: datetime) -> list[Planned]:
    """The next short take while the level is being found; nothing for all others. Of the last one the level follows."""
    placement = Placement.objects.filter(student=student, ended_at=None).first()
    if placement is None:
        return []
    takes = _takes(placement)
    found = place(_trials(takes))
    if found.is_done:
        # Of silence nothing follows: the level stays as they said it.
        _end(student, found.grade if any(take.said for take in takes) else None)
        return []
    try:
        player = get_instrument(student.instrument)
    except UnknownInstrument:  # Until they say what they play.
        return []
    return [_planned(student, player, found.try_next, len(takes) + 1, now)]


def _end(student: User, grade: float | None) -> None:
    """The level is set, if one was found, and what the takes said is learnt again from there."""
    with transaction.atomic():
        Placement.objects.filter(student=student).update(ended_at=timezone.now(), level=grade)
        if grade is not None:
            _set_level(student, min(round(HARDEST), max(round(EASIEST), round(grade))))


def _set_level(student: User, level: int) -> None:
    """All that is known of a student is counted from their level: it is learnt again."""
    # A worker that learns from a take meanwhile waits, or its take would be forgotten.
    User.objects.select_for_update(no_key=True).get(pk=student.pk)
    User.objects.filter(pk=student.pk).update(level=level)
    student.level = level
    learn_again(student, newest_parameters())


def _planned(student: User, player: Instrument, grade: float, number: int, now: datetime) -> Planned:
    grade = min(HARDEST, max(EASIEST, round(4 * grade) / 4))
    order = MelodyOrder(
        kind=reading_kind(player),
        instrument=player.name,
        grade=grade,
        tolerance=0.5,  # What it really asks is known once it is composed.
        bars=BARS,
        seed=seed_of(student.pk, "placement", number, now),
    )
    return Planned(
        title=AT_SIGHT,
        kind=order.kind,
        grade=grade,
        reason=phrase("Finding your level: {take} of at most {most}.", take=number, most=MOST_TAKES),
        aimed_at="",
        expected=None,
        recipe=recipe_of(order),
        instrument=player.name,
    )


def _takes(placement: Placement) -> list[HeardTake]:
    takes = Submission.objects.filter(student=placement.student_id, created_at__gte=placement.begun_at)
    return heard(takes)[:MOST_TAKES]


def _trials(takes: list[HeardTake]) -> list[Trial]:
    """In the order they were played. A skill event is a note of a skill."""
    return [Trial(take.difficulty, *_read(take.said)) for take in takes]


def _read(said: Evidence) -> tuple[int, int]:
    """(right, heard): as many of all skill events as went right of the worse of pitch and time. Who keeps the beat on
    other notes has not read the piece, though its rhythm, metre and key all stand as right."""
    heard = sum(total for _, total in said.values())
    shares = [_share_right(said, kinds) for kinds in (TIME_KINDS, READING_KINDS)]
    return round(min((share for share in shares if share is not None), default=0.0) * heard), heard


def _share_right(said: Evidence, kinds: Collection[str]) -> float | None:
    counts = [count for tag, count in said.items() if tag.partition(":")[0] in kinds]
    heard = sum(total for _, total in counts)
    return sum(right for right, _ in counts) / heard if heard else None


def _plan_again(student: User) -> None:
    from lessons.practice.planning import choose_next

    choose_next(student, PracticePlan.MadeBy.START)
