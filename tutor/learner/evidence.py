"""What a take says about skills: how many notes showed each, and how many of them went right.

- *Not heard* is no evidence of anything.
- A wrong pitch or octave counts against what the eye reads as pitch (interval, key, accidental, range), and
  says nothing against the rhythm; a note too early, late, short or long the other way round.
- Out of tune counts against the interval and the range: the ear and the hand missed. Not against the key or
  the accidental: they were read.
- A *missing* note is no evidence about pitch, since nobody knows what would have come. It counts as wrong for
  rhythm and metre: at its time there was nothing. But notes after the last one played were not reached: no
  evidence at all.
- A note called wrong without a fault beside it (a teacher's ruling) counts against pitch, and says nothing of time.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence

from tutor.grading.assessment import CORRECT, MISSING, NOT_HEARD, WRONG, NoteVerdict

Evidence = dict[str, tuple[int, int]]

TIME_KINDS = frozenset({"rhythm", "metre"})
EAR_AND_HAND_KINDS = frozenset({"interval", "range"})
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
    faults = {fault.kind for fault in note.faults}
    if note.verdict == NOT_HEARD:
        return None
    if kind in TIME_KINDS:
        if note.verdict == MISSING:
            return False
        return None if note.verdict == WRONG and not faults else not faults & TIME_FAULTS
    if note.verdict == MISSING:
        return None
    if note.verdict == WRONG and not faults:
        return False
    if kind in EAR_AND_HAND_KINDS and "intonation" in faults:
        return False
    return not faults & PITCH_FAULTS
