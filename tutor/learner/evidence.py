"""What a take says about skills: how many notes showed each, and how many of them went right.

- *Not heard* is no evidence of anything.
- A wrong pitch or octave counts against what the eye reads as pitch (interval, key, accidental, range), and
  says nothing against the rhythm; a note too early, late, short or long the other way round.
- Every note is in some key, so a wrong one counts against the key (or its accidental) only if it was a semitone
  off, as a missed sharp is. Farther off, it says nothing of them.
- Out of tune counts against the interval and the range: the ear and the hand missed. Not against the key or
  the accidental: they were read.
- A *missing* note is no evidence about pitch, since nobody knows what would have come. It counts as wrong for
  rhythm and metre: at its time there was nothing. But notes after the last one played were not reached: no
  evidence at all.
- A note that a teacher called wrong has no pitch fault beside it: it counts against pitch all the same, and says
  nothing of time unless its onset was heard.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence

from tutor.grading.assessment import CORRECT, MISSING, NOT_HEARD, WRONG, NoteVerdict

Evidence = dict[str, tuple[int, int]]

TIME_KINDS = frozenset({"rhythm", "metre"})
EAR_AND_HAND_KINDS = frozenset({"interval", "range"})
SIGN_KINDS = frozenset({"key", "accidental"})
PITCH_FAULTS = frozenset({"pitch", "octave"})
TIME_FAULTS = frozenset({"early", "late", "short", "long"})


def evidence(tags_by_note: Mapping[str, Collection[str]], note_verdicts: Sequence[NoteVerdict]) -> Evidence:
    """Skill tag -> (right, heard). Tags of notes without a verdict, and verdicts without tags, count nowhere."""
    right: defaultdict[str, int] = defaultdict(int)
    heard: defaultdict[str, int] = defaultdict(int)
    for note in _reached(note_verdicts):
        for tag in tags_by_note.get(note.id, ()):
            if (went_right := _went_right(note, tag.partition(":")[0])) is not None:
                heard[tag] += 1
                right[tag] += went_right
    return {tag: (right[tag], total) for tag, total in heard.items()}


def add(parts: Iterable[Evidence]) -> Evidence:
    """Several takes together."""
    total: Evidence = {}
    for part in parts:
        for tag, (right, heard) in part.items():
            before = total.get(tag, (0, 0))
            total[tag] = (before[0] + right, before[1] + heard)
    return total


def _reached(note_verdicts: Sequence[NoteVerdict]) -> Sequence[NoteVerdict]:
    played = [place for place, note in enumerate(note_verdicts) if note.verdict in (CORRECT, WRONG)]
    return note_verdicts[: played[-1] + 1] if played else ()


def _went_right(note: NoteVerdict, kind: str) -> bool | None:
    """True, False, or None where the note says nothing about this kind of skill."""
    if note.verdict == NOT_HEARD:
        return None
    faults = {fault.kind for fault in note.faults}
    return _in_time(note, faults) if kind in TIME_KINDS else _on_pitch(note, faults, kind)


def _in_time(note: NoteVerdict, faults: set[str]) -> bool | None:
    if note.verdict == MISSING:
        return False
    if note.verdict == WRONG and not faults and note.onset_s is None:
        return None
    return not faults & TIME_FAULTS


def _on_pitch(note: NoteVerdict, faults: set[str], kind: str) -> bool | None:
    if note.verdict == MISSING:
        return None
    if "intonation" in faults:
        return kind not in EAR_AND_HAND_KINDS
    if note.verdict != WRONG and not faults & PITCH_FAULTS:
        return True
    return None if kind in SIGN_KINDS and _is_far_off(note) else False


def _is_far_off(note: NoteVerdict) -> bool:
    semitones = [abs(fault.amount) % 12 for fault in note.faults if fault.kind in PITCH_FAULTS]
    return bool(semitones) and all(1.5 < distance < 10.5 or distance == 0 for distance in semitones)
