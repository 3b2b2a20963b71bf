"""The two thousand orders of the benchmark, and what is known of each before the composer has seen it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from benchmarks.composing.everyday import everyday_orders
from benchmarks.composing.impossible import impossible_orders
from benchmarks.composing.walks import METRES, walks
from benchmarks.composing.witnesses import lines_of_tunes, orders

SEED = 20261122
# Of two thousand; what is composed is ordered again by its own counts, so that "again" needs the first run.
SHARES = {"tune": 850, "walk": 350, "everyday": 350, "again": 150, "impossible": 300}
WALKED_A_WITNESS = 4


@dataclass(frozen=True)
class Request:
    """An order as plain values. `source`: why it can be met or can't: "tune", "walk", "everyday", "again",
    "impossible"; `why`: what forbids it."""

    name: str
    source: str
    order: dict[str, Any]
    why: str = ""

    @property
    def is_feasible(self) -> bool:
        return self.source != "impossible"


def requests(held_out: Sequence[Any], share: float = 1.0) -> list[Request]:
    """All but those of source "again"; `held_out` are tunes of fold 0, none: all witnesses are walked."""
    wanted = {source: round(many * share) for source, many in SHARES.items()}
    random = Random(SEED)
    lines = [line for line in lines_of_tunes(held_out) if line.metre in METRES]
    if not lines:
        wanted["walk"] += wanted.pop("tune")
    made: dict[str, list[dict[str, Any]]] = {
        "tune": orders(lines, random, wanted["tune"]) if lines else [],
        "walk": orders(walks(random, WALKED_A_WITNESS * wanted["walk"]), random, wanted["walk"]),
        "everyday": everyday_orders(random, wanted["everyday"]),
    }
    found = [
        Request(f"{source}-{number}", source, order)
        for source, group in made.items()
        for number, order in enumerate(group)
    ]
    return found + [
        Request(f"impossible-{number}", "impossible", order, why)
        for number, (why, order) in enumerate(impossible_orders(random, wanted["impossible"]))
    ]


def again(composed: Sequence[tuple[Request, dict[str, Any]]], share: float = 1.0) -> Iterator[Request]:
    """What was composed, ordered by its own counts with another seed. `composed`: the request, and what was seen of the
    melody that it gave: "counts", and the settled "fifths", "mode", "metre", "bars", "upbeat", "low", "high",
    "note_values", "sizes", "grade"."""
    random = Random(SEED + 1)
    chosen = random.sample(list(composed), min(round(SHARES["again"] * share), len(composed)))
    for number, (request, seen) in enumerate(chosen):
        counts = [[tag, random.randint((many + 1) // 2, many), many + 1] for tag, many in seen["counts"].items()]
        settled = {name: value for name, value in seen.items() if name != "counts"}
        order = {
            "kind": "sight-reading",
            "instrument": request.order["instrument"],
            **settled,
            "counts": random.sample(counts, min(4, len(counts))),
            "seed": random.randrange(2**31),
        }
        yield Request(f"again-{number}", "again", order)
