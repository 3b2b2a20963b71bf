"""Sung exams: a voice that follows each candidate's f0, heard by the whole ear, beside the jury's grades."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from benchmarks.people.jurors import agreement, among_themselves
from benchmarks.people.recordings import RECORDINGS, score_of, wav
from benchmarks.people.voices import sing
from tutor.assess import assess_recording
from tutor.grading.assessment import Assessment
from tutor.grading.jury import mark_line, mark_verdicts
from tutor.grading.rubric import RUBRICS
from tutor.listening.errors import RecordingError
from tutor.notation.instruments import INSTRUMENTS
from tutor.notation.score import Score

FOLDER = RECORDINGS / "sung_melodies"
HOP_S = 0.00580499
# What the candidates heard: the piano plays the melodies at 140 to 228 quarters a minute, mostly near 200.
PIANO_BPM = 200.0
JURORS = 5
Row = dict[str, str]


def run(every: int = 1) -> dict[str, Any]:
    """Rows: which grade, and how near it came to the jury. Only melodies whose notes are known."""
    targets = json.loads((FOLDER / "targets.json").read_text("utf-8"))
    with (FOLDER / "grades.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["kind"] == "performance" and row["melody"] in targets]
    scores = {name: _score(target) for name, target in targets.items()}
    rows = rows[::every]
    assessments = _heard(rows, scores)
    error, equal = among_themselves(
        [[float(row[f"grade_{number}"] or "nan") for number in range(1, JURORS + 1)] for row in rows]
    )
    return {
        "takes": len(rows),
        "melodies": len({row["melody"] for row in rows}),
        "rows": [
            {"what": "two judges among themselves", "mean_error": error, "accuracy": equal},
            _row("as the exam rubric grades", rows, [_overall(one) for one in assessments]),
            _row("the jury's formula on the verdicts", rows, [_by_verdicts(one) for one in assessments]),
            _row(
                "the jury's formula on the line of the voice",
                rows,
                [_by_line(one, scores[row["melody"]]) for one, row in zip(assessments, rows, strict=True)],
            ),
        ],
        "heard": _heard_of(rows, assessments),
    }


def _score(target: dict[str, Any]) -> Score:
    beats = [length_s * target["bpm"] / 60 for length_s in target["duration_s"]]
    return score_of([int(pitch) for pitch in target["midi"]], beats, bpm=PIANO_BPM)


def _heard(rows: Sequence[Row], scores: dict[str, Score]) -> list[Assessment | None]:
    heard: list[Assessment | None] = []
    with np.load(FOLDER / "f0_hz.npz") as f0_hz:
        for number, row in enumerate(rows):
            recording = wav(sing(f0_hz[row["name"]].astype(float), HOP_S, seed=number))
            try:
                score = scores[row["melody"]]
                heard.append(assess_recording(recording, score, RUBRICS["exam"], None, instrument=INSTRUMENTS["voice"]))
            except RecordingError:
                heard.append(None)
    return heard


def _overall(assessment: Assessment | None) -> float:
    return 0.0 if assessment is None else assessment.grade.overall or 0.0


def _by_verdicts(assessment: Assessment | None) -> float:
    return 0.0 if assessment is None else mark_verdicts(assessment.notes).overall


def _by_line(assessment: Assessment | None, score: Score) -> float:
    return 0.0 if assessment is None or assessment.trace is None else mark_line(score.notes, assessment.trace).overall


def _row(what: str, rows: Sequence[Row], marks: Sequence[float]) -> dict[str, Any]:
    found = agreement(
        marks,
        [float(row["majority"] or "nan") for row in rows],
        [row["jury"] == "pass" for row in rows],
        [row["melody"] for row in rows],
    )
    return {"what": what, **asdict(found)}


def _heard_of(rows: Sequence[Row], assessments: Sequence[Assessment | None]) -> list[dict[str, Any]]:
    """By the jury's grade: which share of the notes was called right, and how often the ear thought of a restart."""
    out = []
    for grade in "1234":
        takes = [
            one for one, row in zip(assessments, rows, strict=True) if one is not None and row["majority"][:1] == grade
        ]
        notes = [note.verdict for one in takes for note in one.notes]
        if notes:
            out.append(
                {
                    "grade": int(grade),
                    "takes": len(takes),
                    "right": notes.count("correct") / len(notes),
                    "not_heard": notes.count("not_heard") / len(notes),
                    "restarts_a_take": float(np.mean([len(one.restarts) for one in takes])),
                    "extras_a_take": float(np.mean([len(one.extras) for one in takes])),
                }
            )
    return out
