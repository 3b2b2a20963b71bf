"""Causes in the sound itself: tuning, lengths, and a room that is too loud to hear in."""

from __future__ import annotations

from collections.abc import Iterator
from statistics import median

from tutor.grading import asks
from tutor.grading.assessment import NOT_HEARD
from tutor.grading.findings import (
    FEWEST,
    LENGTH,
    MOST,
    OFFSET,
    TUNING,
    Explained,
    Finding,
    Pair,
    Take,
    notes_of,
    tell,
    where,
    with_fault,
)
from tutor.grading.words import bars, decimal, note_name, number

SHARP_THROUGHOUT_CENTS = 18.0  # a listener in the room hears it; the best recorded teachers lie within 17
CLIPPED_SHARE = 0.4
# Long notes let go early, while the others are held: a matter of counting and breath, and not of a short bow.
LONG_BEATS, LET_GO_RATIO, HELD_RATIO = 2.0, 0.68, 0.75
FEWEST_LONG = 2


def clipped(take: Take, explained: Explained) -> Iterator[Finding]:
    """Everything short."""
    if _is_clipped(take):
        remedy = "Let each one sound for its whole length, until the next begins."
        notes = [note for note, _ in with_fault(take, "short")]
        yield tell(
            "clipped", "Most notes were cut short", remedy, notes, asks.long_tones(take.score), explains=[LENGTH]
        )


def _is_clipped(take: Take) -> bool:
    short = len(with_fault(take, "short"))
    return short >= FEWEST and short >= CLIPPED_SHARE * len(take.played)


def released_early(take: Take, explained: Explained) -> Iterator[Finding]:
    """The long notes, and only those, were not held to their end."""
    measured = [(note, verdict.duration_ratio) for note, verdict in take.played if verdict.duration_ratio is not None]
    held_long = [(note, ratio) for note, ratio in measured if note.duration_beat >= LONG_BEATS]
    let_go = [(note, ratio) for note, ratio in held_long if ratio <= LET_GO_RATIO and note.id not in explained[LENGTH]]
    others = [ratio for note, ratio in measured if note.duration_beat < LONG_BEATS]
    if len(let_go) < max(FEWEST_LONG, MOST * len(held_long)) or (others and median(others) < HELD_RATIO):
        return
    notes = [note for note, _ in let_go]
    note, ratio = let_go[0]
    what = f"{where(notes)}: {number(len(notes))} long notes were let go early: {note_name(note.written)} lasted "
    what += f"{decimal(ratio * note.duration_beat)} of its {decimal(note.duration_beat)} beats."
    remedy = "Count every beat of a long note, and end it where the next beat begins."
    asked = asks.rhythm(take.score, "long-notes", note.onset_beat, tempo=1.0)
    yield tell("released_early", what, remedy, notes, asked, explains=[LENGTH])


def lengths(take: Take, explained: Explained) -> Iterator[Finding]:
    """Single notes too short or too long."""
    remedies = {"short": "Let {} sound for {} whole length.", "long": "End {} where {} time is over."}
    said = {"short": "cut short", "long": "held too long"}
    figures = {"short": "long-notes", "long": "rest"}
    for kind in ("short", "long"):
        notes = [note for note, _ in with_fault(take, kind, explained[LENGTH])]
        if not notes:
            continue
        is_one = len(notes) == 1
        who = f"{note_name(notes[0].written)} was" if is_one else f"{number(len(notes))} notes were"
        remedy = remedies[kind].format(*(("it", "its") if is_one else ("them", "their")))
        asked = asks.rhythm(take.score, figures[kind], notes[0].onset_beat)
        yield tell(f"{kind}_notes", f"{where(notes)}: {who} {said[kind]}", remedy, notes, asked)


def out_of_tune(take: Take, explained: Explained) -> Iterator[Finding]:
    """All of it sharp, or flat."""
    cents = 0.0 if explained[OFFSET] else take.assessment.tuning_cents
    measured = [note for note, verdict in take.played if verdict.cents is not None]
    if take.is_pitched_by_player and len(measured) >= FEWEST and abs(cents) >= SHARP_THROUGHOUT_CENTS:
        way = "sharp" if cents > 0 else "flat"
        what = f"You were {way} throughout, by about {abs(cents):.0f} cents"
        asked = asks.long_tones(take.score)
        yield tell(f"{way}_throughout", what, "Check your tuning before you begin.", measured, asked)


def notes_out_of_tune(take: Take, explained: Explained) -> Iterator[Finding]:
    """Single notes sharp or flat, beside the tuning of the take."""
    if not take.is_pitched_by_player:
        return
    for way, sign in (("sharp", 1), ("flat", -1)):
        leaning = [
            (note, cents) for note, cents in with_fault(take, "intonation", explained[TUNING]) if sign * cents > 0
        ]
        if not leaning:
            continue
        notes = [note for note, _ in leaning]
        asked = asks.long_tones(take.score)
        if len(leaning) == 1:
            note, cents = leaning[0]
            what = f"{bars([note.bar])}: {note_name(note.written)} was {way}, by about {abs(cents):.0f} cents"
            yield tell(f"{way}_notes", what, "Hear it in your head first.", notes, asked)
        else:
            what = f"{where(notes)}: {number(len(notes))} notes were {way}"
            yield tell(f"{way}_notes", what, "Hear each one in your head first.", notes, asked)


def noisy(take: Take, explained: Explained) -> Iterator[Finding]:
    """Notes that drowned: not the player's fault, but theirs to mend."""
    drowned: list[Pair] = [pair for pair in take.pairs if pair[1].verdict == NOT_HEARD and pair[1].reason == "noise"]
    if drowned:
        notes = notes_of(drowned)
        what = f"{where(notes)}: {'one note' if len(notes) == 1 else f'{number(len(notes))} notes'} "
        what += "could not be heard through the noise"
        yield tell("noisy", what, "Play closer to the microphone, or in a quieter room.", notes)
