"""The search for a melody of the right difficulty: rhythms, then lines over the likeliest of them, until one is near.

The samplers keep every count exactly; what is searched for is the grade. What the first draw was off by corrects the
aim of the second.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from tutor.composing.aiming import Aim, aim, guess_over
from tutor.composing.candidates import Nearest, RhythmFigures, figures_of_rhythm, nearest
from tutor.composing.pitch.drawing import draw_lines
from tutor.composing.pitch.harmony import CHORDS, PlannedChord, chord_at
from tutor.composing.pitch.order import LineNote, LineOrder, LocalKey, midi_numbers
from tutor.composing.pitch.setting import Setting, chords_of, set_rhythm
from tutor.composing.refusal import CannotCompose
from tutor.composing.rhythm.drawing import draw_rhythms
from tutor.composing.rhythm.order import RhythmLine, RhythmOrder
from tutor.composing.scales import STEPS
from tutor.composing.skills import describe, middle_of_staff
from tutor.composing.specifying import Specification
from tutor.composing.technique import BREATHING
from tutor.notation.score import Pitch

RHYTHMS, LINES = 6, 16
# By how much the number of notes may miss the aim, attempt after attempt; at last it is left free.
WIDER_SLACK = (0.18, 0.3, 0.5, None)
NEAR_ENOUGH = 0.6  # of the tolerance: then no more is drawn
FEWEST_BARS_OF_PERIOD = 4
FEWEST_BARS_OF_HALVES = 8  # that pause on the dominant in the middle
BARS_A_BREATH = 4
CHANCE_OF_SENTENCE = 0.3


@dataclass(frozen=True, slots=True)
class Found:
    """A melody before it is printed."""

    rhythm: RhythmLine
    pitches: tuple[Pitch, ...]
    chords: tuple[PlannedChord, ...]
    nearest: Nearest
    strain_bits: float


def search(spec: Specification, rng: np.random.Generator) -> Found:
    """The first melody near enough to the grade, or else the nearest of all drawn. Raises CannotCompose where the
    counts leave none."""
    best: Found | None = None
    refusal: CannotCompose | None = None
    shift = 0.0
    for slack in WIDER_SLACK:
        try:
            found, mean = _attempt(spec, aim(spec, shift, slack), rng)
        except CannotCompose as refused:
            refusal = refusal or refused
            continue
        if found and (best is None or found.nearest.off < best.nearest.off):
            best = found
        if best and best.nearest.off <= NEAR_ENOUGH * spec.order.tolerance:
            break
        shift += spec.order.grade - mean
    if best is None:
        raise refusal or _no_register(spec)
    return best


def _attempt(spec: Specification, aimed: Aim, rng: np.random.Generator) -> tuple[Found | None, float]:
    """The best line over the likeliest rhythm (None where no line has the register wished for), and how hard the
    lines were on average. Raises CannotCompose."""
    rhythms = draw_rhythms(_rhythm_order(spec, aimed, rng), rng, RHYTHMS)
    figures = [figures_of_rhythm(rhythm) for rhythm in rhythms]
    off = [round(abs(guess_over(spec, aimed, one) - spec.order.grade), 6) for one in figures]
    chosen = off.index(min(off))
    if spec.kind.is_clapped:
        return _clapped(spec, rhythms[chosen], figures[chosen])
    setting = _setting(spec, rhythms[chosen], rng)
    lines = draw_lines(_line_order(spec, aimed, setting), rng, LINES)
    best, mean = nearest(spec, figures[chosen], lines.pitches, lines.midi)
    if best is None:
        return None, mean
    chords = chords_of(setting, lines, best.line)
    return Found(rhythms[chosen], lines.spelled(best.line), chords, best, lines.strain), mean


def _rhythm_order(spec: Specification, aimed: Aim, rng: np.random.Generator) -> RhythmOrder:
    fewest, most = aimed.notes
    sentence = rng.random() < CHANCE_OF_SENTENCE
    form = "none" if aimed.bars < FEWEST_BARS_OF_PERIOD else "sentence" if sentence or aimed.bars % 2 else "period"
    breathes = spec.kind.breathes or spec.player.family in BREATHING
    return RhythmOrder(
        metre=spec.metre,
        bars=aimed.bars,
        upbeat_ticks=spec.upbeat,
        values=spec.values,
        rests=spec.rests,
        counts=aimed.rhythm_counts,
        notes=(fewest, most),
        pairs=aimed.pairs,
        style=spec.order.style,
        form=form,
        density=None if most is None else (fewest + most) / 2 / aimed.bars,
        breaths=BARS_A_BREATH if breathes and aimed.bars >= 2 * BARS_A_BREATH else None,
    )


def _clapped(spec: Specification, rhythm: RhythmLine, figures: RhythmFigures) -> tuple[Found, float]:
    """On the middle line, as the key signature has it."""
    octave, letter = divmod(middle_of_staff(spec.player.clef), 7)
    alter = LocalKey(spec.fifths, spec.mode).altered(letter)
    pitches = np.full((1, len(rhythm.notes), 2), (7 * octave + letter, alter))
    best, mean = nearest(spec, figures, pitches, midi_numbers(pitches[..., 0], pitches[..., 1]))
    assert best is not None
    return Found(rhythm, (Pitch(octave, STEPS[letter], alter),) * len(rhythm.notes), (), best, 0.0), mean


def _setting(spec: Specification, rhythm: RhythmLine, rng: np.random.Generator) -> Setting:
    bars = rhythm.bars
    return set_rhythm(
        rhythm,
        LocalKey(spec.fifths, spec.mode),
        rng,
        modulates=spec.modulates,
        half_cadence=bars // 2 if bars >= FEWEST_BARS_OF_HALVES and bars % 2 == 0 else None,
        start=frozenset(spec.start),
        end=frozenset(spec.end),
    )


def _line_order(spec: Specification, aimed: Aim, setting: Setting) -> LineOrder:
    notes = tuple(_in_chord(setting, place) for place in range(len(setting.notes)))
    return LineOrder(
        notes=notes if spec.kind.is_broken_chords else setting.notes,
        low=spec.low,
        high=spec.high,
        fifths=spec.fifths,
        mode=spec.mode,
        keys=setting.plan.keys,
        sizes=spec.sizes,
        counts=aimed.line_counts,
        chromatic=spec.chromatic,
        style=spec.order.style,
    )


def _in_chord(setting: Setting, place: int) -> LineNote:
    """A note that must belong to its chord; the first and the last also keep to their own degrees."""
    note, sounding = setting.notes[place], setting.rhythm.notes[place]
    chord = chord_at(setting.chords, sounding.bar, sounding.onset) or setting.chords[0]
    degrees = frozenset(degree for degree, _ in CHORDS[setting.plan.keys[chord.key].mode][chord.figure])
    return replace(note, only=degrees if note.only is None else (degrees & note.only or note.only))


def _no_register(spec: Specification) -> CannotCompose:
    wished = spec.other_counts[0].tag
    return CannotCompose(
        f"No melody of this length came out with so many {describe(wished)}; ask for fewer, or for a wider range.",
        (f"fewer {describe(wished)}", "a wider range"),
    )
