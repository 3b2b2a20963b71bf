"""Is a composed melody what was ordered? Walks the printed score, and knows nothing of how it was drawn."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise

from tutor.composing.places import parts
from tutor.composing.scales import STEPS, tonic_step
from tutor.composing.specifying import Specification
from tutor.notation.errors import ScoreError
from tutor.notation.musicxml import altered_by_key, bars_of
from tutor.notation.score import Pitch, Score

# What a minor key may raise without leaving it: its sixth and its seventh.
RAISED_IN_MINOR = {6: 1, 7: 1}


def faults(score: Score, occurrences: Mapping[str, int], spec: Specification, bars: int) -> list[str]:
    """What is wrong, in sentences; none for a score that is to order. `occurrences` are the score's own."""
    try:
        bars_of(score)
    except ScoreError as error:
        return [str(error)]
    return [
        *_frame(score, spec, bars),
        *_lengths(score, spec),
        *_pitches(score, spec),
        *_moves(score, spec),
        *_counts(occurrences, spec),
    ]


def _frame(score: Score, spec: Specification, bars: int) -> Iterator[str]:
    key, metre, player = score.keys[0], score.metres[0], spec.player
    if len(score.keys) > 1 or (key.fifths, key.mode) != (spec.fifths, spec.mode):
        yield "It is in another key."
    if len(score.metres) > 1 or (metre.beats, metre.beat_type) != spec.metre:
        yield "It is in another metre."
    full = [bar for bar in score.bars if bar.number]
    if len(full) != bars or len(score.bars) - len(full) != (spec.upbeat > 0):
        yield f"It has {len(full)} bars, not {bars}."
    if spec.upbeat and score.bars[0].duration_beat * 24 != spec.upbeat:
        yield "Its upbeat has another length."
    if any(bar.duration_beat != metre.bar_beats for bar in full[:-1]):
        yield "A bar within is not full."
    missing = metre.bar_beats - full[-1].duration_beat
    if missing and missing * 24 != spec.upbeat:
        yield "The last bar is not full."
    if (score.clef, score.transposition) != (player.clef, player.transposition):
        yield "It is written for another instrument."


def _lengths(score: Score, spec: Specification) -> Iterator[str]:
    notes = {symbol.duration_beat * 24 for symbol in score.symbols if symbol.pitch}
    if spec.order.theme is None and not notes <= spec.values:
        yield f"It has lengths of {sorted(map(float, notes - spec.values))} ticks."
    if spec.order.theme is None and not spec.rests and any(symbol.pitch is None for symbol in score.symbols):
        yield "It has rests."


def _pitches(score: Score, spec: Specification) -> Iterator[str]:
    if not score.notes:
        yield "It has no notes."
        return
    midis = [note.written.midi for note in score.notes]
    if spec.kind.is_clapped:
        if len(set(midis)) > 1:
            yield "It has more than one pitch."
        return
    if min(midis) < spec.low or max(midis) > spec.high:
        yield "It leaves its range."
    for degrees, note in ((spec.order.start, score.notes[0]), (spec.order.end, score.notes[-1])):
        if degrees and degree(score, note.written) not in degrees:
            yield f"It begins or ends on degree {degree(score, note.written)}."
    if (
        spec.order.chromatic is False
        and spec.order.theme is None
        and any(is_foreign(score, note.written) for note in score.notes)
    ):
        yield "It has notes from outside its key."


def degree(score: Score, pitch: Pitch) -> int:
    """1 to 7, by the letter."""
    return (STEPS.index(pitch.step) - STEPS.index(tonic_step(score.keys[0]))) % 7 + 1


def is_foreign(score: Score, pitch: Pitch) -> bool:
    """Outside the scale, in minor with its raised sixth and seventh."""
    key = score.keys[0]
    raised = pitch.alter - altered_by_key(key, pitch.step)
    allowed = RAISED_IN_MINOR.get(degree(score, pitch), 0) if key.mode == "minor" else 0
    return raised not in (0, allowed)


def _moves(score: Score, spec: Specification) -> Iterator[str]:
    """Between neighbours with no rest between."""
    if spec.kind.is_clapped:
        return
    for before, note in pairwise(score.notes):
        size = abs(note.written.diatonic - before.written.diatonic) + 1
        if size not in spec.sizes and parts(before.offset_beat) == parts(note.onset_beat):
            yield f"In bar {note.bar} it moves by an interval of size {size}."


def _counts(occurrences: Mapping[str, int], spec: Specification) -> Iterator[str]:
    for count in spec.order.counts:
        seen = occurrences.get(count.tag, 0)
        if seen < count.least or (count.most is not None and seen > count.most):
            yield f"{count.tag} occurs {seen} times."
