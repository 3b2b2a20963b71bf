"""What a pitch is worth after the notes already drawn, where a look ahead can't tell: repetitions of notes and of bars,
and the two sevenths of minor."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tutor.composing.pitch.lattice import REPEATED, Floats, Ints
from tutor.composing.pitch.order import LineNote

# After so many repetitions in a row, one more beside a first one.
AGAIN = np.array(REPEATED, dtype=np.float32) / np.float32(REPEATED[0])
# Where a rhythm comes twice in a row: the same pitch as in the bar before, the same move a step or more away from
# there, and a bar that would be the same throughout.
SAME_AGAIN, SEQUENCE, SAME_BAR = 0.8, 1.8, 0.4
DOWNBEAT = 3
# In minor the one seventh so many notes or fewer after the other.
CROSS_RELATION, NOTES_BETWEEN_SEVENTHS = 0.3, 3
NATURAL_SEVENTH, RAISED_SEVENTH = 19, 20  # as KeyView.place has them


def crossing(places: Ints, recent: Ints) -> Floats:
    """What each pitch is worth after these [n, P]: the natural and the raised seventh don't come close together."""
    came = places[recent]
    after_raised = (came == RAISED_SEVENTH).any(axis=1)[:, None] & (places == NATURAL_SEVENTH)
    after_natural = (came == NATURAL_SEVENTH).any(axis=1)[:, None] & (places == RAISED_SEVENTH)
    return np.where(after_raised | after_natural, CROSS_RELATION, 1).astype(np.float32)


def paralleling(notes: Sequence[LineNote], diatonic: Ints, path: Ints, place: int) -> Floats:
    """What each pitch is worth where the rhythm of the bar before comes again [n, P]: a bar is rather not the same
    once more, and rather the same a step higher or lower."""
    source = notes[place].parallel
    assert source is not None
    shift = diatonic - diatonic[path[:, source]][:, None]
    worth = np.where(shift == 0, SAME_AGAIN, 1).astype(np.float32)
    first = place
    while first and notes[first].strength < DOWNBEAT and notes[first - 1].parallel == source - place + first - 1:
        first -= 1
    past = diatonic[path[:, first:place]] - diatonic[path[:, first - place + source : source]]
    if place > first:
        shifted = past[:, -1:]
        worth[(shift == shifted) & (shifted != 0)] = SEQUENCE
    if place + 1 == len(notes) or notes[place + 1].parallel != source + 1 or notes[place + 1].strength == DOWNBEAT:
        worth[(shift == 0) & (past == 0).all(axis=1, keepdims=True)] = SAME_BAR
    return worth
