"""What stands in front of one player: an exercise in their clef and transposition, and how to read it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from typing import Any

from lessons.models import Exercise, User
from tutor.notation.instruments import Instrument, get_instrument
from tutor.notation.score import Note, Score, Symbol

# A phone held upright to a wide desk; beyond that a line of music is no easier to read.
NARROWEST_PX, WIDEST_PX = 320, 1600


def stand_of(exercise: Exercise, player: User, instrument_name: str = "") -> tuple[Score, Instrument | None]:
    """The exercise as this player reads it. Raises UnknownInstrument or ScoreError (CannotArrange).

    What was composed for a student is in that student's instrument already, and their teacher sees it so."""
    theirs = exercise.composed_for_id in (None, player.pk)
    name = instrument_name or (player.instrument if theirs else "") or exercise.instrument
    score = exercise.as_score()
    if not name:
        return score, None
    instrument = get_instrument(name)
    if name == exercise.instrument:
        return score, instrument
    from tutor.notation.arranging import arrange

    return arrange(score, instrument, exercise.grade), instrument


def engraved(score: Score, width_px: int) -> str:
    """The page of music as SVG. The engraver keeps what it made lately."""
    from tutor.notation.engraving import engrave

    return engrave(score, width_px)


def veiled(score: Score) -> Score:
    """The page of what is to be played by ear: clef, key, metre and bars, and not one note."""
    rests = tuple(Symbol(f"bar-{bar.number}", bar.onset_beat, bar.duration_beat, None) for bar in score.bars)
    return replace(score, symbols=rests, title="")


def clamp_width(width_px: int) -> int:
    return min(max(width_px, NARROWEST_PX), WIDEST_PX)


def digest(score: Score) -> str:
    return hashlib.sha256(json.dumps(score.to_dict(), sort_keys=True).encode()).hexdigest()[:32]


def reading_of(score: Score) -> dict[str, Any]:
    """The score for a program: bars, metres and what sounds, in beats (a beat is a quarter note)."""
    return {
        "key": [{"onset_beat": float(key.onset_beat), "fifths": key.fifths, "mode": key.mode} for key in score.keys],
        "metre": [
            {"onset_beat": float(metre.onset_beat), "beats": metre.beats, "beat_type": metre.beat_type}
            for metre in score.metres
        ],
        "bars": [
            {"number": bar.number, "onset_beat": float(bar.onset_beat), "duration_beat": float(bar.duration_beat)}
            for bar in score.bars
        ],
        "duration_beat": float(score.duration_beat),
        "clef": score.clef,
        "transposition": score.transposition,
        "notes": notes_of(score),
    }


def notes_of(score: Score) -> list[dict[str, Any]]:
    return [_note(note) for note in score.notes]


def _note(note: Note) -> dict[str, Any]:
    return {
        "id": note.id,
        "symbol_ids": list(note.symbol_ids),
        "pitch": note.pitch,
        "onset_beat": note.onset_beat,
        "duration_beat": note.duration_beat,
        "bar": note.bar,
        "written": note.written.name,
    }
