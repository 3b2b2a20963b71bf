"""Two students of one class who have one name: a list says their usernames too."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from lessons.models import User


def told_apart(people: Iterable[User]) -> list[User]:
    found = list(people)
    shared = Counter(one.get_full_name() for one in found)
    for one in found:
        if one.get_full_name() and shared[one.get_full_name()] > 1:
            one.apart = f" ({one.username})"
    return found
