"""What a teacher sees of one student: their progress, and their takes, to be looked through."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from lessons.dashboards.classes import NOT_DONE, words_of_teachers
from lessons.dashboards.progress import Progress, progress_of
from lessons.dashboards.takes import Take, as_take, take_rows
from lessons.models import Classroom, SkillEvidence, Submission, User

TAKES_A_PAGE = 25


@dataclass(frozen=True, slots=True)
class StudentOverview:
    """A student's progress, and every take with what was said of it, newest first."""

    progress: Progress
    takes: list[Take]


@dataclass(frozen=True, slots=True)
class TakeFilter:
    """Which takes to look at: those without a teacher's word, of one exercise, that showed a skill, of some days."""

    no_word: bool = False
    exercise: int | None = None
    skill: str = ""
    first: date | None = None
    last: date | None = None

    def __bool__(self) -> bool:
        return self != TakeFilter()


def student_overview(student: User, now: datetime | None = None, takes: int = 50) -> StudentOverview:
    """Five queries. Whether the asker teaches this student is the view's question."""
    rows = take_rows(Submission.objects.filter(student=student))[:takes]
    return StudentOverview(progress=progress_of(student, now), takes=[as_take(row) for row in rows])


def takes_to_look_at(student: User, classroom: Classroom, wanted: TakeFilter) -> QuerySet[Submission]:
    """To be cut into pages and then shown by `shown`."""
    takes = Submission.objects.filter(student=student)
    if wanted.no_word:
        takes = takes.exclude(state__in=NOT_DONE).exclude(words_of_teachers(classroom))
    if wanted.exercise is not None:
        takes = takes.filter(exercise=wanted.exercise)
    if wanted.skill:
        showing = SkillEvidence.objects.filter(assessment__counts=True, said__has_key=wanted.skill)
        takes = takes.filter(pk__in=showing.filter(assessment__submission__student=student).values(_TAKE))
    if wanted.first:
        takes = takes.filter(created_at__gte=_midnight(wanted.first))
    if wanted.last:
        takes = takes.filter(created_at__lt=_midnight(wanted.last + timedelta(days=1)))
    return takes.order_by("-created_at")


def shown(takes: Iterable[Submission], skill: str = "") -> list[Take]:
    """One page of takes as lines; with how much of `skill` went right in each."""
    pks = [take.pk for take in takes]
    rows = list(take_rows(Submission.objects.filter(pk__in=pks)))
    said = _showed(pks, skill) if skill else {}
    return [as_take(row, said.get(row["id"])) for row in rows]


def exercises_played(student: User) -> list[tuple[int, str]]:
    """To choose from: what they played, by title."""
    rows = Submission.objects.filter(student=student).order_by("exercise__title", "exercise")
    return list(rows.values_list("exercise", "exercise__title").distinct())


_TAKE = "assessment__submission"


def _showed(pks: list[Any], skill: str) -> dict[Any, tuple[int, int]]:
    rows = SkillEvidence.objects.filter(assessment__counts=True, assessment__submission__in=pks)
    return {take: (said[skill][0], said[skill][1]) for take, said in rows.values_list(_TAKE, "said") if skill in said}


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), timezone.get_current_timezone())
