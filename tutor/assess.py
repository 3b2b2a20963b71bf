"""How a recording becomes an **Assessment**: the table of contents of the ear.

decode -> listen -> segment -> align -> listen again -> judge -> grade -> causes
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tutor.alignment.aligner import align
from tutor.alignment.alignment import Alignment
from tutor.alignment.mending import mend
from tutor.clock import Clock
from tutor.grading.assessment import Assessment, Extra, Grade, NoteVerdict, PitchTrace, Restart
from tutor.grading.causes import find_causes
from tutor.grading.extras import true_extras
from tutor.grading.grade import grade_notes, tempo_part
from tutor.grading.hearing import hear_again
from tutor.grading.intonation import tuning_offset, written_octave
from tutor.grading.rubric import Rubric
from tutor.grading.timing import Timing, drift, overall_tempo, time_notes
from tutor.grading.verdicts import Manner, judge
from tutor.listening.decoding import decode
from tutor.listening.errors import NothingHeard
from tutor.listening.evidence import Evidence, listen
from tutor.listening.pitch_tracking import HOP_S
from tutor.listening.segmentation import HeardNote, rings_on, segment
from tutor.notation.instruments import Instrument
from tutor.notation.score import Note, Score

ENGINE = "woodshed-ear/1"

Progress = Callable[[str, float], None]

SLOWEST_BPM, FASTEST_BPM = 10, 400
# Before beat 0, by more than this part of a beat, the count-in sounds and not the player.
COUNT_IN_BEATS = 0.5
# A lateness within this may always be the machine's.
JUDGED_LATENESS_S = 0.03
SAME_TEMPO = 0.04
# Tuned this far off or more, the nearest semitone may be the wrong one: the one beyond is tried as well.
DOUBTFUL_TUNING = 0.2
FURTHEST_TUNING = 0.75
# Played in another key, hardly a note is right as it stands, and nearly all are once they are moved.
MOSTLY_WRONG, MOSTLY_RIGHT, KEYS_TRIED, FURTHEST_KEY = 0.5, 0.7, 5, 14
# So much the melody must fit better in the further tuning.
TUNING_MARGIN = 1.5


def assess_recording(
    recording: Path | bytes,
    score: Score,
    rubric: Rubric,
    clock: Clock | None = None,
    *,
    instrument: Instrument | None = None,
    bpm: float | None = None,
    claimed_duration_s: float | None = None,
    progress: Progress | None = None,
) -> Assessment:
    """Hear a take and judge it. Raises a RecordingError with a sentence for the student.

    The tempo asked for is the clock's, else `bpm`, else the score's. `instrument` gives range, window and attack
    latency, and whether the octave is free; it transposes nothing.
    """
    say = progress or (lambda stage, share: None)
    clock = clock if clock and keeps_time(clock) else None
    say("listening", 0.0)
    sound = decode(recording, claimed_duration_s=claimed_duration_s)
    say("listening", 0.3)
    evidence = listen(sound, *_range(score.notes, instrument))
    say("listening", 0.9)
    heard = _without_count_in(segment(evidence, {note.pitch for note in score.notes}), clock)
    if not heard:
        raise NothingHeard(evidence.peak_dbfs)
    say("grading", 0.0)
    asked_bpm = clock.bpm if clock else bpm or score.bpm
    octave_free = rubric.any_octave or (instrument is not None and instrument.octave_free)
    take = _understand(score.notes, heard, evidence, asked_bpm, octave_free)
    say("grading", 0.5)
    assessment = _grade(take, score, rubric, clock, instrument, asked_bpm)
    say("grading", 1.0)
    return assessment


def keeps_time(clock: Clock) -> bool:
    """Whether a clock can be judged by: real numbers, and a tempo that somebody could play."""
    numbers = (clock.bpm, clock.beat0_s, clock.latency_s or 0.0, clock.latency_doubt_s or 0.0)
    return all(map(math.isfinite, numbers)) and SLOWEST_BPM <= clock.bpm <= FASTEST_BPM


@dataclass(frozen=True)
class _Take:
    """What was understood before anything is judged."""

    heard: list[HeardNote]
    evidence: Evidence
    alignment: Alignment
    tuning: float
    octave_free: bool
    timing: Timing
    struck: list[tuple[int, float]]


def _range(notes: Sequence[Note], instrument: Instrument | None) -> tuple[int, int]:
    """Sounding pitches to listen for: those written, within what the instrument can play around them."""
    pitches = [note.pitch for note in notes] or [60]
    return min(pitches), max(pitches)


def _without_count_in(heard: list[HeardNote], clock: Clock | None) -> list[HeardNote]:
    if clock is None:
        return heard
    begins_s = clock.beat0_s + (clock.latency_s or 0.0) - COUNT_IN_BEATS * 60.0 / clock.bpm
    after = [note for note in heard if note.onset_s >= begins_s or note.offset_s > begins_s + 0.3]
    return after or heard  # all of it before beat 0: then the clock is wrong, and not the player


def _understand(
    notes: Sequence[Note], heard: list[HeardNote], evidence: Evidence, asked_bpm: float, octave_free: bool
) -> _Take:
    alignment, guess = _align_in_tune(notes, heard, evidence.tuning, asked_bpm, octave_free)
    beats = np.array([note.onset_beat for note in notes])
    breaks = [jump.to_note for jump in alignment.jumps]
    timing = time_notes(beats, _struck(alignment, heard), breaks, 60.0 / asked_bpm)
    alignment = mend(alignment, notes, heard, timing.expected_s, guess)
    struck = _struck(alignment, heard)
    deviations = [
        _deviation(notes[match.note], heard[index], guess, octave_free)
        for match in alignment.matches
        for index in match.heard
        if heard[index].has_f0
    ]
    return _Take(
        heard=heard,
        evidence=evidence,
        alignment=alignment,
        tuning=tuning_offset(deviations, guess),
        octave_free=octave_free,
        timing=time_notes(beats, struck, breaks, 60.0 / asked_bpm),
        struck=struck,
    )


def _struck(alignment: Alignment, heard: Sequence[HeardNote]) -> list[tuple[int, float]]:
    """(score note, onset_s) of every note that was heard to begin."""
    return [(match.note, heard[match.heard[0]].onset_s) for match in alignment.matches if match.heard]


def _deviation(note: Note, heard: HeardNote, guess: float, octave_free: bool) -> float:
    pitch = written_octave(heard.pitch - guess, note.pitch) + guess if octave_free else heard.pitch
    return pitch - note.pitch


def _align_in_tune(
    notes: Sequence[Note], heard: list[HeardNote], tuning: float, bpm: float, octave_free: bool
) -> tuple[Alignment, float]:
    """Align with the take's tuning. Well off A4 = 440 the melody decides which semitone was meant."""
    best = align(notes, heard, bpm=bpm, tuning=tuning, octave_free=octave_free)
    other = tuning - 1.0 if tuning > 0 else tuning + 1.0
    if abs(tuning) > DOUBTFUL_TUNING and abs(other) <= FURTHEST_TUNING:
        beyond = align(notes, heard, bpm=bpm, tuning=other, octave_free=octave_free)
        if beyond.cost + TUNING_MARGIN < best.cost:
            return beyond, other
    return _align_transposed(notes, heard, best, tuning, bpm, octave_free), tuning


