"""Causes that have to do with time: going back, stopping, notes left out or added, tempo, early and late."""

from __future__ import annotations

from collections.abc import Iterator

from tutor.grading.assessment import MISSING, Cause, Extra
from tutor.grading.findings import MOST_LISTED, Take, ids, notes_of, where, with_fault
from tutor.grading.words import bars, note_name, number, seconds, times
from tutor.notation.score import Note

NOTABLE_TEMPO = 0.15
NOTABLE_DRIFT = 0.1


def restarted(take: Take, explained: frozenset[str]) -> Iterator[Cause]:
    """Went back in the middle."""
    restarts = take.assessment.restarts
    if not restarts:
        return
    bar_of = {note.id: note.bar for note in take.score.notes}
    stuck = sorted({bar_of[restart.from_note] for restart in restarts})
    text = f"You went back {times(len(restarts))}, from {bars(stuck).lower()}. "
    text += f"Play {'that bar' if len(stuck) == 1 else 'each of these bars'} slowly three times in a row, "
    text += "then start one bar earlier." if stuck[0] > 1 else "then go on."
    yield Cause("restarted", text, tuple(restart.from_note for restart in restarts))


def stopped(take: Take, explained: frozenset[str]) -> Iterator[Cause]:
    """The end was not reached."""
    left = [note for note, verdict in take.pairs if verdict.verdict == MISSING and verdict.reason == "not reached"]
    if not left or not take.played:
        return
    if len(left) == 1:
        yield Cause("stopped", "You stopped before the last note.", ids(left))
        return
    in_its_bar = [note for note in take.score.notes if note.bar == left[0].bar]
    way = "before" if in_its_bar[0].id == left[0].id else "in"
    text = f"You stopped {way} {bars([left[0].bar]).lower()}: {number(len(left))} notes were not reached."
    yield Cause("stopped", text, ids(left))


def left_out(take: Take, explained: frozenset[str]) -> Iterator[Cause]:
    """Missing in the middle."""
    silent = [note for note, verdict in take.pairs if verdict.verdict == MISSING and not verdict.reason]
    if silent and take.played:
        what = f"{note_name(silent[0].written)} was" if len(silent) == 1 else f"{number(len(silent))} notes were"
        yield Cause("left_out", f"{where(silent)}: {what} left out.", ids(silent))


def held_through(take: Take, explained: frozenset[str]) -> Iterator[Cause]:
    """Repeated notes that were not repeated."""
    held = [pair for pair in take.pairs if pair[1].verdict == MISSING and pair[1].reason == "not struck again"]
    if held:
        text = f"{where(notes_of(held))}: the repeated notes ran into one long note: start each one anew."
        yield Cause("held_through", text, ids(notes_of(held)))


def extra_notes(take: Take, explained: frozenset[str]) -> Iterator[Cause]:
    """Notes that nobody wrote, by the bar in which they fell."""
    begun = [(verdict.onset_s, note) for note, verdict in take.played if verdict.onset_s is not None]
    extras = take.assessment.extras
    if not extras or not begun:
        return
    near = [_before(extra, begun) for extra in extras]
    what = "a note that is" if len(extras) == 1 else f"{number(len(extras))} notes that are"
    yield Cause("extra_notes", f"{where(near)}: you played {what} not written there.", ids(list(dict.fromkeys(near))))


def _before(extra: Extra, begun: list[tuple[float, Note]]) -> Note:
    """The score note that was played last when the extra one came, or else the first."""
    earlier = [(onset_s, note) for onset_s, note in begun if onset_s <= extra.onset_s]
    return (max if earlier else min)(earlier or begun, key=lambda one: one[0])[1]


def tempo_moved(take: Take, explained: frozenset[str]) -> Iterator[Cause]:
    """Faster or slower at the end than at the beginning."""
    if take.drift is None or abs(take.drift - 1) < NOTABLE_DRIFT:
        return
    percent = round(100 * abs(take.drift - 1))
    if take.drift > 1:
        yield Cause(
            "rushing", f"You sped up: the end was {percent} % faster than the beginning. Count through long notes."
        )
    else:
        yield Cause(
            "dragging", f"You slowed down: the end was {percent} % slower than the beginning. Keep the beat going."
        )


def out_of_time(take: Take, explained: frozenset[str]) -> Iterator[Cause]:
    """Single notes early or late: a few by name, many by their bars."""
    for kind, advice in (("late", "be ready before the beat"), ("early", "count the note before to its end")):
        moved = with_fault(take, kind)
        notes = [note for note, _ in moved]
        if len(moved) > MOST_LISTED:
            yield Cause(kind, f"{where(notes)}: {number(len(moved))} notes came {kind}: {advice}.", ids(notes))
        elif moved:
            said = [
                f"{bars([note.bar])}: {note_name(note.written)} came {kind}, by {seconds(amount_ms / 1000)}."
                for note, amount_ms in moved
            ]
            yield Cause(kind, " ".join(said), ids(notes))


def tempo_missed(take: Take, explained: frozenset[str]) -> Iterator[Cause]:
    """Steady, but not at the tempo that was asked for."""
    played, asked = take.assessment.tempo_bpm, take.asked_bpm
    if played is None or asked is None or abs(played / asked - 1) < NOTABLE_TEMPO:
        return
    way = "slower" if played < asked else "faster"
    yield Cause(
        "tempo", f"You played at about {played:.0f} beats a minute, {way} than the {asked:.0f} that were asked for."
    )


def against_the_metronome(take: Take, explained: frozenset[str]) -> Iterator[Cause]:
    """Always behind the click, or ahead of it."""
    if not take.lateness_s:
        return
    amount_ms = round(1000 * abs(take.lateness_s))
    if take.lateness_s > 0:
        yield Cause(
            "behind_the_beat", f"You were steady, but about {amount_ms} ms behind the click: breathe in with the count."
        )
    else:
        yield Cause("ahead_of_the_beat", f"You were steady, but about {amount_ms} ms ahead of the click: wait for it.")
