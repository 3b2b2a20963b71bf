"""Versions of one tune kept together: what is held out must not also be learned from under another title."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256

FOLDS = 10
# Two tunes with so many intervals the same in a row are taken for versions of one. Shorter rows are common
# property: scales, arpeggios and the turns every reel has.
SHARED_INTERVALS = 16


def folds_of(names: Sequence[str], intervals: Sequence[Sequence[int]]) -> list[int]:
    """A fold 0..9 for each tune, the same for all of its family: by a digest of the family's first name."""
    parents = list(range(len(names)))
    seen: dict[tuple[int, ...], int] = {}
    for index, row in enumerate(intervals):
        for place in range(len(row) - SHARED_INTERVALS + 1):
            run = tuple(row[place : place + SHARED_INTERVALS])
            other = seen.setdefault(run, index)
            _unite(parents, index, other)
    first = {root: min(names[i] for i in members) for root, members in _families(parents).items()}
    return [_fold(first[_root(parents, index)]) for index in range(len(names))]


def _unite(parents: list[int], one: int, other: int) -> None:
    one, other = _root(parents, one), _root(parents, other)
    parents[max(one, other)] = min(one, other)


def _root(parents: list[int], index: int) -> int:
    while parents[index] != index:
        parents[index] = parents[parents[index]]
        index = parents[index]
    return index


def _families(parents: list[int]) -> dict[int, list[int]]:
    families: dict[int, list[int]] = {}
    for index in range(len(parents)):
        families.setdefault(_root(parents, index), []).append(index)
    return families


def _fold(name: str) -> int:
    return int.from_bytes(sha256(name.encode()).digest()[:4], "big") % FOLDS
