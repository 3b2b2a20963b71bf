"""An assessment as text for a terminal."""

from __future__ import annotations

from textwrap import wrap

from tutor.composing.skills import describe
from tutor.grading.assessment import Ask, Assessment, Cause, Fault, NoteVerdict
from tutor.grading.words import bars_within
from tutor.notation.score import Note, Score

PARTS = ("overall", "pitch", "intonation", "rhythm", "tempo", "completeness")
MARKS = {"correct": " ", "wrong": "x", "missing": "-", "not_heard": "?"}

WIDTH = 100
# Kinds of exercise as one says them; the broken intervals say themselves.
KINDS = {"scale": "a scale", "arpeggio": "an arpeggio", "long-tones": "long tones", "rhythm": "a rhythm"}


def report(assessment: Assessment, score: Score) -> str:
    """The grade, the causes, and a line for each note."""
    by_id = {note.id: note for note in score.notes}
    lines = [_grade(assessment), _take(assessment), ""]
    lines += [line for cause in assessment.causes for line in _cause(cause)]
    lines += ["", f"  {'bar':>4} {'note':<6} {'verdict':<10} {'cents':>6} {'ms':>6} {'length':>7}  what was off"]
    lines += [_line(verdict, by_id[verdict.id]) for verdict in assessment.notes]
    lines += [f"  extra note at {extra.onset_s:.2f} s, MIDI {extra.pitch:.1f}" for extra in assessment.extras]
    return "\n".join(lines)


def _grade(assessment: Assessment) -> str:
    grades = ((part, getattr(assessment.grade, part)) for part in PARTS)
    return "  ".join(f"{part} {'unknown' if points is None else f'{points:.0f}'}" for part, points in grades)


def _take(assessment: Assessment) -> str:
    tempo = "tempo unknown" if assessment.tempo_bpm is None else f"{assessment.tempo_bpm:.0f} beats a minute"
    return f"{tempo}, tuned {assessment.tuning_cents:+.0f} cents, rubric {assessment.rubric}, {assessment.engine}"


def _cause(cause: Cause) -> list[str]:
    """What showed, then indented what to do and what to practise. An older hearing has only its sentences."""
    lines = _wrapped(cause.showed or cause.text, "  ")
    if cause.remedy:
        lines += _wrapped(cause.remedy, "    Try: ")
    if cause.asks_for:
        lines += _wrapped(_exercise(cause.asks_for), "    Exercise: ")
    return lines


def _wrapped(text: str, lead: str) -> list[str]:
    return wrap(text, WIDTH, initial_indent=lead, subsequent_indent=" " * len(lead))


def _exercise(ask: Ask) -> str:
    """bars 2 and 3; then a scale for two flats in the key; at 60 % of the tempo."""
    first = "" if ask.bars is None else f"{bars_within(range(ask.bars[0], ask.bars[1] + 1))}, then "
    pace = "at the tempo" if ask.tempo == 1 else f"at {100 * ask.tempo:.0f} % of the tempo"
    return f"{first}{KINDS.get(ask.kind, ask.kind.replace('-', ' '))} for {describe(ask.skill)}, {pace}."


def _line(verdict: NoteVerdict, note: Note) -> str:
    why = ", ".join(_fault(fault) for fault in verdict.faults) or verdict.reason
    said = verdict.verdict.replace("_", " ")
    return (
        f"{MARKS[verdict.verdict]} {note.bar:>4} {note.written.name:<6} {said:<10} {_number(verdict.cents, '+.0f'):>6}"
        f" {_number(verdict.onset_error_ms, '+.0f'):>6} {_number(verdict.duration_ratio, '.2f'):>7}  {why}"
    ).rstrip()


def _fault(fault: Fault) -> str:
    amounts = {
        "pitch": f"{fault.amount:+.0f} semitones",
        "octave": f"{fault.amount / 12:+.0f} octave",
        "intonation": f"{abs(fault.amount):.0f} cents {'sharp' if fault.amount > 0 else 'flat'}",
        "early": f"{fault.amount:.0f} ms early",
        "late": f"{fault.amount:.0f} ms late",
        "short": f"held {fault.amount:.0%} of its length",
        "long": f"held {fault.amount:.0%} of its length",
    }
    return amounts[fault.kind]


def _number(value: float | None, form: str) -> str:
    return "" if value is None else format(value, form)
