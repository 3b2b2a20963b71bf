"""Who: people, and the classrooms that join them."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from django.contrib.auth.models import AbstractUser
from django.db import IntegrityError, models, transaction
from django.db.models.functions import Coalesce
from django.utils import timezone

# No 0/O, 1/I/L: a code is read off a blackboard. No vowels: it stands there before a whole class, and says nothing.
JOIN_CODE_LETTERS = "BCDFGHJKMNPQRSTVWXYZ23456789"


class User(AbstractUser):
    """A person. What they play is theirs; what they may see follows from their memberships."""

    instrument = models.SlugField(blank=True, help_text="A name from tutor/notation/instruments.json")
    level = models.PositiveSmallIntegerField(default=1, help_text="Grade 1 to 8")
    time_zone = models.CharField(max_length=64, blank=True, help_text="IANA name; empty: the school's.")
    language = models.CharField(max_length=10, blank=True, help_text="Empty: what the browser asks for.")
    wants_mail = models.BooleanField(default=True, help_text="Notices come by e-mail too, where there is an address.")
    is_author = models.BooleanField(default=False, help_text="Writes courses and lessons at the author's desk.")
    may_teach = models.BooleanField(default=False, help_text="May open classes: said by the office or an invitation.")

    # Said behind the name where a list has somebody else of that name (lessons.namesakes).
    apart = ""

    @property
    def display_name(self) -> str:
        return (self.get_full_name() or self.username) + self.apart

    @property
    def writes_lessons(self) -> bool:
        """At home at the author's desk: authors, and the office."""
        return self.is_active and (self.is_author or self.is_staff)

    @property
    def is_teacher(self) -> bool:
        return self.memberships.filter(role=Membership.Role.TEACHER).exists()

    @property
    def opens_classes(self) -> bool:
        """Whom the office or a colleague made a teacher, and the office itself."""
        return self.is_active and (self.may_teach or self.is_staff or self.is_teacher)


def new_join_code() -> str:
    return _letters(6)


def new_invitation_code() -> str:
    """Longer than a class code: it makes a teacher of whoever has it."""
    return _letters(12)


def _letters(count: int) -> str:
    return "".join(secrets.choice(JOIN_CODE_LETTERS) for _ in range(count))


class ClassroomQuerySet(models.QuerySet["Classroom"]):
    def taught_by(self, user: User, *, archived: bool = False) -> ClassroomQuerySet:
        """Those of a teacher's desk; `archived` for the ones in the archive too, where all can be read."""
        taught = self.filter(memberships__user=user, memberships__role=Membership.Role.TEACHER)
        return taught if archived else taught.filter(archived_at=None)

    def counted(self) -> ClassroomQuerySet:
        """With `student_count` and `teacher_count`, in queries of their own: whoever teaches here may learn elsewhere,
        and a filter on the memberships must not thin them out."""
        places = Membership.objects.filter(classroom=models.OuterRef("pk")).order_by().values("classroom")
        return self.annotate(
            **{
                f"{role}_count": Coalesce(
                    models.Subquery(places.filter(role=role).annotate(n=models.Count("pk")).values("n")), 0
                )
                for role in Membership.Role.values
            }
        )


class Classroom(models.Model):
    name = models.CharField(max_length=100)
    join_code = models.CharField(max_length=12, unique=True, default=new_join_code)
    code_open = models.BooleanField(default=True, help_text="Whether its code lets anybody in at present.")
    # In the archive its teachers read all that was played until then, and nobody plans, assigns or rules any more.
    archived_at = models.DateTimeField(null=True, blank=True)
    members = models.ManyToManyField(User, through="Membership", related_name="classrooms")
    # How its takes are graded, unless an exercise says otherwise: see lessons/rubrics.py.
    rubric = models.SlugField(blank=True, help_text="A preset's name, “own” for its own tolerances, or nothing.")
    tolerances = models.JSONField(default=dict, blank=True, help_text="Its own rubric, whole, if it made one.")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ClassroomQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name

    @property
    def is_archived(self) -> bool:
        return self.archived_at is not None

    @property
    def students(self) -> models.QuerySet[User]:
        """Who learns in it, in no order."""
        return User.objects.filter(memberships__classroom=self, memberships__role=Membership.Role.STUDENT)

    def renew_code(self) -> None:
        """Another code, open; the one before lets nobody in from now on."""
        while True:
            code = new_join_code()
            try:
                with transaction.atomic():
                    Classroom.objects.filter(pk=self.pk).update(join_code=code, code_open=True)
            except IntegrityError:
                continue  # Another class has it already: one in a thousand million.
            self.join_code, self.code_open = code, True
            return


