"""A class as its teacher sees it: who practised, how it goes, what each can do."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Count, Q
from django.utils import timezone

from lessons import practice
from lessons.dashboards.recent import RecentTake, Week, last_takes, practice_this_week
from lessons.dashboards.trends import SPARKLINE_TAKES, trend_of
from lessons.models import Classroom, Comment, Membership, Ruling, StudentGroup, Submission, User
from lessons.namesakes import told_apart
from lessons.skill_states import NOT_MET, Skill, skills_met
from tutor.composing.choice import PLAIN
from tutor.learner.knowledge import Knowledge

# As long as a take waits for a teacher's word.
WORD_WITHIN_DAYS = 28
FALLING_POINTS = 5
# Said so, a database does not begin with every take that was ever done.
NOT_DONE = [state for state in Submission.State if state != Submission.State.DONE]
# Under half of it right is worth a teacher's minute.
WEAK = 0.5


@dataclass(frozen=True, slots=True)
class ClassStudent:
    """One line of a class. `trend`: the last takes' mean grade against those before, in points; None if too few.
    `last_grades`: up to ten, oldest first. `unheard`: graded takes of the last four weeks without a teacher's word.
    `skills`: those met, weakest first. `recent`: the last takes, newest first."""

    id: int
    name: str
    instrument: str
    level: int
    last_practised_at: datetime | None
    week: Week
    last_grades: list[float]
    trend: float | None
    skills: list[Skill]
    unheard: int
    recent: list[RecentTake]

    @property
    def minutes_this_week(self) -> float:
        return round(sum(self.week.minutes), 1)

    @property
    def takes_this_week(self) -> int:
        return self.week.takes

    @property
    def weakest(self) -> Skill | None:
        """The weakest that says something: what was hardly heard comes last, and plain 4/4 in C is no skill to
        name."""
        named = [skill for skill in self.skills if skill.tag not in PLAIN]
        return min(named, key=lambda skill: (skill.state == NOT_MET, skill.strength), default=None)

    @property
    def stuck(self) -> bool:
        """Worth the teacher's minute: grades fall by five points, or under half of some skill goes right."""
        falling = self.trend is not None and self.trend <= -FALLING_POINTS
        weakest = self.weakest
        return falling or (weakest is not None and weakest.state != NOT_MET and weakest.strength < WEAK)


@dataclass(frozen=True, slots=True)
class ClassOverview:
    """A class, its students by name."""

    classroom: Classroom
    students: list[ClassStudent]


def class_overview(
    classroom: Classroom, now: datetime | None = None, group: StudentGroup | None = None
) -> ClassOverview:
    """Six queries, however many students. `group`: of these alone."""
    now = now or timezone.now()
    students = _students(classroom, group)
    ids = [student.pk for student in students]
    weeks = practice_this_week(ids, now)
    unheard = dict(_without_a_word(ids, classroom, now))
    recent = last_takes(ids)
    knowledge = practice.recall_all(students, memories=False)
    return ClassOverview(
        classroom=classroom,
        students=[
            _class_student(
                student,
                weeks.get(student.pk, Week()),
                recent.get(student.pk, []),
                knowledge[student.pk],
                unheard.get(student.pk, 0),
                now,
            )
            for student in students
        ],
    )


def waiting_since(now: datetime | None = None) -> date:
    """The first day whose takes still wait for a teacher's word."""
    return timezone.localdate(now) - timedelta(days=WORD_WITHIN_DAYS)


def words_of_teachers(classroom: Classroom) -> Q:
    """That a teacher of this class has said something about a take, or ruled on it. Asked of the words once, not of
    each take."""
    teachers = Membership.objects.filter(classroom=classroom, role=Membership.Role.TEACHER).values("user")
    said = Comment.objects.filter(author__in=teachers).order_by().values("submission")
    ruled = Ruling.objects.filter(ruled_by__in=teachers).order_by().values("assessment__submission")
    return Q(pk__in=said) | Q(pk__in=ruled)


def _students(classroom: Classroom, group: StudentGroup | None) -> list[User]:
    students = classroom.students
    if group is not None:
        students = students.filter(student_groups=group)
    return told_apart(students.order_by("first_name", "last_name", "username"))


def _without_a_word(student_ids: list[int], classroom: Classroom, now: datetime) -> Iterable[tuple[int, int]]:
    return (
        Submission.objects.filter(student__in=student_ids, created_at__gte=_midnight(waiting_since(now)))
        .exclude(state__in=NOT_DONE)
        .exclude(words_of_teachers(classroom))
        .order_by("student")
        .values("student")
        .annotate(takes=Count("pk"))
        .values_list("student", "takes")
    )


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), timezone.get_current_timezone())


def _class_student(
    student: User, week: Week, recent: list[RecentTake], known: Knowledge, unheard: int, now: datetime
) -> ClassStudent:
    grades = [take.overall for take in recent if take.overall is not None][:SPARKLINE_TAKES][::-1]
    return ClassStudent(
        id=student.pk,
        name=student.display_name,
        instrument=student.instrument,
        level=student.level,
        last_practised_at=next((take.at for take in recent if take.state != Submission.State.FAILED), None),
        week=week,
        last_grades=grades,
        trend=trend_of(grades),
        skills=skills_met(known, now),
        unheard=unheard,
        recent=recent,
    )
