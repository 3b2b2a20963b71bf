"""Which takes are made for which purpose: every player, condition and story, from seeds.

Training, testing and the fresh set share neither a tune nor a seed.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from benchmarks.takes import joined, soundfont
from benchmarks.takes.players import PLAYERS
from benchmarks.takes.take import Order
from benchmarks.takes.tunes import drawn_tunes, real_tunes

COUNTS = {"train": 2000, "more": 1400, "test": 420, "fresh": 120}
PURPOSES = {"train": 1, "more": 4, "test": 2, "fresh": 3}
SOURCE_SHARES = {"soundfont": 0.55, "notes": 0.27, "synthesis": 0.18}
STORIES = {
    "errors": 0.56,
    "ok": 0.15,
    "restart": 0.05,
    "half": 0.03,
    "late-start": 0.03,
    "skipped-bar": 0.03,
    "drift": 0.04,
    "rubato": 0.03,
    "flat": 0.03,
    "transposed": 0.02,
    "staccato": 0.03,
}
CONDITIONS = {
    "clean": 0.24,
    "noise": 0.12,
    "reverb": 0.12,
    "reverb+noise": 0.05,
    "vibrato": 0.08,
    "legato": 0.10,
    "detuned": 0.04,
    "cheap-mic": 0.05,
    "opus": 0.05,
    "quiet": 0.03,
    "low": 0.06,
    "high": 0.06,
}
REAL_SHARE = 0.55
# Repeated notes held as one, besides: rare, and nothing else teaches what a note struck again does not sound like.
HELD_SHARE, HELD_STYLES = 0.04, ("repeated", "pulse")
# Another tune than the one on the stand: some of its notes always fit, and none of them is right.
ANOTHER_TUNE_SHARE = 0.03


def orders(purpose: str, *, count: int | None = None, sources: Sequence[str] | None = None) -> list[Order]:
    """ "train" (and "more" of the same), "test" or "fresh". Sources that this machine hasn't got are left out."""
    sources = [source for source in (sources or SOURCE_SHARES) if is_here(source)]
    count = COUNTS[purpose] if count is None else count
    shares = {source: SOURCE_SHARES[source] for source in sources}
    rng = np.random.default_rng([PURPOSES[purpose], 77])
    made = [
        order
        for source, number in _apportioned(shares, count, rng).items()
        for order in (
            *_of_source(purpose, source, number),
            *_held(purpose, source, round(HELD_SHARE * number)),
            *_another_tune(purpose, source, round(ANOTHER_TUNE_SHARE * number)),
        )
    ]
    return [made[int(place)] for place in rng.permutation(len(made))]


def is_here(source: str) -> bool:
    """Whether this machine can make the takes of a source."""
    return {"soundfont": soundfont.is_here, "notes": joined.is_here}.get(source, lambda: True)()


def _of_source(purpose: str, source: str, count: int) -> list[Order]:
    rng = np.random.default_rng([PURPOSES[purpose], *source.encode()])
    players = [player for player in PLAYERS.values() if player.source == source]
    rows = zip(
        _dealt([player.key for player in players], count, rng),
        _dealt_by_share(CONDITIONS, count, rng),
        _dealt_by_share(STORIES, count, rng),
        _tunes(purpose, source, count, rng),
        strict=True,
    )
    orders = []
    for number, (player, condition, story, tune) in enumerate(rows):
        if condition == "vibrato" and not PLAYERS[player].sways:
            condition = "legato" if not PLAYERS[player].rings else "reverb"
        name = f"{purpose}-{number:04d}-{player.replace('/', '-')}-{condition}-{story}"
        seed = (PURPOSES[purpose], number, *source.encode())
        orders.append(Order(name, player, condition, story, tune, seed))
    return orders


def _held(purpose: str, source: str, count: int) -> list[Order]:
    rng = np.random.default_rng([PURPOSES[purpose], 5, *source.encode()])
    players = [
        player for player in PLAYERS.values() if player.source == source and not player.rings and not player.blurs
    ]
    orders = []
    for number in range(count):
        player = players[int(rng.integers(len(players)))].key
        condition = str(rng.choice(["clean", "noise", "reverb", "opus"]))
        style = HELD_STYLES[number % len(HELD_STYLES)]
        tune = f"drawn/{style}:{100_000 * PURPOSES[purpose] + 1000 * len(source) + number}"
        name = f"{purpose}-held-{number:04d}-{player.replace('/', '-')}-{condition}"
        orders.append(Order(name, player, condition, "held", tune, (PURPOSES[purpose], 9, number, *source.encode())))
    return orders


def _another_tune(purpose: str, source: str, count: int) -> list[Order]:
    rng = np.random.default_rng([PURPOSES[purpose], 6, *source.encode()])
    players = [player.key for player in PLAYERS.values() if player.source == source]
    real = real_tunes(purpose)
    orders = []
    for number in range(count):
        player, tune = str(rng.choice(players)), real[int(rng.integers(len(real)))]
        condition = str(rng.choice(["clean", "noise", "reverb"]))
        name = f"{purpose}-another-{number:04d}-{player.replace('/', '-')}-{condition}"
        seed = (PURPOSES[purpose], 8, number, *source.encode())
        orders.append(Order(name, player, condition, "another-tune", tune, seed))
    return orders


def _dealt(things: list[str], count: int, rng: np.random.Generator) -> list[str]:
    """Each as often as the others, shuffled."""
    return [str(one) for one in rng.permutation([things[number % len(things)] for number in range(count)])]


def _dealt_by_share(shares: dict[str, float], count: int, rng: np.random.Generator) -> list[str]:
    dealt = [name for name, number in _apportioned(shares, count, rng).items() for _ in range(number)]
    return [str(one) for one in rng.permutation(dealt)]


def _apportioned(shares: dict[str, float], count: int, rng: np.random.Generator) -> dict[str, int]:
    """Whole numbers in these proportions that sum to `count`; what is left over goes by lot."""
    weights = np.array(list(shares.values()))
    exact = count * weights / weights.sum()
    whole = np.floor(exact).astype(int)
    left = count - int(whole.sum())
    remainder = exact - whole
    if left:
        lots = rng.choice(len(whole), size=left, replace=False, p=remainder / remainder.sum())
        whole[lots] += 1
    return {name: int(number) for name, number in zip(shares, whole, strict=True)}


def _tunes(purpose: str, source: str, count: int, rng: np.random.Generator) -> list[str]:
    real = real_tunes(purpose)
    number_real = round(REAL_SHARE * count)
    chosen = [real[int(place)] for place in rng.choice(len(real), number_real, replace=number_real > len(real))]
    # Each source draws its own.
    offset = 1000 * list(SOURCE_SHARES).index(source)
    drawn = drawn_tunes(purpose, offset + count - number_real)[offset:]
    return [str(one) for one in rng.permutation(chosen + drawn)]
