"""How a recording becomes an **Assessment**: the table of contents of the ear.

decode -> listen -> follow -> locate -> judge -> grade -> causes
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tutor.clock import FASTEST_BPM, SLOWEST_BPM, Clock, Latency, held_against
from tutor.grading.assessment import Assessment, PitchTrace, Restart
from tutor.grading.causes import find_causes
from tutor.grading.grade import grade_notes, tempo_part
from tutor.grading.judging import judge_take
from tutor.grading.jury import exam_grade, mark_line
from tutor.grading.models import Models, models
from tutor.grading.rhythm_only import assess_clapping
from tutor.grading.rubric import Rubric
from tutor.grading.timing import FEWEST, drift, overall_tempo
from tutor.grading.understanding import Understanding, understand
from tutor.listening.click_removal import remove_clicks
from tutor.listening.clicks import best_latency
from tutor.listening.decoding import Sound, decode
from tutor.listening.errors import NothingHeard
from tutor.listening.frames import HIGHEST_HEARD, HOP_S, LOWEST_HEARD, Frames, listen_closely
from tutor.listening.muting import without_beginning
from tutor.notation.instruments import Instrument
from tutor.notation.score import Note, Score

ENGINE = "woodshed-ear/2"

Progress = Callable[[str, float], None]

# All listening is done at this rate: what lies above 11 kHz says nothing about which note it is.
WORKING_RATE_HZ = 22_050
# Before beat 0, by more than this part of a beat, the count-in sounds and not the player.
COUNT_IN_BEATS = 0.5
SAME_TEMPO = 0.04
# Sound is between -1 and 1; a broken file of floats may hold any number, and the squares of these must stay finite.
LOUDEST = 1e6
# A microphone in any room hears itself louder than this: what peaks below it is no performance.
SILENT_DBFS = -62.0
# Less of the take than this has a pitch: nobody played.
LEAST_TONAL_S = 0.06


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
    learnt: Models | None = None,
) -> Assessment:
    """Hear a take and judge it. Raises a RecordingError with a sentence for the student.

    The tempo asked for is the clock's, else `bpm`, else the score's. `instrument` gives range and attack latency, and
    whether the octave is free; it transposes nothing. `learnt` are other weights than those that ship.
    """
    say = progress or (lambda stage, share: None)
    clock = clock if clock and keeps_time(clock) else None
    asked_bpm = clock.bpm if clock else bpm or score.bpm
    say("listening", 0.0)
    sound = _finite(decode(recording, claimed_duration_s=claimed_duration_s, rate_hz=WORKING_RATE_HZ))
    if rubric.onsets_only:
        return assess_clapping(sound, score, rubric, clock, bpm=asked_bpm)
    say("listening", 0.3)
    latency = best_latency(sound.samples, sound.rate_hz, clock) if clock else None
    frames = _listen(sound, score.notes, clock, latency)
    say("listening", 0.9)
    _refuse_silence(frames)
    say("grading", 0.0)
    octave_free = rubric.any_octave or (instrument is not None and instrument.octave_free)
    heard = understand(score.notes, frames, learnt or models(), bpm=asked_bpm, octave_free=octave_free)
    if heard is None:
        raise NothingHeard(frames.peak_dbfs)
    say("grading", 0.5)
    take = _Take(score, rubric, clock, latency, instrument, asked_bpm, heard)
    assessment = _assessment(take)
    say("grading", 1.0)
    return assessment


def _finite(sound: Sound) -> Sound:
    """The sound with broken samples taken for silence."""
    is_sound = np.abs(sound.samples) <= LOUDEST
    return sound if is_sound.all() else replace(sound, samples=np.where(is_sound, sound.samples, np.float32(0)))


def keeps_time(clock: Clock) -> bool:
    """Whether a clock can be judged by: real numbers, and a tempo that somebody could play."""
    numbers = (clock.bpm, clock.beat0_s, clock.latency_s or 0.0, clock.latency_doubt_s or 0.0)
    return all(map(math.isfinite, numbers)) and SLOWEST_BPM <= clock.bpm <= FASTEST_BPM


def _listen(sound: Sound, notes: Sequence[Note], clock: Clock | None, latency: Latency | None) -> Frames:
    # What nobody could hear is listened for at the edge of what can be, and is then not found there.
    pitches = [min(max(note.pitch, LOWEST_HEARD), HIGHEST_HEARD) for note in notes] or [60]
    if clock is None:
        return listen_closely(sound, min(pitches), max(pitches))
    quiet = replace(sound, samples=remove_clicks(sound.samples, sound.rate_hz, clock, latency))
    frames = listen_closely(quiet, min(pitches), max(pitches))
    begins_s = clock.beat0_s + (latency.latency_s if latency else 0.0) - COUNT_IN_BEATS * 60.0 / clock.bpm
    muted = without_beginning(frames, begins_s)
    # All of it before beat 0: then the clock is wrong, and not the player.
    return muted if muted.tonal.sum() >= 0.5 * frames.tonal.sum() else frames


def _refuse_silence(frames: Frames) -> None:
    if frames.peak_dbfs < SILENT_DBFS or frames.tonal.sum() * HOP_S < LEAST_TONAL_S:
        raise NothingHeard(frames.peak_dbfs)


@dataclass(frozen=True)
class _Take:
    """One take with everything that it is judged by."""

    score: Score
    rubric: Rubric
    clock: Clock | None
    latency: Latency | None
    instrument: Instrument | None
    asked_bpm: float
    heard: Understanding


def _assessment(take: _Take) -> Assessment:
    heard, frames, notes = take.heard, take.heard.frames, take.score.notes
    judged = judge_take(notes, heard, take.rubric, take.instrument)
    found = np.flatnonzero(heard.line.is_found)
    beats, onsets_s = np.array([notes[note].onset_beat for note in found]), heard.line.onset_s[found]
    tempo_bpm = _tempo(beats, onsets_s, heard)
    moved = None if _is_broken(heard) else drift(beats, onsets_s)
    tuning_cents = round(100 * judged.tuning, 1)
    tempo = tempo_part(tempo_bpm, take.asked_bpm, moved, take.rubric)
    grade = grade_notes(judged.notes, take.rubric, judged.extras, tuning_cents=tuning_cents, tempo=tempo)
    trace = _trace(frames)
    if take.rubric.by_jury:
        shift = heard.following.shift if take.rubric.free_key else 0
        grade = exam_grade(grade, mark_line([replace(note, pitch=note.pitch + shift) for note in notes], trace))
    assessment = Assessment(
        engine=ENGINE,
        grade=grade,
        tuning_cents=tuning_cents,
        tempo_bpm=tempo_bpm,
        notes=judged.notes,
        extras=judged.extras,
        restarts=_restarts(take),
        rubric=take.rubric.name,
        noise_dbfs=round(frames.room_dbfs, 1),
        played_share=round(float(np.mean(frames.tonal)), 3),
        duration_s=round(frames.duration_s, 3),
        latency=take.latency,
        trace=trace,
    )
    causes = find_causes(
        assessment,
        take.score,
        take.rubric,
        asked_bpm=take.asked_bpm,
        drift=moved,
        lateness_s=_lateness(beats, onsets_s, take, tempo_bpm),
        is_pitched_by_player=judged.manner.cents,
        instrument=take.instrument,
    )
    return replace(assessment, causes=causes)


def _tempo(beats: NDArray[np.float64], onsets_s: NDArray[np.float64], heard: Understanding) -> float | None:
    """The whole take's tempo; where the player went back or stopped for a while, the typical local one."""
    if len(beats) >= FEWEST and _is_broken(heard):
        return round(60.0 / float(np.median(heard.line.beat_s)), 1)
    bpm = overall_tempo(beats, onsets_s)
    return None if bpm is None else round(bpm, 1)