class MembershipQuerySet(models.QuerySet["Membership"]):
    def studying(self) -> MembershipQuerySet:
        """Places of students in classes that go on: what is planned, assigned or set for a class is for these."""
        return self.filter(role=Membership.Role.STUDENT, classroom__archived_at=None)


class Membership(models.Model):
    """A place in a class. It goes when somebody leaves, so that nothing can be seen through it any more; what the
    class keeps of them is a `Departure`."""

    class Role(models.TextChoices):
        STUDENT = "student"
        TEACHER = "teacher"

    classroom = models.ForeignKey(Classroom, on_delete=models.CASCADE, related_name="memberships")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=10, choices=Role, default=Role.STUDENT)
    joined_at = models.DateTimeField(auto_now_add=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["classroom", "user"], name="one_membership_a_classroom")]

    def __str__(self) -> str:
        return f"{self.user} in {self.classroom} ({self.role})"


class Departure(models.Model):
    """That a student was in a class and left it, or was moved to another: the line that the class keeps. What they
    played went with them."""

    classroom = models.ForeignKey(Classroom, on_delete=models.CASCADE, related_name="departures")
    student = models.ForeignKey(User, on_delete=models.CASCADE, related_name="departures")
    joined_at = models.DateTimeField()
    left_at = models.DateTimeField(default=timezone.now)
    moved_to = models.ForeignKey(Classroom, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ["-left_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.student} left {self.classroom}"


class StudentGroup(models.Model):
    """Some of a class, by name: the first violins, those with an examination in June."""

    classroom = models.ForeignKey(Classroom, on_delete=models.CASCADE, related_name="groups")
    name = models.CharField(max_length=60)
    members = models.ManyToManyField(User, blank=True, related_name="student_groups")

    class Meta:
        ordering = ["name", "pk"]
        constraints = [models.UniqueConstraint(fields=["classroom", "name"], name="one_group_a_name")]

    def __str__(self) -> str:
        return self.name


def _in_two_weeks() -> datetime:
    return timezone.now() + timedelta(days=14)


class TeacherInvitation(models.Model):
    """A code, good once, that makes a teacher of whoever brings it: of one class, or, from the office, of none yet."""

    classroom = models.ForeignKey(
        Classroom, on_delete=models.CASCADE, null=True, blank=True, related_name="invitations"
    )
    code = models.CharField(max_length=20, unique=True, default=new_invitation_code)
    made_by = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(default=_in_two_weeks)
    used_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"Invitation to teach {self.classroom or 'here'}"


class StartCode(models.Model):
    """What is printed on the slip of somebody whose account was made for them: good for choosing a password, once.
    Only its digest is kept, so a slip that is lost is printed anew, and the one before stops."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="start_code", primary_key=True)
    digest = models.CharField(max_length=64)
    made_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"Slip of {self.user}"


class RosterImport(models.Model):
    """A list of students that a teacher uploaded and has not confirmed yet: cells, and which column is what. Nobody
    is made of it before; the cells go once it is confirmed, or after a day."""

    classroom = models.ForeignKey(Classroom, on_delete=models.CASCADE, related_name="roster_imports")
    made_by = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    filename = models.CharField(max_length=200, blank=True)
    cells = models.JSONField(default=list, help_text="Rows of texts, without the heading.")
    columns = models.JSONField(default=list, help_text="What each column is: see lessons/roster/reading.py.")
    result = models.JSONField(default=dict, blank=True, help_text="How many were made, joined, passed over.")
    created_at = models.DateTimeField(auto_now_add=True)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.filename} for {self.classroom}"
