"""A class with a long past: forty students, five hundred takes each, hearings in their real shape and size."""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from django.utils import timezone

from lessons.demo import DemoExercise, ladder
from lessons.models import (
    Assessment,
    Classroom,
    Comment,
    Contest,
    Exercise,
    LearnerState,
    Membership,
    Ruling,
    SkillEvidence,
    SkillState,
    StudentGroup,
    Submission,
    User,
)
from lessons.models.curriculum import Status
from lessons.practice.hearings import tagging
from lessons.practice.learning import COUNTED, READ
from tutor.composing.skills import tag
from tutor.learner.ability import update
from tutor.learner.evidence import Evidence
from tutor.learner.knowledge import Knowledge
from tutor.notation.score import Score

DAYS = 300
# What is known of a student hangs on their last takes; older ones only fill the tables.
LEARNT_TAKES = 120
NAMES = ("Ada", "Ben", "Cleo", "Dan", "Eva", "Finn", "Gwen", "Hugo", "Ida", "Jack", "Kim", "Leo", "Mia", "Ned")
SURNAMES = ("Adler", "Brook", "Castle", "Dean")
INSTRUMENTS = ("violin", "flute", "clarinet", "trumpet", "cello")
CAUSES = ("key_signature", "wrong_notes", "left_out", "rushing", "late", "sharp_on_high", "dotted_squared_off", "noisy")
HOP_S = 0.0116


