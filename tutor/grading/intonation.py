"""Which pitch a note was, and how well in tune. Cents are hundredths of a semitone; sharp is positive."""

from __future__ import annotations

from tutor.grading.rubric import Rubric

# The jury forgave a tuning offset up to a third of a semitone; at a whole one nothing is left.
FORGIVEN_OFFSET_CENTS, HOPELESS_OFFSET_CENTS = 33.0, 100.0


def written_octave(pitch: float, written: int) -> float:
    """The pitch moved by whole octaves to lie nearest to the written one: what a voice is judged by."""
    return pitch - 12 * round((pitch - written) / 12)


def falling_points(distance: float, full: float, none: float) -> float:
    """1 up to `full`, 0 from `none`, a straight line between."""
    if distance <= full:
        return 1.0
    return max(0.0, (none - distance) / (none - full)) if none > full else 0.0


def pitch_points(cents: float, rubric: Rubric) -> float:
    """Points for the pitch of a note, 0 to 1."""
    return falling_points(abs(cents), rubric.pitch_full_cents, rubric.pitch_none_cents)


def intonation_points(cents: float, rubric: Rubric) -> float:
    """Points for the tuning of a right note, 0 to 1: full to half the tolerance, none at twice."""
    return falling_points(abs(cents), rubric.cents_in_tune / 2, 2 * rubric.cents_in_tune)


def offset_points(tuning_cents: float) -> float:
    """Points for the tuning of the take as a whole, 0 to 1."""
    return falling_points(abs(tuning_cents), FORGIVEN_OFFSET_CENTS, HOPELESS_OFFSET_CENTS)
