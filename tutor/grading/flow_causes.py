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
from tutor.grading.words import bars, note_name, number, seconds, times
from tutor.notation.score import Note

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
    what = f"You went back {times(len(restarts))}, from {bars(numbers).lower()}."
    remedy = f"Play {'that bar' if len(numbers) == 1 else 'each of these bars'} slowly three times in a row, "
    remedy += "then start one bar earlier." if numbers[0] > 1 else "then go on."
    yield tell("restarted", what, remedy, stuck, asks.passage(take, stuck))


def skipped(take: Take, explained: Explained) -> Iterator[Finding]:
    """A leap ahead: several notes in a row passed over, and their time as well."""
    for run in _silent_runs(take):
        before, after = _played_around(take, run)
        if len(run) >= FEWEST_SKIPPED and before and after and _is_leap(take, before, after):
            notes = notes_of(run)
            what = f"You went from {bars([before[0].bar]).lower()} straight to {bars([after[0].bar]).lower()}: "
            what += f"{number(len(run))} notes were passed over."
            remedy = "Keep your eyes one beat ahead, and play over that place slowly."
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
    remedy = "Play the last bars first, then the whole."
    asked = asks.passage(take, left)
    if len(left) == 1:
        yield tell("stopped", "You stopped before the last note.", remedy, left, asked)
        return
    in_its_bar = [note for note in take.score.notes if note.bar == left[0].bar]
    way = "before" if in_its_bar[0].id == left[0].id else "in"
    what = f"You stopped {way} {bars([left[0].bar]).lower()}: {number(len(left))} notes were not reached."
    yield tell("stopped", what, remedy, left, asked)


def left_out(take: Take, explained: Explained) -> Iterator[Finding]:
    """Missing in the middle."""
    silent = [note for note, verdict in take.pairs if verdict.verdict == MISSING and not verdict.reason]
    silent = [note for note in silent if note.id not in explained[SILENCE]]
    if silent and take.played:
        what = f"{note_name(silent[0].written)} was" if len(silent) == 1 else f"{number(len(silent))} notes were"
        remedy = "Slow down until every note has its time."
        yield tell("left_out", f"{where(silent)}: {what} left out.", remedy, silent, asks.passage(take, silent))


def held_through(take: Take, explained: Explained) -> Iterator[Finding]:
    """Repeated notes that were not repeated."""
    held = [pair for pair in take.pairs if pair[1].verdict == MISSING and pair[1].reason == "not struck again"]
    held += _sounding_on(take)
    if held:
        notes = sorted(notes_of(held), key=lambda note: note.onset_beat)
        what = f"{where(notes)}: the repeated notes ran into one long note"
        asked = asks.rhythm(take.score, "eighths", notes[0].onset_beat)
        yield tell("held_through", what, "Start each one anew.", notes, asked, explains=[SILENCE])


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
    what = "a note that is" if len(extras) == 1 else f"{number(len(extras))} notes that are"
    remedy = "Play the bar slowly, one sound for each printed note."
    asked = asks.passage(take, near)
    yield tell("extra_notes", f"{where(near)}: you played {what} not written there.", remedy, near, asked)


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
        what = f"You sped up: the end was {percent} % faster than the beginning."
        asked = asks.rhythm(take.score, "long-notes")
        yield tell("rushing", what, "Count through long notes.", late, asked)
    else:
        what = f"You slowed down: the end was {percent} % slower than the beginning."
        asked = asks.rhythm(take.score, "eighths")
        yield tell("dragging", what, "Keep the beat going.", late, asked)


def out_of_time(take: Take, explained: Explained) -> Iterator[Finding]:
    """Single notes early or late: a few by name, many by their bars."""
    for kind, remedy in (("late", "Be ready before the beat."), ("early", "Count the note before to its end.")):
        moved = with_fault(take, kind, explained[TIME])
        notes = [note for note, _ in moved]
        if not moved:
            continue
        what = f"{where(notes)}: {number(len(moved))} notes came {kind}"
        if len(moved) <= MOST_LISTED:
            what = " ".join(
                f"{bars([note.bar])}: {note_name(note.written)} came {kind}, by {seconds(amount_ms / 1000)}."
                for note, amount_ms in moved
            )
        yield tell(kind, what, remedy, notes, asks.passage(take, notes))


def tempo_missed(take: Take, explained: Explained) -> Iterator[Finding]:
    """Steady, but not at the tempo that was asked for."""
    played, asked = take.assessment.tempo_bpm, take.asked_bpm
    if explained[TEMPO]:
        played = steady_bpm(gaps_of(take))
    if played is None or asked is None or len(gaps_of(take)) < FEWEST_FOR_A_BEAT:
        return
    if abs(played / asked - 1) < NOTABLE_TEMPO:
        return
    way = "slower" if played < asked else "faster"
    what = f"You played at about {played:.0f} beats a minute, {way} than the {asked:.0f} that were asked for."
    remedy = (
        "Raise the metronome a little each time." if played < asked else "Hear two bars of the beat before you begin."
    )
    yield tell("tempo", what, remedy, asks_for=asks.scale(take.score))


def against_the_metronome(take: Take, explained: Explained) -> Iterator[Finding]:
    """Always behind the click, or ahead of it."""
    if not take.lateness_s:
        return
    amount_ms = round(1000 * abs(take.lateness_s))
    behind = take.lateness_s > 0
    what = f"You were steady, but about {amount_ms} ms {'behind' if behind else 'ahead of'} the click"
    remedy = "Breathe in with the count." if behind else "Wait for it."
    asked = asks.beat(take.score)
    yield tell("behind_the_beat" if behind else "ahead_of_the_beat", what, remedy, asks_for=asked)
