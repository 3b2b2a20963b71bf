"""How often teachers overrule the ear: of all verdicts that they ruled on, by what was said, by instrument, by cause.

Nobody rules on notes at random. Contested ones are those that a student doubted, corrections are made where a teacher
heard something wrong: the share overruled among them is far above the ear's error on all notes. The nearest to that is
the *checked* rate: over takes in which a teacher also confirmed at least one verdict that nobody contested, and so was
going through the notes rather than only mending some. It too is about the takes that teachers chose to open.

No student, take or recording is named in any of it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from math import sqrt
from typing import Any

from lessons.models import Assessment, Ruling
from lessons.rulings import KINDS, claims_of

# 95 % of intervals made like this hold the true share.
Z = 1.96


@dataclass(frozen=True, slots=True)
class Share:
    """`overturned` of `ruled`, and between which shares the truth lies (Wilson's interval)."""

    ruled: int = 0
    overturned: int = 0

    @property
    def rate(self) -> float | None:
        return self.overturned / self.ruled if self.ruled else None

    @property
    def interval(self) -> tuple[float, float]:
        return wilson(self.overturned, self.ruled)

    def __add__(self, other: Share) -> Share:
        return Share(self.ruled + other.ruled, self.overturned + other.overturned)


@dataclass(frozen=True, slots=True)
class Line:
    """One thing the machine says of notes: all rulings on it; those that answer a contest; those nobody asked for;
    and, of these, those in takes that were checked."""

    name: str
    ruled: Share = Share()
    contested: Share = Share()
    unasked: Share = Share()
    checked: Share = Share()


@dataclass(frozen=True, slots=True)
class Verdict:
    """One claim of the machine that a teacher's latest word is about."""

    kind: str
    overturned: bool
    instrument: str
    engine: str
    causes: tuple[str, ...]
    asked: bool
    assessment: int
    checked: bool = False


@dataclass(frozen=True, slots=True)
class Report:
    """`cross`: (kind, instrument) -> all rulings. `takes`: heard in the period; `takes_ruled`: with any ruling."""

    kinds: list[Line] = field(default_factory=list)
    instruments: list[Line] = field(default_factory=list)
    causes: list[Line] = field(default_factory=list)
    cross: Mapping[tuple[str, str], Share] = field(default_factory=dict)
    takes: int = 0
    takes_ruled: int = 0
    all: Line = field(default_factory=lambda: Line("all"))


def sum_up(verdicts: Iterable[Verdict], takes: int = 0) -> Report:
    """The figures of these. `takes`: how many the ear heard in the same time."""
    found = list(verdicts)
    by_kind, by_instrument, by_cause = defaultdict(list), defaultdict(list), defaultdict(list)
    cross: defaultdict[tuple[str, str], Share] = defaultdict(Share)
    for verdict in found:
        by_kind[verdict.kind].append(verdict)
        by_instrument[verdict.instrument].append(verdict)
        cross[verdict.kind, verdict.instrument] += _share([verdict])
        for cause in verdict.causes:
            by_cause[cause].append(verdict)
    return Report(
        kinds=[_line(kind, by_kind[kind]) for kind in KINDS if kind in by_kind],
        instruments=_lines(by_instrument),
        causes=_lines(by_cause),
        cross=dict(cross),
        takes=takes,
        takes_ruled=len({verdict.assessment for verdict in found}),
        all=_line("all", found),
    )


def takes_heard(since: datetime, until: datetime, engine: str = "", instrument: str = "") -> int:
    """How many the ear graded in this time."""
    takes = Assessment.objects.filter(counts=True, created_at__gte=since, created_at__lt=until)
    takes = takes.filter(engine=engine) if engine else takes
    return (takes.filter(submission__instrument=instrument) if instrument else takes).count()


def ruled_between(since: datetime, until: datetime) -> list[Verdict]:
    """What teachers' latest words in this time are about. One query, however many rulings."""
    rows = Ruling.objects.filter(created_at__gte=since, created_at__lt=until).order_by("created_at", "pk")
    latest: dict[tuple[int, str], dict[str, Any]] = {}
    asked: set[tuple[int, str]] = set()
    for row in rows.values("assessment", "note_id", "verdict", "cleared", "heard", "contest"):
        note = row["assessment"], row["note_id"]
        latest[note] = row
        if row["contest"]:
            asked.add(note)
    verdicts = [verdict for note, row in latest.items() for verdict in _claims(row, note in asked)]
    checked = {verdict.assessment for verdict in verdicts if not (verdict.asked or verdict.overturned)}
    return [replace(one, checked=one.assessment in checked and not one.asked) for one in verdicts]


def wilson(hits: int, of: int) -> tuple[float, float]:
    """The interval of a share that is as likely to hold the truth for few as for many (Wilson 1927)."""
    if not of:
        return 0.0, 1.0
    share, spread = hits / of, Z * Z / of
    middle = (share + spread / 2) / (1 + spread)
    half = Z * sqrt(share * (1 - share) / of + spread / (4 * of)) / (1 + spread)
    # The share itself always lies in it, however a computer rounds.
    return max(0.0, min(share, middle - half)), min(1.0, max(share, middle + half))


def engines(verdicts: Iterable[Verdict]) -> list[str]:
    return sorted({verdict.engine for verdict in verdicts})


def _claims(row: Mapping[str, Any], asked: bool) -> Iterator[Verdict]:
    heard = row["heard"]
    if not heard:
        return  # Of a note that the present score of the take no longer has.
    for kind, overturned in claims_of(heard, row["verdict"], row["cleared"]):
        yield Verdict(
            kind=kind,
            overturned=overturned,
            instrument=heard["instrument"],
            engine=heard["engine"],
            causes=tuple(heard["causes"]) if kind != "right" else (),
            asked=asked,
            assessment=row["assessment"],
        )


def _lines(groups: Mapping[str, list[Verdict]]) -> list[Line]:
    """Most ruled on first."""
    lines = [_line(name, verdicts) for name, verdicts in groups.items()]
    return sorted(lines, key=lambda line: (-line.ruled.ruled, line.name))


def _line(name: str, verdicts: list[Verdict]) -> Line:
    return Line(
        name=name,
        ruled=_share(verdicts),
        contested=_share([one for one in verdicts if one.asked]),
        unasked=_share([one for one in verdicts if not one.asked]),
        checked=_share([one for one in verdicts if one.checked]),
    )


def _share(verdicts: list[Verdict]) -> Share:
    return Share(len(verdicts), sum(one.overturned for one in verdicts))
