"""A rhythm that was clapped or tapped: judged by its onsets alone. No pitch, no lengths.

What a jury of tapped entrance exams weighed: every interval between neighbouring strokes, full points to 11 % of its
length and none from 74 %, in the player's own tempo; and whether every stroke was there, and no other. A missing
stroke weighs far more than a crooked interval, hence the square: `overall = rhythm x completeness²`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from tutor.alignment.strokes import Strokes, align_strokes
from tutor.alignment.tempo import beat_lengths
from tutor.clock import Clock
from tutor.grading.assessment import (
    CORRECT,
    MISSING,
    NOT_HEARD,
    Assessment,
    Extra,
    Fault,
    Grade,
    NoteVerdict,
    Restart,
)
from tutor.grading.causes import find_causes
from tutor.grading.grade import tempo_part
from tutor.grading.intonation import falling_points
from tutor.grading.rubric import STANDARD, Rubric
from tutor.grading.timing import Timing, drift, overall_tempo, time_notes
from tutor.listening.claps import hear_claps
from tutor.listening.click_removal import remove_clicks
from tutor.listening.clicks import best_latency
from tutor.listening.decoding import Sound
from tutor.listening.errors import NothingHeard
from tutor.notation.score import Note, Score

Array = NDArray[np.float64]

INTERVAL_FULL, INTERVAL_NONE = 0.11, 0.74  # shares of the written interval
# A stroke must be this sure to count as one, for the player or against.
SURE_STROKE = 0.4
# Before beat 0, by more than this part of a beat, the count-in sounds and not the player.
COUNT_IN_BEATS = 0.5
DOUBTFUL_BEATS = 0.3
STROKE_S = 0.06  # how long an extra stroke is said to have lasted


def assess_clapping(
    sound: Sound, score: Score, rubric: Rubric, clock: Clock | None, *, bpm: float, engine: str = "woodshed-ear/2"
) -> Assessment:
    """Hear claps or taps and judge them against the rhythm of a score. Raises NothingHeard."""
    latency = best_latency(sound.samples, sound.rate_hz, clock) if clock else None
    if clock:
        sound = replace(sound, samples=remove_clicks(sound.samples, sound.rate_hz, clock, latency))
    claps = hear_claps(sound)
    late_s = latency.latency_s if latency else 0.0
    begins_s = clock.beat0_s + late_s - COUNT_IN_BEATS * 60.0 / clock.bpm if clock else 0.0
    counts = claps.times_s >= begins_s
    if not (counts & (claps.strengths >= SURE_STROKE)).any():
        raise NothingHeard(sound.peak_dbfs)
    assessment = assess_clapped(
        claps.times_s[counts],
        score,
        rubric,
        bpm=clock.bpm if clock else bpm,
        strengths=claps.strengths[counts],
        duration_s=round(sound.duration_s, 3),
        noise_dbfs=claps.room_dbfs,
        engine=engine,
    )
    return replace(assessment, latency=latency)


def assess_clapped(
    onsets_s: Sequence[float] | Array,
    score: Score,
    rubric: Rubric,
    *,
    bpm: float,
    strengths: Sequence[float] | Array | None = None,
    duration_s: float | None = None,
    noise_dbfs: float | None = None,
    engine: str = "woodshed-ear/2",
) -> Assessment:
    """Judge strokes at these times. onsets_s: increasing; strengths: how sure each is a stroke, 0 to 1 (all 1)."""
    onsets = np.asarray(onsets_s, float)
    sure = np.ones(len(onsets)) if strengths is None else np.asarray(strengths, float)
    beats = np.array([note.onset_beat for note in score.notes])
    strokes = align_strokes(onsets, beats, 60.0 / bpm, sure)
    struck = strokes.last_of_each
    timing = time_notes(
        beats,
        [(note, float(onsets[struck[note]])) for note in sorted(struck)],
        [to_note for _, to_note, _ in strokes.jumps],
        60.0 / bpm,
    )
    verdicts = []
    for index, note in enumerate(score.notes):
        if index in struck:
            stroke = struck[index]
            verdict = _struck(note, float(onsets[stroke]), float(sure[stroke]), timing, index, rubric)
        else:
            verdict = _left_out(note, is_reached=index < max(struck, default=-1))
        verdicts.append(verdict)
    extras = _extras(score.notes, strokes, onsets, sure)
    tempo_bpm, moved = _tempo(beats, onsets, strokes)
    assessment = Assessment(
        engine=engine,
        grade=grade_clapped(verdicts, rubric, extras, tempo=tempo_part(tempo_bpm, bpm, moved, rubric)),
        tuning_cents=0.0,
        tempo_bpm=tempo_bpm,
        notes=tuple(verdicts),
        extras=extras,
        restarts=_restarts(score.notes, strokes, onsets),
        rubric=rubric.name,
        noise_dbfs=noise_dbfs,
        duration_s=duration_s,
    )
    causes = find_causes(assessment, score, rubric, asked_bpm=bpm, drift=moved, is_pitched_by_player=False)
    return replace(assessment, causes=causes)


def grade_clapped(
    notes: Sequence[NoteVerdict], rubric: Rubric, extras: Sequence[Extra] = (), *, tempo: float | None = None
) -> Grade:
    """The grade of a clapped take, from its verdicts alone: a teacher's ruling changes it like any other."""
    judged = [note for note in notes if note.verdict != NOT_HEARD]
    hit = [note for note in judged if note.verdict != MISSING]
    if not judged:
        return Grade(None, None, None, None, tempo, None)
    points = interval_points(notes, rubric)
    complete = len(hit) / (len(judged) + len(extras))
    rhythm = float(np.mean(points)) if len(points) else None
    overall = complete**2 * (1.0 if rhythm is None else rhythm)
    return Grade(
        overall=_percent(overall if len(judged) == 1 or rhythm is not None else 0.0),
        pitch=None,
        intonation=None,
        rhythm=None if rhythm is None else _percent(rhythm),
        tempo=tempo,
        completeness=_percent(complete),
    )


