"""Takes as a list shows them: rows of the database, never the score or the recording."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, FloatField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse

from lessons.models import Assessment, Submission

# As decoded; until then, as the browser measured it.
PLAYED_S = Coalesce("duration_s", "claimed_duration_s", 0.0, output_field=FloatField())


@dataclass(frozen=True, slots=True)
class Take:
    """One submission in a list. `overall` is None until it is graded, or where nothing could be graded. `showed`: of
    the skill that was asked for, (right, heard)."""

    id: Any
    exercise_id: int
    title: str
    at: datetime
    state: str
    overall: float | None
    minutes: float
    comments: int = 0
    rulings: int = 0
    showed: tuple[int, int] | None = None

    @property
    def url(self) -> str:
        return reverse("take", args=[self.id])


def take_rows(submissions: QuerySet[Submission], *, graded: bool = False) -> QuerySet[Submission, dict[str, Any]]:
    """Newest first, as rows for `as_take`."""
    hearing = Assessment.objects.filter(submission=OuterRef("pk"), counts=True)
    rows = submissions.annotate(
        overall=Subquery(hearing.values("overall")[:1]),
        played_s=PLAYED_S,
        said=Count("comments", distinct=True),
        ruled=Count("assessments__rulings", distinct=True),
    )
    if graded:
        rows = rows.filter(overall__isnull=False)
    return rows.order_by("-created_at").values(
        "id", "exercise_id", "exercise__title", "created_at", "state", "overall", "played_s", "said", "ruled"
    )


def as_take(row: Mapping[str, Any], showed: tuple[int, int] | None = None) -> Take:
    return Take(
        id=row["id"],
        exercise_id=row["exercise_id"],
        title=row["exercise__title"],
        at=row["created_at"],
        state=row["state"],
        overall=row["overall"],
        minutes=row["played_s"] / 60,
        comments=row["said"],
        rulings=row["ruled"],
        showed=showed,
    )
