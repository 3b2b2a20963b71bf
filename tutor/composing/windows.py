"""The part of the instrument that a melody keeps to: as wide as grade and kind allow, where its key lies well."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from tutor.composing.grades import Holdings
from tutor.composing.kinds import Kind
from tutor.composing.ordering import MelodyOrder
from tutor.composing.refusal import CannotCompose
from tutor.composing.scales import degree_pitch
from tutor.composing.skills import LEDGER_STEPS, middle_of_staff
from tutor.notation.instruments import FULL_RANGE_GRADE
from tutor.notation.score import Key
from tutor.saying import phrase

# Semitones that the usual form of each interval spans, with a step to move in.
ROOM = {0: 0, 2: 3, 3: 5, 4: 7, 5: 8, 6: 10, 7: 12, 8: 13}
ROOM_BESIDE = 10  # semitones of the staff beside high or low notes that were wished for
# How a line lies in its key: from tonic to tonic or dominant, round the tonic, or otherwise.
AUTHENTIC, PLAGAL, OTHERWISE = 3.0, 2.0, 0.4
SEMITONES_OFF_THE_MIDDLE = 4.0  # from the middle of a beginner's range, before it feels high or low
FIFTH = 7


def window(
    order: MelodyOrder,
    kind: Kind,
    held: Holdings,
    fifths: int,
    mode: str,
    widest_wish: int,
    rng: np.random.Generator,
) -> tuple[int, int]:
    """Lowest and highest written MIDI number. An explicit bound is kept; `widest_wish` is the widest interval size
    that must find room. Raises CannotCompose where high or low notes are wished for that the instrument lacks."""
    luck = rng.random()
    if order.low is not None and order.high is not None:
        return order.low, order.high
    if wished := next((count.tag for count in order.counts if count.least and count.tag.startswith("range:")), ""):
        return _window_of_register(order, wished.endswith("high"))
    span = max(min(held.span, kind.span), ROOM[widest_wish])
    low, high = order.player.range_at(order.grade)
    if high - low < span:  # a wide leap may need more than a beginner's octave
        low, high = order.player.range_at(FULL_RANGE_GRADE) if ROOM[widest_wish] > high - low else (low, high)
    low = low if order.low is None else order.low
    high = high if order.high is None else order.high
    if high <= low:
        low, high = (low, low + span) if order.low is not None else (high - span, high)
    if high - low <= span:
        return max(low, order.player.written_low), min(high, order.player.written_high)
    bottom = _bottom(order, low, high, span, degree_pitch(Key(Fraction(0), fifths, mode), 0, 0).midi % 12, luck)
    return bottom, bottom + span


def _bottom(order: MelodyOrder, low: int, high: int, span: int, tonic: int, luck: float) -> int:
    """Where a window of this span begins: with the tonic at its bottom or in its middle, near a beginner's notes."""
    if order.low is not None:
        return order.low
    if order.high is not None:
        return order.high - span
    player = order.player
    middle = (player.beginner_low + player.beginner_high) / 2
    bottoms = np.arange(low, high - span + 1)
    above = (bottoms - tonic) % 12  # of the lowest note above the tonic
    lies = np.where(above == 0, AUTHENTIC, np.where(above == FIFTH, PLAGAL, OTHERWISE))
    has_tonic = (above == 0) | (12 - above <= span)
    weights = lies * has_tonic * np.exp(-(((bottoms + span / 2 - middle) / SEMITONES_OFF_THE_MIDDLE) ** 2) / 2)
    if not weights.any():
        return int(bottoms[len(bottoms) // 2])
    return int(bottoms[min(np.searchsorted(np.cumsum(weights), luck * weights.sum()), len(bottoms) - 1)])


def _window_of_register(order: MelodyOrder, is_high: bool) -> tuple[int, int]:
    """The top (or the bottom) of what a player some grades on would reach, beyond the ledger lines at any rate."""
    player = order.player
    low, high = player.range_at(order.grade + 2)
    steps = middle_of_staff(player.clef) + (LEDGER_STEPS + 1) * (1 if is_high else -1)
    octave, letter = divmod(steps, 7)
    edge = 12 * (octave + 1) + (0, 2, 4, 5, 7, 9, 11)[letter]
    if (player.written_high < edge) if is_high else (player.written_low > edge):
        raise CannotCompose(
            phrase("The {instrument} has no high notes beyond two ledger lines.", instrument=phrase(player.label))
            if is_high
            else phrase("The {instrument} has no low notes beyond two ledger lines.", instrument=phrase(player.label)),
            (f"no {'high' if is_high else 'low'} notes",),
        )
    if is_high:
        top = min(max(high, edge + 3), player.written_high) if order.high is None else order.high
        return (max(top - ROOM_BESIDE - 5, player.written_low) if order.low is None else order.low), top
    bottom = max(min(low, edge - 3), player.written_low) if order.low is None else order.low
    return bottom, (min(bottom + ROOM_BESIDE + 5, player.written_high) if order.high is None else order.high)
