"""What to play next: of all that is on the shelf, what this student needs, at a difficulty they learn from.

Weak, due and new skills first; four notes in five right; not the same piece again and again. A run of failures steps
down at once, a run of successes up. Every choice says what it was aimed at, and why (`reasons`).
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import takewhile

from tutor.composing.reasons import (
    SHAKY_BELOW,
    SHAKY_UNDER_USUAL,
    counted,
    is_due,
    is_shaky,
    reason,
    share_of_intervals,
)
from tutor.learner.ability import forget, predict, probability
from tutor.learner.knowledge import TARGET, Knowledge
from tutor.learner.syllabus import first_grade

PLAN_LENGTH = 5
UNLOCKED_ABOVE = 1.0  # grades over the working grade: generous, since choosing skills matters more than estimating them

# What a score has when nothing is asked of it: no aim for anybody.
PLAIN = frozenset({"key:0", "metre:4/4"})

# Need: how much a skill wants practice. In shares of notes right, so that the parts add up.
COMFORT = 0.82  # at the student's own grade all skills are near the target: only those that lag behind it are weak
DUE_NEED = 0.25
NEW_NEED = 0.06  # of a skill not met yet: after what is weak or due, before what goes well
ENOUGH_NOTES = 6  # of a skill in a piece, to practise it

# The score of a piece: need, less what speaks against it.
MISS_COST, FAIL_COST = 2.5, 4.0  # a share of notes over the target, and under it: too hard is worse than too easy
LOCKED_COST = 0.5  # a piece wholly of skills still locked
LEAP_COST = 0.5  # a grade away from the last piece, beyond a step
STEP_GRADES = 0.6
DRILL_COST = 0.1  # music first, unless a drill serves clearly better; again for each drill just played
DRILL_AFTER_DRILL_COST = 0.5
FAR_KEY_COST = 0.05  # a sharp or flat beyond two from the piece before
REPEAT_COSTS = (0.6, 0.5, 0.4, 0.35, 0.3, 0.25, 0.2, 0.15, 0.1, 0.05)  # played last, before that, …
MASTERED_COSTS = (1.2, 1.0, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2)  # the same, where it went well
SAME_AIM_COST = 0.2  # a plan of five pieces is not for one skill
ASSIGNED_BONUS = 3.0  # before all else, unless it is out of reach
OUT_OF_REACH = 0.45  # expected share right under which even an assigned piece waits

RUN = 2  # takes in a row that make a run
FAILURE_BELOW, SUCCESS_FROM = 65.0, 85.0  # overall grade of a take
STEP_DOWN_GRADES = 0.3  # a failure in the run
STEP_UP_GRADES, LEAP_UP_GRADES = 0.5, 1.0  # at most, in one go
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
class Played:
    """A take of a piece: `grade` is its difficulty at the tempo taken, `overall` the grade it got (None: ungraded)."""

    key: Hashable
    grade: float
    overall: float | None = None
    skills: Mapping[str, int] = field(default_factory=dict)
    drill: bool = False

    @property
    def went_well(self) -> bool:
        """Well enough to go on from."""
        return self.overall is not None and self.overall >= SUCCESS_FROM


@dataclass(frozen=True, slots=True)
class Choice:
    """`expected` is the predicted share of skill events right; `reason` one to three sentences made of facts."""

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
    recent: Sequence[Played] = (),
    lately: Mapping[str, tuple[int, int]] | None = None,
    count: int = PLAN_LENGTH,
) -> list[Choice]:
    """The `count` best pieces, the one to play next first. `recent`: the last takes, newest first. `lately`: (right,
    heard) by skill over the last week. The piece just played is never next, nor in the plan if it went well, while
    there is another.
    """
    known, lately = forget(known, now), lately or {}
    last, streak = next(iter(recent), None), streak_of([take.overall for take in recent])
    shelf = _without_the_last(candidates, last)
    needs = needs_of(known, {tag for piece in shelf for tag in piece.skills}, now, lately)
    costs = _costs(shelf, recent)
    ranked = _rank(shelf, known, needs, costs, _target(target, streak))
    first = [choice for choice in ranked if last is None or choice.candidate.key != last.key] or ranked
    if last and last.drill:
        first = [choice for choice in first if not choice.candidate.drill and choice.expected >= OUT_OF_REACH] or first
    if last and first and streak <= -RUN:
        usual = _spread(_rank(shelf, known, needs, costs, target), 1, last)[0]
        ceiling = min(usual.candidate.grade, last.grade) + STEP_DOWN_GRADES * streak
        first, ranked = _easier(first, ceiling, 1), _easier(ranked, ceiling, count, keep_assigned=True)
    elif last and first and streak >= RUN and not _is_next(first[0]):
        first = _harder(first, last.grade) or first
    chosen = _spread(first, 1, last)
    chosen = _spread(ranked, count, last, chosen)
    sentences = [reason(choice, known, now, last.grade if last else None, _run(streak), lately) for choice in chosen]
    return [replace(choice, reason=sentence) for choice, sentence in zip(chosen, sentences, strict=True)]


def needs_of(
    known: Knowledge, tags: Iterable[str], now: datetime, lately: Mapping[str, tuple[int, int]] | None = None
) -> dict[str, float]:
    """How much each of these skills wants practice, from 0. `known` as of now; `lately` as in `choose`."""
    lately = lately or {}
    shaky_interval = min(SHAKY_BELOW, share_of_intervals(known, lately) - SHAKY_UNDER_USUAL)
    return {
        tag: _need(known, tag, now, lately, shaky_interval if tag.startswith("interval:") else SHAKY_BELOW)
        for tag in tags
    }


def _need(
    known: Knowledge, tag: str, now: datetime, lately: Mapping[str, tuple[int, int]], shaky_below: float
) -> float:
    """Locked skills: 0, and those that go well and aren't due."""
    if tag in PLAIN or first_grade(tag) > known.working_grade + UNLOCKED_ABOVE:
        return 0.0
    skill = known.skills.get(tag)
    if skill is None:
        return NEW_NEED
    shaky = is_shaky(*counted(skill, tag, lately), shaky_below)
    weakness = max(0.0, COMFORT - probability(skill, known.working_grade)) if shaky else 0.0
    return weakness + (DUE_NEED if is_due(skill, now) else 0.0)


