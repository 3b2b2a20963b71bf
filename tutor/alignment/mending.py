"""Pieces that belong to a note: a scoop or a noise at its beginning, a part that was read an octave off."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from tutor.alignment.alignment import Alignment, Match
from tutor.listening.segmentation import HeardNote
from tutor.notation.score import Note

CONTIGUOUS_S = 0.07
# A scoop, a crack or an overblown beginning; longer than this it is a wrong note, put right.
LONGEST_SCOOP_S = 0.17
# What was struck anew is no tail: it is the beginning of the next note, read an octave off.
STRUCK_ANEW = 0.8


def mend(
    alignment: Alignment,
    notes: Sequence[Note],
    heard: Sequence[HeardNote],
    expected_s: NDArray[np.float64],
    tuning: float,
) -> Alignment:
    """Give insertions back to the notes they are pieces of. `expected_s`: when each score note was due, or NaN."""
    free = set(alignment.insertions)
    mended = []
    for match in alignment.matches:
        if match.heard:
            match = _with_tail(match, notes[match.note], heard, free, tuning)
            match = _with_head(match, heard, free, float(expected_s[match.note]))
        mended.append(match)
    return replace(alignment, matches=tuple(mended), insertions=tuple(sorted(free)))


def _with_head(match: Match, heard: Sequence[HeardNote], free: set[int], expected_s: float) -> Match:
    """A short or octave-related sound that leads straight into the note, if the note was due when it began."""
    before = match.heard[0] - 1
    if before not in free or not np.isfinite(expected_s):
        return match
    head, body = heard[before], heard[match.heard[0]]
    is_joined = body.onset_s - head.offset_s < CONTIGUOUS_S
    is_scoop = head.duration_s < min(LONGEST_SCOOP_S, body.duration_s)
    is_same = abs(head.pitch - body.pitch) < 0.7
    is_nearer = abs(head.onset_s - expected_s) < abs(body.onset_s - expected_s)
    if not (is_joined and is_nearer and (is_scoop or is_same or _is_octave(head, body))):
        return match
    free.discard(before)
    return replace(match, heard=(before, *match.heard))


def _with_tail(match: Match, note: Note, heard: Sequence[HeardNote], free: set[int], tuning: float) -> Match:
    """What was read an octave off goes on at the written pitch: it was the written note all along."""
    after = match.heard[-1] + 1
    if after not in free or after >= len(heard):
        return match
    body, tail = heard[match.heard[-1]], heard[after]
    is_joined = tail.onset_s - body.offset_s < CONTIGUOUS_S
    one_is_written = any(abs(part.pitch - tuning - note.pitch) < 0.6 for part in (body, tail))
    if not (is_joined and one_is_written and _is_octave(body, tail)) or tail.strength > STRUCK_ANEW:
        return match
    free.discard(after)
    return replace(match, heard=(*match.heard, after))


def _is_octave(one: HeardNote, other: HeardNote) -> bool:
    between = abs(one.pitch - other.pitch)
    return min(abs(between - 12), abs(between - 24), abs(between - 19)) < 0.7
