"""A class: opened, named, shut away and taken out again.

Who may open one: whoever teaches already, whom the office made a teacher (`User.may_teach`), whoever was invited to
teach, and the office itself.
"""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from lessons.models import Classroom, Membership, User


def open_class(teacher: User, name: str) -> Classroom:
    if not teacher.opens_classes:
        raise PermissionDenied
    with transaction.atomic():
        classroom = Classroom.objects.create(name=name.strip())
        Membership.objects.create(classroom=classroom, user=teacher, role=Membership.Role.TEACHER)
    return classroom


def archive(classroom: Classroom) -> None:
    """Its students are planned and assigned nothing through it any more; its teachers read what was until now."""
    Classroom.objects.filter(pk=classroom.pk, archived_at=None).update(archived_at=timezone.now(), code_open=False)
    classroom.refresh_from_db(fields=["archived_at", "code_open"])


def take_out_of_archive(classroom: Classroom) -> None:
    """Its code stays closed until somebody opens it: who had it a year ago is not who should come now."""
    Classroom.objects.filter(pk=classroom.pk).update(archived_at=None)
    classroom.archived_at = None
