"""What a take changes: what is known of the student, and what they are to play next. Writes; `dashboards` reads.

The raw verdicts are the truth, skill states are worked out from them. A take newer than everything learnt is added
on top. Any other (a ruling, a second hearing, takes graded out of order) undoes and redoes by replaying all of the
student's takes in the order they were played: no half-undone state can exist, and learning twice changes nothing.
"""

from __future__ import annotations

import json
import logging
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from django.db import transaction
from django.db.models import F, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.functions import Abs
from django.utils import timezone

from lessons import technique
from lessons.models import (
    Assessment,
    Assignment,
    Exercise,
    PlanItem,
    PracticePlan,
    SkillState,
    Submission,
    User,
)
from lessons.models.curriculum import Status
from lessons.rulings import effective_assessment
from tutor.composing.choice import SUCCESS_FROM, Candidate, Choice, Played, choose
from tutor.composing.skills import tag
from tutor.grading.assessment import Fault, NoteVerdict
from tutor.learner.ability import update
from tutor.learner.evidence import TIME_KINDS, Evidence, add, evidence
from tutor.learner.knowledge import Knowledge, SkillAbility
from tutor.notation.score import Score

log = logging.getLogger(__name__)

FIRST_TAKE = "A first take, so I can hear where you are."
GRADES_BELOW, GRADES_ABOVE = 2.0, 1.5  # around the working grade: what is looked at on the shelf
SHELF = 200
RECENT = 10  # takes that count for "not again and again" and for a run
WEEK = timedelta(days=7)
WEEK_TAKES = 30  # of the last week, enough for "4 of 9 right this week" and never a slow page
OCTAVES_OF_TEMPO = 0.47  # grades a doubling of the tempo adds (the difficulty formula's notes a second)
FORGOTTEN_ASSIGNMENT = timedelta(days=30)
CHUNK = 200
SHARED_FIELDS = ("ability", "variance", "right", "heard", "last_met_at", "due_at", "memory")


@dataclass(frozen=True, slots=True)
class HeardTake:
    """What one take said: when it was played, how hard it was (grades, at the tempo taken), and of which skills."""

    at: datetime
    difficulty: float
    said: Evidence


def learn_from(submission: Submission) -> None:
    """Move the student's skills by a graded take, its rulings applied. Safe to call again for the same take."""
    with transaction.atomic():
        student = User.objects.select_for_update(no_key=True).get(pk=submission.student_id)
        before = recall(student)
        learnt_to = max((skill.last_met_at for skill in before.skills.values() if skill.last_met_at), default=None)
        takes = _graded(Submission.objects.filter(student=student))
        if learnt_to and submission.created_at > learnt_to:
            known = before
            takes = takes.filter(pk=submission.pk)
        else:
            known = Knowledge(level=before.level)
        for take in _heard(takes):
            known = update(known, take.said, take.difficulty, take.at)
        _keep(student, before, known)
        mark_played(submission)


def choose_next(student: User, made_by: str = PracticePlan.MadeBy.TAKE) -> PracticePlan:
    """A new plan from what is known now. The newest plan stands."""
    now = timezone.localtime()
    known = recall(student)
    takes = list(_recent_takes(student))
    lately = _lately(student, now) if known.skills else {}
    shelf = _shelf(student, known, now)
    composed = technique.offers(student, known, shelf, now, [take.exercise for take in takes], lately)
    recent = [_played(take) for take in takes]
    choices = choose([*shelf, *composed], known, now, recent=recent, lately=lately)
    if not known.skills and choices:
        choices[0] = replace(choices[0], reason=f"{choices[0].candidate.assigned} {FIRST_TAKE}".strip())
    with transaction.atomic():
        return _write_plan(student, made_by, choices, composed)


def next_item(student: User) -> PlanItem | None:
    """The one thing to do next. Makes a plan if there is none; None only if there is nothing at all to play."""
    return next(iter(open_items(student)), None)


def open_items(student: User) -> list[PlanItem]:
    """What is still to play of the newest plan, in order; of a new one if that is done or no longer fits."""
    newest = PracticePlan.objects.filter(student=student).order_by("-created_at", "-pk")
    if items := _open_items(student, Subquery(newest.values("pk")[:1])):
        return items
    made_by = PracticePlan.MadeBy.TAKE if newest.exists() else PracticePlan.MadeBy.START
    return _open_items(student, choose_next(student, made_by).pk)


def mark_played(submission: Submission) -> None:
    """Tick the exercise off the plan it was played from. Once for each take."""
    if PlanItem.objects.filter(played_as=submission).exists():
        return
    plan = PracticePlan.objects.filter(student=submission.student_id, created_at__lte=submission.created_at).first()
    item = PlanItem.objects.filter(plan=plan, exercise=submission.exercise_id, played_as=None).first()
    if item:
        PlanItem.objects.filter(pk=item.pk, played_as=None).update(played_as=submission)


