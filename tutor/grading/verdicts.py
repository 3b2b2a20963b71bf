"""NoteHeard -> NoteVerdict: where measured numbers become right, wrong, missing or not heard."""

from __future__ import annotations

from dataclasses import dataclass

from tutor.grading.assessment import CORRECT, MISSING, NOT_HEARD, WRONG, Fault, NoteVerdict
from tutor.grading.hearing import NoteHeard
from tutor.grading.intonation import OTHER_NOTE_CENTS
from tutor.grading.rubric import Rubric

# Attacks of one player scatter: nothing within this many times the take's own scatter is a fault.
OWN_SCATTER = 2.5
SHORTEST_JUDGED_S = 0.2  # of written length; a shorter note has no length to speak of


@dataclass(frozen=True)
class Manner:
    """What this kind of sound allows to be judged."""

    cents: bool = True  # not on strings that are stiff, nor where pitch is the tuner's doing
    lengths: bool = True  # not where a note rings on, or dies away, whatever the player does


def judge(heard: NoteHeard, rubric: Rubric, beat_s: float, typical_error_s: float, manner: Manner) -> NoteVerdict:
    """The verdict on one score note."""
    note = heard.note
    cents = None if heard.pitch is None else 100 * (heard.pitch - note.pitch)
    is_wrong = cents is not None and abs(cents) > OTHER_NOTE_CENTS
    faults: list[Fault] = []
    if cents is not None and is_wrong:
        semitones = round(cents / 100) or (1 if cents > 0 else -1)
        faults.append(Fault("octave" if semitones % 12 == 0 else "pitch", float(semitones)))
    elif cents is not None and heard.has_cents and manner.cents and abs(cents) > rubric.cents_in_tune:
        faults.append(Fault("intonation", round(float(cents), 1)))
    faults += _time_faults(heard, rubric, beat_s, typical_error_s)
    faults += _length_faults(heard, rubric, beat_s, manner)
    return NoteVerdict(
        id=note.id,
        pitch=note.pitch,
        onset_beat=note.onset_beat,
        duration_beat=note.duration_beat,
        verdict=_verdict(heard, is_wrong),
        faults=tuple(faults),
        heard_pitch=_rounded(heard.pitch, 2),
        cents=_rounded(cents, 1) if heard.has_cents and (manner.cents or is_wrong) else None,
        onset_s=_rounded(heard.onset_s, 3),
        onset_error_ms=_rounded(None if heard.error_s is None else 1000 * heard.error_s, 1),
        duration_ratio=_rounded(heard.duration_ratio, 2) if manner.lengths else None,
        confidence=round(heard.certainty, 2),
        reason=heard.reason,
    )


def _verdict(heard: NoteHeard, is_wrong: bool) -> str:
    if heard.is_played:
        return WRONG if is_wrong else CORRECT
    return MISSING if heard.is_audible else NOT_HEARD


def _time_faults(heard: NoteHeard, rubric: Rubric, beat_s: float, typical_error_s: float) -> list[Fault]:
    if heard.error_s is None:
        return []
    window_s = max(rubric.onset_window_s(beat_s), OWN_SCATTER * typical_error_s)
    window_s += heard.attack.late_s if heard.error_s > 0 else heard.attack.early_s
    if abs(heard.error_s) <= window_s:
        return []
    return [Fault("late" if heard.error_s > 0 else "early", round(abs(1000 * float(heard.error_s)), 1))]


def _length_faults(heard: NoteHeard, rubric: Rubric, beat_s: float, manner: Manner) -> list[Fault]:
    ratio = heard.duration_ratio
    if ratio is None or not manner.lengths or heard.note.duration_beat * beat_s < SHORTEST_JUDGED_S:
        return []
    is_short_by_order = {"staccato", "staccatissimo", "spiccato"} & set(heard.note.articulations)
    if ratio < rubric.short_ratio and not is_short_by_order:
        return [Fault("short", round(float(ratio), 2))]
    return [Fault("long", round(float(ratio), 2))] if ratio > rubric.long_ratio else []


def _rounded(value: float | None, digits: int) -> float | None:
    return None if value is None else round(float(value), digits)