def _align_transposed(
    notes: Sequence[Note], heard: list[HeardNote], plain: Alignment, tuning: float, bpm: float, octave_free: bool
) -> Alignment:
    """If hardly anything fits, perhaps all of it was played in another key: then the notes are wrong, but in place."""
    if _share_right(notes, heard, plain, tuning, octave_free) > MOSTLY_WRONG:
        return plain
    steps = np.round([one.pitch - tuning - note.pitch for note in notes for one in heard]).astype(int)
    values, counts = np.unique(steps[np.abs(steps) <= FURTHEST_KEY], return_counts=True)
    for step in values[np.argsort(-counts, kind="stable")][:KEYS_TRIED]:
        moved = align(notes, heard, bpm=bpm, tuning=tuning + int(step), octave_free=octave_free)
        if _share_right(notes, heard, moved, tuning + int(step), octave_free) > MOSTLY_RIGHT:
            return moved
    return plain


def _share_right(
    notes: Sequence[Note], heard: list[HeardNote], alignment: Alignment, tuning: float, octave_free: bool
) -> float:
    matches = [match for match in alignment.matches if match.heard]
    off = [_deviation(notes[match.note], heard[match.heard[0]], tuning, octave_free) - tuning for match in matches]
    return sum(abs(one) < 0.6 for one in off) / len(notes)


