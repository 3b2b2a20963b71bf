"""Tapped exams: the hand-corrected onsets graded as they are, and then clapped, tapped and heard."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from benchmarks.people.hands import clap
from benchmarks.people.jurors import agreement, among_themselves, majority_of
from benchmarks.people.recordings import RECORDINGS, score_of, wav
from tutor.assess import assess_recording
from tutor.grading.assessment import Assessment
from tutor.grading.rhythm_only import assess_clapped
from tutor.grading.rubric import RUBRICS
from tutor.listening.errors import NothingHeard
from tutor.notation.score import Score

ONSET_TOLERANCE_S = 0.03
LEAD_S = 0.5
ROOMS: dict[str, dict[str, Any]] = {
    "clapped": {},
    "clapped, noise": {"noise_db": -45.0},
    "clapped, hall": {"reverb_s": 1.5},
    "tapped, room": {"tap": True, "reverb_s": 0.6, "noise_db": -50.0},
}
Take = dict[str, Any]
Patterns = dict[str, tuple[Score, float]]


def run(every: int = 1) -> dict[str, Any]:
    """Rows: what was graded, and how near it came to the jury."""
    takes: list[Take] = json.loads((RECORDINGS / "tapped_rhythms" / "onsets.json").read_text("utf-8"))
    patterns = _patterns(takes)
    played = [take for take in takes if take["kind"] == "performance" and take["pattern"] in patterns]
    jurors = [[int(grade) for grade in take["grades"]] for take in played]
    error, equal = among_themselves(jurors)
    rows = [
        {"what": "two judges among themselves", "mean_error": error, "accuracy": equal},
        _row("onsets as given", played, [_graded(take, patterns) for take in played]),
    ]
    rows += [_heard_row(room, played[::every], patterns) for room in ROOMS]
    return {"takes": len(played), "patterns": len({take["pattern"] for take in played}), "rows": rows}


def _patterns(takes: Sequence[Take]) -> Patterns:
    """pattern -> (its rhythm, the tempo it was shown at): what its references have in common."""
    shown: dict[str, list[list[float]]] = defaultdict(list)
    for take in takes:
        if take["kind"] == "reference":
            shown[take["pattern"]].append(np.diff(take["onsets_s"]).tolist())
    return {name: _pattern(references) for name, references in shown.items()}


def _pattern(references: Sequence[Sequence[float]]) -> tuple[Score, float]:
    usual = Counter(map(len, references)).most_common(1)[0][0]
    intervals = np.array([one for one in references if len(one) == usual])
    whole_s = float(np.median(intervals.sum(axis=1)))
    lengths = np.median(intervals / intervals.sum(axis=1, keepdims=True), axis=0)
    lengths /= np.median(lengths)
    bpm = 60.0 * float(lengths.sum()) / whole_s
    return score_of([71] * (usual + 1), [*lengths, 1.0], bpm=bpm), bpm


def _graded(take: Take, patterns: Patterns) -> Assessment:
    score, bpm = patterns[take["pattern"]]
    return assess_clapped(take["onsets_s"], score, RUBRICS["clapping"], bpm=bpm)


def _heard_row(room: str, played: Sequence[Take], patterns: Patterns) -> dict[str, Any]:
    """Through sound: the whole ear."""
    assessments, hits, struck, heard = [], 0, 0, 0
    for number, take in enumerate(played):
        score, bpm = patterns[take["pattern"]]
        recording = wav(clap(take["onsets_s"], seed=number, lead_s=LEAD_S, **ROOMS[room]))
        assessment = _or_nothing(lambda rec=recording, sc=score, tempo=bpm: _assess(rec, sc, tempo))
        assessments.append(assessment)
        truth_s = np.array(take["onsets_s"]) + LEAD_S
        onsets_s = _onsets_s(assessment)
        hits += _hits(truth_s, onsets_s)
        struck, heard = struck + len(truth_s), heard + len(onsets_s)
    return _row(room, played, assessments) | {"onset_f1": 2 * hits / max(struck + heard, 1)}


def _assess(recording: bytes, score: Score, bpm: float) -> Assessment:
    return assess_recording(recording, score, RUBRICS["clapping"], None, bpm=bpm)


def _or_nothing(assess: Callable[[], Assessment]) -> Assessment | None:
    try:
        return assess()
    except NothingHeard:
        return None


def _onsets_s(assessment: Assessment | None) -> list[float]:
    """All that the ear counts as a stroke. Of a passage that was repeated it keeps one."""
    if assessment is None:
        return []
    struck = [note.onset_s for note in assessment.notes if note.onset_s is not None]
    return sorted([*struck, *(extra.onset_s for extra in assessment.extras)])


def _hits(truth_s: np.ndarray, heard_s: Sequence[float]) -> int:
    """Strokes heard in time, each once. They lie so far apart that the first that fits is the right one."""
    left, hits = list(heard_s), 0
    for onset_s in truth_s:
        near = [one for one in left if abs(one - onset_s) <= ONSET_TOLERANCE_S]
        if near:
            left.remove(min(near, key=lambda one: abs(one - onset_s)))
            hits += 1
    return hits


def _row(what: str, played: Sequence[Take], assessments: Sequence[Assessment | None]) -> dict[str, Any]:
    marks = [0.0 if one is None else one.grade.overall or 0.0 for one in assessments]
    found = agreement(
        marks,
        [majority_of([int(grade) for grade in take["grades"]]) for take in played],
        [take["jury"] == "pass" for take in played],
        [take["pattern"] for take in played],
    )
    return {"what": what, **asdict(found)}
