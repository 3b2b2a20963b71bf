"""What is taught: courses of units of lessons of exercises, and what each needs first.

A published row is what students see. An author's pending edit of it waits in `draft`
(lessons/curriculum/publishing.py), and every state that was ever shown is kept as a version
(lessons/models/versions.py): saving a published row whose content changed writes the next one, whoever saves it."""

from __future__ import annotations

import uuid
from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models, transaction
from django.db.models import Q
from django.db.models.deletion import Collector
from django.utils.translation import gettext_lazy as _

from lessons.models.people import Classroom, Membership, User
from tutor.notation.sameness import melody_mark
from tutor.notation.score import Score


class Status(models.TextChoices):
    """Where something stands with its readers. Retired: taken off the shelf, and kept for who played it."""

    DRAFT = "draft", _("Draft")
    REVIEW = "review", _("In review")
    PUBLISHED = "published", _("Published")
    RETIRED = "retired", _("Retired")


class Licence(models.TextChoices):
    """By what right music is used here. A school that is asked must be able to answer."""

    PUBLIC_DOMAIN = "public", _("Public domain")
    OWN = "own", _("Written by me")
    PERMISSION = "permission", _("With permission")


class Reviewed(models.Model):
    """What passes an author's desk: it is written, read by somebody else, published, and some day retired.

    A row that was never published is edited in place. One that students see keeps its pending edit in `draft` until
    that is published; `asked_at` says since when either waits for a reader."""

    # The same in every school that imports it: an archive that comes again updates, and doubles nothing.
    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    status = models.CharField(max_length=10, choices=Status, default=Status.DRAFT)
    edited_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, editable=False, related_name="+")
    edited_at = models.DateTimeField(null=True, blank=True, editable=False)
    asked_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, editable=False, related_name="+")
    asked_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        abstract = True

    @property
    def is_published(self) -> bool:
        return self.status == Status.PUBLISHED

    @property
    def in_review(self) -> bool:
        return self.asked_at is not None


class Course(Reviewed):
    title = models.CharField(max_length=200)
    summary = models.TextField(blank=True)
    position = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.title


class Unit(models.Model):
    """Lessons of a course that belong together, under a heading."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="units")
    title = models.CharField(max_length=200)
    text = models.TextField(blank=True, help_text=_("A line or two on what it is about."))
    position = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["course__position", "position", "pk"]

    def __str__(self) -> str:
        return self.title


class Lesson(Reviewed):
    """`position` counts through the whole course, units and all: first what stands in none, then unit by unit
    (lessons/curriculum/order.py)."""

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="lessons")
    unit = models.ForeignKey(Unit, on_delete=models.SET_NULL, null=True, blank=True, related_name="lessons")
    title = models.CharField(max_length=200)
    text = models.TextField(blank=True, help_text="What the student reads before playing.")
    position = models.PositiveIntegerField(default=0)
    draft = models.JSONField(default=dict, blank=True, editable=False, help_text="A published one's pending edit.")

    class Meta:
        ordering = ["course__position", "position", "pk"]

    def __str__(self) -> str:
        return self.title

    def save(self, *args: Any, **kwargs: Any) -> None:
        _save_and_keep(self, super().save, args, kwargs)

    def content(self) -> dict[str, Any]:
        """All that a version of it holds: its words, what it needs, and its published exercises in order."""
        shown = self.exercises.filter(status=Status.PUBLISHED, composed_for=None).order_by("position", "pk")
        return {
            "title": self.title,
            "text": self.text,
            "needs": [need.as_dict() for need in self.needs.select_related("other")],
            "exercises": [{"uid": str(uid), "title": title} for uid, title in shown.values_list("uid", "title")],
        }


class Prerequisite(models.Model):
    """What a lesson needs first: another lesson done, or a skill at a strength (tests of ten notes: how many go
    right, as a percentage)."""

    lesson = models.ForeignKey(Lesson, on_delete=models.CASCADE, related_name="needs")
    other = models.ForeignKey(Lesson, on_delete=models.CASCADE, null=True, blank=True, related_name="needed_by")
    skill = models.CharField(max_length=60, blank=True)
    strength = models.PositiveSmallIntegerField(default=70, validators=[MinValueValidator(1), MaxValueValidator(99)])

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(other__isnull=False, skill="") | (Q(other=None) & ~Q(skill="")), name="a_lesson_or_a_skill"
            ),
            models.CheckConstraint(condition=Q(other=None) | ~Q(other=models.F("lesson")), name="not_needs_itself"),
            models.UniqueConstraint(fields=["lesson", "other"], name="one_need_a_lesson"),
            models.UniqueConstraint(fields=["lesson", "skill"], condition=~Q(skill=""), name="one_need_a_skill"),
        ]

    def __str__(self) -> str:
        return f"{self.lesson_id} needs {self.skill or self.other_id}"

    def as_dict(self) -> dict[str, Any]:
        if self.other is not None:
            return {"lesson": str(self.other.uid)}
        return {"skill": self.skill, "strength": self.strength}


# Of exercises: published, and in no lesson that its author has taken back or not shown yet.
SHOWN = Q(status=Status.PUBLISHED) & (Q(lesson=None) | Q(lesson__status=Status.PUBLISHED))


class ExerciseQuerySet(models.QuerySet["Exercise"]):
    def visible_to(self, user: User) -> ExerciseQuerySet:
        """Published ones for everybody; composed ones for their student and that student's teachers."""
        if user.is_staff:
            return self
        published = SHOWN & Q(composed_for=None)
        taught = Membership.objects.filter(classroom__in=Classroom.objects.taught_by(user)).values("user")
        return self.filter(published | Q(composed_for=user) | Q(composed_for__in=taught))

    def readable_by(self, user: User) -> ExerciseQuerySet:
        """Without those whose score is hidden from the user (`Exercise.score_hidden_from`): to be found by a skill
        would tell what is in them."""
        from lessons.assigning.sittings import hidden_from

        if user.is_staff:
            return self
        opened = self.model.objects.filter(submissions__student=user, submissions__assessments__isnull=False)
        # By primary keys: a recipe without a kind is neither an echo nor not one, to a database.
        echoes = self.model.objects.filter(Q(composed_for=user) | Q(composed_for=None), recipe__kind="echo")
        unopened = echoes.exclude(pk__in=opened.values("pk"))
        return self.exclude(pk__in=unopened.values("pk")).exclude(pk__in=hidden_from(user).values("pk"))


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


