"""Who needs a teacher's word, and which take to listen to: notes that a student contests, work that was sent and could
not be heard, students who are stuck on one cause, takes that the ear is not sure of, students who have stopped. What a
teacher has put aside stays aside until something new of its kind is played; work is never put aside, but decided."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import takewhile
from typing import Any

from django.urls import reverse
from django.utils import timezone

from lessons import contests
from lessons.assigning.unheard import Unheard, unheard_in
from lessons.dashboards.classes import WORD_WITHIN_DAYS, ClassOverview, ClassStudent, words_of_teachers
from lessons.dashboards.recent import RecentTake
from lessons.models import PutAside, Submission, User


class NeedKind(StrEnum):
    """All but NOT_HEARD can be put aside (`PutAside.Kind`)."""

    CONTEST = "contest"
    NOT_HEARD = "not-heard"
    STUCK = "stuck"
    UNSURE = "unsure"
    STOPPED = "stopped"


# The same cause in this many takes one after the other is no accident any more.
STUCK_TAKES = 3
# A lesson is once a week: who has not played from one to the next has stopped.
STOPPED_DAYS = 8
# Practised on so many days of the four weeks before: then it was a habit. After a term it is history.
HABIT_DAYS, HABIT_WITHIN_DAYS, FORGOTTEN_DAYS = 3, 28, 120
# Of a take's notes. One note is nothing, and a fifth of them is a grade of something else.
NOT_HEARD_SHARE, NOT_HEARD_NOTES = 0.2, 2
# Mean of the notes judged. The ear's own takes of good recordings lie at .97 and above, cluttered ones under .88.
LEAST_CONFIDENCE = 0.8
ANOTHER_PIECE = "different_piece"
# What a teacher deals with first: somebody waits for an answer; then who can't go on alone.
ORDER = (NeedKind.CONTEST, NeedKind.NOT_HEARD, NeedKind.STUCK, NeedKind.UNSURE, NeedKind.STOPPED)


@dataclass(frozen=True, slots=True)
class Need:
    """One line. `take`: the one to listen to, of this `title`. `at`: of the newest thing that shows it; `about` tells
    two of a kind apart. `figures`: the reason, for whoever puts it in words. `weight`: the more, the sooner."""

    kind: NeedKind
    student: int
    name: str
    take: Any
    title: str
    at: datetime
    about: str = ""
    weight: float = 0.0
    figures: Mapping[str, Any] = field(default_factory=dict)
    note: str = ""
    assignment: int | None = None

    @property
    def url(self) -> str:
        """The take, at the note that it is about."""
        return f"{reverse('take', args=[self.take])}{f'#note={self.note}' if self.note else ''}"


@dataclass(frozen=True, slots=True)
class Needs:
    """Those to see now, what matters most first; and those put aside."""

    open: list[Need]
    aside: list[Need]


def needs_of(teacher: User, overview: ClassOverview, now: datetime | None = None) -> Needs:
    """Four or five queries beside the overview's, however many students, and seven more where work was not heard."""
    now = now or timezone.now()
    asides = _asides(teacher, [student.id for student in overview.students])
    unheard = unheard_in(overview.classroom, [student.id for student in overview.students], now)
    said = {(one.student, one.exercise) for one in unheard}
    answered = _answered(overview, now)
    seen: list[Need] = []
    found = [*_contested(teacher, overview), *_not_heard(overview, unheard)]
    for student in overview.students:
        doubtful = [take for take in _doubtful(student.recent, now) if take.id not in answered]
        doubtful = [take for take in doubtful if take.overall is not None or (student.id, take.exercise) not in said]
        found += [*_stuck(student, asides, seen), *_unsure(student, doubtful), *_stopped(student, now)]
    found.sort(key=lambda need: (ORDER.index(need.kind), -need.weight, need.name))
    fresh = [need for need in found if not _is_aside(need, asides)]
    return Needs(fresh, [*seen, *(need for need in found if _is_aside(need, asides))])


def doubt_of(take: RecentTake) -> dict[str, Any] | None:
    """Why the ear's word on this take should not stand unheard, in figures; None where it may."""
    if take.state == Submission.State.FAILED:
        return {"trouble": take.trouble}
    if take.note_count is None or take.not_heard is None:
        return None
    if take.not_heard >= max(NOT_HEARD_NOTES, NOT_HEARD_SHARE * take.note_count):
        return {"not_heard": take.not_heard, "notes": take.note_count}
    if take.overall is None:
        return {"no_grade": True}
    if ANOTHER_PIECE in take.causes:
        return {"another_piece": True}
    if take.confidence is not None and take.confidence < LEAST_CONFIDENCE:
        return {"confidence": take.confidence}
    return None


def longest_run(takes: Iterable[RecentTake]) -> tuple[str, list[RecentTake]]:
    """Of these takes, newest first: the cause that the last ones have in common, and those takes."""
    heard = [take for take in takes if take.is_heard]
    runs = [
        (code, list(takewhile(lambda take, code=code: code in take.causes, heard)))  # type: ignore[misc]
        for code in (heard[0].causes if heard else ())
    ]
    return max(runs, key=lambda run: len(run[1]), default=("", []))


