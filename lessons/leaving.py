"""Somebody has their account deleted: what goes, what becomes of their classes, and what keeps them from it."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from lessons.models import Classroom, Comment, Exercise, Membership, Submission, User
from lessons.roster import classes


@dataclass(frozen=True, slots=True)
class Going:
    """What goes with a person. `left_alone` are the classes that nobody else teaches, with how many students."""

    takes: int
    composed: int
    comments: int
    left_alone: list[tuple[Classroom, int]]
    shared: list[Classroom]


def what_goes(user: User) -> Going:
    taught = Classroom.objects.filter(memberships__user=user, memberships__role=Membership.Role.TEACHER)
    counted = Classroom.objects.filter(pk__in=taught.values("pk")).counted()
    alone = [(one, one.student_count) for one in counted if one.teacher_count == 1]
    return Going(
        takes=Submission.objects.filter(student=user).count(),
        composed=Exercise.objects.filter(composed_for=user).count(),
        comments=Comment.objects.filter(author=user).exclude(submission__student=user).count(),
        left_alone=alone,
        shared=[one for one in counted if one.teacher_count > 1],
    )


def what_hinders(user: User) -> str:
    """A sentence if they can't be forgotten yet: a school needs an office."""
    if user.is_superuser and not User.objects.filter(is_superuser=True, is_active=True).exclude(pk=user.pk).exists():
        return _("You alone run this school. Make somebody else an administrator first.")
    return ""


def forget(user: User) -> None:
    """The person, and all that is theirs. A class that nobody else teaches goes to the archive, where the office finds
    it; its students keep what they played."""
    with transaction.atomic():
        # Held: what somebody says about a take just now, or a take that is just sent, comes before this or not at all.
        User.objects.select_for_update().get(pk=user.pk)
        list(Submission.objects.select_for_update().filter(student=user).values_list("pk"))
        for group, _students in what_goes(user).left_alone:
            classes.archive(group)
        user.delete()
