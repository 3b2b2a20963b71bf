"""Teaches the ear: makes takes of known truth, listens to them, and fits the weights in `tutor/grading/ear.json`.

    python -m benchmarks.train_ear                  # half an hour on two cores; needs fluidsynth for most of the takes

Besides, for `benchmarks/ear.py`, one set of weights for each fold of instruments that never met that fold
(`benchmarks/ear_folds.json`): figures of instruments that were left out of training come from those.
"""

from __future__ import annotations

import argparse
import json
import pickle
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.takes import FOLDS, Order, Take, make, orders
from benchmarks.training.fitting import fit_classifier, fit_locator, fit_temperature, mean_of
from benchmarks.training.measures import report
from tutor.alignment.following import Following
from tutor.alignment.in_tune import follow_in_tune
from tutor.alignment.locating import REACH, Sums, locate, look
from tutor.grading.extra_features import Candidates, extra_candidates
from tutor.grading.features import Table, note_features
from tutor.grading.models import KINDS, WEIGHTS, Layer, Models, write_models
from tutor.grading.timeline import timeline
from tutor.listening.decoding import Sound
from tutor.listening.frames import FINE_HOP_S, Frames, listen_closely
from tutor.listening.half_rate import RATE_HZ, at_working_rate
from tutor.notation.score import Note

Array = NDArray[np.float64]

FOLD_WEIGHTS = Path(__file__).with_name("ear_folds.json")
ALL = -1  # in place of a fold: nothing is left out

# An extra is the candidate nearest to it; others as near are neither extras nor phantoms.
SAME_EXTRA_S = 0.09
STEPS = 32_000  # of a kept sample: the loudest peak of a take lies below 1
# Extras are rare: too much decay, and they are all passed over. Three fits are averaged: one makes things up.
VERDICT_FIT = {"units": 48, "decay": 5e-4, "epochs": 20}
EXTRA_FIT = {"units": 24, "decay": 3e-5, "epochs": 15}
FITS = 3


@dataclass(frozen=True)
class Heard:
    """A take without its sound: what is needed to learn from it."""

    take: Take
    frames: Frames
    following: Following

    @property
    def notes(self) -> tuple[Note, ...]:
        return tuple(self.take.score.notes)

    @property
    def fold(self) -> int:
        return FOLDS[self.take.instrument]


@dataclass(frozen=True)
class Lesson:
    """The features of a take, and the truth beside them."""

    heard: Heard
    notes: Table
    kinds: NDArray[np.int64]  # index into KINDS
    counts: NDArray[np.bool_]  # False after the player stopped: those are not reached, and no question
    extras: Candidates | None
    is_extra: NDArray[np.int64]  # 1, 0, or -1 where it can't be said
    onset_error_s: Array  # of the matched notes, the take's typical lateness removed


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--cache", type=Path, default=Path("var/training"), help="where heard takes are kept between runs"
    )
    parser.add_argument("--purpose", default="train", help="which takes: train, test or fresh")
    parser.add_argument("--share", type=float, default=1.0, help="of all takes")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--dry-run", action="store_true", help="measure, and keep the weights that are there")
    options = parser.parse_args()
    todo = orders("train") + orders("more") if options.purpose == "train" else orders(options.purpose)
    takes = hear_all(todo, options.cache / options.purpose, options.share, options.jobs)
    locators = fit_locators(takes)
    lessons = [learn_from(take, locators[take.fold]) for take in takes]
    lessons = [lesson for lesson in lessons if lesson is not None]
    folds = sorted(set(FOLDS.values()))
    models = {fold: fit_models(lessons, fold, locators[fold]) for fold in folds}
    models = temper(models, lessons)
    for line in report(lessons, models):
        print(line)
    if options.dry_run:
        return
    made = provenance(takes, options)
    whole = fit_models(lessons, ALL, locators[ALL])
    temperatures = [models[folds[0]].verdicts.temperature, models[folds[0]].extras.temperature]
    whole = _tempered(whole, *temperatures)
    write_models(replace(whole, made=made), WEIGHTS)
    sets = {str(fold): {**models[fold].to_dict(), "made": {"without": _members(fold)}} for fold in folds}
    FOLD_WEIGHTS.write_text(json.dumps({"made": made, "folds": sets}) + "\n", "utf-8")


