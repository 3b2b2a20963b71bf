"""Runs a whole school on one machine: web, worker, beat and the embedded queue, and nothing of it outlives this.

    python scripts/school.py run       everything (`make run`)
    python scripts/school.py worker    one worker on the queue of a running school, or on WOODSHED_BROKER

It starts processes and watches them; what they do is no business of its own.
"""

from __future__ import annotations

import argparse
import fcntl
import hashlib
import json
import os
import re
import signal
import socket
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from children import GRACE_S, Child, Guard, end_groups, how_it_ended

ROOT = Path(__file__).resolve().parent.parent
HOST = "127.0.0.1"
# sun_path holds 104 bytes on macOS and 108 on Linux.
LONGEST_SOCKET_PATH = 100
LOOK_EVERY_S = 0.2
REPEAT_AFTER_S = 60.0


class CannotStart(Exception):
    """One sentence for whoever typed the command."""


def main() -> int:
    """0 after Ctrl-C or SIGTERM, 1 with a sentence where the school can't start."""
    arguments = _arguments()
    try:
        if arguments.what == "worker":
            return _run_one_worker()
        return School(arguments.follow_parent).run()
    except CannotStart as trouble:
        print(trouble, file=sys.stderr)
        return 1


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Run a whole school on one machine.")
    parser.add_argument("what", choices=["run", "worker"])
    parser.add_argument(
        "--follow-parent", action="store_true", help="end when the parent process does, even if it was killed by -9"
    )
    return parser.parse_args()


class School:
    """From an empty folder to an address that answers; then watch, until told to stop."""

    def __init__(self, follow_parent: bool = False) -> None:
        self.parent = os.getppid() if follow_parent else None
        self.port = _port(os.environ.get("PORT", "8000"))
        self.url = f"http://{HOST}:{self.port}"
        self.var = _var()
        self.logs = self.var / "log"
        # The web server waits for this file: see web_config.py.
        self.ready = self.var / "ready"
        self.environment = {**_environment(self.var), "WOODSHED_READY_FILE": str(self.ready)}
        self.stopping = False
        self.answers = False

    def run(self) -> int:
        _refuse_a_busy_port(self.port)
        self.logs.mkdir(parents=True, exist_ok=True)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            # Set by hand: a shell that starts us in the background has told us to ignore SIGINT.
            signal.signal(number, self._stop)
        with _the_only_school_of(self.var):
            self.guard = Guard()
            children = self._children()
            try:
                self._open(children)
                self._watch(children)
            finally:
                self._close(children)
        return 0

    def _stop(self, *_: object) -> None:
        self.stopping = True

    def _children(self) -> list[Child]:
        python = sys.executable
        commands: dict[str, list[str]] = {}
        if "WOODSHED_BROKER" not in os.environ:
            queue = self.var / "queue"
            commands["queue"] = [
                python,
                str(ROOT / "scripts/queue_server.py"),
                str(_queue_socket(self.var)),
                str(queue),
            ]
        commands["web"] = _web_command(self.port)
        commands["worker"] = _worker_command("school")
        commands["beat"] = [
            *(python, "-m", "celery", "-A", "tutor", "beat", "--loglevel", "INFO"),
            *("--schedule", str(self.var / "beat-schedule"), "--pidfile", ""),
        ]
        return [
            Child(name, command, _fresh_log(self.logs / f"{name}.log"), self.environment)
            for name, command in commands.items()
        ]

    def _open(self, children: list[Child]) -> None:
        """The queue comes up and the web loads while the database is made ready; the rest needs both."""
        first = [child for child in children if child.name in {"queue", "web"}]
        self.ready.unlink(missing_ok=True)
        for child in first:
            child.start(self.guard)
        _say("Making the database ready" + (" and seeding the demo school." if _is_demo(self.environment) else "."))
        self._prepare()
        self.ready.touch()
        rest = [child for child in children if child not in first]
        if not self.stopping:
            _say("Starting " + ", ".join(child.name for child in children) + f". Logs are in {_short(self.logs)}/.")
        for child in rest:
            if not self.stopping:
                child.start(self.guard)
        self._write_state(children)

    def _prepare(self) -> None:
        log = _fresh_log(self.logs / "prepare.log")
        preparing = Child("prepare", [sys.executable, str(ROOT / "scripts/prepare.py")], log, self.environment)
        preparing.start(self.guard)
        assert preparing.process is not None
        while preparing.process.poll() is None:
            if self._must_stop():
                end_groups({preparing.group}, grace_s=0.5)
            time.sleep(0.05)
        self.guard.forget(preparing.group)
        if preparing.process.returncode and not self.stopping:
            raise CannotStart(f"The database could not be made ready:\n{_last_lines(log)}\nAll of it is in {log}.")

    def _watch(self, children: list[Child]) -> None:
        tails = [LogTail(child.name, child.log) for child in children]
        while not self._must_stop():
            for child in children:
                if child.has_died():
                    self._mourn(child)
                if child.is_due():
                    child.start(self.guard)
                    self._write_state(children)
            for line in (line for tail in tails for line in tail.troubles()):
                _say(line)
            if not self.answers and _answers(self.url):
                self.answers = True
                _say(self._welcome())
            time.sleep(LOOK_EVERY_S)

    def _must_stop(self) -> bool:
        if self.parent is not None and os.getppid() != self.parent:
            self.stopping = True  # make was killed by -9.
        return self.stopping

    def _mourn(self, child: Child) -> None:
        assert child.process is not None
        self.guard.forget(child.group)
        ending = how_it_ended(child.process.returncode)
        if child.name == "web" and not self.answers:
            raise CannotStart(f"The web server {ending} before it answered:\n{_last_lines(child.log)}")
        child.process = None
        _say(f"The {child.name} {ending}; starting it again. Its log: {_short(child.log)}")

    def _close(self, children: list[Child]) -> None:
        running = {child.group for child in children if child.process is not None}
        if running:
            _say("Stopping.")
        # The web server first, so that nothing new comes in; the queue is of no use to anybody after that.
        end_groups(running, GRACE_S)
        for child in children:
            if child.process is not None:
                child.process.wait()
                self.guard.forget(child.group)
        (self.var / "school.json").unlink(missing_ok=True)

    def _write_state(self, children: list[Child]) -> None:
        """For whoever looks from outside: who runs, and where."""
        state = {
            "pid": os.getpid(),
            "url": self.url,
            "broker": self.environment["WOODSHED_BROKER"],
            "children": {child.name: child.group for child in children if child.process},
        }
        path = self.var / "school.json"
        path.with_suffix(".new").write_text(json.dumps(state, indent=2))
        path.with_suffix(".new").replace(path)

    def _welcome(self) -> str:
        # What the seed said: who can log in, and with what.
        seeded = (self.logs / "prepare.log").read_text(errors="replace").strip()
        lines = [
            "",
            f"Woodshed is open: {self.url}",
            "",
            *seeded.splitlines(),
            "",
            "Ctrl-C closes it; what was played stays.",
        ]
        return "\n".join(lines)


