"""One take and what the ear said of it, note beside note: all that the figures need, and no sound."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from benchmarks.takes import Take
from tutor.grading.assessment import MISSING, NOT_HEARD, WRONG, Assessment, NoteVerdict, Restart

# An added note is found where one is reported this near to it; a restart, likewise.
SAME_EXTRA_S, SAME_RESTART_S = 0.15, 1.5
JOINED_S = 0.03
NOT_REACHED = "not reached"
MENDED = "mended"
ONE_FINDING = ("transposed", "held", "another-tune")
# A note that really sounded for this part of its length was neither clipped nor held.
WHOLE_LENGTH = (0.65, 1.2)


@dataclass(frozen=True, slots=True)
class JudgedNote:
    """Truth and verdict of one score note."""

    truth: str  # as in the take, or MENDED
    length: str  # "", "short", "long", or "?" where it is neither whole nor clipped
    verdict: str
    faults: tuple[str, ...]
    confidence: float
    onset_error_ms: float | None
    is_reached: bool = True  # False after the player stopped
    is_given_up: bool = False  # not_heard because the player didn't come so far
    late_chance: float = 0.0  # as the engine saw it before it decided
    early_chance: float = 0.0

    @property
    def is_called(self) -> bool:
        """Said to be wrong or missing."""
        return self.verdict in (WRONG, MISSING)

    @property
    def is_called_off_time(self) -> bool:
        return self.verdict != NOT_HEARD and bool({"early", "late"} & set(self.faults))

    @property
    def is_off_pitch(self) -> bool:
        """Truly wrong or missing."""
        return self.truth in ("pitch", "octave", "missing")

    @property
    def is_off_time(self) -> bool:
        return self.truth in ("late", "early")

    @property
    def is_faulty(self) -> bool:
        """Truly not as written, in whatever way."""
        return self.is_off_pitch or self.is_off_time or self.is_mended

    @property
    def is_not_struck(self) -> bool:
        """A repeated note that ran on out of the one before: it is missing, but often nobody can hear that."""
        return self.truth == "not struck"

    @property
    def is_mended(self) -> bool:
        """A slip on the beat, and the right note after it: wrong, or late with a note added? Either may be said."""
        return self.truth == MENDED


@dataclass(frozen=True, slots=True)
class JudgedExtra:
    """A note that the score hasn't: kind "extra", "repeated" or, reported and not there, "phantom"."""

    kind: str
    is_found: bool


@dataclass(frozen=True)
class JudgedTake:
    """One take."""

    name: str
    source: str
    instrument: str
    condition: str
    story: str
    duration_s: float
    cpu_s: float
    notes: tuple[JudgedNote, ...]
    extras: tuple[JudgedExtra, ...]
    restarts_played: int
    restarts_found: int
    restarts_made_up: int
    overall: float | None
    refusal: str = ""

    @property
    def is_test_of_notes(self) -> bool:
        """Where one finding makes most notes wrong (another key, all repeated notes held as one), forty notes are no
        forty tests: such takes have figures of their own."""
        return self.story not in ONE_FINDING


def judged(
    take: Take,
    assessment: Assessment | None,
    cpu_s: float,
    off_time_chances: Sequence[tuple[float, float]] | None = None,
    *,
    refusal: str = "",
) -> JudgedTake:
    """The take beside its assessment; None, and the reason, where the recording was refused."""
    restarts = assessment.restarts if assessment else ()
    found = _restarts_found(take, restarts)
    return JudgedTake(
        name=take.name,
        source=take.source,
        instrument=take.instrument,
        condition=take.condition,
        story=take.story,
        duration_s=take.duration_s,
        cpu_s=cpu_s,
        notes=tuple(_notes(take, assessment, off_time_chances or [(0.0, 0.0)] * len(take.truth))),
        extras=tuple(_extras(take, assessment)),
        restarts_played=int(take.restart_s is not None),
        restarts_found=found,
        restarts_made_up=len(restarts) - found,
        overall=assessment.grade.overall if assessment else None,
        refusal=refusal,
    )


def _notes(
    take: Take, assessment: Assessment | None, off_time_chances: Sequence[tuple[float, float]]
) -> list[JudgedNote]:
    said = {note.id: note for note in assessment.notes} if assessment else {}
    last = max((one.note for one in take.sounded if one.note is not None), default=-1)
    ratios, mended = _length_ratios(take), _mended(take)
    notes = []
    for index, note in enumerate(take.score.notes):
        verdict = said.get(note.id) or NoteVerdict(note.id, note.pitch, 0.0, 0.0, NOT_HEARD)
        notes.append(
            JudgedNote(
                truth=MENDED if index in mended else take.truth[index],
                length=take.lengths[index] or ("" if _is_whole(ratios.get(index)) else "?"),
                verdict=verdict.verdict,
                faults=tuple(fault.kind for fault in verdict.faults),
                confidence=verdict.confidence,
                onset_error_ms=verdict.onset_error_ms,
                is_reached=index <= last or take.story != "half",
                is_given_up=verdict.verdict == NOT_HEARD and verdict.reason == NOT_REACHED,
                late_chance=off_time_chances[index][0],
                early_chance=off_time_chances[index][1],
            )
        )
    return notes


def _mended(take: Take) -> set[int]:
    """Late notes in whose place another one was struck."""
    return {
        after.note
        for before, after in pairwise(take.sounded)
        if after.note is not None
        and take.truth[after.note] == "late"
        and before.kind == "extra"
        and after.onset_s - before.offset_s < JOINED_S
    }


def _length_ratios(take: Take) -> dict[int, float]:
    """Sounded over written length, by score note."""
    beat_s = 60 / take.bpm
    written = [note.duration_beat * beat_s for note in take.score.notes]
    return {one.note: (one.offset_s - one.onset_s) / written[one.note] for one in take.sounded if one.note is not None}


def _is_whole(ratio: float | None) -> bool:
    return ratio is not None and WHOLE_LENGTH[0] <= ratio <= WHOLE_LENGTH[1]


def _extras(take: Take, assessment: Assessment | None) -> list[JudgedExtra]:
    """Each report counts for one added note at most."""
    reported = [extra.onset_s for extra in assessment.extras] if assessment else []
    extras = []
    for one in take.sounded:
        if one.note is not None:
            continue
        distances = np.abs(np.array(reported) - one.onset_s)
        is_found = bool(len(distances)) and float(distances.min()) < SAME_EXTRA_S
        if is_found:
            reported.pop(int(distances.argmin()))
        extras.append(JudgedExtra(one.kind, is_found))
    return extras + [JudgedExtra("phantom", False)] * len(reported)


def _restarts_found(take: Take, restarts: tuple[Restart, ...]) -> int:
    return int(take.restart_s is not None and any(abs(one.at_s - take.restart_s) < SAME_RESTART_S for one in restarts))
