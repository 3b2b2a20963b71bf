"""What a school decides once, and what it keeps doing: its settings, its long jobs, its notices."""

from __future__ import annotations

import uuid
from functools import partial
from typing import Any

from django.core.files.base import ContentFile, File
from django.core.validators import MinValueValidator
from django.db import models, transaction
from django.db.models.signals import post_delete
from django.dispatch import receiver
from django.urls import reverse

from lessons.models.people import User


class SchoolSettings(models.Model):
    """The one row of what a school chooses for itself."""

    class SignUp(models.TextChoices):
        OPEN = "open", "Anybody may make an account"
        CODE = "code", "With a class code alone"
        CLOSED = "closed", "Nobody: the office makes accounts"

    name = models.CharField(max_length=100, default="Woodshed")
    sign_up = models.CharField(max_length=10, choices=SignUp, default=SignUp.CODE)
    recordings_kept_days = models.PositiveIntegerField(
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text="A recording's sound is deleted after so many days; its grade stays. Empty: kept until deleted.",
    )
    languages = models.JSONField(default=list, blank=True, help_text="Codes of those offered; none: all there are.")
    second_reader = models.BooleanField(
        default=False, help_text="What an author writes is published only after another author has read it."
    )

    class Meta:
        verbose_name_plural = "school settings"
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="one_school")]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: object, **kwargs: object) -> None:
        self.pk = 1
        super().save(*args, **kwargs)  # type: ignore[arg-type]

    @classmethod
    def current(cls) -> SchoolSettings:
        """The school's, or what holds while nobody has chosen."""
        return cls.objects.filter(pk=1).first() or cls(pk=1)


def job_path(job: Job, filename: str) -> str:
    return f"jobs/{job.pk}/{filename.rpartition('/')[2]}"


class Job(models.Model):
    """One long piece of work for a person: an import, an export, a regrade of a class. The row is the truth of how
    far it is: a page that is loaded again finds it here, and what a killed worker left is found by the sweep."""

    class State(models.TextChoices):
        QUEUED = "queued"
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=40, help_text="See lessons/jobs.py.")
    owner = models.ForeignKey(User, on_delete=models.CASCADE, related_name="jobs")
    title = models.CharField(max_length=200)
    params = models.JSONField(default=dict, blank=True)
    upload = models.FileField(upload_to=job_path, blank=True)
    output = models.FileField(upload_to=job_path, blank=True)
    output_name = models.CharField(max_length=200, blank=True, help_text="What the file is called when downloaded.")
    result = models.JSONField(default=dict, blank=True)
    next_url = models.CharField(max_length=300, blank=True, help_text="Where its owner goes on once it is done.")
    state = models.CharField(max_length=10, choices=State, default=State.QUEUED)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0, help_text="0: not known yet.")
    sentence = models.CharField(max_length=300, blank=True, help_text="What it is at, or why it failed.")
    language = models.CharField(max_length=10, blank=True, help_text="In which its owner asked for it.")
    attempts = models.PositiveSmallIntegerField(default=0)
    worker = models.CharField(max_length=40, blank=True, help_text="Who is at it: see lessons/workers.py.")
    heartbeat_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at"]
        indexes = [models.Index(fields=["state", "heartbeat_at"], name="jobs_by_state")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("job", args=[self.pk])

    @property
    def is_over(self) -> bool:
        return self.state in (self.State.DONE, self.State.FAILED)

    def keep_output(self, name: str, content: bytes | File[Any]) -> None:
        """The file that its owner downloads; one of an earlier attempt goes."""
        if self.output:
            self.output.delete(save=False)
        self.output.save(name, content if isinstance(content, File) else ContentFile(content), save=False)
        self.output_name = name


@receiver(post_delete, sender=Job)
def _delete_files(instance: Job, **_: object) -> None:
    for file in (instance.upload, instance.output):
        if file:
            transaction.on_commit(partial(file.delete, save=False))


class Notice(models.Model):
    """Something a person should hear of, in the app and, if they want, by e-mail. Facts, not words: it is put into
    words in the reader's language."""

    class Kind(models.TextChoices):
        ASSIGNED = "assigned"
        DUE = "due"
        COMMENTED = "commented"
        RULED = "ruled"
        CONTESTED = "contested"

    reader = models.ForeignKey(User, on_delete=models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=12, choices=Kind)
    facts = models.JSONField(default=dict)
    url = models.CharField(max_length=300, blank=True)
    once = models.CharField(max_length=100, blank=True, help_text="What it is told about only once: the key of it.")
    created_at = models.DateTimeField(auto_now_add=True)
    read_at = models.DateTimeField(null=True, blank=True)
    mailed_at = models.DateTimeField(null=True, blank=True, help_text="Sent, or not wanted.")

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["reader", "once"], condition=~models.Q(once=""), name="one_notice_a_thing")
        ]
        indexes = [models.Index(fields=["reader", "read_at"], name="notices_of_reader")]

    def __str__(self) -> str:
        return f"{self.reader}: {self.kind}"
