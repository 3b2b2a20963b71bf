"""How exactly it is known when a note began: an early or late call must be clearer than this.

A tongued or plucked note begins within milliseconds. A bow, a voice or a hall blurs it, and one to one
side only: after a silence the first breath of a note is heard, within a line only the change of pitch.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from tutor.alignment.alignment import Match
from tutor.listening.segmentation import HeardNote

# Without an attack a change of pitch is heard to within this …
UNSTRUCK, UNSTRUCK_S = 0.3, 0.03
# … and a note that grows out of the one before, or out of its echo, may have begun this much sooner.
GROWN, GROWN_S = 0.6, 0.08
# Out of a silence a slow instrument is heard sooner than when it plays on.
SILENCE_S, OUT_OF_SILENCE_S, SLOW_TAKE = 0.08, 0.06, 0.9
# At one pitch, joined, only a clear attack says where one note ends and the next begins.
SAME_SEMITONES, JOINED_S, CLEAR = 0.7, 0.1, 0.8


@dataclass(frozen=True, slots=True)
class Attack:
    """Seconds that must be added to a tolerance before a note is early, or late."""

    early_s: float = 0.0
    late_s: float = 0.0
    is_known: bool = True  # False: it may have begun anywhere within the note before it


STRUCK = Attack()


def attack_of(match: Match, heard: Sequence[HeardNote], typical_strength: float) -> Attack:
    """How well the beginning of a matched note was heard; `typical_strength` is that of the take's attacks."""
    first = match.heard[0]
    note = heard[first]
    before = heard[first - 1] if first else None
    gap_s = note.onset_s - before.offset_s if before else np.inf
    if before and abs(before.pitch - note.pitch) < SAME_SEMITONES and gap_s < JOINED_S and note.strength < CLEAR:
        return Attack(is_known=False)
    is_out_of_silence = gap_s > SILENCE_S and typical_strength < SLOW_TAKE
    early_s = OUT_OF_SILENCE_S if is_out_of_silence else UNSTRUCK_S if note.strength < UNSTRUCK else 0.0
    return Attack(early_s=early_s, late_s=GROWN_S if note.strength < GROWN else 0.0)


def typical_strength(heard: Sequence[HeardNote]) -> float:
    """The strength of this take's middling attack: near 1 for tongue and hammer, about a half for a bow."""
    return float(np.median([note.strength for note in heard])) if heard else 1.0