class LogTail:
    """The lines of a child's log that somebody at the terminal should see."""

    def __init__(self, name: str, path: Path) -> None:
        self.name, self.path = name, path
        self.read_to = 0
        self._said_at: dict[str, float] = {}

    def troubles(self) -> Iterator[str]:
        with self.path.open("rb") as log:
            log.seek(self.read_to)
            fresh = log.read()
        whole = fresh[: fresh.rfind(b"\n") + 1]
        self.read_to += len(whole)
        for line in whole.decode(errors="replace").splitlines():
            if is_trouble(line) and self._is_news(line):
                yield f"{self.name}: {line[:300]}"

    def _is_news(self, line: str) -> bool:
        """The same trouble, but for times and numbers, is told once a minute."""
        kind, now = re.sub(r"\d+", "", line), time.monotonic()
        is_news = now - self._said_at.get(kind, -REPEAT_AFTER_S) >= REPEAT_AFTER_S
        if is_news:
            self._said_at[kind] = now
        return is_news


def is_trouble(line: str) -> bool:
    """Django, Celery and gunicorn all write the level in capitals, the latter two in brackets."""
    return any(mark in line for mark in (" ERROR ", " CRITICAL ", "[ERROR]", "[CRITICAL]", "ERROR/", "CRITICAL/"))


def _run_one_worker() -> int:
    """Take this process's place: signals, exit status and output are the worker's own."""
    environment = _environment(_var())
    broker = environment["WOODSHED_BROKER"]
    path = Path(broker.partition("://")[2])
    if broker.startswith("redis+socket://") and not path.exists():
        raise CannotStart(
            "No school runs here whose queue a worker could join. Start `make run`, or set WOODSHED_BROKER."
        )
    command = _worker_command(f"extra-{os.getpid()}")
    os.chdir(ROOT)
    os.execve(command[0], command, environment)
    return 1


