"""`make run` behind make: starts, says what is the matter, comes back, and leaves nothing behind."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.real_school import ROOT, RealSchool, group_is_alive, wait_until

pytestmark = pytest.mark.journey
CHILDREN = {"queue", "web", "worker", "beat"}


@pytest.fixture
def school(tmp_path: Path, ready_database: Path) -> Iterator[RealSchool]:
    """An empty school: no demo to seed."""
    with RealSchool(tmp_path, ready_database, WOODSHED_DEMO="0") as running:
        yield running


def run_school(**environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "scripts/school.py", "run"],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=30,
    )


def test_a_school_opens_on_an_empty_folder_and_ctrl_c_leaves_nothing(tmp_path: Path) -> None:
    school = RealSchool(tmp_path, WOODSHED_DEMO="0").start()
    groups = school.groups()
    assert set(groups) == CHILDREN
    with urllib.request.urlopen(school.url, timeout=10) as page:
        assert page.status == 200
    school.stop(signal.SIGINT)
    assert not any(map(group_is_alive, groups.values()))
    assert "Stopping." in school.output()
    assert "Traceback" not in school.output()


def test_nothing_outlives_a_supervisor_killed_by_9_and_the_next_start_works(school: RealSchool) -> None:
    groups = school.groups()
    school.stop(signal.SIGKILL)
    wait_until(lambda: not any(map(group_is_alive, groups.values())), 10, lambda: f"still alive: {groups}")
    school.start()
    assert set(school.groups()) == CHILDREN


@pytest.mark.parametrize("child", ["queue", "worker", "web"])
def test_a_child_that_is_killed_is_told_of_and_started_again(school: RealSchool, child: str) -> None:
    before = school.kill(child)
    wait_until(lambda: school.groups()[child] != before, 30, school.output)
    assert f"The {child} was killed by SIGKILL; starting it again." in school.output()


def test_a_busy_port_is_one_clear_sentence(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = run_school(PORT=str(port), WOODSHED_VAR=str(tmp_path))
    assert done.returncode == 1
    assert done.stderr == f"Port {port} is busy. Choose another: make run PORT={port + 1}\n"
    assert done.stdout == ""


@pytest.mark.parametrize("port", ["eighty", "0", "70000", "-1", ""])
def test_a_port_that_is_none_is_one_clear_sentence(tmp_path: Path, port: str) -> None:
    done = run_school(PORT=port, WOODSHED_VAR=str(tmp_path))
    assert (done.returncode, done.stderr) == (1, f'PORT is a number from 1 to 65535, and not "{port}".\n')


def test_two_schools_on_one_folder_are_refused(school: RealSchool) -> None:
    done = run_school(PORT=str(school.port - 1), WOODSHED_VAR=str(school.var))
    assert done.returncode == 1
    assert "A school already runs on" in done.stderr


def test_a_database_that_cannot_be_made_ready_ends_the_start_with_the_reason(tmp_path: Path) -> None:
    (tmp_path / "var").mkdir()
    (tmp_path / "var" / "school.sqlite3").write_text("this is no database, but a letter to whoever reads it")
    school = RealSchool(tmp_path, WOODSHED_DEMO="0")
    with pytest.raises(AssertionError, match="ended with status 1"):
        school.start()
    assert "file is not a database" in school.output()


def test_a_folder_with_a_long_path_still_has_a_queue(tmp_path: Path, ready_database: Path) -> None:
    with RealSchool(tmp_path / ("a" * 60) / ("b" * 60), ready_database, WOODSHED_DEMO="0") as school:
        assert set(school.groups()) == CHILDREN


def test_a_school_that_follows_make_ends_with_it(tmp_path: Path, ready_database: Path) -> None:
    """`kill -9` of make leaves the supervisor an orphan; it notices and closes."""
    school = RealSchool(tmp_path, ready_database, WOODSHED_DEMO="0")
    command = f"exec 3>&1; {sys.executable} scripts/school.py run --follow-parent & wait"
    shell = subprocess.Popen(
        ["sh", "-c", command],
        cwd=ROOT,
        env=school.environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    wait_until((school.var / "school.json").exists, 60, lambda: "the school did not start")
    groups = school.groups()
    shell.kill()
    shell.wait(5)
    wait_until(lambda: not any(map(group_is_alive, groups.values())), 15, lambda: f"still alive: {groups}")


def test_a_worker_alone_says_that_there_is_no_queue(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "scripts/school.py", "worker"],
        cwd=ROOT,
        env={**os.environ, "WOODSHED_VAR": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=30,
    )
    assert done.returncode == 1
    assert done.stderr.startswith("No school runs here whose queue a worker could join.")
