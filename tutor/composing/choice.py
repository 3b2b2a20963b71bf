"""What to play next: of all that is on the shelf, what this student needs, at a difficulty they learn from.

Weakest unlocked or due skill first; four notes in five right; not the same piece again and again. A run of
failures steps down at once, a run of successes up. Every choice says what it was aimed at, and why.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from itertools import takewhile

from tutor.composing.skills import describe
from tutor.learner.ability import forget, predict, probability
from tutor.learner.knowledge import TARGET, Knowledge
from tutor.learner.syllabus import first_grade

PLAN_LENGTH = 5
UNLOCKED_ABOVE = 1.0  # grades over the working grade: generous, since choosing skills matters more than estimating them

# What a score has when nothing is asked of it: no aim for anybody.
PLAIN = frozenset({"key:0", "metre:4/4"})

# Need: how much a skill wants practice. In shares of notes right, so that the parts add up.
COMFORT = 0.9  # above this, at the student's own grade, a skill needs no more
DUE_NEED = 0.25
NEW_NEED = 0.1  # of a skill not met yet: that of one at the target; after what is weak or due, before what goes well
ENOUGH_NOTES = 6  # of a skill in a piece, to practise it

# The score of a piece: need, less what speaks against it.
MISS_COST = 2.5  # a share of notes away from the target
LOCKED_COST = 0.5  # a piece wholly of skills still locked
DRILL_COST = 0.1  # music first, unless a drill serves clearly better; again for each drill just played
REPEAT_COSTS = (0.6, 0.4, 0.25, 0.15, 0.1)  # played last, before that, …
SAME_AIM_COST = 0.2  # a plan of five pieces is not for one skill
ASSIGNED_BONUS = 2.0  # before all else, unless it is out of reach
OUT_OF_REACH = 0.45  # expected share right under which even an assigned piece waits

RUN = 2  # takes in a row that make a run
FAILURE_BELOW, SUCCESS_FROM = 65.0, 85.0  # overall grade of a take
STEP_DOWN_GRADES = 0.3  # a failure in the run
STEP_UP_GRADES = 0.5  # at most, in one go
EASIER, HARDER = 0.04, 0.03  # by which the target moves, a take of the run
BOLDEST = 0.68  # the target is never under this, and a piece chosen to step up is expected to go this well


@dataclass(frozen=True, slots=True)
class Candidate:
    """A piece that could be played: `skills` counts its notes by tag, `grade` is its difficulty. `assigned` says by
    whom and for when ("Assigned: First leaps, for 3 December."), or is empty. A `drill` is technique, not music."""

    key: Hashable
    grade: float
    skills: Mapping[str, int] = field(default_factory=dict)
    assigned: str = ""
    drill: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """`expected` is the predicted share of skill events right; `reason` one or two sentences made of facts."""

    candidate: Candidate
    aimed_at: str
    expected: float
    reason: str
    score: float = 0.0


def choose(
    candidates: Sequence[Candidate],
    known: Knowledge,
    now: datetime,
    *,
    target: float = TARGET,
    recent: Sequence[Hashable] = (),
    streak: int = 0,
    last_grade: float | None = None,
    lately: Mapping[str, tuple[int, int]] | None = None,
    drills_lately: int = 0,
    count: int = PLAN_LENGTH,
) -> list[Choice]:
    """The `count` best pieces, best first. `recent`: keys as last played, newest first. `streak`: +n takes in a row
    went well, -n badly (`streak_of`); `last_grade`: the difficulty of the last one. `lately`: (right, heard) by
    skill over the last week, for the reasons. `drills_lately`: how many of the last few takes were drills.
    """
    known = forget(known, now)
    costs = _costs(candidates, recent, drills_lately)
    needs = {tag: need(known, tag, now) for candidate in candidates for tag in candidate.skills}
    usual = _rank(candidates, known, needs, costs, target)
    if streak <= -RUN and usual:
        ceiling = min(usual[0].candidate.grade, last_grade if last_grade is not None else 9.0)
        eased = _easier(candidates, ceiling + STEP_DOWN_GRADES * streak)
        usual = _rank(eased, known, needs, costs, min(0.95, target - EASIER * streak))
    elif streak >= RUN and usual:
        bold = max(BOLDEST, target - HARDER * streak)
        bolder = _harder(candidates, known, last_grade or 0.0, usual[0].candidate.grade)
        usual = _rank(bolder, known, needs, costs, bold)
    chosen = _spread(usual, count)
    return [replace(choice, reason=_reason(choice, known, now, streak, lately or {})) for choice in chosen]


def need(known: Knowledge, tag: str, now: datetime) -> float:
    """How much this skill wants practice, from 0. Locked skills: 0. `known` as of now."""
    if tag in PLAIN or first_grade(tag) > known.working_grade + UNLOCKED_ABOVE:
        return 0.0
    weakness = max(0.0, COMFORT - probability(known.of(tag), known.working_grade))
    if tag not in known.skills:
        return NEW_NEED
    return weakness + (DUE_NEED if is_due(known, tag, now) else 0.0)


def is_due(known: Knowledge, tag: str, now: datetime) -> bool:
    """Due today counts from the morning on: a lesson is once a day, not at a minute."""
    skill = known.skills.get(tag)
    return bool(skill and skill.due_at and _day(skill.due_at, now) <= now.date())


def streak_of(grades: Sequence[float | None]) -> int:
    """From overall grades, newest first: +n takes in a row went well, -n badly. An ungraded take says nothing."""
    marks = [mark for mark in grades if mark is not None]
    well = len(list(takewhile(lambda mark: mark >= SUCCESS_FROM, marks)))
    badly = len(list(takewhile(lambda mark: mark < FAILURE_BELOW, marks)))
    return well or -badly


def _costs(candidates: Sequence[Candidate], recent: Sequence[Hashable], drills_lately: int) -> dict[Hashable, float]:
    """What speaks against each piece, whatever it teaches: it was just played, or it is one drill more."""
    repeated = dict(reversed(list(zip(recent, REPEAT_COSTS, strict=False))))  # played twice: the later time counts
    drill = DRILL_COST * (1 + drills_lately)
    return {piece.key: repeated.get(piece.key, 0.0) + drill * piece.drill for piece in candidates}


def _rank(
    candidates: Collection[Candidate],
    known: Knowledge,
    needs: Mapping[str, float],
    costs: Mapping[Hashable, float],
    target: float,
) -> list[Choice]:
    choices = [_weighed(candidate, known, needs, costs[candidate.key], target) for candidate in candidates]
    return sorted(choices, key=lambda choice: -choice.score)


def _weighed(candidate: Candidate, known: Knowledge, needs: Mapping[str, float], cost: float, target: float) -> Choice:
    expected = predict(known, candidate.skills, candidate.grade)
    served = {tag: needs[tag] * min(1.0, notes / ENOUGH_NOTES) for tag, notes in candidate.skills.items()}
    aimed_at = max((tag for tag in served if served[tag]), key=lambda tag: (served[tag], tag), default="")
    # Just played, it gives way once: the teacher asked for the piece, not for it five times on end.
    waits = expected < OUT_OF_REACH or cost >= REPEAT_COSTS[0]
    bonus = ASSIGNED_BONUS if candidate.assigned and not waits else 0.0
    cost += MISS_COST * abs(expected - target) + LOCKED_COST * _locked(candidate, known)
    return Choice(candidate, aimed_at, round(expected, 3), "", served.get(aimed_at, 0.0) + bonus - cost)


def _locked(candidate: Candidate, known: Knowledge) -> float:
    """The share of its skill events that are for a later grade."""
    limit = known.working_grade + UNLOCKED_ABOVE
    later = sum(notes for tag, notes in candidate.skills.items() if first_grade(tag) > limit)
    return later / (sum(candidate.skills.values()) or 1)


def _easier(candidates: Sequence[Candidate], ceiling: float) -> Sequence[Candidate]:
    """Those at or under a grade; the very easiest, if there is none so easy."""
    floor = min(candidate.grade for candidate in candidates)
    return [candidate for candidate in candidates if candidate.grade <= max(floor, ceiling)]


def _harder(
    candidates: Sequence[Candidate], known: Knowledge, last_grade: float, usual_grade: float
) -> Sequence[Candidate]:
    """Those no easier than the last and within a step of it, or of the usual choice, that can still go well; all of
    them, if there is none."""
    highest = max(last_grade, usual_grade) + STEP_UP_GRADES
    within_reach = [
        piece
        for piece in candidates
        if last_grade <= piece.grade <= highest and predict(known, piece.skills, piece.grade) >= BOLDEST
    ]
    return within_reach or candidates


def _spread(ranked: list[Choice], count: int) -> list[Choice]:
    """The best first, then the best for something else."""
    left, chosen = list(ranked), list[Choice]()
    while left and len(chosen) < count:
        aims = [choice.aimed_at for choice in chosen]
        best = max(left, key=lambda choice: choice.score - SAME_AIM_COST * aims.count(choice.aimed_at))
        chosen.append(best)
        left.remove(best)
    return chosen


def _reason(choice: Choice, known: Knowledge, now: datetime, streak: int, lately: Mapping[str, tuple[int, int]]) -> str:
    sentences = [choice.candidate.assigned] if choice.candidate.assigned else []
    if streak <= -RUN:
        sentences.append(f"A step down: the last {-streak} takes went under {FAILURE_BELOW:.0f}.")
    elif streak >= RUN:
        sentences.append(f"A step up: the last {streak} takes went over {SUCCESS_FROM:.0f}.")
    if choice.aimed_at:
        sentences.append(_about(choice, known, now, lately))
    else:
        sentences.append(f"Grade {choice.candidate.grade:.1f}; about {round(choice.expected * 10)} notes in ten.")
    return " ".join(sentences)


def _about(choice: Choice, known: Knowledge, now: datetime, lately: Mapping[str, tuple[int, int]]) -> str:
    """ "Dotted quarters: 4 of 9 right this week; due today.", or "New here: third up, with one sharp."."""
    tag = choice.aimed_at
    skill = known.skills.get(tag)
    if skill is None:
        return f"New here: {describe(tag)}{_in_key(choice)}."
    right, heard = lately.get(tag, (0, 0))
    facts = f"{right} of {heard} right this week" if heard else f"{skill.right} of {skill.heard} right so far"
    label = describe(tag)
    return f"{label[:1].upper()}{label[1:]}: {facts}{_due(skill.due_at, now)}."


def _in_key(choice: Choice) -> str:
    keys = [tag for tag in choice.candidate.skills if tag.startswith("key:") and tag not in PLAIN]
    return f", with {describe(keys[0])}" if len(keys) == 1 and not choice.aimed_at.startswith("key:") else ""


def _due(due_at: datetime | None, now: datetime) -> str:
    if due_at is None or _day(due_at, now) > now.date():
        return ""
    due_on = _day(due_at, now)
    return "; due today" if due_on == now.date() else f"; due since {due_on.day} {due_on:%B}"


def _day(moment: datetime, now: datetime) -> date:
    """The day in the asker's time zone: `now` carries it."""
    return moment.astimezone(now.tzinfo).date()
