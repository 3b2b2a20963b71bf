"""What takes come to. Plain values in, a mark out: nothing here asks a database.

Conventions: grades and penalties are points of 100, `at` is when the school received a take. A take counts if it came
after the work was opened and before it was closed; of a limited number of tries, the first ones.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any


class State(StrEnum):
    """How a student stands with a piece of work."""

    NOT_OPEN = "not open"
    OPEN = "open"
    BEGUN = "begun"
    DONE = "done"
    GOAL_REACHED = "goal reached"
    LATE = "late"  # all of it was played, some of it after it was due
    NOT_HEARD = "not heard"  # something of it was sent, could not be heard, and was not played again since
    MISSING = "missing"  # it is over, and not all of it was played


FINISHED = (State.DONE, State.GOAL_REACHED, State.LATE)


@dataclass(frozen=True, slots=True)
class Rules:
    """What counts of an assignment. `playable`: it can be played at present, and was not taken back by its author."""

    opens_at: datetime
    due_at: datetime | None = None
    tries: int | None = None
    last: bool = False  # else the best
    late: str = "accept"
    penalty: float = 0.0
    goal: float | None = None
    playable: bool = True


@dataclass(frozen=True, slots=True)
class Played:
    """One take of one exercise. `overall` is None while it waits for its grade, and where nothing could be heard."""

    id: Any
    exercise: int
    at: datetime
    overall: float | None
    waiting: bool = False

    @property
    def uses_a_try(self) -> bool:
        """What the ear could not judge costs nothing."""
        return not self.not_heard

    @property
    def not_heard(self) -> bool:
        return self.overall is None and not self.waiting


@dataclass(frozen=True, slots=True)
class Piece:
    """How one exercise of an assignment went: the take that counts, and its points after any penalty. `not_heard`: the
    newest take of which nothing could be heard, where there is none that could."""

    exercise: int
    overall: float | None = None
    take: Any = None
    late: bool = False
    penalty: float = 0.0
    tries_used: int = 0
    waiting: int = 0
    not_heard: Any = None

    @property
    def done(self) -> bool:
        return self.overall is not None


@dataclass(frozen=True, slots=True)
class Mark:
    """What an assignment has come to for one student.

    `overall` is the mean over all its exercises, one that was not played being 0; None before anything was graded, and
    where one was sent and not heard: then nobody knows. `take_ids` are the takes that count; `tries_used`
    those handed in, of all exercises; `not_heard` how many exercises were sent in vain; `penalty` the most points that
    were taken off one of them."""

    state: State
    overall: float | None = None
    tries_used: int = 0
    late: bool = False
    take_ids: tuple[Any, ...] = ()
    done: int = 0
    of: int = 0
    waiting: int = 0
    not_heard: int = 0
    penalty: float = 0.0
    goal_reached: bool = False
    pieces: Mapping[int, Piece] = field(default_factory=dict)

    @property
    def not_heard_ids(self) -> tuple[Any, ...]:
        return tuple(piece.not_heard for piece in self.pieces.values() if piece.not_heard is not None)

    @property
    def finished(self) -> bool:
        return self.state in FINISHED


def mark(rules: Rules, exercises: Sequence[int], takes: Iterable[Played], now: datetime) -> Mark:
    """The mark of one student. `takes` in any order, of whatever exercises."""
    by_exercise: defaultdict[int, list[Played]] = defaultdict(list)
    for take in sorted(takes, key=lambda one: (one.at, str(one.id))):
        if is_in_time(rules, take.at):
            by_exercise[take.exercise].append(take)
    pieces = {exercise: _piece(rules, exercise, by_exercise[exercise]) for exercise in exercises}
    return _sum(rules, pieces, now)


def is_in_time(rules: Rules, at: datetime) -> bool:
    """A take that comes now may count: not before it opens, and not late where late work is refused."""
    return rules.opens_at <= at and not (rules.late == "refuse" and _is_late(rules, at))


def _is_late(rules: Rules, at: datetime) -> bool:
    """In the last second is in time."""
    return rules.due_at is not None and at > rules.due_at


def _piece(rules: Rules, exercise: int, takes: Sequence[Played]) -> Piece:
    used = [take for take in takes if take.uses_a_try][: rules.tries]
    heard = [take for take in used if take.overall is not None]
    piece = Piece(exercise, tries_used=len(used), waiting=sum(take.waiting for take in used))
    if not used:
        return replace(piece, not_heard=next((take.id for take in reversed(takes)), None))
    if not heard:
        return piece
    # Of equal takes the earlier one: it may have been in time.
    chosen = heard[-1] if rules.last else max(heard, key=lambda take: _points(rules, take))
    late = _is_late(rules, chosen.at)
    penalty = _penalty(rules) if late else 0.0
    return replace(piece, overall=_points(rules, chosen), take=chosen.id, late=late, penalty=penalty)


def _points(rules: Rules, take: Played) -> float:
    assert take.overall is not None
    return max(0.0, take.overall - (_penalty(rules) if _is_late(rules, take.at) else 0.0))


def _penalty(rules: Rules) -> float:
    return rules.penalty if rules.late == "penalty" else 0.0


def _sum(rules: Rules, pieces: Mapping[int, Piece], now: datetime) -> Mark:
    done = [piece for piece in pieces.values() if piece.done]
    points = sum(piece.overall or 0.0 for piece in done)
    overall = round(points / len(pieces), 1) if done else None
    # What could not be heard can only add to it.
    goal_reached = rules.goal is not None and overall is not None and overall >= rules.goal
    waiting = sum(piece.waiting > 0 and not piece.done for piece in pieces.values())
    not_heard = sum(piece.not_heard is not None for piece in pieces.values())
    late = any(piece.late for piece in done)
    return Mark(
        state=State.NOT_HEARD if not_heard else _state(rules, len(pieces), len(done), waiting, late, goal_reached, now),
        overall=None if not_heard else overall,
        tries_used=sum(piece.tries_used for piece in pieces.values()),
        late=late,
        take_ids=tuple(piece.take for piece in done),
        done=len(done),
        of=len(pieces),
        waiting=waiting,
        not_heard=not_heard,
        penalty=max((piece.penalty for piece in done), default=0.0),
        goal_reached=goal_reached,
        pieces=pieces,
    )


def _state(rules: Rules, of: int, done: int, waiting: int, late: bool, goal_reached: bool, now: datetime) -> State:
    if now < rules.opens_at:
        return State.NOT_OPEN
    if of and done == of:
        return State.LATE if late else State.GOAL_REACHED if goal_reached else State.DONE
    if _is_late(rules, now) and rules.playable and done + waiting < max(of, 1):
        return State.MISSING
    return State.BEGUN if done or waiting else State.OPEN