def hear_all(todo: list[Order], cache: Path, share: float, jobs: int) -> list[Heard]:
    """Make all takes, or read what an earlier run kept, and listen to them."""
    cache.mkdir(parents=True, exist_ok=True)
    todo = todo[:: max(round(1 / share), 1)]
    began_s = time.monotonic()
    heard = []
    with ProcessPoolExecutor(jobs) as pool:
        for number, one in enumerate(pool.map(_hear, todo, [cache] * len(todo), chunksize=4), start=1):
            heard.append(one)
            if number % 100 == 0 or number == len(todo):
                print(f"heard {number} of {len(todo)} takes in {time.monotonic() - began_s:.0f} s", flush=True)
    return heard


def _hear(order: Order, cache: Path) -> Heard:
    path = cache / f"{order.name}.pickle"
    if path.exists():
        take = pickle.loads(path.read_bytes())
        take = replace(take, samples=take.samples.astype(np.float32) / STEPS)
    else:
        take = make(order)
        take = replace(take, samples=at_working_rate(Sound(take.samples)))
        path.write_bytes(pickle.dumps(replace(take, samples=_stored(take.samples)), protocol=5))
    return listen_to(take)


def _stored(samples: NDArray[np.float32]) -> NDArray[np.int16]:
    return np.clip(np.round(samples * STEPS), -32767, 32767).astype(np.int16)


def listen_to(take: Take) -> Heard:
    """What the ear understands of a take before it judges."""
    pitches = [note.pitch for note in take.score.notes]
    frames = listen_closely(Sound(take.samples, RATE_HZ), min(pitches), max(pitches))
    frames, following = follow_in_tune(take.score.notes, frames, bpm=take.score.bpm)
    nothing = np.zeros((0, 0), np.float32)
    kept = replace(frames, logits=nothing, reward=nothing, salience=frames.salience.astype(np.float16))
    return Heard(replace(take, samples=nothing.reshape(-1)), kept, following)


def fit_locators(takes: list[Heard]) -> dict[int, tuple[Layer, ...]]:
    """One for each fold, which never met it, and one of all."""
    rows = [row for take in takes if take.following.events for row in [_locator_rows(take)] if row is not None]
    features, allowed, target = (np.concatenate([row[part] for row in rows]) for part in range(3))
    fold = np.concatenate([np.full(len(row[2]), row[3]) for row in rows])
    out = {}
    for left_out in (ALL, *sorted(set(FOLDS.values()))):
        kept = fold != left_out
        out[left_out] = fit_locator(features[kept], allowed[kept], target[kept])
        print(f"locator without fold {left_out}: {kept.sum()} onsets", flush=True)
    return out


def _locator_rows(heard: Heard) -> tuple[NDArray[np.float16], NDArray[np.bool_], NDArray[np.int64], int] | None:
    candidates = np.array([event.candidate for event in heard.following.events], np.int64)
    looked = look(heard.frames, Sums.of(heard.frames), candidates, REACH)
    at_s = heard.frames.onsets_fine[candidates] * FINE_HOP_S
    true_s = true_onsets(heard, at_s)
    known = np.isfinite(true_s)
    if known.sum() < 4:
        return None
    # What this take's attacks have in common is its instrument's, or its room's, and not to be learnt.
    target = np.round((true_s + np.median(at_s[known] - true_s[known])) / FINE_HOP_S) - looked.at[:, 0]
    width = looked.allowed.shape[1]
    usable = known & (target > 2) & (target < width - 3)
    place = np.where(usable, target, 0).astype(np.int64)
    usable &= looked.allowed[np.arange(len(place)), place]
    return looked.features[usable].astype(np.float16), looked.allowed[usable], place[usable], heard.fold


def true_onsets(heard: Heard, heard_s: Array) -> Array:
    """When the note of each event really began; NaN where it was not played near there."""
    sounded: dict[int, list[float]] = {}
    for one in heard.take.sounded:
        if one.note is not None:
            sounded.setdefault(one.note, []).append(one.onset_s)
    out = np.full(len(heard_s), np.nan)
    for number, event in enumerate(heard.following.events):
        times_s = sounded.get(event.note)
        if times_s:
            nearest_s = min(times_s, key=lambda time_s: abs(time_s - heard_s[number]))
            if abs(nearest_s - heard_s[number]) < 0.33:
                out[number] = nearest_s
    return out


