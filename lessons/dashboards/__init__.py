"""What a student and a teacher look at: reads, gathered in a constant number of queries and handed over as plain
dataclasses. Nothing here decides what to play next (`lessons.practice` does) and nothing here renders.

How a skill stands is `lessons.skill_states`' to say. Days are the reader's. Practice time is recorded playing: what
we heard, not what we hope.
"""

from lessons.dashboards.attention import Need, NeedKind, Needs, needs_of
from lessons.dashboards.classes import ClassOverview, ClassStudent, class_overview, waiting_since
from lessons.dashboards.home import Home, LessonLine, home_for
from lessons.dashboards.plans import PlanLine, is_older_than_limits, plan_lines, plans_of
from lessons.dashboards.progress import PracticeDay, Progress, heard_this_week, progress_of
from lessons.dashboards.recent import RecentTake, Week
from lessons.dashboards.students import (
    TAKES_A_PAGE,
    StudentOverview,
    TakeFilter,
    exercises_played,
    shown,
    student_overview,
    takes_to_look_at,
)
from lessons.dashboards.takes import Take
from lessons.dashboards.trends import trend_of

__all__ = [
    "TAKES_A_PAGE",
    "ClassOverview",
    "ClassStudent",
    "Home",
    "LessonLine",
    "Need",
    "NeedKind",
    "Needs",
    "PlanLine",
    "PracticeDay",
    "Progress",
    "RecentTake",
    "StudentOverview",
    "Take",
    "TakeFilter",
    "Week",
    "class_overview",
    "exercises_played",
    "heard_this_week",
    "home_for",
    "is_older_than_limits",
    "needs_of",
    "plan_lines",
    "plans_of",
    "progress_of",
    "shown",
    "student_overview",
    "takes_to_look_at",
    "trend_of",
    "waiting_since",
]
