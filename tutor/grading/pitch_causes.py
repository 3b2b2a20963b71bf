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
from tutor.notation.score import Note, Pitch
from tutor.saying import joined, phrase, term

SIGNS = {
    -2: phrase("a double flat"),
    -1: phrase("a flat"),
    0: phrase("a natural"),
    1: phrase("a sharp"),
    2: phrase("a double sharp"),
}
# The same alone, and to begin a sentence with.
BARE_SIGNS = {
    -2: term("sign", "flat"),
    -1: term("sign", "flat"),
    0: term("sign", "natural"),
    1: term("sign", "sharp"),
    2: term("sign", "sharp"),
}
FIRST_SIGNS = {
    -2: phrase("A double flat"),
    -1: phrase("A flat"),
    0: phrase("A natural"),
    1: phrase("A sharp"),
    2: phrase("A double sharp"),
}


def octave(take: Take, explained: Explained) -> Iterator[Finding]:
    """The right notes, too high or too low."""
    slips: dict[int, list[Pair]] = {}
    for note, verdict in unexplained(take, explained):
        if semitones(verdict) % 12 == 0:
            slips.setdefault(semitones(verdict), []).append((note, verdict))
    for step, pairs in slips.items():
        notes, size = notes_of(pairs), interval(step)
        far = phrase("{interval} too high", interval=size) if step > 0 else phrase("{interval} too low", interval=size)
        remedy = phrase("Play it between its neighbours, slowly, until it lies near them.")
        if len(notes) >= FEWEST and len(notes) >= MOST * len(take.played):
            what = phrase("All of it sounded {far}", far=far)
            remedy = phrase("Find the written octave of the first note.")
        elif len(notes) == 1:
            what = phrase("{where}: right note, wrong octave: it sounded {far}.", where=where(notes), far=far)
        else:
            what = phrase("{where}: right notes, wrong octave: they sounded {far}.", where=where(notes), far=far)
            remedy = phrase("Play each one between its neighbours, slowly, until it lies near them.")
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
        key = key_signature(take.score.key_at(first.onset_beat).fifths)
        facts = {"where": where(notes), "instead": instead(take, *missed[0]), "key": key}
        if len(missed) > 1:
            often = times(len(missed))
            what = phrase("{where}: {instead} {often}. The key signature has {key}.", often=often, **facts)
        else:
            what = phrase("{where}: {instead}. The key signature has {key}.", **facts)
        remedy, asked = phrase("Play its scale once before the piece."), asks.scale(take.score, first.onset_beat)
        yield tell("key_signature", what, remedy, notes, asked, explains=[PITCH])


def accidental_not_carried(take: Take, explained: Explained) -> Iterator[Finding]:
    """A sign that holds to the end of its bar, forgotten after the note that it stands before."""
    wrong = {note.id for note, _ in take.wrong}
    for note, verdict in unexplained(take, explained):
        signed = _signed_before(take, note)
        if signed is None or signed.id in wrong or not _is_played_by_key(take, note, semitones(verdict)):
            continue
        sign = BARE_SIGNS[note.written.alter]
        what = phrase(
            "{where}: {instead}. The {sign} before the first {note} holds to the end of the bar.",
            where=bars([note.bar]),
            instead=instead(take, note, verdict),
            sign=sign,
            note=note_name(Pitch(note.written.octave, note.written.step, 0)),
        )
        remedy = phrase(
            "Say the names of the notes of that bar aloud, with every {sign}, before you play it again.", sign=sign
        )
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
            what = phrase("{where}: {instead}.", where=bars([note.bar]), instead=instead(take, note, verdict))
            sign = SIGNS[note.written.alter]
            remedy = phrase("Look for {sign} before the note, or earlier in the bar.", sign=sign)
            asked = asks.accidentals(take.score, note.onset_beat)
            yield tell("accidental", what, remedy, [note], asked, explains=[PITCH])


def accidental_past_its_bar(take: Take, explained: Explained) -> Iterator[Finding]:
    """A sign of the bar before, played on where it no longer holds."""
    for note, verdict in unexplained(take, explained):
        before = [other for other in take.score.notes if other.bar == note.bar - 1 and _is_same_line(other, note)]
        carried = before[-1].written.alter if before else note.written.alter
        if carried != note.written.alter == _by_key(take, note) and semitones(verdict) == carried - note.written.alter:
            what = phrase(
                "{where}: {instead}. {sign} holds to the end of its bar, and this one stands in bar {bar}.",
                where=bars([note.bar]),
                instead=instead(take, note, verdict),
                sign=FIRST_SIGNS[carried],
                bar=note.bar - 1,
            )
            remedy = phrase("Play from the bar before over the barline, slowly.")
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
            facts = {"where": where(notes), "instead": instead(take, *slips[0]), "often": times(len(slips))}
            what = phrase("{where}: {instead} {often}.", **facts)
            remedy = phrase("Check how this note is fingered or read.")
            yield tell("same_slip", what, remedy, notes, asks.passage(take, notes), explains=[PITCH])


def wrong_notes(take: Take, explained: Explained) -> Iterator[Finding]:
    """The slips that nothing explains: a few by name, many by their bars."""
    rest = unexplained(take, explained)
    notes = notes_of(rest)
    if len(rest) > MOST_LISTED:
        what = phrase("{where}: {number} wrong notes.", where=where(notes), number=number(len(rest)))
        remedy = phrase("Say their names aloud before you play them again.")
    elif rest:
        what = joined(
            phrase("{where}: {instead}.", where=bars([note.bar]), instead=instead(take, note, verdict))
            for note, verdict in rest
        )
        remedy = phrase("Play it with the note before it, slowly, three times right.")
        if len(rest) > 1:
            remedy = phrase("Play each one with the note before it, slowly, three times right.")
    else:
        return
    yield tell("wrong_notes", what, remedy, notes, asks.passage(take, notes))


def _by_key(take: Take, note: Note) -> int:
    return key_alteration(note.written.step, take.score.key_at(note.onset_beat).fifths)
