"""What a student and a teacher look at: reads, gathered in a constant number of queries and handed over as plain
dataclasses. Nothing here decides what to play next (`lessons.practice` does) and nothing here renders.

How a skill stands is `lessons.skill_states`' to say. Days are the school's (settings.TIME_ZONE). Practice time is
recorded playing: what we heard, not what we hope.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Avg, Count, Exists, F, FloatField, Max, OuterRef, Q, QuerySet, Subquery, Sum, Window
from django.db.models.functions import Coalesce, RowNumber, TruncDate
from django.urls import reverse
from django.utils import timezone

from lessons import practice
from lessons.models import (
    Assessment,
    Assignment,
    Classroom,
    Comment,
    Exercise,
    Lesson,
    Membership,
    PlanItem,
    PracticeLimits,
    PracticePlan,
    Submission,
    User,
)
from lessons.models.curriculum import Status
from lessons.practice.hearings import heard
from lessons.skill_states import NOT_MET, Skill, all_skills, own_grade, skills_met
from tutor.composing.choice import PLAIN
from tutor.learner.evidence import Evidence, add
from tutor.learner.knowledge import Knowledge

DAYS_SHOWN = 28
GRADES_SHOWN = 50
TAKES_SHOWN = 8
SPARKLINE_TAKES = 10
RECENT_TAKES = 3  # of the sparkline's, against those before: the trend
# As decoded; until then, as the browser measured it.
PLAYED_S = Coalesce("duration_s", "claimed_duration_s", 0.0, output_field=FloatField())


@dataclass(frozen=True, slots=True)
class PracticeDay:
    day: date
    minutes: float


@dataclass(frozen=True, slots=True)
class Take:
    """One submission in a list. `overall` is None until it is graded, or where nothing could be graded."""

    id: Any
    exercise_id: int
    title: str
    at: datetime
    state: str
    overall: float | None
    minutes: float
    comments: int = 0
    rulings: int = 0

    @property
    def url(self) -> str:
        return reverse("take", args=[self.id])


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


@dataclass(frozen=True, slots=True)
class AssignedLesson:
    lesson_id: int
    title: str
    classroom: str
    note: str
    due_on: date | None
    overdue: bool
    played: int
    exercises: int

    @property
    def url(self) -> str:
        return reverse("lesson", args=[self.lesson_id])


@dataclass(frozen=True, slots=True)
class LessonLine:
    """A published lesson: how many of its exercises this student has played."""

    id: int
    title: str
    course: str
    played: int
    exercises: int
    grade: float | None

    @property
    def url(self) -> str:
        return reverse("lesson", args=[self.id])


@dataclass(frozen=True, slots=True)
class Home:
    """`next` is None only if the school has nothing at all to play."""

    student: User
    next: PlanItem | None
    then: list[PlanItem]
    assignments: list[AssignedLesson]
    recent: list[Take]
    lessons: list[LessonLine]


@dataclass(frozen=True, slots=True)
class ClassStudent:
    """One line of a class. `trend`: the last takes' mean grade against those before, in points; None if too few.
    `last_grades`: up to ten, oldest first. `unheard`: graded takes of the last four weeks without a teacher's word."""

    id: int
    name: str
    instrument: str
    level: int
    last_practised_at: datetime | None
    minutes_this_week: float
    takes_this_week: int
    last_grades: list[float]
    trend: float | None
    weakest: Skill | None
    unheard: int

    @property
    def stuck(self) -> bool:
        """Worth the teacher's minute: grades fall by five points, or under half of some skill goes right."""
        falling = self.trend is not None and self.trend <= -5
        return falling or (self.weakest is not None and self.weakest.state != NOT_MET and self.weakest.strength < 0.5)


@dataclass(frozen=True, slots=True)
class ClassOverview:
    """A class, its students by name."""

    classroom: Classroom
    students: list[ClassStudent]


@dataclass(frozen=True, slots=True)
class PlanLine:
    """A plan and its items, each with the `overall` of the take it was played as, or None."""

    plan: PracticePlan
    played: list[PlanItem]
    unplayed: list[PlanItem]

    @property
    def day(self) -> date:
        return timezone.localdate(self.plan.created_at)


@dataclass(frozen=True, slots=True)
class StudentOverview:
    """What a teacher sees of one student: their progress, and every take with what was said of it, newest first."""

    progress: Progress
    takes: list[Take]


def progress_of(student: User, now: datetime | None = None) -> Progress:
    """Four queries, however long the student has played."""
    now = now or timezone.now()
    today = timezone.localdate(now)
    by_day = {row["day"]: row for row in _practice_by_day(student)}
    known = practice.recall(student)
    grades = list(_takes(Submission.objects.filter(student=student), graded=True)[:GRADES_SHOWN])
    days = [today - timedelta(days=back) for back in range(DAYS_SHOWN - 1, -1, -1)]
    minutes = [by_day[day]["seconds"] / 60 if day in by_day else 0.0 for day in days]
    return Progress(
        student=student,
        days=[PracticeDay(day, round(played, 1)) for day, played in zip(days, minutes, strict=True)],
        grades=[_as_take(row) for row in reversed(grades)],
        skills=skills_met(known, now),
        skill_map=all_skills(known, now),
        streak_days=_streak(by_day.keys(), today),
        minutes_this_week=round(sum(minutes[-7:]), 1),
        takes_in_all=sum(row["takes"] for row in by_day.values()),
        working_grade=round(known.working_grade, 1),
        own_grade=round(own_grade(known), 1),
    )


