"""What is taught: courses of lessons of exercises, and what a class was assigned."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.db.models.deletion import Collector

from lessons.models.people import Classroom, Membership, User
from tutor.notation.score import Score


class Course(models.Model):
    title = models.CharField(max_length=200)
    summary = models.TextField(blank=True)
    position = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.title


class Status(models.TextChoices):
    DRAFT = "draft"
    PUBLISHED = "published"


class Lesson(models.Model):
    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="lessons")
    title = models.CharField(max_length=200)
    text = models.TextField(blank=True, help_text="What the student reads before playing.")
    position = models.PositiveIntegerField(default=0)
    status = models.CharField(max_length=10, choices=Status, default=Status.DRAFT)

    class Meta:
        ordering = ["course__position", "position", "pk"]

    def __str__(self) -> str:
        return self.title


class ExerciseQuerySet(models.QuerySet["Exercise"]):
    def visible_to(self, user: User) -> ExerciseQuerySet:
        """Published ones for everybody; composed ones for their student and that student's teachers."""
        if user.is_staff:
            return self
        published = Q(status=Status.PUBLISHED, composed_for=None) & (
            Q(lesson=None) | Q(lesson__status=Status.PUBLISHED)
        )
        taught = Membership.objects.filter(classroom__in=Classroom.objects.taught_by(user)).values("user")
        return self.filter(published | Q(composed_for=user) | Q(composed_for__in=taught))

    def readable_by(self, user: User) -> ExerciseQuerySet:
        """Without those that the user has yet to play by ear (`Exercise.score_hidden_from`): to be found by a skill
        would tell what is in them."""
        if user.is_staff:
            return self
        opened = self.model.objects.filter(submissions__student=user, submissions__assessments__isnull=False)
        # By primary keys: a recipe without a kind is neither an echo nor not one, to a database.
        echoes = self.model.objects.filter(Q(composed_for=user) | Q(composed_for=None), recipe__kind="echo")
        return self.exclude(pk__in=echoes.exclude(pk__in=opened.values("pk")).values("pk"))


def hand_over(collector: Collector, field: models.ForeignKey[Any, Any], exercises: Any, using: str) -> None:
    """What was composed for a student goes with them, but for what somebody else has played: a teacher's take must
    neither lose its music nor keep a student from being forgotten. Such an exercise becomes the player's own."""
    going = {user.pk for user in collector.data[User]}
    takes = Exercise.objects.using(using).filter(pk__in=[one.pk for one in exercises], submissions__isnull=False)
    played_by = takes.order_by("submissions__created_at").values_list("pk", "submissions__student")
    players = {pk: player for pk, player in played_by if player not in going}
    models.CASCADE(collector, field, [one for one in exercises if one.pk not in players], using)
    digest = Exercise._meta.get_field("recipe_digest")
    for exercise in exercises:
        if exercise.pk in players:
            # First: the player may have had the same order composed, and this one no longer answers to it.
            collector.add_field_update(digest, "", [exercise])
            collector.add_field_update(field, players[exercise.pk], [exercise])


class Exercise(models.Model):
    """A piece of music to play. `score` is the truth (tutor.notation.score.Score.to_dict), written for no
    instrument in particular; each student sees it arranged for theirs."""

    class Origin(models.TextChoices):
        AUTHORED = "authored"
        IMPORTED = "imported"
        COMPOSED = "composed"

    title = models.CharField(max_length=200)
    lesson = models.ForeignKey(Lesson, on_delete=models.SET_NULL, null=True, blank=True, related_name="exercises")
    position = models.PositiveIntegerField(default=0)
    status = models.CharField(max_length=10, choices=Status, default=Status.DRAFT)
    origin = models.CharField(max_length=10, choices=Origin, default=Origin.AUTHORED)
    composed_for = models.ForeignKey(User, on_delete=hand_over, null=True, blank=True, related_name="+")
    recipe = models.JSONField(default=dict, blank=True, help_text="What a composed exercise was ordered with.")
    recipe_digest = models.CharField(max_length=64, blank=True, editable=False)
    source = models.CharField(max_length=300, blank=True, help_text="Where the music comes from.")
    score = models.JSONField()
    musicxml = models.TextField(blank=True, help_text="The uploaded MusicXML or ABC, as it came.")
    dropped = models.JSONField(default=list, blank=True, help_text="What the reader left out of it, in sentences.")
    tempo_bpm = models.PositiveSmallIntegerField(default=84, help_text="Quarter notes a minute.")
    grade = models.FloatField(default=1.0, help_text="Difficulty in grades, 1 to 8; fractions between.")
    # Written by a refit, from how it really went; what is shown is the formula's grade.
    harder = models.FloatField(
        default=0.0, editable=False, help_text="Grades over the formula's, as students found it."
    )
    skills = models.JSONField(default=dict, blank=True, help_text="Skill tag: how many notes show it.")
    rubric = models.SlugField(blank=True, help_text="Set on purpose for this exercise; else the class chooses.")
    # A composed exercise is made for one instrument; an authored one is arranged for whoever plays.
    instrument = models.SlugField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ExerciseQuerySet.as_manager()

    class Meta:
        ordering = ["lesson__course__position", "lesson__position", "position", "pk"]
        constraints = [
            # The same order is the same exercise, also where two open it at once.
            models.UniqueConstraint(
                fields=["composed_for", "recipe_digest"], condition=~Q(recipe_digest=""), name="one_exercise_an_order"
            )
        ]

    def __str__(self) -> str:
        return self.title

    def as_score(self) -> Score:
        return Score.from_dict(self.score)

    @property
    def kind(self) -> str:
        """What was ordered (sight-reading, echo, rhythm, scale, …); "" for what an author wrote."""
        return str(self.recipe.get("kind", ""))

    @property
    def can_be_clapped(self) -> bool:
        """A rhythm pattern is as good without an instrument."""
        return self.kind == "rhythm"

    @property
    def is_by_ear(self) -> bool:
        """Heard first, then played: its notes are shown once it was."""
        return self.kind == "echo"

    def score_hidden_from(self, user: User) -> bool:
        """True while this user is to play it by ear: until their first graded take of it. Pages and API alike must
        then give neither notes nor engraving, only the sound (`api-exercise-sound`). Asks the database for
        exercises by ear alone."""
        if not self.is_by_ear or user.is_staff or self._is_of_a_student_of(user):
            return False
        return not self.submissions.filter(student=user, assessments__isnull=False).exists()

    def _is_of_a_student_of(self, user: User) -> bool:
        if self.composed_for_id in (None, user.pk):
            return False
        return Classroom.objects.taught_by(user).filter(members=self.composed_for_id).exists()


class Assignment(models.Model):
    """A lesson that a class is to practise, and by when."""

    classroom = models.ForeignKey(Classroom, on_delete=models.CASCADE, related_name="assignments")
    lesson = models.ForeignKey(Lesson, on_delete=models.CASCADE, related_name="assignments")
    assigned_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    note = models.CharField(max_length=300, blank=True)
    due_on = models.DateField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["due_on", "-created_at"]

    def __str__(self) -> str:
        return f"{self.lesson} for {self.classroom}"
