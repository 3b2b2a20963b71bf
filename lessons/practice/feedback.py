"""What students say of an exercise: too easy, too hard. Taken at their word at once, and for a few takes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from lessons.models import Exercise, PracticeFeedback, User
from tutor.composing.choice import Played
from tutor.composing.wishes import TOO_EASY, TOO_HARD

A_WORD_HOLDS = timedelta(hours=12)
TAKES_A_WORD_HOLDS = 3  # after that the takes themselves say how it goes
STEP_GRADES = 0.3


@dataclass(frozen=True, slots=True)
class Word:
    """What a student said last, and of what. Fresh until they have played again; then it only keeps what comes next
    from going back at once."""

    said: str
    of: Played
    fresh: bool

    @property
    def is_too_hard(self) -> bool:
        return self.said == TOO_HARD

    @property
    def limit(self) -> float:
        """The grade that what comes next must not go over, or under."""
        return self.of.grade - STEP_GRADES if self.is_too_hard else self.of.grade + STEP_GRADES


def say(student: User, exercise: Exercise, said: str) -> PracticeFeedback:
    return PracticeFeedback.objects.create(student=student, exercise=exercise, said=said, grade=exercise.grade)


def words_of(students: Collection[int], played_at: Mapping[int, Sequence[datetime]], now: datetime) -> dict[int, Word]:
    """Student -> the word that still stands, in one query. `played_at`: when each played last, newest first."""
    rows: defaultdict[int, list[PracticeFeedback]] = defaultdict(list)
    said = PracticeFeedback.objects.filter(student__in=students, created_at__gt=now - A_WORD_HOLDS)
    for row in said.select_related("exercise").only("student_id", "said", "grade", "created_at", "exercise__skills"):
        rows[row.student_id].append(row)
    found = {student: _standing(newest_first[0], played_at.get(student, ())) for student, newest_first in rows.items()}
    return {student: word for student, word in found.items() if word}


def _standing(row: PracticeFeedback, played_at: Sequence[datetime]) -> Word | None:
    played_since = sum(at > row.created_at for at in played_at)
    if played_since >= TAKES_A_WORD_HOLDS:
        return None
    skills = row.exercise.skills if row.exercise else {}
    said = TOO_HARD if row.said == PracticeFeedback.Said.TOO_HARD else TOO_EASY
    return Word(said, Played(key=row.exercise_id, grade=row.grade, skills=skills), fresh=not played_since)
