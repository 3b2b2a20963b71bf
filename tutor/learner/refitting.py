"""The learner's numbers, estimated anew from a school's own takes.

Difficulties of exercises, how hard each skill is beyond the grade, and the parameters are those under which what was
played would have been forecast best, one take ahead (the likelihood of the forecasts, never of a fit to the past). A
fifth of the students is held out: what does not forecast *them* better is not taken. Everything is drawn towards what
is expected of any school, the more so the less data there is: the same takes seen night after night count once. A
school with few takes keeps what it has.
"""

from __future__ import annotations

import math
import zlib
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from tutor.learner.filtering import Floats
from tutor.learner.parameters import DEFAULTS, Parameters
from tutor.learner.replaying import Forecasts, GradedTake, TakesInStep, replay

ENOUGH_TAKES, ENOUGH_STUDENTS = 500, 10
MOST_TAKES = 30_000  # the newest; more would say the same and take longer
HELD_OUT = 5  # one student in so many
BINS = 10

# Notes of one take hang together: a note is worth this share of an independent one.
A_NOTE_IS_WORTH = 0.2
# What may move, and how far it is expected to be off (deviation of its logarithm).
MOVABLE: Mapping[str, float] = {
    "drift": 0.7,
    "noise_a_day": 0.7,
    "noise_a_take": 0.7,
    "form_variance": 0.5,
    "take_variance": 0.7,
    "general_variance": 0.5,
    "own_variance": 0.5,
    "strangeness": 0.5,
    "logits_a_grade": 0.2,
    "lapse": 0.5,
}
FARTHEST = 2.0  # deviations
STEPS = (0.5, 0.25)  # deviations, one pass over all for each
# Logits by which a skill, and an exercise, may be expected to be harder than they are said to be.
OFF_SKILL, OFF_EXERCISE = 0.3, 0.25
FARTHEST_OFF = 6.0  # deviations: a step from where all goes right, or nothing, may be wild


@dataclass(frozen=True, slots=True)
class Calibration:
    """How good forecasts of held-out students were: `table` has a row for each tenth of the forecast: its mean, the
    share that went right, and the notes. `error` is the mean distance of the two (ECE)."""

    log_loss: float
    error: float
    table: tuple[tuple[float, float, int], ...]


@dataclass(frozen=True, slots=True)
class Refit:
    """`harder`: exercise -> grades over the formula's. Where `is_taken` is false all is as it was, and `said` why."""

    parameters: Parameters
    harder: Mapping[Hashable, float]
    is_taken: bool
    said: str
    takes: int
    students: int
    before: Calibration | None = None
    after: Calibration | None = None
    moved: Mapping[str, tuple[float, float]] = field(default_factory=dict)


def refit(takes: Sequence[GradedTake], parameters: Parameters, harder: Mapping[Hashable, float] | None = None) -> Refit:
    """`parameters` and `harder` as they are now."""
    harder = harder or {}
    takes = sorted((_heard(take) for take in takes if any(total for _, total in take.said.values())), key=_when)
    takes = takes[-MOST_TAKES:]
    students = {take.student for take in takes}
    kept = Refit(parameters, dict(harder), False, "", len(takes), len(students))
    if len(takes) < ENOUGH_TAKES or len(students) < ENOUGH_STUDENTS:
        said = (
            f"{len(takes)} takes of {len(students)} students are too few to learn from: {ENOUGH_TAKES} takes of "
            f"{ENOUGH_STUDENTS} students are wanted. Nothing was changed."
        )
        return replace(kept, said=said)
    ours, others = _parted(takes)
    fitted, now_harder = _fitted(ours, parameters, harder)
    before, after = calibration(replay(others, parameters, harder)), calibration(replay(others, fitted, now_harder))
    if after.log_loss >= before.log_loss:
        said = "Students who were held out are not forecast any better. Nothing was changed."
        return replace(kept, said=said, before=before, after=after)
    moved = {
        name: (old, new)
        for name in MOVABLE
        if abs((old := getattr(parameters, name)) - (new := getattr(fitted, name))) > 1e-9
    }
    said = (
        f"Of students who were held out: log-loss {before.log_loss:.4f} before, {after.log_loss:.4f} after; "
        f"calibration error {before.error:.3f} before, {after.error:.3f} after."
    )
    taken = replace(fitted, version=parameters.version + 1)
    return Refit(taken, now_harder, True, said, len(takes), len(students), before, after, moved)


def calibration(forecasts: Forecasts) -> Calibration:
    """Over all notes that were heard."""
    place = np.minimum((forecasts.p * BINS).astype(int), BINS - 1)
    notes = np.bincount(place, forecasts.heard, BINS)
    mean = np.bincount(place, forecasts.p * forecasts.heard, BINS)
    right = np.bincount(place, forecasts.right, BINS)
    table = tuple(
        (float(mean[row] / notes[row]), float(right[row] / notes[row]), int(notes[row]))
        for row in np.flatnonzero(notes)
    )
    error = float(np.abs(mean - right).sum() / notes.sum())
    return Calibration(-forecasts.log_likelihood / float(notes.sum()), error, table)


def _heard(take: GradedTake) -> GradedTake:
    return replace(take, said={tag: counts for tag, counts in take.said.items() if counts[1]})


