"""A student's report, to be printed: how much was practised, how it went, what can be played, what the marks are, and
what the teacher says to it. Reports of a whole class cost no more queries than one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Count, F, OuterRef, QuerySet, Subquery, Sum, Window
from django.db.models.functions import RowNumber, TruncDate
from django.utils import timezone

from lessons import practice
from lessons.assigning.sittings import withheld
from lessons.dashboards.takes import PLAYED_S
from lessons.gradebook.book import Book, Filters, Row, book_of
from lessons.gradebook.weighing import Cell
from lessons.models import Assessment, Assignment, Classroom, ReportNote, Submission, User
from lessons.skill_states import Skill, all_skills, skills_met

# A bar a day for six weeks; beyond that a bar a week.
MOST_DAYS = 42
# More dots than these on a hand's breadth are a smear.
MOST_GRADES = 60


@dataclass(frozen=True, slots=True)
class Stretch:
    """A day of practice, or a week of it that begins there."""

    begins: date
    minutes: float


@dataclass(frozen=True, slots=True)
class Graded:
    at: datetime
    overall: float


@dataclass(frozen=True, slots=True)
class Report:
    """`practice`: oldest first, empty stretches too; `by_week`: whether they are weeks. `grades`: the last ones of the
    period, oldest first. `works`: what was assigned to them, in the order it was due. `working_grade` None, and no
    skills: of a class in the archive, which is read as it was then."""

    student: User
    practice: list[Stretch]
    by_week: bool
    days_practised: int
    takes: int
    grades: list[Graded]
    skill_map: list[Skill]
    skills: list[Skill]
    working_grade: float | None
    works: list[tuple[Assignment, Cell]]
    row: Row
    note: ReportNote | None

    @property
    def minutes(self) -> float:
        return sum(stretch.minutes for stretch in self.practice)


def reports_of(
    classroom: Classroom, since: date, until: date, students: list[User] | None = None, now: datetime | None = None
) -> list[Report]:
    """Of these students of the class, or of all, by name."""
    now = now or timezone.now()
    book = book_of(classroom, Filters(since=since, until=until), now, students)
    ids = [student.pk for student in book.students]
    played = _takes(classroom, ids, since, until)
    by_day = _practice(played)
    grades = _grades(played, now)
    # What goes today is nothing for the teachers of a class that has ended.
    known = practice.recall_all([] if classroom.is_archived else book.students)
    notes = _notes(classroom, ids)
    return [
        Report(
            student=row.student,
            practice=in_stretches(by_day[row.student.pk], since, until),
            by_week=is_long(since, until),
            days_practised=sum(minutes > 0 for minutes, _takes in by_day[row.student.pk].values()),
            takes=sum(takes for _minutes, takes in by_day[row.student.pk].values()),
            grades=grades[row.student.pk],
            skill_map=all_skills(known[row.student.pk], now) if known else [],
            skills=skills_met(known[row.student.pk], now) if known else [],
            working_grade=known[row.student.pk].working_grade if known else None,
            works=_works(book, row),
            row=row,
            note=notes.get(row.student.pk),
        )
        for row in book.all_rows
    ]


def is_long(since: date, until: date) -> bool:
    return (until - since).days >= MOST_DAYS


def in_stretches(by_day: dict[date, tuple[float, int]], since: date, until: date) -> list[Stretch]:
    """Every day of the period, or every week, those without practice too."""
    step = 7 if is_long(since, until) else 1
    begins = [since + timedelta(days=days) for days in range(0, (until - since).days + 1, step)]
    minutes = [0.0] * len(begins)
    for day, (played, _takes) in by_day.items():
        minutes[(day - since).days // step] += played
    return [Stretch(begin, round(played, 1)) for begin, played in zip(begins, minutes, strict=True)]


def _works(book: Book, row: Row) -> list[tuple[Assignment, Cell]]:
    return [(one, cell) for one, cell in zip(book.assignments, row.cells, strict=True) if cell is not None]


def _practice(played: QuerySet[Submission]) -> defaultdict[int, dict[date, tuple[float, int]]]:
    """Student -> day -> minutes and takes."""
    heard = played.exclude(state=Submission.State.FAILED)
    rows = heard.annotate(day=TruncDate("created_at")).order_by().values("student", "day")
    found: defaultdict[int, dict[date, tuple[float, int]]] = defaultdict(dict)
    for row in rows.annotate(seconds=Sum(PLAYED_S), takes=Count("pk")):
        found[row["student"]][row["day"]] = row["seconds"] / 60, row["takes"]
    return found


def _grades(played: QuerySet[Submission], now: datetime) -> defaultdict[int, list[Graded]]:
    """The last of each student; a test whose result is not told yet is not told by a report either."""
    hearing = Assessment.objects.filter(submission=OuterRef("pk"), counts=True)
    newest_first = Window(RowNumber(), partition_by=F("student"), order_by=F("created_at").desc())
    rows = played.exclude(withheld(now)).annotate(overall=Subquery(hearing.values("overall")[:1]))
    rows = rows.filter(overall__isnull=False).annotate(place=newest_first).filter(place__lte=MOST_GRADES)
    found: defaultdict[int, list[Graded]] = defaultdict(list)
    for row in rows.order_by("student", "-place").values("student", "created_at", "overall"):
        found[row["student"]].append(Graded(row["created_at"], row["overall"]))
    return found


def _takes(classroom: Classroom, ids: Collection[int], since: date, until: date) -> QuerySet[Submission]:
    """Of a class in the archive what was played until it went there."""
    first, last = _midnight(since), _midnight(until + timedelta(days=1))
    if classroom.archived_at is not None:
        last = min(last, classroom.archived_at)
    return Submission.objects.filter(student__in=ids, created_at__gte=first, created_at__lt=last)


def _notes(classroom: Classroom, ids: Iterable[int]) -> dict[int, ReportNote]:
    """The newest of each; they come in the order they were written."""
    rows = ReportNote.objects.filter(classroom=classroom, student__in=ids).select_related("by")
    return {row.student_id: row for row in rows}


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))
