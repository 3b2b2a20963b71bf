"""The command line against the checker: `compose` writes a page to order, `tags` counts it as the checker does."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.composing.checker import faults
from benchmarks.composing.counting import occurrences
from benchmarks.composing.grading import grade
from benchmarks.composing.requests import Request
from benchmarks.composing.sheet import read_sheet

ROOT = Path(__file__).parents[2]
REFUSED = 5
KEY_NAMES = {
    "major": ("Cb", "Gb", "Db", "Ab", "Eb", "Bb", "F", "C", "G", "D", "A", "E", "B", "F#", "C#"),
    "minor": ("ab", "eb", "bb", "f", "c", "g", "d", "a", "e", "b", "f#", "c#", "g#", "d#", "a#"),
}


def run_command(requests: Sequence[Request]) -> dict[str, Any]:
    """Of everyday requests, typed: how many came out to order, and how many pages the two count and grade alike."""
    typed = to_order = alike = 0
    complaints = []
    with TemporaryDirectory() as folder:
        for request in requests:
            page = Path(folder) / f"{request.name}.musicxml"
            done = _tutor("compose", *_options(request.order), "-o", str(page))
            typed += 1
            expected = 0 if request.is_feasible else REFUSED
            if done.returncode != expected or (expected == REFUSED and not done.stderr.strip()):
                complaints.append(f"{request.name}: status {done.returncode}, {done.stderr.strip()[-200:]}")
                continue
            if expected == REFUSED:
                to_order, alike = to_order + 1, alike + 1
                continue
            sheet = read_sheet(page.read_text("utf-8"))
            # An upbeat can't be typed.
            wrong = faults(sheet, {name: value for name, value in request.order.items() if name != "upbeat"})
            to_order += not wrong
            complaints += [f"{request.name}: {fault}" for fault in wrong]
            said = json.loads(_tutor("tags", str(page), "--json").stdout or "{}")
            is_alike = _is_alike(said, sheet)
            alike += is_alike
            if not is_alike:
                complaints.append(f"{request.name}: tags count otherwise")
    return {"typed": typed, "to_order": to_order, "counted_alike": alike, "complaints": complaints[:20]}


def _tutor(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "tutor", *arguments], cwd=ROOT, capture_output=True, text=True)


def _options(order: dict[str, Any]) -> list[str]:
    options = ["--instrument", order["instrument"], "--grade", f"{order['grade']:g}", "--kind", order["kind"]]
    if "fifths" in order:
        options += ["--key", KEY_NAMES[order["mode"]][order["fifths"] + 7] + ("m" if order["mode"] == "minor" else "")]
    for name in ("metre", "bars", "style", "seed"):
        if name in order:
            options += [f"--{name}", str(order[name])]
    for tag, least, most in order["counts"]:
        options += ["--skill", f"{tag}:{least}" + ("" if most is None else f":{most}")]
    return options


def _is_alike(said: dict[str, Any], sheet: Any) -> bool:
    seen = occurrences(sheet)
    counts = {
        tag: many for tag, many in said.get("counts", {}).items() if tag.startswith(("interval", "acc", "rhythm"))
    }
    return counts == dict(seen) and abs(said.get("difficulty", 0) - grade(sheet)) < 0.01
