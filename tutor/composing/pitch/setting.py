"""From a rhythm to the notes a line is asked for: keys, chords, restatements, first and last."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from tutor.composing.pitch.harmony import DOMINANT, FittedNote, PlannedChord, chord_at, fit_chords, plan_chords
from tutor.composing.pitch.modulation import KeyPlan, plan_keys
from tutor.composing.pitch.order import LineNote, Lines, LocalKey
from tutor.composing.rhythm.order import RhythmLine, SoundingNote

CADENCE_WEIGHT = 2.0
# Where a chord comes in at a cadence the melody has one of its notes.
ARRIVAL_WEIGHT = 15.0


@dataclass(frozen=True, slots=True)
class Setting:
    """What a line is drawn over. `notes` go into a LineOrder with `plan.keys`."""

    rhythm: RhythmLine
    plan: KeyPlan
    chords: tuple[PlannedChord, ...]
    notes: tuple[LineNote, ...]


def set_rhythm(
    rhythm: RhythmLine,
    home: LocalKey,
    rng: np.random.Generator,
    *,
    modulates: bool = False,
    half_cadence: int | None = None,
    start: frozenset[int] | None = None,
    end: frozenset[int] | None = None,
) -> Setting:
    """Keys and chords for a rhythm, and its notes over them; `start` and `end` are degrees of the home key."""
    plan = plan_keys(home, rhythm.bars, modulates, rng)
    chords = _held_over(plan_chords(rhythm.metre, plan, half_cadence, rng), rhythm)
    restated = _restated(rhythm, plan, chords)
    parallel = _parallels(rhythm, restated)
    arrivals = {(chord.bar, chord.onset) for chord in chords if chord.cadence}
    last = len(rhythm.notes) - 1
    notes = []
    for place, note in enumerate(rhythm.notes):
        chord = chord_at(chords, note.bar, note.onset)
        notes.append(
            LineNote(
                note.strength,
                note.ticks,
                note.after_rest,
                plan.key_at(note.bar),
                None if chord is None else frozenset(chord.pitch_classes),
                start if place == 0 else end if place == last else None,
                restated.get(place),
                parallel.get(place),
                chord_weight=_chord_weight(note, chord, arrivals),
            )
        )
    return Setting(rhythm, plan, chords, tuple(notes))


def chords_of(setting: Setting, lines: Lines, line: int) -> tuple[PlannedChord, ...]:
    """The chords as they fit one drawn line."""
    classes = lines.midi[line] % 12
    notes = [
        FittedNote(note.bar, note.onset, note.ticks, note.strength, int(pitch_class))
        for note, pitch_class in zip(setting.rhythm.notes, classes, strict=True)
    ]
    return fit_chords(setting.chords, notes, setting.plan)


def _chord_weight(note: SoundingNote, chord: PlannedChord | None, arrivals: set[tuple[int, int]]) -> float:
    if chord is None or not chord.cadence:
        return 1.0
    return ARRIVAL_WEIGHT if (note.bar, note.onset) in arrivals else CADENCE_WEIGHT


def _held_over(chords: Sequence[PlannedChord], rhythm: RhythmLine) -> tuple[PlannedChord, ...]:
    """The same, but a cadence's dominant that would come in under a held note comes in with the bar."""
    attacks = {(note.bar, note.onset) for note in rhythm.notes}
    kept: list[PlannedChord] = []
    for chord in chords:
        if chord.cadence and chord.onset and (chord.bar, chord.onset) not in attacks:
            before = kept.pop()
            chord = replace(chord, onset=before.onset, ticks=before.ticks + chord.ticks)
        kept.append(chord)
    return tuple(kept)


def _parallels(rhythm: RhythmLine, restated: Mapping[int, int]) -> Mapping[int, int]:
    """Note -> the one before it in the same place, in bars with the rhythm of the bar before that restate none."""
    bars = _by_bar(rhythm)
    pairs: dict[int, int] = {}
    for bar, notes in bars.items():
        earlier = bars.get(bar - 1, [])
        if [(note.onset, note.ticks) for _, note in notes] == [(note.onset, note.ticks) for _, note in earlier]:
            pairs |= {place: before for (place, _), (before, _) in zip(notes, earlier, strict=True)}
    return {place: before for place, before in pairs.items() if place not in restated}


def _by_bar(rhythm: RhythmLine) -> dict[int, list[tuple[int, SoundingNote]]]:
    by_bar: dict[int, list[tuple[int, SoundingNote]]] = {}
    for place, note in enumerate(rhythm.notes):
        by_bar.setdefault(note.bar, []).append((place, note))
    return by_bar


def _restated(rhythm: RhythmLine, plan: KeyPlan, chords: Sequence[PlannedChord]) -> Mapping[int, int]:
    """Note -> the note it restates, in bars that restate another with the same attacks and in the same key.

    Of each passage that restates the rhythm of another the first half restates its pitches too: the opening comes
    back, and then goes its own way. A bar just heard is not restated, nor anything over the dominant of a
    cadence.
    """
    by_bar = _by_bar(rhythm)
    pairs: dict[int, int] = {}
    for bar, source in _openings(rhythm.copy_of):
        copy, original = by_bar.get(bar, []), by_bar.get(source, [])
        same_attacks = [note.onset for _, note in copy] == [note.onset for _, note in original]
        if same_attacks and source < bar - 1 and plan.key_at(bar) == plan.key_at(source):
            pairs |= {place: before for (place, _), (before, _) in zip(copy, original, strict=True)}
    closing = [chord_at(chords, note.bar, note.onset) for note in rhythm.notes]
    return {place: before for place, before in pairs.items() if not _is_closing(closing[place])}


def _is_closing(chord: PlannedChord | None) -> bool:
    return chord is not None and chord.figures is not None and chord.figures <= DOMINANT


def _openings(copy_of: Mapping[int, int]) -> Iterator[tuple[int, int]]:
    """Of every row of bars that restates a row of bars, the first half (the larger of an odd number)."""
    rows: list[list[int]] = []
    for bar in sorted(copy_of):
        if rows and bar == rows[-1][-1] + 1 and copy_of[bar] == copy_of[bar - 1] + 1:
            rows[-1].append(bar)
        else:
            rows.append([bar])
    for row in rows:
        yield from ((bar, copy_of[bar]) for bar in row[: (len(row) + 1) // 2])
