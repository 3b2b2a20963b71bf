"""What every finder of causes looks at, and how it names what it found."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from tutor.grading.assessment import CORRECT, WRONG, Assessment, Cause, NoteVerdict
from tutor.grading.rubric import Rubric
from tutor.grading.words import bars, heard_name, note_name
from tutor.notation.score import Note, Score

Pair = tuple[Note, NoteVerdict]

# A cause is only named for the whole take where it explains at least this share of what was played …
MOST = 0.6
# … by at least so many notes.
FEWEST = 4
# More than so many single notes are not listed one by one.
MOST_LISTED = 3


@dataclass(frozen=True)
class Take:
    """An assessment beside its score."""

    assessment: Assessment
    score: Score
    rubric: Rubric
    asked_bpm: float | None = None
    drift: float | None = None
    lateness_s: float | None = None  # behind the metronome, beyond what latency may explain
    is_pitched_by_player: bool = True  # False: a piano's tuning is not the student's

    @property
    def pairs(self) -> list[Pair]:
        """Score note and verdict, in score order."""
        by_id = {note.id: note for note in self.score.notes}
        return [(by_id[verdict.id], verdict) for verdict in self.assessment.notes if verdict.id in by_id]

    @property
    def wrong(self) -> list[Pair]:
        """The notes that were heard as another pitch."""
        return [(note, verdict) for note, verdict in self.pairs if verdict.verdict == WRONG]

    @property
    def played(self) -> list[Pair]:
        """The notes that were heard at all."""
        return [(note, verdict) for note, verdict in self.pairs if verdict.verdict in (CORRECT, WRONG)]


Finder = Callable[[Take, frozenset[str]], Iterator[Cause]]


def unexplained(take: Take, explained: frozenset[str]) -> list[Pair]:
    """The wrong notes that no cause has taken yet, and of which it is known how far off they were."""
    return [(note, verdict) for note, verdict in take.wrong if note.id not in explained and semitones(verdict)]


def semitones(verdict: NoteVerdict) -> int:
    """How far off a wrong note was; 0 where that is not known (a teacher's ruling)."""
    amounts = [fault.amount for fault in verdict.faults if fault.kind in ("pitch", "octave")]
    return round(amounts[0]) if amounts else 0


def with_fault(take: Take, kind: str) -> list[tuple[Note, float]]:
    """The played notes with a fault of this kind, and its amount."""
    return [(note, fault.amount) for note, verdict in take.played for fault in verdict.faults if fault.kind == kind]


def where(notes: Sequence[Note]) -> str:
    """Bars 2 and 3."""
    return bars([note.bar for note in notes])


def ids(notes: Sequence[Note]) -> tuple[str, ...]:
    """What a cause carries, so that the page can show its notes."""
    return tuple(note.id for note in notes)


def notes_of(pairs: Sequence[Pair]) -> list[Note]:
    """The score notes alone."""
    return [note for note, _ in pairs]


def instead(take: Take, note: Note, verdict: NoteVerdict) -> str:
    """B flat, you played B: both names in the student's own written pitch."""
    played = heard_name(note.written.midi + semitones(verdict), note.written, take.score.key_at(note.onset_beat).fifths)
    return f"{note_name(note.written)}, you played {played}"
