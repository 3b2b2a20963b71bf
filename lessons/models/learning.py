"""What is known of a student, and with which parameters it was worked out."""

from __future__ import annotations

from django.db import models

from lessons.models.people import User
from lessons.models.takes import Assessment


class LearnerParameters(models.Model):
    """Parameters of the learner, estimated again from the school's own takes. All are kept; the newest stands."""

    version = models.PositiveIntegerField(unique=True)
    values = models.JSONField(help_text="tutor.learner.parameters.Parameters.to_dict")
    harder = models.JSONField(default=dict, help_text="Exercise: grades over the formula's, as students found it.")
    report = models.JSONField(default=dict, help_text="Calibration before and after, on takes it was not fitted to.")
    students = models.PositiveIntegerField(default=0)
    takes = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-version"]
        verbose_name_plural = "learner parameters"

    def __str__(self) -> str:
        return f"Parameters {self.version}, from {self.takes} takes"


class LearnerState(models.Model):
    """All that is known of a student's skills together: one belief (tutor.learner.belief) as bytes. It is worked out
    from the takes and can be worked out again; `SkillState` is the page's reading of it, and keeps what was counted."""

    student = models.OneToOneField(User, on_delete=models.CASCADE, related_name="learner_state", primary_key=True)
    belief = models.BinaryField(help_text="Belief.to_bytes: means and covariance of all abilities.")
    # None: the built-in ones. A state of others than the newest is learnt again from the takes.
    parameters = models.ForeignKey(LearnerParameters, on_delete=models.PROTECT, null=True, related_name="states")
    learnt_to = models.DateTimeField(help_text="When the newest take that it was learnt from was played.")
    updated_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return f"{self.student}, learnt to {self.learnt_to:%Y-%m-%d %H:%M}"


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


class SkillEvidence(models.Model):
    """What one hearing said of skills, as it was last worked out from the raw verdicts. A shortcut and never the
    truth: of another number of rulings or of other tags it is worked out again."""

    assessment = models.OneToOneField(
        Assessment, on_delete=models.CASCADE, primary_key=True, related_name="skill_evidence"
    )
    said = models.JSONField(help_text="Skill tag: [right, heard].")
    rulings = models.PositiveSmallIntegerField(default=0, help_text="How many were applied.")
    tagging = models.CharField(max_length=40, help_text="Of the tags' definition.")

    def __str__(self) -> str:
        return f"What {self.assessment_id} said of {len(self.said)} skills"
