"""A database with every migration run, made once for a whole run of the tests.

The migrations take eight seconds of a processor, and a dozen tests begin with a school of their own.
"""

from __future__ import annotations

import fcntl
import subprocess
import sys
from pathlib import Path

from tests.real_school import ROOT, clean_environment


def ready_database(shared: Path) -> Path:
    """SQLite, to be copied. `shared`: a folder of this run, the same for all its workers."""
    ready = shared / "ready.sqlite3"
    with (shared / "ready.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not ready.exists():
            half = shared / "half.sqlite3"
            migrate(f"sqlite:///{half}", shared / "ready")
            half.rename(ready)
    return ready


def migrate(database: str, var: Path) -> None:
    environment = {**clean_environment(), "WOODSHED_DATABASE": database, "WOODSHED_VAR": str(var), "WOODSHED_DEMO": "0"}
    command = [sys.executable, "scripts/prepare.py"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=170)
    assert done.returncode == 0, done.stderr
