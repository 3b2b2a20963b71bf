"""The outline of a take's sound, made at the first look and kept for the next ones."""

from __future__ import annotations

from dataclasses import asdict
from functools import partial
from typing import Any

from django.core.cache import cache
from django.db import transaction
from django.db.models.signals import post_delete
from django.dispatch import receiver

from lessons.models import Submission

# A take is looked at again and again in the weeks around its lesson, and then no more.
KEPT_FOR_S = 30 * 24 * 3600


def waveform_of(take: Submission) -> dict[str, Any]:
    """As `tutor.listening.peaks.Outline`. Raises RecordingError where nothing can be read, OSError where the recording
    is gone: what is kept here never outlives it."""
    if not take.recording:
        raise FileNotFoundError("Its sound was deleted.")
    with take.recording.open("rb") as file:
        kept: dict[str, Any] | None = cache.get(_key(take))
        if kept is not None:
            return kept
        from tutor.listening.peaks import read_outline

        made = asdict(read_outline(file.read()))
    cache.set(_key(take), made, KEPT_FOR_S)
    return made


def _key(take: Submission) -> str:
    return f"waveform-{take.pk}"


@receiver(post_delete, sender=Submission)
def _forget(instance: Submission, **_: object) -> None:
    """A deleted take leaves no outline behind."""
    transaction.on_commit(partial(cache.delete, _key(instance)), robust=True)