def home_for(student: User, now: datetime | None = None) -> Home:
    """What the student sees first. Makes a plan if there is none yet: nobody arrives at an empty stand."""
    today = timezone.localdate(now or timezone.now())
    items = practice.open_items(student)
    recent = _takes(Submission.objects.filter(student=student))[:TAKES_SHOWN]
    lessons = _lessons_for(student)
    return Home(
        student=student,
        next=items[0] if items else None,
        then=items[1:],
        assignments=_assignments_for(student, {lesson.id: lesson for lesson in lessons}, today),
        recent=[_as_take(row) for row in recent],
        lessons=lessons,
    )


def class_overview(classroom: Classroom, now: datetime | None = None) -> ClassOverview:
    """Six queries, however many students."""
    now = now or timezone.now()
    students = list(
        User.objects.filter(memberships__classroom=classroom, memberships__role="student").order_by(
            "first_name", "last_name", "username"
        )
    )
    ids = [student.pk for student in students]
    practised = {row["student"]: row for row in _practice_this_week(ids, now)}
    unheard = dict(_without_a_word(ids, classroom, now))
    grades: defaultdict[int, list[float]] = defaultdict(list)
    for row in _last_grades(ids):
        grades[row["student"]].insert(0, row["overall"])  # newest first out of the database, oldest first to draw
    knowledge = practice.recall_all(students)
    return ClassOverview(
        classroom=classroom,
        students=[
            _class_student(student, practised.get(student.pk), grades[student.pk], knowledge[student.pk], unheard, now)
            for student in students
        ],
    )


def student_overview(student: User, now: datetime | None = None, takes: int = 50) -> StudentOverview:
    """Five queries. Whether the asker teaches this student is the view's question."""
    rows = _takes(Submission.objects.filter(student=student))[:takes]
    return StudentOverview(progress=progress_of(student, now), takes=[_as_take(row) for row in rows])


def heard_this_week(student: User, now: datetime | None = None) -> Evidence:
    """Skill tag -> (right, heard) in the takes of the last seven days."""
    since = (now or timezone.now()) - timedelta(days=7)
    return add(take.said for take in heard(Submission.objects.filter(student=student, created_at__gt=since)))


def plans_of(student: User) -> QuerySet[PracticePlan]:
    """Every plan there was, newest first: for a page of them."""
    return PracticePlan.objects.filter(student=student)


def is_older_than_limits(plan: PracticePlan) -> bool:
    """What a teacher sets holds from the next plan on."""
    classes = Membership.objects.filter(user=plan.student_id, role=Membership.Role.STUDENT).values("classroom")
    theirs = PracticeLimits.objects.filter(Q(student=plan.student_id) | Q(classroom__in=classes))
    return theirs.filter(set_at__gt=plan.created_at).exists()


def plan_lines(plans: Iterable[PracticePlan]) -> list[PlanLine]:
    """One query, however many plans."""
    plans = list(plans)
    hearing = Assessment.objects.filter(submission=OuterRef("played_as"), counts=True)
    items: defaultdict[int, list[PlanItem]] = defaultdict(list)
    rows = PlanItem.objects.filter(plan__in=plans)
    for item in rows.annotate(overall=Subquery(hearing.values("overall")[:1])).order_by("position"):
        items[item.plan_id].append(item)
    return [
        PlanLine(
            plan=plan,
            played=[item for item in items[plan.pk] if item.played_as_id],
            unplayed=[item for item in items[plan.pk] if not item.played_as_id],
        )
        for plan in plans
    ]


def trend_of(grades: Sequence[float]) -> float | None:
    """The last takes' mean against those before, in points. None with fewer than two on either side."""
    recent, before = grades[-RECENT_TAKES:], grades[:-RECENT_TAKES]
    if len(recent) < 2 or len(before) < 2:
        return None
    return round(sum(recent) / len(recent) - sum(before) / len(before), 1)


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


def _takes(submissions: QuerySet[Submission], *, graded: bool = False) -> QuerySet[Submission, dict[str, Any]]:
    """Newest first, as rows for `_as_take`; never the score or the recording."""
    hearing = Assessment.objects.filter(submission=OuterRef("pk"), counts=True)
    rows = submissions.annotate(
        overall=Subquery(hearing.values("overall")[:1]),
        played_s=PLAYED_S,
        said=Count("comments", distinct=True),
        ruled=Count("assessments__rulings", distinct=True),
    )
    if graded:
        rows = rows.filter(overall__isnull=False)
    return rows.order_by("-created_at").values(
        "id", "exercise_id", "exercise__title", "created_at", "state", "overall", "played_s", "said", "ruled"
    )


