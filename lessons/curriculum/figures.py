"""How it goes, for who wrote it: figures over everybody who played, and nobody's name. Constant in queries."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import Avg, Count, Q

from lessons.models import Exercise, Submission
from lessons.models.curriculum import Status
from tutor.composing.pieces import SUCCESS_FROM

# Grades in fifths of the scale: enough to tell a lesson that is too hard from one that divides.
STEPS = ((0, 20), (20, 40), (40, 60), (60, 80), (80, 101))


@dataclass(frozen=True, slots=True)
class Figures:
    """`bars`: graded takes by grade, 0-20, 20-40, …; `mean` and `well` (share that went well) None without takes."""

    takes: int = 0
    mean: float | None = None
    well: float | None = None
    bars: tuple[int, ...] = (0,) * len(STEPS)

    @property
    def percents(self) -> list[dict[str, int]]:
        """The plot's bars, in twentieths of the highest; one that is not empty can be seen."""
        most = max(self.bars) or 1
        heights = [max(round(20 * count / most), 2) if count else 1 for count in self.bars]
        return [{"height": height, "top": 20 - height} for height in heights]

    @property
    def well_percent(self) -> int:
        return round(100 * (self.well or 0.0))


@dataclass(slots=True)
class Counts:
    """Exercises by where they stand. `waiting`: with something in them that students don't see yet."""

    published: int = 0
    unpublished: int = 0
    waiting: int = 0


NONE = Figures()


def of_lessons(lessons: Collection[int]) -> dict[int, Figures]:
    return _figures("exercise__lesson", lessons)


def of_exercises(exercises: Collection[int]) -> dict[int, Figures]:
    return _figures("exercise", exercises)


def of_courses(courses: Collection[int]) -> dict[int, Figures]:
    return _figures("exercise__lesson__course", courses)


def exercises_in(lessons: Collection[int]) -> dict[int, Counts]:
    """Lesson -> what it holds."""
    rows = Exercise.objects.filter(lesson__in=lessons, composed_for=None).exclude(status=Status.RETIRED)
    edited = Q(status=Status.PUBLISHED) & ~Q(draft={})
    counted = (
        rows.order_by()
        .values("lesson")
        .annotate(
            shown=Count("pk", filter=Q(status=Status.PUBLISHED)),
            hidden=Count("pk", filter=~Q(status=Status.PUBLISHED)),
            edited=Count("pk", filter=edited),
        )
    )
    return {
        row["lesson"]: Counts(published=row["shown"], unpublished=row["hidden"], waiting=row["hidden"] + row["edited"])
        for row in counted
    }


def _figures(by: str, keys: Collection[int]) -> dict[int, Figures]:
    graded = Submission.objects.filter(
        **{f"{by}__in": keys}, exercise__composed_for=None, assessments__counts=True, assessments__overall__isnull=False
    )
    bins: dict[str, Any] = {
        f"bin{place}": Count("pk", filter=Q(assessments__overall__gte=low, assessments__overall__lt=high))
        for place, (low, high) in enumerate(STEPS)
    }
    rows = (
        graded.order_by()
        .values(by)
        .annotate(
            takes=Count("pk"),
            mean=Avg("assessments__overall"),
            well=Count("pk", filter=Q(assessments__overall__gte=SUCCESS_FROM)),
            **bins,
        )
    )
    return {
        row[by]: Figures(row["takes"], row["mean"], row["well"] / row["takes"], tuple(row[name] for name in bins))
        for row in rows
    }
