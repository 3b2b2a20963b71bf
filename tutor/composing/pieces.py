"""What could be played: pieces on the shelf, drills, orders for melodies; and all of them at once as arrays."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from tutor.learner.filtering import Floats, chance
from tutor.learner.knowledge import GENERAL, Knowledge
from tutor.learner.syllabus import first_grade

SUCCESS_FROM = 85.0  # overall grade of a take that went well


@dataclass(frozen=True, slots=True)
class Aim:
    """A melody to be composed: full of one skill, at the grade where the target share should go right. `need`: how
    much that skill wants practice."""

    tag: str
    grade: float
    need: float = 0.0


@dataclass(frozen=True, slots=True)
class Candidate:
    """A piece that could be played: `skills` counts its notes by tag, `grade` is its difficulty. `assigned` says by
    whom and for when ("Assigned: First leaps, for 3 December."), or is empty. A `drill` is technique, not music.
    `kind`, `style` and `bars` are compared with what was wished, where they are known. With an `order` it has yet to
    be composed, and `skills` is a guess."""

    key: Hashable
    grade: float
    skills: Mapping[str, int] = field(default_factory=dict)
    assigned: str = ""
    drill: bool = False
    kind: str = ""
    style: str = ""
    bars: int | None = None
    order: Aim | None = None


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


@dataclass(frozen=True, slots=True, eq=False)
class CandidateMatrix:
    """c candidates and the k skills in them: `counts` [c, k] of notes, `grades` [c]; built once for a shelf. Tags run
    from the last of the alphabet to the first."""

    candidates: tuple[Candidate, ...]
    tags: tuple[str, ...]
    counts: Floats
    grades: Floats
    first_grades: Floats

    @classmethod
    def of(cls, candidates: Sequence[Candidate]) -> CandidateMatrix:
        tags = tuple(sorted({tag for one in candidates for tag in one.skills}, reverse=True))
        place = {tag: column for column, tag in enumerate(tags)}
        rows = [row for row, one in enumerate(candidates) for _ in one.skills]
        columns = [place[tag] for one in candidates for tag in one.skills]
        counts = np.zeros((len(candidates), len(tags)))
        counts[rows, columns] = [notes for one in candidates for notes in one.skills.values()]
        grades = np.array([one.grade for one in candidates], float)
        return cls(tuple(candidates), tags, counts, grades, np.array([_first_grade(tag) for tag in tags], float))

    def only(self, rows: NDArray[np.bool_]) -> CandidateMatrix:
        """Some of them [c]."""
        if rows.all():
            return self
        candidates = tuple(one for one, stays in zip(self.candidates, rows, strict=True) if stays)
        return CandidateMatrix(candidates, self.tags, self.counts[rows], self.grades[rows], self.first_grades)

    def expected(self, known: Knowledge) -> Floats:
        """The predicted share of skill events right [c]; by the grade alone where no skill is tagged."""
        numbers = known.parameters
        difficulty = numbers.logits_a_grade * (self.grades - numbers.middle_grade)
        mean, variance = known.marginals((*self.tags, GENERAL))
        chances = chance(mean, variance, difficulty[:, None], numbers)
        events = self.counts.sum(axis=1)
        right = (self.counts * chances[:, :-1]).sum(axis=1)
        return np.where(events > 0, right / np.maximum(events, 1), chances[:, -1])

    def locked(self, limit: float) -> Floats:
        """The share of each one's skill events [c] that are for a later grade."""
        later: Floats = (self.counts @ (self.first_grades > limit)) / np.maximum(self.counts.sum(axis=1), 1)
        return later

    def flags(self, name: str) -> NDArray[np.bool_]:
        """Of each, whether it has this [c]: "assigned", "drill"."""
        return np.array([bool(getattr(one, name)) for one in self.candidates], bool)

    def fifths(self) -> Floats:
        """The key signature of most notes, of each [c]."""
        return np.array([fifths_of(one.skills) for one in self.candidates], float)


def fifths_of(skills: Mapping[str, int]) -> int:
    """The key signature of most of its notes; 0 where none is known."""
    keys = {tag: notes for tag, notes in skills.items() if tag.startswith("key:")}
    return int(max(keys, key=lambda tag: keys[tag], default="key:0").partition(":")[2])


_first_grade = lru_cache(maxsize=1024)(first_grade)
