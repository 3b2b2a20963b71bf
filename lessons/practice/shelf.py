"""What lies on the shelf: published exercises around the grades of those who ask, read once for all of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from django.db.models import F, Q

from lessons.models import Exercise
from lessons.models.curriculum import SHOWN
from tutor.composing.choice import Candidate, CandidateMatrix

GRADES_BELOW, GRADES_ABOVE = 2.0, 1.5  # around the working grade: what is looked at
LONGEST = 150  # exercises that one choice looks at


@dataclass(frozen=True, slots=True)
class Shelf:
    """Pieces by grade, the easiest first, those of one grade in the order of the lessons."""

    matrix: CandidateMatrix
    titles: Mapping[object, str]

    def around(self, grade: float, besides: Collection[object] = ()) -> CandidateMatrix:
        """The nearest to a grade, and these besides; of a shelf where nothing is near, whatever is nearest."""
        grades, pieces = self.matrix.grades, self.matrix.candidates
        near = (grades >= grade - GRADES_BELOW) & (grades <= grade + GRADES_ABOVE)
        asked = np.fromiter((piece.key in besides for piece in pieces), bool, len(pieces)) if besides else ~near & False
        found = np.flatnonzero(near | asked) if (near | asked).any() else np.arange(len(pieces))
        taken = np.zeros(len(pieces), bool)
        taken[found[np.argsort(np.abs(grades[found] - grade), kind="stable")][:LONGEST]] = True
        return self.matrix.only(taken | asked)


def read_shelf(grades: Sequence[float], besides: Collection[int] = ()) -> Shelf:
    """All that any of these working grades may need, in one query (two, where nothing is near)."""
    near = Q(found__gte=min(grades) - GRADES_BELOW, found__lte=max(grades) + GRADES_ABOVE)
    published = Exercise.objects.filter(SHOWN, composed_for=None)
    # As hard as students find it.
    published = published.annotate(found=F("grade") + F("harder"))
    in_order = published.order_by("found", "lesson__course__position", "lesson__position", "position", "pk")
    rows = list(in_order.filter(near | Q(pk__in=besides)).values("pk", "found", "skills", "title"))
    rows = rows or list(in_order.values("pk", "found", "skills", "title"))
    pieces = [Candidate(key=row["pk"], grade=row["found"], skills=row["skills"]) for row in rows]
    return Shelf(CandidateMatrix.of(pieces), {row["pk"]: row["title"] for row in rows})
