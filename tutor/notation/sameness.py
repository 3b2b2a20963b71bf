"""When two scores are the same tune, whatever their key, clef, octave, tempo, title or barlines."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any

from tutor.notation.score import SEMITONES_ABOVE_C


def melody_mark(score: Mapping[str, Any]) -> str:
    """The same string for the same steps and lengths, of a score as `Score.to_dict` has it; "" without notes.

    What a tie joins is one note, and rests before the first note and after the last are not of the tune."""
    sounding = list(_notes_and_rests(score))
    while sounding and sounding[0][0] is None:
        sounding.pop(0)
    while sounding and sounding[-1][0] is None:
        sounding.pop()
    if not sounding:
        return ""
    first = sounding[0][0] or 0
    told = ",".join(f"{'r' if pitch is None else pitch - first}:{length}" for pitch, length in sounding)
    return hashlib.sha256(told.encode()).hexdigest()[:40]


def _notes_and_rests(score: Mapping[str, Any]) -> Iterable[tuple[int | None, Fraction]]:
    """(MIDI number, None for a rest; beats), tied notes and neighbouring rests joined."""
    joined: tuple[int | None, Fraction] | None = None
    for symbol in score.get("symbols", ()):
        pitch, length = _midi(symbol.get("pitch")), Fraction(symbol["for"])
        goes_on = symbol.get("tie") in ("continue", "stop") or pitch is None
        if joined and joined[0] == pitch and goes_on:
            joined = (pitch, joined[1] + length)
            continue
        if joined:
            yield joined
        joined = (pitch, length)
    if joined:
        yield joined


def _midi(pitch: tuple[str, int, int] | None) -> int | None:
    if pitch is None:
        return None
    step, alter, octave = pitch
    return 12 * (octave + 1) + SEMITONES_ABOVE_C[step] + alter