def replan(student: User) -> PracticePlan | None:
    """The plan between lessons: skills due again, doubt grown with the days. None if today's was made already."""
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    made_by = PracticePlan.MadeBy.NIGHT
    if PracticePlan.objects.filter(student=student, made_by=made_by, created_at__gte=midnight).exists():
        return None
    return choose_next(student, made_by)


def replan_all() -> int:
    """Every student's plan between lessons; how many were made. Safe to run again: it goes on where it stopped."""
    students = User.objects.filter(
        Q(memberships__role="student") | Q(submissions__isnull=False), is_active=True
    ).distinct()
    pks = list(students.order_by("pk").values_list("pk", flat=True))
    chunks = (User.objects.in_bulk(pks[first : first + CHUNK]).values() for first in range(0, len(pks), CHUNK))
    return sum(_replanned(student) for chunk in chunks for student in chunk)


def recall(student: User) -> Knowledge:
    """What is known of a student, each skill as of its last meeting."""
    return recall_all([student])[student.pk]


def recall_all(students: Iterable[User]) -> dict[int, Knowledge]:
    """The same for many, in one query."""
    levels = {student.pk: float(student.level) for student in students}
    skills: dict[int, dict[str, SkillAbility]] = {pk: {} for pk in levels}
    for row in SkillState.objects.filter(student__in=levels).values("student_id", "skill", *SHARED_FIELDS):
        skills[row["student_id"]][row["skill"]] = SkillAbility(**{name: row[name] for name in SHARED_FIELDS})
    return {pk: Knowledge(level, skills[pk]) for pk, level in levels.items()}


def _replanned(student: User) -> bool:
    try:
        return replan(student) is not None
    except Exception:  # One student's trouble is ours to read in the log, not the next student's.
        log.exception("No plan for student %s", student.pk)
        return False


def _keep(student: User, before: Knowledge, known: Knowledge) -> None:
    changed = {skill: state for skill, state in known.skills.items() if before.skills.get(skill) != state}
    SkillState.objects.bulk_create(
        [
            SkillState(student=student, skill=skill, **{name: getattr(state, name) for name in SHARED_FIELDS})
            for skill, state in changed.items()
        ],
        update_conflicts=True,
        unique_fields=["student", "skill"],
        update_fields=SHARED_FIELDS,
    )
    if gone := before.skills.keys() - known.skills.keys():
        SkillState.objects.filter(student=student, skill__in=gone).delete()


def _graded(takes: QuerySet[Submission]) -> QuerySet[Submission]:
    """Takes with a hearing, in the order they were played. The trace and the recording stay where they are."""
    hearings = Assessment.objects.filter(counts=True).only("submission_id", "result", "rubric")
    return (
        takes.filter(pk__in=Assessment.objects.values("submission"))
        .select_related("exercise")
        .only("student_id", "score", "tempo_bpm", "created_at", "exercise__grade", "exercise__tempo_bpm")
        .prefetch_related(Prefetch("assessments", queryset=hearings), "assessments__rulings")
        .order_by("created_at", "pk")
    )


def _heard(takes: QuerySet[Submission]) -> Iterator[HeardTake]:
    for take in takes.iterator(chunk_size=50):
        hearing = next(iter(take.assessments.all()))  # the one that counts
        tags = _tags(json.dumps(take.score))
        if hearing.rubric.get("onsets_only"):
            # Of hands that clap nothing is learnt about pitch.
            tags = {
                note: [one for one in skills if one.partition(":")[0] in TIME_KINDS] for note, skills in tags.items()
            }
        said = evidence(tags, _verdicts(hearing))
        yield HeardTake(take.created_at, _difficulty(take), said)


@lru_cache(maxsize=256)
def _tags(score: str) -> Mapping[str, Sequence[str]]:
    """Tagging is nine tenths of a replay, and students play the same music again and again."""
    return tag(Score.from_dict(json.loads(score)))


def _verdicts(hearing: Assessment) -> Sequence[NoteVerdict]:
    """The machine's, with a teacher's word over it where there is one: the same that the grade follows."""
    if hearing.rulings.all():
        return effective_assessment(hearing).notes
    return [_as_verdict(note) for note in hearing.result["notes"]]


def _as_verdict(note: dict[str, Any]) -> NoteVerdict:
    return NoteVerdict(**{**note, "faults": tuple(Fault(**fault) for fault in note["faults"])})


def _difficulty(take: Submission) -> float:
    """The exercise's grade, at the tempo it was played."""
    faster = math.log2(max(0.25, min(4.0, take.tempo_bpm / (take.exercise.tempo_bpm or take.tempo_bpm))))
    return min(9.0, max(0.5, take.exercise.grade + OCTAVES_OF_TEMPO * faster))


