"""**Causes**: one reason behind several verdicts, said as a good teacher says it.

Each finder looks at a whole take and gives one Cause, several, or none. Specific reasons come first and
take their notes with them: a note that the key signature explains is not also "a wrong note".
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from tutor.grading.assessment import CORRECT, MISSING, WRONG, Assessment, Cause, NoteVerdict
from tutor.grading.rubric import Rubric
from tutor.grading.words import bars, heard_name, interval, key_alteration, key_signature, note_name, number, times
from tutor.notation.score import Note, Score

# A cause is only named where it explains at least this share of what was played …
MOST = 0.6
# … by at least so many notes.
FEWEST = 4
SHARP_THROUGHOUT_CENTS = 18.0  # a listener in the room hears it; the best recorded teachers lie within 17
NOTABLE_TEMPO = 0.15
NOTABLE_DRIFT = 0.1


@dataclass(frozen=True)
class Take:
    """What the finders look at."""

    assessment: Assessment
    score: Score
    rubric: Rubric
    asked_bpm: float | None = None
    drift: float | None = None
    lateness_s: float | None = None  # behind the metronome, beyond what latency may explain
    is_pitched_by_player: bool = True  # False: a piano's tuning is not the student's

    @property
    def pairs(self) -> list[tuple[Note, NoteVerdict]]:
        """Score note and verdict, in score order."""
        by_id = {note.id: note for note in self.score.notes}
        return [(by_id[verdict.id], verdict) for verdict in self.assessment.notes if verdict.id in by_id]

    @property
    def wrong(self) -> list[tuple[Note, NoteVerdict]]:
        """The notes that were heard as another pitch."""
        return [(note, verdict) for note, verdict in self.pairs if verdict.verdict == WRONG]

    @property
    def played(self) -> list[tuple[Note, NoteVerdict]]:
        """The notes that were heard at all."""
        return [(note, verdict) for note, verdict in self.pairs if verdict.verdict in (CORRECT, WRONG)]


def find_causes(
    assessment: Assessment,
    score: Score,
    rubric: Rubric,
    *,
    asked_bpm: float | None = None,
    drift: float | None = None,
    lateness_s: float | None = None,
    is_pitched_by_player: bool = True,
    kept: Sequence[Cause] = (),
) -> tuple[Cause, ...]:
    """All causes, the most telling first. `kept` are found already and stay."""
    take = Take(assessment, score, rubric, asked_bpm, drift, lateness_s, is_pitched_by_player)
    found: list[Cause] = []
    explained: set[str] = set()
    for finder in FINDERS:
        for cause in finder(take, frozenset(explained)):
            found.append(cause)
            if finder in PITCH_FINDERS:
                explained.update(cause.notes)
    return (*found, *kept)


def _another_piece(take: Take, explained: frozenset[str]) -> Iterator[Cause]:
    count = len(take.pairs)
    right = sum(verdict.verdict == CORRECT for _, verdict in take.pairs)
    if not take.played:
        yield Cause(
            "different_piece", "Something was heard, but no note of this piece: check that it is the one on the stand."
        )
    elif count >= 6 and right < 0.3 * count and len(take.played) + len(take.assessment.extras) >= 0.5 * count:
        yield Cause("different_piece", "This does not sound like this piece: check that it is the one on the stand.")


def _transposed(take: Take, explained: frozenset[str]) -> Iterator[Cause]:
    steps = Counter(_semitones(verdict) for _, verdict in take.wrong)
    if not steps:
        return
    step, count = steps.most_common(1)[0]
    if step % 12 == 0 or count < FEWEST or count < MOST * len(take.played):
        return
    way = "above" if step > 0 else "below"
    text = f"You played {interval(step)} {way} what is written, from beginning to end: "
    text += "read the first note and its clef again, and check which key your instrument is in."
    yield Cause("transposition", text, _ids(take.wrong, step))


def _octave(take: Take, explained: frozenset[str]) -> Iterator[Cause]:
    slips = [(note, verdict) for note, verdict in take.wrong if _semitones(verdict) % 12 == 0]
    if not slips:
        return
    far = interval(_semitones(slips[0][1]))
    way = "high" if _semitones(slips[0][1]) > 0 else "low"
    if len(slips) >= FEWEST and len(slips) >= MOST * len(take.played):
        text = f"All of it sounded {far} too {way}: find the written octave of the first note."
    else:
        notes = "it" if len(slips) == 1 else "they"
        text = f"{_where(slips)}: right note, wrong octave: {notes} sounded {far} too {way}."
    yield Cause("octave", text, tuple(note.id for note, _ in slips))


def _key_signature(take: Take, explained: frozenset[str]) -> Iterator[Cause]:
    """The note as it would be without the key signature."""
    by_name: dict[str, list[tuple[Note, NoteVerdict]]] = {}
    for note, verdict in _unexplained(take, explained):
        by_key = key_alteration(note.written.step, take.score.key_at(note.onset_beat).fifths)
        if by_key and note.written.alter == by_key and _semitones(verdict) == -by_key:
            by_name.setdefault(note_name(note.written), []).append((note, verdict))
    for name, missed in by_name.items():
        note, verdict = missed[0]
        fifths = take.score.key_at(note.onset_beat).fifths
        often = f" {times(len(missed))}" if len(missed) > 1 else ""
        text = f"{_where(missed)}: {name}, you played {_played_name(take, note, verdict)}{often}. "
        text += f"The key signature has {key_signature(fifths)}."
        yield Cause("key_signature", text, tuple(note.id for note, _ in missed))


def _accidental(take: Take, explained: frozenset[str]) -> Iterator[Cause]:
    """A sign before the note (or earlier in its bar) that was passed over."""
    missed = []
    for note, verdict in _unexplained(take, explained):
        by_key = key_alteration(note.written.step, take.score.key_at(note.onset_beat).fifths)
        if note.written.alter != by_key and _semitones(verdict) == by_key - note.written.alter:
            missed.append((note, verdict))
    for note, verdict in missed:
        sign = {1: "a sharp", -1: "a flat", 0: "a natural"}.get(note.written.alter, "an accidental")
        text = f"{bars([note.bar])}: {note_name(note.written)}, you played {_played_name(take, note, verdict)}. "
        text += f"Look for {sign} before the note, or earlier in the bar."
        yield Cause("accidental", text, (note.id,))


def _same_slip(take: Take, explained: frozenset[str]) -> Iterator[Cause]:
    """The same written note as the same other one, more than once: a fingering, or a note misread."""
    alike: dict[tuple[str, int], list[tuple[Note, NoteVerdict]]] = {}
    for note, verdict in _unexplained(take, explained):
        alike.setdefault((note.written.name, _semitones(verdict)), []).append((note, verdict))
    for slips in alike.values():
        if len(slips) >= 2:
            note, verdict = slips[0]
            text = f"{_where(slips)}: {note_name(note.written)}, you played {_played_name(take, note, verdict)} "
            text += f"{times(len(slips))}. Check how this note is fingered or read."
            yield Cause("same_slip", text, tuple(note.id for note, _ in slips))


def _wrong_notes(take: Take, explained: frozenset[str]) -> Iterator[Cause]:
    rest = _unexplained(take, explained)
    if not rest or len(rest) > 4:
        return
    said = [
        f"{bars([note.bar])}: {note_name(note.written)}, you played {_played_name(take, note, verdict)}."
        for note, verdict in rest
    ]
    yield Cause("wrong_notes", " ".join(said), tuple(note.id for note, _ in rest))


def _restarted(take: Take, explained: frozenset[str]) -> Iterator[Cause]:
    restarts = take.assessment.restarts
    if not restarts:
        return
    bar_of = {note.id: note.bar for note in take.score.notes}
    stuck = [bar_of[restart.from_note] for restart in restarts]
    text = f"You went back {times(len(restarts))}, from {bars(stuck).lower()}. "
    text += "Play that bar slowly three times in a row, then once from the bar before it."
    yield Cause("restarted", text, tuple(restart.from_note for restart in restarts))


def _stopped(take: Take, explained: frozenset[str]) -> Iterator[Cause]:
    left = [note for note, verdict in take.pairs if verdict.verdict == MISSING and verdict.reason == "not reached"]
    if len(left) >= 2 and take.played:
        text = f"You stopped before {bars([left[0].bar]).lower()}: {number(len(left))} notes were not reached."
        yield Cause("stopped", text, tuple(note.id for note in left))


def _left_out(take: Take, explained: frozenset[str]) -> Iterator[Cause]:
    gone = [(note, verdict) for note, verdict in take.pairs if verdict.verdict == MISSING]
    silent = [(note, verdict) for note, verdict in gone if not verdict.reason]
    if silent and take.played:
        what = "one note was" if len(silent) == 1 else f"{number(len(silent))} notes were"
        yield Cause("left_out", f"{_where(silent)}: {what} left out.", tuple(note.id for note, _ in silent))
    held = [(note, verdict) for note, verdict in gone if verdict.reason == "not struck again"]
    if held:
        text = f"{_where(held)}: the repeated notes ran into one long note: start each one anew."
        yield Cause("held_through", text, tuple(note.id for note, _ in held))


def _clipped(take: Take, explained: frozenset[str]) -> Iterator[Cause]:
    short = [(note, verdict) for note, verdict in take.played if _has(verdict, "short")]
    if len(short) >= FEWEST and len(short) >= 0.4 * len(take.played):
        text = "Most notes were cut short: let each one sound for its whole length, until the next begins."
        yield Cause("clipped", text, tuple(note.id for note, _ in short))


def _tempo_moved(take: Take, explained: frozenset[str]) -> Iterator[Cause]:
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


def _tempo_missed(take: Take, explained: frozenset[str]) -> Iterator[Cause]:
    played, asked = take.assessment.tempo_bpm, take.asked_bpm
    if played is None or asked is None or abs(played / asked - 1) < NOTABLE_TEMPO:
        return
    way = "slower" if played < asked else "faster"
    yield Cause(
        "tempo", f"You played at about {played:.0f} beats a minute, {way} than the {asked:.0f} that were asked."
    )


def _against_the_metronome(take: Take, explained: frozenset[str]) -> Iterator[Cause]:
    if take.lateness_s is None or not take.lateness_s:
        return
    amount_ms = round(1000 * abs(take.lateness_s))
    if take.lateness_s > 0:
        yield Cause(
            "behind_the_beat", f"You were steady, but about {amount_ms} ms behind the click: breathe in with the count."
        )
    else:
        yield Cause("ahead_of_the_beat", f"You were steady, but about {amount_ms} ms ahead of the click: wait for it.")


def _out_of_tune(take: Take, explained: frozenset[str]) -> Iterator[Cause]:
    cents = take.assessment.tuning_cents
    measured = [note for note, verdict in take.played if verdict.cents is not None]
    if not take.is_pitched_by_player or len(measured) < FEWEST:
        return
    if abs(cents) >= SHARP_THROUGHOUT_CENTS:
        way = "sharp" if cents > 0 else "flat"
        text = f"You were {way} throughout, by about {abs(cents):.0f} cents: tune before you play."
        yield Cause(f"{way}_throughout", text, tuple(note.id for note in measured))
    off = [(note, verdict) for note, verdict in take.played if _has(verdict, "intonation")]
    for way, sign in (("sharp", 1), ("flat", -1)):
        leaning = [(note, verdict) for note, verdict in off if sign * (verdict.cents or 0.0) > 0]
        if len(leaning) >= 2:
            text = f"{_where(leaning)}: {number(len(leaning))} notes were {way}: listen into them and place them."
            yield Cause(f"{way}_notes", text, tuple(note.id for note, _ in leaning))


Finder = Callable[[Take, frozenset[str]], Iterator[Cause]]
PITCH_FINDERS: tuple[Finder, ...] = (_transposed, _octave, _key_signature, _accidental, _same_slip)
FINDERS: tuple[Finder, ...] = (
    _another_piece,
    *PITCH_FINDERS,
    _wrong_notes,
    _restarted,
    _stopped,
    _left_out,
    _tempo_moved,
    _clipped,
    _out_of_tune,
    _tempo_missed,
    _against_the_metronome,
)


def _unexplained(take: Take, explained: frozenset[str]) -> list[tuple[Note, NoteVerdict]]:
    return [(note, verdict) for note, verdict in take.wrong if note.id not in explained and _semitones(verdict)]


def _semitones(verdict: NoteVerdict) -> int:
    """How far off a wrong note was; 0 where that is not known (a teacher's ruling)."""
    amounts = [fault.amount for fault in verdict.faults if fault.kind in ("pitch", "octave")]
    return round(amounts[0]) if amounts else 0


def _has(verdict: NoteVerdict, kind: str) -> bool:
    return any(fault.kind == kind for fault in verdict.faults)


def _ids(pairs: Sequence[tuple[Note, NoteVerdict]], semitones: int) -> tuple[str, ...]:
    return tuple(note.id for note, verdict in pairs if _semitones(verdict) == semitones)


def _where(pairs: Sequence[tuple[Note, NoteVerdict]]) -> str:
    return bars([note.bar for note, _ in pairs])


def _played_name(take: Take, note: Note, verdict: NoteVerdict) -> str:
    """The name in the student's own written pitch, with the octave's direction if it is another one."""
    written_midi = note.written.midi + _semitones(verdict)
    return heard_name(written_midi, note.written, take.score.key_at(note.onset_beat).fifths)
