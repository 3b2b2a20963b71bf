"""More like this: the order for another melody of the same kind as a score."""

from __future__ import annotations

from math import ceil

from tutor.composing.difficulty import difficulty
from tutor.composing.ordering import TICKS_A_QUARTER, Count, MelodyOrder
from tutor.composing.skills import occurrences
from tutor.composing.tags import COUNTABLE
from tutor.composing.validating import FEWEST_BARS, METRE_NAMES, MOST_BARS
from tutor.notation.instruments import Instrument
from tutor.notation.score import Score

# What every melody has is no likeness.
COMMON = frozenset({"rhythm:eighths", "rhythm:long-notes", "interval:2:up", "interval:2:down"})
MOST_SKILLS, MOST_OF_ONE = 3, 3
ENOUGH = 0.6  # of how often it occurs


def order_like(score: Score, player: Instrument, seed: int = 0) -> MelodyOrder:
    """Key, metre, length, difficulty and the most telling skills of a score that this player reads."""
    key, metre = score.key_at(0), score.metre_at(0)
    name = f"{metre.beats}/{metre.beat_type}"
    bars = sum(bar.number > 0 for bar in score.bars)
    return MelodyOrder(
        kind="sight-singing" if player.family == "voice" else "sight-reading",
        instrument=player,
        grade=round(difficulty(score), 2),
        fifths=min(max(key.fifths, -7), 7),
        mode="major" if key.mode != "minor" else "minor",
        metre=name if name in METRE_NAMES else None,
        bars=min(max(bars, FEWEST_BARS), MOST_BARS),
        upbeat=_upbeat(score),
        counts=_telling(score),
        seed=seed,
    )


def _upbeat(score: Score) -> int:
    """In ticks; none where it is of a length that no composer of ours writes."""
    first = score.bars[0]
    ticks = first.duration_beat * TICKS_A_QUARTER if first.number == 0 else 0
    return int(ticks) if ticks in (12, 24) and ticks < score.metre_at(0).bar_beats * TICKS_A_QUARTER else 0


def _telling(score: Score) -> tuple[Count, ...]:
    """The skills that are rarest in music at large and occur at least twice: figures, accidentals, then wide leaps."""
    found = {tag: count for tag, count in occurrences(score).items() if tag in COUNTABLE and tag not in COMMON}
    often = [tag for tag, count in found.items() if count >= 2 and not tag.startswith("range:")]
    ranked = sorted(often, key=lambda tag: (not tag.startswith(("rhythm:", "accidental")), -_size(tag), -found[tag]))
    return tuple(Count(tag, min(ceil(ENOUGH * found[tag]), MOST_OF_ONE)) for tag in ranked[:MOST_SKILLS])


def _size(tag: str) -> int:
    return int(tag.split(":")[1]) if tag.startswith("interval:") else 0
