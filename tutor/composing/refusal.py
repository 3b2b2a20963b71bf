"""The one refusal of all composers: an order that can't be met, and what to relax."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property

from tutor.saying import sentence_in


class CannotCompose(ValueError):
    """An order that can't be met; the message is one plain sentence that says why and what would help.

    `relax` says the same in short, one change a string: "fewer triplets", "a range of a sixth or more".
    """

    def __init__(self, sentence: str, relax: Sequence[str] = ()) -> None:
        super().__init__(sentence)
        self._relax = tuple(relax)

    @property
    def relax(self) -> tuple[str, ...]:
        """One change a string, any of which would help."""
        return self._relax


class UnexplainedRefusal(CannotCompose):
    """A refusal whose reasons are sought when somebody reads them: that can take a hundred tries at composing, and a
    composer that tries again another way needs none of them."""

    def __init__(self, explain: Callable[[], CannotCompose]) -> None:
        super().__init__("")
        self._explain = explain

    @cached_property
    def _explained(self) -> CannotCompose:
        return self._explain()

    def __str__(self) -> str:
        return sentence_in(self._explained)  # a phrase still: `str` of it would only be its English

    @property
    def relax(self) -> tuple[str, ...]:
        return self._explained.relax
