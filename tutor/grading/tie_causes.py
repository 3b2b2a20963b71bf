"""Causes in what is not to sound: ties struck again, rests cut short."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tutor.grading import asks
from tutor.grading.assessment import Extra
from tutor.grading.findings import TEMPO, TIME, Explained, Finding, Take, tell, where, with_fault
from tutor.grading.gaps import Gap, beat_s_around, gaps_of
from tutor.grading.words import decimal, note_name, number
from tutor.notation.score import Note
from tutor.saying import Phrase, phrase

# How far from the tied note's place, in beats, a stroke still belongs to it; and how far from its pitch.
NEAR_BEATS, NEAR_SEMITONES = 0.2, 0.6
SHORTEST_REST_BEATS = 0.5
MOST_OF_A_REST = 0.6
NOTABLE_S = 0.2  # of a shorter rest nobody hears more missing than an attack may be out
# Time lost in one place moves all that follows: this many neighbours are early or late by it, and not by themselves.
NEIGHBOURS = 10


def tie_struck(take: Take, explained: Explained) -> Iterator[Finding]:
    """A tied note begun anew where it is only to be held."""
    notes = list(dict.fromkeys(note for _, note in struck_ties(take)))
    if not notes:
        return
    if len(notes) == 1:
        note = note_name(notes[0].written)
        what = phrase("{where}: {note} is tied, and you struck it again.", where=where(notes), note=note)
    else:
        many = number(len(notes))
        what = phrase("{where}: {number} tied notes were struck again.", where=where(notes), number=many)
    remedy = phrase("Hold it on, and only count the second note of the tie.")
    yield tell("tie_struck", what, remedy, notes, asks.rhythm(take.score, "tie", notes[0].onset_beat))


def struck_ties(take: Take) -> list[tuple[Extra, Note]]:
    """The extra notes that are the second symbol of a tie, each with the note that it belongs to."""
    gaps = gaps_of(take)
    onsets = {symbol.id: float(symbol.onset_beat) for symbol in take.score.symbols}
    found = []
    for note, verdict in take.played:
        if len(note.symbol_ids) < 2 or verdict.onset_s is None:
            continue
        beat_s = _beat_s(take, gaps, note)
        inner_s = [verdict.onset_s + beat_s * (onsets[one] - note.onset_beat) for one in note.symbol_ids[1:]]
        for extra in take.assessment.extras:
            at_pitch = abs(extra.pitch - note.pitch) < NEAR_SEMITONES
            if at_pitch and any(abs(extra.onset_s - at_s) <= NEAR_BEATS * beat_s for at_s in inner_s):
                found.append((extra, note))
    return found


def _beat_s(take: Take, gaps: list[Gap], note: Note) -> float:
    """Seconds a beat where the note is: its own gap's, its neighbours', or the whole take's."""
    for place, gap in enumerate(gaps):
        if gap.first.id == note.id:
            return beat_s_around(gaps, place) or gap.seconds / gap.beats
    return 60 / (take.assessment.tempo_bpm or take.asked_bpm or take.score.bpm)


def rests_cut(take: Take, explained: Explained) -> Iterator[Finding]:
    """The note after a rest came in early, by most of the rest."""
    gaps = gaps_of(take)
    cut = [(gap, lost) for gap, lost in ((gap, _lost_beats(gaps, place)) for place, gap in enumerate(gaps)) if lost]
    if not cut:
        return
    notes = [gap.second for gap, _ in cut]
    said = _waited(cut[0][0].rest_beats, cut[0][1])
    if len(cut) == 1:
        what = phrase("{where}: you came in early: the rest {said}.", where=where(notes), said=said)
    else:
        facts = {"where": where(notes), "number": number(len(cut)), "said": said}
        what = phrase("{where}: {number} rests were cut short: the first one {said}.", **facts)
    remedy = phrase("Count the rests aloud, and breathe on the last beat of each.")
    asked = asks.rhythm(take.score, "rest", notes[0].onset_beat)
    yield tell("rests_cut_short", what, remedy, notes, asked, explains=[TIME, TEMPO], also=moved_around(take, notes))


def _lost_beats(gaps: list[Gap], place: int) -> float:
    """How much of the rest in this gap was not waited for; 0 where most of it was."""
    gap = gaps[place]
    beat_s = beat_s_around(gaps, place) if gap.rest_beats >= SHORTEST_REST_BEATS else None
    if beat_s is None:
        return 0.0
    lost = min(gap.beats - gap.seconds / beat_s, gap.rest_beats)
    is_cut = lost >= MOST_OF_A_REST * gap.rest_beats and lost * beat_s >= NOTABLE_S
    return lost if is_cut else 0.0


def moved_around(take: Take, notes: Sequence[Note]) -> set[str]:
    """Notes just before these that seem late, and just after that seem early, only because time was lost between."""
    order = {note.id: place for place, note in enumerate(take.score.notes)}
    cuts = [order[note.id] for note in notes]
    late = {note.id for note, _ in with_fault(take, "late") if any(0 < c - order[note.id] <= NEIGHBOURS for c in cuts)}
    early = {
        note.id for note, _ in with_fault(take, "early") if any(0 <= order[note.id] - c < NEIGHBOURS for c in cuts)
    }
    return late | early


def _waited(rest_beats: float, lost_beats: float) -> Phrase:
    """lasts two beats, and you waited 0.5."""
    names = {0.5: phrase("half a beat"), 1.0: phrase("one beat"), 1.5: phrase("one and a half beats")}
    lasts = names.get(rest_beats) or phrase("{beats} beats", beats=decimal(rest_beats))
    left = max(rest_beats - lost_beats, 0.0)
    if left < 0.1:
        return phrase("lasts {lasts}, and you hardly waited", lasts=lasts)
    return phrase("lasts {lasts}, and you waited {waited}", lasts=lasts, waited=decimal(left))
