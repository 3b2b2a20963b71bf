"""What the ear must reach, beside what it reached."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

Report = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Target:
    """One figure. `find`: where it stands in the report; None means that it was not measured."""

    name: str
    before: str  # the best of earlier trials
    to_reach: float
    find: Callable[[Report], float | None]
    at_most: bool = False
    unit: str = ""  # "%", "x", "MB", "points"

    def is_met(self, report: Report) -> bool | None:
        """None where it was not measured."""
        reached = self.find(report)
        if reached is None:
            return None
        return reached <= self.to_reach if self.at_most else reached >= self.to_reach


def _figure(group: str, name: str) -> Callable[[Report], float | None]:
    return lambda report: (report["groups"].get(group) or {}).get(name)


def _cost(length: str, name: str) -> Callable[[Report], float | None]:
    return lambda report: (report["cost"].get(length) or {}).get(name)


def _jury(part: str, figure: str, row: str = "") -> Callable[[Report], float | None]:
    """Of the named row; else of the one that came nearest to the jury, the judges' own aside."""

    def find(report: Report) -> float | None:
        rows = ((report.get("people") or {}).get(part) or {}).get("rows", [])
        rows = [one for one in rows if one["what"] == row or (not row and "judges" not in one["what"])]
        nearest = min(rows, key=lambda one: one["mean_error"], default={})
        return nearest.get(figure)

    return find


TARGETS = (
    Target("wrong, missing, early or late notes: precision", ".976", 0.985, _figure("rendered", "fault_precision")),
    Target("wrong, missing, early or late notes: recall", ".966", 0.975, _figure("rendered", "fault_recall")),
    Target("wrong or missing notes: precision", "-", 0.985, _figure("rendered", "wrong_precision")),
    Target("wrong or missing notes: recall", "-", 0.975, _figure("rendered", "wrong_recall")),
    Target("false alarms, clean", ".27 %", 0.0015, _figure("rendered", "false_alarms_clean"), True, "%"),
    Target("false alarms, noise, reverb, vibrato", ".3 %", 0.003, _figure("rendered", "false_alarms_rough"), True, "%"),
    Target("early notes found at 1 % false alarms", ".98", 0.97, _figure("rendered", "early_at_1_percent")),
    Target("late notes found at 1 % false alarms", ".96", 0.97, _figure("rendered", "late_at_1_percent")),
    Target("octave errors found", ".94", 0.98, _figure("rendered", "octaves_found")),
    Target("extra notes: precision", ".92", 0.93, _figure("rendered", "extras_precision")),
    Target("extra notes: recall", ".68", 0.88, _figure("rendered", "extras_recall")),
    Target("joined notes: precision", ".74", 0.96, _figure("notes", "fault_precision")),
    Target("joined notes: recall", ".88", 0.94, _figure("notes", "fault_recall")),
    Target("joined notes: false alarms", "1.0 %", 0.005, _figure("notes", "false_alarms"), True, "%"),
    Target("joined notes: extras' precision", ".14", 0.85, _figure("notes", "extras_precision")),
    Target("joined notes: extras' recall", ".87", 0.85, _figure("notes", "extras_recall")),
    Target("confidence: worst bin", "-", 0.05, lambda report: report["reliability"]["furthest_off"], True),
    Target(
        "near-identical takes: spread of the grade, 9 in 10",
        "-",
        3.0,
        lambda report: report["near_identical"].get("ninth_decile"),
        True,
        "points",
    ),
    Target("30 s take: times real time", "50", 100.0, _cost("30 s", "times_real_time"), unit="x"),
    Target("30 s take: peak memory", "-", 200.0, _cost("30 s", "peak_mb"), True, "MB"),
    Target("10 min take: times real time", "46", 100.0, _cost("10 min", "times_real_time"), unit="x"),
    Target("10 min take: peak memory", "708 MB", 400.0, _cost("10 min", "peak_mb"), True, "MB"),
    Target("sung melodies: mean absolute error", ".31", 0.33, _jury("sung", "mean_error"), True),
    Target("sung melodies: accuracy", ".74", 0.72, _jury("sung", "accuracy")),
    Target("sung melodies: pass/fail AUC", ".961", 0.96, _jury("sung", "auc")),
    Target("tapped rhythms: mean absolute error", ".29", 0.28, _jury("tapped", "mean_error", "onsets as given"), True),
)
