"""A take moves what is known of its student.

The raw verdicts are the truth, the learner's state is worked out from them. A take newer than everything learnt is
added on top. Any other (a ruling, a second hearing, takes graded out of order, parameters estimated anew) undoes and
redoes by replaying all of the student's takes in the order they were played: no half-undone state can exist, and
learning twice changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from lessons.models import (
    LearnerParameters,
    LearnerState,
    PlanItem,
    PracticePlan,
    SkillState,
    Submission,
    User,
)
from lessons.practice.hearings import HeardTake, heard
from tutor.learner.ability import update
from tutor.learner.belief import Belief
from tutor.learner.knowledge import Knowledge, SkillAbility
from tutor.learner.memory import Tally
from tutor.learner.parameters import DEFAULTS, Parameters

COUNTED = ("right", "heard", "last_met_at", "due_at", "memory")
READ = ("ability", "variance")


def learn_from(submission: Submission) -> None:
    """Move the student's skills by a graded take, its rulings applied. Safe to call again for the same take."""
    with transaction.atomic():
        student = User.objects.select_for_update(no_key=True).get(pk=submission.student_id)
        newest = newest_parameters()
        state = LearnerState.objects.filter(student=student, parameters=newest).only("learnt_to").first()
        if state and submission.created_at > state.learnt_to:
            known = replayed(recall(student), heard(Submission.objects.filter(pk=submission.pk)))
            keep(student, known, newest, submission.created_at)
        else:
            learn_again(student, newest)
        mark_played(submission)


def learn_again(student: User, parameters: LearnerParameters | None) -> None:
    """All that this student ever played, from the beginning. The caller holds the student's row."""
    takes = heard(Submission.objects.filter(student=student))
    start = Knowledge(level=float(student.level), parameters=as_parameters(parameters))
    keep(student, replayed(start, takes), parameters, takes[-1].at if takes else None)


def replayed(known: Knowledge, takes: Iterable[HeardTake]) -> Knowledge:
    """After these takes, each kept and read again as its row would be: one by one or all at once, it comes out the
    same to the last bit."""
    for take in takes:
        moved = update(known, take.said, take.difficulty, take.at)
        if moved is not known:
            kept = Belief.from_bytes(moved.belief.to_bytes())
            known = Knowledge.recalled(known.level, kept, moved.tallies, known.parameters)
    return known


def mark_played(submission: Submission) -> None:
    """Tick the exercise off the plan it was played from. Once for each take."""
    if PlanItem.objects.filter(played_as=submission).exists():
        return
    plan = PracticePlan.objects.filter(student=submission.student_id, created_at__lte=submission.created_at).first()
    item = PlanItem.objects.filter(plan=plan, exercise=submission.exercise_id, played_as=None).first()
    if item:
        PlanItem.objects.filter(pk=item.pk, played_as=None).update(played_as=submission)


def newest_parameters() -> LearnerParameters | None:
    """The school's own, as last estimated; None while the built-in ones serve."""
    return LearnerParameters.objects.order_by("-version").first()


def as_parameters(row: LearnerParameters | None) -> Parameters:
    return Parameters.from_dict({**row.values, "version": row.version}) if row else DEFAULTS


def recall(student: User) -> Knowledge:
    """What is known of a student, as of their last take."""
    return recall_all([student])[student.pk]


def recall_all(students: Iterable[User], *, memories: bool = True) -> dict[int, Knowledge]:
    """The same for many, in two queries. Without `memories` it is for choosing only, not for learning on."""
    levels = {student.pk: float(student.level) for student in students}
    beliefs, rows = _beliefs(levels), _rows(levels, memories)
    return {pk: _recalled(level, beliefs.get(pk), rows.get(pk, {})) for pk, level in levels.items()}


def keep(student: User, known: Knowledge, parameters: LearnerParameters | None, learnt_to: datetime | None) -> None:
    """The belief as one row, and of each skill what the page reads; of a student without a trace, nothing."""
    tags = list(known.skills)
    SkillState.objects.filter(student=student).exclude(skill__in=tags).delete()
    if not tags or learnt_to is None:
        LearnerState.objects.filter(student=student).delete()
        return
    SkillState.objects.bulk_create(
        [
            SkillState(
                student=student, skill=tag, **{name: getattr(known.skills[tag], name) for name in READ + COUNTED}
            )
            for tag in tags
        ],
        update_conflicts=True,
        unique_fields=["student", "skill"],
        update_fields=READ + COUNTED,
    )
    belief = known.belief.to_bytes()
    LearnerState.objects.bulk_create(
        [LearnerState(student=student, belief=belief, parameters=parameters, learnt_to=learnt_to)],
        update_conflicts=True,
        unique_fields=["student"],
        update_fields=["belief", "parameters", "learnt_to", "updated_at"],
    )


def _beliefs(students: Mapping[int, float]) -> dict[int, tuple[Belief, Parameters]]:
    """Each with the parameters that it was learnt with. What can't be read any more is left out: the skills alone
    serve until it is learnt again."""
    found = {}
    rows = LearnerState.objects.filter(student__in=students)
    for pk, stored, version, values in rows.values_list(
        "student", "belief", "parameters__version", "parameters__values"
    ):
        try:
            parameters = DEFAULTS if version is None else Parameters.from_dict({**values, "version": version})
            found[pk] = Belief.from_bytes(bytes(stored)), parameters
        except ValueError:
            continue
    return found


def _rows(students: Mapping[int, float], memories: bool) -> dict[int, dict[str, Sequence[Any]]]:
    """Student -> skill -> (ability, variance, right, heard, last met, due, memory)."""
    found: dict[int, dict[str, Sequence[Any]]] = {}
    fields = READ + COUNTED if memories else READ + COUNTED[:-1]
    rows = SkillState.objects.filter(student__in=students).order_by("student", "skill")
    for student, skill, *rest in rows.values_list("student", "skill", *fields):
        found.setdefault(student, {})[skill] = rest if memories else (*rest, {})
    return found


def _recalled(level: float, believed: tuple[Belief, Parameters] | None, rows: Mapping[str, Sequence[Any]]) -> Knowledge:
    if believed is None:
        return Knowledge(level, {skill: SkillAbility(*row) for skill, row in rows.items()})
    belief, parameters = believed
    return Knowledge.recalled(level, belief, {skill: Tally(*row[2:]) for skill, row in rows.items()}, parameters)
