"""Is the process that claimed a take still alive? Each one holds a lock file; the kernel lets go of it at death,
kill -9 included, so nobody has to wait for a heartbeat to grow stale."""

from __future__ import annotations

import fcntl
import os
import uuid
from pathlib import Path

from django.conf import settings

_mine: tuple[int, Path, int, str] | None = None  # process id, folder, open lock file, name


def my_name() -> str:
    """This process's name, its lock held from the first call on. A forked child takes a name of its own."""
    global _mine
    if _mine is None or _mine[:2] != (os.getpid(), _folder()):
        name = uuid.uuid4().hex
        _mine = (os.getpid(), _folder(), _hold(name), name)
    return _mine[3]


def is_dead(name: str) -> bool:
    """True only where it is certain: a lock file of this school that nobody holds."""
    return _is_held(name) is False


def is_alive(name: str) -> bool:
    """True only where it is certain. A worker of another machine has no file here: it is neither."""
    return _is_held(name) is True


def bury(names_in_use: set[str]) -> None:
    """Clears away the files of the dead that no take and no job mentions any more."""
    for path in _folder().glob("*.lock"):
        if path.stem not in names_in_use and is_dead(path.stem):
            path.unlink(missing_ok=True)


def _is_held(name: str) -> bool | None:
    try:
        descriptor = os.open(_folder() / f"{name}.lock", os.O_RDWR)
    except OSError:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return False
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)


def _hold(name: str) -> int:
    folder = _folder()
    folder.mkdir(parents=True, exist_ok=True)
    # Locked before it has its name, so that nobody finds it unlocked.
    fresh = folder / f"{name}.new"
    descriptor = os.open(fresh, os.O_RDWR | os.O_CREAT, 0o600)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    fresh.rename(folder / f"{name}.lock")
    return descriptor


def _folder() -> Path:
    return Path(settings.VAR) / "workers"
