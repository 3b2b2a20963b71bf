"""Verdicts -> the grade in its parts, and again after a teacher's rulings. Pure: no sound is needed.

What was not heard counts neither for nor against. A missing note is no evidence about pitch, so
it takes nothing from the pitch part; it does take from completeness and from the whole.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from tutor.grading.assessment import CORRECT, MISSING, NOT_HEARD, WRONG, Assessment, Extra, Fault, Grade, NoteVerdict
from tutor.grading.intonation import falling_points, intonation_points, offset_points, pitch_points
from tutor.grading.rubric import Rubric
from tutor.notation.instruments import Instrument
from tutor.notation.score import Score

# How the length of a note counts in its rhythm, beside when it begins.
LENGTH_SHARE = 0.5
NO_LENGTH_SHORT, NO_LENGTH_LONG = 0.2, 2.6  # ratios that get no points


def grade_notes(
    notes: Sequence[NoteVerdict],
    rubric: Rubric,
    extras: Sequence[Extra] = (),
    *,
    tuning_cents: float = 0.0,
    tempo: float | None = None,
) -> Grade:
    """The grade of a take. `tempo` is that part, made where the clock is known (`tempo_part`)."""
    judged = [note for note in notes if note.verdict != NOT_HEARD]
    played = [note for note in judged if note.verdict != MISSING]
    if not judged:
        return Grade(None, None, None, None, tempo, None)
    whole = sum(_points(note, rubric, tuning_cents) for note in played)
    return Grade(
        overall=_percent(whole / (len(judged) + rubric.extra_weight * len(extras))),
        pitch=_mean([_pitch(note, rubric) for note in played]),
        intonation=_mean([offset_points(tuning_cents) * points for points in _each_intonation(played, rubric)]),
        rhythm=_mean([points for note in played if (points := _rhythm(note, rubric)) is not None]),
        tempo=tempo,
        completeness=_percent(len(played) / len(judged)),
    )


def tempo_part(played_bpm: float | None, asked_bpm: float, drift: float | None, rubric: Rubric) -> float | None:
    """0 to 100: near enough to the asked tempo, and steady. None where no tempo could be heard."""
    if played_bpm is None:
        return None
    ratio = played_bpm / asked_bpm
    too_slow = rubric.slowest_tempo / ratio - 1
    too_fast = ratio / rubric.fastest_tempo - 1
    near = falling_points(max(too_slow, too_fast), 0.0, 0.5)
    steady = 1.0 if drift is None else falling_points(max(drift, 1 / drift) - 1, 0.08, 0.5)
    return _percent(near * steady)


def apply_rulings(
    assessment: Assessment,
    rulings: Mapping[str, str],
    rubric: Rubric,
    score: Score,
    instrument: Instrument | None = None,
    cleared: Mapping[str, Collection[str]] = {},
) -> Assessment:
    """The assessment as a teacher corrected it: note id -> verdict. Other notes keep the machine's verdict. `cleared`:
    note id -> faults that the teacher says it hasn't; in time is neither early nor late."""
    from tutor.grading.causes import find_causes

    notes = tuple(
        _without(_ruled(note, rulings[note.id]), cleared.get(note.id, ())) if note.id in rulings else note
        for note in assessment.notes
    )
    ruled = replace(assessment, notes=notes, grade=_again(assessment, notes, rubric))
    kept = tuple(cause for cause in assessment.causes if cause.code in NOT_FROM_NOTES)
    return replace(ruled, causes=find_causes(ruled, score, rubric, instrument=instrument, kept=kept))


def _again(assessment: Assessment, notes: Sequence[NoteVerdict], rubric: Rubric) -> Grade:
    from tutor.grading.jury import exam_grade, mark_verdicts
    from tutor.grading.rhythm_only import grade_clapped

    tempo = assessment.grade.tempo
    if rubric.onsets_only:
        return grade_clapped(notes, rubric, assessment.extras, tempo=tempo)
    grade = grade_notes(notes, rubric, assessment.extras, tuning_cents=assessment.tuning_cents, tempo=tempo)
    return exam_grade(grade, mark_verdicts(notes)) if rubric.by_jury else grade


