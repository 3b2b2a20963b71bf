"""When a skill is due again: the spaced-repetition scheduler (fsrs) asked about skills instead of flashcards.

A tally remembers what the scheduler has yet to be told, and tells it when somebody asks for a day: replaying a
thousand takes asks only for what came of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache, cached_property
from typing import Any

from fsrs import Card, Rating, Scheduler

# A whole take of a skill is one review. Students play at about 80 % right, so that is "good", not "hard".
AGAIN_BELOW = 0.5
HARD_BELOW = 0.75
EASY_NOTES = 8  # All right, and often enough that it was not luck.
LONGEST_DAYS = 90  # Hands forget what a term did not ask for.


@dataclass(frozen=True)
class Tally:
    """What was heard of a skill so far: `right` of `heard` notes, when last; and the scheduler's card of it, to which
    `reviews` (share right, notes, when) have still to be added."""

    right: int = 0
    heard: int = 0
    last_met_at: datetime | None = None
    stored_due_at: datetime | None = None
    stored_memory: Mapping[str, Any] = field(default_factory=dict)
    before: Tally | None = None

    def met(self, right: int, heard: int, now: datetime) -> Tally:
        return Tally(self.right + right, self.heard + heard, now, before=self)

    @property
    def due_at(self) -> datetime | None:
        return self.stored_due_at if self.before is None else self._card.due

    @property
    def memory(self) -> Mapping[str, Any]:
        return self.stored_memory if self.before is None else dict(self._card.to_dict())

    @cached_property
    def _card(self) -> Any:
        """The scheduler's card after this take. Takes wait in a chain, not in a recursion, however many they are."""
        waiting = [self]
        while (first := waiting[-1].before) is not None and first.before is not None and "_card" not in vars(first):
            waiting.append(first)
        if first is not None and "_card" in vars(first):
            card = first._card
        else:
            assert first is not None
            card = Card.from_dict(dict(first.stored_memory)) if first.stored_memory else None
        for tally in reversed(waiting):
            card = tally._reviewed(card)
        return card

    def _reviewed(self, card: Any) -> Any:
        assert self.before is not None
        assert self.last_met_at is not None
        heard = self.heard - self.before.heard
        now = self.last_met_at.astimezone(UTC)
        card = card or Card(card_id=0, due=now)
        return _scheduler().review_card(card, _rating((self.right - self.before.right) / heard, heard), now)[0]


@cache
def _scheduler() -> Any:
    """In days, never minutes: within a practice session the choice of pieces repeats things well enough.
    Without fuzz, so that learning the same takes again gives the same days."""
    return Scheduler(learning_steps=(), relearning_steps=(), maximum_interval=LONGEST_DAYS, enable_fuzzing=False)


def _rating(share_right: float, heard: int) -> Any:
    if share_right < AGAIN_BELOW:
        return Rating.Again
    if share_right < HARD_BELOW:
        return Rating.Hard
    return Rating.Easy if share_right == 1 and heard >= EASY_NOTES else Rating.Good
