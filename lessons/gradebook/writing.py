"""What a teacher writes into the gradebook: a mark by hand, what counts how much, words for a report. All of it says
who and when, and nothing is overwritten but the weights."""

from __future__ import annotations

from collections.abc import Mapping

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from lessons.classroom import ClassroomError
from lessons.gradebook.book import Filters, book_of
from lessons.gradebook.weighing import EXCUSED, LEFT_OUT, PARTS, SET, UNDONE, ZERO, Cell
from lessons.models import Assignment, Classroom, Gradebook, MarkOverride, ReportNote, User

HEAVIEST = 100.0


def set_mark(assignment: Assignment, student: User, teacher: User, overall: float, reason: str) -> MarkOverride:
    """This mark, whatever was played."""
    if not 0 <= overall <= 100:
        raise ClassroomError(_("A mark is between 0 and 100."))
    return _override(assignment, student, teacher, SET, round(overall, 1), reason)


def excuse(assignment: Assignment, student: User, teacher: User, reason: str) -> MarkOverride:
    """It counts neither for nor against."""
    return _override(assignment, student, teacher, EXCUSED, None, reason)


def undo(assignment: Assignment, student: User, teacher: User) -> MarkOverride:
    """As it was played, again. What was set by hand stays in the log."""
    cell = cell_for(assignment, student)
    if cell is None or cell.override is None:
        raise ClassroomError(_("This mark is as it was played already."))
    return _write(assignment, student, teacher, UNDONE, None, "", cell)


def cell_for(assignment: Assignment, student: User) -> Cell | None:
    """As the gradebook has it now."""
    book = book_of(assignment.classroom, Filters(assignment=assignment.pk), students=[student])
    return next((cell for row in book.all_rows for cell in row.cells), None)


def keep_weights(
    classroom: Classroom, teacher: User, parts: Mapping[str, float], missing: str, weights: Mapping[int, float]
) -> None:
    """What counts how much from now on."""
    _check_that_teaches(classroom, teacher)
    _check_weights([*parts.values(), *weights.values()])
    if not set(parts) <= set(PARTS) or (parts and not any(parts.values())):
        raise ClassroomError(_("At least one part of a grade must count for something."))
    if missing not in (ZERO, LEFT_OUT):
        raise ClassroomError(_("What is missing counts zero, or is left out."))
    with transaction.atomic():
        kept = {"part_weights": dict(parts), "missing": missing, "changed_by": teacher}
        Gradebook.objects.update_or_create(classroom=classroom, defaults=kept)
        for assignment in Assignment.objects.filter(classroom=classroom, pk__in=list(weights)):
            if assignment.weight != weights[assignment.pk]:
                assignment.weight = weights[assignment.pk]
                assignment.save(update_fields=["weight"])


def keep_note(classroom: Classroom, student: User, teacher: User, text: str) -> ReportNote | None:
    """Words for the student's report; None where they are what stands already."""
    _check_that_teaches(classroom, teacher)
    if not classroom.students.filter(pk=student.pk).exists():
        raise PermissionDenied
    text = text.replace("\x00", "").strip()
    if len(text) > 4000:
        raise ClassroomError(_("A report has room for 4000 letters."))
    before = ReportNote.objects.filter(classroom=classroom, student=student).last()
    if text == (before.text if before else ""):
        return None
    return ReportNote.objects.create(classroom=classroom, student=student, text=text, by=teacher)


def _override(
    assignment: Assignment, student: User, teacher: User, kind: str, overall: float | None, reason: str
) -> MarkOverride:
    if not reason.strip():
        raise ClassroomError(_("Say in a word why: whoever reads the gradebook later will ask."))
    cell = cell_for(assignment, student)
    if cell is None:
        raise ClassroomError(_("This is not assigned to this student."))
    return _write(assignment, student, teacher, kind, overall, reason.strip()[:300], cell)


def _write(
    assignment: Assignment, student: User, teacher: User, kind: str, overall: float | None, reason: str, cell: Cell
) -> MarkOverride:
    _check_that_teaches(assignment.classroom, teacher)
    return MarkOverride.objects.create(
        assignment=assignment,
        student=student,
        kind=kind,
        overall=overall,
        before=cell.mark,
        reason=reason,
        by=teacher,
    )


def _check_that_teaches(classroom: Classroom, teacher: User) -> None:
    if not Classroom.objects.taught_by(teacher).filter(pk=classroom.pk).exists():
        raise PermissionDenied


def _check_weights(weights: list[float]) -> None:
    # Not a number is neither within nor beyond.
    if not all(0 <= weight <= HEAVIEST for weight in weights):
        raise ClassroomError(_("A weight is between 0 and 100."))