def _grade(
    take: _Take, score: Score, rubric: Rubric, clock: Clock | None, instrument: Instrument | None, asked_bpm: float
) -> Assessment:
    verdicts = _verdicts(take, score.notes, rubric, instrument)
    extras = true_extras(take.heard, take.alignment, take.evidence, take.tuning)
    beats = np.array([score.notes[note].onset_beat for note, _ in take.struck])
    onsets_s = np.array([onset_s for _, onset_s in take.struck])
    tempo_bpm = _tempo(beats, onsets_s, take)
    moved = None if take.alignment.jumps else drift(beats, onsets_s)
    tuning_cents = round(100 * take.tuning, 1)
    grade = grade_notes(
        verdicts, rubric, extras, tuning_cents=tuning_cents, tempo=tempo_part(tempo_bpm, asked_bpm, moved, rubric)
    )
    assessment = _assessment(take, score, rubric, grade, tempo_bpm, verdicts, extras)
    causes = find_causes(
        assessment,
        score,
        rubric,
        asked_bpm=asked_bpm,
        drift=moved,
        lateness_s=_lateness(beats, onsets_s, clock, instrument, tempo_bpm),
        is_pitched_by_player=_manner(take, instrument).cents,
    )
    return replace(assessment, causes=causes)


def _verdicts(
    take: _Take, notes: Sequence[Note], rubric: Rubric, instrument: Instrument | None
) -> tuple[NoteVerdict, ...]:
    heard = hear_again(notes, take.heard, take.alignment, take.timing, take.evidence, take.tuning, take.octave_free)
    manner = _manner(take, instrument)
    return tuple(
        judge(one, rubric, float(beat_s) if np.isfinite(beat_s) else 0.7, take.timing.typical_error_s, manner)
        for one, beat_s in zip(heard, take.timing.beat_s, strict=True)
    )


def _manner(take: _Take, instrument: Instrument | None) -> Manner:
    """What may be judged of this sound: of strings that ring, neither cents nor lengths."""
    rings = rings_on(take.heard)
    if instrument is not None:
        return Manner(cents=instrument.cents_graded, lengths=instrument.family not in ("plucked", "keys") and not rings)
    return Manner(cents=not rings, lengths=not rings)


def _tempo(beats: NDArray[np.float64], onsets_s: NDArray[np.float64], take: _Take) -> float | None:
    """The whole take's tempo; where the player went back, the typical local one."""
    if not take.alignment.jumps:
        bpm = overall_tempo(beats, onsets_s)
    else:
        known = take.timing.beat_s[np.isfinite(take.timing.beat_s)]
        bpm = 60.0 / float(np.median(known)) if len(known) else None
    return None if bpm is None else round(bpm, 1)


def _lateness(
    beats: NDArray[np.float64],
    onsets_s: NDArray[np.float64],
    clock: Clock | None,
    instrument: Instrument | None,
    tempo_bpm: float | None,
) -> float | None:
    """Seconds behind the metronome, if steady and certain: latency, its doubt and the attack are not the player's."""
    if clock is None or clock.latency_s is None or tempo_bpm is None or abs(tempo_bpm / clock.bpm - 1) > SAME_TEMPO:
        return None
    due_s = clock.beat0_s + clock.latency_s + beats * 60.0 / clock.bpm
    late_s = float(np.median(onsets_s - due_s)) - (instrument.attack_latency_s if instrument else 0.015)
    return late_s if abs(late_s) > JUDGED_LATENESS_S + (clock.latency_doubt_s or 0.0) else None


def _assessment(
    take: _Take,
    score: Score,
    rubric: Rubric,
    grade: Grade,
    tempo_bpm: float | None,
    verdicts: tuple[NoteVerdict, ...],
    extras: tuple[Extra, ...],
) -> Assessment:
    evidence = take.evidence
    restarts = tuple(
        Restart(
            round(take.heard[jump.at_heard].onset_s, 3), score.notes[jump.from_note].id, score.notes[jump.to_note].id
        )
        for jump in take.alignment.restarts
    )
    return Assessment(
        engine=ENGINE,
        grade=grade,
        tuning_cents=round(100 * take.tuning, 1),
        tempo_bpm=tempo_bpm,
        notes=verdicts,
        extras=extras,
        restarts=restarts,
        rubric=rubric.name,
        noise_dbfs=round(evidence.room_dbfs, 1),
        played_share=round(float(np.mean(evidence.tonal)), 3) if evidence.frames else None,
        duration_s=round(evidence.duration_s, 3),
        trace=_trace(evidence),
    )


def _trace(evidence: Evidence) -> PitchTrace:
    heard = evidence.tonal & np.isfinite(evidence.f0)
    return PitchTrace(
        hop_s=HOP_S,
        midi=tuple(round(float(f0), 2) if sounds else None for f0, sounds in zip(evidence.f0, heard, strict=True)),
        level_db=tuple(round(float(level), 1) for level in evidence.level_dbfs),
    )
