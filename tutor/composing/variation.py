"""Variations on a tune: its harmony and what it has on the strong beats stay, rhythm and ornament are new.

Three levels: 1 keeps most bars' rhythm and the tune on every beat, 2 half of them and the strong beats, 3 only the
downbeats. The last note always stays.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from tutor.composing.candidates import figures_of_rhythm, nearest
from tutor.composing.pitch.drawing import draw_lines
from tutor.composing.pitch.harmony import FittedNote, chord_at, fit_chords
from tutor.composing.pitch.order import LineNote, LocalKey
from tutor.composing.pitch.setting import Setting, chords_of, set_rhythm
from tutor.composing.refusal import CannotCompose
from tutor.composing.rhythm.drawing import draw_rhythms
from tutor.composing.rhythm.order import RhythmLine, RhythmOrder
from tutor.composing.searching import Found, line_order
from tutor.composing.specifying import Specification
from tutor.composing.themes import Theme

# By level: the share of bars that keep their rhythm, how strong a place must be to keep its note (3 a downbeat, 1 any
# beat), and how many notes there are for one of the tune's.
KEPT_BARS = (0.6, 0.4, 0.1)
KEPT_STRENGTH = (1, 2, 3)
NOTES_FOR_ONE = (1.2, 1.5, 1.9)
RHYTHMS, LINES, TRIES = 6, 16, 4


def vary(spec: Specification, theme: Theme, rng: np.random.Generator) -> Found:
    """One variation. Raises CannotCompose; each try that fails keeps less of the tune."""
    refusal: CannotCompose | None = None
    for given_up in range(TRIES):
        try:
            rhythm = _rhythm(spec, theme, rng, given_up)
            return _found(spec, theme, rhythm, rng, given_up)
        except CannotCompose as refused:
            refusal = refused
    assert refusal is not None
    raise refusal


def _rhythm(spec: Specification, theme: Theme, rng: np.random.Generator, given_up: int) -> RhythmLine:
    """The likeliest of those that are not the tune's own."""
    level = spec.order.level - 1
    last = max(theme.bars)
    lucky = {number for number in theme.bars if rng.random() < KEPT_BARS[level]}
    # The last bar is where the tune comes to rest, and the upbeat how it sets out.
    kept = {0, last} if given_up < 2 else set()
    kept |= lucky if not given_up else set()
    order = RhythmOrder(
        metre=spec.metre,
        bars=last,
        upbeat_ticks=spec.upbeat,
        values=spec.values | theme.values,
        rests=True,
        counts=spec.rhythm_counts,
        notes=(1, None),
        style=spec.order.style,
        density=len(theme.notes) / last * NOTES_FOR_ONE[level],
        whole_last_bar=sum(ticks for ticks, _ in theme.bars[last]) == theme.bar_ticks,
        fixed={number: bar for number, bar in theme.bars.items() if number in kept},
    )
    own = [(note.bar, note.onset, note.ticks) for note in theme.notes]
    rhythms = draw_rhythms(order, rng, RHYTHMS)
    changed = [line for line in rhythms if [(note.bar, note.onset, note.ticks) for note in line.notes] != own]
    return (changed or rhythms)[0]


def _found(spec: Specification, theme: Theme, rhythm: RhythmLine, rng: np.random.Generator, given_up: int) -> Found:
    setting = _setting(spec, theme, rhythm, rng)
    strength = KEPT_STRENGTH[spec.order.level - 1] + (given_up == 2) + 3 * (given_up > 2)
    notes = [_kept(setting, theme, place, strength) for place in range(len(setting.notes))]
    lines = draw_lines(line_order(spec, spec, setting, notes), rng, LINES)
    best, _ = nearest(spec, figures_of_rhythm(rhythm), lines.pitches, lines.midi)
    chords = chords_of(setting, lines, best.line)
    return Found(rhythm, lines.spelled(best.line), chords, best, lines.strain)


def _setting(spec: Specification, theme: Theme, rhythm: RhythmLine, rng: np.random.Generator) -> Setting:
    """Over the chords that the tune wants."""
    setting = set_rhythm(replace(rhythm, copy_of={}), LocalKey(spec.fifths, spec.mode), rng)
    heard = [
        FittedNote(note.bar, note.onset, note.ticks, _strength(theme, note.onset), note.pitch.midi % 12)
        for note in theme.notes
    ]
    chords = fit_chords(setting.chords, heard, setting.plan)
    return replace(setting, chords=chords)


def _strength(theme: Theme, onset: int) -> int:
    return 3 if onset == 0 else 2 if 2 * onset == theme.bar_ticks else 1 if onset % 24 == 0 else 0


def _kept(setting: Setting, theme: Theme, place: int, strength: int) -> LineNote:
    """A note of the variation: the tune's own where it lies on a strong place, and the last one."""
    note, sounding = setting.notes[place], setting.rhythm.notes[place]
    chord = chord_at(setting.chords, sounding.bar, sounding.onset)
    note = replace(note, chord=None if chord is None else frozenset(chord.pitch_classes))
    is_last = place == len(setting.notes) - 1
    pitch = theme.notes[-1].pitch if is_last else theme.sounding(sounding.bar, sounding.onset)
    if pitch is None or (sounding.strength < strength and not is_last):
        return note
    return replace(note, fixed=(pitch.diatonic, pitch.alter))
