"""Hints as an author writes them, one a line: `Count the rest.` or, pinned to a bar, `Bar 5: keep the bow moving.`"""

from __future__ import annotations

import re
from dataclasses import dataclass

MOST_HINTS, LONGEST_HINT = 12, 300
# In whichever language the author writes.
PINNED = re.compile(r"(?:Bar|Takt|Mesure|Compás|Battuta)\s+(\d{1,4})\s*:\s*(.+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Hint:
    text: str
    bar: int | None = None


def hints_of(text: str) -> list[Hint]:
    return [_hint(line.strip()) for line in text.splitlines() if line.strip()]


def _hint(line: str) -> Hint:
    if pinned := PINNED.fullmatch(line):
        return Hint(pinned[2], int(pinned[1]))
    return Hint(line)