def learn_from(heard: Heard, locator: tuple[Layer, ...]) -> Lesson | None:
    """Features and truth of a take; None if nothing was followed, or if it was played in another key."""
    if not heard.following.events or heard.following.shift or heard.take.story == "transposed":
        return None
    frames, sums, notes = heard.frames, Sums.of(heard.frames), heard.notes
    located = locate(heard.following.events, frames, sums, locator)
    line = timeline(notes, heard.following, located, sums, frames.duration_s, 60 / heard.take.score.bpm)
    assert line is not None
    table, _ = note_features(notes, frames, sums, heard.following, located, line)
    extras = extra_candidates(notes, frames, sums, heard.following, located, float(np.median(line.beat_s)))
    off_s = located.onset_s - true_onsets(heard, located.onset_s)
    typical_s = float(np.nanmedian(off_s)) if np.isfinite(off_s).any() else 0.0
    last = max(event.note for event in heard.following.events)
    kinds = np.array([KINDS.index("missing" if kind == "not struck" else kind) for kind in heard.take.truth])
    return Lesson(
        heard=heard,
        notes=table,
        kinds=kinds,
        counts=np.arange(len(notes)) <= last,
        extras=extras,
        is_extra=_true_extras(heard.take, extras, typical_s),
        onset_error_s=off_s - typical_s,
    )


def _true_extras(take: Take, candidates: Candidates | None, typical_s: float) -> NDArray[np.int64]:
    if candidates is None:
        return np.zeros(0, np.int64)
    out = np.zeros(len(candidates.onset_s), np.int64)
    if take.story == "another-tune":  # Whose notes are added to which?
        return out - 1
    for one in take.sounded:
        if one.note is None:
            away_s = np.abs(candidates.onset_s - one.onset_s - typical_s)
            near = np.flatnonzero(away_s < SAME_EXTRA_S)
            if len(near):
                out[near] = np.where(out[near] == 1, 1, -1)
                out[near[away_s[near].argmin()]] = 1
    return out


def fit_models(lessons: list[Lesson], fold: int, locator: tuple[Layer, ...]) -> Models:
    """Learnt from every take but those of a fold."""
    kept = [lesson for lesson in lessons if lesson.heard.fold != fold]
    features = np.concatenate([lesson.notes.matrix[lesson.counts] for lesson in kept])
    kinds = np.concatenate([lesson.kinds[lesson.counts] for lesson in kept])
    verdicts = fit_classifier(kept[0].notes.names, features, kinds, len(KINDS), **VERDICT_FIT)
    with_extras = [lesson for lesson in kept if lesson.extras is not None]
    clear = [lesson.is_extra >= 0 for lesson in with_extras]
    features = np.concatenate(
        [lesson.extras.table.matrix[known] for lesson, known in zip(with_extras, clear, strict=True)]  # type: ignore[union-attr]
    )
    is_extra = np.concatenate([lesson.is_extra[known] for lesson, known in zip(with_extras, clear, strict=True)])
    names = with_extras[0].extras.table.names  # type: ignore[union-attr]
    extras = mean_of([fit_classifier(names, features, is_extra, 2, seed=seed, **EXTRA_FIT) for seed in range(FITS)])
    return Models(locator, verdicts, extras, {})


def temper(models: dict[int, Models], lessons: list[Lesson]) -> dict[int, Models]:
    """Make the confidences mean what they say, judged on instruments that each set never met."""
    verdicts = [models[one.heard.fold].verdicts.of(one.notes.matrix[one.counts]) for one in lessons]
    kinds = np.concatenate([one.kinds[one.counts] for one in lessons])
    extras, is_extra = [], []
    for one in lessons:
        if one.extras is not None:
            clear = one.is_extra >= 0
            extras.append(models[one.heard.fold].extras.of(one.extras.table.matrix[clear]))
            is_extra.append(one.is_extra[clear])
    first = fit_temperature(np.concatenate(verdicts), kinds)
    second = fit_temperature(np.concatenate(extras), np.concatenate(is_extra))
    print(f"temperatures: verdicts {first:.2f}, extras {second:.2f}")
    return {fold: _tempered(one, first, second) for fold, one in models.items()}


def _tempered(models: Models, verdicts: float, extras: float) -> Models:
    return replace(
        models,
        verdicts=replace(models.verdicts, temperature=float(verdicts)),
        extras=replace(models.extras, temperature=float(extras)),
    )


def provenance(takes: list[Heard], options: argparse.Namespace) -> dict[str, object]:
    """What these weights were made from."""
    sources = sorted({take.take.source for take in takes})
    return {
        "by": "python -m benchmarks.train_ear",
        "on": datetime.now(UTC).date().isoformat(),
        "purpose": options.purpose,
        "takes": {source: sum(take.take.source == source for take in takes) for source in sources},
        "notes": sum(len(take.take.truth) for take in takes),
        "instruments": sorted({take.take.instrument for take in takes}),
    }


def _members(fold: int) -> list[str]:
    return sorted(name for name, number in FOLDS.items() if number == fold)


if __name__ == "__main__":
    main()