def streak_of(grades: Sequence[float | None]) -> int:
    """From overall grades, newest first: +n takes in a row went well, -n badly. An ungraded take says nothing."""
    marks = [mark for mark in grades if mark is not None]
    well = len(list(takewhile(lambda mark: mark >= SUCCESS_FROM, marks)))
    badly = len(list(takewhile(lambda mark: mark < FAILURE_BELOW, marks)))
    return well or -badly


def _run(streak: int) -> str:
    """What a run is called in a reason; "" for none."""
    if streak >= RUN:
        return f"the last {streak} takes went over {SUCCESS_FROM:.0f}"
    return f"the last {-streak} takes went under {FAILURE_BELOW:.0f}" if streak <= -RUN else ""


def _target(target: float, streak: int) -> float:
    if streak >= RUN:
        return max(BOLDEST, target - HARDER * streak)
    return min(0.95, target - EASIER * streak) if streak <= -RUN else target


def _without_the_last(candidates: Sequence[Candidate], last: Played | None) -> Sequence[Candidate]:
    """What went well just now is done for today's plan."""
    if last is None or not last.went_well:
        return candidates
    return [piece for piece in candidates if piece.key != last.key] or candidates


def _costs(candidates: Sequence[Candidate], recent: Sequence[Played]) -> dict[Hashable, float]:
    """What speaks against each piece, whatever it teaches: it was played lately, it is one drill more, or it lies far
    from what was just played."""
    repeated: dict[Hashable, float] = {}
    for place, take in enumerate(recent):
        costs = MASTERED_COSTS if take.went_well else REPEAT_COSTS
        if place < len(costs):
            repeated[take.key] = max(repeated.get(take.key, 0.0), costs[place])
    drill = DRILL_COST * (1 + sum(take.drill for take in recent[:3]))
    here = recent[0].grade if recent else None
    return {
        piece.key: repeated.get(piece.key, 0.0)
        + drill * piece.drill
        + (0.0 if here is None else LEAP_COST * max(0.0, abs(piece.grade - here) - STEP_GRADES))
        for piece in candidates
    }


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
    bonus = ASSIGNED_BONUS if candidate.assigned and expected >= OUT_OF_REACH else 0.0
    cost += max(MISS_COST * (expected - target), FAIL_COST * (target - expected))
    cost += LOCKED_COST * _locked(candidate, known)
    return Choice(candidate, aimed_at, round(expected, 3), "", served.get(aimed_at, 0.0) + bonus - cost)


