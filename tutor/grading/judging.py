"""Understanding -> verdicts: where chances and measured numbers become right, wrong, missing or not heard."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from tutor.grading.assessment import CORRECT, MISSING, NOT_HEARD, WRONG, Extra, Fault, NoteVerdict
from tutor.grading.measuring import Measured, held_ratio, measure, rings_on
from tutor.grading.models import EARLY, LATE, OCTAVE, PITCH, RIGHT
from tutor.grading.models import MISSING as NOT_PLAYED
from tutor.grading.rubric import Rubric
from tutor.grading.understanding import Understanding
from tutor.listening.frames import HOP_S
from tutor.notation.instruments import Instrument
from tutor.notation.score import Note

# Further off than this is no badly tuned note: it does not vote on the take's tuning.
OTHER_NOTE_CENTS = 62.0
# When so many notes at the end were not found the player had stopped, and no single one was left out.
STOPPED_NOTES, STOPPED_CONFIDENCE = 2, 0.97
NOISY_DB = 12.0
SHORTEST_JUDGED_S = 0.2  # of written length; a shorter note has no length to speak of
# Where a beginning is less certain than this, nobody knows how early or late it was.
CERTAIN, CERTAIN_OF_WRONG = 0.3, 0.5
SURELY_OFF, ONSET_DOUBT_S = 0.8, 0.02
EXTRA_CHANCE, SAME_EXTRA_S, OUTSIDE_S = 0.5, 0.09, 1.5
# An added note this near to where a note was due, at the pitch that was heard in its place, is that note.
WRONG_WITHIN_BEATS = 0.5
# Consonants and glides look like notes: of a voice more is asked.
SUNG_EXTRA_CHANCE = 0.85
# A note struck again without a dip can't be heard by anybody: only when this sure it is called missing.
SURE_NOT_STRUCK = 0.93
# One repeated note may ring on unheard; a second one in a row was not played.
LONGEST_SHARED = 1


@dataclass(frozen=True)
class Manner:
    """What this kind of sound allows to be judged."""

    cents: bool = True  # not on strings that are stiff, nor where pitch is the tuner's doing
    lengths: bool = True  # not where a note rings on, or dies away, whatever the player does


@dataclass(frozen=True)
class Judged:
    """The verdicts of a take; `tuning` in semitones."""

    notes: tuple[NoteVerdict, ...]
    extras: tuple[Extra, ...]
    tuning: float
    manner: Manner


@dataclass(frozen=True)
class _Take:
    """What every note is judged beside."""

    heard: Understanding
    rubric: Rubric
    manner: Manner
    tuning: float
    loud_dbfs: float


def judge_take(notes: Sequence[Note], heard: Understanding, rubric: Rubric, instrument: Instrument | None) -> Judged:
    """Every score note's verdict, and the notes that were added."""
    extras = _extras(heard)
    until_s = _until(heard, extras)
    measured = [_measured(note, number, heard, until_s[number]) for number, note in enumerate(notes)]
    found = [one for one in measured if one]
    take = _Take(
        heard=heard,
        rubric=rubric,
        manner=_manner(found, instrument),
        tuning=_tuning(notes, heard, measured),
        loud_dbfs=float(np.percentile([one.level_dbfs for one in found], 80)) if found else 0.0,
    )
    verdicts = [
        _verdict(note, number, measured[number], until_s[number], take, repeats=_repeats(notes, number))
        for number, note in enumerate(notes)
    ]
    verdicts = _held_through(notes, heard, measured, verdicts)
    extras = _unclaimed(extras, verdicts, heard)
    tuned = tuple(replace(extra, pitch=round(extra.pitch - take.tuning, 2)) for extra in extras)
    return Judged(tuple(verdicts), tuned, take.tuning, take.manner)


