"""One request through the composer, and everything that the figures need to know of it."""

from __future__ import annotations

import itertools
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from benchmarks.composing.checker import TICKS, faults
from benchmarks.composing.counting import occurrences
from benchmarks.composing.grading import grade
from benchmarks.composing.relaxing import relaxations
from benchmarks.composing.requests import Request
from benchmarks.composing.sheet import Sheet, read_sheet
from benchmarks.composing.spelling import awkward
from tutor.composing.compose import compose_melody
from tutor.composing.ordering import MelodyOrder
from tutor.composing.refusal import CannotCompose
from tutor.composing.skills import occurrences as tutors_occurrences
from tutor.notation.musicxml import to_musicxml

LONGEST_CPU_S = 5.0  # a hundred times what it should take: as good as never
# As hard as they come out, being short for the memory's sake: "within a quarter of a grade" is not asked of them.
UNAIMED = ("echo",)


@dataclass
class Outcome:
    """What became of a request. `text` is the MusicXML, "" where it was refused; `refusal` the sentence."""

    request: Request
    cpu_s: float
    text: str = ""
    refusal: str = ""
    relax: tuple[str, ...] = ()
    crash: str = ""
    faults: list[str] = field(default_factory=list)
    awkward: list[str] = field(default_factory=list)
    tags_differ: list[str] = field(default_factory=list)
    grade: float = 0.0
    said_grade: float = 0.0
    strain_bits: float = 0.0
    notes: int = 0
    helps: str = ""  # what the refusal names whose relaxing made it possible
    sheet: Sheet | None = field(default=None, repr=False)

    @property
    def is_composed(self) -> bool:
        return bool(self.text)

    @property
    def is_right(self) -> bool:
        """A feasible order composed without a fault, or an infeasible one refused."""
        if self.request.is_feasible:
            return self.is_composed and not self.faults
        return bool(self.refusal)

    @property
    def is_on_grade(self) -> bool:
        return abs(self.grade - self.request.order["grade"]) <= self.request.order.get("tolerance", 0.25) + 1e-9

    @property
    def is_aimed(self) -> bool:
        return self.request.is_feasible and self.is_composed and self.request.order["kind"] not in UNAIMED


def run(request: Request) -> Outcome:
    """Composes and checks; what is refused wrongly or rightly is kept with its sentence."""
    outcome = _composed(request)
    if outcome.text:
        _check(outcome)
    elif outcome.refusal and not request.is_feasible:
        outcome.helps = next(
            (
                what
                for what, easier in relaxations(request.order, " ".join((outcome.refusal, *outcome.relax)))
                if _composed(Request("", "everyday", easier)).text
            ),
            "",
        )
    return outcome


def _composed(request: Request) -> Outcome:
    began = time.process_time()
    try:
        with _at_most(LONGEST_CPU_S):
            melody = compose_melody(MelodyOrder.from_dict(request.order))
    except CannotCompose as refusal:
        return Outcome(request, time.process_time() - began, refusal=str(refusal), relax=refusal.relax)
    except Exception as error:  # the bench goes on, and says so
        return Outcome(request, time.process_time() - began, crash=f"{type(error).__name__}: {error}")
    cpu_s = time.process_time() - began
    outcome = Outcome(request, cpu_s, text=to_musicxml(melody.score))
    outcome.said_grade, outcome.strain_bits = melody.difficulty, melody.strain_bits
    outcome.tags_differ = _differences(occurrences(read_sheet(outcome.text)), dict(tutors_occurrences(melody.score)))
    return outcome


@contextmanager
def _at_most(cpu_s: float) -> Iterator[None]:
    """TimeoutError after so much time of the processor."""

    def stop(*_: object) -> None:
        raise TimeoutError(f"not done after {cpu_s:g} s")

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, cpu_s)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def _differences(mine: dict[str, int], theirs: dict[str, int]) -> list[str]:
    """Tags of both kinds that the two count differently; key, metre and range are not counted here."""
    tags = {tag for tag in (*mine, *theirs) if tag.partition(":")[0] in ("interval", "accidental", "rhythm")}
    return [
        f"{tag} {mine.get(tag, 0)}, by the tutor {theirs.get(tag, 0)}"
        for tag in sorted(tags)
        if mine.get(tag, 0) != theirs.get(tag, 0)
    ]


def _check(outcome: Outcome) -> None:
    try:
        sheet = read_sheet(outcome.text)
    except (ValueError, AttributeError) as error:
        outcome.faults = [f"no score: {error}"]
        return
    outcome.sheet = sheet
    outcome.faults = faults(sheet, outcome.request.order)
    outcome.awkward = awkward(sheet)
    outcome.grade = grade(sheet)
    outcome.notes = len(sheet.notes)


def settled(outcome: Outcome) -> dict[str, Any]:
    """What the melody turned out to be, as the fields of an order that it meets."""
    sheet = outcome.sheet
    assert sheet is not None
    pitches = [note.head.pitch for note in sheet.notes]
    heads = [note.head for note in sheet.notes]
    sizes = {abs(after.staff - before.staff) + 1 for before, after in itertools.pairwise(heads)}
    return {
        "counts": dict(occurrences(sheet)),
        "grade": outcome.request.order["grade"],
        "fifths": sheet.fifths,
        "mode": sheet.mode,
        "metre": f"{sheet.beats}/{sheet.beat_type}",
        "bars": sum(not measure.is_implicit for measure in sheet.measures),
        "upbeat": int(sheet.upbeat * TICKS),
        "low": min(pitches),
        "high": max(pitches) + (max(pitches) == min(pitches)),
        "note_values": sorted({int(mark.length * TICKS) for mark in sheet.marks}),
        "sizes": sorted({size for size in sizes if size <= 8} | {1}),
    }
