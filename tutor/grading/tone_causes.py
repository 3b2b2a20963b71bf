"""Causes in the sound itself: tuning, lengths, and a room that is too loud to hear in."""

from __future__ import annotations

from collections.abc import Iterator

from tutor.grading.assessment import NOT_HEARD, Cause
from tutor.grading.findings import FEWEST, Take, ids, notes_of, where, with_fault
from tutor.grading.words import bars, note_name, number

SHARP_THROUGHOUT_CENTS = 18.0  # a listener in the room hears it; the best recorded teachers lie within 17
CLIPPED_SHARE = 0.4


def clipped(take: Take, explained: frozenset[str]) -> Iterator[Cause]:
    """Everything short."""
    if _is_clipped(take):
        text = "Most notes were cut short: let each one sound for its whole length, until the next begins."
        yield Cause("clipped", text, ids([note for note, _ in with_fault(take, "short")]))


def lengths(take: Take, explained: frozenset[str]) -> Iterator[Cause]:
    """Single notes too short or too long."""
    advice = {"short": "let it sound for its whole length", "long": "end it where its time is over"}
    several = {"short": "let them sound for their whole length", "long": "end them where their time is over"}
    said = {"short": "cut short", "long": "held too long"}
    for kind in ("short", "long"):
        notes = [note for note, _ in with_fault(take, kind)]
        if not notes or (kind == "short" and _is_clipped(take)):
            continue
        if len(notes) == 1:
            text = f"{bars([notes[0].bar])}: {note_name(notes[0].written)} was {said[kind]}: {advice[kind]}."
        else:
            text = f"{where(notes)}: {number(len(notes))} notes were {said[kind]}: {several[kind]}."
        yield Cause(f"{kind}_notes", text, ids(notes))


def _is_clipped(take: Take) -> bool:
    short = len(with_fault(take, "short"))
    return short >= FEWEST and short >= CLIPPED_SHARE * len(take.played)


def out_of_tune(take: Take, explained: frozenset[str]) -> Iterator[Cause]:
    """All of it sharp, or flat."""
    cents = take.assessment.tuning_cents
    measured = [note for note, verdict in take.played if verdict.cents is not None]
    if take.is_pitched_by_player and len(measured) >= FEWEST and abs(cents) >= SHARP_THROUGHOUT_CENTS:
        way = "sharp" if cents > 0 else "flat"
        text = f"You were {way} throughout, by about {abs(cents):.0f} cents: check your tuning before you begin."
        yield Cause(f"{way}_throughout", text, ids(measured))


def notes_out_of_tune(take: Take, explained: frozenset[str]) -> Iterator[Cause]:
    """Single notes sharp or flat, beside the tuning of the take."""
    if not take.is_pitched_by_player:
        return
    for way, sign in (("sharp", 1), ("flat", -1)):
        leaning = [(note, cents) for note, cents in with_fault(take, "intonation") if sign * cents > 0]
        notes = [note for note, _ in leaning]
        if len(leaning) == 1:
            note, cents = leaning[0]
            text = f"{bars([note.bar])}: {note_name(note.written)} was {way}, by about {abs(cents):.0f} cents: "
            yield Cause(f"{way}_notes", text + "hear it in your head first.", ids(notes))
        elif leaning:
            text = f"{where(notes)}: {number(len(notes))} notes were {way}: hear each one in your head first."
            yield Cause(f"{way}_notes", text, ids(notes))


def noisy(take: Take, explained: frozenset[str]) -> Iterator[Cause]:
    """Notes that drowned: not the player's fault, but theirs to mend."""
    drowned = [pair for pair in take.pairs if pair[1].verdict == NOT_HEARD and pair[1].reason == "noise"]
    if drowned:
        what = "one note" if len(drowned) == 1 else f"{number(len(drowned))} notes"
        text = f"{where(notes_of(drowned))}: {what} could not be heard through the noise: "
        yield Cause("noisy", text + "play closer to the microphone, or in a quieter room.", ids(notes_of(drowned)))
