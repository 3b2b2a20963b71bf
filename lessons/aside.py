"""What a teacher has seen and put aside on the class page, and takes up again."""

from __future__ import annotations

from django.utils import timezone

from lessons.models import PutAside, User


def put_aside(teacher: User, student: User, kind: str, about: str = "") -> PutAside:
    """All of this kind that there is up to now; what comes later is shown again."""
    row, _ = PutAside.objects.update_or_create(
        teacher=teacher, student=student, kind=kind, about=about, defaults={"at": timezone.now()}
    )
    return row


def take_up(teacher: User, student: User, kind: str, about: str = "") -> None:
    PutAside.objects.filter(teacher=teacher, student=student, kind=kind, about=about).delete()
