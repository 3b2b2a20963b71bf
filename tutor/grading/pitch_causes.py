"""Causes of single wrong notes: the octave, the key signature, a sign passed over, a slip."""

from __future__ import annotations

from collections.abc import Iterator

from tutor.grading import asks
from tutor.grading.findings import (
    FEWEST,
    MOST,
    MOST_LISTED,
    PITCH,
    Explained,
    Finding,
    Pair,
    Take,
    instead,
    notes_of,
    semitones,
    tell,
    unexplained,
    where,
)
from tutor.grading.words import bars, interval, key_alteration, key_signature, note_name, number, times
from tutor.notation.score import Note

SIGNS = {-2: "a double flat", -1: "a flat", 0: "a natural", 1: "a sharp", 2: "a double sharp"}


def octave(take: Take, explained: Explained) -> Iterator[Finding]:
    """The right notes, too high or too low."""
    slips: dict[int, list[Pair]] = {}
    for note, verdict in unexplained(take, explained):
        if semitones(verdict) % 12 == 0:
            slips.setdefault(semitones(verdict), []).append((note, verdict))
    for step, pairs in slips.items():
        notes, far = notes_of(pairs), f"{interval(step)} too {'high' if step > 0 else 'low'}"
        remedy = "Play it between its neighbours, slowly, until it lies near them."
        if len(notes) >= FEWEST and len(notes) >= MOST * len(take.played):
            what, remedy = f"All of it sounded {far}", "Find the written octave of the first note."
        elif len(notes) == 1:
            what = f"{where(notes)}: right note, wrong octave: it sounded {far}."
        else:
            what = f"{where(notes)}: right notes, wrong octave: they sounded {far}."
            remedy = "Play each one between its neighbours, slowly, until it lies near them."
        yield tell("octave", what, remedy, notes, asks.interval(take.score, step), explains=[PITCH])


def key_signature_missed(take: Take, explained: Explained) -> Iterator[Finding]:
    """The note as it would be without the key signature."""
    by_name: dict[str, list[Pair]] = {}
    for note, verdict in unexplained(take, explained):
        by_key = _by_key(take, note)
        if by_key and note.written.alter == by_key and semitones(verdict) == -by_key:
            by_name.setdefault(note_name(note.written), []).append((note, verdict))
    for missed in by_name.values():
        notes, first = notes_of(missed), missed[0][0]
        often = f" {times(len(missed))}" if len(missed) > 1 else ""
        fifths = take.score.key_at(first.onset_beat).fifths
        what = f"{where(notes)}: {instead(take, *missed[0])}{often}. The key signature has {key_signature(fifths)}."
        remedy, asked = "Play its scale once before the piece.", asks.scale(take.score, first.onset_beat)
        yield tell("key_signature", what, remedy, notes, asked, explains=[PITCH])


def accidental_not_carried(take: Take, explained: Explained) -> Iterator[Finding]:
    """A sign that holds to the end of its bar, forgotten after the note that it stands before."""
    wrong = {note.id for note, _ in take.wrong}
    for note, verdict in unexplained(take, explained):
        signed = _signed_before(take, note)
        if signed is None or signed.id in wrong or not _is_played_by_key(take, note, semitones(verdict)):
            continue
        sign = SIGNS[note.written.alter].split()[-1]
        what = f"{bars([note.bar])}: {instead(take, note, verdict)}. The {sign} before the first "
        what += f"{note.written.step} holds to the end of the bar."
        remedy = f"Say the names of the notes of that bar aloud, with every {sign}, before you play it again."
        asked = asks.accidentals(take.score, note.onset_beat)
        yield tell("accidental_not_carried", what, remedy, [note], asked, explains=[PITCH])


def _signed_before(take: Take, note: Note) -> Note | None:
    """The note of the same bar and line before which this one's sign stands; None if it has its own, or needs none."""
    if note.written.alter == _by_key(take, note):
        return None
    same = [
        other
        for other in take.score.notes
        if other.bar == note.bar and other.onset_beat < note.onset_beat and _is_same_line(other, note)
    ]
    return same[0] if same and all(other.written.alter == note.written.alter for other in same) else None


def _is_same_line(one: Note, other: Note) -> bool:
    return (one.written.step, one.written.octave) == (other.written.step, other.written.octave)


def _is_played_by_key(take: Take, note: Note, step: int) -> bool:
    """Whether it was played as if only the key signature counted."""
    return note.written.alter != _by_key(take, note) and step == _by_key(take, note) - note.written.alter


def accidental(take: Take, explained: Explained) -> Iterator[Finding]:
    """A sign before the note (or earlier in its bar) that was passed over."""
    for note, verdict in unexplained(take, explained):
        if _is_played_by_key(take, note, semitones(verdict)):
            what = f"{bars([note.bar])}: {instead(take, note, verdict)}."
            remedy = f"Look for {SIGNS[note.written.alter]} before the note, or earlier in the bar."
            asked = asks.accidentals(take.score, note.onset_beat)
            yield tell("accidental", what, remedy, [note], asked, explains=[PITCH])


def accidental_past_its_bar(take: Take, explained: Explained) -> Iterator[Finding]:
    """A sign of the bar before, played on where it no longer holds."""
    for note, verdict in unexplained(take, explained):
        before = [other for other in take.score.notes if other.bar == note.bar - 1 and _is_same_line(other, note)]
        carried = before[-1].written.alter if before else note.written.alter
        if carried != note.written.alter == _by_key(take, note) and semitones(verdict) == carried - note.written.alter:
            what = f"{bars([note.bar])}: {instead(take, note, verdict)}. {SIGNS[carried].capitalize()} holds to the "
            what += f"end of its bar, and this one stands in bar {note.bar - 1}."
            remedy = "Play from the bar before over the barline, slowly."
            asked = asks.accidentals(take.score, note.onset_beat)
            yield tell("accidental_past_its_bar", what, remedy, [note], asked, explains=[PITCH])


def same_slip(take: Take, explained: Explained) -> Iterator[Finding]:
    """The same written note as the same other one, more than once: a fingering, or a note misread."""
    alike: dict[tuple[str, int], list[Pair]] = {}
    for note, verdict in unexplained(take, explained):
        alike.setdefault((note.written.name, semitones(verdict)), []).append((note, verdict))
    for slips in alike.values():
        if len(slips) >= 2:
            notes = notes_of(slips)
            what = f"{where(notes)}: {instead(take, *slips[0])} {times(len(slips))}."
            remedy = "Check how this note is fingered or read."
            yield tell("same_slip", what, remedy, notes, asks.passage(take, notes), explains=[PITCH])


def wrong_notes(take: Take, explained: Explained) -> Iterator[Finding]:
    """The slips that nothing explains: a few by name, many by their bars."""
    rest = unexplained(take, explained)
    notes = notes_of(rest)
    if len(rest) > MOST_LISTED:
        what = f"{where(notes)}: {number(len(rest))} wrong notes."
        remedy = "Say their names aloud before you play them again."
    elif rest:
        what = " ".join(f"{bars([note.bar])}: {instead(take, note, verdict)}." for note, verdict in rest)
        remedy = f"Play {'each one' if len(rest) > 1 else 'it'} with the note before it, slowly, three times right."
    else:
        return
    yield tell("wrong_notes", what, remedy, notes, asks.passage(take, notes))


def _by_key(take: Take, note: Note) -> int:
    return key_alteration(note.written.step, take.score.key_at(note.onset_beat).fifths)
