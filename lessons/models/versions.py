"""What was ever shown to students, and who let it: versions never change, neither by a page nor in the database."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from django.db import IntegrityError, models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lessons.models.curriculum import CONTENT, Course, Exercise, Lesson
from lessons.models.people import User
from tutor.notation.score import Score


class ImmutableError(TypeError):
    """Somebody tried to change what students have already seen. Publish a new version instead."""


class Version(models.Model):
    """A published state. Written once; goes only with what it is a version of."""

    number = models.PositiveIntegerField()
    digest = models.CharField(max_length=64, help_text="Of all that it holds.")
    published_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    published_at = models.DateTimeField(default=timezone.now)
    words = models.CharField(max_length=300, blank=True, help_text="What is new in it, as its author says.")

    class Meta:
        abstract = True
        ordering = ["-number"]

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise ImmutableError(f"Version {self.number} stands as it was published.")
        super().save(*args, **kwargs)


class ExerciseVersion(Version):
    """An exercise as students saw it from one publishing to the next; the same fields, so that it reads as one."""

    exercise = models.ForeignKey(Exercise, on_delete=models.CASCADE, related_name="versions")
    title = models.CharField(max_length=200)
    score = models.JSONField()
    musicxml = models.TextField(blank=True)
    dropped = models.JSONField(default=list, blank=True)
    source = models.CharField(max_length=300, blank=True)
    tempo_bpm = models.PositiveSmallIntegerField()
    grade = models.FloatField()
    skills = models.JSONField(default=dict, blank=True)
    rubric = models.SlugField(blank=True)
    hints = models.TextField(blank=True)
    instruments = models.JSONField(default=list, blank=True)
    reference = models.CharField(max_length=200, blank=True, help_text="Its file's name in the store.")
    reference_source = models.CharField(max_length=300, blank=True)

    class Meta(Version.Meta):
        constraints = [models.UniqueConstraint(fields=["exercise", "number"], name="one_version_a_number")]

    def __str__(self) -> str:
        return f"{self.title}, version {self.number}"

    def content(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in (*CONTENT, "reference")}

    def as_score(self) -> Score:
        return Score.from_dict(self.score)

    def put_on(self, exercise: Exercise) -> Exercise:
        """The exercise in memory as it was in this version. To be read, and not to be saved."""
        for name, value in self.content().items():
            setattr(exercise, name, value)
        return exercise


class LessonVersion(Version):
    lesson = models.ForeignKey(Lesson, on_delete=models.CASCADE, related_name="versions")
    title = models.CharField(max_length=200)
    text = models.TextField(blank=True)
    needs = models.JSONField(default=list, blank=True, help_text="Prerequisite.as_dict of each.")
    exercises = models.JSONField(default=list, blank=True, help_text="uid and title of each, in order.")

    class Meta(Version.Meta):
        constraints = [models.UniqueConstraint(fields=["lesson", "number"], name="one_lesson_version_a_number")]

    def __str__(self) -> str:
        return f"{self.title}, version {self.number}"

    def content(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in ("title", "text", "needs", "exercises")}


class ReviewNote(models.Model):
    """One step of a course, a lesson or an exercise past its readers: who, when, and in which words."""

    class Step(models.TextChoices):
        ASKED = "asked", _("Asked for a review")
        SENT_BACK = "sent back", _("Sent back")
        PUBLISHED = "published", _("Published")
        DISCARDED = "discarded", _("Edit thrown away")
        RETIRED = "retired", _("Retired")
        WENT_BACK = "went back", _("Went back to an earlier version")
        IMPORTED = "imported", _("Came from an archive")

    course = models.ForeignKey(Course, on_delete=models.CASCADE, null=True, blank=True, related_name="review_notes")
    lesson = models.ForeignKey(Lesson, on_delete=models.CASCADE, null=True, blank=True, related_name="review_notes")
    exercise = models.ForeignKey(Exercise, on_delete=models.CASCADE, null=True, blank=True, related_name="review_notes")
    step = models.CharField(max_length=10, choices=Step)
    by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    words = models.CharField(max_length=1000, blank=True)
    version = models.PositiveIntegerField(null=True, blank=True, help_text="The number that came of it.")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.step} by {self.by}"


def digest_of(content: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def version_of(row: Exercise | Lesson, number: int = 1, by: User | None = None, words: str = "") -> Any:
    """A version that holds what this row shows now; not yet saved."""
    kind: Any = ExerciseVersion if isinstance(row, Exercise) else LessonVersion
    owner = {"exercise" if isinstance(row, Exercise) else "lesson": row}
    content = row.content()
    return kind(**owner, **content, number=number, digest=digest_of(content), published_by=by, words=words[:300])


def keep_version(row: Exercise | Lesson, by: User | None = None, words: str = "") -> ExerciseVersion | LessonVersion:
    """The version that holds what this published row shows now: the newest if nothing changed, else the next one."""
    kind: Any = ExerciseVersion if isinstance(row, Exercise) else LessonVersion
    owner = {"exercise" if isinstance(row, Exercise) else "lesson": row}
    digest = digest_of(row.content())
    for attempt in (1, 2, 3):
        newest = kind.objects.filter(**owner).only("number", "digest").first()
        if newest is not None and newest.digest == digest:
            return newest  # type: ignore[no-any-return]
        version = version_of(row, newest.number + 1 if newest else 1, by, words)
        try:
            with transaction.atomic():
                version.save(force_insert=True)
                return version  # type: ignore[no-any-return]
        except IntegrityError:
            # Another request took the number.
            if attempt == 3:
                raise
    raise AssertionError("Unreachable: the loop returns or raises.")
