"""What is not to be offered of itself: exercises of lessons that are locked, and what doesn't suit an instrument.

For many students at once (the night plans thousands), in a constant number of queries. What a teacher assigned is
never closed: whoever asks sees to that."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db.models import Max

from lessons.curriculum.prerequisites import DONE_FROM, suits_player
from lessons.models import Exercise, Prerequisite, Submission, User
from lessons.models.curriculum import Status
from tutor.learner.knowledge import Knowledge

# Lesson -> its exercises and the instruments that each suits.
Held = Mapping[int, Sequence[tuple[int, Sequence[str]]]]


def closed_to(students: Sequence[User], known: Mapping[int, Knowledge], now: datetime) -> dict[int, set[int]]:
    """Student -> exercises. Two queries where no lesson needs anything, else four."""
    choosy = Exercise.objects.filter(status=Status.PUBLISHED, composed_for=None).exclude(instruments=[])
    suits = list(choosy.order_by().values_list("pk", "instruments"))
    found = {one.pk: {pk for pk, names in suits if not suits_player(names, one)} for one in students}
    needs = _needs()
    if needs:
        held, best = _held(needs), _best(students, needs)
        for student in students:
            mine = best[student.pk]
            for lesson, wanted in needs.items():
                exercises = [pk for pk, _names in held[lesson]]
                begun = any(pk in mine for pk in exercises)
                if not begun and not all(_is_met(one, student, held, mine, known, now) for one in wanted):
                    found[student.pk].update(exercises)
    return found


def _needs() -> dict[int, list[Prerequisite]]:
    needs: defaultdict[int, list[Prerequisite]] = defaultdict(list)
    for one in Prerequisite.objects.filter(lesson__status=Status.PUBLISHED).select_related("other"):
        needs[one.lesson_id].append(one)
    return dict(needs)


def _named(needs: Mapping[int, Sequence[Prerequisite]]) -> set[int]:
    return {*needs, *(one.other_id for each in needs.values() for one in each if one.other_id)}


def _held(needs: Mapping[int, Sequence[Prerequisite]]) -> Held:
    held: defaultdict[int, list[tuple[int, Sequence[str]]]] = defaultdict(list)
    rows = Exercise.objects.filter(lesson__in=_named(needs), status=Status.PUBLISHED, composed_for=None)
    for pk, lesson, instruments in rows.order_by().values_list("pk", "lesson", "instruments"):
        held[lesson].append((pk, instruments))
    return held


def _best(students: Sequence[User], needs: Mapping[int, Sequence[Prerequisite]]) -> dict[int, dict[int, float]]:
    """Student -> exercise that they played -> the best grade; 0 where none was heard."""
    best: defaultdict[int, dict[int, float]] = defaultdict(dict)
    takes = Submission.objects.filter(student__in=[one.pk for one in students], exercise__lesson__in=_named(needs))
    rows = takes.order_by().values_list("student", "exercise").annotate(best=Max("assessments__overall"))
    for student, exercise, overall in rows:
        best[student][exercise] = overall or 0.0
    return best


def _is_met(
    need: Prerequisite,
    student: User,
    held: Held,
    mine: Mapping[int, float],
    known: Mapping[int, Knowledge],
    now: datetime,
) -> bool:
    if need.other is not None:
        if need.other.status != Status.PUBLISHED:
            return True
        asked = [pk for pk, names in held.get(need.other.pk, ()) if suits_player(names, student)]
        return all(mine.get(pk, 0.0) >= DONE_FROM for pk in asked)
    return _strength(need.skill, known[student.pk], now) >= need.strength


def _strength(skill: str, known: Knowledge, now: datetime) -> float:
    from lessons.skill_states import NOT_MET, skills_met

    met = [one for one in skills_met(known, now) if one.tag == skill and one.state != NOT_MET]
    return round(100 * met[0].strength) if met else 0.0
