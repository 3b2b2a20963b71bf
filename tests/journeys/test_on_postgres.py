"""The part that a server in production would meet first: migrations, uploads, races, on a real PostgreSQL."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator

import psycopg
import pytest

from tests.postgres_server import postgres_binaries, running_postgres
from tests.ready_database import migrate
from tests.real_school import ROOT

pytestmark = pytest.mark.postgres
# What people do and what is written down; what reads files, draws pages or walks all addresses asks the same of any
# database. In parts, so that none comes near the limit of a test's time.
KNOWS_NO_DATABASE = (
    *("test_pages_", "test_admin_", "test_hostile_", "test_import", "test_permission_table", "test_seed"),
    *("test_class_list", "test_course_archive", "test_languages", "test_openapi", "test_content_policy"),
    "test_migrations",  # backwards too; forwards before all others
)
FILES = sorted(
    str(path.relative_to(ROOT))
    for path in (ROOT / "tests" / "lessons").glob("test_*.py")
    if not path.name.startswith(KNOWS_NO_DATABASE)
)
PARTS = 4
BEHAVIOURS = {f"lessons-{part + 1}": FILES[part::PARTS] for part in range(PARTS)} | {
    "races": ["tests/journeys/on_postgres/races.py"]
}


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    binaries = postgres_binaries()
    if binaries is None:
        pytest.skip("no PostgreSQL on this machine (Debian: apt-get install postgresql)")
    with running_postgres(binaries) as url:
        var = tmp_path_factory.mktemp("var")
        # All migrations forwards, once; what follows begins with copies.
        migrate(_new_database(url, "ready"), var)
        own = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
        yield {**own, "WOODSHED_DATABASE": url, "WOODSHED_VAR": str(var), "WOODSHED_TEST_TEMPLATE": "ready"}


def _new_database(url: str, name: str, template: str = "template1") -> str:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")  # type: ignore[arg-type]
    return f"{url.rpartition('/')[0]}/{name}"


def run(command: list[str], environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=170)


def test_the_demo_is_seeded_twice(environment: dict[str, str]) -> None:
    demo = _new_database(environment["WOODSHED_DATABASE"], "demo", template="ready")
    for _ in range(2):
        done = run(
            [sys.executable, "scripts/prepare.py"], {**environment, "WOODSHED_DATABASE": demo, "WOODSHED_DEMO": "1"}
        )
        assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("behaviour", BEHAVIOURS)
def test_it_behaves_on_postgresql_as_on_sqlite(environment: dict[str, str], behaviour: str) -> None:
    done = run([sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *BEHAVIOURS[behaviour]], environment)
    assert done.returncode == 0, done.stdout[-6000:]
    assert " passed" in done.stdout