def has_stopped(takes: Sequence[RecentTake], now: datetime) -> tuple[int, int] | None:
    """Days since the last take, and on how many days of the four weeks up to it there was one, if that was a habit
    and is no more. Takes newest first."""
    if not takes:
        return None
    last = timezone.localdate(takes[0].at)
    days = (timezone.localdate(now) - last).days
    before = {timezone.localdate(take.at) for take in takes}
    habit = len({day for day in before if (last - day).days < HABIT_WITHIN_DAYS})
    return (days, habit) if STOPPED_DAYS <= days <= FORGOTTEN_DAYS and habit >= HABIT_DAYS else None


Asides = Mapping[tuple[int, str, str], datetime]


def _asides(teacher: User, students: Sequence[int]) -> Asides:
    rows = PutAside.objects.filter(teacher=teacher, student__in=students)
    return {(student, kind, about): at for student, kind, about, at in rows.values_list(*PutAside.KEY, "at")}


def _is_aside(need: Need, asides: Asides) -> bool:
    at = asides.get((need.student, need.kind, need.about))
    return at is not None and need.at <= at


def _contested(teacher: User, overview: ClassOverview) -> Iterable[Need]:
    """Who has waited longest comes first."""
    names = {student.id: student.name for student in overview.students}
    take = "assessment__submission"
    rows = contests.open_for(teacher).filter(**{f"{take}__student__in": names})
    for pk, student, submission, title, at, note, why in rows.values_list(
        "pk", f"{take}__student", take, f"{take}__exercise__title", "created_at", "note_id", "why"
    ):
        yield Need(
            kind=NeedKind.CONTEST,
            student=student,
            name=names[student],
            take=submission,
            title=title,
            at=at,
            about=str(pk),
            weight=-at.timestamp(),
            figures={"why": why},
            note=note,
        )


def _not_heard(overview: ClassOverview, unheard: Iterable[Unheard]) -> Iterable[Need]:
    """Who has waited longest comes first."""
    names = {student.id: student.name for student in overview.students}
    for one in unheard:
        yield Need(
            kind=NeedKind.NOT_HEARD,
            student=one.student,
            name=names[one.student],
            take=one.take,
            title=one.title,
            at=one.at,
            about=str(one.assignment.pk),
            weight=-one.at.timestamp(),
            figures={"test": one.assignment.is_test},
            assignment=one.assignment.pk,
        )


def _answered(overview: ClassOverview, now: datetime) -> set[Any]:
    """Of the doubtful takes those that a teacher has listened to and said so."""
    doubtful = [take.id for student in overview.students for take in _doubtful(student.recent, now)]
    takes = Submission.objects.filter(words_of_teachers(overview.classroom), pk__in=doubtful)
    return set(takes.order_by().values_list("pk", flat=True))


def _doubtful(takes: Sequence[RecentTake], now: datetime) -> list[RecentTake]:
    """Of the last weeks; not those that were played again since, and heard."""
    heard: set[int] = set()
    found = []
    for take in takes:
        if doubt_of(take) is None:
            if take.is_heard:
                heard.add(take.exercise)
        elif take.exercise not in heard and take.at > now - timedelta(days=WORD_WITHIN_DAYS):
            found.append(take)
    return found


def _stuck(student: ClassStudent, asides: Asides, seen: list[Need]) -> Iterable[Need]:
    """What was put aside is stuck again only after as many more takes."""
    code, takes = longest_run(student.recent)
    if len(takes) < STUCK_TAKES:
        return
    at = asides.get((student.id, NeedKind.STUCK, code))
    since = [take for take in takes if at is None or take.at > at]
    is_fresh = len(since) >= STUCK_TAKES
    many = len(since if is_fresh else takes)
    need = _need(NeedKind.STUCK, student, takes[0], many, {"cause": code, "takes": many}, code)
    if is_fresh:
        yield need
    else:
        seen.append(need)


def _unsure(student: ClassStudent, takes: Sequence[RecentTake]) -> Iterable[Need]:
    """The newest stands for all: whoever listens to it sees the others beside it."""
    if takes:
        figures = {**(doubt_of(takes[0]) or {}), "takes": len(takes)}
        yield _need(NeedKind.UNSURE, student, takes[0], len(takes), figures)


def _stopped(student: ClassStudent, now: datetime) -> Iterable[Need]:
    if stopped := has_stopped(student.recent, now):
        days, habit = stopped
        yield _need(NeedKind.STOPPED, student, student.recent[0], habit, {"days": days, "habit": habit})


def _need(
    kind: NeedKind, student: ClassStudent, take: RecentTake, weight: float, figures: Mapping[str, Any], about: str = ""
) -> Need:
    return Need(kind, student.id, student.name, take.id, take.title, take.at, about, weight, figures)
