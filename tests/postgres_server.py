"""A real PostgreSQL for the tests: made in a folder of its own, gone after them."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.real_school import free_port


def postgres_binaries() -> Path | None:
    """The folder of initdb and pg_ctl: Debian's newest, or wherever the PATH has them."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    on_path = shutil.which("initdb")
    found = debian[-1] if debian else Path(on_path).resolve() if on_path else None
    return found.parent if found and (found.parent / "pg_ctl").exists() else None


@contextmanager
def running_postgres(binaries: Path) -> Iterator[str]:
    """The URL of an empty database, postgresql://…"""
    folder = Path(tempfile.mkdtemp(prefix="woodshed-pg-"))
    data, port, run = folder / "data", free_port(), _runner(folder)
    # Nothing here is worth surviving a power cut, so nothing waits for the disk.
    options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off -c full_page_writes=off"
    try:
        run([binaries / "initdb", "-D", data, "-U", "woodshed", "-A", "trust", "-E", "UTF8", "--no-sync"])
        run([binaries / "pg_ctl", "-D", data, "-l", folder / "log", "-w", "-t", "60", "-o", options, "start"])
        yield f"postgresql://woodshed@127.0.0.1:{port}/postgres"
    finally:
        if (data / "postmaster.pid").exists():
            run([binaries / "pg_ctl", "-D", data, "-m", "immediate", "stop"])
        shutil.rmtree(folder, ignore_errors=True)


def _runner(folder: Path):  # type: ignore[no-untyped-def]
    """PostgreSQL refuses to run as root: root runs it as nobody, in a folder that is nobody's."""
    who = {}
    if os.geteuid() == 0:
        nobody = pwd.getpwnam("nobody")
        os.chown(folder, nobody.pw_uid, nobody.pw_gid)
        who = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}

    def run(command: list[object]) -> None:
        done = subprocess.run(
            [str(part) for part in command],
            cwd=folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            timeout=90,
            **who,
        )
        assert done.returncode == 0, done.stderr

    return run
