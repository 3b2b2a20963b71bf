"""What a teacher has dealt with on the class page."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from lessons.models.people import User


class PutAside(models.Model):
    """A teacher has seen all of this kind about a student up to a moment. What comes after it is shown again."""

    class Kind(models.TextChoices):
        CONTEST = "contest"
        STUCK = "stuck"
        UNSURE = "unsure"
        STOPPED = "stopped"

    # What tells one line of the list from another.
    KEY = ("student", "kind", "about")

    teacher = models.ForeignKey(User, on_delete=models.CASCADE, related_name="put_aside")
    student = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind)
    about = models.CharField(max_length=60, blank=True, help_text="Which of them: a cause, a contest; empty: all.")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name_plural = "put aside"
        constraints = [
            models.UniqueConstraint(fields=["teacher", "student", "kind", "about"], name="one_aside_a_line"),
        ]

    def __str__(self) -> str:
        return f"{self.teacher} has seen {self.kind} of {self.student}"
