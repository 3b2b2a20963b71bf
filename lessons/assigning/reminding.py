"""Telling people: that something was assigned, which then is in their plans too, and that it is due soon. Each of them
once, however often asked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from lessons import notices
from lessons.assigning.audience import audiences_of
from lessons.assigning.marks import marks_of
from lessons.gradebook.standing import cells_of
from lessons.local_time import zone_of
from lessons.models import Assignment, Notice, User
from lessons.queue import hand_out

# A beat that stood still for a weekend still tells; work of last month, after an upgrade, is no news.
NEWS = timedelta(days=4)
A_CHUNK = 50  # students planned anew by one task
LONGEST_NOTICE = timedelta(days=60)
# Nobody wants an e-mail at three in the morning. Notice is at least a day, so there is always an hour that suits.
FIRST_HOUR, LAST_HOUR = 7, 20


def remind(now: datetime | None = None) -> None:
    """Every hour."""
    now = now or timezone.now()
    standing = Assignment.objects.standing().select_related("lesson", "exercise", "classroom", "assigned_by")
    for assignment in standing.filter(Q(due_at=None) | Q(due_at__gt=now), opens_at__lte=now, opens_at__gt=now - NEWS):
        _tell_opened(assignment)
    soon = standing.filter(opens_at__lte=now, due_at__gt=now, due_at__lte=now + LONGEST_NOTICE)
    for assignment in soon.exclude(remind_days=None):
        if _is_soon(assignment, now):
            _tell_due(assignment, now)


def tell_opened(assignment: Assignment, now: datetime | None = None) -> None:
    """At once, when what is open already is assigned."""
    now = now or timezone.now()
    if Assignment.objects.standing().filter(pk=assignment.pk).exists() and assignment.is_open(now):
        _tell_opened(assignment)


def _tell_opened(assignment: Assignment) -> None:
    new = _tell(assignment, _students(assignment), Notice.Kind.ASSIGNED, f"assigned:{assignment.pk}")
    if not assignment.is_test:
        transaction.on_commit(partial(_plan_again, new), robust=True)


def _plan_again(students: Sequence[int]) -> None:
    """It is in their plans when they look, and not only after the next take. A queue that is down is asked once:
    whoever assigned it waits."""
    from lessons.tasks import plan_again

    for first in range(0, len(students), A_CHUNK):
        if not hand_out(plan_again, students[first : first + A_CHUNK]):
            return


def _is_soon(assignment: Assignment, now: datetime) -> bool:
    assert assignment.due_at is not None
    return now >= assignment.due_at - timedelta(days=assignment.remind_days or 0)


def _tell_due(assignment: Assignment, now: datetime) -> None:
    """Those who have not played it all, by day where they are; told anew only if it is due at another time."""
    students = {one.pk: one for one in _students(assignment) if _is_day(one, now)}
    marks = marks_of([assignment], students.values(), now)
    cells = cells_of([assignment], students.values(), marks)
    waiting = [
        students[key[1]]
        for key, mark in marks.items()
        if not mark.finished and mark.done + mark.waiting < mark.of and cells[key].override is None
    ]
    assert assignment.due_at is not None
    _tell(assignment, waiting, Notice.Kind.DUE, f"due:{assignment.pk}:{assignment.due_at:%Y%m%d%H%M}")


def _is_day(student: User, now: datetime) -> bool:
    return FIRST_HOUR <= now.astimezone(zone_of(student)).hour <= LAST_HOUR


def _students(assignment: Assignment) -> Iterable[User]:
    return User.objects.filter(pk__in=audiences_of([assignment])[assignment.pk], is_active=True)


def _tell(assignment: Assignment, readers: Iterable[User], kind: Notice.Kind, once: str) -> list[int]:
    """Those who were not told before."""
    told = Notice.objects.filter(once=once).values("reader")
    new = list(User.objects.filter(pk__in=[one.pk for one in readers]).exclude(pk__in=told))
    notices.tell(new, kind, _facts(assignment), assignment.get_absolute_url(), once)
    return [one.pk for one in new]


def _facts(assignment: Assignment) -> dict[str, Any]:
    by = assignment.assigned_by
    facts = {
        "title": assignment.title,
        "classroom": assignment.classroom.name,
        "due": assignment.due_at.isoformat() if assignment.due_at else "",
        "note": assignment.note,
    }
    return facts | ({"by": by.display_name} if by else {})