def _lately(student: User, now: datetime) -> Evidence:
    week = Submission.objects.filter(student=student, created_at__gt=now - WEEK)
    newest = _graded(week).order_by("-created_at")[:WEEK_TAKES]
    return add(take.said for take in _heard(newest))


def _recent_takes(student: User) -> QuerySet[Submission]:
    hearing = Assessment.objects.filter(submission=OuterRef("pk"), counts=True)
    return (
        Submission.objects.filter(student=student, state=Submission.State.DONE)
        .select_related("exercise")
        .only("tempo_bpm", *(f"exercise__{name}" for name in ("grade", "tempo_bpm", "origin", "title", "skills")))
        .annotate(overall=Subquery(hearing.values("overall")[:1]))
        .order_by("-created_at")[:RECENT]
    )


def _played(take: Submission) -> Played:
    return Played(
        key=take.exercise_id,
        grade=_difficulty(take),
        overall=take.overall,  # type: ignore[attr-defined]
        skills=take.exercise.skills,
        drill=take.exercise.origin == Exercise.Origin.COMPOSED,
    )


def _shelf(student: User, known: Knowledge, now: datetime) -> list[Candidate]:
    """Published exercises around the student's grade, and whatever their teacher assigned."""
    assigned = _assigned(student, now)
    grade = known.working_grade
    near = Q(grade__gte=grade - GRADES_BELOW, grade__lte=grade + GRADES_ABOVE)
    published = Exercise.objects.filter(status=Status.PUBLISHED, composed_for=None).filter(
        Q(lesson=None) | Q(lesson__status=Status.PUBLISHED)
    )
    rows = _nearest(published.filter(near | Q(pk__in=assigned)), grade) or _nearest(published, grade)
    return [
        Candidate(key=row["pk"], grade=row["grade"], skills=row["skills"], assigned=assigned.get(row["pk"], ""))
        for row in rows
    ]


def _nearest(exercises: QuerySet[Exercise], grade: float) -> list[dict[str, Any]]:
    by_distance = exercises.order_by(
        Abs(F("grade") - grade), "lesson__course__position", "lesson__position", "position"
    )
    return list(by_distance.values("pk", "grade", "skills")[:SHELF])


def _assigned(student: User, now: datetime) -> dict[int, str]:
    """In each assigned lesson the first exercise that has not gone well yet, and the sentence that says so."""
    well = Submission.objects.filter(
        student=student, assessments__counts=True, assessments__overall__gte=SUCCESS_FROM
    ).values("exercise")
    assignments = (
        Assignment.objects.filter(classroom__memberships__user=student, classroom__memberships__role="student")
        .filter(Q(due_on=None) | Q(due_on__gte=now.date() - FORGOTTEN_ASSIGNMENT), lesson__status=Status.PUBLISHED)
        .select_related("lesson")
        .annotate(
            first=Subquery(
                Exercise.objects.filter(lesson=OuterRef("lesson"), status=Status.PUBLISHED, composed_for=None)
                .exclude(pk__in=well)
                .order_by("position", "pk")
                .values("pk")[:1]
            )
        )
    )
    return {row.first: _assignment_sentence(row) for row in assignments if row.first}


def _assignment_sentence(assignment: Assignment) -> str:
    due = assignment.due_on
    return f"Assigned: {assignment.lesson.title}{f', for {due.day} {due:%B}' if due else ''}."


def _write_plan(
    student: User, made_by: str, choices: Sequence[Choice], composed: Sequence[technique.Offer]
) -> PracticePlan:
    User.objects.select_for_update(no_key=True).get(pk=student.pk)  # Two plans at once must not keep one order twice.
    plan = PracticePlan.objects.create(student=student, made_by=made_by)
    offers = {offer.key: offer for offer in composed}
    PlanItem.objects.bulk_create(
        PlanItem(
            plan=plan,
            position=position,
            exercise_id=technique.shelve(student, offers[choice.candidate.key])
            if choice.candidate.key in offers
            else choice.candidate.key,
            reason=choice.reason[:300],
            aimed_at=choice.aimed_at,
            expected=choice.expected,
        )
        for position, choice in enumerate(choices)
    )
    return plan


def _open_items(student: User, plan: int | Subquery) -> list[PlanItem]:
    fits = Q(exercise__origin=Exercise.Origin.COMPOSED, exercise__instrument=student.instrument) | Q(
        exercise__status=Status.PUBLISHED, exercise__composed_for=None
    )
    return list(
        PlanItem.objects.filter(fits, plan=plan, played_as=None)
        .select_related("exercise")
        .defer("exercise__score", "exercise__musicxml")
        .order_by("position")
    )
