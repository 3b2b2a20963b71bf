"""The search for a melody of the right difficulty: rhythms, then lines over the likeliest of them, until one is near.

The samplers keep every count exactly; what is searched for is the grade. What the first draw was off by corrects the
aim of the second.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from tutor.composing.aiming import Aim, aim, guess_over
from tutor.composing.candidates import Nearest, RhythmFigures, figures_of_rhythm, nearest
from tutor.composing.loosening import loosened
from tutor.composing.ordering import TICKS_A_QUARTER
from tutor.composing.pitch.drawing import draw_lines
from tutor.composing.pitch.harmony import CHORDS, PlannedChord, chord_at
from tutor.composing.pitch.idiom import idiom_for
from tutor.composing.pitch.order import LineNote, LineOrder, LocalKey, midi_numbers
from tutor.composing.pitch.setting import Setting, chords_of, set_rhythm
from tutor.composing.refusal import CannotCompose
from tutor.composing.rhythm.drawing import draw_rhythms
from tutor.composing.rhythm.order import RhythmLine, RhythmOrder
from tutor.composing.scales import STEPS
from tutor.composing.skills import middle_of_staff
from tutor.composing.specifying import Specification, without_extras
from tutor.notation.score import Pitch

RHYTHMS, LINES = 8, 16
ATTEMPTS = 4
THINNEST = 0.6  # times the notes asked: by more the next attempt is not corrected
NEAR_ENOUGH = 0.9  # of the tolerance: then no more is drawn
HARDLY_BETTER = 0.85  # times as far off as before: the order itself is in the way of its grade
OUT_OF_REACH = 0.8  # grades that an aim is known to miss by: drawing again would not help
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
    refusals: list[CannotCompose] = []
    shift, thinned = 0.0, 1.0
    for _ in range(ATTEMPTS):
        aimed = aim(spec, shift, len(refusals), thinned)
        try:
            found, misjudged = _attempt(spec, aimed, shift, rng, len(refusals))
        except CannotCompose as refused:
            refusals.append(refused)
            spec = loosened(spec, len(refusals))
            continue
        is_hopeless = best is not None and found.nearest.off > HARDLY_BETTER * best.nearest.off
        is_hopeless = is_hopeless or min(aimed.missing, found.nearest.off) > OUT_OF_REACH
        if best is None or found.nearest.off < best.nearest.off:
            best = found
        if best.nearest.off <= NEAR_ENOUGH * spec.order.tolerance or is_hopeless or not spec.kind.aims:
            break
        spec, shift = replace(spec, bars=(aimed.bars,)), misjudged
        thinned *= min(max(len(found.rhythm.notes) / (aimed.notes_a_bar * aimed.bars), THINNEST), 1 / THINNEST)
    if best is None:
        raise refusals[-1]
    return best


def _attempt(
    spec: Specification, aimed: Aim, shift: float, rng: np.random.Generator, refused: int
) -> tuple[Found, float]:
    """The best line over the likeliest rhythm, and by how many grades lines over it were easier than guessed. Raises
    CannotCompose."""
    rhythms = draw_rhythms(_rhythm_order(spec, aimed, rng), rng, RHYTHMS)
    figures = [figures_of_rhythm(rhythm) for rhythm in rhythms]
    guessed = [guess_over(spec, aimed, one) for one in figures]
    off = [round(abs(guess - shift - spec.order.grade), 6) for guess in guessed]
    chosen = off.index(min(off))
    if spec.kind.is_clapped:
        return _clapped(spec, rhythms[chosen], figures[chosen]), 0.0
    setting = _setting(spec, rhythms[chosen], rng)
    lines = draw_lines(_line_order(spec, aimed, setting, refused), rng, LINES)
    best, mean = nearest(spec, figures[chosen], lines.pitches, lines.midi)
    chords = chords_of(setting, lines, best.line)
    found = Found(rhythms[chosen], lines.spelled(best.line), chords, best, lines.strain)
    return found, guessed[chosen] - mean


def _rhythm_order(spec: Specification, aimed: Aim, rng: np.random.Generator) -> RhythmOrder:
    sentence = rng.random() < CHANCE_OF_SENTENCE
    form = "none" if aimed.bars < FEWEST_BARS_OF_PERIOD else "sentence" if sentence or aimed.bars % 2 else "period"
    return RhythmOrder(
        metre=spec.metre,
        bars=aimed.bars,
        upbeat_ticks=spec.upbeat,
        values=spec.values,
        rests=spec.rests,
        counts=aimed.rhythm_counts,
        notes=(aimed.fewest_notes, None),
        pairs=aimed.pairs,
        style=spec.order.style,
        form=form,
        density=aimed.notes_a_bar,
        breaths=BARS_A_BREATH if _may_breathe(spec, aimed) else None,
        # What nobody asked for is sooner given up than odd bars are looked for.
        thorough=spec == without_extras(spec),
    )


def _may_breathe(spec: Specification, aimed: Aim) -> bool:
    """Phrases of four bars end with a breath, unless an upbeat off the beat would begin in the middle of it."""
    is_easy = spec.upbeat == 0 or (spec.upbeat == TICKS_A_QUARTER and spec.metre[1] != 8)
    return spec.breathes and is_easy and aimed.bars >= 2 * BARS_A_BREATH


def _clapped(spec: Specification, rhythm: RhythmLine, figures: RhythmFigures) -> Found:
    """On the middle line, as the key signature has it."""
    octave, letter = divmod(middle_of_staff(spec.player.clef), 7)
    alter = LocalKey(spec.fifths, spec.mode).altered(letter)
    pitches = np.full((1, len(rhythm.notes), 2), (7 * octave + letter, alter))
    best, _ = nearest(spec, figures, pitches, midi_numbers(pitches[..., 0], pitches[..., 1]))
    return Found(rhythm, (Pitch(octave, STEPS[letter], alter),) * len(rhythm.notes), (), best, 0.0)


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


def _line_order(spec: Specification, aimed: Aim, setting: Setting, refused: int) -> LineOrder:
    # Broken chords let notes between the beats go their own way where all of them can't keep to the chord.
    notes = tuple(
        _in_chord(setting, place) if note.strength >= refused else note for place, note in enumerate(setting.notes)
    )
    return line_order(spec, aimed, setting, notes if spec.kind.is_broken_chords else setting.notes)


def line_order(
    spec: Specification, within: Aim | Specification, setting: Setting, notes: Sequence[LineNote]
) -> LineOrder:
    """What is asked of these notes, in the range, with the counts and the chromatic notes that `within` allows."""
    return LineOrder(
        notes=tuple(notes),
        low=within.low,
        high=within.high,
        fifths=spec.fifths,
        mode=spec.mode,
        keys=setting.plan.keys,
        sizes=spec.sizes,
        counts=within.line_counts,
        staff_middle=middle_of_staff(spec.player.clef),
        chromatic=within.chromatic,
        style=spec.order.style,
        idiom=idiom_for(spec.player, spec.order.grade),
    )


def _in_chord(setting: Setting, place: int) -> LineNote:
    """A note that must belong to its chord; the first and the last also keep to their own degrees."""
    note, sounding = setting.notes[place], setting.rhythm.notes[place]
    chord = chord_at(setting.chords, sounding.bar, sounding.onset) or setting.chords[0]
    degrees = frozenset(degree for degree, _ in CHORDS[setting.plan.keys[chord.key].mode][chord.figure])
    return replace(note, only=degrees if note.only is None else (degrees & note.only or note.only))
