"""How well held-out takes are judged, from the probabilities alone: a first look while teaching."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from tutor.grading.models import EARLY, KINDS, LATE, RIGHT, Models

if TYPE_CHECKING:
    from benchmarks.train_ear import Lesson

Array = NDArray[np.float64]


def report(lessons: Sequence[Lesson], models: Mapping[int, Models]) -> Iterator[str]:
    """Lines of text: verdicts by condition, source and instrument, early and late, extras, calibration."""
    rows = [models[one.heard.fold].verdicts.of(one.notes.matrix[one.counts]) for one in lessons]
    chance = np.concatenate(rows)
    kinds = np.concatenate([one.kinds[one.counts] for one in lessons])
    labels = {
        name: np.concatenate([[getattr(one.heard.take, name)] * int(one.counts.sum()) for one in lessons])
        for name in ("condition", "story", "source", "instrument")
    }
    yield f"{len(kinds)} notes, {np.sum(kinds != RIGHT)} of them not right; ECE {_ece(chance, kinds):.4f}"
    off = np.concatenate([np.abs(one.onset_error_s[np.isfinite(one.onset_error_s)]) for one in lessons])
    yield "onset error ms: " + ", ".join(f"p{p} {1000 * np.percentile(off, p):.0f}" for p in (50, 90, 95, 99))
    yield _row("all", chance, kinds)
    for name, values in labels.items():
        for value in sorted(set(values)):
            yield _row(f"{name} {value}", chance[values == value], kinds[values == value])
    for kind in range(1, len(KINDS)):
        own = chance[kinds == kind]
        score = chance[:, kind]
        edge = np.quantile(score[kinds == RIGHT], 0.99)
        named, found = np.mean(own.argmax(axis=1) == kind), np.mean(own[:, kind] > edge)
        yield f"  {KINDS[kind]:<8} n {len(own):5d} named {named:.3f} recall at 1 % FA {found:.3f}"
    yield from _extras(lessons, models)


def _row(name: str, chance: Array, kinds: NDArray[np.int64]) -> str:
    off = 1 - chance[:, RIGHT]
    called, wrong = off > 0.5, kinds != RIGHT
    pitch_off = off - chance[:, LATE] - chance[:, EARLY]
    pitch_called, pitch_wrong = pitch_off > 0.5, wrong & (kinds != LATE) & (kinds != EARLY)
    cells = [_share(called & wrong, called), _share(called & wrong, wrong), 100 * _share(called & ~wrong, ~wrong)]
    cells += [_share(pitch_called & pitch_wrong, pitch_called), _share(pitch_called & pitch_wrong, pitch_wrong)]
    cells += [100 * _share(pitch_called & ~pitch_wrong, ~pitch_wrong)]
    return f"  {name:<26} n {len(kinds):6d} any P {cells[0]:.3f} R {cells[1]:.3f} FA {cells[2]:.2f} | pitch/missing P {cells[3]:.3f} R {cells[4]:.3f} FA {cells[5]:.2f}"  # noqa: E501


def _share(part: NDArray[np.bool_], whole: NDArray[np.bool_]) -> float:
    return float(part.sum() / whole.sum()) if whole.sum() else float("nan")


def _ece(chance: Array, kinds: NDArray[np.int64]) -> float:
    best, right = chance.max(axis=1), chance.argmax(axis=1) == kinds
    bins = np.minimum((best * 10).astype(int), 9)
    return float(
        sum(abs(best[bins == k].mean() - right[bins == k].mean()) * np.mean(bins == k) for k in set(bins.tolist()))
    )


def _extras(lessons: Sequence[Lesson], models: Mapping[int, Models]) -> Iterator[str]:
    tally: dict[str, list[int]] = {}
    for one in lessons:
        chance = np.zeros(0)
        if one.extras is not None:
            chance = models[one.heard.fold].extras.of(one.extras.table.matrix)[:, 1]
        called = chance > 0.5
        kinds = [sound.kind for sound in one.heard.take.sounded if sound.note is None]
        for name in ("all", f"source {one.heard.take.source}", f"condition {one.heard.take.condition}"):
            counts = tally.setdefault(name, [0, 0, 0])
            counts[0] += int(np.sum(called & (one.is_extra == 1)))
            counts[1] += int(np.sum(called & (one.is_extra == 0)))
            counts[2] += len(kinds)
    for name, (hit, phantom, true) in sorted(tally.items()):
        yield f"  extras {name:<22} P {hit / max(hit + phantom, 1):.3f} R {hit / max(true, 1):.3f} of {true}"
