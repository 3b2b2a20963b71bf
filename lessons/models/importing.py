"""Music that was brought along and not yet kept: what an author's files hold, until it is saved or swept."""

from __future__ import annotations

import uuid

from django.db import models
from django.urls import reverse

from lessons.models.people import User
from lessons.models.school import Job
from tutor.notation.score import Score


class ImportDraft(models.Model):
    """One drop of files: its owner's alone. Nothing of it is an exercise before it is saved."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(User, on_delete=models.CASCADE, related_name="import_drafts")
    # The same job may be begun twice, and makes one draft.
    job = models.OneToOneField(Job, on_delete=models.SET_NULL, null=True, blank=True, related_name="import_draft")
    title = models.CharField(max_length=200)
    troubles = models.JSONField(default=list, blank=True, help_text="[file, sentence] of each that could not be read.")
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("import-draft", args=[self.pk])


class ImportedPiece(models.Model):
    """One piece of a draft: its parts to choose from (`lessons.importing.parts.PartFacts`), each with its score."""

    draft = models.ForeignKey(ImportDraft, on_delete=models.CASCADE, related_name="pieces")
    position = models.PositiveIntegerField()
    file = models.CharField(max_length=200, help_text="The file's name, as it was brought.")
    title = models.CharField(max_length=200, blank=True)
    composer = models.CharField(max_length=200, blank=True)
    parts = models.JSONField(default=list, help_text="What is said of each part.")
    scores = models.JSONField(default=list, help_text="Of each part, tutor.notation.score.Score.to_dict.")
    text = models.TextField(blank=True, help_text="The MusicXML or ABC, as it came.")
    saved = models.JSONField(default=list, blank=True, help_text="Keys of the exercises that were made of it.")

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["draft", "position"], name="one_piece_a_place")]

    def __str__(self) -> str:
        """The file's title, without the ending that some programs leave there; else the file's name."""
        title = self.title or self.file.rpartition(": ")[2]
        stem, _dot, ending = title.rpartition(".")
        return stem if stem and ending.lower() in ("mxl", "xml", "musicxml", "mid", "midi", "abc") else title

    def get_absolute_url(self) -> str:
        return reverse("import-piece", args=[self.draft_id, self.position])

    def score(self, part: int) -> Score:
        return Score.from_dict(self.scores[part])
