"""The learner's report: what was to be reached and what was, and the tables of both simulations."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from benchmarks.learning.cost import LearnerCost
from benchmarks.learning.forecasting import Forecasts
from benchmarks.learning.placing import Placed
from benchmarks.learning.practising import FIRST_TAKES, Practice

OURS, ORACLE = "Woodshed", "oracle"
SAME, OTHER = "same", "other"
TITLES = {SAME: "Students of the model's form", OTHER: "Students who do not share the model's form"}
FORECASTS = {"auc": "AUC", "log_loss": "log-loss", "calibration_error": "calibration error"}
PRACTICE = {
    "gain": "gain",
    "of_oracle": "of the oracle's",
    "near_whole": "takes within .1",
    "near_aimed": "within .1 in the skill aimed at",
    "near_first": f"the first {FIRST_TAKES} takes",
    "right": "share right",
}


@dataclass(frozen=True)
class Target:
    """A figure that is to be reached, in `world` if it is of one of them."""

    name: str
    to_reach: float
    find: Callable[[Mapping[str, Any]], float]
    at_most: bool = False
    digits: int = 3

    def is_met(self, whole: Mapping[str, Any]) -> bool:
        reached = round(self.find(whole), self.digits)
        return reached <= self.to_reach if self.at_most else reached >= self.to_reach


def _practice(figure: str, world: str = SAME) -> Callable[[Mapping[str, Any]], float]:
    return lambda whole: float(whole[world]["practice"][OURS][figure])


def _forecast(figure: str, world: str = SAME) -> Callable[[Mapping[str, Any]], float]:
    return lambda whole: float(whole[world]["forecasts"][OURS][figure])


TARGETS = (
    Target("gain, of the oracle's", 0.98, _practice("of_oracle")),
    Target("takes within .1 of the target", 0.80, _practice("near_whole")),
    Target("the same of the skill aimed at", 0.80, _practice("near_aimed")),
    Target("AUC", 0.85, _forecast("auc")),
    Target("calibration error", 0.025, _forecast("calibration_error"), at_most=True),
    Target("another form: gain, of the oracle's", 0.98, _practice("of_oracle", OTHER)),
    Target("another form: takes within .1 of the target", 0.80, _practice("near_whole", OTHER)),
    Target("another form: AUC", 0.85, _forecast("auc", OTHER)),
    Target("another form: calibration error", 0.025, _forecast("calibration_error", OTHER), at_most=True),
    Target("an update among many, us", 25, lambda whole: float(whole["cost"]["update_many_us"]), True, 0),
    Target("an update alone, us", 150, lambda whole: float(whole["cost"]["update_us"]), True, 0),
    Target("a choice out of 200 and orders, ms", 3, lambda whole: float(whole["cost"]["choice_ms"]), True, 1),
    Target("placement: takes at most", 6, lambda whole: float(whole["placement"]["most_takes"]), True, 0),
)


def world_report(forecasts: Sequence[Forecasts], practices: Sequence[Practice]) -> dict[str, Any]:
    """All figures of one simulation, fit for JSON; the oracle is among the policies."""
    oracle = next(one for one in practices if one.name == ORACLE)
    return {
        "forecasts": {
            one.name: {"auc": one.auc, "log_loss": one.log_loss, "calibration_error": one.calibration_error}
            for one in forecasts
        },
        "practice": {
            one.name: {
                "gain": one.gain,
                "of_oracle": one.gain / oracle.gain,
                "near_whole": one.near(one.whole),
                "near_aimed": one.near(one.aimed),
                "near_first": one.near(one.whole[:FIRST_TAKES]),
                "right": float(one.whole.mean()),
                "exams": one.exams,
            }
            for one in practices
        },
    }


def report(worlds: Mapping[str, dict[str, Any]], placement: Placed, cost: LearnerCost) -> dict[str, Any]:
    return {**worlds, "placement": asdict(placement), "cost": asdict(cost)}


def markdown(whole: Mapping[str, Any]) -> str:
    """The tables for the README, and for the screen."""
    lines = ["| figure | to reach | reached | |", "|---|---:|---:|---|"]
    for target in TARGETS:
        sign = "≤" if target.at_most else "≥"
        verdict = "met" if target.is_met(whole) else "short"
        goal, reached = (_number(value, target.digits) for value in (target.to_reach, target.find(whole)))
        lines.append(f"| {target.name} | {sign} {goal} | {reached} | {verdict} |")
    for world, title in TITLES.items():
        lines += [
            "",
            f"**{title}**: forecasts of the same takes",
            *_table("learner", whole[world]["forecasts"], FORECASTS),
        ]
        lines += ["", f"**{title}**: what each policy gains", *_table("policy", whole[world]["practice"], PRACTICE)]
    placement, cost = whole["placement"], whole["cost"]
    lines += [
        "",
        f"Placement: {placement['error']:.2f} grades off on average after {placement['takes']:.1f} takes (the level "
        f"that was said: {placement['error_of_said']:.2f} off); the interval that is told holds the level in "
        f"{100 * placement['held']:.0f} %, and was to hold it in 80 %.",
        "",
        f"A student who has met {cost['skills']} skills is {cost['belief_bytes']} bytes.",
    ]
    return "\n".join(lines)


def _table(first: str, rows: Mapping[str, Mapping[str, float]], columns: Mapping[str, str]) -> list[str]:
    lines = [f"| {first} | " + " | ".join(columns.values()) + " |", "|---|" + "---:|" * len(columns)]
    return lines + [
        f"| {name} | " + " | ".join(_number(row[column], 3) for column in columns) + " |" for name, row in rows.items()
    ]


def _number(value: float, digits: int) -> str:
    return f"{value:.{digits}f}".removeprefix("0") if digits > 1 else f"{value:.{digits}f}"
