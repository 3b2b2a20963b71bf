"""How good and how fast the learner and its choices are: simulated students, whose truth is known.

    python -m benchmarks.learner [--students 200] [--takes 60]

Students differ from their level, from skill to skill and from day to day, learn by playing and forget between
lessons. Prints calibration, log-loss, how near the pieces were to four notes in five, and the cost of an update.
"""

from __future__ import annotations

import argparse
import time
from datetime import UTC, datetime, timedelta

import numpy as np

from tutor.composing.choice import Candidate, Played, choose
from tutor.learner.ability import forget, predict, update
from tutor.learner.knowledge import LAPSE, TARGET, Knowledge, ability_for, logits
from tutor.learner.syllabus import first_grade

TAGS = (
    *(f"interval:{size}:{way}" for size in (2, 3, 4, 5, 6) for way in ("up", "down")),
    *("rhythm:eighths", "rhythm:tie", "rhythm:rest", "rhythm:dotted-quarter-eighth", "rhythm:sixteenths"),
    *("key:1", "key:-1", "key:2", "metre:3/4", "metre:6/8"),
)
NEAR = 0.1


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--students", type=int, default=200)
    parser.add_argument("--takes", type=int, default=60)
    options = parser.parse_args()
    rng = np.random.default_rng(20261122)
    shelf = _shelf(rng)
    runs = [_student(rng, shelf, options.takes) for _ in range(options.students)]
    expected, outcome, truth, take = (np.concatenate(part) for part in zip(*(run[:4] for run in runs), strict=True))
    print(f"{options.students} students, {options.takes} takes each, {len(shelf)} pieces, {len(TAGS)} skills")
    print(f"takes within {NEAR} of the target: {np.mean(np.abs(truth - TARGET) < NEAR):.2f}")
    print(f"  the first five: {np.mean(np.abs(truth[take < 5] - TARGET) < NEAR):.2f}, mean share {truth.mean():.3f}")
    print(f"calibration error: {_calibration(expected, outcome):.3f}")
    print(f"log-loss a note: {_log_loss(expected, outcome):.3f} (knowing the truth: {_log_loss(truth, outcome):.3f})")
    updates, choices = (sum(run[part] for run in runs) for part in (4, 5))
    takes = options.students * options.takes
    print(f"an update: {1e6 * updates / takes:.0f} us a take; a choice of five: {1e3 * choices / takes:.1f} ms")


def _shelf(rng: np.random.Generator) -> list[Candidate]:
    """Pieces of four to six skills, none from much later than the piece's own grade."""
    pieces = []
    for number in range(120):
        grade = float(rng.uniform(0.6, 7))
        known = [tag for tag in TAGS if first_grade(tag) <= grade + 1]
        picked = rng.choice(known, min(len(known), int(rng.integers(4, 7))), replace=False)
        pieces.append(Candidate(number, grade, {str(tag): int(rng.integers(3, 16)) for tag in picked}))
    return pieces


def _student(
    rng: np.random.Generator, shelf: list[Candidate], takes: int
) -> tuple[list[float], list[float], list[float], list[int], float, float]:
    level = float(rng.integers(1, 6))
    gift = rng.normal(0, 0.6)
    ability = {
        tag: ability_for(level) + gift + rng.normal(0, 0.5) - 0.3 * max(0, first_grade(tag) - level) for tag in TAGS
    }
    known, now, recent = Knowledge(level), datetime(2026, 1, 1, 17, tzinfo=UTC), []
    expected, outcome, truth, updating, choosing = [], [], [], 0.0, 0.0
    for take in range(takes):
        now += timedelta(minutes=5) if take % 4 else timedelta(days=int(rng.integers(1, 5)))
        began = time.perf_counter()
        piece = choose(shelf, known, now, recent=recent[:10])[0].candidate
        choosing += time.perf_counter() - began
        form, events = rng.normal(0, 0.5), sum(piece.skills.values())
        right = {
            tag: int(rng.binomial(n, _chance(ability[tag] + form, piece.grade))) for tag, n in piece.skills.items()
        }
        expected.append(predict(forget(known, now), piece.skills, piece.grade))
        outcome.append(sum(right.values()) / events)
        recent.insert(0, Played(piece.key, piece.grade, 100 * outcome[-1], piece.skills))
        truth.append(sum(n * _chance(ability[tag], piece.grade) for tag, n in piece.skills.items()) / events)
        began = time.perf_counter()
        known = update(known, {tag: (right[tag], n) for tag, n in piece.skills.items()}, piece.grade, now)
        updating += time.perf_counter() - began
        for tag, notes in piece.skills.items():
            ability[tag] += 0.03 * min(1, notes / 12)
    return expected, outcome, truth, list(range(takes)), updating, choosing


def _chance(ability: float, grade: float) -> float:
    return (1 - LAPSE) / (1 + np.exp(-(ability - logits(grade))))


def _calibration(expected: np.ndarray, outcome: np.ndarray) -> float:
    bins = np.digitize(expected, np.linspace(0, 1, 11)[1:-1])
    return sum(abs(expected[bins == b].sum() - outcome[bins == b].sum()) for b in set(bins)) / len(expected)


def _log_loss(p: np.ndarray, share: np.ndarray) -> float:
    p = np.clip(p, 0.01, 0.99)
    return float(-(share * np.log(p) + (1 - share) * np.log(1 - p)).mean())


if __name__ == "__main__":
    main()
