"""Versions of an exercise and of a lesson: which one a student has before them, and the way back to an earlier one.

What a page showed is what its take is judged against, whatever was published while the student played."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from lessons.curriculum import order, publishing
from lessons.curriculum.refusal import Refused
from lessons.models import Exercise, ExerciseVersion, Lesson, LessonVersion, User
from lessons.models.curriculum import Status
from lessons.models.versions import keep_version


class UnknownVersion(Refused):
    """Nobody was ever shown this one."""


def current(exercise: Exercise) -> ExerciseVersion | None:
    """The version that a published exercise stands in. None: composed for one student, which never changes, or not
    published. Also where somebody wrote the row past every page: what it shows is kept, from here on."""
    if exercise.composed_for_id is not None or exercise.status != Status.PUBLISHED:
        return None
    version = keep_version(exercise)
    assert isinstance(version, ExerciseVersion)
    return version


def played_from(exercise: Exercise, number: int | None) -> ExerciseVersion | None:
    """The version that a take was played from: the one its page showed, or, where nothing was said, the one that
    stands. Raises UnknownVersion."""
    if number is None or exercise.composed_for_id is not None:
        return current(exercise)
    found = exercise.versions.filter(number=number).first()
    if found is None:
        raise UnknownVersion(
            _("This exercise has no version %(number)d. Reload the page and play it again.") % {"number": number}
        )
    return found


def shown_or_known(user: User, pk: int, number: int | None) -> Exercise:
    """The exercise that a take is of. One that was retired while somebody played it is still the one that they
    played: nothing played is lost. Raises Exercise.DoesNotExist."""
    shown = Exercise.objects.visible_to(user).filter(pk=pk).first()
    if shown is not None or number is None:
        return shown or Exercise.objects.visible_to(user).get(pk=pk)
    return Exercise.objects.get(pk=pk, composed_for=None, versions__number=number)


def as_played(exercise: Exercise, version: ExerciseVersion | None) -> Exercise:
    """The exercise in memory as that version has it."""
    return version.put_on(exercise) if version is not None else exercise


# The way back


def go_back(row: Exercise | Lesson, number: int, by: User) -> int | None:
    """An earlier version once more, as a new one: at once if this person may publish, else as an edit that waits.
    The new version's number, or None if it waits."""
    version: ExerciseVersion | LessonVersion | None = row.versions.filter(number=number).first()
    if version is None:
        raise Refused(_("There is no version %(number)d.") % {"number": number})
    words = _("Back to version %(number)d") % {"number": number}
    with transaction.atomic():
        if not publishing.save_draft(row, _content(version), by):
            raise Refused(_("Version %(number)d is what students see now.") % {"number": number})
        row.refresh_from_db()
        if isinstance(version, LessonVersion):
            _exercises_as_in(version, by)
        if not publishing.may_publish(by, row):
            return None
        publishing.publish(row, by, words)
    newest = row.versions.first()
    return newest.number if newest else None


def _content(version: ExerciseVersion | LessonVersion) -> dict[str, Any]:
    content = version.content()
    if isinstance(version, LessonVersion):
        content.pop("exercises")  # Each has versions of its own.
        there = {str(uid) for uid in Lesson.objects.values_list("uid", flat=True)}
        content["needs"] = [one for one in content["needs"] if one.get("lesson", "") in there or "skill" in one]
    return content


def _exercises_as_in(version: LessonVersion, by: User) -> None:
    """Their order of then; what came since stands behind."""
    places = {one["uid"]: place for place, one in enumerate(version.exercises)}
    now = list(version.lesson.exercises.filter(composed_for=None).order_by("position", "pk").values_list("pk", "uid"))
    now.sort(key=lambda one: places.get(str(one[1]), len(places)))
    order.arrange_exercises(version.lesson, [pk for pk, _ in now], by)
