"""Who: people, and the classrooms that join them."""

from __future__ import annotations

import secrets

from django.contrib.auth.models import AbstractUser
from django.db import models

# No 0/O, 1/I/L: a code is read off a blackboard.
JOIN_CODE_LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"


class User(AbstractUser):
    """A person. What they play is theirs; what they may see follows from their memberships."""

    instrument = models.SlugField(blank=True, help_text="A name from tutor/notation/instruments.json")
    level = models.PositiveSmallIntegerField(default=1, help_text="Grade 1 to 8")
    time_zone = models.CharField(max_length=64, blank=True, help_text="IANA name; empty: the school's.")
    language = models.CharField(max_length=10, blank=True, help_text="Empty: what the browser asks for.")
    wants_mail = models.BooleanField(default=True, help_text="Notices come by e-mail too, where there is an address.")
    is_author = models.BooleanField(default=False, help_text="Writes courses and lessons at the author's desk.")

    @property
    def display_name(self) -> str:
        return self.get_full_name() or self.username

    @property
    def writes_lessons(self) -> bool:
        """At home at the author's desk: authors, and the office."""
        return self.is_active and (self.is_author or self.is_staff)

    @property
    def is_teacher(self) -> bool:
        return self.memberships.filter(role=Membership.Role.TEACHER).exists()


def new_join_code() -> str:
    return "".join(secrets.choice(JOIN_CODE_LETTERS) for _ in range(6))


class ClassroomQuerySet(models.QuerySet["Classroom"]):
    def taught_by(self, user: User) -> ClassroomQuerySet:
        return self.filter(memberships__user=user, memberships__role=Membership.Role.TEACHER)


class Classroom(models.Model):
    name = models.CharField(max_length=100)
    join_code = models.CharField(max_length=12, unique=True, default=new_join_code)
    members = models.ManyToManyField(User, through="Membership", related_name="classrooms")
    # How its takes are graded, unless an exercise says otherwise: see lessons/rubrics.py.
    rubric = models.SlugField(blank=True, help_text="A preset's name, “own” for its own tolerances, or nothing.")
    tolerances = models.JSONField(default=dict, blank=True, help_text="Its own rubric, whole, if it made one.")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ClassroomQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    class Role(models.TextChoices):
        STUDENT = "student"
        TEACHER = "teacher"

    classroom = models.ForeignKey(Classroom, on_delete=models.CASCADE, related_name="memberships")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=10, choices=Role, default=Role.STUDENT)
    joined_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["classroom", "user"], name="one_membership_a_classroom")]

    def __str__(self) -> str:
        return f"{self.user} in {self.classroom} ({self.role})"