def _as_take(row: dict[str, Any]) -> Take:
    return Take(
        id=row["id"],
        exercise_id=row["exercise_id"],
        title=row["exercise__title"],
        at=row["created_at"],
        state=row["state"],
        overall=row["overall"],
        minutes=row["played_s"] / 60,
        comments=row["said"],
        rulings=row["ruled"],
    )


def _lessons_for(student: User) -> list[LessonLine]:
    shown = Q(exercises__status=Status.PUBLISHED, exercises__composed_for=None)
    played = Exercise.objects.filter(
        Exists(Submission.objects.filter(student=student, exercise=OuterRef("pk"), state=Submission.State.DONE))
    )
    lessons = (
        Lesson.objects.filter(status=Status.PUBLISHED)
        .select_related("course")
        .annotate(
            shown=Count("exercises", filter=shown),
            played=Count("exercises", filter=shown & Q(exercises__in=played)),
            grade=Avg("exercises__grade", filter=shown),
        )
        .filter(shown__gt=0)
    )
    return [LessonLine(row.pk, row.title, row.course.title, row.played, row.shown, row.grade) for row in lessons]


def _assignments_for(student: User, lessons: dict[int, LessonLine], today: date) -> list[AssignedLesson]:
    rows = Assignment.objects.for_student(student).filter(lesson__isnull=False).select_related("classroom")
    return [
        AssignedLesson(
            lesson_id=row.lesson_id,
            title=lesson.title,
            classroom=row.classroom.name,
            note=row.note,
            due_on=row.due_on,
            overdue=bool(row.due_on and row.due_on < today and lesson.played < lesson.exercises),
            played=lesson.played,
            exercises=lesson.exercises,
        )
        for row in rows
        if (lesson := lessons.get(row.lesson_id or 0))
    ]


def _practice_this_week(student_ids: list[int], now: datetime) -> Iterable[dict[str, Any]]:
    this_week = Q(created_at__gt=_week_before(now))
    return (
        Submission.objects.filter(student__in=student_ids)
        .exclude(state=Submission.State.FAILED)
        .order_by("student")
        .values("student")
        .annotate(
            last=Max("created_at"),
            takes=Count("pk", filter=this_week),
            seconds=Coalesce(Sum(PLAYED_S, filter=this_week), 0.0),
        )
    )


def _week_before(now: datetime) -> datetime:
    """Midnight six days ago: a week is today and the six days before, as in the chart of days."""
    midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight - timedelta(days=6)


def _last_grades(student_ids: list[int]) -> Iterable[dict[str, Any]]:
    hearing = Assessment.objects.filter(submission=OuterRef("pk"), counts=True)
    newest_first = Window(RowNumber(), partition_by=F("student"), order_by=F("created_at").desc())
    return (
        Submission.objects.filter(student__in=student_ids)
        .annotate(overall=Subquery(hearing.values("overall")[:1]))
        .filter(overall__isnull=False)
        .annotate(place=newest_first)
        .filter(place__lte=SPARKLINE_TAKES)
        .order_by("student", "place")
        .values("student", "overall")
    )


def _without_a_word(student_ids: list[int], classroom: Classroom, now: datetime) -> Iterable[tuple[int, int]]:
    teachers = User.objects.filter(memberships__classroom=classroom, memberships__role="teacher")
    said = Comment.objects.filter(submission=OuterRef("pk"), author__in=teachers)
    return (
        Submission.objects.filter(student__in=student_ids, state=Submission.State.DONE)
        .filter(~Exists(said), created_at__gt=now - timedelta(days=DAYS_SHOWN))
        .order_by("student")
        .values("student")
        .annotate(takes=Count("pk"))
        .values_list("student", "takes")
    )


def _class_student(
    student: User,
    practised: dict[str, Any] | None,
    grades: list[float],
    known: Knowledge,
    unheard: dict[int, int],
    now: datetime,
) -> ClassStudent:
    return ClassStudent(
        id=student.pk,
        name=student.display_name,
        instrument=student.instrument,
        level=student.level,
        last_practised_at=practised["last"] if practised else None,
        minutes_this_week=round(practised["seconds"] / 60, 1) if practised else 0.0,
        takes_this_week=practised["takes"] if practised else 0,
        last_grades=grades,
        trend=trend_of(grades),
        weakest=_weakest(skills_met(known, now)),
        unheard=unheard.get(student.pk, 0),
    )


def _weakest(skills: list[Skill]) -> Skill | None:
    """The weakest that says something: what was hardly heard comes last, and plain 4/4 in C is no skill to name."""
    named = [skill for skill in skills if skill.tag not in PLAIN]
    return min(named, key=lambda skill: (skill.state == NOT_MET, skill.strength), default=None)