def _web_command(port: int) -> list[str]:
    # Threads, since a page waits for the database and not for us; two processes, since engraving holds the
    # interpreter. Loaded once and then forked, which halves the start.
    return [
        *(sys.executable, "-m", "gunicorn", "tutor.wsgi:application", "--bind", f"{HOST}:{port}"),
        *("--config", str(ROOT / "scripts/web_config.py")),
        *("--worker-class", "gthread", "--workers", "2", "--threads", "8", "--preload", "--no-control-socket"),
        *("--timeout", "60", "--graceful-timeout", "2", "--access-logfile", "-"),
    ]


def _worker_command(name: str) -> list[str]:
    processes = os.environ.get("WOODSHED_WORKER_PROCESSES") or str(min(2, os.cpu_count() or 1))
    return [
        *(sys.executable, "-m", "celery", "-A", "tutor", "worker", "--loglevel", "INFO"),
        *("--concurrency", processes, "--hostname", f"{name}@%h", "--without-gossip", "--without-mingle"),
    ]


def _environment(var: Path) -> dict[str, str]:
    """What every child shares. The demo is on unless it is turned off: this is a school for one machine."""
    environment = {**os.environ, "WOODSHED_VAR": str(var), "PYTHONUNBUFFERED": "1", "PYTHONPATH": str(ROOT)}
    environment.setdefault("WOODSHED_DEMO", "1")
    environment.setdefault("WOODSHED_BROKER", f"redis+socket://{_queue_socket(var)}")
    # One take, one core: two takes at once gain nothing from libraries that each take every core.
    for library in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        environment.setdefault(library, "1")
    return environment


def _is_demo(environment: dict[str, str]) -> bool:
    return environment["WOODSHED_DEMO"].lower() in {"1", "true", "yes", "on"}


def _var() -> Path:
    return Path(os.environ.get("WOODSHED_VAR", ROOT / "var")).resolve()


def _queue_socket(var: Path) -> Path:
    """In the school's own folder, or where that path is too long for a socket, in a private one under /tmp."""
    path = var / "valkey.sock"
    if len(os.fsencode(path)) < LONGEST_SOCKET_PATH:
        return path
    digest = hashlib.sha256(os.fsencode(var)).hexdigest()[:12]
    folder = Path(tempfile.gettempdir()) / f"woodshed-{os.getuid()}-{digest}"
    folder.mkdir(mode=0o700, exist_ok=True)
    if folder.stat().st_uid != os.getuid():
        raise CannotStart(f"{folder} belongs to another user. Choose a shorter folder for the data: WOODSHED_VAR=…")
    return folder / "valkey.sock"


def _port(text: str) -> int:
    if text.isdecimal() and 0 < int(text) < 65536:
        return int(text)
    raise CannotStart(f'PORT is a number from 1 to 65535, and not "{text}".')


def _refuse_a_busy_port(port: int) -> None:
    with socket.socket() as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((HOST, port))
        except PermissionError:
            raise CannotStart(f"Port {port} is kept for root here. Choose a higher one: make run PORT=8001") from None
        except OSError:
            other = port + 1 if port < 65535 else 8000
            raise CannotStart(f"Port {port} is busy. Choose another: make run PORT={other}") from None


@contextmanager
def _the_only_school_of(var: Path) -> Iterator[IO[str]]:
    """Two schools on one folder would take each other's queue. The guard holds the lock too, until all is ended."""
    with (var / "school.lock").open("w") as lock:
        deadline = time.monotonic() + GRACE_S + 2.0
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > deadline or ((var / "school.json").exists() and _is_alive(var / "school.json")):
                    raise CannotStart(
                        f"A school already runs on {_short(var)}. Stop it, or choose another folder: WOODSHED_VAR=…"
                    ) from None
                time.sleep(0.1)
        yield lock


def _is_alive(state: Path) -> bool:
    try:
        os.kill(json.loads(state.read_text())["pid"], 0)
    except (OSError, ValueError, KeyError):
        return False
    return True


def _answers(url: str) -> bool:
    try:
        urllib.request.urlopen(url, timeout=5).close()  # noqa: S310 (our own address)
    except urllib.error.HTTPError as refusal:
        return refusal.code < 500
    except OSError:
        return False
    return True


def _fresh_log(path: Path) -> Path:
    """Start a log anew, and keep the one before it once."""
    if path.exists() and path.stat().st_size > 0:
        path.replace(path.with_suffix(".old.log"))
    path.touch()
    return path


def _last_lines(path: Path, count: int = 12) -> str:
    return "\n".join("    " + line for line in path.read_text(errors="replace").splitlines()[-count:])


def _short(path: Path) -> str:
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else str(path)


def _say(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main())
