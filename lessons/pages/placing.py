"""Finding a new student's level: how far it has come, and what was found."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import timedelta

from django.contrib import messages
from django.http import HttpRequest
from django.utils import timezone

from lessons import practice
from lessons.models import Placement, User
from lessons.practice import placement
from lessons.words import sentence_of
from tutor.composing.refusal import CannotCompose

# What was found is said for a day, and then known.
SAID_FOR = timedelta(days=1)
FOUR_IN_FIVE = 1.28  # deviations either way


@dataclass(frozen=True, slots=True)
class Placing:
    """While it runs, `take` is the one that comes now; afterwards 0, and `found` with `give_or_take` in grades."""

    take: int
    at_most: int
    found: float | None = None
    give_or_take: float = 0.0

    @property
    def pips(self) -> list[str]:
        """One for each take: past, now, to come."""
        return ["past" if n < self.take else "now" if n == self.take else "" for n in range(1, self.at_most + 1)]


def is_placing(student: User) -> bool:
    """While it runs, the takes themselves say how hard the next is."""
    return Placement.objects.filter(student=student, ended_at=None).exists()


def placing_of(student: User) -> Placing | None:
    """None for who never asked, or has known for a while."""
    row = Placement.objects.filter(student=student).first()
    if row is None or (row.ended_at and (row.level is None or timezone.now() - row.ended_at > SAID_FOR)):
        return None
    standing = placement.standing(student)
    if row.ended_at is None:
        return Placing(standing.take, standing.at_most)
    known = practice.recall(student)
    within = FOUR_IN_FIVE * math.sqrt(known.shared[1]) / known.parameters.logits_a_grade
    return Placing(0, standing.at_most, row.level, within)


def say_level(request: HttpRequest, level: int | None) -> None:
    """“I know my level”, or None: find it out with me."""
    student = request.user
    if level is None and is_placing(student):
        return
    if level is None:
        try:
            placement.begin(student)
        except CannotCompose as why:
            messages.info(request, sentence_of(why))
    elif level != student.level or placement.standing(student).state == placement.RUNNING:
        placement.skip(student, level)
