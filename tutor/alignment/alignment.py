"""An **Alignment**: which heard note is which score note.

Every score note stands in exactly one match or is a deletion; every heard note stands in exactly one
match, is an insertion, or was abandoned (played, then played again after going back).
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Match:
    """A score note and the heard notes that are it: usually one, more where it was heard in pieces.

    `shares` is set where the heard note was still sounding from the score note before, at the same
    pitch: nothing was heard to be struck again, so `heard` is empty.
    """

    note: int
    heard: tuple[int, ...]
    shares: int | None = None


@dataclass(frozen=True, slots=True)
class Jump:
    """The player went from one score note to another that is not the next: back (a restart) or far ahead."""

    from_note: int
    to_note: int
    at_heard: int


@dataclass(frozen=True)
class Alignment:
    """Indices into the score's notes and into the heard notes."""

    matches: tuple[Match, ...]
    deletions: tuple[int, ...]
    insertions: tuple[int, ...]
    abandoned: tuple[int, ...] = ()
    jumps: tuple[Jump, ...] = ()
    cost: float = 0.0

    @property
    def restarts(self) -> tuple[Jump, ...]:
        """The jumps back."""
        return tuple(jump for jump in self.jumps if jump.to_note <= jump.from_note)
