"""Rows to test with. Music and results have their real shapes: a test of the page sees what the engine makes."""

from __future__ import annotations

import io
import wave
from collections.abc import Iterable, Mapping
from datetime import timedelta
from fractions import Fraction
from typing import Any

import factory
import numpy as np
from django.core.files.base import ContentFile
from django.utils import timezone
from factory.django import DjangoModelFactory

from lessons import models
from lessons.hearing_brief import brief_of
from tutor.grading import assessment as heard
from tutor.notation.score import Bar, Key, Metre, Pitch, Score, Symbol


def melody(pitches: str, *, fifths: int = 0, bpm: float = 84.0, title: str = "A scale", beats: int = 4) -> Score:
    """Quarter notes from names: `melody("C4 D4 E4 F#4 r G4")`; r is a rest, and rests fill the last bar.
    Ids are n1, n2, …"""
    names = pitches.split()
    names += ["r"] * (-len(names) % beats)
    symbols = tuple(
        Symbol(id=f"n{number}", onset_beat=Fraction(number - 1), duration_beat=Fraction(1), pitch=_pitch(name))
        for number, name in enumerate(names, start=1)
    )
    bars = tuple(Bar(number + 1, Fraction(number * beats), Fraction(beats)) for number in range(len(symbols) // beats))
    return Score(symbols, bars, (Key(Fraction(0), fifths),), (Metre(Fraction(0), beats, 4),), bpm=bpm, title=title)


def c_major_scale() -> Score:
    return melody("C4 D4 E4 F4 G4 A4 B4 C5", title="C major, one octave")


def _pitch(name: str) -> Pitch | None:
    if name == "r":
        return None
    alter = name.count("#") - name[1:].count("b")
    return Pitch(octave=int(name[-1]), step=name[0], alter=alter)


def tone_wav(duration_s: float = 1.0, f0_hz: float = 440.0, rate_hz: int = 8000) -> bytes:
    """A quiet sine as a WAV file: real enough to decode."""
    times = np.arange(int(duration_s * rate_hz)) / rate_hz
    samples = (8000 * np.sin(2 * np.pi * f0_hz * times)).astype("<i2")
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(rate_hz)
        out.writeframes(samples.tobytes())
    return file.getvalue()


class UserFactory(DjangoModelFactory[models.User]):
    class Meta:
        model = models.User

    username = factory.Sequence(lambda number: f"person{number}")
    email = factory.LazyAttribute(lambda person: f"{person.username}@example.org")


class _MemberFactory(UserFactory):
    class Meta:
        abstract = True

    role = models.Membership.Role.STUDENT  # In the class, if one is given; no field of the person.

    @classmethod
    def _create(cls, model_class: Any, *args: Any, **kwargs: Any) -> models.User:
        classroom, role = kwargs.pop("classroom", None), kwargs.pop("role")
        user = super()._create(model_class, *args, **kwargs)
        if classroom is not None:
            models.Membership.objects.create(classroom=classroom, user=user, role=role)
        return user


class StudentFactory(_MemberFactory):
    """`StudentFactory(classroom=…)` is in that class."""

    instrument = "violin"


class TeacherFactory(_MemberFactory):
    """`TeacherFactory(classroom=…)` teaches that class."""

    role = models.Membership.Role.TEACHER


class ClassroomFactory(DjangoModelFactory[models.Classroom]):
    class Meta:
        model = models.Classroom

    name = factory.Sequence(lambda number: f"Class {number}")


class CourseFactory(DjangoModelFactory[models.Course]):
    class Meta:
        model = models.Course

    title = factory.Sequence(lambda number: f"Course {number}")
    status = models.curriculum.Status.PUBLISHED


class LessonFactory(DjangoModelFactory[models.Lesson]):
    class Meta:
        model = models.Lesson

    course = factory.SubFactory(CourseFactory)
    title = factory.Sequence(lambda number: f"Lesson {number}")
    status = models.curriculum.Status.PUBLISHED


class ExerciseFactory(DjangoModelFactory[models.Exercise]):
    """A published scale. `ExerciseFactory(music=melody("G4 A4 …"))` for other music."""

    class Meta:
        model = models.Exercise

    class Params:
        music = factory.LazyFunction(c_major_scale)

    title = factory.LazyAttribute(lambda exercise: exercise.music.title)
    status = models.curriculum.Status.PUBLISHED
    score = factory.LazyAttribute(lambda exercise: exercise.music.to_dict())
    tempo_bpm = 84


class AssignmentFactory(DjangoModelFactory[models.Assignment]):
    """An exercise for a class, open since yesterday. `AssignmentFactory(lesson=…)`, `(students=[ada])`, `(group=…)`."""

    class Meta:
        model = models.Assignment

    classroom = factory.SubFactory(ClassroomFactory)
    opens_at = factory.LazyFunction(lambda: timezone.now() - timedelta(days=1))

    @classmethod
    def _create(cls, model_class: Any, *args: Any, **kwargs: Any) -> models.Assignment:
        students = kwargs.pop("students", None)
        if not {"lesson", "exercise", "order"} & kwargs.keys():
            kwargs["exercise"] = ExerciseFactory()
        if students is not None:
            kwargs["audience"] = "students"
        made = super()._create(model_class, *args, **kwargs)
        made.students.set(students or ())
        return made


class SubmissionFactory(DjangoModelFactory[models.Submission]):
    """A take just received, its recording on disk. `graded()` below makes one that was heard."""

    class Meta:
        model = models.Submission

    class Params:
        sound = factory.LazyFunction(tone_wav)

    student = factory.SubFactory(StudentFactory)
    exercise = factory.SubFactory(ExerciseFactory)
    idempotency_key = factory.Sequence(lambda number: f"key-{number}")
    instrument = factory.LazyAttribute(lambda take: take.student.instrument)
    score = factory.LazyAttribute(lambda take: take.exercise.score)
    tempo_bpm = 84.0
    recording = factory.LazyAttribute(lambda take: ContentFile(take.sound, name="take.wav"))
    content_type = "audio/wav"
    claimed_duration_s = 1.0


class AssessmentFactory(DjangoModelFactory[models.Assessment]):
    parts = factory.LazyAttribute(lambda one: brief_of(one.heard)["parts"])
    """One hearing. `AssessmentFactory(submission=…, faulty={"n3": "wrong", "n5": "missing"})`; the rest is right."""

    class Meta:
        model = models.Assessment

    class Params:
        faulty: Mapping[str, str] = {}
        heard = factory.LazyAttribute(lambda one: heard_as(one.submission.as_score(), one.faulty))

    submission = factory.SubFactory(SubmissionFactory)
    engine = "test-ear/1"
    rubric = factory.LazyFunction(lambda: _rubric().to_dict())
    rubric_digest = factory.LazyFunction(lambda: _rubric().digest)
    result = factory.LazyAttribute(lambda one: one.heard.to_dict())
    trace = factory.LazyFunction(
        lambda: {"hop_s": 0.01, "midi": [60.0, 60.02, None], "level_db": [-20.0, -21.0, -60.0]}
    )
    overall = factory.LazyAttribute(lambda one: one.heard.grade.overall)
    note_count = factory.LazyAttribute(lambda one: brief_of(one.heard)["note_count"])
    not_heard = factory.LazyAttribute(lambda one: brief_of(one.heard)["not_heard"])
    confidence = factory.LazyAttribute(lambda one: brief_of(one.heard)["confidence"])
    causes = factory.LazyAttribute(lambda one: brief_of(one.heard)["causes"])

    @classmethod
    def _create(cls, model_class: Any, *args: Any, **kwargs: Any) -> models.Assessment:
        """The newest counts, as it does in a school."""
        models.Assessment.objects.filter(submission=kwargs["submission"]).update(counts=False)
        return super()._create(model_class, *args, **kwargs)


def graded(faulty: Mapping[str, str] | None = None, **submission: Any) -> models.Submission:
    """A take that was heard and graded."""
    take = SubmissionFactory(**{"state": models.Submission.State.DONE, "graded_at": timezone.now(), **submission})
    AssessmentFactory(submission=take, faulty=faulty or {})
    return take


def heard_as(score: Score, faulty: Mapping[str, str] = {}) -> heard.Assessment:
    """What the engine would say of a take in time, with these notes' verdicts and all others right."""
    notes = tuple(_verdict(note, faulty.get(note.id, heard.CORRECT), 60 / score.bpm) for note in score.notes)
    played = [note for note in notes if note.verdict != heard.NOT_HEARD]
    return heard.Assessment(
        engine="test-ear/1",
        grade=heard.Grade(
            overall=_share(played, (heard.CORRECT,)),
            pitch=_share([note for note in played if note.verdict != heard.MISSING], (heard.CORRECT,)),
            intonation=100.0,
            rhythm=100.0,
            tempo=100.0,
            completeness=_share(played, (heard.CORRECT, heard.WRONG)),
        ),
        tuning_cents=3.0,
        tempo_bpm=score.bpm,
        notes=notes,
        played_share=1.0,
        duration_s=float(score.duration_beat) * 60 / score.bpm,
    )


def _verdict(note: Any, verdict: str, beat_s: float) -> heard.NoteVerdict:
    sounded = verdict in (heard.CORRECT, heard.WRONG)
    off = 1.0 if verdict == heard.WRONG else 0.0
    return heard.NoteVerdict(
        id=note.id,
        pitch=note.pitch,
        onset_beat=note.onset_beat,
        duration_beat=note.duration_beat,
        verdict=verdict,
        faults=(heard.Fault("pitch", off),) if off else (),
        heard_pitch=note.pitch + off if sounded else None,
        cents=100 * off if sounded else None,
        onset_s=note.onset_beat * beat_s if sounded else None,
        onset_error_ms=0.0 if sounded else None,
        duration_ratio=1.0 if sounded else None,
        confidence=0.9,
        reason="noise" if verdict == heard.NOT_HEARD else "",
    )


def _share(notes: Iterable[heard.NoteVerdict], good: tuple[str, ...]) -> float | None:
    verdicts = [note.verdict for note in notes]
    return round(100 * sum(verdict in good for verdict in verdicts) / len(verdicts), 1) if verdicts else None


def _rubric() -> Any:
    from tutor.grading.rubric import get_rubric

    return get_rubric("standard")