def interval_points(notes: Sequence[NoteVerdict], rubric: Rubric) -> Array:
    """0 to 1 for each pair of neighbouring notes that were both struck. A rubric's patience widens the tolerance."""
    beats = np.array([note.onset_beat for note in notes])
    onsets_s = np.array([np.nan if note.onset_s is None else note.onset_s for note in notes])
    both = np.isfinite(onsets_s[1:]) & np.isfinite(onsets_s[:-1]) & (np.diff(beats) > 0)
    if not both.any():
        return np.zeros(0)
    struck = np.isfinite(onsets_s)
    middles = (beats[1:] + beats[:-1])[both] / 2
    typical_s = float(np.median((np.diff(onsets_s) / np.diff(beats))[both]))
    own_s = beat_lengths(beats[struck], onsets_s[struck], middles, typical_s)
    off = np.abs(np.diff(onsets_s)[both] / (np.diff(beats)[both] * np.maximum(own_s, 0.02)) - 1)
    none = INTERVAL_NONE * rubric.time_none_s / STANDARD.time_none_s
    return np.array([falling_points(float(one), INTERVAL_FULL, none) for one in off])


def _struck(note: Note, onset_s: float, sure: float, timing: Timing, index: int, rubric: Rubric) -> NoteVerdict:
    if sure < SURE_STROKE:
        return replace(_plain(note, NOT_HEARD), onset_s=round(onset_s, 3), confidence=1 - sure, reason="too soft")
    error_s, beat_s = float(timing.error_s[index]), float(timing.beat_s[index])
    known = math.isfinite(error_s) and math.isfinite(beat_s)
    # Far from its time, it may have been meant for another note.
    in_place = not known or abs(error_s) < DOUBTFUL_BEATS * beat_s
    return replace(
        _plain(note, CORRECT),
        faults=_faults(error_s, rubric.onset_window_s(beat_s)) if known else (),
        onset_s=round(onset_s, 3),
        onset_error_ms=round(1000 * error_s, 1) if known else None,
        confidence=round((0.6 + 0.39 * sure) * (1.0 if in_place else 0.8), 3),
    )


def _left_out(note: Note, *, is_reached: bool) -> NoteVerdict:
    return replace(_plain(note, MISSING), confidence=0.95, reason="" if is_reached else "not reached")


def _plain(note: Note, verdict: str) -> NoteVerdict:
    return NoteVerdict(note.id, note.pitch, note.onset_beat, note.duration_beat, verdict)


def _faults(error_s: float, window_s: float) -> tuple[Fault, ...]:
    if abs(error_s) <= window_s:
        return ()
    return (Fault("late" if error_s > 0 else "early", round(1000 * abs(error_s), 1)),)


def _extras(notes: Sequence[Note], strokes: Strokes, onsets: Array, sure: Array) -> tuple[Extra, ...]:
    """Sure strokes that no note asked for. They have no pitch: they are drawn at that of the note before."""
    matched = {stroke: note for note, stroke in strokes.matches}
    extras, pitch = [], notes[0].pitch if notes else 60
    for stroke, onset_s in enumerate(onsets):
        if stroke in matched:
            pitch = notes[matched[stroke]].pitch
        elif sure[stroke] >= SURE_STROKE:
            extras.append(Extra(float(pitch), round(float(onset_s), 3), round(float(onset_s) + STROKE_S, 3)))
    return tuple(extras)


def _restarts(notes: Sequence[Note], strokes: Strokes, onsets: Array) -> tuple[Restart, ...]:
    return tuple(
        Restart(round(float(onsets[stroke]), 3), notes[from_note].id, notes[to_note].id)
        for from_note, to_note, stroke in strokes.jumps
    )


def _tempo(beats: Array, onsets: Array, strokes: Strokes) -> tuple[float | None, float | None]:
    """(quarter notes a minute, tempo at the end over that at the beginning); after going back, the typical tempo."""
    if strokes.jumps:
        return round(60.0 / strokes.beat_s, 1), None
    struck = [note for note, _ in strokes.matches]
    onsets_s = onsets[[stroke for _, stroke in strokes.matches]]
    bpm = overall_tempo(beats[struck], onsets_s)
    return None if bpm is None else round(bpm, 1), drift(beats[struck], onsets_s)


def _percent(share: float) -> float:
    return round(100 * min(max(share, 0.0), 1.0), 1)
