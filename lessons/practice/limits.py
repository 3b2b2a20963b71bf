"""What teachers set for their students' plans: no easier, no harder, what to work on, in which style."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from lessons.classroom import ClassroomError
from lessons.models import Classroom, Membership, PracticeLimits, User
from tutor.composing.choice import PLAIN
from tutor.composing.ordering import STYLES
from tutor.learner.syllabus import skills_up_to

MOST_FOCUS = 5  # skills that can be worked on at once
EASIEST, HARDEST = 0.5, 9.0


@dataclass(frozen=True, slots=True)
class Limits:
    """Grades and tags. The usual ones limit nothing."""

    floor: float = EASIEST
    ceiling: float = HARDEST
    focus: tuple[str, ...] = ()
    style: str = "any"

    def clamp(self, grade: float) -> float:
        return min(max(grade, self.floor), self.ceiling)

    def allow(self, grade: float) -> bool:
        return self.floor <= grade <= self.ceiling


def limits_of(student: User) -> Limits:
    return limits_of_all([student.pk])[student.pk]


def limits_of_all(students: Collection[int]) -> dict[int, Limits]:
    """For many, in two queries. Field by field: the student's own before the class's, of several classes the one set
    last; two focuses add up."""
    own = {row.student_id: row for row in PracticeLimits.objects.filter(student__in=students)}
    of_classes: defaultdict[int, list[PracticeLimits]] = defaultdict(list)
    in_class = PracticeLimits.objects.filter(
        classroom__memberships__user__in=students,
        classroom__memberships__role=Membership.Role.STUDENT,
        classroom__archived_at=None,
    )
    for row in in_class.annotate(member=F("classroom__memberships__user")).order_by("-set_at", "-pk"):
        of_classes[row.member].append(row)  # type: ignore[attr-defined]
    return {
        student: _merged([*([own[student]] if student in own else []), *of_classes[student]]) for student in students
    }


def settable_tags() -> set[str]:
    """What a teacher may ask to be worked on: every skill of the syllabus."""
    return {*skills_up_to(HARDEST), *PLAIN}


def set_for_class(classroom: Classroom, teacher: User, **fields: Any) -> PracticeLimits:
    """Raises PermissionDenied, or ClassroomError with a sentence."""
    if not Classroom.objects.taught_by(teacher).filter(pk=classroom.pk).exists():
        raise PermissionDenied
    return _set(PracticeLimits(classroom=classroom), teacher, fields)


def set_for_student(student: User, teacher: User, **fields: Any) -> PracticeLimits:
    """Raises PermissionDenied, or ClassroomError with a sentence."""
    if not students_taught_by(teacher).filter(pk=student.pk).exists():
        raise PermissionDenied
    return _set(PracticeLimits(student=student), teacher, fields)


def students_taught_by(teacher: User) -> Any:
    """The students in the classes that a teacher teaches; nobody teaches themselves."""
    places = Membership.objects.filter(
        role=Membership.Role.STUDENT, classroom__in=Classroom.objects.taught_by(teacher)
    ).exclude(user=teacher)
    return User.objects.filter(pk__in=places.values("user"))


def _merged(rows: Sequence[PracticeLimits]) -> Limits:
    """`rows`: what goes before first. Where two contradict each other the one that goes before is meant."""
    floor: float | None = None
    ceiling: float | None = None
    for row in rows:
        if floor is None and row.floor is not None:
            floor = row.floor if ceiling is None else min(row.floor, ceiling)
        if ceiling is None and row.ceiling is not None:
            ceiling = row.ceiling if floor is None else max(row.ceiling, floor)
    return Limits(
        floor=EASIEST if floor is None else floor,
        ceiling=HARDEST if ceiling is None else ceiling,
        focus=tuple(dict.fromkeys(tag for row in rows for tag in row.focus))[:MOST_FOCUS],
        style=next((row.style for row in rows if row.style), "any"),
    )


def _set(limits: PracticeLimits, teacher: User, fields: dict[str, Any]) -> PracticeLimits:
    floor, ceiling = fields.get("floor"), fields.get("ceiling")
    focus = list(dict.fromkeys(fields.get("focus") or ()))
    if floor is not None and ceiling is not None and floor > ceiling:
        raise ClassroomError(_("The easiest grade must not lie above the hardest."))
    if len(focus) > MOST_FOCUS:
        raise ClassroomError(
            _("Nobody works on more than %(most)s things at once: choose the most important.") % {"most": MOST_FOCUS}
        )
    if unknown := [tag for tag in focus if tag not in settable_tags()]:
        raise ClassroomError(_("There is no skill called “%(name)s”.") % {"name": unknown[0]})
    style = fields.get("style") or ""
    if style and style not in STYLES:
        raise ClassroomError(
            _("“%(name)s” is no style; the styles are %(names)s.") % {"name": style, "names": ", ".join(STYLES)}
        )
    values = {"floor": floor, "ceiling": ceiling, "focus": focus, "style": style, "set_by": teacher}
    with transaction.atomic():
        row, _made = PracticeLimits.objects.update_or_create(
            classroom=limits.classroom, student=limits.student, defaults=values
        )
    return row
