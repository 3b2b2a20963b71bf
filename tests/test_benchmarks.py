"""The benchmarks run: what they measure changes under them."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.mark.parametrize(
    "command",
    [
        ["benchmarks.learner", "--students", "2", "--takes", "6"],
        ["benchmarks.ear", "--source", "synthesis", "--takes", "1", "--only", "flute"],
    ],
    ids=lambda command: command[0],
)
def test_it_runs(command):
    done = subprocess.run([sys.executable, "-m", *command], cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip()
