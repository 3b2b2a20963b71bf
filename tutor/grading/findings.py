"""What every finder of causes looks at, and how it tells what it found."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from functools import cached_property

from tutor.composing.skills import tag
from tutor.grading.assessment import CORRECT, WRONG, Ask, Assessment, Cause, NoteVerdict
from tutor.grading.rubric import Rubric
from tutor.grading.words import bars, heard_name, note_name
from tutor.notation.instruments import Instrument
from tutor.notation.score import Note, Score
from tutor.saying import Phrase, joined, phrase, to_json

Pair = tuple[Note, NoteVerdict]

# A cause is only named for the whole take where it explains at least this share of what was played …
MOST = 0.6
# … by at least so many notes.
FEWEST = 4
# More than so many single notes are not listed one by one.
MOST_LISTED = 3

# What a cause can explain of a note. One that explains its time leaves its pitch to others.
PITCH, TIME, LENGTH, TUNING, SILENCE = "pitch", "time", "length", "tuning", "silence"
# … and of the take as a whole: that it was sharp or flat, that it was fast or slow.
OFFSET, TEMPO = "offset", "tempo"
EXPLAINABLE = (PITCH, TIME, LENGTH, TUNING, SILENCE, OFFSET, TEMPO)
Explained = Mapping[str, AbstractSet[str]]


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
    instrument: Instrument | None = None

    @cached_property
    def pairs(self) -> list[Pair]:
        """Score note and verdict, in score order."""
        by_id = {note.id: note for note in self.score.notes}
        return [(by_id[verdict.id], verdict) for verdict in self.assessment.notes if verdict.id in by_id]

    @cached_property
    def wrong(self) -> list[Pair]:
        """The notes that were heard as another pitch."""
        return [(note, verdict) for note, verdict in self.pairs if verdict.verdict == WRONG]

    @cached_property
    def played(self) -> list[Pair]:
        """The notes that were heard at all."""
        return [(note, verdict) for note, verdict in self.pairs if verdict.verdict in (CORRECT, WRONG)]

    @cached_property
    def tags(self) -> Mapping[str, tuple[str, ...]]:
        """Note id -> the skills that it needs."""
        return tag(self.score)


@dataclass(frozen=True)
class Finding:
    """A cause, and what needs no other word after it: for each thing explained, the notes of which it is."""

    cause: Cause
    explains: Explained = field(default_factory=dict)


Finder = Callable[[Take, Explained], Iterator[Finding]]


def tell(
    code: str,
    what: str,
    remedy: str,
    notes: Sequence[Note] = (),
    asks_for: Ask | None = None,
    *,
    explains: Sequence[str] = (),
    also: AbstractSet[str] = frozenset(),
) -> Finding:
    """Say it: how it showed, then the remedy. A `what` without a full stop is joined to the remedy by a colon.

    The notes are explained in each of `explains`, and so are those of `also`, ids, though they don't show it best.
    """
    is_sentence = what.endswith(".")
    text = f"{what} {remedy}" if is_sentence else f"{what}: {remedy[0].lower()}{remedy[1:]}"
    shown = ids(notes)
    showed = what if is_sentence else joined([what, "."], "")
    said = {"showed": to_json(showed), "remedy": to_json(remedy)}
    cause = Cause(code, text, shown, showed=str(showed), remedy=str(remedy), asks_for=asks_for, said=said)
    return Finding(cause, {kind: {*shown, *also} for kind in explains})


def unexplained(take: Take, explained: Explained) -> list[Pair]:
    """The wrong notes that no cause has taken yet, and of which it is known how far off they were."""
    taken = explained[PITCH]
    return [(note, verdict) for note, verdict in take.wrong if note.id not in taken and semitones(verdict)]


def semitones(verdict: NoteVerdict) -> int:
    """How far off a wrong note was; 0 where that is not known (a teacher's ruling)."""
    amounts = [fault.amount for fault in verdict.faults if fault.kind in ("pitch", "octave")]
    return round(amounts[0]) if amounts else 0


def with_fault(take: Take, kind: str, taken: AbstractSet[str] = frozenset()) -> list[tuple[Note, float]]:
    """The played notes with a fault of this kind, and its amount, but those that are `taken`."""
    return [
        (note, fault.amount)
        for note, verdict in take.played
        for fault in verdict.faults
        if fault.kind == kind and note.id not in taken
    ]


def where(notes: Sequence[Note]) -> Phrase:
    """Bars 2 and 3."""
    return bars([note.bar for note in notes])


def ids(notes: Sequence[Note]) -> tuple[str, ...]:
    """What a cause carries, so that the page can show its notes."""
    return tuple(note.id for note in notes)


def notes_of(pairs: Sequence[Pair]) -> list[Note]:
    """The score notes alone."""
    return [note for note, _ in pairs]


def instead(take: Take, note: Note, verdict: NoteVerdict) -> Phrase:
    """B flat, you played B: both names in the student's own written pitch."""
    played = heard_name(note.written.midi + semitones(verdict), note.written, take.score.key_at(note.onset_beat).fifths)
    return phrase("{note}, you played {heard}", note=note_name(note.written), heard=played)
