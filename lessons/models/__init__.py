"""The school's rows: who (people), what is taught (curriculum), what was played (takes), what is known
(learning), what to play next (planning)."""

from lessons.models.curriculum import Assignment, Course, Exercise, Lesson
from lessons.models.learning import LearnerParameters, LearnerState, SkillEvidence, SkillState
from lessons.models.people import Classroom, Membership, User
from lessons.models.planning import (
    Placement,
    PlanItem,
    PlanningNight,
    PracticeFeedback,
    PracticeLimits,
    PracticePlan,
)
from lessons.models.takes import Assessment, Comment, Ruling, Submission

__all__ = [
    "Assessment",
    "Assignment",
    "Classroom",
    "Comment",
    "Course",
    "Exercise",
    "LearnerParameters",
    "LearnerState",
    "Lesson",
    "Membership",
    "Placement",
    "PlanItem",
    "PlanningNight",
    "PracticeFeedback",
    "PracticeLimits",
    "PracticePlan",
    "Ruling",
    "SkillEvidence",
    "SkillState",
    "Submission",
    "User",
]
