"""The marks of the gradebook where they are read one by one: a student's list, an assignment's page, a take's."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from lessons.assigning.marking import Mark
from lessons.gradebook.book import parts_of, standing_overrides
from lessons.gradebook.weighing import ZERO, Cell, Weighing, cell_of, with_override
from lessons.models import Assignment, Gradebook, User


def cells_of(
    assignments: Collection[Assignment], students: Collection[User | int], marks: Mapping[tuple[int, int], Mark]
) -> dict[tuple[int, int], Cell]:
    """(assignment, student) -> what the gradebook says of this mark. Two queries, and one more where a class weighs
    the parts of a grade in its own way."""
    kept = Gradebook.objects.filter(classroom__in={one.classroom_id for one in assignments})
    books = {book.classroom_id: Weighing(book.part_weights, book.missing) for book in kept}
    weighings = {one.pk: books.get(one.classroom_id, Weighing({}, ZERO)) for one in assignments}
    overrides = standing_overrides(assignments, students)
    parts = parts_of([take for key, mark in marks.items() if weighings[key[0]].parts for take in mark.take_ids])
    return {
        key: with_override(cell_of(*key, mark, parts, weighings[key[0]]), overrides.get(key))
        for key, mark in marks.items()
    }
