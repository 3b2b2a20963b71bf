"""What was played: recorded performances, how each was heard, and what the teacher made of it."""

from __future__ import annotations

import uuid
from functools import partial
from typing import Any

from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q
from django.db.models.signals import post_delete
from django.dispatch import receiver
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from lessons.models.curriculum import Exercise
from lessons.models.people import Classroom, Membership, User
from lessons.models.versions import ExerciseVersion
from tutor.clock import BadClock, Clock
from tutor.notation.score import Score


class SubmissionQuerySet(models.QuerySet["Submission"]):
    def visible_to(self, user: User) -> SubmissionQuerySet:
        """A student's own, those of the students in the classes that the user teaches, and of the classes in the
        user's archive what was played until then. Staff see none but those: a student's voice is theirs."""
        return self.filter(Q(student=user) | Q(student__in=_students_of(user)) | _read_in_the_archive(user))

    def taught_by(self, user: User) -> SubmissionQuerySet:
        """Those that the user may rule and speak on as the teacher."""
        return self.filter(student__in=_students_of(user)).exclude(student=user)

    def not_heard(self) -> SubmissionQuerySet:
        """Received, and over without a grade: they failed, or too little of them could be heard."""
        # A take with a hearing is done. Not said so, a database does not begin with every take that was ever done.
        silent = Assessment.objects.filter(counts=True, overall=None)
        return self.filter(Q(state=Submission.State.FAILED) | Q(pk__in=silent.values("submission")))


def _students_of(user: User) -> Any:
    taught = Classroom.objects.taught_by(user)
    return Membership.objects.filter(role=Membership.Role.STUDENT, classroom__in=taught).values("user")


def _read_in_the_archive(user: User) -> Q:
    archive = Classroom.objects.taught_by(user, archived=True).exclude(archived_at=None)
    places = Membership.objects.filter(role=Membership.Role.STUDENT, classroom__in=archive)
    since_then = places.filter(user=OuterRef("student"), classroom__archived_at__gte=OuterRef("created_at"))
    # By students first, which there is an index for.
    return Q(student__in=places.values("user")) & Q(Exists(since_then))


def recording_path(submission: Submission, filename: str) -> str:
    """The uploader's file name says nothing we need: the row's own id is the name."""
    return f"recordings/{submission.id.hex[:2]}/{submission.id}.{filename.rpartition('.')[2].lower() or 'bin'}"


