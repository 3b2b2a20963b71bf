"""An order for a take -> the take, heard and judged. One process does one take after another."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import lru_cache
from pathlib import Path

from benchmarks.measuring.judged import JudgedTake, judged
from benchmarks.takes import Order, Take, make
from tutor.assess import assess_recording
from tutor.grading.assessment import Assessment
from tutor.grading.rubric import STANDARD
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
    recording = take.wav()
    weights = weights_for(take.instrument)
    began_s = time.process_time()
    try:
        assessment = assess(recording, take, weights)
    except RecordingError as error:
        return judged(take, None, time.process_time() - began_s, refusal=str(error) or type(error).__name__)
    return judged(take, assessment, time.process_time() - began_s)


def assess(recording: bytes, take: Take, weights: object | None) -> Assessment:
    """The whole engine."""
    return assess_recording(recording, take.score, STANDARD)


def weights_for(instrument: str) -> object | None:
    """What was learnt without this instrument and its fold; None: what ships."""
    return None


@lru_cache(maxsize=1)
def _folds() -> dict[str, object]:
    if not FOLD_WEIGHTS.exists():
        return {}
    return dict(json.loads(FOLD_WEIGHTS.read_text("utf-8"))["folds"])
