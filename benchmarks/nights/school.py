"""A school of many students, with just what a night's planning reads."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

import numpy as np
from django.utils import timezone

from lessons.models import (
    Assessment,
    Assignment,
    Classroom,
    Course,
    Exercise,
    LearnerState,
    Lesson,
    Membership,
    PracticeLimits,
    SkillEvidence,
    SkillState,
    Submission,
    User,
)
from lessons.models.curriculum import Status
from lessons.practice.hearings import tagging
from lessons.practice.learning import COUNTED, READ
from tutor.learner.ability import update
from tutor.learner.knowledge import Knowledge
from tutor.learner.syllabus import first_grade, skills_up_to

CLASS_SIZE = 25
LESSONS, EXERCISES_A_LESSON = 60, 10
TAKES, DAYS = 8, 14
HISTORIES = 200  # different ones; students share them
INSTRUMENTS = ("violin", "flute", "clarinet", "trumpet", "cello", "soprano", "alto-saxophone", "piano")


def make_school(students: int) -> None:
    rng = random.Random(20261122)
    exercises = _shelf(rng)
    people = _people(students, rng)
    _classes(people)
    _takes(people, exercises, rng)


def _shelf(rng: random.Random) -> list[Exercise]:
    course = Course.objects.create(title="Everything")
    lessons = Lesson.objects.bulk_create(
        Lesson(course=course, title=f"Lesson {number}", position=number, status=Status.PUBLISHED)
        for number in range(LESSONS)
    )
    return Exercise.objects.bulk_create(
        Exercise(
            title=f"Piece {number}",
            lesson=lessons[number // EXERCISES_A_LESSON],
            position=number % EXERCISES_A_LESSON,
            status=Status.PUBLISHED,
            score={},
            grade=round(0.8 + 7.2 * number / (LESSONS * EXERCISES_A_LESSON), 2),
            skills=_skills(0.8 + 7.2 * number / (LESSONS * EXERCISES_A_LESSON), rng),
        )
        for number in range(LESSONS * EXERCISES_A_LESSON)
    )


def _skills(grade: float, rng: random.Random) -> dict[str, int]:
    """What a piece of a grade shows: steps, its key and metre, and ten things more."""
    tags = [tag for tag in skills_up_to(grade) if first_grade(tag) <= grade]
    some = rng.sample(tags, min(10, len(tags)))
    return {"interval:2:up": 12, "interval:2:down": 12, "key:0": 32, "metre:4/4": 32} | {
        tag: rng.randint(2, 10) for tag in some
    }


def _people(students: int, rng: random.Random) -> list[User]:
    return User.objects.bulk_create(
        (
            User(username=f"s{number}", instrument=rng.choice(INSTRUMENTS), level=rng.randint(1, 6))
            for number in range(students)
        ),
        batch_size=500,
    )


def _classes(people: list[User]) -> None:
    rooms = Classroom.objects.bulk_create(
        Classroom(name=f"Class {number}", join_code=f"C{number}") for number in range(-(-len(people) // CLASS_SIZE))
    )
    Membership.objects.bulk_create(
        (Membership(classroom=rooms[place // CLASS_SIZE], user=person) for place, person in enumerate(people)),
        batch_size=500,
    )
    lessons = list(Lesson.objects.all())
    due = timezone.now() + timedelta(days=3)
    Assignment.objects.bulk_create(
        Assignment(classroom=room, lesson=lessons[place % LESSONS], due_at=due) for place, room in enumerate(rooms)
    )
    PracticeLimits.objects.bulk_create(
        PracticeLimits(classroom=room, floor=1.0, ceiling=8.0, focus=["rhythm:tie"]) for room in rooms[::5]
    )


def _takes(people: list[User], exercises: list[Exercise], rng: random.Random) -> None:
    now = timezone.now()
    when = [now - timedelta(days=DAYS * (TAKES - number) / (TAKES + 1)) for number in range(TAKES)]
    histories = [_history(1 + number % 6, exercises, when, rng) for number in range(min(HISTORIES, len(people)))]
    for first in range(0, len(people), 500):
        part = people[first : first + 500]
        _play(part, [histories[_fitting(person, place, len(histories))] for place, person in enumerate(part)], when)


def _fitting(person: User, place: int, histories: int) -> int:
    """A history of somebody of the same level."""
    return (6 * place + person.level - 1) % histories


def _history(
    level: int, exercises: list[Exercise], when: list[datetime], rng: random.Random
) -> tuple[Knowledge, list[tuple[Exercise, dict[str, tuple[int, int]]]]]:
    near = [one for one in exercises if abs(one.grade - level) < 1]
    known, played = Knowledge(level=float(level)), []
    luck = np.random.default_rng(rng.randint(0, 10**9))
    for at in when:
        piece = rng.choice(near)
        said = {tag: (int(luck.binomial(notes, 0.8)), notes) for tag, notes in piece.skills.items()}
        known = update(known, said, piece.grade, at)
        played.append((piece, said))
    return known, played


def _play(people: list[User], histories: list[object], when: list[datetime]) -> None:
    takes, hearings, evidences, states, skills = [], [], [], [], []
    for person, (known, played) in zip(people, histories, strict=True):  # type: ignore[misc]
        states.append(LearnerState(student=person, belief=known.belief.to_bytes(), learnt_to=when[-1]))
        for tag in known.skills:
            row = known.skills[tag]
            skills.append(
                SkillState(student=person, skill=tag, **{name: getattr(row, name) for name in READ + COUNTED})
            )
        for number, (piece, said) in enumerate(played):
            right = sum(right for right, _ in said.values()) / sum(total for _, total in said.values())
            take = Submission(
                student=person,
                exercise=piece,
                idempotency_key=str(number),
                score={},
                tempo_bpm=84,
                state=Submission.State.DONE,
                learned_at=when[-1],
            )
            takes.append(take)
            hearings.append(
                Assessment(
                    submission=take, engine="bench", rubric={}, rubric_digest="bench", result={}, overall=100 * right
                )
            )
            evidences.append((hearings[-1], said))
    Submission.objects.bulk_create(takes, batch_size=200)
    for number, at in enumerate(when):  # As they were played, not as they were made.
        Submission.objects.filter(student__in=people, idempotency_key=str(number)).update(created_at=at)
    Assessment.objects.bulk_create(hearings, batch_size=200)
    SkillEvidence.objects.bulk_create(
        (SkillEvidence(assessment=hearing, said=said, tagging=tagging()) for hearing, said in evidences), batch_size=200
    )
    LearnerState.objects.bulk_create(states, batch_size=200)
    SkillState.objects.bulk_create(skills, batch_size=500)
