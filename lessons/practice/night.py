"""The plans between lessons: skills due again, doubt grown with the days, what teachers assigned. In chunks, each of
them one task, so that a killed worker costs one chunk and two workers on the same chunk make one plan a student.

Nobody is planned twice in a night: the database holds one plan a student and night, and a chunk is written whole or
not at all. What a killed worker left, the sweep finds: students without a plan in a night that is not finished.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from lessons.models import Membership, Placement, PlanItem, PlanningNight, PracticePlan, Submission, User
from lessons.practice.deciding import Planned, decide
from lessons.practice.planning import items_of
from lessons.practice.situations import Situation, situations_of

log = logging.getLogger(__name__)

CHUNK = 200
# A chunk takes a second or two; a night in which none came back for so long has lost some.
STALE_AFTER = timedelta(seconds=60)
MOST_ROUNDS = 5  # What fails five times over waits for a person to read the log.

Chunk = tuple[int, int]  # the first and the last student's primary key
Enqueue = Callable[[date, int, int], None]


def begin_night(enqueue: Enqueue) -> int:
    """Hands the whole school out in chunks; how many. Safe to run again: who has a plan is passed over."""
    now = timezone.localtime()
    night, new = PlanningNight.objects.get_or_create(night=now.date(), defaults={"heartbeat_at": now})
    return _hand_out(night, enqueue, 0 if new else 1)


def resume_nights(enqueue: Enqueue) -> int:
    """What the sweep does: hands out again what was left of today's night, once no chunk has come back for a while."""
    now = timezone.localtime()
    unfinished = PlanningNight.objects.filter(
        night=now.date(), finished_at=None, heartbeat_at__lt=now - STALE_AFTER, rounds__lt=MOST_ROUNDS
    )
    return sum(_hand_out(night, enqueue, 1) for night in unfinished)


def replan_all() -> int:
    """The whole night in this process; how many plans were made. Safe to run again: it goes on where it stopped."""
    made: list[int] = []
    begin_night(lambda night, first, last: made.append(plan_chunk(night, first, last)))
    return sum(made)


def plan_chunk(night: date, first: int, last: int) -> int:
    """Plans of the students from `first` to `last` who have none of this night yet; how many were made."""
    students = list(_unplanned(night).filter(pk__gte=first, pk__lte=last).order_by("pk"))
    made = _write(night, list(_decided(students, timezone.localtime()))) if students else 0
    _came_back(night)
    return made


def _hand_out(night: PlanningNight, enqueue: Enqueue, rounds: int) -> int:
    chunks = list(_chunks(_unplanned(night.night)))
    PlanningNight.objects.filter(pk=night.pk).update(
        heartbeat_at=timezone.now(), rounds=night.rounds + rounds, finished_at=None if chunks else timezone.now()
    )
    for first, last in chunks:
        enqueue(night.night, first, last)
    return len(chunks)


def _chunks(students: QuerySet[User]) -> Iterator[Chunk]:
    pks = list(students.order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(pks), CHUNK):
        part = pks[start : start + CHUNK]
        yield part[0], part[-1]


def _unplanned(night: date) -> QuerySet[User]:
    """Students, by class or by having played, without a plan of this night. Those whose level is being found go on
    with that."""
    in_class = Membership.objects.filter(user=OuterRef("pk"), role=Membership.Role.STUDENT)
    played = Submission.objects.filter(student=OuterRef("pk"))
    planned = PracticePlan.objects.filter(student=OuterRef("pk"), night=night)
    placed = Placement.objects.filter(student=OuterRef("pk"), ended_at=None)
    students = User.objects.filter(Q(Exists(in_class)) | Q(Exists(played)), is_active=True)
    return students.filter(~Exists(planned), ~Exists(placed))


def _decided(students: Sequence[User], now: datetime) -> Iterator[tuple[User, list[Planned]]]:
    for situation in situations_of(students, now):
        if (planned := _decide(situation, now)) is not None:
            yield situation.student, planned


def _decide(situation: Situation, now: datetime) -> list[Planned] | None:
    try:
        return decide(situation, now, drills=False)
    except Exception:  # One student's trouble is ours to read in the log, not the next student's.
        log.exception("No plan for student %s", situation.student.pk)
        return None


def _write(night: date, decided: Sequence[tuple[User, list[Planned]]]) -> int:
    """All of these plans, but for students whom another worker was quicker with."""
    for _ in range(3):
        try:
            with transaction.atomic():
                done = _planned_already(night, (student for student, _ in decided))
                return _write_at_once(night, [(who, lines) for who, lines in decided if who.pk not in done])
        except IntegrityError:
            log.info("Another worker is planning the same students of %s", night)
    return 0


def _planned_already(night: date, students: Iterable[User]) -> set[int]:
    plans = PracticePlan.objects.filter(night=night, student__in=[student.pk for student in students])
    return set(plans.order_by().values_list("student", flat=True))


def _write_at_once(night: date, decided: Sequence[tuple[User, list[Planned]]]) -> int:
    plans = PracticePlan.objects.bulk_create(
        PracticePlan(student=student, made_by=PracticePlan.MadeBy.NIGHT, night=night) for student, _ in decided
    )
    PlanItem.objects.bulk_create(
        [item for plan, (_, lines) in zip(plans, decided, strict=True) for item in items_of(plan, lines)],
        batch_size=500,
    )
    return len(plans)


def _came_back(night: date) -> None:
    """A chunk is done; the night too, if it was the last."""
    unfinished = PlanningNight.objects.filter(night=night, finished_at=None)
    if unfinished.exists():
        now = timezone.now()
        unfinished.update(heartbeat_at=now) if _unplanned(night).exists() else unfinished.update(finished_at=now)
