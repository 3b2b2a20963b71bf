"""Why a piece was chosen, as a good teacher would say it: short, and only what is true."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from tutor.composing.skills import describe
from tutor.learner.knowledge import Knowledge
from tutor.learner.syllabus import first_grade
from tutor.saying import Phrase, capital, day, joined, phrase

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
    asked = ""
    if choice.aimed_at in focus:
        asked = phrase("Your teacher asks for {skill}.", skill=describe(choice.aimed_at))
    step = _step(choice.candidate.grade, last_grade, run)
    about = _about(choice.aimed_at, known, now, lately) if choice.aimed_at else _level(choice, last_grade, step)
    return joined([choice.candidate.assigned, asked, step, about])


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
    if moved < NOTICEABLE:
        return ""
    return phrase("A step up: {why}.", why=run.why) if run.is_up else phrase("A step down: {why}.", why=run.why)


def _about(tag: str, known: Knowledge, now: datetime, lately: Mapping[str, tuple[int, int]]) -> str:
    """ "Dotted quarters: 4 of 9 right this week; due today.", or "Skips of a third, upwards: new here."."""
    label = describe(tag)
    skill = known.tallies.get(tag)
    if skill is None:
        # Who says they play grade 4 has met eighths; we have not heard them.
        new = first_grade(tag) >= known.level
        return capital(phrase("{skill}: new here.", skill=label) if new else _unheard(label))
    right, heard = counted(skill, tag, lately)
    count = {"right": right, "heard": heard}
    since = phrase("{right} of {heard} right so far", **count)
    if (right, heard) == lately.get(tag):
        since = phrase("{right} of {heard} right this week", **count)
    due = _due(skill, now)
    if due and not is_shaky(right, heard):
        # That they go well is no reason to play them; that it is time again is.
        return capital(phrase("{skill}: {due}.", skill=label, due=due))
    if not due and not is_shaky(right, heard):
        return phrase("To make surer: {skill}, {since}.", skill=label, since=since)
    if due:
        return capital(phrase("{skill}: {since}; {due}.", skill=label, since=since, due=due))
    return capital(phrase("{skill}: {since}.", skill=label, since=since))


def _unheard(label: str) -> Phrase:
    return phrase("{skill}: not heard from you yet.", skill=label)


def _due(skill: Met, now: datetime) -> str:
    if skill.due_at is None or not is_due(skill, now):
        return ""
    due_on = _day(skill.due_at, now)
    return phrase("due today") if due_on == now.date() else phrase("due since {day}", day=day(due_on))


def _level(choice: Chosen, last_grade: float | None, step: str) -> str:
    """Nothing is weak, due or new in it: it is for playing at the right difficulty."""
    tenths = round(choice.expected * 10)
    notes = phrase("nearly every note") if tenths >= 10 else phrase("about {tenths} notes in ten", tenths=tenths)
    if step:
        return capital(phrase("{notes} should go right.", notes=notes))
    moved = 0.0 if last_grade is None else choice.candidate.grade - last_grade
    if abs(moved) < NOTICEABLE:
        return phrase("At your level: {notes} should go right.", notes=notes)
    if abs(moved) < CLEAR:
        if moved > 0:
            return phrase("A little harder than the last: {notes} should go right.", notes=notes)
        return phrase("A little easier than the last: {notes} should go right.", notes=notes)
    if moved > 0:
        return phrase("Harder than the last: {notes} should go right.", notes=notes)
    return phrase("Easier than the last: {notes} should go right.", notes=notes)


def _day(moment: datetime, now: datetime) -> date:
    """The day in the asker's time zone: `now` carries it."""
    return moment.astimezone(now.tzinfo).date()
