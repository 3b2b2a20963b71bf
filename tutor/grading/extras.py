"""Which insertions were really played: most of what no score note claims is breath, echo or a slip of the tracker."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tutor.alignment.alignment import Alignment
from tutor.grading.assessment import Extra
from tutor.listening.evidence import Evidence
from tutor.listening.segmentation import HeardNote

SHORTEST_S = 0.1
STEADY = 0.6
# Beside a neighbour at (nearly, or in an octave) its pitch, only a real attack makes another note.
NEAR_SEMITONES, RISE_DB, ATTACK = 0.8, 6.0, 0.6
# Softer than the loud notes by more than this it is an echo or the room.
SOFT_DB = 22.0
# Before the first and after the last note of the piece: tuning, trying a note, talking.
OUTSIDE_S = 1.5


def true_extras(
    heard: Sequence[HeardNote], alignment: Alignment, evidence: Evidence, tuning: float
) -> tuple[Extra, ...]:
    """The insertions that hold up when listened to again."""
    claimed = sorted(index for match in alignment.matches for index in match.heard)
    if not claimed:
        return tuple(_extra(heard[index], tuning) for index in alignment.insertions if _is_a_note(heard[index]))
    begins_s, ends_s = heard[claimed[0]].onset_s - OUTSIDE_S, heard[claimed[-1]].offset_s + OUTSIDE_S
    loud = float(np.median([heard[index].level_dbfs for index in claimed]))
    return tuple(
        _extra(heard[index], tuning)
        for index in alignment.insertions
        if begins_s <= heard[index].onset_s <= ends_s
        and _is_a_note(heard[index])
        and heard[index].level_dbfs > loud - SOFT_DB
        and not _is_echo(index, heard, evidence)
    )


def _is_a_note(note: HeardNote) -> bool:
    return note.duration_s >= SHORTEST_S and note.steadiness >= STEADY


def _is_echo(index: int, heard: Sequence[HeardNote], evidence: Evidence) -> bool:
    note = heard[index]
    neighbours = [heard[other] for other in (index - 1, index + 1) if 0 <= other < len(heard)]
    for other in neighbours:
        apart_s = max(note.onset_s - other.offset_s, other.onset_s - note.offset_s)
        between = abs(note.pitch - other.pitch)
        related = min(between, abs(between - 12), abs(between - 19)) < NEAR_SEMITONES
        if apart_s < 0.25 and related and not (note.strength > ATTACK and _rise_db(evidence, note.onset_s) > RISE_DB):
            return True
    return False


def _rise_db(evidence: Evidence, at_s: float) -> float:
    before = evidence.level_dbfs[evidence.span(at_s - 0.06, at_s)]
    after = evidence.level_dbfs[evidence.span(at_s, at_s + 0.08)]
    return float(after.max() - before.min())


def _extra(note: HeardNote, tuning: float) -> Extra:
    return Extra(round(note.pitch - tuning, 2), round(note.onset_s, 3), round(note.offset_s, 3))
