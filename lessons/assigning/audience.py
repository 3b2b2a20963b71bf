"""Whom a piece of work is for: the class as it is now, or those of a group or of a list who are still in it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable

from lessons.models import Assignment, Membership, StudentGroup, User
from lessons.namesakes import told_apart

Audience = Assignment.Audience


def students_of(assignment: Assignment) -> list[User]:
    """By name."""
    found = User.objects.filter(pk__in=audiences_of([assignment])[assignment.pk])
    return told_apart(found.order_by("first_name", "last_name", "username"))


def audiences_of(assignments: Collection[Assignment]) -> dict[int, set[int]]:
    """Assignment -> its students. At most three queries, for any number."""
    classes = _members({one.classroom_id for one in assignments})
    groups = _grouped({one.group_id for one in assignments if one.group_id})
    named = _named([one.pk for one in assignments if one.audience == Audience.STUDENTS])
    return {one.pk: classes[one.classroom_id] & _meant(one, classes, groups, named) for one in assignments}


def _meant(
    one: Assignment, classes: dict[int, set[int]], groups: dict[int, set[int]], named: dict[int, set[int]]
) -> set[int]:
    if one.audience == Audience.CLASS:
        return classes[one.classroom_id]
    return groups[one.group_id or 0] if one.audience == Audience.GROUP else named[one.pk]


def _members(classrooms: Collection[int]) -> defaultdict[int, set[int]]:
    rows = Membership.objects.filter(classroom__in=classrooms, role=Membership.Role.STUDENT)
    return _gathered(rows.values_list("classroom", "user"))


def _grouped(groups: Collection[int]) -> defaultdict[int, set[int]]:
    rows = StudentGroup.members.through.objects.filter(studentgroup__in=groups) if groups else None
    return _gathered(rows.values_list("studentgroup", "user") if rows is not None else ())


def _named(assignments: Collection[int]) -> defaultdict[int, set[int]]:
    rows = Assignment.students.through.objects.filter(assignment__in=assignments) if assignments else None
    return _gathered(rows.values_list("assignment", "user") if rows is not None else ())


def _gathered(pairs: Iterable[tuple[int, int]]) -> defaultdict[int, set[int]]:
    found: defaultdict[int, set[int]] = defaultdict(set)
    for key, user in pairs:
        found[key].add(user)
    return found
