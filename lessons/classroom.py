"""The way into a class."""

from __future__ import annotations

from django.utils.translation import gettext as _

from lessons.models import Classroom, Membership, User


class ClassroomError(ValueError):
    """What was asked can't be done; str() is a sentence for the person who asked."""


def find_classroom(code: str) -> Classroom:
    """The class of a join code, however it was typed: case, spaces and dashes don't matter."""
    tidy = "".join(letter for letter in code.upper() if letter.isalnum())
    open_ones = Classroom.objects.filter(code_open=True, archived_at=None)
    classroom = open_ones.filter(join_code=tidy).first() if tidy else None
    if classroom is None:
        raise ClassroomError(_("No class has this code. Check it with your teacher: six letters and digits."))
    return classroom


def join(user: User, code: str) -> Classroom:
    """Into the class as a student. Joining twice changes nothing; a teacher stays the teacher."""
    classroom = find_classroom(code)
    Membership.objects.get_or_create(classroom=classroom, user=user)
    return classroom
