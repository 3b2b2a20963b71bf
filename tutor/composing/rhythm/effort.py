"""How much reckoning an order may cost: past it, the answer is a refusal. Work is counted, not timed, so that the same
order has the same answer everywhere."""

from __future__ import annotations

from dataclasses import dataclass

# Bars times states of the counters, of which some hundred million are a second.
OF_A_DRAW, OF_A_REFUSAL, OF_A_CLOSURE = 5.5e7, 2e7, 5e6


@dataclass
class Effort:
    """What is left to spend."""

    left: float

    def affords(self, work: float) -> bool:
        """Spends it, if there is so much left."""
        if work > self.left:
            return False
        self.left -= work
        return True
