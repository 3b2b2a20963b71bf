"""The ear beside real people: juries of sung and tapped exams, two annotators of a singer, single notes.

    python -m benchmarks.people                 # all: some minutes
    python -m benchmarks.people --every 5       # one exam in five
    python -m benchmarks.people --only tapped   # sung, tapped or phrases

The sung exams come as f0 without sound, so a voice-like tone follows it; the tapped ones as onsets, which are graded
as they are and then clapped. Grades 1 to 4 are the jury's; the cuts from our marks to theirs are fitted on other
melodies or patterns than the one that is graded. The constants of `tutor/grading/jury.py` and `rhythm_only.py` and of
`tutor/alignment/sung_line.py` were chosen on these very takes, so expect a little less of others.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from benchmarks import one_core  # noqa: F401  before numpy
from benchmarks.people import phrases, sung, tapped
from benchmarks.people.recordings import NOT_HERE, are_here
from benchmarks.people.tables import table

PARTS = ("sung", "tapped", "phrases")

__all__ = ["PARTS", "run", "table"]


def run(parts: Collection[str] = PARTS, *, every: int = 1) -> dict[str, Any]:
    """Figures by part. `every`: only one exam in so many is heard. Without the recordings: one sentence."""
    if not are_here():
        return {"left_out": NOT_HERE}
    found: dict[str, Any] = {}
    if "sung" in parts:
        found["sung"] = sung.run(every)
    if "tapped" in parts:
        found["tapped"] = tapped.run(every)
    if "phrases" in parts:
        found["phrases"] = phrases.run()
    return found
