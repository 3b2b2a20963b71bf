"""What lies badly on an instrument, as costs a composer keeps in mind; a request may still ask for it."""

from __future__ import annotations

from collections.abc import Mapping

from tutor.composing.pitch.order import Idiom
from tutor.notation.instruments import FULL_RANGE_GRADE, Instrument

# Bits at grade 1, falling to a quarter at FULL_RANGE_GRADE: (a step wider than a third, a tritone or seventh, the
# edge of the range). Brass players pitch every leap by ear and lip, singers by ear; keys and strings hardly mind.
COSTS: Mapping[str, tuple[float, float, float]] = {
    "brass": (0.8, 1.5, 2.0),
    "voice": (0.4, 3.0, 1.5),
    "woodwind": (0.3, 1.0, 1.0),
    "strings": (0.2, 1.0, 0.5),
    "plucked": (0.2, 1.0, 0.5),
    "keys": (0.1, 1.0, 0.2),
}
LEFT_FOR_MASTERS = 0.25
CROSSING_BITS = 1.0
# Written MIDI numbers, lowest first.
OPEN_STRINGS: Mapping[str, tuple[int, ...]] = {
    "violin": (55, 62, 69, 76),
    "viola": (48, 55, 62, 69),
    "cello": (36, 43, 50, 57),
    "double-bass": (40, 45, 50, 55),
    "guitar": (52, 57, 62, 67, 71, 76),
    "ukulele": (60, 64, 67, 69),
    "mandolin": (55, 62, 69, 76),
}


def idiom_for(instrument: Instrument, grade: float) -> Idiom:
    """What a player of this grade would rather not meet."""
    skill = min(max((grade - 1) / (FULL_RANGE_GRADE - 1), 0.0), 1.0)
    share = 1 - (1 - LEFT_FOR_MASTERS) * skill
    leap, awkward, reach = (round(share * bits, 2) for bits in COSTS.get(instrument.family, COSTS["keys"]))
    strings = OPEN_STRINGS.get(instrument.name, ())
    return Idiom(leap, awkward, reach, open_strings=strings, crossing_bits=round(share * CROSSING_BITS, 2))
