"""By which rubric a take is graded: one order of who is asked, for the grade and for every page that shows it.

1. Clapped, if the student chose to clap: then only strokes can be graded.
2. The exercise's own, where its author set one on purpose.
3. The class's: a preset, or tolerances of its own. Of several classes that chose, the one joined last.
4. Standard.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.db import transaction
from django.utils.translation import gettext as _

from lessons.curriculum.versions import as_played
from lessons.models import Classroom, Exercise, Submission, User
from tutor.grading.rubric import CLAPPING, RUBRICS, STANDARD, Rubric
from tutor.grading.rubric_fields import BadRubric

OWN = "own"
# What a class may choose: to clap is a matter of the exercise.
PRESETS = {name: rubric for name, rubric in RUBRICS.items() if not rubric.onsets_only}


@dataclass(frozen=True, slots=True)
class Chosen:
    """A rubric, and who chose it, in words that follow “Graded as Strict, ”: "" if nobody did."""

    rubric: Rubric
    by: str


def rubric_of(exercise: Exercise | None, student: User, *, clapped: bool = False) -> Chosen:
    """What counts for this student, now. Without an exercise: for any that has no rubric of its own."""
    if clapped:
        return Chosen(CLAPPING, _("as you chose to clap it"))
    if exercise is not None and exercise.rubric in RUBRICS:
        return Chosen(RUBRICS[exercise.rubric], _("set for this exercise"))
    for classroom in _classes_that_chose(student):
        if rubric := rubric_of_class(classroom):
            return Chosen(rubric, _("as %(name)s chose") % {"name": classroom.name})
    return Chosen(STANDARD, "")


def rubric_of_take(submission: Submission) -> Rubric:
    """Of the version that was played: what was published since changes nothing under a take."""
    exercise = as_played(submission.exercise, submission.version)
    return rubric_of(exercise, submission.student, clapped=submission.clapped).rubric


def rubric_of_class(classroom: Classroom) -> Rubric | None:
    """What the class chose; None if nothing, or nothing that this version knows."""
    return own_rubric(classroom) if classroom.rubric == OWN else RUBRICS.get(classroom.rubric)


def own_rubric(classroom: Classroom) -> Rubric | None:
    """Its own tolerances, chosen now or before; None if it has none, or none that can be read."""
    try:
        return Rubric.from_dict(classroom.tolerances) if classroom.tolerances else None
    except BadRubric:
        return None


def choose_preset(classroom: Classroom, name: str) -> None:
    """A preset for the class, or "own" for its tolerances of before; "" takes its choice back."""
    _save(classroom, name, classroom.tolerances)


def choose_own(classroom: Classroom, rubric: Rubric) -> None:
    """Tolerances of the class's own."""
    _save(
        classroom, OWN, replace(rubric, name=OWN, label=_("%(name)s’s own") % {"name": classroom.name[:90]}).to_dict()
    )


def _save(classroom: Classroom, name: str, tolerances: dict[str, object]) -> None:
    with transaction.atomic():
        classroom.rubric, classroom.tolerances = name, tolerances
        classroom.save(update_fields=["rubric", "tolerances"])


def _classes_that_chose(student: User) -> list[Classroom]:
    chose = Classroom.objects.exclude(rubric="").filter(memberships__user=student, memberships__role="student")
    chose = chose.filter(archived_at=None)
    return list(chose.order_by("-memberships__joined_at", "-pk"))
