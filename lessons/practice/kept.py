"""Composed exercises as rows: the same order is the same exercise, once for a student."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction

from lessons.models import Exercise, User
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


def digest_of(recipe: Recipe, instrument: str) -> str:
    return hashlib.sha256(json.dumps([instrument, recipe], sort_keys=True).encode()).hexdigest()


def _kept(student: User, digest: str) -> Exercise | None:
    return Exercise.objects.filter(composed_for=student, recipe_digest=digest).first()