def _when(take: GradedTake) -> Any:
    return take.at


def _parted(takes: Sequence[GradedTake]) -> tuple[TakesInStep, TakesInStep]:
    """By student, always the same ones: to learn from, and held out. With few students the last is held out."""
    tags = tuple(sorted({tag for take in takes for tag in take.said}))
    exercises = tuple(dict.fromkeys(take.exercise for take in takes))
    held_out = {take.student for take in takes if zlib.crc32(str(take.student).encode()) % HELD_OUT == 0}
    held_out = held_out or {takes[-1].student}
    ours = [take for take in takes if take.student not in held_out]
    others = [take for take in takes if take.student in held_out]
    return TakesInStep.of(ours, tags, exercises), TakesInStep.of(others, tags, exercises)


def _fitted(
    takes: TakesInStep, parameters: Parameters, harder: Mapping[Hashable, float]
) -> tuple[Parameters, Mapping[Hashable, float]]:
    """Difficulties first, as they are what is most often wrong; then each number in turn, by steps that grow smaller;
    then the difficulties again."""
    current, harder = _difficulties(takes, parameters, harder)
    worth = _worth(takes, current, harder)
    for step in STEPS:
        for name, deviation in MOVABLE.items():
            current, worth = _moved(takes, current, harder, name, step * deviation, worth)
    return _difficulties(takes, current, harder)


def _moved(
    takes: TakesInStep,
    current: Parameters,
    harder: Mapping[Hashable, float],
    name: str,
    step: float,
    worth: float,
) -> tuple[Parameters, float]:
    """One number a step up, or else down, and on as long as that forecasts better."""
    for way in (step, -step):
        improved = False
        while True:
            moved = getattr(current, name) * math.exp(way)
            if abs(math.log(moved / getattr(DEFAULTS, name))) > FARTHEST * MOVABLE[name]:
                break
            tried = replace(current, **{name: moved})
            tried_worth = _worth(takes, tried, harder)
            if tried_worth <= worth:
                break
            current, worth, improved = tried, tried_worth, True
        if improved:
            break
    return current, worth


def _worth(takes: TakesInStep, tried: Parameters, harder: Mapping[Hashable, float]) -> float:
    """The logarithm of the posterior: how well it forecast, less how far it went."""
    far = sum(
        (math.log(getattr(tried, name) / getattr(DEFAULTS, name)) / deviation) ** 2
        for name, deviation in MOVABLE.items()
    )
    return A_NOTE_IS_WORTH * replay(takes, tried, harder).log_likelihood - far / 2


def _difficulties(
    takes: TakesInStep, parameters: Parameters, harder: Mapping[Hashable, float]
) -> tuple[Parameters, Mapping[Hashable, float]]:
    """How much harder each skill and each exercise was than forecast, drawn towards what was said of it.

    A skill's own difficulty shows when it is first met: later it is in the student's ability."""
    forecasts = replay(takes, parameters, harder)
    before = np.array([0.0, *(parameters.offsets.get(tag, 0.0) for tag in takes.tags)])
    by_skill = _harder_than_said(forecasts, forecasts.skill, forecasts.is_first, before, OFF_SKILL, parameters)
    offsets = {tag: round(float(by_skill[column]), 4) for column, tag in enumerate(takes.tags, start=1)}
    parameters = replace(parameters, offsets=dict(parameters.offsets) | offsets)
    forecasts = replay(takes, parameters, harder)
    every = np.ones(len(forecasts.p), bool)
    before = parameters.logits_a_grade * np.array([harder.get(key, 0.0) for key in takes.exercise_keys])
    by_exercise = _harder_than_said(forecasts, forecasts.exercise, every, before, OFF_EXERCISE, parameters)
    more = {
        key: round(float(by_exercise[index]) / parameters.logits_a_grade, 3)
        for index, key in enumerate(takes.exercise_keys)
    }
    return parameters, dict(harder) | more


def _harder_than_said(
    forecasts: Forecasts, group: Any, counted: Any, before: Floats, deviation: float, numbers: Parameters
) -> Floats:
    """Logits [groups], from those `before` with which it was forecast, by the mean surprise of each take: one take is
    one witness, whose form nobody knew. With lapses, notes that all go right say ever less."""
    sigmoid = np.clip(forecasts.p[counted] / (1 - numbers.lapse), 0.001, 0.999)
    p = (1 - numbers.lapse) * sigmoid
    slope = (1 - sigmoid) / (1 - p)
    weight = forecasts.heard[counted] * p * (1 - sigmoid) * slope
    surprise = (forecasts.heard[counted] * p - forecasts.right[counted]) * slope
    witness, row = np.unique(np.stack([forecasts.take[counted], group[counted]]), axis=1, return_inverse=True)
    weights = np.bincount(row, weight)
    surprises = np.bincount(row, surprise) / weights
    doubts = np.bincount(row, forecasts.doubt[counted] * weight) / weights
    precision = 1 / (1 / weights + doubts + numbers.form_variance)
    told = np.bincount(witness[1], precision * surprises, len(before)) - before / deviation**2
    moved = before + told / (np.bincount(witness[1], precision, len(before)) + 1 / deviation**2)
    bounded: Floats = np.clip(moved, -FARTHEST_OFF * deviation, FARTHEST_OFF * deviation)
    return bounded
