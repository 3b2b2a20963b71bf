"""A machine's marks beside a jury's grades: a monotone map from one to the other, and how far off it then is."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

GRADES = (1, 2, 3, 4)


@dataclass(frozen=True)
class Agreement:
    """How near marks come to the jury's majority, the map fitted on other groups than the one it is tried on."""

    takes: int
    mean_error: float
    accuracy: float
    auc: float  # pass against fail: how often a passed take has the higher mark


def agreement(
    marks: Sequence[float], majority: Sequence[float], passed: Sequence[bool], groups: Sequence[str]
) -> Agreement:
    """majority: 1 to 4, NaN where the jurors had none. groups: melodies or patterns; one is never fitted on itself."""
    mark, grade, group = np.asarray(marks, float), np.asarray(majority, float), np.asarray(groups)
    known = np.isfinite(grade)
    given = np.full(len(mark), np.nan)
    for one in np.unique(group):
        mine = group == one
        cuts = fit_cuts(mark[~mine & known], grade[~mine & known])
        given[mine] = 1 + (mark[mine, None] > cuts).sum(axis=1)
    off = np.abs(given - grade)[known]
    return Agreement(int(known.sum()), float(off.mean()), float((off == 0).mean()), auc(mark, np.asarray(passed, bool)))


def fit_cuts(marks: Array, grades: Array) -> Array:
    """The marks above which a 2, a 3, a 4 is given, with the least sum of errors: each cut by itself, since an error is
    the number of cuts on the wrong side."""
    values = np.unique(marks)
    cuts = np.concatenate([values[:1] - 1, (values[1:] + values[:-1]) / 2, values[-1:] + 1])
    best = []
    for grade in GRADES[1:]:
        wrong = [int(((marks > cut) != (grades >= grade)).sum()) for cut in cuts]
        best.append(float(np.median(cuts[np.array(wrong) == min(wrong)])))
    return np.maximum.accumulate(best)


def auc(marks: Array, passed: NDArray[np.bool_]) -> float:
    """The area under the receiver's curve, ties counted half. NaN if all passed, or none."""
    better = marks[passed][:, None] - marks[~passed]
    return float((better > 0).mean() + 0.5 * (better == 0).mean()) if better.size else float("nan")


def majority_of(grades: Sequence[int]) -> int:
    """What most of an odd number of jurors said; the middle one where all differ."""
    most, count = Counter(grades).most_common(1)[0]
    return most if 2 * count > len(grades) else sorted(grades)[len(grades) // 2]


def among_themselves(grades: Sequence[Sequence[float]]) -> tuple[float, float]:
    """(mean difference, share of equal grades) of every two jurors. NaN: gave no grade."""
    table = np.asarray(grades, float)
    off = np.concatenate(
        [np.abs(table[:, a] - table[:, b]) for a, b in itertools.combinations(range(table.shape[1]), 2)]
    )
    off = off[np.isfinite(off)]
    return float(off.mean()), float((off == 0).mean())
