"""What marks come to. Plain values in, marks out: nothing here asks a database.

A take's grade has five parts. A class may weigh them in its own way; without a word the overall of each take counts, as
its rubric weighs it. A part without evidence passes its weight on to the others. The mark of an assignment is the mean
over its exercises; the course mark is the weighted mean over the assignments that count:

- finished: its mark counts;
- over, and not all of it played: what is missing is zero, or left out, as the class says;
- still open: what there is so far is shown, and does not count yet;
- sent, and some of it not heard: as little, and it does not count until it is heard, or a teacher sets it;
- set by hand: that counts, whatever was played; excused: nothing does.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from lessons.assigning.marking import Mark, Piece, State
from lessons.hearing_brief import PARTS

__all__ = ["PARTS", "Cell", "Weighing", "cell_of", "course_mark", "weigh_parts", "with_override"]

ZERO, LEFT_OUT = "zero", "left_out"
SET, EXCUSED, UNDONE = "set", "excused", "undone"


@dataclass(frozen=True, slots=True)
class Weighing:
    """How a class adds up. No part weights: each take's own overall."""

    parts: Mapping[str, float]
    missing: str = ZERO


@dataclass(frozen=True, slots=True)
class Cell:
    """One student's mark for one assignment. `mark`: what is shown, after any override; `played`: what was played came
    to; `counts`: whether it goes into the course mark."""

    assignment: int
    student: int
    state: State
    mark: float | None
    played: float | None
    counts: bool
    late: bool = False
    take_ids: tuple[Any, ...] = ()
    done: int = 0
    of: int = 0
    goal_reached: bool = False
    not_heard_ids: tuple[Any, ...] = ()
    override: Any = None  # the MarkOverride that stands

    @property
    def missing(self) -> bool:
        """Over, and not all of it played; excused or set by hand it is nothing to run after any more."""
        return self.state == State.MISSING and self.override is None

    @property
    def not_heard(self) -> bool:
        """Something was sent that could not be heard, and nobody has decided what it comes to."""
        return self.state == State.NOT_HEARD and self.override is None

    @property
    def excused(self) -> bool:
        return self.override is not None and self.override.kind == EXCUSED

    @property
    def by_hand(self) -> bool:
        return self.override is not None and self.override.kind == SET

    @property
    def so_far(self) -> bool:
        """It is still open: the mark is no mark yet."""
        return self.state == State.BEGUN and self.override is None


def weigh_parts(parts: Mapping[str, float | None] | None, overall: float | None, weights: Mapping[str, float]) -> Any:
    """A take's points as the class weighs its parts; its overall where it weighs none that there is evidence of."""
    heard = {part: value for part in PARTS if (value := (parts or {}).get(part)) is not None and weights.get(part)}
    whole = sum(weights[part] for part in heard)
    if not whole:
        return overall
    return sum(weights[part] * value for part, value in heard.items()) / whole


def cell_of(
    assignment: int, student: int, mark: Mark, parts: Mapping[Any, Mapping[str, float | None]], weighing: Weighing
) -> Cell:
    """`parts`: take -> the parts of its grade."""
    points = [_points(piece, parts, weighing) for piece in mark.pieces.values() if piece.done]
    over = mark.state == State.MISSING
    if mark.finished or (over and weighing.missing == ZERO):
        played = sum(points) / max(len(mark.pieces), 1)
    else:
        played = sum(points) / len(points) if points else None
    return Cell(
        assignment=assignment,
        student=student,
        state=mark.state,
        mark=_rounded(played),
        played=_rounded(played),
        counts=played is not None and (mark.finished or over),
        late=mark.late,
        take_ids=mark.take_ids,
        done=mark.done,
        of=mark.of,
        goal_reached=mark.goal_reached,
        not_heard_ids=mark.not_heard_ids,
    )


def with_override(cell: Cell, override: Any) -> Cell:
    """The newest word of a teacher on it. One that was undone leaves it as it was played."""
    if override is None or override.kind == UNDONE:
        return cell
    if override.kind == EXCUSED:
        return replace(cell, mark=None, counts=False, override=override)
    return replace(cell, mark=override.overall, counts=True, override=override)


def course_mark(cells: Iterable[Cell | None], weights: Mapping[int, float]) -> float | None:
    """The weighted mean of those that count; None before anything does."""
    counted = [cell for cell in cells if cell and cell.counts and cell.mark is not None]
    whole = sum(weights[cell.assignment] for cell in counted)
    points = sum((cell.mark or 0.0) * weights[cell.assignment] for cell in counted)
    return _rounded(points / whole) if whole else None


def _points(piece: Piece, parts: Mapping[Any, Mapping[str, float | None]], weighing: Weighing) -> float:
    assert piece.overall is not None
    if not weighing.parts:
        return piece.overall
    weighed = weigh_parts(parts.get(piece.take), piece.overall + piece.penalty, weighing.parts)
    return float(max(0.0, weighed - piece.penalty))


def _rounded(points: float | None) -> float | None:
    return None if points is None else round(points, 1)
