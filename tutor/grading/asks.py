"""Which exercise a cause asks for, as an order that the technique composer can meet.

`Ask.skill` is a tag of `tutor.composing.skills`, the rest is what a `TechniqueOrder` takes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from tutor.composing.rhythm_patterns import figures_for
from tutor.composing.technique import KIND_OF_SIZE, METRES
from tutor.grading.assessment import Ask
from tutor.grading.findings import Take
from tutor.notation.durations import beat_length
from tutor.notation.score import Note, Score

SLOWLY, A_LITTLE_SLOWER = 0.6, 0.8
# What makes a note hard, the most telling first. Its key and metre it shares with all the others.
HARD_FIRST = ("accidental", "rhythm:", "interval:", "key:")
HARDLY_A_SKILL = {"interval:2:up", "interval:2:down", "rhythm:long-notes", "rhythm:eighths", "key:0"}


def scale(score: Score, at_beat: float = 0.0, *, tempo: float = 1.0) -> Ask:
    """The scale of the key that is in force there."""
    key = score.key_at(at_beat)
    return Ask(f"key:{key.fifths}", "scale", key.fifths, "major" if key.mode == "major" else "minor", tempo=tempo)


def accidentals(score: Score, at_beat: float) -> Ask:
    """Minor, whose seventh is raised: the shortest piece of music that needs accidentals, a beginner's five-note scale
    aside."""
    return Ask("accidental", "broken-thirds", score.key_at(at_beat).fifths, "minor", tempo=A_LITTLE_SLOWER)


def long_tones(score: Score, *, register: str = "") -> Ask:
    """Notes long enough to listen to; `register` "high" or "low" says where."""
    ask = scale(score)
    return replace(ask, skill=f"range:{register}" if register else "rhythm:long-notes", kind="long-tones")


def interval(score: Score, semitones: int) -> Ask:
    """Leaps as wide as this, one after the other."""
    size = min(max(round(abs(semitones) * 7 / 12) + 1, 2), 8)
    way = "up" if semitones > 0 else "down"
    ask = scale(score, tempo=A_LITTLE_SLOWER)
    return replace(ask, skill=f"interval:{size}:{way}", kind=KIND_OF_SIZE[str(size)])


def rhythm(score: Score, figure: str, at_beat: float = 0.0, *, tempo: float = A_LITTLE_SLOWER) -> Ask:
    """The figure by itself, in the metre of the piece if that can hold it."""
    metre = score.metre_at(at_beat)
    name = f"{metre.beats}/{metre.beat_type}"
    fits = name in METRES and figure in figures_for(metre)
    return replace(
        scale(score, at_beat, tempo=tempo),
        skill=f"rhythm:{figure}",
        kind="rhythm",
        metre=name if fits else "4/4",
        figure=figure,
    )


def beat(score: Score) -> Ask:
    """Nothing but the beat of the piece, note after note."""
    is_compound = beat_length(score.metre_at(0)).numerator == 3
    ask = rhythm(score, "dotted-quarters" if is_compound else "quarters", tempo=1.0)
    return replace(ask, skill=f"metre:{ask.metre}")


def passage(take: Take, notes: Sequence[Note], *, tempo: float = SLOWLY) -> Ask:
    """The bars of these notes again, slowly; and what is hard about the first of them, by itself."""
    score, names = take.score, take.tags[notes[0].id]
    ranked = [name for start in HARD_FIRST for name in names if name.startswith(start) and name not in HARDLY_A_SKILL]
    numbers = [note.bar for note in notes]
    ask = _for_skill(score, ranked[0], notes[0]) if ranked else scale(score, notes[0].onset_beat)
    return replace(ask, tempo=tempo, bars=(min(numbers), max(numbers)))


def _for_skill(score: Score, skill: str, note: Note) -> Ask:
    kind, _, rest = skill.partition(":")
    if kind == "interval":
        return replace(scale(score, note.onset_beat), skill=skill, kind=KIND_OF_SIZE[rest.partition(":")[0]])
    if kind == "rhythm":
        return rhythm(score, rest, note.onset_beat)
    return accidentals(score, note.onset_beat) if kind == "accidental" else scale(score, note.onset_beat)
