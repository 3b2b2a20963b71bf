"""What is known of a student, and what they are to play next."""

from __future__ import annotations

from django.db import models

from lessons.models.curriculum import Exercise
from lessons.models.people import User
from lessons.models.takes import Submission


class SkillState(models.Model):
    """One student and one skill: ability (logits), how sure (variance), last met, due when."""

    student = models.ForeignKey(User, on_delete=models.CASCADE, related_name="skill_states")
    skill = models.CharField(max_length=60)
    ability = models.FloatField()
    variance = models.FloatField()
    right = models.PositiveIntegerField(default=0)
    heard = models.PositiveIntegerField(default=0)
    last_met_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    memory = models.JSONField(default=dict, help_text="The scheduler's card (fsrs).")

    class Meta:
        ordering = ["skill"]
        constraints = [models.UniqueConstraint(fields=["student", "skill"], name="one_state_a_skill")]

    def __str__(self) -> str:
        return f"{self.student}: {self.skill} {self.ability:+.2f}"


class PracticePlan(models.Model):
    """What a student is to play next, in order. The newest stands; old ones stay readable."""

    class MadeBy(models.TextChoices):
        TAKE = "take", "after a take"
        NIGHT = "night", "between lessons"
        START = "start", "on joining"

    student = models.ForeignKey(User, on_delete=models.CASCADE, related_name="plans")
    made_by = models.CharField(max_length=10, choices=MadeBy)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.student}, {self.created_at:%Y-%m-%d %H:%M}"


class PlanItem(models.Model):
    plan = models.ForeignKey(PracticePlan, on_delete=models.CASCADE, related_name="items")
    position = models.PositiveSmallIntegerField()
    exercise = models.ForeignKey(Exercise, on_delete=models.CASCADE, related_name="+")
    reason = models.CharField(max_length=300, help_text="A sentence made of facts.")
    aimed_at = models.CharField(max_length=60, blank=True, help_text="The skill it was chosen for.")
    expected = models.FloatField(null=True, help_text="Predicted share of skill events right.")
    played_as = models.ForeignKey(Submission, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["plan", "position"], name="one_item_a_position")]

    def __str__(self) -> str:
        return self.reason
