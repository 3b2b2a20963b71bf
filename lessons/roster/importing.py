"""A class list becomes accounts and places: whole or not at all, and once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lessons import jobs
from lessons.classroom import ClassroomError
from lessons.models import Classroom, Job, Membership, RosterImport, StudentGroup, User
from lessons.roster import slips
from lessons.roster.planning import DONE, digest, plan
from lessons.roster.reading import Table
from lessons.roster.rows import NEW, Row

# More than this takes longer than somebody wants to look at a button.
MOST_AT_ONCE = 100
UNCONFIRMED_KEPT = timedelta(days=1)
_LOOK_AGAIN = gettext_lazy("Somebody came or went since you looked. This is what would happen now.")


def keep_list(classroom: Classroom, teacher: User, table: Table, filename: str) -> RosterImport:
    """The cells until they are confirmed; nobody is made of them yet."""
    return RosterImport.objects.create(
        classroom=classroom, made_by=teacher, filename=filename[:200], cells=table.cells, columns=table.columns
    )


def confirm(roster: RosterImport, seen: str, left_out: Collection[int] = ()) -> RosterImport:
    """Does what the teacher saw (`seen` is its digest), but for the rows left out. Done before: what came of it."""
    try:
        return _confirm(roster, seen, left_out)
    except IntegrityError:  # Somebody took a username between our look and our writing.
        raise ClassroomError(_LOOK_AGAIN) from None


def run(job: Job, progress: jobs.Progress) -> None:
    """The same by a worker. Begun again, it finds what is done already."""
    roster = RosterImport.objects.filter(pk=job.params["roster"]).first()
    if roster is None:
        raise jobs.JobTrouble(_("This list was thrown away. Upload it again."))
    if not Classroom.objects.taught_by(job.owner).filter(pk=roster.classroom_id).exists():
        raise jobs.JobTrouble(_("You don't teach this class any more."))
    total = len(roster.cells)
    progress(0, total)
    try:
        roster = confirm(roster, job.params["seen"], job.params["left_out"])
    except ClassroomError as trouble:
        raise jobs.JobTrouble(str(trouble)) from None
    job.next_url = job.params["next_url"]
    progress(total, total, in_words(roster))


def in_words(roster: RosterImport) -> str:
    said = {"new": roster.result.get("new", 0), "joined": roster.result.get("joins", 0)}
    return _("New accounts: %(new)d. Joined with the account they have: %(joined)d.") % said


def clear_unconfirmed() -> int:
    """Names of children are not kept because somebody closed a page."""
    old = RosterImport.objects.filter(done_at=None, created_at__lt=timezone.now() - UNCONFIRMED_KEPT)
    return old.delete()[0]


def _confirm(roster: RosterImport, seen: str, left_out: Collection[int]) -> RosterImport:
    with transaction.atomic():
        held = RosterImport.objects.select_for_update(of=("self",)).select_related("classroom", "made_by")
        roster = held.get(pk=roster.pk)
        if roster.done_at:
            return roster
        Classroom.objects.select_for_update().get(pk=roster.classroom_id)
        rows = plan(roster)
        if digest(rows) != seen:
            raise ClassroomError(_LOOK_AGAIN)
        done = [row for row in rows if row.outcome in DONE and row.number not in left_out]
        _make(roster.classroom, roster.made_by, done)
        counts = Counter(row.outcome for row in done)
        roster.result = dict(counts) | {"passed_over": len(rows) - len(done)}
        roster.done_at, roster.cells = timezone.now(), []
        roster.save(update_fields=["result", "done_at", "cells"])
    return roster


def _make(classroom: Classroom, teacher: User, rows: Sequence[Row]) -> None:
    """In bulk: a school's database is held for an instant, not for five hundred."""
    new = [row for row in rows if row.outcome == NEW]
    people = User.objects.bulk_create([_person(row) for row in new])
    slips.begin(people, teacher)
    pks = [row.user or 0 for row in rows if row.outcome != NEW] + [person.pk for person in people]
    Membership.objects.bulk_create([Membership(classroom=classroom, user_id=pk) for pk in pks], ignore_conflicts=True)
    by_username = {person.username: person.pk for person in people}
    for name in sorted({row.group for row in rows if row.group}):
        group = classroom.groups.filter(name__iexact=name).first()
        group = group or StudentGroup.objects.create(classroom=classroom, name=name)
        group.members.add(*(row.user or by_username[row.username] for row in rows if row.group == name))


def _person(row: Row) -> User:
    person = User(
        username=row.username,
        first_name=row.first,
        last_name=row.last,
        email=row.email,
        instrument=row.instrument,
        level=row.level or 1,
    )
    person.set_unusable_password()
    return person
