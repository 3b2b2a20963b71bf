"""How well the ear hears: takes with exact truth, what it says of them, how sure it is, and what that costs.

    python -m benchmarks.ear                          # every test take that this machine can make: some minutes
    python -m benchmarks.ear --quick                  # one take in seven
    python -m benchmarks.ear --source notes --condition reverb --only violin
    python -m benchmarks.ear --people --peers         # real singers and tappers, and other ears beside ours
    python -m benchmarks.ear --people --peers --update-readme

The tables go to the screen and all figures to benchmarks/ear.json; benchmarks/README.md says what they mean.
"""

from __future__ import annotations

import argparse
import json
import subprocess
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

from benchmarks import one_core  # noqa: F401  before numpy
from benchmarks.measuring.cost import costs
from benchmarks.measuring.hearing import hear_all
from benchmarks.measuring.judged import JudgedTake
from benchmarks.measuring.near_identical import chosen, spreads
from benchmarks.measuring.reliability import diagram, reliability
from benchmarks.measuring.report import markdown, report, text
from benchmarks.takes import PLAYERS, Order, is_here, make, orders
from benchmarks.takes.plan import SOURCE_SHARES
from tutor.assess import ENGINE

HERE = Path(__file__).parent
README = HERE / "README.md"
DIAGRAM = HERE / "reliability.svg"
BEGINS, ENDS = "<!-- the last run begins -->", "<!-- the last run ends -->"
QUICK = 7
PERFORMANCES, QUICK_PERFORMANCES = 18, 6
PICTURE = f"![Confidence against the share of right verdicts]({DIAGRAM.name})"
TAKES_FOR_PEERS = 60
# Options after which the figures are not those of all takes.
PARTS = ("purpose", "quick", "source", "condition", "story", "only")


def main() -> None:
    options = _options()
    for source in SOURCE_SHARES:
        if not is_here(source):
            print(f"no {source} on this machine: left out")
    todo = _chosen(orders(options.purpose), options)
    takes = _heard(todo, options.jobs)
    identical = (
        [] if options.no_cost else spreads(chosen(todo, 6 if options.quick else PERFORMANCES), jobs=options.jobs)
    )
    cost = {} if options.no_cost else costs(short_only=options.quick)
    trust = reliability(takes)
    whole = {"made": _made(options), **report(takes, trust, identical, cost)}
    if options.people:
        whole["people"] = import_module("benchmarks.people").run()
    if options.peers:
        whole["peers"] = import_module("benchmarks.peers").run([make(order) for order in todo[:TAKES_FOR_PEERS]])
    print(text(whole))
    options.output.write_text(json.dumps(whole, indent=1, ensure_ascii=False) + "\n", "utf-8")
    if options.update_readme:
        DIAGRAM.write_text(diagram(trust), "utf-8")
        README.write_text(_updated(README.read_text("utf-8"), whole), "utf-8")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--purpose", choices=("test", "fresh"), default="test", help="fresh: to be scored once")
    parser.add_argument("--quick", action="store_true", help=f"one take in {QUICK}")
    parser.add_argument("--source", choices=tuple(SOURCE_SHARES))
    parser.add_argument("--condition")
    parser.add_argument("--story")
    parser.add_argument("--only", metavar="INSTRUMENT")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--no-cost", action="store_true", help="leave out speed, memory and near-identical takes")
    parser.add_argument("--people", action="store_true", help="real singers and tappers as well")
    parser.add_argument("--peers", action="store_true", help="other ears as well, on the same takes")
    parser.add_argument("-o", "--output", type=Path, default=HERE / "ear.json")
    parser.add_argument("--update-readme", action="store_true")
    return parser.parse_args()


def _chosen(every: Sequence[Order], options: argparse.Namespace) -> list[Order]:
    wanted = [
        order
        for order in every
        if options.source in (None, PLAYERS[order.player].source)
        and options.condition in (None, order.condition)
        and options.story in (None, order.story)
        and options.only in (None, PLAYERS[order.player].instrument)
    ]
    return wanted[::QUICK] if options.quick else wanted


def _heard(todo: Sequence[Order], jobs: int) -> list[JudgedTake]:
    takes = []
    for number, take in enumerate(hear_all(todo, jobs=jobs), start=1):
        takes.append(take)
        if number % 50 == 0:
            print(f"{number} of {len(todo)} takes heard", flush=True)
    return takes


def _made(options: argparse.Namespace) -> dict[str, Any]:
    # Where the figures were written to is this machine's affair.
    chosen = {
        name: str(value)
        for name, value in vars(options).items()
        if value not in (None, False, "test") and name not in ("output", "update_readme", "jobs")
    }
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=HERE, capture_output=True, text=True)
    changed = subprocess.run(["git", "diff", "--quiet", "HEAD", "--", "../tutor"], cwd=HERE, capture_output=True)
    return {
        "engine": ENGINE,
        "date": datetime.now(UTC).date().isoformat(),
        "commit": (commit.stdout.strip() or "unknown") + (" and changes" if changed.returncode else ""),
        "options": chosen,
    }


def _updated(readme: str, whole: dict[str, Any]) -> str:
    before, rest = readme.split(BEGINS)
    _, after = rest.split(ENDS)
    made, figures = whole["made"], whole["groups"]["all"]
    run = f"{made['date']}, commit {made['commit']}, {made['engine']}"
    chosen = made["options"] | ({"quick": f"one in {QUICK}"} if "quick" in made["options"] else {})
    part = ", ".join(f"{name}: {value}" for name, value in chosen.items() if name in PARTS)
    head = f"{run}: {figures['takes']} takes, {figures['notes']} notes{f' ({part})' if part else ''}."
    tables = [
        head,
        PICTURE,
        markdown(whole),
        *(_listed(whole, part) for part in ("people", "peers") if whole.get(part)),
    ]
    return before + BEGINS + "\n" + "\n\n".join(tables) + "\n" + ENDS + after


def _listed(whole: dict[str, Any], part: str) -> str:
    """A part that another benchmark made, as it lists itself."""
    return str(import_module(f"benchmarks.{part}").table(whole[part]))


if __name__ == "__main__":
    main()
