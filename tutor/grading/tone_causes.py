"""Causes in the sound itself: tuning, lengths, and a room that is too loud to hear in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
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
from tutor.notation.score import Note
from tutor.saying import Phrase, phrase

SHARP_THROUGHOUT_CENTS = 18.0  # a listener in the room hears it; the best recorded teachers lie within 17
CLIPPED_SHARE = 0.4
# Long notes let go early, while the others are held: a matter of counting and breath, and not of a short bow.
LONG_BEATS, LET_GO_RATIO, HELD_RATIO = 2.0, 0.68, 0.75
FEWEST_LONG = 2


def clipped(take: Take, explained: Explained) -> Iterator[Finding]:
    """Everything short."""
    if _is_clipped(take):
        remedy = phrase("Let each one sound for its whole length, until the next begins.")
        notes = [note for note, _ in with_fault(take, "short")]
        yield tell(
            "clipped",
            phrase("Most notes were cut short"),
            remedy,
            notes,
            asks.long_tones(take.score),
            explains=[LENGTH],
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
    what = phrase(
        "{where}: {number} long notes were let go early: {note} lasted {lasted} of its {beats} beats.",
        where=where(notes),
        number=number(len(notes)),
        note=note_name(note.written),
        lasted=decimal(ratio * note.duration_beat),
        beats=decimal(note.duration_beat),
    )
    remedy = phrase("Count every beat of a long note, and end it where the next beat begins.")
    asked = asks.rhythm(take.score, "long-notes", note.onset_beat, tempo=1.0)
    yield tell("released_early", what, remedy, notes, asked, explains=[LENGTH])


def lengths(take: Take, explained: Explained) -> Iterator[Finding]:
    """Single notes too short or too long."""
    figures = {"short": "long-notes", "long": "rest"}
    for kind in ("short", "long"):
        notes = [note for note, _ in with_fault(take, kind, explained[LENGTH])]
        if not notes:
            continue
        what, remedy = (_one_length if len(notes) == 1 else _many_lengths)(kind, notes)
        asked = asks.rhythm(take.score, figures[kind], notes[0].onset_beat)
        yield tell(f"{kind}_notes", what, remedy, notes, asked)


def _one_length(kind: str, notes: Sequence[Note]) -> tuple[Phrase, Phrase]:
    facts = {"where": where(notes), "note": note_name(notes[0].written)}
    if kind == "short":
        return phrase("{where}: {note} was cut short", **facts), phrase("Let it sound for its whole length.")
    return phrase("{where}: {note} was held too long", **facts), phrase("End it where its time is over.")


def _many_lengths(kind: str, notes: Sequence[Note]) -> tuple[Phrase, Phrase]:
    facts = {"where": where(notes), "number": number(len(notes))}
    if kind == "short":
        remedy = phrase("Let them sound for their whole length.")
        return phrase("{where}: {number} notes were cut short", **facts), remedy
    return phrase("{where}: {number} notes were held too long", **facts), phrase("End them where their time is over.")


def out_of_tune(take: Take, explained: Explained) -> Iterator[Finding]:
    """All of it sharp, or flat."""
    cents = 0.0 if explained[OFFSET] else take.assessment.tuning_cents
    measured = [note for note, verdict in take.played if verdict.cents is not None]
    if take.is_pitched_by_player and len(measured) >= FEWEST and abs(cents) >= SHARP_THROUGHOUT_CENTS:
        way = "sharp" if cents > 0 else "flat"
        off = round(abs(cents))
        what = phrase("You were flat throughout, by about {cents} cents", cents=off)
        if cents > 0:
            what = phrase("You were sharp throughout, by about {cents} cents", cents=off)
        asked = asks.long_tones(take.score)
        yield tell(f"{way}_throughout", what, phrase("Check your tuning before you begin."), measured, asked)


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
            what = _one_leaning(*leaning[0])
            yield tell(f"{way}_notes", what, phrase("Hear it in your head first."), notes, asked)
        else:
            facts = {"where": where(notes), "number": number(len(notes))}
            what = phrase("{where}: {number} notes were flat", **facts)
            if sign > 0:
                what = phrase("{where}: {number} notes were sharp", **facts)
            yield tell(f"{way}_notes", what, phrase("Hear each one in your head first."), notes, asked)


def _one_leaning(note: Note, cents: float) -> Phrase:
    facts, off = {"where": bars([note.bar]), "note": note_name(note.written)}, round(abs(cents))
    if cents > 0:
        return phrase("{where}: {note} was sharp, by about {cents} cents", cents=off, **facts)
    return phrase("{where}: {note} was flat, by about {cents} cents", cents=off, **facts)


def noisy(take: Take, explained: Explained) -> Iterator[Finding]:
    """Notes that drowned: not the player's fault, but theirs to mend."""
    drowned: list[Pair] = [pair for pair in take.pairs if pair[1].verdict == NOT_HEARD and pair[1].reason == "noise"]
    if drowned:
        notes = notes_of(drowned)
        what = phrase("{where}: one note could not be heard through the noise", where=where(notes))
        if len(notes) > 1:
            many = number(len(notes))
            what = phrase(
                "{where}: {number} notes could not be heard through the noise", where=where(notes), number=many
            )
        yield tell("noisy", what, phrase("Play closer to the microphone, or in a quieter room."), notes)
