"""The one refusal of all composers: an order that can't be met, and what to relax."""

from __future__ import annotations

from collections.abc import Sequence


class CannotCompose(ValueError):
    """An order that can't be met; the message is one plain sentence that says why and what would help.

    `relax` says the same in short, one change a string: "fewer triplets", "a range of a sixth or more".
    """

    def __init__(self, sentence: str, relax: Sequence[str] = ()) -> None:
        super().__init__(sentence)
        self.relax = tuple(relax)
