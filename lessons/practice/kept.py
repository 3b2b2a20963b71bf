"""Composed exercises as rows: the same order is the same exercise, once for a student."""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, RestrictedError
from django.utils import timezone

from lessons.models import Exercise, Submission, User
from lessons.models.curriculum import Status
from lessons.practice.workshop import Made, make

Recipe = Mapping[str, Any]


def keep(student: User, made: Made) -> Exercise:
    """The exercise that keeps what was composed for this student; if two keep the same at once, one of theirs."""
    digest = digest_of(made.recipe, made.instrument)
    if kept := _kept(student, digest):
        return kept
    try:
        with transaction.atomic():
            return Exercise.objects.create(
                title=made.title[:200],
                status=Status.PUBLISHED,
                origin=Exercise.Origin.COMPOSED,
                composed_for=student,
                instrument=made.instrument,
                recipe=dict(made.recipe),
                recipe_digest=digest,
                score=made.score.to_dict(),
                tempo_bpm=made.bpm,
                grade=round(made.grade, 2),
                skills=made.skills,
            )
    except IntegrityError:
        if kept := _kept(student, digest):
            return kept
        raise


def compose_once(student: User, recipe: Recipe, instrument: str) -> Exercise:
    """The exercise of this recipe: as it was kept, or composed now. Raises CannotCompose."""
    return _kept(student, digest_of(recipe, instrument)) or keep(student, make(recipe, instrument))


def kept_of(student: User, digest: str) -> int | None:
    """The exercise that keeps the recipe of this digest, if one does."""
    found = Exercise.objects.filter(composed_for=student, recipe_digest=digest)
    return found.values_list("pk", flat=True).first()


def clear_unplayed() -> int:
    """Removes what was composed and opened and, for `UNPLAYED_FOR_DAYS`, played by nobody; how many. An item of a plan
    keeps its recipe, and makes the same exercise again."""
    long_ago = timezone.now() - timedelta(days=settings.UNPLAYED_FOR_DAYS)
    unplayed = Exercise.objects.filter(
        origin=Exercise.Origin.COMPOSED, composed_for__isnull=False, lesson=None, created_at__lt=long_ago
    ).filter(~Exists(Submission.objects.filter(exercise=OuterRef("pk"))))
    gone = 0
    for pk in list(unplayed.values_list("pk", flat=True)):
        # One by one: a take that arrives meanwhile keeps its exercise.
        with contextlib.suppress(RestrictedError, IntegrityError):
            gone += unplayed.filter(pk=pk).delete()[1].get("lessons.Exercise", 0)
    return gone


def digest_of(recipe: Recipe, instrument: str) -> str:
    return hashlib.sha256(json.dumps([instrument, recipe], sort_keys=True).encode()).hexdigest()


def _kept(student: User, digest: str) -> Exercise | None:
    return Exercise.objects.filter(composed_for=student, recipe_digest=digest).first()
