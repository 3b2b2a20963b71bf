"""What teacher and student asked for, beside what the student needs."""

from __future__ import annotations

from dataclasses import dataclass

TOO_EASY, TOO_HARD = "too easy", "too hard"


@dataclass(frozen=True, slots=True)
class Wishes:
    """The teacher's: `floor` and `ceiling` (grades; what is assigned stands beyond them too) and `focus` (skill tags).
    Either's: `style` ("song", "dance", "hymn"; empty: any). The student's: `kind` of exercise and `bars` (None: any),
    `said` of the last piece (`TOO_EASY`, `TOO_HARD`, or nothing), and `surprise`: any of what serves about as well as
    the best, drawn by `seed`."""

    floor: float | None = None
    ceiling: float | None = None
    focus: tuple[str, ...] = ()
    style: str = ""
    kind: str = ""
    bars: int | None = None
    said: str = ""
    surprise: bool = False
    seed: int = 0

    def allows(self, grade: float) -> bool:
        return grade >= (self.floor or 0.0) and (self.ceiling is None or grade <= self.ceiling)

    def clamp(self, grade: float) -> float:
        return min(max(grade, self.floor or 0.0), self.ceiling if self.ceiling is not None else grade)


NO_WISHES = Wishes()