def _locked(candidate: Candidate, known: Knowledge) -> float:
    """The share of its skill events that are for a later grade."""
    limit = known.working_grade + UNLOCKED_ABOVE
    later = sum(notes for tag, notes in candidate.skills.items() if first_grade(tag) > limit)
    return later / (sum(candidate.skills.values()) or 1)


def _is_next(choice: Choice) -> bool:
    """The teacher's word goes before any step."""
    return bool(choice.candidate.assigned) and choice.expected >= OUT_OF_REACH


def _easier(ranked: Sequence[Choice], ceiling: float, at_least: int, *, keep_assigned: bool = False) -> list[Choice]:
    """Those at or under a grade; the very easiest, if there are too few so easy."""
    grades = sorted(choice.candidate.grade for choice in ranked)
    ceiling = max(ceiling, grades[min(at_least, len(grades)) - 1])
    return [
        choice
        for choice in ranked
        if choice.candidate.grade <= ceiling or (keep_assigned and choice.candidate.assigned)
    ]


def _harder(ranked: Sequence[Choice], last_grade: float) -> list[Choice]:
    """Those no easier than the last that can still go well: within a step of it, or a leap of it towards the usual
    choice, for whoever has played far below themselves."""
    highest = max(last_grade + STEP_UP_GRADES, min(ranked[0].candidate.grade, last_grade + LEAP_UP_GRADES))
    return [
        choice for choice in ranked if last_grade <= choice.candidate.grade <= highest and choice.expected >= BOLDEST
    ]


def _spread(ranked: Sequence[Choice], count: int, last: Played | None, begun: Sequence[Choice] = ()) -> list[Choice]:
    """The best first, then the best for something else: another skill, not drill upon drill, in a key not far off."""
    chosen = list(begun)
    left = [choice for choice in ranked if choice not in chosen]
    while left and len(chosen) < count:
        before = chosen[-1].candidate if chosen else last
        aims = [choice.aimed_at for choice in chosen]
        best = max(
            left,
            key=lambda choice: choice.score - SAME_AIM_COST * aims.count(choice.aimed_at) - _jolt(choice, before),
        )
        chosen.append(best)
        left.remove(best)
    return chosen


def _jolt(choice: Choice, before: Candidate | Played | None) -> float:
    """How badly a piece follows another."""
    if before is None:
        return 0.0
    far = abs(_fifths(choice.candidate.skills) - _fifths(before.skills)) - 2
    return FAR_KEY_COST * max(0, far) + DRILL_AFTER_DRILL_COST * (choice.candidate.drill and before.drill)


def _fifths(skills: Mapping[str, int]) -> int:
    """The key signature of most of its notes."""
    keys = {tag: notes for tag, notes in skills.items() if tag.startswith("key:")}
    return int(max(keys, key=lambda tag: keys[tag], default="key:0").partition(":")[2])
