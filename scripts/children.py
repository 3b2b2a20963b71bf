"""Child processes that never outlive us: each in a session of its own, all watched by one **guard**.

The guard is a forked process that holds the reading end of a pipe whose only writing end is ours. However we
end (Ctrl-C, an error, kill -9), the pipe ends with us, and the guard then ends every group that is still alive.
"""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

# A worker in the middle of a take stops after it; the take is found again by the sweep if it is cut short.
GRACE_S = 3.0


class Guard:
    """Forked once, before the first child and before any thread."""

    def __init__(self) -> None:
        reading, self._writing = os.pipe()
        if os.fork() == 0:
            os.close(self._writing)
            _guard_until_the_pipe_ends(reading)
            os._exit(0)
        os.close(reading)

    def joining(self) -> Callable[[], None]:
        """What a child does between fork and exec: it reports itself, so there is no moment without a guard."""
        return lambda: _tell(self._writing, f"+{os.getpid()}\n")

    def forget(self, group: int) -> None:
        _tell(self._writing, f"-{group}\n")


def _tell(pipe: int, line: str) -> None:
    os.write(pipe, line.encode())


def _guard_until_the_pipe_ends(reading: int) -> None:
    os.setsid()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    # Whoever waits for our parent's output to end must not wait for us.
    nothing = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nothing, descriptor)
    groups: set[int] = set()
    with os.fdopen(reading) as lines:
        for line in lines:
            (groups.add if line.startswith("+") else groups.discard)(int(line[1:]))
    end_groups(groups)


def end_groups(groups: set[int], grace_s: float = GRACE_S) -> None:
    """SIGTERM, a while to finish in, SIGKILL."""
    for group in groups:
        _signal_group(group, signal.SIGTERM)
    deadline = time.monotonic() + grace_s
    while time.monotonic() < deadline and any(_signal_group(group, 0) for group in groups):
        time.sleep(0.05)
    for group in groups:
        _signal_group(group, signal.SIGKILL)


def _signal_group(group: int, number: int) -> bool:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(group, number)
        return True
    return False


@dataclass
class Child:
    """One process of the school, started again when it dies."""

    name: str
    command: Sequence[str]
    log: Path
    environment: Mapping[str, str]
    # So long after its last start a death is no longer part of a series.
    settled_after_s: float = 60.0
    process: subprocess.Popen[bytes] | None = None
    deaths_in_a_row: int = 0
    _started_at: float = field(default=0.0, repr=False)
    _start_not_before: float = field(default=0.0, repr=False)

    def start(self, guard: Guard) -> None:
        self._started_at = time.monotonic()
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=dict(self.environment),
                start_new_session=True,
                preexec_fn=guard.joining(),
            )

    @property
    def group(self) -> int:
        return self.process.pid if self.process else 0

    def has_died(self) -> bool:
        """True once for each death: then the rest of its group is ended, and `is_due` says when to start again."""
        if self.process is None or self.process.poll() is None:
            return False
        end_groups({self.group}, grace_s=0.0)
        lived_s = time.monotonic() - self._started_at
        self.deaths_in_a_row = 1 if lived_s > self.settled_after_s else self.deaths_in_a_row + 1
        self._start_not_before = time.monotonic() + wait_before_restart_s(self.deaths_in_a_row)
        return True

    def is_due(self) -> bool:
        return self.process is None and time.monotonic() >= self._start_not_before


def wait_before_restart_s(deaths_in_a_row: int) -> float:
    """At once after the first death, then 1, 2, 4 … 30 seconds: a child that can't live must not heat the room."""
    return 0.0 if deaths_in_a_row <= 1 else min(2.0 ** (deaths_in_a_row - 2), 30.0)


def how_it_ended(returncode: int) -> str:
    return f"was killed by {signal.Signals(-returncode).name}" if returncode < 0 else f"ended with status {returncode}"