class Submission(models.Model):
    """One recorded performance. Row and file are committed before the page says "received"."""

    class State(models.TextChoices):
        RECEIVED = "received"
        QUEUED = "queued"
        LISTENING = "listening"
        GRADING = "grading"
        DONE = "done"
        FAILED = "failed"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    student = models.ForeignKey(User, on_delete=models.CASCADE, related_name="submissions")
    # Music that was played stays, unless its student goes and takes both along.
    exercise = models.ForeignKey(Exercise, on_delete=models.RESTRICT, related_name="submissions")
    # Which one stood on the stand, even if the next one was published while they played. None: a composed exercise,
    # which never changes.
    version = models.ForeignKey(ExerciseVersion, on_delete=models.RESTRICT, null=True, blank=True, related_name="takes")
    assignment = models.ForeignKey(
        "lessons.Assignment",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="submissions",
        help_text="What it was played for; empty: it was practice.",
    )
    idempotency_key = models.CharField(max_length=100)
    # As the student saw it: arranged for their instrument, at the tempo they chose. A later edit of
    # the exercise changes nothing under an old take.
    instrument = models.SlugField(blank=True)
    score = models.JSONField()
    tempo_bpm = models.FloatField()
    clapped = models.BooleanField(default=False, help_text="The student chose to clap it: only strokes are graded.")
    clock = models.JSONField(null=True, blank=True)
    recording = models.FileField(upload_to=recording_path)
    sound_deleted_at = models.DateTimeField(null=True, blank=True, help_text="When the school's time for sound was up.")
    content_type = models.CharField(max_length=100, help_text="As the file's first bytes say, not the browser.")
    recording_sha256 = models.CharField(max_length=64, blank=True)
    claimed_duration_s = models.FloatField(null=True, blank=True, help_text="As the browser measured it.")
    duration_s = models.FloatField(null=True, blank=True, help_text="As decoded.")
    state = models.CharField(max_length=10, choices=State, default=State.RECEIVED)
    trouble = models.CharField(max_length=300, blank=True, help_text="What the student is told when it failed.")
    attempts = models.PositiveSmallIntegerField(default=0)
    heartbeat_at = models.DateTimeField(null=True, blank=True)
    worker = models.CharField(max_length=40, blank=True, help_text="Who is grading it: see lessons/workers.py.")
    created_at = models.DateTimeField(auto_now_add=True)
    graded_at = models.DateTimeField(null=True, blank=True)
    learned_at = models.DateTimeField(null=True, blank=True, help_text="When the student's skills were moved by it.")

    objects = SubmissionQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(fields=["student", "idempotency_key"], name="one_submission_a_key"),
        ]
        indexes = [
            # With the key in it: who looks for the last takes of a whole class reads the index alone.
            models.Index(fields=["student", "-created_at", "id"], name="takes_of_student"),
            models.Index(fields=["state", "heartbeat_at"], name="takes_by_state"),
        ]

    def __str__(self) -> str:
        return f"{self.student}: {self.exercise}, {self.created_at:%Y-%m-%d %H:%M}"

    def get_absolute_url(self) -> str:
        return reverse("take", args=[self.pk])

    def as_score(self) -> Score:
        return Score.from_dict(self.score)

    def as_clock(self) -> Clock | None:
        """None where none came along, or, of an old take, one that keeps no time: it is judged without."""
        try:
            return Clock.from_dict(self.clock) if self.clock else None
        except BadClock:
            return None

    @property
    def why_silent(self) -> str:
        """A sentence where the player would be, once the school's time for sound was up."""
        from lessons.retention import why_silent

        return why_silent(self)

    @property
    def is_not_heard(self) -> bool:
        """As `not_heard()`, of one."""
        if self.state == self.State.DONE:
            return self.assessments.filter(counts=True, overall=None).exists()
        return self.state == self.State.FAILED

    @property
    def current_assessment(self) -> Assessment | None:
        """The hearing that counts: the student sees it, the teacher rules on it, the learner follows it."""
        return self.assessments.filter(counts=True).first()


@receiver(post_delete, sender=Submission)
def _delete_recording(instance: Submission, **__: object) -> None:
    """A deleted take leaves no sound behind; a deletion that is rolled back loses none."""
    transaction.on_commit(partial(instance.recording.delete, save=False))


class Assessment(models.Model):
    """One hearing of one take by one engine under one rubric. Never rewritten: rulings and regrades stand beside it,
    and of several one counts."""

    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="assessments")
    engine = models.CharField(max_length=50)
    rubric = models.JSONField(help_text="The tolerances it was judged by, whole.")
    rubric_digest = models.CharField(max_length=64)
    result = models.JSONField(help_text="tutor.grading.assessment.Assessment.to_dict, as the machine judged")
    trace = models.JSONField(default=dict, help_text="Pitch and level over time.")
    # The grade that counts: the machine's with the teacher's rulings applied.
    overall = models.FloatField(null=True)
    counts = models.BooleanField(default=True, help_text="Of all hearings of a take, the one that stands.")
    # The hearing in brief, for lists: lessons/hearing_brief.py. It follows the rulings, as the grade does.
    note_count = models.PositiveSmallIntegerField(null=True, help_text="How many notes were judged or not heard.")
    not_heard = models.PositiveSmallIntegerField(null=True, help_text="Of these the ear could not hear so many.")
    confidence = models.FloatField(null=True, help_text="The ear's, 0 to 1: the mean over the notes it judged.")
    causes = models.JSONField(null=True, help_text="Their codes, the most telling first.")
    parts = models.JSONField(null=True, help_text="The parts of its grade, 0 to 100 or null: pitch, intonation, …")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(fields=["submission", "engine", "rubric_digest"], name="one_hearing_an_engine"),
            models.UniqueConstraint(fields=["submission"], condition=Q(counts=True), name="one_hearing_counts"),
        ]
        indexes = [
            # They are few, and looked for among all that a class ever played.
            models.Index(
                fields=["submission"], condition=Q(counts=True, overall=None), name="hearings_without_a_grade"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.submission} by {self.engine}"


class Ruling(models.Model):
    """A teacher's word on one note's verdict: a correction, or that it stands. The latest for a note stands; all are
    kept."""

    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, related_name="rulings")
    note_id = models.CharField(max_length=100)
    verdict = models.CharField(max_length=10)
    cleared = models.JSONField(default=list, blank=True, help_text="Faults that it is free of: “late”, “intonation”, …")
    why = models.CharField(max_length=300, blank=True)
    # A later engine may hear the note in another way: this is what was ruled on.
    heard = models.JSONField(default=dict, help_text="The machine's verdict on it then: see lessons/rulings.py.")
    ruled_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["created_at", "pk"]

    def __str__(self) -> str:
        return f"{self.note_id}: {self.verdict}"


