"""What each of many students last played, and when: two queries, however many they are and however long they have
played. The window over all takes reads an index alone; only the rows it leaves are fetched."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, F, FilteredRelation, Q, QuerySet, Sum, Window
from django.db.models.functions import RowNumber, TruncDate
from django.utils import timezone

from lessons.dashboards.takes import PLAYED_S
from lessons.models import Submission

# A trend takes ten graded ones, and some fail.
LAST_TAKES = 14
WEEK_DAYS = 7


@dataclass(frozen=True, slots=True)
class RecentTake:
    """A take with what its counting hearing found, in brief. Of one that was not graded, the last four are None and
    there are no causes."""

    id: Any
    student: int
    exercise: int
    title: str
    at: datetime
    state: str
    trouble: str
    overall: float | None
    note_count: int | None
    not_heard: int | None
    confidence: float | None
    causes: tuple[str, ...]

    @property
    def is_heard(self) -> bool:
        return self.note_count is not None


@dataclass(frozen=True, slots=True)
class Week:
    """Minutes and takes of today and the six days before, oldest first."""

    minutes: tuple[float, ...] = (0.0,) * WEEK_DAYS
    takes: int = 0


def last_takes(students: Sequence[int]) -> dict[int, list[RecentTake]]:
    """Student -> their last takes, newest first."""
    newest_first = Window(RowNumber(), partition_by=F("student"), order_by=F("created_at").desc())
    every = Submission.objects.filter(student__in=students).order_by().annotate(place=newest_first)
    found: defaultdict[int, list[RecentTake]] = defaultdict(list)
    for take in in_brief(Submission.objects.filter(pk__in=every.filter(place__lte=LAST_TAKES).values("pk"))):
        found[take.student].append(take)
    return found


def in_brief(takes: QuerySet[Submission]) -> list[RecentTake]:
    """Newest first."""
    counting = FilteredRelation("assessments", condition=Q(assessments__counts=True))
    heard = ("overall", "note_count", "not_heard", "confidence", "causes")
    rows = takes.annotate(hearing=counting).order_by("-created_at", "pk")
    return [
        RecentTake(*row[:-1], tuple(row[-1] or ()))
        for row in rows.values_list(
            *("pk", "student_id", "exercise_id", "exercise__title", "created_at", "state", "trouble"),
            *(f"hearing__{name}" for name in heard),
        )
    ]


def practice_this_week(students: Sequence[int], now: datetime) -> dict[int, Week]:
    """Student -> their week; who played nothing has none."""
    today = timezone.localdate(now)
    rows = (
        Submission.objects.filter(student__in=students, created_at__gt=week_before(now))
        .exclude(state=Submission.State.FAILED)
        .annotate(day=TruncDate("created_at"))
        .order_by("student", "day")
        .values("student", "day")
        .annotate(seconds=Sum(PLAYED_S), takes=Count("pk"))
    )
    by_student: defaultdict[int, dict[date, tuple[float, int]]] = defaultdict(dict)
    for row in rows:
        by_student[row["student"]][row["day"]] = row["seconds"] / 60, row["takes"]
    return {student: _week(days, today) for student, days in by_student.items()}


def week_before(now: datetime) -> datetime:
    """Midnight six days ago: a week is today and the six days before, as in the chart of days."""
    midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight - timedelta(days=WEEK_DAYS - 1)


def _week(days: dict[date, tuple[float, int]], today: date) -> Week:
    played = [days.get(today - timedelta(days=back), (0.0, 0)) for back in range(WEEK_DAYS - 1, -1, -1)]
    return Week(tuple(round(minutes, 1) for minutes, _ in played), sum(takes for _, takes in played))
