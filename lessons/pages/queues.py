"""A teacher's round: takes to go through one after the other, in the order of the page that they come from.

`/takes/<id>/?queue=<id>,<id>,…` is a take on such a round; `on_round(address, takes)` makes that of the take's address.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse

from lessons.models import Submission

# An address of more than four thousand letters is refused on the way.
LONGEST_ROUND = 60


@dataclass(frozen=True, slots=True)
class Round:
    """Where a take stands on it: the `place`th of `of`."""

    place: int
    of: int
    before: str
    after: str


def round_query(takes: Iterable[object]) -> str:
    """`queue=…` for the address of a take; the same round whichever of them is opened."""
    return "queue=" + ",".join(str(take) for take in list(takes)[:LONGEST_ROUND])


def on_round(address: str, takes: Iterable[object]) -> str:
    """The address of a take, or of a place in it, with the round that it is on; as it is where there is no other."""
    stops = list(dict.fromkeys(take for take in takes if take))
    if len(stops) < 2:
        return address
    path, mark, place = address.partition("#")
    return f"{path}?{round_query(stops)}{mark}{place}"


def round_of(request: HttpRequest, take: Submission) -> Round | None:
    """None without a round, and for whoever may not hear what is on it."""
    asked = _asked(request.GET.get("queue", ""))
    if take.pk not in asked:
        return None
    taught = Submission.objects.taught_by(request.user).filter(pk__in=asked)
    heard_by = set(taught.values_list("pk", flat=True))
    stops = [pk for pk in asked if pk in heard_by]
    if take.pk not in stops or len(stops) < 2:
        return None
    at = stops.index(take.pk)
    query = round_query(stops)
    links = [f"{reverse('take', args=[pk])}?{query}" for pk in stops]
    return Round(at + 1, len(stops), links[at - 1] if at else "", links[at + 1] if at + 1 < len(stops) else "")


def _asked(text: str) -> list[UUID]:
    """Each once, in order; what is no id is passed over."""
    found: dict[UUID, None] = {}
    for word in text.split(",")[:LONGEST_ROUND]:
        try:
            found[UUID(word)] = None
        except ValueError:
            continue
    return list(found)
