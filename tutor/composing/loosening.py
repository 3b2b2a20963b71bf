"""What the composer decided by itself, given up where an order can't be had with it: an explicit wish wins over it."""

from __future__ import annotations

from dataclasses import replace

from tutor.composing.ordering import count_of
from tutor.composing.specifying import Specification, without_extras

EVERY_DEGREE = tuple(range(1, 8))


def loosened(spec: Specification, refused: int) -> Specification:
    """After so many refusals: without what nobody asked for; then with nothing that a grade keeps back, and rests
    anywhere; then with any note for a first and a last one."""
    spec = without_extras(spec)
    if refused < 2:
        return spec
    order = spec.order
    ordered = tuple(count for count in spec.rhythm_counts if count_of(order.counts, count.tag) is not None)
    spec = replace(spec, rhythm_counts=ordered, rests=True, modulates=bool(order.modulates))
    if refused < 3:
        return spec
    return replace(spec, start=order.start or EVERY_DEGREE, end=order.end or EVERY_DEGREE)
