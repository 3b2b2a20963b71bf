"""A whole school in processes of its own, as `make run` starts it, on a folder and a port of its own.

    with RealSchool(tmp_path) as school:
        ada = school.client("ada")
        ada.get("/api/v1/next/").json()

Nothing in it is a stand-in: gunicorn, Celery's worker and beat, Valkey, SQLite in a file, the seeded demo.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
# A machine that runs other things too needs several times the five seconds that a start takes on an idle one.
START_WITHIN_S = 60.0
STOP_WITHIN_S = 20.0
# As the seed says it at every start.
DEMO_PASSWORD = "play-it-again"


class RealSchool:
    """Starts with `start()` or as a context manager. The folder outlives it, so it can be started again.

    `database`: begin with a copy of this SQLite file; without it, from nothing."""

    def __init__(self, folder: Path, database: Path | None = None, **environment: str) -> None:
        self.var = folder / "var"
        folder.mkdir(parents=True, exist_ok=True)
        if database is not None:
            self.var.mkdir()
            shutil.copy(database, self.var / "school.sqlite3")
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.environment = {
            **clean_environment(),
            "WOODSHED_VAR": str(self.var),
            "PORT": str(self.port),
            **environment,
        }
        self.process: subprocess.Popen[str] | None = None
        self._said_before = 0
        self._output = folder / "school.out"

    def __enter__(self) -> RealSchool:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> RealSchool:
        """Up when it answers."""
        self._said_before = len(self.output())
        with self._output.open("a") as output:
            # It ends with this test run, even one that is killed.
            command = [sys.executable, "scripts/school.py", "run", "--follow-parent"]
            self.process = subprocess.Popen(
                command, cwd=ROOT, env=self.environment, stdout=output, stderr=output, text=True, start_new_session=True
            )
        try:
            wait_until(self._is_open, START_WITHIN_S, lambda: f"the school did not open:\n{self.output()}")
        except BaseException:
            self.stop()
            raise
        return self

    def _is_open(self) -> bool:
        assert self.process is not None
        if self.process.poll() is not None:
            raise AssertionError(f"the school ended with status {self.process.returncode}:\n{self.output()}")
        return f"Woodshed is open: {self.url}" in self.output()[self._said_before :]

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(how)
            self.process.wait(STOP_WITHIN_S)
        self.process = None

    def output(self) -> str:
        """All that it ever said at the terminal."""
        return self._output.read_text() if self._output.exists() else ""

    def log_of(self, child: str) -> str:
        return (self.var / "log" / f"{child}.log").read_text(errors="replace")

    def groups(self) -> dict[str, int]:
        """Process group of each child by name: web, worker, beat, queue."""
        return dict(json.loads((self.var / "school.json").read_text())["children"])

    def kill(self, child: str) -> int:
        """kill -9 of a child and all that it forked. Returns the group that was."""
        group = self.groups()[child]
        os.killpg(group, signal.SIGKILL)
        return group

    def manage(self, *arguments: str) -> str:
        """What `manage.py …` prints on this school's data."""
        command = [sys.executable, "manage.py", *arguments]
        done = subprocess.run(command, cwd=ROOT, env=self.environment, capture_output=True, text=True, timeout=90)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def client(self, username: str) -> SchoolClient:
        """Speaks to the API as this person of the demo, with a token."""
        nobody = SchoolClient(self.url)
        answer = nobody.post("/api/v1/token/", {"username": username, "password": DEMO_PASSWORD})
        assert answer.status == 200, answer.body
        return SchoolClient(self.url, token=answer.json()["token"])

    def ask_database(self, query: str, *values: object) -> list[Any]:
        """Rows straight from the file, for what no page shows."""
        with closing(sqlite3.connect(self.var / "school.sqlite3", timeout=10)) as database:
            return database.execute(query, values).fetchall()


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class SchoolClient:
    """Plain HTTP: what a script of somebody else's would send."""

    url: str
    token: str = ""

    def get(self, path: str, **headers: str) -> Answer:
        return self._ask("GET", path, None, headers)

    def post(self, path: str, data: object = None, **headers: str) -> Answer:
        body = json.dumps(data or {}).encode()
        return self._ask("POST", path, body, {"Content-Type": "application/json", **headers})

    def send_take(self, exercise_id: int, recording: Path, key: str | None = None, **fields: object) -> Answer:
        """One upload of a WAV, as the practice page does it."""
        boundary = uuid.uuid4().hex
        body = b"".join(
            _part(boundary, name, str(value)) for name, value in {"exercise": exercise_id, **fields}.items()
        )
        head = (
            'Content-Disposition: form-data; name="recording"; filename="take.wav"\r\nContent-Type: audio/wav\r\n\r\n'
        )
        body += f"--{boundary}\r\n{head}".encode() + recording.read_bytes() + f"\r\n--{boundary}--\r\n".encode()
        headers = {
            "Content-Type": f"multipart/form-data; boundary={boundary}",
            "Idempotency-Key": key or uuid.uuid4().hex,
        }
        return self._ask("POST", "/api/v1/submissions/", body, headers)

    def wait_for(self, submission_id: str, state: str = "done", within_s: float = 60.0) -> Any:
        """The submission once it has this state; fails at once if it can't get there any more."""
        seen: list[Any] = []

        def arrived() -> bool:
            seen.append(self.get(f"/api/v1/submissions/{submission_id}/").json())
            if seen[-1]["state"] == "failed" != state:
                raise AssertionError(f"the take failed: {seen[-1]}")
            return bool(seen[-1]["state"] == state)

        wait_until(arrived, within_s, lambda: f"not {state} after {within_s} s: {seen[-1:]}", every_s=0.1)
        return seen[-1]

    def _ask(self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> Answer:
        address = path if path.startswith("http") else self.url + path
        headers = {"Accept": "application/json", **headers}
        if self.token:
            headers["Authorization"] = f"Token {self.token}"
        request = urllib.request.Request(
            address, body, {k.replace("_", "-"): v for k, v in headers.items()}, method=method
        )
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return Answer(answer.status, dict(answer.headers), answer.read())
        except urllib.error.HTTPError as refusal:
            with refusal:
                return Answer(refusal.code, dict(refusal.headers), refusal.read())


def _part(boundary: str, name: str, value: str) -> bytes:
    return f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()


def wait_until(is_so: Callable[[], bool], within_s: float, complaint: Callable[[], str], every_s: float = 0.1) -> None:
    deadline = time.monotonic() + within_s
    while not is_so():
        if time.monotonic() > deadline:
            raise AssertionError(complaint())
        time.sleep(every_s)


def free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


def group_is_alive(group: int) -> bool:
    """Whether any process of the group still runs; one that only waits to be buried does not."""
    listing = subprocess.run(["ps", "-A", "-o", "pgid=,stat="], capture_output=True, text=True, check=True).stdout
    return any(int(pgid) == group and not stat.startswith("Z") for pgid, stat in map(str.split, listing.splitlines()))


def clean_environment() -> dict[str, str]:
    """Nothing of the school that may run beside the tests, and nothing of pytest's Django."""
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("WOODSHED_", "DJANGO_", "PYTEST_")) and name not in {"PORT", "COVERAGE_PROCESS_START"}
    }
