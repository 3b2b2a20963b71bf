"""What is believed of one student's abilities: one Gaussian over all of them, small enough for a row of a table.

Ability 0 (`GENERAL`) is the student's own, what all their skills share; a skill is that plus the skill's. So a skill
not met yet is guessed from all that were, and joins when it is first heard.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property

import numpy as np

from tutor.learner.filtering import Floats, age, update_many
from tutor.learner.parameters import Parameters

GENERAL = ""
DAY_S = 86_400
# Magic and format, version of the parameters, abilities, bytes of names, seconds since 1970 (NaN: no take yet).
HEADER = struct.Struct("<4sIHHd")
FORMAT = b"WSB1"


@dataclass(frozen=True, eq=False)
class Belief:
    """`skills`: GENERAL, then tags; `mean` float64[n] and `covariance` float64[n, n], in logits and as of `as_of`, the
    last take (None: none yet). `version` is that of the parameters it was learnt with: after a refit an older belief
    still serves, and is better learnt anew from the takes."""

    skills: tuple[str, ...]
    mean: Floats
    covariance: Floats
    as_of: datetime | None = None
    version: int = 0

    @classmethod
    def about_a_newcomer(cls, ability: float, parameters: Parameters) -> Belief:
        """Before anything was heard: the ability that somebody of their level has."""
        return cls((GENERAL,), np.array([ability]), np.array([[parameters.general_variance]]), None, parameters.version)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Belief):
            return NotImplemented
        same_arrays = np.array_equal(self.mean, other.mean) and np.array_equal(self.covariance, other.covariance)
        return (self.skills, self.as_of, self.version) == (other.skills, other.as_of, other.version) and same_arrays

    __hash__ = None  # type: ignore[assignment]

    @cached_property
    def place(self) -> Mapping[str, int]:
        return {tag: column for column, tag in enumerate(self.skills)}

    def marginal(self, tag: str) -> tuple[float, float]:
        """Mean and variance of one ability."""
        column = self.place[tag]
        return float(self.mean[column]), float(self.covariance[column, column])

    def joined(self, newcomers: Mapping[str, float], parameters: Parameters) -> Belief:
        """With skills not met yet, each that much (logits) over the general ability, or under it."""
        new = {tag: over for tag, over in newcomers.items() if tag not in self.place}
        if not new:
            return self
        old, count = len(self.skills), len(self.skills) + len(new)
        covariance = np.empty((count, count))
        covariance[:old, :old] = self.covariance
        covariance[old:, :old] = self.covariance[0]
        covariance[:old, old:] = self.covariance[:, :1]
        covariance[old:, old:] = self.covariance[0, 0]
        every = np.arange(old, count)
        covariance[every, every] += parameters.own_variance
        mean = np.concatenate([self.mean, self.mean[0] + np.array(list(new.values()))])
        return replace(self, skills=(*self.skills, *new), mean=mean, covariance=covariance)

    def aged(self, now: datetime, parameters: Parameters) -> Belief:
        """As of `now`: the longer ago the last take, the less sure."""
        if self.as_of is None or (days := self.days_until(now)) == 0:
            return self
        return replace(self, covariance=age(self.covariance, days, parameters), as_of=now)

    def updated(
        self,
        tags: Iterable[str],
        right: Floats,
        heard: Floats,
        difficulty: float,
        now: datetime,
        parameters: Parameters,
    ) -> Belief:
        """After a take at a difficulty in logits; all its skills have joined. Takes that come late are not undone."""
        columns = np.fromiter((self.place[tag] for tag in tags), np.intp)
        mean, covariance = update_many(
            self.mean, self.covariance, columns, right, heard, difficulty, self.days_until(now), parameters
        )
        as_of = now if self.as_of is None else max(self.as_of, now)
        return Belief(self.skills, mean, covariance, as_of, self.version)

    def days_until(self, now: datetime) -> float:
        return max(0.0, (now - self.as_of).total_seconds() / DAY_S) if self.as_of else 0.0

    def to_bytes(self) -> bytes:
        """float32, the triangle alone: 4 KB for 40 skills."""
        names = "\n".join(self.skills).encode()
        since = self.as_of.timestamp() if self.as_of else np.nan
        header = HEADER.pack(FORMAT, self.version, len(self.skills), len(names), since)
        triangle = self.covariance[np.tril_indices(len(self.skills))]
        return header + names + np.concatenate([self.mean, triangle]).astype("<f4").tobytes()

    @classmethod
    def from_bytes(cls, stored: bytes) -> Belief:
        """Raises ValueError for anything else than `to_bytes` wrote."""
        try:
            magic, version, count, length, since = HEADER.unpack_from(stored)
            names = stored[HEADER.size : HEADER.size + length].decode()
            numbers = np.frombuffer(stored, "<f4", offset=HEADER.size + length).astype(float)
            covariance = np.zeros((count, count))
            covariance[np.tril_indices(count)] = numbers[count:]
        except (struct.error, ValueError) as error:
            raise ValueError("this is no belief") from error
        skills = tuple(names.split("\n"))
        if magic != FORMAT or len(skills) != count:
            raise ValueError("this is no belief of a format known here")
        covariance += np.tril(covariance, -1).T
        as_of = None if np.isnan(since) else datetime.fromtimestamp(since, UTC)
        return cls(skills, numbers[:count], covariance, as_of, version)
