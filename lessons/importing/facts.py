"""What is said of a part before anybody decides about it. Knows nothing of Django: it is worked out beside the reader,
where a hostile file can fill nothing but its own process."""

from __future__ import annotations

from typing import Any

from tutor.notation.reading import Part, Piece
from tutor.notation.sameness import melody_mark
from tutor.notation.score import Score
from tutor.saying import to_json


def as_json(piece: Piece) -> dict[str, Any]:
    """A piece for the draft's row: what is said of each part, and its score, apart."""
    return {
        "title": piece.title[:200],
        "composer": piece.composer[:200],
        "text": piece.text,
        "troubles": [to_json(line) for line in piece.troubles],
        "parts": [facts_of(part) for part in piece.parts],
        "scores": [part.score.to_dict() for part in piece.parts],
    }


def facts_of(part: Part) -> dict[str, Any]:
    score = part.score
    return {
        "name": part.name[:100],
        "staff": part.staff,
        "clef": score.clef,
        "bars": sum(bar.number > 0 for bar in score.bars),
        "bpm": round(score.bpm),
        "section_ends": list(part.section_ends),
        "dropped": [to_json(line) for line in score.dropped],
        "one_line": not any("chord note" in line or "lower voice" in line for line in score.dropped),
        **what_it_asks(score),
    }


def what_it_asks(score: Score) -> dict[str, Any]:
    """Range, length, difficulty and skills."""
    from tutor.composing.difficulty import difficulty
    from tutor.composing.skills import skill_counts

    written = [note.written for note in score.notes]
    return {
        "notes": len(written),
        "lowest": min(written, key=lambda pitch: pitch.midi).name,
        "highest": max(written, key=lambda pitch: pitch.midi).name,
        "grade": round(difficulty(score), 2),
        "skills": skill_counts(score),
        "melody": melody_mark(score.to_dict()),
    }
