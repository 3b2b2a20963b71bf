"""The school's rows: who (people), what is taught (curriculum), what was played (takes), what is known
(learning), what to play next (planning), what the school decides and does at length (school)."""

from lessons.models.assignments import AssignedPiece, Assignment, TestSitting
from lessons.models.attention import PutAside
from lessons.models.curriculum import Course, Exercise, Lesson, Prerequisite, Unit
from lessons.models.gradebook import Gradebook, MarkOverride, ReportNote
from lessons.models.importing import ImportDraft, ImportedPiece
from lessons.models.learning import LearnerParameters, LearnerState, SkillEvidence, SkillState
from lessons.models.people import (
    Classroom,
    Departure,
    Membership,
    RosterImport,
    StartCode,
    StudentGroup,
    TeacherInvitation,
    User,
)
from lessons.models.planning import (
    Placement,
    PlanItem,
    PlanningNight,
    PracticeFeedback,
    PracticeLimits,
    PracticePlan,
)
from lessons.models.school import Job, Notice, SchoolSettings
from lessons.models.takes import Assessment, Comment, Contest, Ruling, Submission
from lessons.models.versions import ExerciseVersion, LessonVersion, ReviewNote

__all__ = [
    "Assessment",
    "AssignedPiece",
    "Assignment",
    "Classroom",
    "Comment",
    "Contest",
    "Course",
    "Departure",
    "Exercise",
    "ExerciseVersion",
    "Gradebook",
    "ImportDraft",
    "ImportedPiece",
    "Job",
    "LearnerParameters",
    "LearnerState",
    "Lesson",
    "LessonVersion",
    "MarkOverride",
    "Membership",
    "Notice",
    "Placement",
    "PlanItem",
    "PlanningNight",
    "PracticeFeedback",
    "PracticeLimits",
    "PracticePlan",
    "Prerequisite",
    "PutAside",
    "ReportNote",
    "ReviewNote",
    "RosterImport",
    "Ruling",
    "SchoolSettings",
    "SkillEvidence",
    "SkillState",
    "StartCode",
    "StudentGroup",
    "Submission",
    "TeacherInvitation",
    "TestSitting",
    "Unit",
    "User",
]
