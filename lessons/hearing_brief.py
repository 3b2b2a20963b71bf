"""A hearing in brief: what lists and the class page read of it, so that nobody opens a thousand results for a line
each. It follows the hearing that counts, a teacher's word applied, and can be worked out again from it."""

from __future__ import annotations

from typing import Any

from tutor.grading.assessment import NOT_HEARD, Assessment

PARTS = ("pitch", "intonation", "rhythm", "tempo", "completeness")
# The player stopped before it: silence is no doubt of the ear's.
NOT_REACHED = "not reached"


def brief_of(hearing: Assessment) -> dict[str, Any]:
    """Columns of an `Assessment` row: `overall` and the five beside it."""
    judged = [note.confidence for note in hearing.notes if note.verdict != NOT_HEARD]
    unheard = [note for note in hearing.notes if note.verdict == NOT_HEARD and note.reason != NOT_REACHED]
    return {
        "overall": hearing.grade.overall,
        "note_count": len(hearing.notes),
        "not_heard": len(unheard),
        "confidence": round(sum(judged) / len(judged), 3) if judged else None,
        # Each once, and what tells most first.
        "causes": list(dict.fromkeys(cause.code for cause in hearing.causes)),
        "parts": {part: getattr(hearing.grade, part) for part in PARTS},
    }
