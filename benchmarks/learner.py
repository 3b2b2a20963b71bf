"""How well the learner knows simulated students, and how much they gain by what it chooses for them.

    python -m benchmarks.learner                     # two simulations, nine policies: some minutes
    python -m benchmarks.learner --quick             # a small class, some seconds
    python -m benchmarks.learner --seed 7            # other students
    python -m benchmarks.learner --update-readme

The learner is `tutor.learner` and the choice `tutor.composing.choice`, as the lessons use them. Every policy meets
copies of the same students. The tables go to the screen and all figures to benchmarks/learner.json;
benchmarks/README.md says what they mean.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks import one_core  # noqa: F401  before numpy
from benchmarks.learning.cost import cost
from benchmarks.learning.forecasting import SESSIONS as FORECAST_SESSIONS
from benchmarks.learning.forecasting import Forecasts, forecasts_of, takes_of, truth_of
from benchmarks.learning.learners import Elo, KnowledgeTracing, Oracle, RunningMean, Woodshed
from benchmarks.learning.placing import placed
from benchmarks.learning.plots import pictures
from benchmarks.learning.practising import SESSIONS, Chooser, Fixed, Policy, Practice, Random, WeakestFirst, practise
from benchmarks.learning.report import OTHER, SAME, markdown, report, world_report
from benchmarks.learning.worlds import OtherWorld, World

HERE = Path(__file__).parent
README = HERE / "README.md"
PICTURE = HERE / "learner.svg"
BEGINS, ENDS = "<!-- the learner's last run begins -->", "<!-- the learner's last run ends -->"
WORLDS: dict[str, type[World]] = {SAME: World, OTHER: OtherWorld}
# The learner's numbers and the weights of the choice were set on classes with seeds under 1,000.
SEED = 20_261
STUDENTS, QUICK_STUDENTS = 200, 6
QUICK_SESSIONS = 3

POLICIES: tuple[Callable[[World, int], Policy], ...] = (
    lambda world, sessions: WeakestFirst(Oracle(world), world.levels),
    lambda world, sessions: Chooser(Woodshed(world.levels)),
    lambda world, sessions: WeakestFirst(Elo(world.levels), world.levels),
    lambda world, sessions: WeakestFirst(KnowledgeTracing(world.levels), world.levels),
    lambda world, sessions: WeakestFirst(RunningMean(world.levels), world.levels),
    lambda world, sessions: Fixed(world, sessions),
    lambda world, sessions: Random(world, sessions),
)


def main() -> None:
    options = _options()
    students = QUICK_STUDENTS if options.quick else options.students
    sessions = QUICK_SESSIONS if options.quick else SESSIONS
    worlds, drawn = {}, ""
    for name, world in WORLDS.items():
        forecasts = _forecasts(world, students, options.seed, min(sessions, FORECAST_SESSIONS))
        practices = _practices(world, students, options.seed + 1, sessions)
        worlds[name] = world_report(forecasts, practices)
        drawn = drawn or pictures(forecasts[1], practices)
    whole = {
        "made": _made(options, students, sessions),
        **report(worlds, placed(5 * students, options.seed), cost()),
    }
    print(markdown(whole))
    options.output.write_text(json.dumps(whole, indent=1, ensure_ascii=False) + "\n", "utf-8")
    if options.update_readme:
        PICTURE.write_text(drawn, "utf-8")
        README.write_text(_updated(README.read_text("utf-8"), whole), "utf-8")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help=f"{QUICK_STUDENTS} students, {QUICK_SESSIONS} sessions")
    parser.add_argument("--students", type=int, default=STUDENTS)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("-o", "--output", type=Path, default=HERE / "learner.json")
    parser.add_argument("--update-readme", action="store_true")
    return parser.parse_args()


def _forecasts(world: type[World], students: int, seed: int, sessions: int) -> list[Forecasts]:
    """The oracle's first, then ours."""
    school = world(students, seed)
    takes = takes_of(school, seed + 1, sessions)
    learners = (Woodshed, Elo, KnowledgeTracing, RunningMean)
    return [truth_of(takes), *(forecasts_of(learner(school.levels), takes) for learner in learners)]


def _practices(world: type[World], students: int, seed: int, sessions: int) -> list[Practice]:
    """Each policy with its own copies of the same students."""
    found = []
    for policy in POLICIES:
        school = world(students, seed)
        found.append(practise(school, policy(school, sessions), seed + 1, sessions))
        print(f"{school.name}: {found[-1].name} practised", flush=True)
    return found


def _made(options: argparse.Namespace, students: int, sessions: int) -> dict[str, Any]:
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "students": students,
        "sessions": sessions,
        "seed": options.seed,
    }


def _updated(readme: str, whole: dict[str, Any]) -> str:
    before, rest = readme.split(BEGINS)
    _, after = rest.split(ENDS)
    made = whole["made"]
    head = (
        f"{made['date']}: {made['students']} students of each form, {made['sessions']} sessions, seed {made['seed']}."
    )
    picture = f"![Forecasts against what came; what practice gains]({PICTURE.name})"
    return before + BEGINS + "\n" + "\n\n".join([head, picture, markdown(whole)]) + "\n" + ENDS + after


if __name__ == "__main__":
    main()
