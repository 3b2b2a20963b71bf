"""How one student has been doing: minutes, grades, skills."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Sum
from django.db.models.functions import TruncDate
from django.utils import timezone

from lessons import practice
from lessons.assigning.sittings import withheld
from lessons.dashboards.takes import PLAYED_S, Take, as_take, take_rows
from lessons.models import Submission, User
from lessons.practice.hearings import heard
from lessons.skill_states import Skill, all_skills, own_grade, skills_met
from tutor.learner.evidence import Evidence, add

DAYS_SHOWN = 28
GRADES_SHOWN = 50


@dataclass(frozen=True, slots=True)
class PracticeDay:
    day: date
    minutes: float


@dataclass(frozen=True, slots=True)
class Progress:
    """`days`: the last 28, oldest first, today last, empty ones too. `grades`: graded takes, oldest first.
    `skills`: those met, weakest first; `skill_map`: all there are to learn. `streak_days`: days in a row with a take,
    up to today (or yesterday: today isn't over). `own_grade`: of the pieces that a skill's strength is meant for."""

    student: User
    days: list[PracticeDay]
    grades: list[Take]
    skills: list[Skill]
    skill_map: list[Skill]
    streak_days: int
    minutes_this_week: float
    takes_in_all: int
    working_grade: float
    own_grade: float


def progress_of(student: User, now: datetime | None = None) -> Progress:
    """Four queries, however long the student has played."""
    now = now or timezone.now()
    today = timezone.localdate(now)
    by_day = {row["day"]: row for row in _practice_by_day(student)}
    known = practice.recall(student)
    told = Submission.objects.filter(student=student).exclude(withheld(now))
    grades = list(take_rows(told, graded=True)[:GRADES_SHOWN])
    days = [today - timedelta(days=back) for back in range(DAYS_SHOWN - 1, -1, -1)]
    minutes = [by_day[day]["seconds"] / 60 if day in by_day else 0.0 for day in days]
    return Progress(
        student=student,
        days=[PracticeDay(day, round(played, 1)) for day, played in zip(days, minutes, strict=True)],
        grades=[as_take(row) for row in reversed(grades)],
        skills=skills_met(known, now),
        skill_map=all_skills(known, now),
        streak_days=_streak(by_day.keys(), today),
        minutes_this_week=round(sum(minutes[-7:]), 1),
        takes_in_all=sum(row["takes"] for row in by_day.values()),
        working_grade=round(known.working_grade, 1),
        own_grade=round(own_grade(known), 1),
    )


def heard_this_week(student: User, now: datetime | None = None) -> Evidence:
    """Skill tag -> (right, heard) in the takes of the last seven days."""
    since = (now or timezone.now()) - timedelta(days=7)
    return add(take.said for take in heard(Submission.objects.filter(student=student, created_at__gt=since)))


def _practice_by_day(student: User) -> Iterable[dict[str, Any]]:
    return (
        Submission.objects.filter(student=student)
        .exclude(state=Submission.State.FAILED)
        .annotate(day=TruncDate("created_at"))
        .order_by("day")
        .values("day")
        .annotate(seconds=Sum(PLAYED_S), takes=Count("pk"))
    )


def _streak(days: Collection[date], today: date) -> int:
    day = today if today in days else today - timedelta(days=1)
    length = 0
    while day in days:
        length, day = length + 1, day - timedelta(days=1)
    return length
