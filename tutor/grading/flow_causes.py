"""Causes in the way through the piece: going back, leaping ahead, stopping, notes left out or added, the tempo."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from tutor.grading import asks
from tutor.grading.assessment import MISSING, Extra, PitchTrace
from tutor.grading.findings import (
    MOST_LISTED,
    SILENCE,
    TEMPO,
    TIME,
    Explained,
    Finding,
    Pair,
    Take,
    notes_of,
    tell,
    where,
    with_fault,
)
from tutor.grading.gaps import FEWEST_FOR_A_BEAT, gaps_of, steady_bpm
from tutor.grading.tie_causes import moved_around, struck_ties
from tutor.grading.words import bars, bars_within, note_name, number, seconds, times
from tutor.notation.score import Note
from tutor.saying import Phrase, joined, phrase

NOTABLE_TEMPO = 0.15
NOTABLE_DRIFT = 0.1
FEWEST_SKIPPED = 3
# Over a leap the time runs on as over one beat or two; whoever lost the notes one by one took their whole time.
LEAP_SHARE = 0.5
# Held on from one repeated note through the next: so far into it, so nearly all the time, so near the pitch.
HELD_SHARE, HELD_MOSTLY, HELD_SEMITONES = 0.7, 0.97, 1.0


def restarted(take: Take, explained: Explained) -> Iterator[Finding]:
    """Lost the place and went back."""
    by_id = {note.id: note for note in take.score.notes}
    # Whoever begins again before the second note has lost no place: they tried a note, or hummed it.
    first = take.score.notes[0].id if take.score.notes else ""
    restarts = [restart for restart in take.assessment.restarts if restart.from_note != first]
    if not restarts:
        return
    stuck = list(dict.fromkeys(by_id[restart.from_note] for restart in restarts))
    numbers = sorted({note.bar for note in stuck})
    often = times(len(restarts))
    what = phrase("You went back {often}, from {bars}.", often=often, bars=bars_within(numbers))
    if len(numbers) == 1:
        remedy = phrase("Play that bar slowly three times in a row, then go on.")
        if numbers[0] > 1:
            remedy = phrase("Play that bar slowly three times in a row, then start one bar earlier.")
    else:
        remedy = phrase("Play each of these bars slowly three times in a row, then go on.")
        if numbers[0] > 1:
            remedy = phrase("Play each of these bars slowly three times in a row, then start one bar earlier.")
    yield tell("restarted", what, remedy, stuck, asks.passage(take, stuck))


def skipped(take: Take, explained: Explained) -> Iterator[Finding]:
    """A leap ahead: several notes in a row passed over, and their time as well."""
    for run in _silent_runs(take):
        before, after = _played_around(take, run)
        if len(run) >= FEWEST_SKIPPED and before and after and _is_leap(take, before, after):
            notes = notes_of(run)
            what = phrase(
                "You went from {here} straight to {there}: {number} notes were passed over.",
                here=bars_within([before[0].bar]),
                there=bars_within([after[0].bar]),
                number=number(len(run)),
            )
            remedy = phrase("Keep your eyes one beat ahead, and play over that place slowly.")
            also, asked = moved_around(take, [after[0]]), asks.passage(take, notes)
            yield tell("skipped", what, remedy, notes, asked, explains=[SILENCE, TIME, TEMPO], also=also)


def _silent_runs(take: Take) -> list[list[Pair]]:
    runs = groupby(take.pairs, key=lambda pair: pair[1].verdict == MISSING and not pair[1].reason)
    return [list(run) for is_silent, run in runs if is_silent]


def _played_around(take: Take, run: Sequence[Pair]) -> tuple[Pair | None, Pair | None]:
    """The last note begun before a run and the first one begun after it."""
    begun = [pair for pair in take.played if pair[1].onset_s is not None]
    before = [pair for pair in begun if pair[0].onset_beat < run[0][0].onset_beat]
    after = [pair for pair in begun if pair[0].onset_beat > run[-1][0].onset_beat]
    return before[-1] if before else None, after[0] if after else None


def _is_leap(take: Take, before: Pair, after: Pair) -> bool:
    """The notes were left out, and the time of most of them as well."""
    bpm = steady_bpm(gaps_of(take)) or take.asked_bpm or take.score.bpm
    written_s = (after[0].onset_beat - before[0].onset_beat) * 60 / bpm
    return 0 < (after[1].onset_s or 0.0) - (before[1].onset_s or 0.0) < LEAP_SHARE * written_s


def stopped(take: Take, explained: Explained) -> Iterator[Finding]:
    """The end was not reached."""
    left = [note for note, verdict in take.pairs if verdict.verdict == MISSING and verdict.reason == "not reached"]
    if not left or not take.played:
        return
    remedy = phrase("Play the last bars first, then the whole.")
    asked = asks.passage(take, left)
    if len(left) == 1:
        yield tell("stopped", phrase("You stopped before the last note."), remedy, left, asked)
        return
    in_its_bar = [note for note in take.score.notes if note.bar == left[0].bar]
    facts = {"bar": bars_within([left[0].bar]), "number": number(len(left))}
    what = phrase("You stopped in {bar}: {number} notes were not reached.", **facts)
    if in_its_bar[0].id == left[0].id:
        what = phrase("You stopped before {bar}: {number} notes were not reached.", **facts)
    yield tell("stopped", what, remedy, left, asked)


def left_out(take: Take, explained: Explained) -> Iterator[Finding]:
    """Missing in the middle."""
    silent = [note for note, verdict in take.pairs if verdict.verdict == MISSING and not verdict.reason]
    silent = [note for note in silent if note.id not in explained[SILENCE]]
    if silent and take.played:
        if len(silent) == 1:
            what = phrase("{where}: {note} was left out.", where=where(silent), note=note_name(silent[0].written))
        else:
            what = phrase("{where}: {number} notes were left out.", where=where(silent), number=number(len(silent)))
        remedy = phrase("Slow down until every note has its time.")
        yield tell("left_out", what, remedy, silent, asks.passage(take, silent))


def held_through(take: Take, explained: Explained) -> Iterator[Finding]:
    """Repeated notes that were not repeated."""
    held = [pair for pair in take.pairs if pair[1].verdict == MISSING and pair[1].reason == "not struck again"]
    held += _sounding_on(take)
    if held:
        notes = sorted(notes_of(held), key=lambda note: note.onset_beat)
        what = phrase("{where}: the repeated notes ran into one long note", where=where(notes))
        asked = asks.rhythm(take.score, "eighths", notes[0].onset_beat)
        yield tell("held_through", what, phrase("Start each one anew."), notes, asked, explains=[SILENCE])


def _sounding_on(take: Take) -> list[Pair]:
    """Missing notes in whose time the note before them, of the same pitch, never stopped sounding."""
    trace = take.assessment.trace
    if trace is None:
        return []
    beat_s = 60 / (steady_bpm(gaps_of(take)) or take.asked_bpm or take.score.bpm)
    begun: Pair | None = None
    found = []
    for note, verdict in take.pairs:
        if verdict.onset_s is not None:
            begun = (note, verdict)
        elif begun is None or begun[0].pitch != note.pitch:
            begun = None
        elif verdict.verdict == MISSING and not verdict.reason:
            onset_s = begun[1].onset_s or 0.0
            ends_s = onset_s + beat_s * (note.onset_beat + HELD_SHARE * note.duration_beat - begun[0].onset_beat)
            found += [(note, verdict)] if _is_one_sound(trace, begun[0].pitch, onset_s, ends_s) else []
    return found


def _is_one_sound(trace: PitchTrace, pitch: int, onset_s: float, ends_s: float) -> bool:
    """Whether (nearly) all of this time was at (nearly) this pitch."""
    heard = trace.midi[int(onset_s / trace.hop_s) + 1 : int(ends_s / trace.hop_s)]
    # In whichever octave: a singer's may be another.
    at_pitch = sum(midi is not None and abs((midi - pitch + 6) % 12 - 6) < HELD_SEMITONES for midi in heard)
    return bool(heard) and int(ends_s / trace.hop_s) <= len(trace.midi) and at_pitch >= HELD_MOSTLY * len(heard)


def extra_notes(take: Take, explained: Explained) -> Iterator[Finding]:
    """Notes that nobody wrote, by the bar in which they fell."""
    begun = [(verdict.onset_s, note) for note, verdict in take.played if verdict.onset_s is not None]
    at_ties = {extra for extra, _ in struck_ties(take)}
    extras = [extra for extra in take.assessment.extras if extra not in at_ties]
    if not extras or not begun:
        return
    near = list(dict.fromkeys(_before(extra, begun) for extra in extras))
    what = phrase("{where}: you played a note that is not written there.", where=where(near))
    if len(extras) > 1:
        many = number(len(extras))
        what = phrase("{where}: you played {number} notes that are not written there.", where=where(near), number=many)
    remedy = phrase("Play the bar slowly, one sound for each printed note.")
    yield tell("extra_notes", what, remedy, near, asks.passage(take, near))


def _before(extra: Extra, begun: list[tuple[float, Note]]) -> Note:
    """The score note that was played last when the extra one came, or else the first."""
    earlier = [(onset_s, note) for onset_s, note in begun if onset_s <= extra.onset_s]
    return (max if earlier else min)(earlier or begun, key=lambda one: one[0])[1]


def tempo_moved(take: Take, explained: Explained) -> Iterator[Finding]:
    """Faster or slower at the end than at the beginning."""
    if take.drift is None or abs(take.drift - 1) < NOTABLE_DRIFT or explained[TEMPO]:
        return
    percent = round(100 * abs(take.drift - 1))
    late = notes_of(take.played)[-(len(take.played) // 3) :]
    if take.drift > 1:
        what = phrase("You sped up: the end was {percent} % faster than the beginning.", percent=percent)
        asked = asks.rhythm(take.score, "long-notes")
        yield tell("rushing", what, phrase("Count through long notes."), late, asked)
    else:
        what = phrase("You slowed down: the end was {percent} % slower than the beginning.", percent=percent)
        asked = asks.rhythm(take.score, "eighths")
        yield tell("dragging", what, phrase("Keep the beat going."), late, asked)


def out_of_time(take: Take, explained: Explained) -> Iterator[Finding]:
    """Single notes early or late: a few by name, many by their bars."""
    for kind, remedy in OUT_OF_TIME.items():
        moved = with_fault(take, kind, explained[TIME])
        notes = [note for note, _ in moved]
        if not moved:
            continue
        what = _many_moved(kind, notes)
        if len(moved) <= MOST_LISTED:
            what = joined(_one_moved(kind, note, amount_ms) for note, amount_ms in moved)
        yield tell(kind, what, remedy, notes, asks.passage(take, notes))


OUT_OF_TIME = {"late": phrase("Be ready before the beat."), "early": phrase("Count the note before to its end.")}


def _many_moved(kind: str, notes: Sequence[Note]) -> Phrase:
    facts = {"where": where(notes), "number": number(len(notes))}
    if kind == "late":
        return phrase("{where}: {number} notes came late", **facts)
    return phrase("{where}: {number} notes came early", **facts)


def _one_moved(kind: str, note: Note, amount_ms: float) -> Phrase:
    facts = {"where": bars([note.bar]), "note": note_name(note.written), "seconds": seconds(amount_ms / 1000)}
    if kind == "late":
        return phrase("{where}: {note} came late, by {seconds}.", **facts)
    return phrase("{where}: {note} came early, by {seconds}.", **facts)


def tempo_missed(take: Take, explained: Explained) -> Iterator[Finding]:
    """Steady, but not at the tempo that was asked for."""
    played, asked = take.assessment.tempo_bpm, take.asked_bpm
    if explained[TEMPO]:
        played = steady_bpm(gaps_of(take))
    if played is None or asked is None or len(gaps_of(take)) < FEWEST_FOR_A_BEAT:
        return
    if abs(played / asked - 1) < NOTABLE_TEMPO:
        return
    beats = {"played": round(played), "asked": round(asked)}
    if played < asked:
        what = phrase(
            "You played at about {played} beats a minute, slower than the {asked} that were asked for.", **beats
        )
        remedy = phrase("Raise the metronome a little each time.")
    else:
        what = phrase(
            "You played at about {played} beats a minute, faster than the {asked} that were asked for.", **beats
        )
        remedy = phrase("Hear two bars of the beat before you begin.")
    yield tell("tempo", what, remedy, asks_for=asks.scale(take.score))


def against_the_metronome(take: Take, explained: Explained) -> Iterator[Finding]:
    """Always behind the click, or ahead of it."""
    if not take.lateness_s:
        return
    amount_ms = round(1000 * abs(take.lateness_s))
    behind = take.lateness_s > 0
    if behind:
        what = phrase("You were steady, but about {ms} ms behind the click", ms=amount_ms)
        remedy = phrase("Breathe in with the count.")
    else:
        what = phrase("You were steady, but about {ms} ms ahead of the click", ms=amount_ms)
        remedy = phrase("Wait for it.")
    asked = asks.beat(take.score)
    yield tell("behind_the_beat" if behind else "ahead_of_the_beat", what, remedy, asks_for=asked)
