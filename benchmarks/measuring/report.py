"""The report of a run: a JSON object, and its tables as text and Markdown."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from benchmarks.measuring.cost import Cost
from benchmarks.measuring.figures import Figures, figures
from benchmarks.measuring.judged import JudgedTake
from benchmarks.measuring.near_identical import Spread
from benchmarks.measuring.reliability import Reliability
from benchmarks.measuring.targets import TARGETS, Target

RENDERED = ("soundfont", "synthesis")
# The columns of the tables by source, condition, story and instrument; % where the share is small.
COLUMNS = {
    "notes": "notes",
    "fault_precision": "P",
    "fault_recall": "R",
    "wrong_precision": "wrong P",
    "wrong_recall": "wrong R",
    "false_alarms": "FA %",
    "unheard": "unheard %",
    "off_time_named": "time R",
    "off_time_false": "time FA %",
    "octaves_found": "octave R",
    "extras_precision": "extra P",
    "extras_recall": "extra R",
    "repeated_recall": "again R",
    "short_named": "short R",
    "short_false": "short FA %",
    "long_named": "long R",
    "restarts_found": "restart R",
    "times_real_time": "speed",
}
GROUPS: dict[str, Callable[[JudgedTake], str]] = {
    "source": lambda take: take.source,
    "condition": lambda take: take.condition,
    "story": lambda take: take.story,
    "instrument": lambda take: f"{take.instrument} ({take.source})",
}


def report(
    takes: Sequence[JudgedTake], reliability: Reliability, spreads: Sequence[Spread], costs: Mapping[str, Cost]
) -> dict[str, Any]:
    """Every figure of a run, fit for JSON."""
    points = [spread.points for spread in spreads]
    given = [one for one in points if one is not None]
    return {
        "groups": {
            "all": figures(takes),
            "rendered": figures([take for take in takes if take.source in RENDERED]),
            "notes": figures([take for take in takes if take.source == "notes"]),
        },
        "by": {name: _by(takes, key) for name, key in GROUPS.items()},
        "reliability": asdict(reliability),
        "near_identical": {
            "performances": len(spreads),
            "ungraded": len(points) - len(given),
            "median": float(np.median(given)) if given else None,
            "ninth_decile": float(np.quantile(given, 0.9, method="higher")) if given else None,
            "largest": max(given, default=None),
            "takes": [asdict(spread) | {"points": spread.points} for spread in spreads],
        },
        "cost": {name: asdict(cost) for name, cost in costs.items()},
        "refused": {take.name: take.refusal for take in takes if take.refusal},
    }


def _by(takes: Sequence[JudgedTake], key: Callable[[JudgedTake], str]) -> dict[str, Figures]:
    return {name: figures([take for take in takes if key(take) == name]) for name in sorted({key(t) for t in takes})}


def text(whole: Mapping[str, Any]) -> str:
    """The tables for the screen."""
    parts = []
    for name in GROUPS:
        rows = whole["by"][name]
        width = max(map(len, rows), default=8) + 2
        parts.append(f"{name:<{width}}" + "".join(f"{heading:>11}" for heading in COLUMNS.values()))
        parts += [f"{key:<{width}}" + "".join(f"{cell:>11}" for cell in _cells(row)) for key, row in rows.items()]
        parts.append("")
    parts += [f"{key:<24}{_cell(value, key):>10}" for key, value in whole["groups"]["all"].items()]
    parts += ["", f"{'':58}{'before':>10}{'to reach':>10}{'reached':>10}"]
    for name, before, goal, reached, verdict in _rows(whole):
        parts.append(f"{name:58}{before:>10}{goal:>10}{reached:>10}  {verdict}")
    return "\n".join(parts)


def markdown(whole: Mapping[str, Any]) -> str:
    """The tables for the README: what was to be reached, then by source and condition."""
    lines = ["| figure | before | to reach | reached | |", "|---|---:|---:|---:|---|"]
    lines += [f"| {' | '.join(row)} |" for row in _rows(whole)]
    for name in ("source", "condition", "story"):
        lines += ["", f"| {name} | " + " | ".join(COLUMNS.values()) + " |", "|---|" + "---:|" * len(COLUMNS)]
        lines += [f"| {key} | {' | '.join(_cells(row))} |" for key, row in whole["by"][name].items()]
    return "\n".join(lines)


def _rows(whole: Mapping[str, Any]) -> list[tuple[str, str, str, str, str]]:
    verdicts = {True: "met", False: "short", None: "not measured"}
    return [
        (
            target.name,
            target.before,
            ("≤ " if target.at_most else "≥ ") + _written(target.to_reach, target),
            _written(target.find(whole), target),
            verdicts[target.is_met(whole)],
        )
        for target in TARGETS
    ]


def _written(value: float | None, target: Target) -> str:
    if value is None:
        return "-"
    if target.unit == "%":
        return f"{100 * value:.2f} %"
    if target.unit in ("x", "MB"):
        return f"{value:.0f}{' MB' if target.unit == 'MB' else 'x'}"
    return f"{value:.1f}" if target.unit == "points" else f"{value:.3f}".removeprefix("0")


def _cells(row: Figures) -> list[str]:
    return [_cell(row.get(key), heading) for key, heading in COLUMNS.items()]


def _cell(value: float | None, heading: str) -> str:
    if value is None:
        return "-"
    if heading.endswith("%"):
        return f"{100 * value:.2f}"
    return f"{value:.0f}" if heading in ("notes", "speed") else f"{value:.3f}"