def reference_path(exercise: Exercise, filename: str) -> str:
    """Never the same name twice: a version keeps the recording that it was published with."""
    return f"references/{exercise.uid}/{uuid.uuid4().hex}.{filename.rpartition('.')[2].lower()[:8] or 'bin'}"


# What an exercise is, as against where it stands: the fields of a version, and of a pending edit (and `reference`).
CONTENT = (
    *("title", "score", "musicxml", "dropped", "source", "tempo_bpm", "grade", "skills", "rubric", "hints"),
    *("instruments", "reference_source"),
)


class Exercise(Reviewed):
    """A piece of music to play. `score` is the truth (tutor.notation.score.Score.to_dict), written for no
    instrument in particular; each student sees it arranged for theirs."""

    class Origin(models.TextChoices):
        AUTHORED = "authored"
        IMPORTED = "imported"
        COMPOSED = "composed"

    title = models.CharField(max_length=200)
    lesson = models.ForeignKey(Lesson, on_delete=models.SET_NULL, null=True, blank=True, related_name="exercises")
    position = models.PositiveIntegerField(default=0)
    draft = models.JSONField(default=dict, blank=True, editable=False, help_text="A published one's pending edit.")
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
    hints = models.TextField(blank=True, help_text="What the student may read while practising.")
    instruments = models.JSONField(default=list, blank=True, help_text="Names of those it suits; none: all.")
    reference = models.FileField(upload_to=reference_path, max_length=200, blank=True, help_text="How it may sound.")
    reference_source = models.CharField(max_length=300, blank=True, help_text="Who plays in it, and by what right.")
    # Not for students to see, and so of no version: by what right the music is used here, and which tune it is.
    licence = models.CharField(max_length=10, choices=Licence, blank=True)
    melody = models.CharField(max_length=40, blank=True, editable=False, db_index=True)
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

    def save(self, *args: Any, **kwargs: Any) -> None:
        fields = kwargs.get("update_fields")
        written = "score" not in self.get_deferred_fields() if fields is None else "score" in fields
        if self.composed_for_id is None and written:
            self.melody = melody_mark(self.score)
            kwargs |= {} if fields is None else {"update_fields": {*fields, "melody"}}
        _save_and_keep(self, super().save, args, kwargs)

    def content(self) -> dict[str, Any]:
        """All that a version of it holds: whatever a student sees of it, or is judged by."""
        content = {name: getattr(self, name) for name in CONTENT}
        # A whole grade is the same number whether it was typed or read back.
        return content | {"grade": float(self.grade), "reference": self.reference.name or ""}

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
        """True while this user is to play it by ear: until their first graded take of it; and while a test keeps it
        from them (`lessons.assigning.sittings`), which gives no sound either. Pages and API alike must then give
        neither notes nor engraving; of what is by ear, the sound (`api-exercise-sound`)."""
        from lessons.assigning.sittings import hides

        if user.is_staff or self._is_of_a_student_of(user):
            return False
        if hides(self, user):
            return True
        return self.is_by_ear and not self.submissions.filter(student=user, assessments__isnull=False).exists()

    def _is_of_a_student_of(self, user: User) -> bool:
        if self.composed_for_id in (None, user.pk):
            return False
        return Classroom.objects.taught_by(user).filter(members=self.composed_for_id).exists()


def _save_and_keep(row: Lesson | Exercise, save: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    """Whoever saves a published row, on whatever way: what it now shows is kept as a version, in the same step."""
    from lessons.models.versions import keep_version

    with transaction.atomic():
        save(*args, **kwargs)
        if row.status == Status.PUBLISHED and getattr(row, "composed_for_id", None) is None:
            keep_version(row, *getattr(row, "publishing", (None, "")))