def _extras(heard: Understanding) -> list[Extra]:
    """The candidates that are likelier notes than not, the likeliest first where two are one. The tuning is in them."""
    candidates = heard.extras
    if candidates is None:
        return []
    begins_s, ends_s = heard.located.onset_s.min() - OUTSIDE_S, heard.line.next_s.max() + OUTSIDE_S
    needed = SUNG_EXTRA_CHANCE if heard.octave_free else EXTRA_CHANCE
    kept: list[int] = []
    for index in np.argsort(-heard.extra_chances, kind="stable"):
        at_s = candidates.onset_s[index]
        is_new = all(abs(at_s - candidates.onset_s[other]) > SAME_EXTRA_S for other in kept)
        if heard.extra_chances[index] > needed and is_new and begins_s <= at_s <= ends_s:
            kept.append(int(index))
    out = []
    for index in sorted(kept):
        column = int(candidates.pitch[index]) - heard.frames.lowest_pitch
        onset_s = float(candidates.onset_s[index])
        sound = measure(heard.frames, heard.sounds, column, onset_s, float(candidates.next_s[index]))
        pitch = sound.pitch if sound.pitch is not None else candidates.pitch[index] + heard.frames.tuning
        confidence = round(float(heard.extra_chances[index]), 2)
        out.append(Extra(float(pitch), round(onset_s, 3), round(sound.offset_s, 3), confidence))
    return out


def _unclaimed(extras: Sequence[Extra], verdicts: Sequence[NoteVerdict], heard: Understanding) -> list[Extra]:
    """The extras but those that were already called a wrong note, when that one was due: one sound is one fault."""
    kept = list(extras)
    for number, verdict in enumerate(verdicts):
        if verdict.verdict != WRONG or verdict.heard_pitch is None or heard.line.event[number] >= 0:
            continue
        due_s, within_s = heard.line.expected_s[number], WRONG_WITHIN_BEATS * heard.line.beat_s[number]
        same = [
            extra
            for extra in kept
            if abs(extra.pitch - heard.frames.tuning - verdict.heard_pitch) < 0.5
            and abs(extra.onset_s - due_s) < within_s
        ]
        if same:
            kept.remove(min(same, key=lambda extra: abs(extra.onset_s - due_s)))
    return kept


def _until(heard: Understanding, extras: Sequence[Extra]) -> list[float]:
    """When something else began, for every score note: the next note, or a note that was added."""
    out = []
    for onset_s, next_s in zip(heard.line.onset_s, heard.line.next_s, strict=True):
        added = [extra.onset_s for extra in extras if extra.onset_s > onset_s + SAME_EXTRA_S / 2]
        out.append(float(min([next_s, *added])))
    return out


def _measured(note: Note, number: int, heard: Understanding, until_s: float) -> Measured | None:
    if heard.line.event[number] < 0:
        return None
    return measure(heard.frames, heard.sounds, _column(note, number, heard), float(heard.line.onset_s[number]), until_s)


def _column(note: Note, number: int, heard: Understanding) -> int:
    """The column of the pitch that sounded: the written one, unless another one is likelier to have been played."""
    written = int(np.clip(_expected(note, heard) - heard.frames.lowest_pitch, 0, heard.frames.logits.shape[1] - 1))
    chance = heard.chances[number]
    if chance[PITCH] + chance[OCTAVE] <= _played_right(chance):
        return written
    other = int(heard.heard_column[number])
    if heard.octave_free:
        # All octaves of a pitch look alike: the one nearest to what was written is meant.
        nearest = other + 12 * round((written - other) / 12)
        return int(np.clip(nearest, other % 12, None)) if nearest < heard.frames.logits.shape[1] else other
    return other


def _expected(note: Note, heard: Understanding) -> int:
    """The pitch that was looked for: the written one, or all of it in another key."""
    return note.pitch + heard.following.shift


