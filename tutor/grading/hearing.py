"""What was heard of each score note, before anybody judges it: alignment and evidence brought together.

This is where doubtful notes are listened to again: a note that the alignment calls missing or wrong is
looked for in the frames themselves, where it should have sounded.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from tutor.alignment.alignment import Alignment, Match
from tutor.grading.attacks import STRUCK, Attack, attack_of, typical_strength
from tutor.grading.intonation import written_octave
from tutor.grading.lengths import held_ratio
from tutor.grading.timing import Timing
from tutor.listening.evidence import Evidence
from tutor.listening.segmentation import HeardNote
from tutor.notation.score import Note

# Sounding through this share of its own time, a note that was not found is nevertheless played.
PLAYED_SHARE = 0.5
# A heard note whose frames hold the written pitch this much is the written note, whatever the tracker said.
WRITTEN_SHARE = 0.6
OCTAVE_SHARE = 0.35
# One repeated note may ring on unheard; a second one in a row was not played.
LONGEST_SHARED = 1
NOISY_DB = 12.0
# Held for this many times its length, the last note that was heard swallowed the repeated ones after it.
SWALLOWING = 1.8
# Shorter, and half of it is the attack, where bows and voices slide: nobody hears whether it is in tune.
SHORTEST_IN_TUNE_S = 0.13


@dataclass(frozen=True)
class NoteHeard:
    """What is known of one score note; `pitch` has the tuning offset removed. None is unknown."""

    note: Note
    is_played: bool
    is_audible: bool = True  # False: whether it was played can't be told, and `reason` says why
    reason: str = ""
    pitch: float | None = None
    has_cents: bool = False
    onset_s: float | None = None
    offset_s: float | None = None
    error_s: float | None = None
    duration_ratio: float | None = None
    certainty: float = 0.5
    attack: Attack = STRUCK


def hear_again(
    notes: Sequence[Note],
    heard: Sequence[HeardNote],
    alignment: Alignment,
    timing: Timing,
    evidence: Evidence,
    tuning: float,
    octave_free: bool,
) -> list[NoteHeard]:
    """One NoteHeard for each score note, in score order."""
    matches = {match.note: match for match in alignment.matches}
    last_played = max(matches, default=-1)
    strength = typical_strength(heard)
    attacks = {match.note: attack_of(match, heard, strength) for match in alignment.matches if match.heard}
    out: list[NoteHeard] = []
    swallowed_until = _swallowed_until(notes, heard, alignment, timing)
    chain = 0
    for number, note in enumerate(notes):
        match = matches.get(number)
        if last_played < number < swallowed_until:
            out.append(NoteHeard(note, is_played=False, reason="not struck again", certainty=0.7))
        elif match is None:
            out.append(_not_found(number, note, timing, evidence, tuning, heard, stopped=number > last_played))
        elif match.shares is not None:
            chain += 1
            out.append(_shared(note, chain))
            continue
        else:
            pieces = [heard[index] for index in match.heard]
            found = _found(number, note, pieces, timing, evidence, tuning, octave_free)
            ends = _end_is_its_own(number, notes, attacks)
            out.append(_timed(found, match, heard, timing, evidence, attacks[number], ends))
        chain = 0
    return out


def _swallowed_until(notes: Sequence[Note], heard: Sequence[HeardNote], alignment: Alignment, timing: Timing) -> int:
    """The score note before which the repeated notes at the end lie in the last one that was heard; 0 if none do."""
    struck = [match for match in alignment.matches if match.heard]
    if not struck:
        return 0
    last, number = struck[-1], alignment.matches[-1].note
    beat_s = timing.beat_s[number] if np.isfinite(timing.beat_s[number]) else timing.asked_beat_s
    held_s = heard[last.heard[-1]].offset_s - heard[last.heard[0]].onset_s
    if held_s < SWALLOWING * beat_s * (notes[number].offset_beat - notes[last.note].onset_beat):
        return 0
    until = number + 1
    while until < len(notes) and notes[until].pitch == notes[number].pitch:
        until += 1
    return until


def _found(
    number: int,
    note: Note,
    pieces: Sequence[HeardNote],
    timing: Timing,
    evidence: Evidence,
    tuning: float,
    octave_free: bool,
) -> NoteHeard:
    onset_s, offset_s = pieces[0].onset_s, pieces[-1].offset_s
    longest = _sounding_piece(pieces, note.pitch + tuning)
    pitch = longest.pitch - tuning
    if octave_free:
        pitch = written_octave(pitch, note.pitch)
    doubt = evidence.share_at(note.pitch, onset_s + 0.03, offset_s)
    has_cents = longest.has_f0 and longest.duration_s >= SHORTEST_IN_TUNE_S
    if round(pitch) != note.pitch and not octave_free:
        is_octave = round(pitch - note.pitch) % 12 == 0
        if doubt > (OCTAVE_SHARE if is_octave else WRITTEN_SHARE):
            pitch, has_cents = _nearest_cents(pitch, note.pitch) if is_octave else (float(note.pitch), False)
    return NoteHeard(
        note=note,
        is_played=True,
        pitch=pitch,
        has_cents=has_cents,
        onset_s=onset_s,
        offset_s=offset_s,
        certainty=_certainty(longest, pitch, note.pitch, doubt),
    )


def _end_is_its_own(number: int, notes: Sequence[Note], attacks: Mapping[int, Attack]) -> bool:
    """False where the next note follows at once and was not heard to begin: then nothing says where this one ended."""
    if number + 1 == len(notes):
        return True
    is_joined = abs(notes[number].offset_beat - notes[number + 1].onset_beat) < 1e-6
    return not is_joined or (number + 1 in attacks and attacks[number + 1].is_known)


def _timed(
    found: NoteHeard,
    match: Match,
    heard: Sequence[HeardNote],
    timing: Timing,
    evidence: Evidence,
    attack: Attack,
    ends: bool,
) -> NoteHeard:
    """When it began and how long it was held, as far as its beginning and its end could be heard."""
    if not attack.is_known:
        return replace(found, attack=attack)
    pieces = [heard[index] for index in match.heard]
    following = heard[match.heard[-1] + 1] if match.heard[-1] + 1 < len(heard) else None
    error_s, written_s = timing.error_s[match.note], found.note.duration_beat * timing.beat_s[match.note]
    return replace(
        found,
        attack=attack,
        error_s=float(error_s) if np.isfinite(error_s) else None,
        duration_ratio=held_ratio(pieces, following, evidence, float(written_s)) if ends else None,
    )


def _sounding_piece(pieces: Sequence[HeardNote], written: float) -> HeardNote:
    """The longest piece; one at the written pitch also speaks for a note if it is a good part of it."""
    longest = max(pieces, key=lambda piece: piece.duration_s)
    at_pitch = [
        piece for piece in pieces if abs(piece.pitch - written) < 0.6 and piece.duration_s > 0.4 * longest.duration_s
    ]
    return max(at_pitch, key=lambda piece: piece.duration_s) if at_pitch else longest


def _nearest_cents(pitch: float, written: int) -> tuple[float, bool]:
    return written_octave(pitch, written), True


def _certainty(piece: HeardNote, pitch: float, written: int, share_at_written: float) -> float:
    agreement = share_at_written if round(pitch) == written else 1 - share_at_written
    fullness = min(piece.duration_s / 0.2, 1.0)
    return float(np.clip(0.3 + 0.35 * agreement + 0.2 * piece.steadiness + 0.14 * fullness, 0.05, 0.99))


def _shared(note: Note, chain: int) -> NoteHeard:
    """It should have been struck again while the same pitch was sounding, and no new attack was heard."""
    if chain > LONGEST_SHARED:
        return NoteHeard(note, is_played=False, reason="not struck again", certainty=0.7)
    return NoteHeard(note, is_played=False, is_audible=False, reason="overlap", certainty=0.6)


def _not_found(
    number: int,
    note: Note,
    timing: Timing,
    evidence: Evidence,
    tuning: float,
    heard: Sequence[HeardNote],
    stopped: bool,
) -> NoteHeard:
    at_s, beat_s = timing.expected_s[number], timing.beat_s[number]
    if not (np.isfinite(at_s) and np.isfinite(beat_s)) or stopped:
        return NoteHeard(
            note, is_played=False, reason="not reached" if stopped else "", certainty=0.9 if stopped else 0.6
        )
    until_s = at_s + max(0.8 * note.duration_beat * beat_s, 0.08)
    shift = round(tuning - evidence.tuning)
    share = evidence.share_at(note.pitch + shift, at_s + 0.02, until_s)
    if share > PLAYED_SHARE:
        if _rings_from_neighbour(note.pitch + tuning, at_s, heard):
            return NoteHeard(note, is_played=False, is_audible=False, reason="overlap", certainty=0.5)
        return NoteHeard(note, is_played=True, pitch=float(note.pitch), onset_s=None, certainty=0.4 + 0.3 * share)
    span = evidence.span(at_s, until_s)
    loud = float(np.percentile(evidence.level_dbfs, 95))
    if loud - evidence.room_dbfs < NOISY_DB and share > 0.15 and evidence.tonal_share(at_s, until_s) < 0.5:
        return NoteHeard(note, is_played=False, is_audible=False, reason="noise", certainty=0.5)
    peak = float(evidence.level_dbfs[span].max()) if evidence.frames else -120.0
    certainty = float(np.clip(0.95 - share, 0.3, 0.95)) if peak > -110 else 0.95
    return NoteHeard(note, is_played=False, certainty=certainty)


def _rings_from_neighbour(pitch: float, at_s: float, heard: Sequence[HeardNote]) -> bool:
    """Whether a note of this pitch had begun well before and is still sounding."""
    return any(
        abs(other.pitch - pitch) < 0.7 and other.onset_s < at_s - 0.08 and other.offset_s > at_s + 0.05
        for other in heard
    )
