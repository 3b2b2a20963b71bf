"""How long a note was held, where its end was heard: echo, ringing and the next note's sound are no length."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tutor.listening.evidence import Evidence
from tutor.listening.segmentation import HeardNote

SHORTEST_WRITTEN_S = 0.05
# Below this a note is only short if silence follows: cut off by the next one, that one was early, or added.
SHORT_RATIO = 0.6
SILENT_SHARE, SILENT_DB = 0.3, 10.0  # of the written length; below the note
# Beyond this it is only long if it goes on as loud as it was: else it is the room, or the string.
LONG_RATIO, STILL_LOUD_DB = 1.3, 10.0


def held_ratio(
    pieces: Sequence[HeardNote], following: HeardNote | None, evidence: Evidence, written_s: float
) -> float | None:
    """Of the written length, the part that a note was held, or None where its end can't be told.

    following: what was heard next, whatever it was. written_s: the written length in the player's tempo.
    """
    if not np.isfinite(written_s) or written_s < SHORTEST_WRITTEN_S:
        return None
    onset_s, offset_s = pieces[0].onset_s, pieces[-1].offset_s
    ratio = (offset_s - onset_s) / written_s
    if ratio < SHORT_RATIO:
        silent_until_s = min(following.onset_s if following else np.inf, onset_s + written_s)
        is_ended = silent_until_s - offset_s > SILENT_SHARE * written_s
        return ratio if is_ended and _falls(pieces, evidence, offset_s, silent_until_s) else None
    if ratio > LONG_RATIO:
        return ratio if _goes_on(pieces, evidence, onset_s + 1.15 * written_s, offset_s) else None
    return ratio


def _falls(pieces: Sequence[HeardNote], evidence: Evidence, from_s: float, to_s: float) -> bool:
    middle_s = (from_s + to_s) / 2
    return _level(evidence, middle_s, to_s - 0.01) < _loudness(pieces) - SILENT_DB


def _goes_on(pieces: Sequence[HeardNote], evidence: Evidence, from_s: float, to_s: float) -> bool:
    return _level(evidence, from_s, to_s) > _loudness(pieces) - STILL_LOUD_DB


def _loudness(pieces: Sequence[HeardNote]) -> float:
    return max(piece.level_dbfs for piece in pieces)


def _level(evidence: Evidence, from_s: float, to_s: float) -> float:
    return float(np.median(evidence.level_dbfs[evidence.span(from_s, to_s)]))