# In time is neither early nor late.
CLEARED_TOGETHER = (frozenset({"intonation"}), frozenset({"early", "late"}), frozenset({"short", "long"}))

# Causes that come from the take as a whole: rulings about notes don't touch them.
NOT_FROM_NOTES = frozenset({"rushing", "dragging", "tempo", "behind_the_beat", "ahead_of_the_beat"})


def _ruled(note: NoteVerdict, verdict: str) -> NoteVerdict:
    if verdict == note.verdict:
        return replace(note, confidence=1.0)
    faults: tuple[Fault, ...] = tuple(
        fault for fault in note.faults if fault.kind not in ("pitch", "octave", "intonation")
    )
    if verdict in (MISSING, NOT_HEARD):
        faults = ()
    return replace(note, verdict=verdict, faults=faults, cents=None, heard_pitch=None, confidence=1.0, reason="")


def _without(note: NoteVerdict, cleared: Collection[str]) -> NoteVerdict:
    """The note free of these faults, and of what was measured in their favour."""
    cents, onset_error_ms, duration_ratio = note.cents, note.onset_error_ms, note.duration_ratio
    kinds = {kind for pair in CLEARED_TOGETHER if not pair.isdisjoint(cleared) for kind in pair}
    if "intonation" in kinds:
        cents = None
    if "late" in kinds and onset_error_ms is not None:
        onset_error_ms = 0.0  # In time is a measurement too, by the teacher's ear.
    if "long" in kinds:
        duration_ratio = None
    faults = tuple(fault for fault in note.faults if fault.kind not in kinds)
    return replace(note, faults=faults, cents=cents, onset_error_ms=onset_error_ms, duration_ratio=duration_ratio)


def _points(note: NoteVerdict, rubric: Rubric, tuning_cents: float) -> float:
    """All that one played note earns, 0 to 1, in the rubric's weights. What is unknown passes its weight on."""
    parts = [(rubric.pitch_weight, _pitch(note, rubric))]
    rhythm = _rhythm(note, rubric)
    if rhythm is not None:
        # A wrong note in time is worth half its rhythm: the hands were there, the music was not.
        parts.append((rubric.rhythm_weight, rhythm if note.verdict == CORRECT else 0.5 * rhythm))
    intonation = _intonation(note, rubric)
    if intonation is not None:
        parts.append((rubric.intonation_weight, intonation * offset_points(tuning_cents)))
    return sum(weight * points for weight, points in parts) / sum(weight for weight, _ in parts)


def _pitch(note: NoteVerdict, rubric: Rubric) -> float:
    if note.verdict == WRONG:
        return 0.0 if note.cents is None else pitch_points(note.cents, rubric)
    return 1.0 if note.cents is None else pitch_points(note.cents, rubric)


def _intonation(note: NoteVerdict, rubric: Rubric) -> float | None:
    if note.verdict == WRONG:
        return 0.0
    return None if note.cents is None else intonation_points(note.cents, rubric)


def _each_intonation(played: Sequence[NoteVerdict], rubric: Rubric) -> list[float]:
    """Only right notes have an intonation; a wrong note is the pitch part's affair."""
    return [
        intonation_points(note.cents, rubric) for note in played if note.verdict == CORRECT and note.cents is not None
    ]


def _rhythm(note: NoteVerdict, rubric: Rubric) -> float | None:
    if note.onset_error_ms is None:
        return None
    time = falling_points(abs(note.onset_error_ms) / 1000, rubric.time_full_s, rubric.time_none_s)
    if note.duration_ratio is None:
        return time
    return (1 - LENGTH_SHARE) * time + LENGTH_SHARE * _length(note.duration_ratio, rubric)


def _length(ratio: float, rubric: Rubric) -> float:
    if ratio < rubric.short_ratio:
        return falling_points(rubric.short_ratio - ratio, 0.0, rubric.short_ratio - NO_LENGTH_SHORT)
    return falling_points(ratio, rubric.long_ratio, max(NO_LENGTH_LONG, rubric.long_ratio + 0.5))


def _mean(points: Sequence[float]) -> float | None:
    return _percent(sum(points) / len(points)) if points else None


def _percent(share: float) -> float:
    return round(100 * min(max(share, 0.0), 1.0), 1)
