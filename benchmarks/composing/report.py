"""The report of a run: a JSON object, and its tables as text and Markdown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from benchmarks.composing.running import Outcome

Report = Mapping[str, Any]
MOST_LISTED = 40
GROUPS: dict[str, Callable[[Outcome], str]] = {
    "source": lambda one: one.request.source,
    "kind": lambda one: one.request.order["kind"],
    "metre": lambda one: one.request.order["metre"],
    "grade": lambda one: f"{min(max(round(one.request.order['grade']), 1), 8)}",
    "counts": lambda one: str(len(one.request.order["counts"])),
    "instrument": lambda one: one.request.order["instrument"],
}
COLUMNS = ("orders", "met", "refused", "at fault", "broken off", "on grade %", "strain", "p50 ms", "p95 ms")


@dataclass(frozen=True)
class Target:
    """One figure, beside what was to be reached."""

    name: str
    to_reach: float
    find: Callable[[Report], float | None]
    unit: str = ""
    at_most: bool = False

    def is_met(self, whole: Report) -> bool | None:
        """None where it was not measured."""
        reached = self.find(whole)
        if reached is None:
            return None
        return reached <= self.to_reach if self.at_most else reached >= self.to_reach


def _figure(*path: str) -> Callable[[Report], float | None]:
    def find(whole: Report) -> float | None:
        value: Any = whole
        for name in path:
            value = (value or {}).get(name)
        return value

    return find


TARGETS = (
    Target("feasible orders met, by the independent checker", 1.0, _figure("orders", "feasible_met"), "%"),
    Target("impossible orders refused", 1.0, _figure("orders", "impossible_refused"), "%"),
    Target("refusals that name what helps", 1.0, _figure("orders", "refusals_help"), "%"),
    Target("melodies whose skills the tutor counts alike", 1.0, _figure("orders", "counted_alike"), "%"),
    Target("orders met within .25 grade", 0.9, _figure("orders", "on_grade"), "%"),
    Target("8 bars: CPU, 95 in 100", 60, _figure("cost", "8 bars", "p95_ms"), "ms", at_most=True),
    Target("16 bars: CPU, 95 in 100", 100, _figure("cost", "16 bars", "p95_ms"), "ms", at_most=True),
    Target(
        "the feasible orders above of 8 bars", 60, _figure("cost_of_orders", "8 bars", "p95_ms"), "ms", at_most=True
    ),
    Target("the feasible orders above of 16", 100, _figure("cost_of_orders", "16 bars", "p95_ms"), "ms", at_most=True),
    Target("bits a note of pitch, off held-out tunes", 0.15, _figure("musicality", "off_by"), "bits", at_most=True),
    Target("longest run of a tune, 99 in 100", 10, _figure("musicality", "verbatim", "p99"), "notes", at_most=True),
    Target("same seed, same melody", 1.0, _figure("seeds", "same_share"), "%"),
    Target("another seed, another melody", 0.99, _figure("seeds", "different_share"), "%"),
    Target("typed orders met, and counted alike by `tags`", 1.0, _figure("command", "share"), "%"),
)


def report(outcomes: Sequence[Outcome], **measured: Any) -> dict[str, Any]:
    """Every figure of a run, fit for JSON; `measured`: musicality, cost, seeds, command."""
    feasible = [one for one in outcomes if one.request.is_feasible]
    impossible = [one for one in outcomes if not one.request.is_feasible]
    composed = [one for one in feasible if one.is_composed]
    aimed = [one for one in composed if one.is_aimed]
    strains = [one.strain_bits for one in composed]
    if seeds := measured.get("seeds"):
        seeds["same_share"] = _part(seeds["same_again"], seeds["orders"])
        seeds["different_share"] = _part(seeds["different_by_seed"], seeds["orders"])
    if command := measured.get("command"):
        command["share"] = _part(min(command["to_order"], command["counted_alike"]), command["typed"])
    return {
        "orders": {
            "all": len(outcomes),
            "feasible": len(feasible),
            "impossible": len(impossible),
            "feasible_met": share(one.is_right for one in feasible),
            "impossible_refused": share(one.is_right for one in impossible),
            "refusals_help": share(bool(one.helps) for one in impossible if one.refusal),
            "counted_alike": share(not one.tags_differ for one in composed),
            "graded_alike": share(abs(one.grade - one.said_grade) < 0.01 for one in composed),
            "on_grade": share(one.is_on_grade for one in aimed),
            "awkward_notes": _part(sum(len(one.awkward) for one in composed), sum(one.notes for one in composed)),
            "strain_bits": {f"p{mark}": float(np.percentile(strains, mark)) for mark in (50, 90, 95, 99) if strains},
        },
        "cost_of_orders": {f"{bars} bars": _cost(feasible, bars) for bars in (8, 16)},
        "by": {name: _by(feasible, key) for name, key in GROUPS.items()},
        "refused_wrongly": _listed((one.request.name, one.refusal) for one in feasible if one.refusal),
        "at_fault": _listed((one.request.name, "; ".join(one.faults[:3])) for one in composed if one.faults),
        "broken_off": _listed((one.request.name, one.crash) for one in outcomes if one.crash),
        "composed_wrongly": _listed((one.request.name, one.request.why) for one in impossible if one.text),
        "refusals_without_help": _listed((one.request.why, one.refusal) for one in impossible if _is_idle(one)),
        "awkward": Counter(fault for one in composed for fault in one.awkward).most_common(20),
        **measured,
    }


def _cost(outcomes: Sequence[Outcome], bars: int) -> dict[str, float] | None:
    """Each composed once, most with wishes that were never heard before: nothing is kept of them from others."""
    cpu_ms = [1e3 * one.cpu_s for one in outcomes if one.request.order.get("bars") == bars]
    if not cpu_ms:
        return None
    return {"orders": len(cpu_ms), **{f"p{mark}_ms": float(np.percentile(cpu_ms, mark)) for mark in (50, 95)}}


def _is_idle(one: Outcome) -> bool:
    return bool(one.refusal) and not one.helps


def _listed(rows: Iterable[tuple[str, str]]) -> list[list[str]]:
    return [list(row) for row in rows][:MOST_LISTED]


def _by(outcomes: Sequence[Outcome], key: Callable[[Outcome], str]) -> dict[str, dict[str, float | None]]:
    rows: dict[str, list[Outcome]] = {}
    for one in outcomes:
        rows.setdefault(key(one), []).append(one)
    return {name: _row(rows[name]) for name in sorted(rows, key=lambda name: (len(name), name))}


def _row(group: Sequence[Outcome]) -> dict[str, float | None]:
    composed = [one for one in group if one.is_composed]
    cpu_ms = [1e3 * one.cpu_s for one in group]
    return {
        "orders": len(group),
        "met": sum(one.is_right for one in group),
        "refused": sum(bool(one.refusal) for one in group),
        "at fault": sum(bool(one.faults) for one in composed),
        "broken off": sum(bool(one.crash) for one in group),
        "on grade %": share(one.is_on_grade for one in composed if one.is_aimed),
        "strain": float(np.mean([one.strain_bits for one in composed])) if composed else None,
        "p50 ms": float(np.percentile(cpu_ms, 50)),
        "p95 ms": float(np.percentile(cpu_ms, 95)),
    }


def share(cases: Iterable[bool]) -> float | None:
    """None without a case."""
    counted = list(cases)
    return sum(counted) / len(counted) if counted else None


def _part(some: int, all_of_them: int) -> float | None:
    return some / all_of_them if all_of_them else None


def text(whole: Report) -> str:
    """The tables for the screen."""
    parts = []
    for name in GROUPS:
        parts.append(f"{name:<20}" + "".join(f"{heading:>12}" for heading in COLUMNS))
        parts += [
            f"{key:<20}" + "".join(f"{cell:>12}" for cell in _cells(row)) for key, row in whole["by"][name].items()
        ]
        parts.append("")
    for name in ("refused_wrongly", "at_fault", "broken_off", "composed_wrongly", "refusals_without_help"):
        parts += [f"{name}: {', '.join(row)}" for row in whole[name]]
    parts += ["", f"{'':56}{'to reach':>12}{'reached':>12}"]
    parts += [f"{name:56}{goal:>12}{reached:>12}  {verdict}" for name, goal, reached, verdict in _rows(whole)]
    return "\n".join(parts)


def markdown(whole: Report) -> str:
    """The tables for the README."""
    lines = ["| figure | to reach | reached | |", "|---|---:|---:|---|"]
    lines += [f"| {' | '.join(row)} |" for row in _rows(whole)]
    for name in ("source", "metre", "grade", "counts"):
        lines += ["", f"| {name} | " + " | ".join(COLUMNS) + " |", "|---|" + "---:|" * len(COLUMNS)]
        lines += [f"| {key} | {' | '.join(_cells(row))} |" for key, row in whole["by"][name].items()]
    if musicality := whole.get("musicality"):
        lines += ["", *_musicality(musicality)]
    return "\n".join(lines)


def _musicality(rows: Mapping[str, Any]) -> list[str]:
    names = {
        "held_out": "held-out tunes",
        "free": "composed freely, as they are",
        "asked": "composed to the tunes' counts",
        "walks": "random walks",
    }
    lines = ["| bits a note | pitch | rhythm |", "|---|---:|---:|"]
    lines += [f"| {words} | {rows[key]['pitch']:.2f} | {rows[key]['rhythm']:.2f} |" for key, words in names.items()]
    runs = {
        "verbatim_of_held_out": "held-out tunes",
        "verbatim_of_free": "composed freely",
        "verbatim": "all composed",
    }
    lines += [
        "",
        "| longest run that a learned tune has, notes | median | p95 | p99 | longest |",
        "|---|---:|---:|---:|---:|",
    ]
    lines += [
        f"| {words} | " + " | ".join(f"{rows[key][mark]:.0f}" for mark in ("median", "p95", "p99", "max")) + " |"
        for key, words in runs.items()
    ]
    return lines


def _rows(whole: Report) -> list[tuple[str, str, str, str]]:
    verdicts = {True: "met", False: "short", None: "not measured"}
    return [
        (
            target.name,
            _goal(target),
            _written(target.find(whole), target.unit),
            verdicts[target.is_met(whole)],
        )
        for target in TARGETS
    ]


def _goal(target: Target) -> str:
    written = _written(target.to_reach, target.unit)
    return written if written == "all" else f"{'≤' if target.at_most else '≥'} {written}"


def _written(value: float | None, unit: str) -> str:
    if value is None:
        return "-"
    if unit == "%":
        return f"{100 * value:.1f} %" if value < 1 else "all"
    if unit == "bits":
        return f"{value:.2f}"
    return f"{value:.0f} {unit}"


def _cells(row: Mapping[str, float | None]) -> list[str]:
    return [_cell(row[heading], heading) for heading in COLUMNS]


def _cell(value: float | None, heading: str) -> str:
    if value is None:
        return "-"
    if heading.endswith("%"):
        return f"{100 * value:.0f}"
    return f"{value:.2f}" if heading == "strain" else f"{value:.0f}"
