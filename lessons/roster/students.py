"""Students of a class: out of it, into another one, and into its groups.

What somebody played is theirs and goes where they go: takes, comments, skills and marks hang on the person. Who may
hear it follows from the place alone, so a teacher of the old class who does not teach the new one hears nothing of it
from then on; the old class keeps the line that they were there.
"""

from __future__ import annotations

from collections.abc import Collection

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from lessons.classroom import ClassroomError
from lessons.models import Classroom, Departure, Membership, StudentGroup, User

STUDENT = Membership.Role.STUDENT


def students_of(classroom: Classroom) -> QuerySet[User]:
    found = User.objects.filter(memberships__classroom=classroom, memberships__role=STUDENT)
    return found.order_by("first_name", "last_name", "username")


def called(students: QuerySet[User], asked: str) -> QuerySet[User]:
    """Those whose names, or username, hold every word."""
    for word in asked.split():
        named = Q(first_name__icontains=word) | Q(last_name__icontains=word) | Q(username__icontains=word)
        students = students.filter(named)
    return students


def remove(classroom: Classroom, students: Collection[int], by: User) -> int:
    """Out of the class, with all that is theirs; how many there were."""
    return len(_leave(classroom, students, by, moved_to=None))


def move(classroom: Classroom, students: Collection[int], to: Classroom, by: User) -> int:
    """Into another class that the same teacher teaches; how many there were. Who is there already only leaves."""
    _check_that_teaches(by, classroom, to)
    with transaction.atomic():
        # Held: who is moved to two classes at once is found here by one of them.
        here = Membership.objects.select_for_update().filter(classroom=classroom, user__in=students, role=STUDENT)
        places = list(here)
        for place in places:
            there, _new = Membership.objects.get_or_create(classroom=to, user_id=place.user_id)
            if there.role != STUDENT:
                names = {"name": place.user.display_name, "classroom": to.name}
                raise ClassroomError(_("%(name)s teaches %(classroom)s, and can't be a student there.") % names)
        return len(_leave(classroom, students, by, moved_to=to))


def save_group(
    classroom: Classroom,
    name: str,
    members: Collection[int],
    group: StudentGroup | None = None,
    shown: Collection[int] | None = None,
) -> None:
    """A group of that name with those of these students who are in the class. `shown`: who could be chosen from, where
    that was not the whole class; of the others, whoever was in the group stays."""
    name = name.strip()
    others = classroom.groups.exclude(pk=group.pk if group else None)
    if others.filter(name__iexact=name).exists():
        raise ClassroomError(_("This class has a group called %(name)s already.") % {"name": name})
    with transaction.atomic():
        group = group or StudentGroup(classroom=classroom)
        group.name = name
        group.save()
        unseen = [] if shown is None else list(group.members.exclude(pk__in=shown).values_list("pk", flat=True))
        group.members.set(students_of(classroom).filter(pk__in=[*members, *unseen]))


def _leave(classroom: Classroom, students: Collection[int], by: User, moved_to: Classroom | None) -> list[Membership]:
    with transaction.atomic():
        going = Membership.objects.select_for_update().filter(classroom=classroom, user__in=students, role=STUDENT)
        places = list(going)
        Departure.objects.bulk_create(
            Departure(
                classroom=classroom, student_id=place.user_id, joined_at=place.joined_at, moved_to=moved_to, by=by
            )
            for place in places
        )
        left = [place.user_id for place in places]
        StudentGroup.members.through.objects.filter(studentgroup__classroom=classroom, user__in=left).delete()
        Membership.objects.filter(pk__in=[place.pk for place in places]).delete()
    return places


def _check_that_teaches(teacher: User, classroom: Classroom, to: Classroom) -> None:
    taught = set(Classroom.objects.taught_by(teacher).filter(pk__in=[classroom.pk, to.pk]).values_list("pk", flat=True))
    if taught != {classroom.pk, to.pk}:
        raise PermissionDenied
    if classroom.pk == to.pk:
        raise ClassroomError(_("They are in this class already. Choose another one."))
