"""The guard and the children, without a school around them."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from scripts.children import end_groups, how_it_ended, wait_before_restart_s
from tests.real_school import ROOT, group_is_alive, wait_until

# Starts children, says who they are, and dies without a word.
PARENT = """
import os, sys, time
sys.path.insert(0, "scripts")
from pathlib import Path
from children import Child, Guard

guard = Guard()
log = Path(sys.argv[1])
for number, command in enumerate(sys.argv[2:]):
    child = Child(str(number), ["sh", "-c", command], log, os.environ)
    child.start(guard)
    print(child.group, flush=True)
os.kill(os.getpid(), 9)
"""


def orphans_of_a_killed_parent(log: Path, *commands: str) -> list[int]:
    log.touch()
    done = subprocess.run(
        [sys.executable, "-c", PARENT, str(log), *commands], cwd=ROOT, capture_output=True, text=True, timeout=30
    )
    assert done.returncode == -9, done.stderr
    return [int(line) for line in done.stdout.split()]


@pytest.mark.parametrize(
    "command",
    ["sleep 100", "trap '' TERM INT HUP; sleep 100 & wait; sleep 100", "sleep 100 & sleep 100 & wait"],
    ids=["a plain child", "one that ignores every polite signal", "one with children of its own"],
)
def test_nothing_outlives_a_parent_killed_by_9(tmp_path: Path, command: str) -> None:
    groups = orphans_of_a_killed_parent(tmp_path / "log", command, "sleep 100")
    assert len(groups) == 2
    wait_until(lambda: not any(map(group_is_alive, groups)), 10, lambda: f"still alive: {groups}")


def test_a_group_that_ends_politely_is_not_waited_for() -> None:
    child = subprocess.Popen(["sleep", "100"], start_new_session=True)
    began = time.monotonic()
    # Nobody reaps it while we wait, so let somebody.
    reaper = subprocess.Popen(["true"])
    end_groups({child.pid}, grace_s=0.3)
    assert child.wait(5) == -15
    reaper.wait(5)
    assert time.monotonic() - began < 2


def test_a_group_that_is_gone_is_no_error() -> None:
    child = subprocess.Popen(["true"], start_new_session=True)
    child.wait(5)
    end_groups({child.pid}, grace_s=0.1)


def test_the_first_death_is_answered_at_once_and_a_series_ever_more_slowly() -> None:
    waits = [wait_before_restart_s(deaths) for deaths in range(1, 12)]
    assert waits[0] == 0
    assert waits == sorted(waits)
    assert waits[-1] == 30


def test_an_ending_is_told_in_words() -> None:
    assert how_it_ended(-9) == "was killed by SIGKILL"
    assert how_it_ended(3) == "ended with status 3"
