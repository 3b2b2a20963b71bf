"""Assessments made by hand: a score, and what was off. No sound, so that a cause can be tried just under its edge."""

from tutor.grading.assessment import Assessment, Extra, Fault, NoteVerdict, Restart
from tutor.grading.causes import find_causes
from tutor.grading.grade import grade_notes
from tutor.grading.rubric import STANDARD


def hearing(
    score,
    *,
    bpm=90.0,
    wrong=None,
    missing=None,
    late_s=None,
    shift_s=None,
    cents=None,
    ratio=None,
    level_db=None,
    extras=(),
    restarts=(),
    tuning_cents=0.0,
):
    """What the ear would say of such a take, by note id: semitones off, reasons, seconds late, cents, …

    `late_s` is what it says of a note's time, `shift_s` where the note was beside its place at this tempo; of a note
    shifted and not called late the neighbours were shifted too. `extras`: (pitch, beat).
    """
    beat_s = 60.0 / bpm
    notes = []
    for note in score.notes:
        known = [(of_notes or {}).get(note.id) for of_notes in (wrong, cents, ratio, level_db)]
        away_s = (shift_s or {}).get(note.id, 0.0)
        late = (late_s or {}).get(note.id, away_s)
        notes.append(_verdict(note, known, (missing or {}).get(note.id), note.onset_beat * beat_s + away_s, late))
    heard = tuple(Extra(float(pitch), beat * beat_s, beat * beat_s + 0.2) for pitch, beat in extras)
    went_back = tuple(Restart(0.0, *pair) for pair in restarts)
    grade = grade_notes(notes, STANDARD)
    return Assessment("test", grade, tuning_cents, bpm, tuple(notes), heard, went_back)


def _verdict(note, known, reason, onset_s, late_s):
    place = note.id, note.pitch, note.onset_beat, note.duration_beat
    if reason is not None:
        return NoteVerdict(*place, "missing", reason=reason)
    semitones, cents, ratio, level_db = known
    semitones, cents, ratio = semitones or 0, cents or 0.0, 0.9 if ratio is None else ratio
    return NoteVerdict(
        *place,
        "wrong" if semitones else "correct",
        tuple(_faults(semitones, cents, late_s, ratio)),
        cents=100.0 * semitones + cents,
        onset_s=onset_s,
        onset_error_ms=1000 * late_s,
        duration_ratio=ratio,
        level_db=level_db,
    )


def _faults(semitones, cents, late_s, ratio):
    if semitones:
        yield Fault("octave" if semitones % 12 == 0 else "pitch", float(semitones))
    elif abs(cents) > STANDARD.cents_in_tune:
        yield Fault("intonation", cents)
    if abs(late_s) > STANDARD.onset_window_most_s:
        yield Fault("late" if late_s > 0 else "early", abs(1000 * late_s))
    if ratio < STANDARD.short_ratio:
        yield Fault("short", ratio)
    elif ratio > STANDARD.long_ratio:
        yield Fault("long", ratio)


def causes_of(score, **take):
    """The causes of a take by their codes; what `find_causes` must be told beside it goes by its own name."""
    told = {name: take.pop(name) for name in ("drift", "asked_bpm", "lateness_s", "instrument") if name in take}
    return {cause.code: cause for cause in find_causes(hearing(score, **take), score, STANDARD, **told)}


def in_figures(score, beats, shift_beats, bpm=90.0):
    """`shift_s` that moves every note which begins within a figure of so many beats, by (that part of) a beat."""
    amounts = shift_beats if callable(shift_beats) else lambda note: shift_beats
    return {note.id: amounts(note) * 60.0 / bpm for note in score.notes if note.onset_beat % beats > 0.01}
