"""Causes of wrong notes: the piece, the key, the clef, a sign passed over, a slip."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from tutor.grading.assessment import CORRECT, Cause
from tutor.grading.findings import (
    FEWEST,
    MOST,
    MOST_LISTED,
    Finder,
    Pair,
    Take,
    ids,
    instead,
    notes_of,
    semitones,
    unexplained,
    where,
)
from tutor.grading.words import bars, interval, key_alteration, key_signature, note_name, number, times

SIGNS = {-2: "a double flat", -1: "a flat", 0: "a natural", 1: "a sharp", 2: "a double sharp"}


def another_piece(take: Take, explained: frozenset[str]) -> Iterator[Cause]:
    """Hardly a note of it, though much was played."""
    count = len(take.pairs)
    right = sum(verdict.verdict == CORRECT for _, verdict in take.pairs)
    sounds = len(take.played) + len(take.assessment.extras)
    is_elsewhere = right < 0.3 * count and sounds >= 0.5 * count
    is_nowhere = right < 0.1 * count and _sounding_share(take) > 0.3
    if not take.played:
        yield Cause(
            "different_piece", "Something was heard, but nothing of this piece: check that it is the one on the stand."
        )
    elif count >= 6 and (is_elsewhere or is_nowhere) and not _shift(take):
        yield Cause("different_piece", "This does not sound like this piece: check that it is the one on the stand.")


def _sounding_share(take: Take) -> float:
    """How long somebody played, of the time that the piece takes; 0 if it was not measured."""
    sounding_s = (take.assessment.played_share or 0.0) * (take.assessment.duration_s or 0.0)
    piece_s = float(take.score.duration_beat) * 60 / (take.asked_bpm or take.score.bpm)
    return sounding_s / piece_s if piece_s > 0 else 0.0


def transposed(take: Take, explained: frozenset[str]) -> Iterator[Cause]:
    """All of it in another key."""
    step = _shift(take)
    if step % 12:
        way = "above" if step > 0 else "below"
        text = f"You played {interval(step)} {way} what is written, from beginning to end: "
        text += "read the first note and its clef again, and check which key your instrument is in."
        yield Cause("transposition", text, ids([note for note, verdict in take.wrong if semitones(verdict) == step]))


def _shift(take: Take) -> int:
    """By how many semitones most of the take was moved; 0 if it was not."""
    steps = Counter(semitones(verdict) for _, verdict in take.wrong)
    step, count = steps.most_common(1)[0] if steps else (0, 0)
    return step if count >= FEWEST and count >= MOST * len(take.played) else 0


def octave(take: Take, explained: frozenset[str]) -> Iterator[Cause]:
    """The right notes, too high or too low."""
    slips: dict[int, list[Pair]] = {}
    for note, verdict in unexplained(take, explained):
        if semitones(verdict) % 12 == 0:
            slips.setdefault(semitones(verdict), []).append((note, verdict))
    for step, pairs in slips.items():
        notes, far = notes_of(pairs), f"{interval(step)} too {'high' if step > 0 else 'low'}"
        if len(notes) >= FEWEST and len(notes) >= MOST * len(take.played):
            text = f"All of it sounded {far}: find the written octave of the first note."
        elif len(notes) == 1:
            text = f"{where(notes)}: right note, wrong octave: it sounded {far}."
        else:
            text = f"{where(notes)}: right notes, wrong octave: they sounded {far}."
        yield Cause("octave", text, ids(notes))


def key_signature_missed(take: Take, explained: frozenset[str]) -> Iterator[Cause]:
    """The note as it would be without the key signature."""
    by_name: dict[str, list[Pair]] = {}
    for note, verdict in unexplained(take, explained):
        by_key = _by_key(take, note.written.step, note.onset_beat)
        if by_key and note.written.alter == by_key and semitones(verdict) == -by_key:
            by_name.setdefault(note_name(note.written), []).append((note, verdict))
    for missed in by_name.values():
        often = f" {times(len(missed))}" if len(missed) > 1 else ""
        fifths = take.score.key_at(missed[0][0].onset_beat).fifths
        text = f"{where(notes_of(missed))}: {instead(take, *missed[0])}{often}. "
        text += f"The key signature has {key_signature(fifths)}."
        yield Cause("key_signature", text, ids(notes_of(missed)))


def accidental(take: Take, explained: frozenset[str]) -> Iterator[Cause]:
    """A sign before the note (or earlier in its bar) that was passed over."""
    for note, verdict in unexplained(take, explained):
        by_key = _by_key(take, note.written.step, note.onset_beat)
        if note.written.alter != by_key and semitones(verdict) == by_key - note.written.alter:
            text = f"{bars([note.bar])}: {instead(take, note, verdict)}. "
            text += f"Look for {SIGNS[note.written.alter]} before the note, or earlier in the bar."
            yield Cause("accidental", text, (note.id,))


def same_slip(take: Take, explained: frozenset[str]) -> Iterator[Cause]:
    """The same written note as the same other one, more than once: a fingering, or a note misread."""
    alike: dict[tuple[str, int], list[Pair]] = {}
    for note, verdict in unexplained(take, explained):
        alike.setdefault((note.written.name, semitones(verdict)), []).append((note, verdict))
    for slips in alike.values():
        if len(slips) >= 2:
            text = f"{where(notes_of(slips))}: {instead(take, *slips[0])} {times(len(slips))}. "
            text += "Check how this note is fingered or read."
            yield Cause("same_slip", text, ids(notes_of(slips)))


def wrong_notes(take: Take, explained: frozenset[str]) -> Iterator[Cause]:
    """The slips that nothing explains: a few by name, many by their bars."""
    rest = unexplained(take, explained)
    notes = notes_of(rest)
    if len(rest) > MOST_LISTED:
        text = f"{where(notes)}: {number(len(rest))} wrong notes. Say their names aloud before you play them again."
        yield Cause("wrong_notes", text, ids(notes))
    elif rest:
        said = [f"{bars([note.bar])}: {instead(take, note, verdict)}." for note, verdict in rest]
        yield Cause("wrong_notes", " ".join(said), ids(notes))


def _by_key(take: Take, step: str, at_beat: float) -> int:
    return key_alteration(step, take.score.key_at(at_beat).fifths)


# What these explain is not said again.
EXPLAINING: tuple[Finder, ...] = (transposed, octave, key_signature_missed, accidental, same_slip)
