"""What a teacher asks for: a piece of work for a class, a group or some students, and the tests among it.

What these rows mean (which take counts, what a mark is, when something is late) is said in docs/assignments.md and
worked out in lessons/assigning/.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.signals import pre_delete
from django.dispatch import receiver
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from lessons.models.curriculum import Exercise, Lesson
from lessons.models.people import Classroom, Membership, StudentGroup, User
from lessons.models.takes import Submission

MOST_TRIES = 50
SHORTEST_LOOK_S, LONGEST_LOOK_S = 5, 600


class AssignmentQuerySet(models.QuerySet["Assignment"]):
    def standing(self) -> AssignmentQuerySet:
        """Neither withdrawn, nor of a class in the archive."""
        return self.filter(withdrawn_at=None, classroom__archived_at=None)

    def taught_by(self, user: User, *, archived: bool = False) -> AssignmentQuerySet:
        """Those of a teacher's classes, withdrawn ones too: their marks can still be read."""
        return self.filter(classroom__in=Classroom.objects.taught_by(user, archived=archived))

    def for_student(self, user: User) -> AssignmentQuerySet:
        """What stands for this student: as one of the class, of the group, or by name."""
        places = Membership.objects.studying().filter(user=user).values("classroom")
        by_name = Assignment.students.through.objects.filter(user=user).values("assignment")
        theirs = Q(audience=Assignment.Audience.CLASS)
        theirs |= Q(audience=Assignment.Audience.GROUP, group__in=user.student_groups.all())
        theirs |= Q(audience=Assignment.Audience.STUDENTS, pk__in=by_name)
        return self.standing().filter(theirs, classroom__in=places)

    def of_exercise(self, exercise: Exercise) -> AssignmentQuerySet:
        """Those that this exercise is (a part of) the work of."""
        held = Q(exercise=exercise) | Q(pk__in=AssignedPiece.objects.filter(exercise=exercise).values("assignment"))
        return self.filter(held | Q(lesson=exercise.lesson_id) if exercise.lesson_id else held)


