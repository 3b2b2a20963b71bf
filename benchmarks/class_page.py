"""The class page of a large class: how long a whole request takes, and how many times the database is asked.

    python -m benchmarks.class_page                                  # SQLite, and PostgreSQL where it is installed
    python -m benchmarks.class_page --students 2 --takes 20

The class is made in a temporary database: 40 students, 20,000 takes of real music with hearings in their real shape
and size, comments, rulings, contests. Nothing of a real school is touched. The times are processor time of the process
that serves the page (PostgreSQL works in another one: for it the clock on the wall says more) and wall time.
"""

from __future__ import annotations

import argparse
import gc
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

PAGES = {"class": "", "class, all skills": "?skills=all", "class, by a skill": "?sort=weakest", "student": "student"}


def main() -> None:
    asked = _arguments()
    if asked.database:
        with tempfile.TemporaryDirectory(prefix="woodshed-var-") as folder:
            _settle(asked.database, folder)
            _run(asked)
        return
    with tempfile.TemporaryDirectory(prefix="woodshed-class-") as folder:
        _apart(asked, "SQLite", f"sqlite:///{Path(folder) / 'school.sqlite3'}")
    from tests.postgres_server import postgres_binaries, running_postgres

    if found := postgres_binaries():
        with running_postgres(found) as address:
            _apart(asked, "PostgreSQL", address)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--students", type=int, default=40)
    parser.add_argument("--takes", type=int, default=20_000, help="of all students together")
    parser.add_argument("--times", type=int, default=30)
    parser.add_argument("--database", help=argparse.SUPPRESS)
    return parser.parse_args()


def _apart(asked: argparse.Namespace, name: str, database: str) -> None:
    """Django reads its settings once: each database gets a process of its own."""
    print(f"{name}: {asked.students} students, {asked.takes} takes", flush=True)
    numbers = ("--students", str(asked.students), "--takes", str(asked.takes), "--times", str(asked.times))
    subprocess.run([sys.executable, "-m", "benchmarks.class_page", *numbers, "--database", database], check=True)


def _settle(database: str, folder: str) -> None:
    os.environ["WOODSHED_DATABASE"] = database
    os.environ["WOODSHED_VAR"] = folder
    os.environ["DJANGO_SETTINGS_MODULE"] = "tutor.settings"
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)


def _run(asked: argparse.Namespace) -> None:
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from benchmarks.classrooms.school import make_class
    from lessons.models import User

    began = time.perf_counter()
    room = make_class(asked.students, asked.takes)
    print(f"  made in {time.perf_counter() - began:.0f} s", flush=True)
    # A server has not made the class that it shows: its collector need not go through what that left behind.
    gc.collect()
    gc.freeze()
    # Without the test environment, which copies the context of every template rendered.
    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(User.objects.get(username="ms_clark"))
    student = room.memberships.filter(role="student").first()
    for name, way in PAGES.items():
        address = f"/classes/{room.pk}/" + (f"students/{student.user_id}/" if way == "student" else way)
        with CaptureQueriesContext(connection) as queries:
            page = client.get(address)
        assert page.status_code == 200, page.status_code
        asked_of_it = f"{len(queries)} queries, {len(page.content) // 1024} kB"
        cpu, wall = _timed(lambda address=address: client.get(address), asked.times)
        print(f"  {name}: {asked_of_it}; processor {cpu}; wall {wall}", flush=True)
    print(f"  {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB at most")


def _timed(get: Callable[[], object], times: int) -> tuple[str, str]:
    """Median and 95th percentile, in milliseconds."""
    cpu, wall = [], []
    for _ in range(times):
        began = time.process_time(), time.perf_counter()
        get()
        cpu.append(1000 * (time.process_time() - began[0]))
        wall.append(1000 * (time.perf_counter() - began[1]))
    return _said(cpu), _said(wall)


def _said(figures: list[float]) -> str:
    high = statistics.quantiles(figures, n=20)[-1] if len(figures) > 1 else figures[0]
    return f"{statistics.median(figures):.0f} ms, p95 {high:.0f} ms"


if __name__ == "__main__":
    main()
