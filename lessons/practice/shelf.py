"""What lies on the shelf: published exercises around the grades of those who ask, read once for all of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from django.db.models import Q

from lessons.models import Exercise
from lessons.models.curriculum import Status
from tutor.composing.choice import Candidate

GRADES_BELOW, GRADES_ABOVE = 2.0, 1.5  # around the working grade: what is looked at
LONGEST = 200  # exercises that one choice looks at


@dataclass(frozen=True, slots=True)
class Shelf:
    """Pieces by grade, the easiest first, those of one grade in the order of the lessons."""

    pieces: Sequence[Candidate]
    titles: Mapping[object, str]

    def around(self, grade: float, besides: Collection[object] = ()) -> list[Candidate]:
        """The nearest to a grade, and these besides; of a shelf where nothing is near, whatever is nearest."""
        grades = np.array([piece.grade for piece in self.pieces])
        near = (grades >= grade - GRADES_BELOW) & (grades <= grade + GRADES_ABOVE)
        if besides:
            near |= np.fromiter((piece.key in besides for piece in self.pieces), bool, len(self.pieces))
        if not near.any():
            near[:] = True
        found = np.flatnonzero(near)
        nearest = found[np.argsort(np.abs(grades[found] - grade), kind="stable")][:LONGEST]
        return [self.pieces[place] for place in nearest]


def read_shelf(grades: Sequence[float], besides: Collection[int] = ()) -> Shelf:
    """All that any of these working grades may need, in one query (two, where nothing is near)."""
    near = Q(grade__gte=min(grades) - GRADES_BELOW, grade__lte=max(grades) + GRADES_ABOVE)
    published = Exercise.objects.filter(status=Status.PUBLISHED, composed_for=None).filter(
        Q(lesson=None) | Q(lesson__status=Status.PUBLISHED)
    )
    in_order = published.order_by("grade", "lesson__course__position", "lesson__position", "position", "pk")
    rows = list(in_order.filter(near | Q(pk__in=besides)).values("pk", "grade", "skills", "title"))
    rows = rows or list(in_order.values("pk", "grade", "skills", "title"))
    return Shelf(
        [Candidate(key=row["pk"], grade=row["grade"], skills=row["skills"]) for row in rows],
        {row["pk"]: row["title"] for row in rows},
    )