def make_class(students: int, takes: int, *, teacher: str = "ms_clark") -> Classroom:
    """`takes` of all together. The same each time, up to the moment it is made."""
    rng = random.Random(20261123)
    # A take is as old as the class says, not as the row.
    Submission._meta.get_field("created_at").auto_now_add = False
    room = Classroom.objects.create(name="Thursday strings")
    clark, _ = User.objects.get_or_create(username=teacher, defaults={"first_name": "Joan", "last_name": "Clark"})
    Membership.objects.create(classroom=room, user=clark, role=Membership.Role.TEACHER)
    people = [_person(number, rng) for number in range(students)]
    Membership.objects.bulk_create(Membership(classroom=room, user=person) for person in people)
    for number, name in enumerate(("First violins", "Second violins")):
        StudentGroup.objects.create(classroom=room, name=name).members.set(people[number::4])
    pieces = [_Piece(item, rng) for item in ladder()]
    for number, person in enumerate(people):
        _past(person, number, takes // students, pieces, clark, rng)
    return room


class _Piece:
    """An exercise with a few ways of playing it, heard once and for all."""

    def __init__(self, item: DemoExercise, rng: random.Random) -> None:
        self.score = item.score
        self.exercise = Exercise.objects.create(
            title=item.title,
            score=item.score.to_dict(),
            tempo_bpm=item.tempo_bpm,
            grade=item.grade,
            status=Status.PUBLISHED,
        )
        self.tags = tag(self.score)
        self.versions = [self._heard(rng, wrong) for wrong in (0.0, 0.05, 0.1, 0.2, 0.4)]
        self.trace = _trace(self.score, item.tempo_bpm, rng)

    def _heard(self, rng: random.Random, wrong: float) -> tuple[list[dict[str, Any]], Evidence]:
        notes = [_note(note, self.exercise.tempo_bpm, rng, wrong) for note in self.score.notes]
        said: dict[str, list[int]] = {}
        for note in notes:
            for name in self.tags[note["id"]]:
                counts = said.setdefault(name, [0, 0])
                counts[0] += note["verdict"] == "correct"
                counts[1] += 1
        return notes, {name: (right, total) for name, (right, total) in said.items()}


def _note(note: Any, bpm: float, rng: random.Random, wrong: float) -> dict[str, Any]:
    off = rng.random() < wrong
    return {
        "id": note.id,
        "pitch": note.pitch,
        "onset_beat": float(note.onset_beat),
        "duration_beat": float(note.duration_beat),
        "verdict": "wrong" if off else "correct",
        "faults": [{"kind": "pitch", "amount": 1.0}] if off else [],
        "heard_pitch": note.pitch + off + rng.gauss(0, 0.08),
        "cents": rng.gauss(0, 8),
        "onset_s": float(note.onset_beat) * 60 / bpm + rng.gauss(0, 0.02),
        "onset_error_ms": rng.gauss(0, 20),
        "duration_ratio": rng.gauss(0.95, 0.05),
        "confidence": round(rng.uniform(0.93, 1.0), 4),
        "reason": "",
        "level_db": rng.gauss(-3, 2),
    }


def _trace(score: Score, bpm: float, rng: random.Random) -> dict[str, Any]:
    hops = int(float(score.duration_beat) * 60 / bpm / HOP_S)
    return {
        "hop_s": HOP_S,
        "midi": [round(rng.uniform(60, 76), 2) for _ in range(hops)],
        "level_db": [round(rng.uniform(-40, -10), 1) for _ in range(hops)],
    }


def _person(number: int, rng: random.Random) -> User:
    return User.objects.create(
        username=f"student{number}",
        first_name=NAMES[number % len(NAMES)],
        last_name=SURNAMES[number // len(NAMES) % len(SURNAMES)],
        instrument=INSTRUMENTS[number % len(INSTRUMENTS)],
        level=rng.randint(1, 4),
    )


def _past(person: User, number: int, takes: int, pieces: list[_Piece], teacher: User, rng: random.Random) -> None:
    near = [one for one in pieces if abs(one.exercise.grade - person.level) < 1.6] or pieces
    moments = _moments(number, takes, rng)
    played = [(at, rng.choice(near), _version(rng, number)) for at in moments]
    submissions = [_take(person, place, *one) for place, one in enumerate(played)]
    Submission.objects.bulk_create(submissions, batch_size=100)
    hearings = [
        _hearing(take, place, len(played), piece, version, _mood(number), rng)
        for place, (take, (_, piece, version)) in enumerate(zip(submissions, played, strict=True))
    ]
    Assessment.objects.bulk_create(hearings, batch_size=100)
    SkillEvidence.objects.bulk_create(
        (
            SkillEvidence(assessment=hearing, said=piece.versions[version][1], tagging=tagging())
            for hearing, (_, piece, version) in zip(hearings, played, strict=True)
        ),
        batch_size=500,
    )
    _said_about(submissions, hearings, number, teacher, rng)
    _learnt(person, played[-LEARNT_TAKES:])


def _version(rng: random.Random, number: int) -> int:
    """Every student errs, some more than others."""
    return min(4, max(0, round(rng.gauss(1 + number % 3, 0.9))))


def _moments(number: int, takes: int, rng: random.Random) -> list[datetime]:
    """Somebody in ten stopped two weeks ago."""
    now = timezone.now() - timedelta(days=15 if number % 10 == 7 else 0)
    return sorted(now - timedelta(days=DAYS * rng.random() ** 1.3, minutes=5) for _ in range(takes))


def _take(person: User, place: int, at: datetime, piece: _Piece, version: int) -> Submission:
    return Submission(
        student=person,
        exercise=piece.exercise,
        idempotency_key=str(place),
        instrument=person.instrument,
        score=piece.exercise.score,
        tempo_bpm=piece.exercise.tempo_bpm,
        recording="recordings/none.wav",
        content_type="audio/wav",
        duration_s=float(piece.score.duration_beat) * 60 / piece.exercise.tempo_bpm,
        state=Submission.State.DONE,
        created_at=at,
        graded_at=at,
        learned_at=at,
    )


def _mood(number: int) -> str:
    """What the newest takes of some students show."""
    return {3: "stuck", 5: "unheard", 8: "unsure"}.get(number % 10, "")


def _hearing(
    take: Submission, place: int, takes: int, piece: _Piece, version: int, mood: str, rng: random.Random
) -> Assessment:
    notes, said = piece.versions[version]
    newest = place >= takes - 4
    codes = rng.sample(CAUSES, 2) if version else []
    if mood == "stuck" and newest:
        codes = [CAUSES[place % 2], "dotted_squared_off"]
    elif mood:
        codes = codes[:1]
    right = sum(one for one, _ in said.values()) / max(1, sum(total for _, total in said.values()))
    return Assessment(
        submission=take,
        engine="benchmark/1",
        rubric={"name": "standard"},
        rubric_digest="benchmark",
        result=_result(notes, codes, take.duration_s),
        trace=piece.trace,
        overall=round(100 * right, 1),
        note_count=len(notes),
        not_heard=len(notes) // 3 if mood == "unheard" and newest else 0,
        confidence=0.71 if mood == "unsure" and newest else 0.97,
        causes=codes,
    )


def _result(notes: list[dict[str, Any]], codes: list[str], duration_s: float | None) -> Mapping[str, Any]:
    text = "Bars 2 and 5: five notes came late. Be ready before the beat."
    return {
        "engine": "benchmark/1",
        "grade": dict.fromkeys(("overall", "pitch", "intonation", "rhythm", "tempo", "completeness"), 90.0),
        "tuning_cents": 3.0,
        "tempo_bpm": 84.0,
        "notes": notes,
        "extras": [],
        "restarts": [],
        "causes": [{"code": code, "text": text, "notes": [one["id"] for one in notes[:5]]} for code in codes],
        "rubric": "standard",
        "noise_dbfs": -70.0,
        "played_share": 0.8,
        "duration_s": duration_s,
        "latency": None,
    }


def _said_about(
    takes: list[Submission], hearings: list[Assessment], number: int, teacher: User, rng: random.Random
) -> None:
    """A word on one take in eight, a ruling on one in fifty, and here and there a note contested."""
    comments = [Comment(submission=take, author=teacher, text="Slower, please.") for take in takes[:-8:8]]
    Comment.objects.bulk_create(comments)
    Ruling.objects.bulk_create(
        Ruling(assessment=one, note_id=one.result["notes"][0]["id"], verdict="correct", ruled_by=teacher)
        for one in hearings[:-8:50]
    )
    if number % 9 == 0:
        note = rng.choice(hearings[-1].result["notes"])["id"]
        Contest.objects.create(assessment=hearings[-1], note_id=note, why="I did play it in time.")


def _learnt(person: User, played: list[tuple[datetime, _Piece, int]]) -> None:
    known = Knowledge(level=float(person.level))
    luck = np.random.default_rng(person.pk)
    for at, piece, version in played:
        said = piece.versions[version][1]
        heard = {
            name: (int(luck.binomial(total, max(0.3, right / total))), total) for name, (right, total) in said.items()
        }
        known = update(known, heard, piece.exercise.grade, at)
    if not played:
        return
    LearnerState.objects.create(student=person, belief=known.belief.to_bytes(), learnt_to=played[-1][0])
    SkillState.objects.bulk_create(
        SkillState(student=person, skill=name, **{field: getattr(one, field) for field in READ + COUNTED})
        for name, one in known.skills.items()
    )
