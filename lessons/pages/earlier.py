"""The other takes that a student made of the same exercise, to lay beside one of them."""

from __future__ import annotations

from typing import Any

from django.db.models import F
from django.urls import reverse

from lessons.assigning.sittings import withheld
from lessons.models import Submission, User

# The newest: nobody compares with the fortieth time before.
MOST = 24


def takes_beside(take: Submission, viewer: User) -> list[dict[str, Any]]:
    """Graded takes of the same exercise but this one, oldest first, as the page's script reads them. Of a test that
    is told after it is due its player knows nothing yet; a teacher does."""
    of_it = Submission.objects.filter(student=take.student_id, exercise=take.exercise_id)
    numbers = {pk: at for at, pk in enumerate(of_it.order_by("created_at").values_list("pk", flat=True), start=1)}
    known = of_it.exclude(withheld()) if viewer.pk == take.student_id else of_it
    graded = known.filter(assessments__counts=True).exclude(pk=take.pk).annotate(grade=F("assessments__overall"))
    newest = list(graded.defer("clock").order_by("-created_at")[:MOST])
    return [_told(one, numbers[one.pk], one.score == take.score) for one in reversed(newest)]


def _told(take: Submission, number: int, same_score: bool) -> dict[str, Any]:
    """`same_score` is false of a take that was read from another page: its notes can't be laid beside these."""
    return {
        "id": str(take.pk),
        "number": number,
        "created_at": take.created_at.isoformat(),
        "overall": take.grade,  # type: ignore[attr-defined]
        "clapped": take.clapped,
        "same_score": same_score,
        "page_url": take.get_absolute_url(),
        "assessment_url": reverse("api-assessment", args=[take.pk]),
        "recording_url": reverse("api-recording", args=[take.pk]),
        "score_url": reverse("api-submission-score-svg", args=[take.pk]),
    }
