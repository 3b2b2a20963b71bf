"""Versions of one tune: kept in one fold, and near copies of a tune that stands elsewhere left out.

What is held out must not also be learned from under another title, and a tune that stands in three books would count
thrice: a model with a long memory would then take its turns for everybody's.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

FOLDS = 10
# Two tunes with so many intervals the same in a row are taken for versions of one. Shorter rows are common
# property: scales, arpeggios and the turns every reel has.
SHARED_INTERVALS = 16
# So are two that share this much of their shorter rows; from the second share on, the later one is a copy.
SHORT_ROW = 8
VERSION_SHARE = 0.3
COPY_SHARE = 0.5
# A short row that stands in more tunes than this says nothing about kinship.
MOST_OWNERS = 30

Row = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Placing:
    """fold: 0..9, the same for a whole family. is_copy: hardly differs from an earlier tune."""

    fold: int
    is_copy: bool


def place(names: Sequence[str], intervals: Sequence[Sequence[int]]) -> list[Placing]:
    """Each tune's fold, by a digest of the first name in its family, and whether an earlier tune says it all."""
    families = _Families(len(names))
    _unite_by_long_rows(families, intervals)
    is_copy = _unite_by_share(families, intervals)
    first: dict[int, str] = {}
    for index, name in enumerate(names):
        root = families.root(index)
        first[root] = min(name, first.get(root, name))
    return [Placing(_fold(first[families.root(index)]), is_copy[index]) for index in range(len(names))]


class _Families:
    """Sets that unite (Tarjan's union and find)."""

    def __init__(self, count: int) -> None:
        self._parents = list(range(count))

    def root(self, index: int) -> int:
        while self._parents[index] != index:
            self._parents[index] = self._parents[self._parents[index]]
            index = self._parents[index]
        return index

    def unite(self, one: int, other: int) -> None:
        one, other = self.root(one), self.root(other)
        self._parents[max(one, other)] = min(one, other)


def _unite_by_long_rows(families: _Families, intervals: Sequence[Sequence[int]]) -> None:
    seen: dict[Row, int] = {}
    for index, line in enumerate(intervals):
        for row in _rows(line, SHARED_INTERVALS):
            families.unite(index, seen.setdefault(row, index))


def _unite_by_share(families: _Families, intervals: Sequence[Sequence[int]]) -> list[bool]:
    """Unites tunes that share much of their short rows; says which share so much that they are copies."""
    owners: dict[Row, list[int]] = {}
    copies = []
    for index, line in enumerate(intervals):
        rows = _rows(line, SHORT_ROW)
        shared = Counter(owner for row in rows for owner in owners.get(row, ()) if len(owners[row]) <= MOST_OWNERS)
        kin, count = shared.most_common(1)[0] if shared else (index, 0)
        share = count / max(1, len(rows))
        if share >= VERSION_SHARE:
            families.unite(index, kin)
        copies.append(share >= COPY_SHARE)
        for row in rows:
            owners.setdefault(row, []).append(index)
    return copies


def _rows(line: Sequence[int], length: int) -> set[Row]:
    return {tuple(line[first : first + length]) for first in range(len(line) - length + 1)}


def _fold(name: str) -> int:
    return int.from_bytes(sha256(name.encode()).digest()[:4], "big") % FOLDS