def _is_broken(heard: Understanding) -> bool:
    """Whether no one line of beats runs through the whole take."""
    return bool(heard.following.jumps) or heard.line.has_pause


def _lateness(
    beats: NDArray[np.float64], onsets_s: NDArray[np.float64], take: _Take, tempo_bpm: float | None
) -> float | None:
    """Seconds behind the metronome, if steady and certain: latency, its doubt and the attack are not the player's."""
    clock, latency = take.clock, take.latency
    if clock is None or latency is None or tempo_bpm is None or abs(tempo_bpm / clock.bpm - 1) > SAME_TEMPO:
        return None
    due_s = clock.beat0_s + latency.latency_s + beats * 60.0 / clock.bpm
    speaks_s = take.instrument.attack_latency_s if take.instrument else 0.015
    return held_against(float(np.median(onsets_s - due_s)) - speaks_s, latency)


def _restarts(take: _Take) -> tuple[Restart, ...]:
    notes, heard = take.score.notes, take.heard
    return tuple(
        Restart(round(float(heard.located.onset_s[event]), 3), notes[from_note].id, notes[to_note].id)
        for from_note, to_note, event in heard.following.jumps
        # The same note again is a second try at it, or a sound before the first: nothing was gone back to.
        if to_note < from_note
    )


def _trace(frames: Frames) -> PitchTrace:
    heard = np.where(frames.tonal, frames.f0, np.nan).astype(float)
    return PitchTrace(
        hop_s=HOP_S,
        midi=tuple(None if math.isnan(pitch) else round(pitch, 2) for pitch in heard.tolist()),
        level_db=tuple(np.round(frames.level_dbfs.astype(float), 1).tolist()),
    )
