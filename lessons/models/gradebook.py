"""The gradebook of a class: what counts how much, and what a teacher set by hand."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from lessons.models.assignments import Assignment
from lessons.models.people import Classroom, User


class Gradebook(models.Model):
    """How a class adds up its marks. No row: every take's own overall, and what is missing counts zero."""

    class Missing(models.TextChoices):
        ZERO = "zero", _("counts zero")
        LEFT_OUT = "left_out", _("is left out")

    classroom = models.OneToOneField(Classroom, on_delete=models.CASCADE, related_name="gradebook")
    part_weights = models.JSONField(
        default=dict, blank=True, help_text="Part of a grade to its weight, 0 to 100. Empty: each take's own overall."
    )
    missing = models.CharField(max_length=10, choices=Missing, default=Missing.ZERO)
    changed_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    changed_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return f"Gradebook of {self.classroom}"


class MarkOverride(models.Model):
    """A mark that a teacher set by hand, and why. The newest stands; all are kept."""

    class Kind(models.TextChoices):
        SET = "set", _("set by hand")
        EXCUSED = "excused", _("excused")
        UNDONE = "undone", _("as it was played")

    assignment = models.ForeignKey(Assignment, on_delete=models.CASCADE, related_name="overrides")
    student = models.ForeignKey(User, on_delete=models.CASCADE, related_name="mark_overrides")
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.SET)
    overall = models.FloatField(null=True, blank=True, validators=[MinValueValidator(0), MaxValueValidator(100)])
    before = models.FloatField(null=True, blank=True, help_text="What the gradebook said until then.")
    reason = models.CharField(max_length=300, blank=True)
    by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["at", "pk"]
        indexes = [models.Index(fields=["assignment", "student"], name="overrides_of_mark")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind="set", overall__isnull=False) | ~models.Q(kind="set"), name="a_set_mark_is_one"
            )
        ]

    def __str__(self) -> str:
        return f"{self.assignment}, {self.student}: {self.kind}"


class ReportNote(models.Model):
    """A teacher's words on a student's report. The newest stands; all are kept."""

    classroom = models.ForeignKey(Classroom, on_delete=models.CASCADE, related_name="report_notes")
    student = models.ForeignKey(User, on_delete=models.CASCADE, related_name="report_notes")
    text = models.TextField(max_length=4000, blank=True)
    by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["at", "pk"]
        indexes = [models.Index(fields=["classroom", "student"], name="report_notes_of_student")]

    def __str__(self) -> str:
        return self.text[:60]