class ContestQuerySet(models.QuerySet["Contest"]):
    def open(self) -> ContestQuerySet:
        return self.filter(state=Contest.State.OPEN)

    def visible_to(self, user: User) -> ContestQuerySet:
        return self.filter(assessment__submission__in=Submission.objects.visible_to(user))

    def answerable_by(self, user: User) -> ContestQuerySet:
        """Asked by their students: a class's takes are tens of thousands, its students forty."""
        theirs = self.filter(assessment__submission__student__in=_students_of(user))
        return theirs.exclude(assessment__submission__student=user)


class Contest(models.Model):
    """A student's objection to the machine's verdict on one note. A teacher answers it with a ruling. None is ever
    rewritten: what was taken back stays, and says so."""

    class State(models.TextChoices):
        OPEN = "open", _("open")
        GRANTED = "granted", _("the student was right")
        KEPT = "kept", _("the verdict stands")
        WITHDRAWN = "withdrawn", _("taken back")

    # The hearing that counts: a later one takes it over, as it does the rulings.
    assessment = models.ForeignKey(Assessment, on_delete=models.CASCADE, related_name="contests")
    note_id = models.CharField(max_length=100)
    heard = models.JSONField(default=dict, help_text="The verdict that was contested: see lessons/rulings.py.")
    why = models.CharField(max_length=300)
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    created_at = models.DateTimeField(auto_now_add=True)
    answered_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    answer = models.CharField(max_length=300, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True, help_text="When it was answered, or taken back.")
    ruling = models.OneToOneField(
        Ruling, on_delete=models.SET_NULL, null=True, blank=True, related_name="contest", help_text="The answer."
    )

    objects = ContestQuerySet.as_manager()

    class Meta:
        ordering = ["created_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["assessment", "note_id"], condition=Q(state="open"), name="one_open_contest_a_note"
            )
        ]
        indexes = [models.Index(fields=["state", "created_at"], name="contests_by_state")]

    def __str__(self) -> str:
        return f"{self.note_id}: {self.why}"


def voice_path(comment: Comment, filename: str) -> str:
    name = uuid.uuid4()
    return f"voices/{name.hex[:2]}/{name}.{filename.rpartition('.')[2].lower() or 'bin'}"


class Comment(models.Model):
    """Words pinned to a time in the recording, or to a note: written, or spoken."""

    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="comments")
    author = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    at_s = models.FloatField(default=0.0)
    note_id = models.CharField(max_length=100, blank=True)
    text = models.TextField(max_length=2000, blank=True)
    voice = models.FileField(upload_to=voice_path, blank=True)
    voice_type = models.CharField(max_length=100, blank=True, help_text="As the file's first bytes say.")
    voice_s = models.FloatField(null=True, blank=True, help_text="As decoded.")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["at_s", "created_at"]

    def __str__(self) -> str:
        return self.text[:60] or "spoken"


@receiver(post_delete, sender=Comment)
def _delete_voice(instance: Comment, **__: object) -> None:
    """With a comment its sound goes, once the deletion holds."""
    if instance.voice:
        transaction.on_commit(partial(instance.voice.delete, save=False))
