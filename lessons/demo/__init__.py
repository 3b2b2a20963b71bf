"""The demo school's ladder: courses of lessons of real tunes and our own exercises, easiest first.

To add one, write it into the nearest .abc file; its difficulty is measured, not claimed.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from lessons.demo.little_abc import Tune, score_of, tunes
from tutor.composing.difficulty import difficulty
from tutor.notation.score import Score


@dataclass(frozen=True, slots=True)
class DemoExercise:
    """One exercise and where it belongs; `intended_grade` is its course's, `grade` is measured."""

    course: str
    course_summary: str
    lesson: str
    lesson_text: str
    title: str
    score: Score
    tempo_bpm: int
    source: str
    grade: float
    intended_grade: int
    published: bool = True
    unit: str = ""


def ladder() -> list[DemoExercise]:
    """All demo exercises in teaching order."""
    files = sorted(Path(__file__).parent.glob("*.abc"))
    return [_exercise(tune) for file in files for tune in tunes(file.read_text(encoding="utf-8"))]


def _exercise(tune: Tune) -> DemoExercise:
    score = score_of(tune)
    composer = tune.fields.get("C", "")
    return DemoExercise(
        course=tune.notes["course"],
        course_summary=tune.notes["summary"],
        lesson=tune.notes["lesson"],
        lesson_text=tune.notes["text"],
        title=tune.fields["T"],
        score=score,
        tempo_bpm=round(score.bpm),
        source=f"{composer}: {tune.fields['S']}" if composer else tune.fields["S"],
        grade=difficulty(score),
        intended_grade=int(tune.notes["grade"]),
        unit=tune.notes.get("unit", ""),
    )
