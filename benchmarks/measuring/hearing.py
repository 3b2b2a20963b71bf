"""An order for a take -> the take, heard and judged. One process does one take after another."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any
from unittest.mock import patch

from benchmarks.measuring.judged import JudgedTake, judged
from benchmarks.takes import FOLDS, Order, Take, make
from tutor.assess import assess_recording
from tutor.grading.assessment import Assessment
from tutor.grading.models import EARLY, LATE, Models
from tutor.grading.rubric import STANDARD
from tutor.grading.understanding import Understanding, understand
from tutor.listening.errors import RecordingError

FOLD_WEIGHTS = Path(__file__).parents[1] / "ear_folds.json"


def hear_all(orders: Sequence[Order], *, jobs: int = 1) -> Iterator[JudgedTake]:
    """In the order of `orders`."""
    if jobs == 1:
        yield from map(hear, orders)
        return
    with ProcessPoolExecutor(jobs) as pool:
        yield from pool.map(hear, orders, chunksize=4)


def hear(order: Order) -> JudgedTake:
    """Make the take and hear it."""
    return hear_take(make(order))


def hear_take(take: Take) -> JudgedTake:
    """What the engine says of a take, with weights that never met the instrument where there are such."""
    recording, weights = take.wav(), weights_for(take.instrument)
    began_s = time.process_time()
    try:
        with _overheard() as understandings:
            assessment = assess(recording, take, weights)
    except RecordingError as error:
        return judged(take, None, time.process_time() - began_s, refusal=str(error) or type(error).__name__)
    return judged(take, assessment, time.process_time() - began_s, _off_time_chances(understandings))


def assess(recording: bytes, take: Take, weights: Models | None) -> Assessment:
    """The whole engine."""
    return assess_recording(recording, take.score, STANDARD, learnt=weights)


def weights_for(instrument: str) -> Models | None:
    """What was learnt without this instrument and its fold; None, the ones that ship, where there are no such."""
    return _folds().get(FOLDS.get(instrument, -1))


@lru_cache(maxsize=1)
def _folds() -> dict[int, Models]:
    if not FOLD_WEIGHTS.exists():
        return {}
    sets = json.loads(FOLD_WEIGHTS.read_text("utf-8"))["folds"]
    return {int(fold): Models.from_dict(data) for fold, data in sets.items()}


@contextmanager
def _overheard() -> Iterator[list[Understanding | None]]:
    """What the engine understood on the way to its assessment, which keeps the likeliest kind of each note only."""
    kept: list[Understanding | None] = []

    def listening(*args: Any, **options: Any) -> Understanding | None:
        kept.append(understand(*args, **options))
        return kept[-1]

    with patch("tutor.assess.understand", listening):
        yield kept


def _off_time_chances(understandings: list[Understanding | None]) -> list[tuple[float, float]] | None:
    """How likely each note is late, and how likely early."""
    if not understandings or understandings[-1] is None:
        return None
    chances = understandings[-1].chances
    return [(float(row[LATE]), float(row[EARLY])) for row in chances]
