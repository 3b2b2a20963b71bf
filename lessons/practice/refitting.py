"""The learner's numbers estimated anew from the school's own takes, and all students learnt again with them.

Safe to kill at any moment: the new parameters and how hard exercises were found are written at once, and each student
is learnt again in a transaction of their own. Who is left behind is known by the parameters of their state; they go on
by the old ones until their next take, or until it is run again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from lessons.models import Exercise, LearnerParameters, LearnerState, SkillState, Submission, User
from lessons.practice.hearings import heard
from lessons.practice.learning import as_parameters, learn_again, newest_parameters
from tutor.learner.refitting import MOST_TAKES, Refit, refit
from tutor.learner.replaying import GradedTake

CHUNK = 100  # students whose takes are read at once

Progress = Callable[[int, int], None]  # how many are done, of how many


def estimate(progress: Progress) -> Refit:
    """From all that was played (the newest takes, where there are very many). Nothing is written."""
    takes = list(_takes(progress))
    harder = dict(Exercise.objects.exclude(harder=0.0).values_list("pk", "harder"))
    return refit(takes, as_parameters(newest_parameters()), harder)


def take_over(found: Refit) -> LearnerParameters:
    """The new parameters stand from now on."""
    report = {name: asdict(one) for name in ("before", "after") if (one := getattr(found, name))}
    with transaction.atomic():
        row = LearnerParameters.objects.create(
            version=found.parameters.version,
            values=found.parameters.to_dict(),
            harder={str(pk): grades for pk, grades in found.harder.items()},
            report=report | {"said": found.said},
            students=found.students,
            takes=found.takes,
        )
        exercises = [Exercise(pk=pk, harder=grades) for pk, grades in found.harder.items()]
        Exercise.objects.bulk_update(exercises, ["harder"], batch_size=200)
    return row


def left_behind() -> QuerySet[User]:
    """Students whose state is not of the newest parameters, or who have none yet though skills are known of them."""
    newest = newest_parameters()
    states = LearnerState.objects.filter(student=OuterRef("pk"))
    behind = states.exclude(parameters=newest) if newest else states.exclude(parameters=None)
    stateless = Q(learner_state=None) & Exists(SkillState.objects.filter(student=OuterRef("pk")))
    return User.objects.filter(Exists(behind) | stateless).order_by("pk")


def learn_all_again(progress: Progress) -> int:
    """Everyone who was left behind; how many."""
    newest = newest_parameters()
    pks = list(left_behind().values_list("pk", flat=True))
    for done, pk in enumerate(pks, start=1):
        with transaction.atomic():
            student = User.objects.select_for_update(no_key=True).filter(pk=pk).first()
            if student:  # Or forgotten in the meantime.
                learn_again(student, newest)
        progress(done, len(pks))
    return len(pks)


def _takes(progress: Progress) -> Iterator[GradedTake]:
    students = dict(_players().values_list("pk", "level"))
    pks = list(students)
    since = _since()
    for first in range(0, len(pks), CHUNK):
        takes = Submission.objects.filter(student__in=pks[first : first + CHUNK], **since)
        for take in heard(takes):
            level = float(students[take.student])
            yield GradedTake(take.student, level, take.at, take.exercise, take.grade, take.said)
        progress(min(first + CHUNK, len(pks)), len(pks))


def _players() -> QuerySet[User]:
    return User.objects.filter(Exists(Submission.objects.filter(student=OuterRef("pk")))).order_by("pk")


def _since() -> dict[str, object]:
    """Older takes than a refit looks at need not be read."""
    newest: Sequence[object] = (
        Submission.objects.filter(state=Submission.State.DONE)
        .order_by("-created_at")
        .values_list("created_at", flat=True)[MOST_TAKES - 1 : MOST_TAKES]
    )
    return {"created_at__gte": newest[0]} if newest else {}
