"""When a skill is due again: the spaced-repetition scheduler (fsrs) asked about skills instead of flashcards."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from typing import Any

from fsrs import Card, Rating, Scheduler

# A whole take of a skill is one review. Students play at about 80 % right, so that is "good", not "hard".
AGAIN_BELOW = 0.5
HARD_BELOW = 0.75
EASY_NOTES = 8  # All right, and often enough that it was not luck.
LONGEST_DAYS = 90  # Hands forget what a term did not ask for.


def reviewed(
    memory: Mapping[str, Any], share_right: float, heard: int, now: datetime
) -> tuple[datetime, dict[str, Any]]:
    """After a meeting with a skill: when it is due again, and the scheduler's card to keep (JSON)."""
    now = now.astimezone(UTC)
    card = Card.from_dict(dict(memory)) if memory else Card(card_id=0, due=now)
    card, _log = _scheduler().review_card(card, _rating(share_right, heard), now)
    return card.due, dict(card.to_dict())


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
