"""Why a piece was chosen, as a good teacher would say it: short, and only what is true."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from tutor.composing.skills import describe
from tutor.learner.knowledge import Knowledge
from tutor.learner.syllabus import first_grade

# Fewer notes of a skill in a week say less than all that were ever heard of it.
ENOUGH_LATELY = 4
# One slip is a slip.
SHAKY_WRONG, SHAKY_BELOW = 2, 0.85
# Among intervals a weak one goes worse than intervals do, or steps, the commonest, would be everybody's weakness.
SHAKY_UNDER_USUAL = 0.03
# Grades between two pieces that a player can tell apart.
NOTICEABLE, CLEAR = 0.1, 0.5


class Piece(Protocol):
    """What a reason needs of a candidate."""

    @property
    def grade(self) -> float: ...
    @property
    def assigned(self) -> str: ...


class Met(Protocol):
    """What a reason needs of a skill."""

    @property
    def right(self) -> int: ...
    @property
    def heard(self) -> int: ...
    @property
    def due_at(self) -> datetime | None: ...


class Chosen(Protocol):
    """What a reason needs of a choice."""

    @property
    def candidate(self) -> Piece: ...
    @property
    def aimed_at(self) -> str: ...
    @property
    def expected(self) -> float: ...


@dataclass(frozen=True, slots=True)
class Run:
    """What a step follows: `why` is "the last 2 takes went over 85", or "you said too hard"."""

    is_up: bool
    why: str


def reason(
    choice: Chosen,
    known: Knowledge,
    now: datetime,
    last_grade: float | None,
    run: Run | None,
    lately: Mapping[str, tuple[int, int]],
    focus: Collection[str] = (),
) -> str:
    """Who asked for it, whether it is a step, what it is for. `last_grade` is the last piece's; `focus`: the skills
    that the teacher asks for."""
    asked = f"Your teacher asks for {describe(choice.aimed_at)}." if choice.aimed_at in focus else ""
    step = _step(choice.candidate.grade, last_grade, run)
    about = _about(choice.aimed_at, known, now, lately) if choice.aimed_at else _level(choice, last_grade, step)
    return " ".join(sentence for sentence in (choice.candidate.assigned, asked, step, about) if sentence)


def counted(skill: Met, tag: str, lately: Mapping[str, tuple[int, int]]) -> tuple[int, int]:
    """(right, heard) of this week, if that is enough to go by; else of all time."""
    right, heard = lately.get(tag, (0, 0))
    return (right, heard) if heard >= ENOUGH_LATELY else (skill.right, skill.heard)


def share_of_intervals(known: Knowledge, lately: Mapping[str, tuple[int, int]]) -> float:
    """How many of all intervals go right; 1 if none was heard."""
    counts = [counted(skill, tag, lately) for tag, skill in known.tallies.items() if tag.startswith("interval:")]
    heard = sum(total for _, total in counts)
    return sum(right for right, _ in counts) / heard if heard else 1.0


def is_shaky(right: int, heard: int, limit: float = SHAKY_BELOW) -> bool:
    """Wrong more than once, and more often than a good player's slips."""
    return heard - right >= SHAKY_WRONG and right < limit * heard


def is_due(skill: Met, now: datetime) -> bool:
    """Due today counts from the morning on: a lesson is once a day, not at a minute."""
    return skill.due_at is not None and _day(skill.due_at, now) <= now.date()


def _step(grade: float, last_grade: float | None, run: Run | None) -> str:
    """Only what is a step is called one."""
    if run is None or last_grade is None:
        return ""
    moved = grade - last_grade if run.is_up else last_grade - grade
    return f"A step {'up' if run.is_up else 'down'}: {run.why}." if moved >= NOTICEABLE else ""


def _about(tag: str, known: Knowledge, now: datetime, lately: Mapping[str, tuple[int, int]]) -> str:
    """ "Dotted quarters: 4 of 9 right this week; due today.", or "Skips of a third, upwards: new here."."""
    label = describe(tag)
    label = label[:1].upper() + label[1:]
    skill = known.tallies.get(tag)
    if skill is None:
        # Who says they play grade 4 has met eighths; we have not heard them.
        return f"{label}: {'new here' if first_grade(tag) >= known.level else 'not heard from you yet'}."
    right, heard = counted(skill, tag, lately)
    since = "this week" if (right, heard) == lately.get(tag) else "so far"
    due = _due(skill, now)
    if due and not is_shaky(right, heard):
        return f"{label}: {due}."  # That they go well is no reason to play them; that it is time again is.
    if not due and not is_shaky(right, heard):
        return f"To make surer: {describe(tag)}, {right} of {heard} right {since}."
    return f"{label}: {right} of {heard} right {since}{f'; {due}' if due else ''}."


def _due(skill: Met, now: datetime) -> str:
    if skill.due_at is None or not is_due(skill, now):
        return ""
    due_on = _day(skill.due_at, now)
    return "due today" if due_on == now.date() else f"due since {due_on.day} {due_on:%B}"


def _level(choice: Chosen, last_grade: float | None, step: str) -> str:
    """Nothing is weak, due or new in it: it is for playing at the right difficulty."""
    tenths = round(choice.expected * 10)
    notes = "nearly every note" if tenths >= 10 else f"about {tenths} notes in ten"
    if step:
        return f"{notes[:1].upper()}{notes[1:]} should go right."
    moved = 0.0 if last_grade is None else choice.candidate.grade - last_grade
    if abs(moved) < NOTICEABLE:
        return f"At your level: {notes} should go right."
    little = "A little " if abs(moved) < CLEAR else ""
    than = f"{little}{'harder' if moved > 0 else 'easier'} than the last"
    return f"{than[:1].upper()}{than[1:]}: {notes} should go right."


def _day(moment: datetime, now: datetime) -> date:
    """The day in the asker's time zone: `now` carries it."""
    return moment.astimezone(now.tzinfo).date()
