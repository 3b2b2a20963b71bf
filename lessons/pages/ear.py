"""The office's report on the ear: how often teachers overrule it, and on what. Figures alone: nobody's name or take."""

from __future__ import annotations

import csv
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from lessons import disagreement
from lessons.disagreement import Line, Share, Verdict
from lessons.gradebook.export import guarded
from lessons.heard_words import KIND_WORDS
from lessons.pages import drawing
from lessons.rulings import KINDS
from lessons.words import said
from tutor.notation.instruments import INSTRUMENTS

A_YEAR = timedelta(days=365)
# So many figures make a share worth drawing conclusions from; below it is shown in grey.
ENOUGH = 20


@dataclass(frozen=True, slots=True)
class Asked:
    since: date
    until: date
    engine: str
    instrument: str

    def verdicts(self) -> list[Verdict]:
        return disagreement.ruled_between(_midnight(self.since), _midnight(self.until, 1))

    def takes(self) -> int:
        return disagreement.takes_heard(_midnight(self.since), _midnight(self.until, 1), self.engine, self.instrument)

    def covers(self, one: Verdict) -> bool:
        return self.engine in ("", one.engine) and self.instrument in ("", one.instrument)


@login_required
def ear(request: HttpRequest) -> HttpResponse:
    if not request.user.is_staff:
        raise Http404
    asked = _asked(request)
    every = asked.verdicts()
    covered = [one for one in every if asked.covers(one)]
    if request.GET.get("as") == "csv":
        return _csv(asked, covered)
    found = disagreement.sum_up(covered, asked.takes())
    columns = [line.name for line in found.instruments]
    context = {
        "asked": asked,
        "engines": disagreement.engines(every),
        "instruments": [(name, _instrument(name)) for name in sorted({one.instrument for one in every})],
        "found": found,
        "all": _drawn(found.all, _("All")),
        "kinds": [_drawn(line, str(KIND_WORDS[line.name])) for line in found.kinds],
        "by_instrument": [_drawn(line, _instrument(line.name)) for line in found.instruments],
        "causes": [_drawn(line, cause_in_words(line.name)) for line in found.causes],
        "columns": [_instrument(name) for name in columns],
        "cross": [
            (str(KIND_WORDS[kind]), [found.cross.get((kind, name)) for name in columns])
            for kind in KINDS
            if any((kind, name) in found.cross for name in columns)
        ],
        "width": drawing.WIDTH,
    }
    return render(request, "ear/report.html", context)


def cause_in_words(code: str) -> str:
    """key_signature -> Key signature: the code is the name that the engine's own documents use."""
    return code.replace("_", " ").capitalize()


@dataclass(frozen=True, slots=True)
class Drawn:
    label: str
    line: Line
    span: drawing.Span | None

    @property
    def few(self) -> bool:
        return self.line.ruled.ruled < ENOUGH


def _drawn(line: Line, label: str) -> Drawn:
    low, high = line.ruled.interval
    rate = line.ruled.rate
    return Drawn(label, line, drawing.span(low, rate, high) if rate is not None else None)


def _instrument(name: str) -> str:
    if not name:
        return _("as written")
    return said(INSTRUMENTS[name].label) if name in INSTRUMENTS else name


def _asked(request: HttpRequest) -> Asked:
    today = timezone.localdate()
    until = _date(request.GET.get("until", "")) or today
    since = _date(request.GET.get("since", "")) or until - A_YEAR
    return Asked(min(since, until), max(since, until), request.GET.get("engine", ""), request.GET.get("instrument", ""))


def _date(text: str) -> date | None:
    try:
        found = parse_date(text)
    except ValueError:
        return None
    # What a calendar or a time zone can't hold any more is none that was meant.
    return found if found and 1970 <= found.year <= 2999 else None


def _midnight(day: date, after_days: int = 0) -> datetime:
    return timezone.make_aware(datetime.combine(day + timedelta(days=after_days), time()))


COLUMNS = ("ruled", "contested", "unasked", "checked")


def _csv(asked: Asked, covered: list[Verdict]) -> HttpResponse:
    """One row a thing said and instrument; the names of the columns are for programs, and stay English."""
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="ear-{asked.since}-{asked.until}.csv"'
    response["Cache-Control"] = "private, no-store"
    out = csv.writer(response)
    parts = [f"{name}{part}" for name in COLUMNS for part in ("", "_overturned", "_rate", "_rate_low", "_rate_high")]
    out.writerow(["since", "until", "engine", "instrument", "group", "name", *parts])
    by_instrument: defaultdict[str, list[Verdict]] = defaultdict(list)
    for one in covered:
        by_instrument[one.instrument or "as written"].append(one)
    for name, verdicts in [("all", covered), *sorted(by_instrument.items())]:
        found = disagreement.sum_up(verdicts)
        for group, lines in (("all", [found.all]), ("said", found.kinds), ("cause", found.causes)):
            for line in lines:
                start = [asked.since, asked.until, guarded(asked.engine) or "all", name, group, line.name]
                out.writerow([*start, *(cell for column in COLUMNS for cell in _cells(getattr(line, column)))])
    return response


def _cells(share: Share) -> list[object]:
    if share.rate is None:
        return [0, 0, "", "", ""]
    low, high = share.interval
    return [share.ruled, share.overturned, *(f"{value:.4f}" for value in (share.rate, low, high))]
