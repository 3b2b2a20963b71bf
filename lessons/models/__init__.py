"""The school's rows: who (people), what is taught (curriculum), what was played (takes), what is known (learning)."""

from lessons.models.curriculum import Assignment, Course, Exercise, Lesson
from lessons.models.learning import PlanItem, PracticePlan, SkillState
from lessons.models.people import Classroom, Membership, User
from lessons.models.takes import Assessment, Comment, Ruling, Submission

__all__ = [
    "Assessment",
    "Assignment",
    "Classroom",
    "Comment",
    "Course",
    "Exercise",
    "Lesson",
    "Membership",
    "PlanItem",
    "PracticePlan",
    "Ruling",
    "SkillState",
    "Submission",
    "User",
]