class Assignment(models.Model):
    """A lesson, an exercise or a kind to compose; for whom, from when to when, and what counts."""

    class Audience(models.TextChoices):
        CLASS = "class"
        GROUP = "group"
        STUDENTS = "students"

    class Counts(models.TextChoices):
        BEST = "best"
        LAST = "last"

    class Mode(models.TextChoices):
        PRACTICE = "practice"
        TEST = "test"

    class Late(models.TextChoices):
        ACCEPT = "accept"
        PENALTY = "penalty"
        REFUSE = "refuse"

    class Told(models.TextChoices):
        AT_ONCE = "at once"
        AFTER_DUE = "after due"

    classroom = models.ForeignKey(Classroom, on_delete=models.CASCADE, related_name="assignments")
    # What was assigned stays as long as its marks: an author may take it back, but not delete it.
    lesson = models.ForeignKey(Lesson, on_delete=models.RESTRICT, null=True, blank=True, related_name="assignments")
    exercise = models.ForeignKey(Exercise, on_delete=models.RESTRICT, null=True, blank=True, related_name="assignments")
    order = models.JSONField(null=True, blank=True, help_text="A kind to compose: see lessons/assigning/orders.py.")
    audience = models.CharField(max_length=10, choices=Audience, default=Audience.CLASS)
    group = models.ForeignKey(
        StudentGroup, on_delete=models.SET_NULL, null=True, blank=True, related_name="assignments"
    )
    students = models.ManyToManyField(User, blank=True, related_name="assignments_by_name")
    opens_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_TRIES)],
        help_text="Takes of each exercise that may count; empty: any number.",
    )
    goal = models.FloatField(null=True, blank=True, validators=[MinValueValidator(0), MaxValueValidator(100)])
    counts = models.CharField(max_length=10, choices=Counts, default=Counts.BEST)
    mode = models.CharField(max_length=10, choices=Mode, default=Mode.PRACTICE)
    look_s = models.PositiveSmallIntegerField(
        default=30,
        validators=[MinValueValidator(SHORTEST_LOOK_S), MaxValueValidator(LONGEST_LOOK_S)],
        help_text="Of a test: how long the score is shown before the count-in.",
    )
    told = models.CharField(max_length=10, choices=Told, default=Told.AT_ONCE, help_text="Of a test: when its result.")
    late = models.CharField(max_length=10, choices=Late, default=Late.ACCEPT)
    late_penalty = models.FloatField(
        default=0.0, validators=[MinValueValidator(0), MaxValueValidator(100)], help_text="Points off a late take."
    )
    weight = models.FloatField(default=1.0, validators=[MinValueValidator(0)], help_text="In the gradebook.")
    remind_days = models.PositiveSmallIntegerField(
        null=True, blank=True, default=1, help_text="Days before it is due; empty: nobody is reminded."
    )
    note = models.CharField(max_length=300, blank=True)
    assigned_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        ordering = [F("due_at").asc(nulls_last=True), "-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(lesson__isnull=False, exercise=None, order__isnull=True)
                | Q(lesson=None, exercise__isnull=False, order__isnull=True)
                | Q(lesson=None, exercise=None, order__isnull=False),
                name="assignment_of_one_thing",
            ),
            models.CheckConstraint(
                condition=Q(due_at=None) | Q(due_at__gt=F("opens_at")), name="assignment_due_after_it_opens"
            ),
            models.CheckConstraint(condition=Q(tries=None) | Q(tries__gte=1), name="assignment_has_tries"),
            models.CheckConstraint(
                condition=Q(goal=None) | Q(goal__gte=0, goal__lte=100), name="assignment_goal_is_a_grade"
            ),
            models.CheckConstraint(condition=Q(weight__gte=0), name="assignment_weight_not_negative"),
            models.CheckConstraint(
                condition=Q(late_penalty__gte=0, late_penalty__lte=100), name="assignment_penalty_in_points"
            ),
            models.CheckConstraint(condition=~Q(mode="test") | Q(tries=1), name="assignment_test_is_one_take"),
            models.CheckConstraint(condition=Q(group=None) | Q(audience="group"), name="assignment_of_its_group"),
        ]
        indexes = [models.Index(fields=["classroom", "due_at"], name="assignments_of_class")]

    def __str__(self) -> str:
        return f"{self.title} for {self.classroom}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """A group is an audience by itself, and a test is one take."""
        if self.group_id is not None:
            self.audience = self.Audience.GROUP
        if self.mode == self.Mode.TEST:
            self.tries = 1
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        """Its student's page of it; the teacher's is `assignment-of-class`."""
        return reverse("assignment", args=[self.pk])

    def clean(self) -> None:
        """In words, what the database would refuse."""
        given = [self.lesson_id is not None, self.exercise_id is not None, self.order is not None]
        if sum(given) != 1:
            raise ValidationError(_("Choose a lesson or an exercise, and not both."))
        if self.due_at and self.opens_at and self.due_at <= self.opens_at:
            raise ValidationError(_("It must be due after it opens."))

    @property
    def title(self) -> str:
        if self.lesson_id is not None:
            return str(self.lesson.title if self.lesson else "")
        if self.exercise_id is not None:
            return str(self.exercise.title if self.exercise else "")
        from lessons.assigning.orders import title_of

        return title_of(self.order or {})

    @property
    def is_test(self) -> bool:
        return self.mode == self.Mode.TEST

    @property
    def due_on(self) -> date | None:
        """The day in the reader's time zone."""
        return timezone.localdate(self.due_at) if self.due_at else None

    @property
    def takes_any(self) -> bool:
        """Where a take can only help, each one of the music counts, wherever it was begun."""
        return not self.is_test and self.tries is None and self.counts == self.Counts.BEST

    def is_open(self, now: datetime) -> bool:
        """A take made now would count."""
        return self.withdrawn_at is None and self.opens_at <= now and not self.is_closed(now)

    def is_over(self, now: datetime) -> bool:
        return self.due_at is not None and now > self.due_at

    def is_closed(self, now: datetime) -> bool:
        return self.late == self.Late.REFUSE and self.is_over(now)


@receiver(pre_delete, sender=StudentGroup)
def _keep_by_name(instance: StudentGroup, **__: object) -> None:
    """A group that is dissolved leaves its work with those who were in it."""
    members = list(instance.members.all())
    for assignment in Assignment.objects.filter(group=instance):
        assignment.students.set(members)
        Assignment.objects.filter(pk=assignment.pk).update(group=None, audience=Assignment.Audience.STUDENTS)


class AssignedPiece(models.Model):
    """What was composed for one student by an assignment's order, when they first opened it."""

    assignment = models.ForeignKey(Assignment, on_delete=models.CASCADE, related_name="pieces")
    student = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    exercise = models.ForeignKey(Exercise, on_delete=models.CASCADE, related_name="assigned_pieces")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["assignment", "student"], name="one_piece_a_student")]

    def __str__(self) -> str:
        return f"{self.exercise} for {self.student}"


class TestSitting(models.Model):
    """One student before one exercise of a test: from when the score was shown, and the one take that was accepted.
    A teacher who gives another try sets it aside; all are kept."""

    __test__ = False  # Not a class of tests to pytest.

    assignment = models.ForeignKey(Assignment, on_delete=models.CASCADE, related_name="sittings")
    student = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    exercise = models.ForeignKey(Exercise, on_delete=models.RESTRICT, related_name="sittings")
    opened_at = models.DateTimeField(default=timezone.now)
    look_s = models.PositiveSmallIntegerField(help_text="As it was when the score was shown.")
    submission = models.OneToOneField(
        Submission, on_delete=models.SET_NULL, null=True, blank=True, related_name="sitting"
    )
    set_aside_at = models.DateTimeField(null=True, blank=True)
    set_aside_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ["opened_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["assignment", "student", "exercise"],
                condition=Q(set_aside_at=None),
                name="one_sitting_at_a_time",
            )
        ]

    def __str__(self) -> str:
        return f"{self.student} before {self.exercise}"
