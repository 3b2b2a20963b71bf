"""What a student is to play next, what their teacher set for it, and what they said of it."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from lessons.models.curriculum import Exercise
from lessons.models.people import Classroom, Membership, User
from lessons.models.takes import Submission
from lessons.words import said_from

EASIEST_GRADE, HARDEST_GRADE = 0.5, 9.0


class PracticePlan(models.Model):
    """What a student is to play next, in order. The newest stands; old ones stay readable."""

    class MadeBy(models.TextChoices):
        TAKE = "take", _("after a take")
        NIGHT = "night", _("between lessons")
        START = "start", _("on joining")
        WORD = "word", _("on the student's or the teacher's word")

    student = models.ForeignKey(User, on_delete=models.CASCADE, related_name="plans")
    made_by = models.CharField(max_length=10, choices=MadeBy)
    night = models.DateField(null=True, blank=True, help_text="Which night's, of a plan between lessons.")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-created_at", "-pk"]
        # Two workers may plan the same night's chunk: the database keeps one of their plans.
        constraints = [models.UniqueConstraint(fields=["student", "night"], name="one_plan_a_night")]

    def __str__(self) -> str:
        return f"{self.student}, {self.created_at:%Y-%m-%d %H:%M}"


class PlanItem(models.Model):
    """One thing to play: an exercise, or the recipe of one that is composed when it is first opened
    (`lessons.practice.open_item`). Title and reason stay, whatever becomes of the exercise."""

    plan = models.ForeignKey(PracticePlan, on_delete=models.CASCADE, related_name="items")
    position = models.PositiveSmallIntegerField()
    exercise = models.ForeignKey(Exercise, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    recipe = models.JSONField(default=dict, blank=True, help_text="The order to compose it to, seed and all.")
    title = models.CharField(max_length=200, blank=True)
    kind = models.CharField(max_length=30, default="piece", help_text="piece, drill, sight-reading, echo, rhythm, …")
    grade = models.FloatField(null=True)
    skills = models.JSONField(default=dict, blank=True, help_text="Skill tag: how many notes show it, or should.")
    instrument = models.CharField(
        max_length=50, blank=True, help_text="Of an order: the instrument that it was written for."
    )
    reason = models.CharField(max_length=300, help_text="A sentence made of facts.")
    # For who reads another language than the engine writes: see lessons/words.py.
    reason_made_of = models.JSONField(default=None, null=True, blank=True, help_text="The reason's template and facts.")
    aimed_at = models.CharField(max_length=60, blank=True, help_text="The skill it was chosen for.")
    expected = models.FloatField(null=True, help_text="Predicted share of skill events right.")
    played_as = models.ForeignKey(Submission, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["plan", "position"], name="one_item_a_position")]

    def __str__(self) -> str:
        return self.reason

    def get_absolute_url(self) -> str:
        """Where it is played; of an order, where it is opened and composed first."""
        if self.exercise_id:
            return reverse("practice", args=[self.exercise_id])
        return reverse("plan-item", args=[self.pk])

    @property
    def why(self) -> str:
        """The reason, in the reader's language."""
        return said_from(self.reason_made_of, self.reason)

    @property
    def can_be_opened(self) -> bool:
        """There is an exercise, or a recipe to compose one by; of an old plan both may be gone."""
        return bool(self.exercise_id or self.recipe)


class PracticeLimitsQuerySet(models.QuerySet["PracticeLimits"]):
    def settable_by(self, user: User) -> PracticeLimitsQuerySet:
        """Those of the classes that the user teaches, and of the students in them."""
        taught = Classroom.objects.taught_by(user)
        students = Membership.objects.filter(role=Membership.Role.STUDENT, classroom__in=taught).values("user")
        return self.filter(Q(classroom__in=taught) | Q(student__in=students))


class PracticeLimits(models.Model):
    """What a teacher set for the plans of a class or of one student: no easier, no harder, what to work on, in which
    style. What is set for the student goes before what is set for the class."""

    classroom = models.OneToOneField(
        Classroom, on_delete=models.CASCADE, null=True, blank=True, related_name="practice_limits"
    )
    student = models.OneToOneField(
        User, on_delete=models.CASCADE, null=True, blank=True, related_name="practice_limits"
    )
    floor = models.FloatField(
        null=True,
        blank=True,
        validators=[MinValueValidator(EASIEST_GRADE), MaxValueValidator(HARDEST_GRADE)],
        help_text="Grade: nothing easier.",
    )
    ceiling = models.FloatField(
        null=True,
        blank=True,
        validators=[MinValueValidator(EASIEST_GRADE), MaxValueValidator(HARDEST_GRADE)],
        help_text="Grade: nothing harder.",
    )
    focus = models.JSONField(default=list, blank=True, help_text="Skill tags to work on.")
    style = models.CharField(max_length=20, blank=True, help_text="song, dance or hymn; empty: any.")
    set_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    set_at = models.DateTimeField(auto_now=True)

    objects = PracticeLimitsQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "practice limits"
        constraints = [
            models.CheckConstraint(
                condition=Q(classroom=None, student__isnull=False) | Q(classroom__isnull=False, student=None),
                name="limits_of_a_class_or_a_student",
            ),
            models.CheckConstraint(
                condition=Q(floor=None) | Q(ceiling=None) | Q(floor__lte=F("ceiling")), name="floor_under_ceiling"
            ),
        ]

    def __str__(self) -> str:
        return f"Limits for {self.student or self.classroom}"


class PracticeFeedback(models.Model):
    """A student's own word on an exercise."""

    class Said(models.TextChoices):
        TOO_EASY = "too-easy", "too easy"
        TOO_HARD = "too-hard", "too hard"

    student = models.ForeignKey(User, on_delete=models.CASCADE, related_name="practice_feedback")
    exercise = models.ForeignKey(Exercise, on_delete=models.SET_NULL, null=True, related_name="+")
    said = models.CharField(max_length=10, choices=Said)
    grade = models.FloatField(help_text="Of the exercise, when it was said.")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-created_at", "-pk"]
        indexes = [models.Index(fields=["student", "-created_at"], name="feedback_of_student")]

    def __str__(self) -> str:
        return f"{self.student}: {self.said}"


class Placement(models.Model):
    """How a new student's level is found, in a few short takes. The takes themselves say how it goes."""

    student = models.OneToOneField(User, on_delete=models.CASCADE, related_name="placement", primary_key=True)
    begun_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    level = models.FloatField(null=True, blank=True, help_text="As found; none if the student knew it.")

    def __str__(self) -> str:
        return f"{self.student}: {'finding the level' if self.ended_at is None else f'placed at {self.level}'}"

    @property
    def is_running(self) -> bool:
        return self.ended_at is None


class PlanningNight(models.Model):
    """One night's planning: begun, and done when every student has a plan. The sweep looks after what was left."""

    night = models.DateField(unique=True)
    begun_at = models.DateTimeField(auto_now_add=True)
    heartbeat_at = models.DateTimeField(help_text="When chunks were last handed out, or one came back.")
    rounds = models.PositiveSmallIntegerField(default=1, help_text="How often chunks were handed out.")
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-night"]

    def __str__(self) -> str:
        return f"{self.night:%Y-%m-%d}"
