"""One performance, recorded a little differently: the grade may hardly move."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace

import numpy as np

from benchmarks.measuring.hearing import assess, weights_for
from benchmarks.takes import SAMPLE_RATE_HZ, Order, Take, make
from benchmarks.takes.conditions import opus_round_trip, pink
from benchmarks.takes.take import Samples
from tutor.listening.errors import RecordingError

SOFTER_DB, LATER_S, NOISE_DB = -12.0, 0.3, -30.0
OPUS_BITS_PER_S = 32_000


@dataclass(frozen=True)
class Spread:
    """The overall grades of one performance by how it was recorded; None where there was none."""

    name: str
    grades: dict[str, float | None]

    @property
    def points(self) -> float | None:
        """Between the best and the worst; None if some recording got no grade at all and others did."""
        given = [grade for grade in self.grades.values() if grade is not None]
        return max(given) - min(given) if len(given) == len(self.grades) else None


def spreads(orders: Sequence[Order], *, jobs: int = 1) -> list[Spread]:
    """One for each performance."""
    with ProcessPoolExecutor(jobs) as pool:
        return list(pool.map(_spread, orders))


def chosen(orders: Sequence[Order], count: int) -> list[Order]:
    """So many performances of every source in turn, recorded in peace; what stories they tell doesn't matter."""
    plain = [order for order in orders if order.condition in ("clean", "vibrato", "legato")]
    by_source: dict[str, list[Order]] = {}
    for order in plain:
        by_source.setdefault(order.player.split("/")[0], []).append(order)
    turns = zip(*by_source.values(), strict=False)
    return [order for row in turns for order in row][:count]


def _spread(order: Order) -> Spread:
    take = make(order)
    return Spread(take.name, {name: _grade(replace(take, samples=samples)) for name, samples in _recordings(take)})


def _recordings(take: Take) -> Iterator[tuple[str, Samples]]:
    samples = take.samples
    yield "as it is", samples
    for seed in (1, 2):
        yield f"noise {seed}", _with_noise(samples, seed)
    yield "softer", (samples * 10 ** (SOFTER_DB / 20)).astype(np.float32)
    silence = samples[: int(0.1 * SAMPLE_RATE_HZ)]
    later = np.concatenate([np.tile(silence, round(LATER_S / 0.1)), samples])
    yield "later", later
    yield "opus", opus_round_trip(samples, OPUS_BITS_PER_S)


def _with_noise(samples: Samples, seed: int) -> Samples:
    noise = pink(len(samples), np.random.default_rng(seed))
    return (samples + 10 ** (NOISE_DB / 20) * np.sqrt(np.mean(samples**2)) * noise).astype(np.float32)


def _grade(take: Take) -> float | None:
    try:
        return assess(take.wav(), take, weights_for(take.instrument)).grade.overall
    except RecordingError:
        return None