def _played_right(chance: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> float:
    return float(chance[RIGHT] + chance[LATE] + chance[EARLY])


def _tuning(notes: Sequence[Note], heard: Understanding, measured: Sequence[Measured | None]) -> float:
    """How sharp the whole take was, by its right notes: by the melody, and not modulo a semitone."""
    guess = heard.frames.tuning
    off = [
        one.pitch - _expected(note, heard)
        for number, (note, one) in enumerate(zip(notes, measured, strict=True))
        if one and one.has_cents and one.pitch is not None and _played_right(heard.chances[number]) > 0.5
    ]
    if heard.octave_free:
        off = [value - 12 * round((value - guess) / 12) for value in off]
    near = [value for value in off if abs(value - guess) * 100 <= OTHER_NOTE_CENTS]
    return float(np.median(near)) if near else guess


def _manner(found: Sequence[Measured], instrument: Instrument | None) -> Manner:
    """Of strings that ring, neither cents nor lengths."""
    rings = rings_on(found)
    if instrument is not None:
        return Manner(cents=instrument.cents_graded, lengths=instrument.family not in ("plucked", "keys") and not rings)
    return Manner(cents=not rings, lengths=not rings)


def _verdict(
    note: Note, number: int, sound: Measured | None, until_s: float, take: _Take, *, repeats: bool
) -> NoteVerdict:
    verdict, confidence, reason = _decide(note, number, take, repeats=repeats)
    pitch = _heard_pitch(note, sound, verdict, number, take)
    cents = None if pitch is None else 100 * (pitch - note.pitch)
    line = take.heard.line
    error_s = _error_s(number, verdict, take)
    beat_s = float(line.beat_s[number])
    ratio = None
    if sound and verdict in (CORRECT, WRONG) and take.manner.lengths:
        ratio = held_ratio(sound, take.heard.frames, note.duration_beat * beat_s, until_s)
    faults: list[Fault] = []
    if verdict in (CORRECT, WRONG):
        faults += _pitch_faults(note, verdict, cents, sound, take)
        faults += _time_faults(number, verdict, error_s, beat_s, take)
        faults += _length_faults(note, ratio, beat_s, take)
    has_cents = bool(sound and sound.has_cents) and (take.manner.cents or verdict == WRONG)
    is_played = verdict in (CORRECT, WRONG)
    return NoteVerdict(
        id=note.id,
        pitch=note.pitch,
        onset_beat=note.onset_beat,
        duration_beat=note.duration_beat,
        verdict=verdict,
        faults=tuple(faults),
        heard_pitch=_rounded(pitch, 2),
        cents=_rounded(cents, 1) if has_cents else None,
        onset_s=_rounded(sound.onset_s, 3) if sound and is_played else None,
        onset_error_ms=_rounded(None if error_s is None else 1000 * error_s, 1),
        duration_ratio=_rounded(ratio, 2),
        confidence=round(confidence, 3),
        reason=reason,
        level_db=_rounded(sound.level_dbfs - take.loud_dbfs, 1) if sound and is_played else None,
    )


def _decide(note: Note, number: int, take: _Take, *, repeats: bool) -> tuple[str, float, str]:
    """(verdict, confidence, reason). What is less sure than the rubric asks for is not heard."""
    heard = take.heard
    if number > heard.last_note and len(heard.chances) - 1 - heard.last_note >= STOPPED_NOTES:
        return MISSING, STOPPED_CONFIDENCE, "not reached"
    chance = heard.chances[number]
    sides = {
        CORRECT: _played_right(chance),
        WRONG: float(chance[PITCH] + chance[OCTAVE]),
        MISSING: float(chance[NOT_PLAYED]),
    }
    verdict = max(sides, key=lambda side: sides[side])
    needed = take.rubric.least_confidence
    if verdict == MISSING and repeats and _sounds_when_due(note, number, heard):
        needed = max(needed, SURE_NOT_STRUCK)
    if sides[verdict] < needed:
        return NOT_HEARD, sides[verdict], _why_unsure(number, heard)
    if verdict == CORRECT and heard.following.shift and not take.rubric.free_key:
        verdict, confidence = WRONG, sides[CORRECT]
        return verdict, confidence, ""
    is_last = verdict == MISSING and number == len(heard.chances) - 1 and number > heard.last_note
    return verdict, sides[verdict], "not reached" if is_last else ""


def _sounds_when_due(note: Note, number: int, heard: Understanding) -> bool:
    due_s, length_s = heard.line.expected_s[number], note.duration_beat * heard.line.beat_s[number]
    first, last = (round(float(due_s + part * length_s) / HOP_S) for part in (0.2, 0.8))
    voiced = heard.frames.voiced[max(first, 0) : max(last, first + 1, 1)]
    return len(voiced) > 0 and bool(voiced.mean() > 0.5)


def _why_unsure(number: int, heard: Understanding) -> str:
    frames = heard.frames
    if np.percentile(frames.level_dbfs, 95) - frames.room_dbfs < NOISY_DB:
        return "noise"
    column = heard.heard_column
    is_repeated = number > 0 and column[number] == column[number - 1] and heard.line.event[number - 1] >= 0
    return "overlap" if is_repeated else "unsure"


def _heard_pitch(note: Note, sound: Measured | None, verdict: str, number: int, take: _Take) -> float | None:
    """Sounding pitch without the take's tuning; where no cents are known, the semitone that was heard."""
    if verdict not in (CORRECT, WRONG):
        return None
    heard = take.heard
    expected = _expected(note, heard)
    column = heard.frames.lowest_pitch + _column(note, number, heard)
    if sound is None or sound.pitch is None:
        pitch = float(expected if verdict == CORRECT and not heard.following.shift else column)
    else:
        pitch = sound.pitch - take.tuning
    if heard.octave_free:
        pitch -= 12 * round((pitch - expected) / 12)
    if verdict == CORRECT and heard.following.shift:  # In a key of the player's own choice.
        pitch -= heard.following.shift
    return pitch


def _error_s(number: int, verdict: str, take: _Take) -> float | None:
    """How late the note was (early is negative), where its beginning was heard clearly enough."""
    line, event = take.heard.line, take.heard.line.event[number]
    if verdict not in (CORRECT, WRONG) or event < 0 or not line.is_timed[number]:
        return None
    needed = CERTAIN if verdict == CORRECT else CERTAIN_OF_WRONG
    return float(line.deviation_s[number]) if take.heard.located.certainty[event] >= needed else None


def _pitch_faults(note: Note, verdict: str, cents: float | None, sound: Measured | None, take: _Take) -> list[Fault]:
    if cents is None:
        return []
    if verdict == WRONG:
        semitones = round(cents / 100) or (1 if cents > 0 else -1)
        return [Fault("octave" if semitones % 12 == 0 else "pitch", float(semitones))]
    is_known = sound is not None and sound.has_cents and take.manner.cents
    return [Fault("intonation", round(cents, 1))] if is_known and abs(cents) > take.rubric.cents_in_tune else []


def _time_faults(number: int, verdict: str, error_s: float | None, beat_s: float, take: _Take) -> list[Fault]:
    """Both must hold: further off than the rubric allows, and likelier out of time than in time."""
    if error_s is None:
        return []
    chance = take.heard.chances[number]
    kind = LATE if error_s > 0 else EARLY
    # What is surely out of time need not be beyond the window by the width of a hearing error as well.
    is_sure = verdict == CORRECT and chance[kind] > SURELY_OFF
    if abs(error_s) + (ONSET_DOUBT_S if is_sure else 0.0) <= take.rubric.onset_window_s(beat_s):
        return []
    if verdict == CORRECT and chance[kind] < chance[RIGHT]:
        return []
    return [Fault("late" if error_s > 0 else "early", round(abs(1000 * error_s), 1))]


def _length_faults(note: Note, ratio: float | None, beat_s: float, take: _Take) -> list[Fault]:
    if ratio is None or note.duration_beat * beat_s < SHORTEST_JUDGED_S:
        return []
    is_short_by_order = {"staccato", "staccatissimo", "spiccato"} & set(note.articulations)
    if ratio < take.rubric.short_ratio and not is_short_by_order:
        return [Fault("short", round(ratio, 2))]
    return [Fault("long", round(ratio, 2))] if ratio > take.rubric.long_ratio else []


def _repeats(notes: Sequence[Note], number: int) -> bool:
    """Whether a note is the one before struck again, with no rest between."""
    before = notes[number - 1]
    is_joined = number > 0 and before.offset_beat >= notes[number].onset_beat - 1e-6
    return is_joined and before.pitch == notes[number].pitch


def _held_through(
    notes: Sequence[Note], heard: Understanding, measured: Sequence[Measured | None], verdicts: list[NoteVerdict]
) -> list[NoteVerdict]:
    """Repeated notes that were not found under a sound that goes on: they were not struck again. What they ran on
    out of has no end of its own, and so no length."""
    out = list(verdicts)
    sounding: Measured | None = None
    struck = chain = 0
    for number, note in enumerate(notes):
        if out[number].verdict in (CORRECT, WRONG) or not _repeats(notes, number):
            sounding, struck, chain = measured[number], number, 0
            continue
        middle_s = heard.line.expected_s[number] + 0.4 * note.duration_beat * heard.line.beat_s[number]
        if sounding is None or max(sounding.offset_s, _offset_s(measured[number])) < middle_s:
            continue
        chain += 1
        ends_elsewhere = tuple(fault for fault in out[struck].faults if fault.kind not in ("short", "long"))
        out[struck] = replace(out[struck], duration_ratio=None, faults=ends_elsewhere)
        if out[number].verdict == MISSING or (chain > LONGEST_SHARED and heard.line.event[number] < 0):
            out[number] = replace(out[number], verdict=MISSING, reason="not struck again")
    return out


def _offset_s(sound: Measured | None) -> float:
    return sound.offset_s if sound else 0.0


def _rounded(value: float | None, digits: int) -> float | None:
    return None if value is None else round(float(value), digits)
