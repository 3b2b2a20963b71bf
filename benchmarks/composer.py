"""How well the composer composes to order: two thousand orders whose feasibility is known, read back from MusicXML by
code that shares nothing with it; how musical, how original, how fast.

    python -m benchmarks.composer                    # all of it: some minutes
    python -m benchmarks.composer --quick            # some sixty orders, a few seconds
    python -m benchmarks.composer --only impossible  # one source: tune, walk, everyday, again, impossible
    python -m benchmarks.composer --update-readme

The tables go to the screen, all figures to benchmarks/composer.json; benchmarks/README.md says what they mean.
"""

from __future__ import annotations

import argparse
import json
import subprocess
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks import one_core  # noqa: F401  before numpy
from benchmarks.composing.command import run_command
from benchmarks.composing.measures import costs, musicality, seeds
from benchmarks.composing.pictures import sheet_of_pictures
from benchmarks.composing.report import markdown, report, text
from benchmarks.composing.requests import SHARES, Request, again, requests
from benchmarks.composing.running import Outcome, run, settled
from tutor.composing.corpus.tables import MODEL_VERSION

HERE = Path(__file__).parent
README, PICTURES = HERE / "README.md", HERE / "composer.svg"
BEGINS, ENDS = "<!-- the composer's last run begins -->", "<!-- the composer's last run ends -->"
QUICK = 0.03
TYPED = 40


def main() -> None:
    options = _options()
    share = QUICK if options.quick else options.share
    # Reading the old tunes takes ten seconds: a quick run walks its own.
    tunes = [] if options.quick else _tunes()
    todo = requests([tune for tune in tunes if tune.fold == 0], share)
    outcomes = _outcomes([one for one in todo if options.only in (None, one.source)], share, options)
    measured: dict[str, Any] = {}
    if not options.quick and not options.only:
        typed = [one.request for one in outcomes if one.request.source == "everyday"][:TYPED]
        measured = {
            "musicality": musicality(outcomes, tunes),
            "cost": costs(),
            "seeds": seeds(outcomes),
            "command": run_command(typed),
        }
    elif options.quick:
        measured = {"seeds": seeds(outcomes, wanted=4)}
    whole = {"made": _made(options), **report(outcomes, **measured)}
    print(text(whole))
    options.output.write_text(json.dumps(whole, indent=1, ensure_ascii=False) + "\n", "utf-8")
    if options.update_readme:
        PICTURES.write_text(sheet_of_pictures(), "utf-8")
        README.write_text(_updated(README.read_text("utf-8"), whole), "utf-8")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="some sixty orders, without the slow measures")
    parser.add_argument("--share", type=float, default=1.0, help="of the two thousand")
    parser.add_argument("--only", choices=tuple(SHARES))
    parser.add_argument("-o", "--output", type=Path, default=HERE / "composer.json")
    parser.add_argument("--update-readme", action="store_true")
    return parser.parse_args()


def _tunes() -> list[Any]:
    from tutor.composing.corpus.tunes import read_tunes  # brings music21's own folder with it

    return read_tunes()


def _outcomes(todo: Sequence[Request], share: float, options: argparse.Namespace) -> list[Outcome]:
    outcomes = [_run(one, number, options) for number, one in enumerate(todo, start=1)]
    if options.only in (None, "again"):
        composed = [(one.request, settled(one)) for one in outcomes if one.sheet and _is_plain(one)]
        outcomes += [_run(one, len(outcomes), options) for one in again(composed, share)]
    return outcomes


def _is_plain(one: Outcome) -> bool:
    return one.request.order["kind"] in ("sight-reading", "sight-singing")


def _run(request: Request, number: int, options: argparse.Namespace) -> Outcome:
    if number % 200 == 0:
        print(f"{number} orders composed", flush=True)
    return run(request)


def _made(options: argparse.Namespace) -> dict[str, Any]:
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=HERE, capture_output=True, text=True)
    changed = subprocess.run(["git", "diff", "--quiet", "HEAD", "--", "../tutor"], cwd=HERE, capture_output=True)
    return {
        "model": MODEL_VERSION,
        "date": datetime.now(UTC).date().isoformat(),
        "commit": (commit.stdout.strip() or "unknown") + (" and changes" if changed.returncode else ""),
        "part": {name: getattr(options, name) for name in ("quick", "share", "only")},
    }


def _updated(readme: str, whole: dict[str, Any]) -> str:
    before, rest = readme.split(BEGINS)
    _, after = rest.split(ENDS)
    made, orders = whole["made"], whole["orders"]
    head = f"{made['date']}, commit {made['commit']}, {made['model']}: {orders['all']} orders."
    picture = f"![Eight composed melodies]({PICTURES.name})"
    return f"{before}{BEGINS}\n{head}\n\n{markdown(whole)}\n\n{picture}\n{ENDS}{after}"


if __name__ == "__main__":
    main()
