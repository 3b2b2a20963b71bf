"""The teachers of a class: added by name, invited by a code, removed; never the last one."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from lessons.classroom import ClassroomError
from lessons.models import Classroom, Membership, TeacherInvitation, User

TEACHER = Membership.Role.TEACHER


def add_teacher(classroom: Classroom, who: str) -> User:
    """Somebody who teaches here already, by username or e-mail address. Whoever does not is invited: a name typed
    wrong must not let a student hear their class."""
    teacher = _teacher_called(who.strip())
    with transaction.atomic():
        place, new = Membership.objects.get_or_create(classroom=classroom, user=teacher, defaults={"role": TEACHER})
    if not new:
        raise ClassroomError(_already(place))
    return teacher


def remove_teacher(classroom: Classroom, teacher: User) -> None:
    with transaction.atomic():
        # All of the class's teachers are held: two who remove each other at once must not both succeed.
        places = list(classroom.memberships.select_for_update().filter(role=TEACHER))
        theirs = [place for place in places if place.user_id == teacher.pk]
        if theirs and len(places) == 1:
            raise ClassroomError(_("A class needs a teacher. Add another one first, or archive the class."))
        for place in theirs:
            place.delete()


def invite(by: User, classroom: Classroom | None = None) -> TeacherInvitation:
    """A code that is good once, for two weeks. Only the office invites to no class in particular."""
    if classroom is None and not by.is_staff:
        raise PermissionDenied
    return TeacherInvitation.objects.create(made_by=by, classroom=classroom)


def open_invitations(classroom: Classroom | None) -> QuerySet[TeacherInvitation]:
    return TeacherInvitation.objects.filter(classroom=classroom, used_at=None, expires_at__gt=timezone.now())


def find_invitation(code: str) -> TeacherInvitation:
    """The invitation of a code, however it was typed."""
    tidy = "".join(letter for letter in code.upper() if letter.isalnum())
    good = TeacherInvitation.objects.filter(code=tidy, used_at=None, expires_at__gt=timezone.now())
    found = good.filter(Q(classroom=None) | Q(classroom__archived_at=None)).select_related("classroom", "made_by")
    invitation = found.first() if tidy else None
    if invitation is None or not _still_stands(invitation):
        raise ClassroomError(_("This invitation is not valid, or not any more. Ask for a new one."))
    return invitation


def accept(user: User, code: str) -> Classroom | None:
    """A teacher from now on: of the class of the invitation, if it is for one."""
    with transaction.atomic():
        invitation = find_invitation(code)
        place = Membership.objects.filter(classroom=invitation.classroom, user=user).first()
        if place is not None:
            raise ClassroomError(_already(place))
        won = TeacherInvitation.objects.filter(pk=invitation.pk, used_at=None)
        if not won.update(used_at=timezone.now(), used_by=user):
            raise ClassroomError(_("This invitation is not valid, or not any more. Ask for a new one."))
        User.objects.filter(pk=user.pk).update(may_teach=True)
        user.may_teach = True
        if invitation.classroom is not None:
            Membership.objects.create(classroom=invitation.classroom, user=user, role=TEACHER)
    return invitation.classroom


def _still_stands(invitation: TeacherInvitation) -> bool:
    """Whoever made it must still be the one to make it: a teacher of the class, or the office."""
    by = invitation.made_by
    if invitation.classroom is None:
        return by.is_active and by.is_staff
    return by.is_active and invitation.classroom.memberships.filter(user=by, role=TEACHER).exists()


def _teacher_called(who: str) -> User:
    teaching = Membership.objects.filter(user=OuterRef("pk"), role=TEACHER)
    teachers = User.objects.filter(Q(may_teach=True) | Q(is_staff=True) | Exists(teaching), is_active=True)
    called = Q(username__iexact=who) | (Q(email__iexact=who) if "@" in who else Q())
    found = list(teachers.filter(called)[:2]) if who else []
    if len(found) != 1:
        raise ClassroomError(_("No teacher here has this username or e-mail address. Invite them by a code instead."))
    return found[0]


def _already(place: Membership) -> str:
    if place.role == TEACHER:
        return _("%(name)s teaches this class already.") % {"name": place.user.display_name}
    return _("%(name)s is a student of this class, and can't teach it too.") % {"name": place.user.display_name}
